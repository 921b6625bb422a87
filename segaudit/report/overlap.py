"""How segments meet, on paper: pairs, combinations, what a waterfall takes, conflicts."""

from typing import Any

from segaudit.model.decisions import Combinations, OverlapResult, PairOverlap, SchemaCounts, SegmentPower
from segaudit.model.segments import RuleBook, Schema
from segaudit.report.document import Column, Heading, Table, Text, Tone, cells, percent
from segaudit.report.safety import shown

_MOST_PAIRS = 10
_MOST_COMBINATIONS = 10
_MOST_TAKEN = 10
_WIDEST_MATRIX = 20  # segments; names say it better of more
_BAR = 12  # characters of the longest bar
Block = Heading | Text | Table


def meeting_blocks(schema: Schema, counted: SchemaCounts, rows: int) -> list[Block]:
    """Return how the segments of a schema meet; nothing where none does."""
    overlapping = [pair for pair in counted.overlaps if pair.both]
    if not overlapping:
        return []
    blocks: list[Block] = [_pair_table(overlapping)]
    blocks += _chance_text(overlapping)
    if counted.combinations is not None:
        names = [segment.id for segment in schema.segments]
        blocks += [Text(text=_spread_text(counted), tone=Tone.QUIET)]
        blocks += combination_blocks(counted.combinations, names, rows)
    return blocks + _taken_blocks(counted) + _conflict_blocks(counted)


def _pair_table(overlapping: list[PairOverlap]) -> Table:
    ranked = sorted(overlapping, key=lambda pair: (-pair.both, pair.a, pair.b))
    titles = ("Segment", "and segment", "Both", "Jaccard", "of 1st", "of 2nd", "Lift")
    columns = tuple(Column(title=title, numeric=place > 1) for place, title in enumerate(titles))
    rows = tuple(
        cells(
            [
                pair.a,
                pair.b,
                f"{pair.both:,}",
                f"{pair.jaccard:.3f}",
                percent(pair.a_in_b),
                percent(pair.b_in_a),
                _lift_words(pair),
            ]
        )
        for pair in ranked[:_MOST_PAIRS]
    )
    return Table(columns=(*columns, Column(title="", optional=True)), rows=tuple(_with_containment(ranked, rows)))


def _with_containment(ranked: list[PairOverlap], rows: tuple[tuple[Any, ...], ...]) -> list[tuple[Any, ...]]:
    return [(*row, *cells([_containment(pair)])) for pair, row in zip(ranked, rows, strict=False)]


def _containment(pair: PairOverlap) -> str:
    if not pair.only_a and not pair.only_b:
        return "the same records"
    if not pair.only_a:
        return "the first lies inside the second"
    return "the second lies inside the first" if not pair.only_b else ""


def _lift_words(pair: PairOverlap) -> str:
    if pair.lift_ends is None or pair.lift is None:
        return "too few to say"
    low, high = pair.lift_ends
    return f"{pair.lift:.2f} ({low:.2f}-{high:.2f})"


def _chance_text(overlapping: list[PairOverlap]) -> list[Text]:
    if all(pair.lift_ends is None for pair in overlapping):
        return []
    return [
        Text(
            text="Lift: records in both by those expected by chance, with its 95% interval; above 1 they belong "
            "together, below 1 they avoid each other.",
            tone=Tone.QUIET,
        )
    ]


def _spread_text(counted: SchemaCounts) -> str:
    said = ", ".join(f"{number} in {rows:,} records" for number, rows in counted.per_record)
    text = f"Segments whose criteria hold: {said}"
    if counted.per_entity is not None:
        of_entities = ", ".join(f"{number} in {entities:,}" for number, entities in counted.per_entity)
        text += f". Segments an entity's records are in: {of_entities} entities"
    return f"{text}."


def combination_blocks(found: Combinations, names: list[str], rows: int) -> list[Block]:
    """Return combinations as a table: a dot for each segment in its place, and a bar for the records."""
    most = max((item.rows for item in found.listed), default=0)
    narrow = len(names) <= _WIDEST_MATRIX
    columns = (
        Column(title="Records", numeric=True),
        Column(title="Share", numeric=True),
        Column(title="", optional=True),
        *([Column(title="".join(_sign(place) for place in range(len(names))))] if narrow else []),
        Column(title="Exactly these segments"),
    )
    table = tuple(
        cells(
            [
                f"{item.rows:,}",
                percent(item.rows / rows) if rows else "-",
                "█" * max(1, round(item.rows / most * _BAR)),
                *(["".join("●" if name in item.segments else "·" for name in names)] if narrow else []),
                " + ".join(item.segments) or "none",
            ]
        )
        for item in found.listed[:_MOST_COMBINATIONS]
    )
    blocks: list[Block] = [Table(columns=columns, rows=table)]
    hidden = found.listed[_MOST_COMBINATIONS:]
    others, records = found.others + len(hidden), found.others_rows + sum(item.rows for item in hidden)
    if others:
        blocks.append(Text(text=f"{others:,} more combinations with {records:,} records", tone=Tone.QUIET))
    return blocks


def _sign(place: int) -> str:
    """Return one character for a place: 1 to 9, then letters."""
    return "123456789abcdefghijk"[place]


