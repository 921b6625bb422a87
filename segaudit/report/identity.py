"""Duplicates as people read them: how many, how sure, what spoke for it, and what to do."""

from typing import Any

from segaudit.model.identity import Estimate, FieldWeights, IdentityResult, KeyUse
from segaudit.report.document import Block, Cell, Column, Document, Heading, Table, Text, Tone, cells, percent
from segaudit.report.pairs import pairs_told
from segaudit.report.review import changes_blocks, changes_json
from segaudit.report.safety import shown
from segaudit.report.sources import reading_texts, source_json, source_line
from segaudit.report.survival import survival_blocks, survival_json

_WHAT = {
    "contact": ("entity", "entities"),
    "account": ("account", "accounts"),
    "household": ("household", "households"),
}
_FIRST_ROWS = 8
_KEYS = 12
_MUCH = 0.02


def identity_document(result: IdentityResult) -> Document:
    """Return the result as people read it."""
    blocks: list[Block] = [
        Heading(text=f"Duplicates in {shown(result.source.name, longest=200)}"),
        Text(text=source_line(result.source)),
        *reading_texts(result.source),
        *_summary(result),
    ]
    if result.in_several:
        blocks += [Heading(text="How many records an entity has"), _sizes(result)]
        blocks += [Heading(text="The largest"), _examples(result)]
    if result.weights:
        blocks += [
            Heading(text="What agreement weighs"),
            _weights(result.weights),
            Text(
                text="Bits: each doubles the odds of one and the same, or halves them. Learned from this table, "
                "without examples; a value that many records share weighs less. Weights of fields that go together do "
                "not add up: --pairs shows what each adds for each pair.",
                tone=Tone.QUIET,
            ),
        ]
    if result.keys:
        blocks += [Heading(text="Which records were compared"), _keys(result.keys), *_left(result)]
    if result.survival is not None:
        blocks += survival_blocks(result.survival)
    if result.changes is not None:
        blocks += changes_blocks(result.changes)
    blocks += _advice(result)
    return Document(blocks=tuple(blocks))


def _summary(result: IdentityResult) -> list[Block]:
    rows, what = result.source.rows, _WHAT[result.level]
    found: list[Block] = []
    if result.of_events is not None and result.level == "contact":
        text = (
            f"This looks like a table of {result.of_events.replace('_', ' ')}, not of people, companies or products: "
            "two rows that are alike may well be two. Look at the pairs before you merge any."
        )
        found.append(Text(text=text, tone=Tone.WARN))
    if not result.weights:
        text = "Nothing in this table tells records apart: no name, address, number or text that differs."
        found.append(Text(text=text, tone=Tone.WARN))
        if not result.redundant:
            return found
    found += [
        Text(
            text=f"{rows:,} rows are {result.entities:,} {what[result.entities != 1]}: {result.redundant:,} rows "
            f"({percent(result.redundant / rows) if rows else '0%'}) are more than there need be.",
            tone=Tone.WARN if rows and result.redundant / rows > _MUCH else Tone.PLAIN,
        )
    ]
    if result.pairs_within:
        found.append(
            Text(
                text=f"Estimated precision {_interval(result.precision)}: of 100 pairs of rows put together, so many "
                f"are one. Estimated recall {_interval(result.recall)}: of 100 pairs that are one, so many were "
                "found. Both are estimated from the table itself, without known answers."
            )
        )
    found += _chance(result)
    found += pairs_told(result)
    if result.decided or result.absent_decisions:
        text = f"{result.decided:,} decisions by people were followed"
        absent = (
            f"; {result.absent_decisions:,} are about records that are not in this file"
            if result.absent_decisions
            else ""
        )
        found.append(Text(text=f"{text}{absent}.", tone=Tone.QUIET))
    return found


def _chance(result: IdentityResult) -> list[Block]:
    """Return what chance has to do with pairs that look like one."""
    chance = result.chance
    if chance is None or not chance.refused:
        return []
    agree = "1 pair agrees" if chance.agreeing == 1 else f"{chance.agreeing:,} pairs agree"
    if chance.tells_nothing:
        alone = (
            "chance alone would make as many"
            if chance.expected >= chance.agreeing
            else f"chance alone would make about {chance.expected:,}"
        )
        text = f"The table does not tell its rows apart: {agree} so far that they look like one, and {alone}."
        none = "None was put together." if not result.pairs_within else f"{chance.refused:,} were not put together."
        return [Text(text=f"{text} {none}", tone=Tone.WARN)]
    text = (
        f"{agree} so far that they look like one; chance alone would make about {chance.expected:,}. "
        f"{chance.refused:,} that chance may well have made were not put together."
    )
    return [Text(text=text, tone=Tone.QUIET)]


def _interval(estimate: Estimate) -> str:
    return f"{estimate.value:.0%} ({estimate.low:.0%} to {estimate.high:.0%})"


def _sizes(result: IdentityResult) -> Table:
    rows = tuple(cells((f"{size:,}", f"{count:,}", f"{size * count:,}")) for size, count in result.sizes.items())
    columns = (
        Column(title="Records", numeric=True),
        Column(title="Entities", numeric=True),
        Column(title="Rows", numeric=True),
    )
    return Table(columns=columns, rows=rows)


