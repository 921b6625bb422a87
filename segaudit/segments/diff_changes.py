"""What two definitions say differently, key by key, beside whom they hold."""

from collections.abc import Mapping

from segaudit.model.rules_diff import Change, FieldDifference, Matches
from segaudit.model.segments import RankBy, RuleBook, RuleField, Schema, Score, Segment

_LONGEST = 500  # characters of what is said


def segment_changes(a: Segment, b: Segment) -> tuple[Change, ...]:
    """Return what two definitions of a segment say differently, beside their criteria."""
    return _changes(_said_of_segment(a), _said_of_segment(b))


def schema_changes(a: Schema, b: Schema, matches: Matches) -> tuple[Change, ...]:
    """Return what two definitions of a schema say differently, beside their segments.

    The order is told of segments that both have.
    """
    ours, theirs = _said_of_schema(a), _said_of_schema(b)
    of_b = {match.b: match.a for match in matches.pairs}
    order_a = [match.a for match in matches.pairs]
    order_b = [of_b[segment.id] for segment in b.segments if segment.id in of_b]
    ours["order"], theirs["order"] = ", ".join(order_a), ", ".join(order_b)
    return _changes(ours, theirs)


def field_differences(a: RuleBook, b: RuleBook) -> tuple[FieldDifference, ...]:
    """Return where two rule books declare a field differently."""
    found = []
    for name in a.fields:
        if name not in b.fields:
            continue
        ours, theirs = _said_of_field(a.fields[name]), _said_of_field(b.fields[name])
        found += [FieldDifference(field=name, key=item.key, a=item.a, b=item.b) for item in _changes(ours, theirs)]
    return tuple(found)


def _changes(ours: Mapping[str, str], theirs: Mapping[str, str]) -> tuple[Change, ...]:
    keys = dict.fromkeys([*ours, *theirs])
    return tuple(
        Change(key=key, a=ours.get(key, ""), b=theirs.get(key, ""))
        for key in keys
        if ours.get(key, "") != theirs.get(key, "")
    )


def _said_of_segment(segment: Segment) -> dict[str, str]:
    return {
        "name": segment.name,
        "suppress": "yes" if segment.suppress else "no",
        **_flat(segment.documentation, but={"name", "suppress", "score", "rank_within"}),
        "score": _score(segment.score),
        "rank_within": _rank(segment.rank_within),
    }


def _said_of_schema(schema: Schema) -> dict[str, str]:
    return {
        "assign": schema.assign.value,
        "else": schema.otherwise,
        "undecided": schema.undecided_label,
        "conflict": schema.conflict,
        **_flat(schema.documentation, but=set()),
        **{f"transitions.{label}": ", ".join(after) or "none" for label, after in schema.transitions.items()},
    }


def _said_of_field(field: RuleField) -> dict[str, str]:
    said = {
        "type": field.type.value,
        "column": field.column,
        "currency": field.currency,
        "blank_means": _text(field.blank_means) if field.blank_means is not None else None,
        "if_absent": "unknown" if field.absent_unknown else None,
        "separator": field.separator,
        "min_coverage": field.min_coverage,
        "max_age": field.max_age_days,
        "values": ", ".join(field.values),
    }
    return {key: str(value) for key, value in said.items() if value is not None}


def _flat(documentation: Mapping[str, object], *, but: set[str], under: str = "") -> dict[str, str]:
    """Return what is documented as dotted keys and texts."""
    found: dict[str, str] = {}
    for key, value in documentation.items():
        if key in but:
            continue
        if isinstance(value, dict):
            found |= _flat(value, but=set(), under=f"{under}{key}.")
        else:
            found[f"{under}{key}"] = _text(value)[:_LONGEST]
    return found


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return "; ".join(_text(item) for item in value)
        case dict():
            return ", ".join(f"{key} {_text(item)}" for key, item in value.items())
        case _:
            return str(value)


def _score(score: Score | None) -> str:
    if score is None:
        return ""
    return f"{score.name}: " + ", ".join(f"{part.name or 'a part'} {part.points:g}" for part in score.parts)


def _rank(rank: RankBy | None) -> str:
    return "" if rank is None else f"{rank.by}, {'most' if rank.descending else 'least'} first"