def _taken_blocks(counted: SchemaCounts) -> list[Block]:
    if not counted.taken:
        return []
    matched = {item.segment: item.matched for item in counted.segments}
    ranked = sorted(counted.taken, key=lambda item: -item.rows)
    columns = (
        Column(title="Segment"),
        Column(title="loses to"),
        Column(title="Records", numeric=True),
        Column(title="of those its criteria hold for", numeric=True),
    )
    rows = tuple(
        cells([item.segment, item.by, f"{item.rows:,}", percent(item.rows / matched[item.segment])])
        for item in ranked[:_MOST_TAKEN]
    )
    return [Table(columns=columns, rows=rows)]


def _conflict_blocks(counted: SchemaCounts) -> list[Block]:
    if not counted.conflict_pairs:
        return []
    columns = (
        Column(title="Conflict"),
        Column(title="with"),
        Column(title="Records", numeric=True),
        Column(title="First rows"),
    )
    rows = tuple(
        cells([item.a, item.b, f"{item.rows:,}", ", ".join(f"{row:,}" for row in item.first_rows)])
        for item in counted.conflict_pairs
    )
    return [Table(columns=columns, rows=rows)]


def across_blocks(result: OverlapResult) -> list[Block]:
    """Return how the members of all schemas meet; nothing where nobody asked."""
    if result.across is None:
        return []
    names = [f"{schema.id}.{segment.id}" for schema, segment in result.rules.segments()]
    return [
        Heading(text="Across schemas: who is in which segments"),
        *combination_blocks(result.across, names, result.source.rows),
    ]


def closing_texts(result: OverlapResult) -> list[Block]:
    """Return what was not looked at, and what was written."""
    texts: list[Block] = [
        Text(text=f"Not computable: {what}; {why}.", tone=Tone.QUIET) for what, why in result.not_computable
    ]
    if result.leakage_path:
        where = shown(result.leakage_path, longest=200)
        wrote = f"Wrote {result.leakage_entities:,} entities with records in different segments to {where}."
        texts.append(Text(text=wrote, tone=Tone.GOOD))
    return texts


def pair_json(pair: PairOverlap) -> dict[str, Any]:
    """Return two segments that share records, as JSON-ready values."""
    low, high = pair.lift_ends or (None, None)
    return {
        "schema": pair.schema,
        "a": pair.a,
        "b": pair.b,
        "members": pair.both,
        "jaccard": round(pair.jaccard, 6),
        "a_in_b": round(pair.a_in_b, 6),
        "b_in_a": round(pair.b_in_a, 6),
        "expected": round(pair.expected, 3),
        "lift": round(pair.lift, 6) if pair.lift is not None else None,
        "lift_low": round(low, 6) if low is not None else None,
        "lift_high": round(high, 6) if high is not None else None,
        "lift_said": "95% interval" if pair.lift_ends is not None else "too few to say",
    }


def meetings_json(counted: SchemaCounts) -> dict[str, Any]:
    """Return how the segments of a schema meet, as JSON-ready values."""
    even = counted.evenness
    return {
        **({"combinations": combinations_json(counted.combinations)} if counted.combinations is not None else {}),
        "segments_per_record": [{"segments": number, "rows": rows} for number, rows in counted.per_record],
        **(
            {"segments_per_entity": [{"segments": number, "entities": found} for number, found in counted.per_entity]}
            if counted.per_entity is not None
            else {}
        ),
        "taken": [{"segment": item.segment, "by": item.by, "rows": item.rows} for item in counted.taken],
        "conflict_pairs": [
            {"a": item.a, "b": item.b, "rows": item.rows, "first_rows": list(item.first_rows)}
            for item in counted.conflict_pairs
        ],
        "evenness": {
            "herfindahl": round(even.herfindahl, 6),
            "effective_segments": round(even.effective, 3),
            "largest_share": round(even.largest, 6),
        },
    }


def combinations_json(found: Combinations) -> dict[str, Any]:
    """Return combinations as JSON-ready values."""
    return {
        "listed": [{"segments": list(item.segments), "rows": item.rows} for item in found.listed],
        "others": {"combinations": found.others, "rows": found.others_rows},
    }


def weighed_json(result: OverlapResult, rules: RuleBook) -> dict[str, Any]:
    """Return hours and powers, what is across schemas, and what was not computed."""
    hours = result.hours
    return {
        **({"across": combinations_json(result.across)} if result.across is not None else {}),
        **(
            {
                "hours": {
                    "needed": hours.needed,
                    "stated": hours.stated,
                    "assumed": hours.assumed,
                    "usual": hours.usual,
                    "capacity": rules.governance.capacity_hours_per_quarter,
                }
            }
            if hours is not None
            else {}
        ),
        "powers": [power_json(item) for item in result.powers],
        "not_computable": [{"what": what, "why": why} for what, why in result.not_computable],
        **(
            {"leakage_list": {"path": result.leakage_path, "entities": result.leakage_entities}}
            if result.leakage_path
            else {}
        ),
    }


def power_json(item: SegmentPower) -> dict[str, Any]:
    """Return whether a segment is large enough to be measured, as JSON-ready values."""
    return {
        "schema": item.schema,
        "segment": item.segment,
        "metric": item.metric,
        "baseline": item.baseline,
        "detect_relative": item.relative,
        "assumed": list(item.assumed),
        "members": item.members,
        "arm": item.arm,
        "arm_needed": item.arm_needed,
        "smallest_relative": round(item.smallest, 6) if item.smallest is not None else None,
        "enough": item.enough,
    }
