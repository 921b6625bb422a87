"""Links as people read them: how many rows have a partner, how sure, what spoke for it, and what to do."""

from typing import Any

from segaudit.model.identity import Estimate, FieldWeights, KeyUse
from segaudit.model.linking import ColumnPair, LinkExample, LinkResult
from segaudit.report.document import Block, Column, Document, Heading, Table, Text, Tone, cells, percent
from segaudit.report.pairs import pairs_told
from segaudit.report.safety import shown
from segaudit.report.sources import counted, reading_texts, source_json, source_line

_KEYS = 12
_FIRST_ROWS = 6
_LONGEST = 200
_LITTLE = 0.5


def link_document(result: LinkResult) -> Document:
    """Return the result as people read it."""
    left, right = shown(result.left.name, longest=_LONGEST), shown(result.right.name, longest=_LONGEST)
    blocks: list[Block] = [Heading(text=f"Rows of {left} in {right}")]
    for source in (result.left, result.right):
        blocks += [Text(text=f"{shown(source.name, longest=_LONGEST)}: {source_line(source)}"), *reading_texts(source)]
    blocks += _summary(result)
    if result.columns:
        blocks += [Heading(text="Which columns go together"), _columns(result.columns)]
    if result.unclear:
        blocks += [Heading(text="Rows that fit several"), _examples(result.unclear, "Rows it fits")]
    if result.examples:
        blocks += [Heading(text="The least sure links"), _examples(result.examples, "Linked to")]
    if result.weights:
        blocks += [Heading(text="What agreement weighs"), _weights(result.weights), _BITS]
    if result.keys:
        blocks += [Heading(text="Which rows were compared"), _keys(result.keys)]
    return Document(blocks=(*blocks, *_advice(result)))


def _summary(result: LinkResult) -> list[Block]:
    rows = result.left.rows
    if not rows or not result.right.rows:
        empty = result.left if not rows else result.right
        text = f"There is nothing to link: {shown(empty.name, longest=_LONGEST)} has no rows."
        return [Text(text=text, tone=Tone.WARN)]
    attached = result.level == "account"
    text = (
        f"Of {counted(rows, 'row')}, {result.linked:,} ({percent(result.linked / rows)}) have a partner, "
        f"{result.new:,} ({percent(result.new / rows)}) are new, {result.ambiguous:,} fit several that are not one."
    )
    if attached:
        text += " What is linked are accounts: only what says which company a row is of counts."
    found = [text]
    if result.pairs:
        found.append(
            f"Estimated precision {_interval(result.precision)}: of 100 links, so many are right. Estimated recall "
            f"{_interval(result.recall)}: of 100 pairs of rows that are one, so many are linked. Both are estimated "
            "from the files themselves, without known answers."
        )
    if result.by_id:
        found.append(f"{counted(result.by_id, 'pair')} of rows have the same id in both files, which decides.")
    if result.sharing:
        found.append(
            f"{result.sharing:,} linked rows share their partner with another: "
            + (
                "several belong to one account."
                if attached
                else "the list itself has duplicates, or the base lacks some."
            )
        )
    if result.several:
        found.append(f"{result.several:,} rows are linked to several rows that are one: the base has duplicates.")
    if result.of_base:
        found.append(f"The entity of {counted(result.of_base, 'row')} of the base is known from an earlier run.")
    if result.recall.value < _LITTLE:
        found.append(
            "Fewer than half of the pairs that are one are found: what both files have tells rows apart too little. "
            "More columns that mean the same would help; --map and --right-map say which do."
        )
    return [
        *(Text(text=text) for text in found),
        *pairs_told(result),
    ]


def _interval(estimate: Estimate) -> str:
    return f"{estimate.value:.0%} ({estimate.low:.0%} to {estimate.high:.0%})"


def _columns(pairs: tuple[ColumnPair, ...]) -> Table:
    rows = tuple(cells((shown(pair.left or ""), shown(pair.right or ""), shown(pair.why))) for pair in pairs)
    return Table(columns=(Column(title="List"), Column(title="Base"), Column(title="By")), rows=rows)


