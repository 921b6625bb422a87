"""The coverage table: field, coverage, quality."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from segaudit.model.coverage import ColumnCoverage, CoverageResult, Cutoffs, Quality
from segaudit.report.document import Cell, Column, Document, Heading, Table, Text, Tone, cells, percent, percent_beside
from segaudit.report.safety import shown
from segaudit.report.sources import reading_texts, source_json, source_line

_TONES = {
    Quality.GOOD: Tone.GOOD,
    Quality.NEEDS_ENRICHMENT: Tone.WARN,
    Quality.NEEDS_DATA_SOURCE: Tone.BAD,
}
_COLUMNS = (
    Column(title="Field"),
    Column(title="Coverage", numeric=True),
    Column(title="Quality"),
    Column(title="Read as", optional=True),
    Column(title="Filled", numeric=True, optional=True),
    Column(title="Blank", numeric=True, optional=True),
    Column(title="Placeholder", numeric=True, optional=True),
    Column(title="Invalid", numeric=True),
    Column(title="Distinct", numeric=True, optional=True),
)


def coverage_document(result: CoverageResult, *, examples: bool = False) -> Document:
    """Return the coverage of a source as people read it."""
    cutoffs = result.cutoffs
    blocks: list[Heading | Text | Table] = [
        Heading(text=f"Coverage of {shown(result.source.name, longest=200)}"),
        Text(text=source_line(result.source)),
        Text(text=system_line(result)),
        *reading_texts(result.source),
        Table(columns=_COLUMNS, rows=tuple(_row(name, column, cutoffs) for name, column in _named(result.columns))),
        Text(
            text=f"Good: at least {percent(cutoffs.good_from)} of rows filled and readable. "
            f"Needs data source: under {percent(cutoffs.source_below)} filled. Needs enrichment: what lies between. "
            "* core field.",
            tone=Tone.QUIET,
        ),
    ]
    doubts = _doubts(result)
    if doubts:
        blocks += [Heading(text="Worth a look"), *(Text(text=doubt) for doubt in doubts)]
    if examples:
        blocks += [Heading(text="Values"), _values(result)]
    return Document(blocks=tuple(blocks))


def coverage_json(result: CoverageResult, *, examples: bool = False) -> dict[str, Any]:
    """Return the coverage of a source as JSON-ready values."""
    return {
        "schema_version": "1",
        "command": "coverage",
        "source": source_json(result.source) | {"system": result.fields.system, "object": result.fields.system_object},
        "as_of": result.as_of.isoformat(),
        "cutoffs": {"good_from": result.cutoffs.good_from, "source_below": result.cutoffs.source_below},
        "columns": [column.to_dict(examples=examples) for column in result.columns],
    }


def system_line(result: CoverageResult) -> str:
    """Return in one line which system the headers speak of."""
    fields = result.fields
    mapped = sum(column.field is not None for column in fields.columns)
    known = f"{mapped} of {len(fields.columns)} columns mapped to known fields"
    if fields.system is None:
        return f"Source system: none recognised; {known}"
    return f"Source system: {fields.system} {fields.system_object} ({fields.known_headers} of its headers); {known}"


def _named(columns: Sequence[ColumnCoverage]) -> list[tuple[str, ColumnCoverage]]:
    """Return each column with its header as people can point at it: told apart where two are called the same."""
    names = Counter(column.column.strip().casefold() for column in columns)
    return [(_name(column, names[column.column.strip().casefold()]), column) for column in columns]


def _name(column: ColumnCoverage, count: int) -> str:
    header = shown(column.column.strip())
    if not header:
        return f"(column {column.position}, no header)"
    return header if count == 1 else f"{header} (column {column.position})"


def _row(name: str, column: ColumnCoverage, cutoffs: Cutoffs) -> tuple[Cell, ...]:
    m = column.measures
    mapped = f" ({column.field})" if column.field and column.field != column.column else ""
    return cells(
        [
            name + ("*" if column.core else ""),
            percent_beside(column.share_filled, (cutoffs.source_below, cutoffs.good_from)),
            Cell(column.quality.value, _TONES[column.quality]),
            column.type.value + mapped,
            f"{m.filled:,}",
            f"{m.blank:,}",
            f"{m.placeholder:,}",
            Cell(f"{m.invalid:,}", Tone.WARN if m.invalid else Tone.QUIET),
            f"{m.distinct:,}",
        ]
    )


def _doubts(result: CoverageResult) -> list[str]:
    """Return what a person should decide: values that may mean "missing", and columns read in doubt."""
    lines = []
    for name, column in _named(result.columns):
        suspects = ", ".join(
            f'"{shown(value, longest=30)}" ({rows:,} rows)' for value, rows in column.measures.suspects
        )
        if suspects:
            lines.append(f"{name}: may stand for a missing value: {suspects}")
        lines += [f"{name}: {note}" for note in column.notes]
    return lines


def _values(result: CoverageResult) -> Table:
    rows = []
    for name, column in _named(result.columns):
        m = column.measures
        frequent = ", ".join(f"{shown(value, longest=24)} ({rows:,})" for value, rows in m.frequent[:5])
        odd = ", ".join(shown(value, longest=24) for value, _ in m.invalid_frequent[:3])
        length = "" if m.shortest is None else f"{m.shortest}-{m.longest}"
        span = "" if m.lowest is None else f"{m.lowest} to {m.highest}"
        rows.append(cells([name, length, span, frequent, odd]))
    titles = ("Field", "Length", "Range", "Most frequent", "Cannot be read")
    return Table(columns=tuple(Column(title=title) for title in titles), rows=tuple(rows))