def _examples(result: IdentityResult) -> Table:
    rows = []
    for example in result.examples:
        first = ", ".join(f"{row:,}" for row in example.rows[:_FIRST_ROWS])
        more = f" and {len(example.rows) - _FIRST_ROWS:,} more" if len(example.rows) > _FIRST_ROWS else ""
        rows.append(cells((example.entity_id, f"{len(example.rows):,}", _sure(example.probability), f"{first}{more}")))
    columns = (
        Column(title="Entity"),
        Column(title="Records", numeric=True),
        Column(title="Sure", numeric=True),
        Column(title="Rows"),
    )
    return Table(columns=columns, rows=tuple(rows))


def _sure(probability: float) -> Cell:
    return Cell(percent(probability), Tone.PLAIN if probability > 0.9 else Tone.WARN)  # noqa: PLR2004 - nine of ten


def _weights(weights: tuple[FieldWeights, ...]) -> Table:
    """Return the table of fields: what being the same, alike and different weighs."""
    rows = []
    for field in weights:
        bits = [level.bits for level in field.levels]
        best = max(field.levels, key=lambda level: level.same * level.bits)  # what happens, not what would
        differing = [level for level in field.levels if level.bits < 0]
        worst = f"{min(bits):+.1f} {shown(min(differing, key=lambda level: level.bits).level)}" if differing else ""
        rows.append(cells((shown(field.field), percent(field.filled), f"{best.bits:+.1f} {shown(best.level)}", worst)))
    columns = (
        Column(title="Field"),
        Column(title="Filled", numeric=True),
        Column(title="Most for"),
        Column(title="Most against"),
    )
    return Table(columns=columns, rows=tuple(rows))


def _keys(keys: tuple[KeyUse, ...]) -> Table:
    rows = tuple(
        cells(
            (shown(key.name, longest=80), f"{key.pairs:,}", f"{key.largest:,}", f"{key.split:,}" if key.split else "")
        )
        for key in keys[:_KEYS]
    )
    columns = (
        Column(title="Records that share"),
        Column(title="Pairs", numeric=True),
        Column(title="Largest block", numeric=True),
        Column(title="Blocks split", numeric=True, optional=True),
    )
    return Table(columns=columns, rows=rows)


def _left(result: IdentityResult) -> list[Block]:
    found: list[Block] = []
    if len(result.keys) > _KEYS:
        found.append(Text(text=f"{len(result.keys) - _KEYS} more keys found what these miss.", tone=Tone.QUIET))
    split = sum(key.split for key in result.keys)
    if split:
        text = f"{split:,} blocks were too large, and their records were compared where they share something else too."
        found.append(Text(text=text, tone=Tone.QUIET))
    return found


def _advice(result: IdentityResult) -> list[Block]:
    if not result.weights:
        return []
    found = []
    if result.doubtful:
        found.append(
            f"{result.doubtful:,} pairs are doubtful: --review asks about the most worthwhile; --decisions FILE keeps "
            "the answers for good."
        )
    if result.in_several and result.survival is None:
        found.append("--clusters FILE says which rows are one; --golden FILE writes one record for each entity.")
    return [Text(text=text, tone=Tone.QUIET) for text in found]


def identity_json(result: IdentityResult) -> dict[str, Any]:
    """Return the result as JSON-ready values."""
    return {
        "schema_version": "1",
        "command": "dedupe",
        "source": source_json(result.source) | {"system": result.fields.system, "object": result.fields.system_object},
        "as_of": result.as_of.isoformat(),
        "level": result.level,
        "of_events": result.of_events,
        "rows": result.source.rows,
        "entities": result.entities,
        "redundant": result.redundant,
        "sizes": [{"records": size, "entities": count} for size, count in result.sizes.items()],
        "precision": _estimate(result.precision),
        "recall": _estimate(result.recall),
        "pairs_compared": result.pairs_compared,
        "pairs_within_entities": result.pairs_within,
        "doubtful_pairs": result.doubtful,
        "chance": None
        if result.chance is None
        else {
            "agreeing": result.chance.agreeing,
            "expected": result.chance.expected,
            "refused": result.chance.refused,
        },
        "decisions": {"followed": result.decided, "absent": result.absent_decisions},
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
                "levels": [
                    {
                        "level": level.level,
                        "same": float(f"{level.same:.4g}"),
                        "different": float(f"{level.different:.4g}"),
                        "bits": round(level.bits, 2),
                    }
                    for level in field.levels
                ],
            }
            for field in result.weights
        ],
        "threshold": result.threshold,
        "largest": [
            {"entity_id": example.entity_id, "rows": list(example.rows), "probability": round(example.probability, 4)}
            for example in result.examples
        ],
        "survival": None if result.survival is None else survival_json(result.survival),
        "changes": None if result.changes is None else changes_json(result.changes),
    }


def _estimate(estimate: Estimate) -> dict[str, float]:
    return {"value": round(estimate.value, 4), "low": round(estimate.low, 4), "high": round(estimate.high, 4)}
