"""One value in many spellings, drawn: how many rows write it in which way."""

from collections.abc import Iterator

from segaudit.model.audit import AuditedTable, AuditResult
from segaudit.report.audit.data_words import CELL, Says, name_of
from segaudit.report.charts import Bar, BarChart
from segaudit.report.document import Tone
from segaudit.report.safety import shown

_CHARTS = 3
_BARS = 9
_RULES = frozenset({"spellings", "country-names", "state-names", "industry-words"})


def spelling_charts(result: AuditResult, says: Says) -> Iterator[BarChart]:
    """Yield charts of the values that most rows spell otherwise; a redacted report shows no cells, and so none."""
    if says.redacted:
        return
    found = []
    for number, table in enumerate(result.tables):
        for position, spelled in _by_column(table).items():
            usual, others = max(spelled.items(), key=lambda item: (len(item[1]), sum(item[1].values()), item[0]))
            if len(others) > 1:
                found.append((-sum(others.values()), number, position, usual, others))
    drawn: set[str] = set()
    for _, number, position, usual, others in sorted(found, key=lambda item: item[:3]):
        if usual not in drawn and len(drawn) < _CHARTS:
            drawn.add(usual)
            yield _chart(result.tables[number], position, usual, others, says)


def _by_column(table: AuditedTable) -> dict[int, dict[str, dict[str, int]]]:
    """Return, for each column, the usual spellings, and the rows of each other spelling of them."""
    found: dict[int, dict[str, dict[str, int]]] = {}
    for item in table.quality.findings:
        if item.rule.removeprefix("quality.") not in _RULES or item.sensitive or not item.plain:
            continue
        for example in item.examples:
            if example.suggestion:
                spelled = found.setdefault(item.positions[0], {}).setdefault(example.suggestion, {})
                spelled[example.value] = example.rows
    return found


def _chart(table: AuditedTable, position: int, usual: str, others: dict[str, int], says: Says) -> BarChart:
    words = says.words
    column = next(item for item in table.coverage.columns if item.position == position)
    ranked = sorted(others.items(), key=lambda item: (-item[1], item[0]))[:_BARS]
    bars = [Bar(label=shown(value, longest=CELL), values=(float(rows),), tone=Tone.WARN) for value, rows in ranked]
    own = dict(column.measures.frequent).get(usual)
    if own is not None:
        bars.insert(0, Bar(label=shown(usual, longest=CELL), values=(float(own),), tone=Tone.GOOD))
    return BarChart(
        title=words("findings.spellings", column=name_of(column.column), table=name_of(table.name)),
        summary=words(
            "findings.spellings_summary",
            value=shown(usual, longest=CELL),
            ways=len(ranked),
            n=sum(rows for _, rows in ranked),
        ),
        series=(words("findings.spellings_rows"),),
        rows=tuple(bars),
    )