def _examples(examples: tuple[LinkExample, ...], title: str) -> Table:
    rows = []
    for example in examples:
        first = ", ".join(f"{row:,}" for row in example.right_rows[:_FIRST_ROWS])
        more = f" and {len(example.right_rows) - _FIRST_ROWS:,} more" if len(example.right_rows) > _FIRST_ROWS else ""
        rows.append(cells((f"{example.left_row:,}", f"{first}{more}", percent(example.probability))))
    columns = (Column(title="Row", numeric=True), Column(title=title), Column(title="Sure", numeric=True))
    return Table(columns=columns, rows=tuple(rows))


_BITS = Text(
    text="Bits: each doubles the odds of one and the same, or halves them. Learned from these files, without examples; "
    "--pairs shows what each field adds for each pair.",
    tone=Tone.QUIET,
)


def _weights(weights: tuple[FieldWeights, ...]) -> Table:
    rows = []
    for field in weights:
        best = max(field.levels, key=lambda level: level.bits)
        worst = min(field.levels, key=lambda level: level.bits)
        against = f"{worst.bits:+.1f} {shown(worst.level)}" if worst.bits < 0 else ""
        rows.append(
            cells((shown(field.field), percent(field.filled), f"{best.bits:+.1f} {shown(best.level)}", against))
        )
    columns = (
        Column(title="Field"),
        Column(title="Filled", numeric=True),
        Column(title="Most for"),
        Column(title="Most against"),
    )
    return Table(columns=columns, rows=tuple(rows))


def _keys(keys: tuple[KeyUse, ...]) -> Table:
    rows = [cells((shown(key.name, longest=80), f"{key.pairs:,}", f"{key.largest:,}")) for key in keys[:_KEYS]]
    if len(keys) > _KEYS:
        rows.append(cells((f"and {len(keys) - _KEYS} more", "", "")))
    columns = (
        Column(title="Rows that share"),
        Column(title="Pairs", numeric=True),
        Column(title="Largest block", numeric=True),
    )
    return Table(columns=columns, rows=tuple(rows))


def _advice(result: LinkResult) -> list[Block]:
    found = []
    if result.doubtful:
        found.append(f"{result.doubtful:,} pairs are doubtful: --pairs FILE lists all that may be one, and why.")
    if result.linked or result.new:
        found.append("--output FILE writes the list with its partners; --new FILE the rows that have none.")
    return [Text(text=text, tone=Tone.QUIET) for text in found]


def link_json(result: LinkResult) -> dict[str, Any]:
    """Return the result as JSON-ready values."""
    return {
        "schema_version": "1",
        "command": "link",
        "left": source_json(result.left),
        "right": source_json(result.right),
        "level": result.level,
        "columns": [{"left": pair.left, "right": pair.right, "by": pair.why} for pair in result.columns],
        "rows": result.left.rows,
        "linked": result.linked,
        "new": result.new,
        "ambiguous": result.ambiguous,
        "links": result.pairs,
        "right_linked": result.right_linked,
        "sharing_a_partner": result.sharing,
        "several_partners": result.several,
        "precision": _estimate(result.precision),
        "recall": _estimate(result.recall),
        "doubtful_pairs": result.doubtful,
        "pairs_compared": result.pairs_compared,
        "blocking": {
            "complete": result.complete,
            "recall": round(result.blocking_recall, 4),
            "left_out": result.left_out,
            "keys": [
                {"key": key.name, "pairs": key.pairs, "largest": key.largest, "split": key.split, "left": key.left}
                for key in result.keys
            ],
        },
        "weights": [
            {
                "field": field.field,
                "filled": round(field.filled, 4),
                "levels": [{"level": level.level, "bits": round(level.bits, 2)} for level in field.levels],
            }
            for field in result.weights
        ],
        "links_by_id": result.by_id,
        "rows_of_known_entity": result.of_base,
        "least_sure": [_example(example) for example in result.examples],
        "unclear": [_example(example) for example in result.unclear],
    }


def _example(example: LinkExample) -> dict[str, Any]:
    return {
        "row": example.left_row,
        "base_rows": list(example.right_rows),
        "probability": round(example.probability, 4),
    }


def _estimate(estimate: Estimate) -> dict[str, float]:
    return {"value": round(estimate.value, 4), "low": round(estimate.low, 4), "high": round(estimate.high, 4)}
