"""The smallest edit that mends a finding, where one is clear."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from segaudit.model.conditions import Clause, Condition, Group, GroupKind, PredicateRef, SegmentRef, segment_refs_of
from segaudit.model.fields import FieldType
from segaudit.model.proofs import GapProof, PairProof, PairVerdict
from segaudit.model.segments import RuleBook, Schema, Segment
from segaudit.model.spans import Span
from segaudit.segments.proof.spans import POSITIVE, spans_of
from segaudit.sql.operators.expressions import texts

# Spans that move with the day are not mended by writing a day into them.
_MOVING = frozenset("within_last before_last within_next after_next this last next older_than newer_than".split())
_SCALES = ((10**9, "B"), (10**6, "M"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Band:
    """A segment that asks one thing only: that one number or date lies in one span."""

    segment: str
    field: str
    kind: FieldType
    span: Span

    @property
    def steps(self) -> bool:
        """Tell whether values go in whole steps, so that a band can begin right after another's end."""
        return self.kind in {FieldType.INT, FieldType.DATE}

    def written(self, span: Span) -> str:
        """Return the clause that asks for a span."""
        return f"{self.field}: {{{_asked(span, self.kind)}}}"


def mend_overlap(rules: RuleBook, schema: Schema, pair: PairProof, as_of: date) -> str:
    """Return how two segments that hold the same record can be kept apart."""
    a, b = schema.segment(pair.a), schema.segment(pair.b)
    if pair.verdict is PairVerdict.EQUAL:
        return f"merge {a.id} and {b.id}, or tell them apart"
    one, other = _band(rules, a, as_of), _band(rules, b, as_of)
    if one is not None and other is not None and one.field == other.field:
        edit = _parted(one, other)
        if edit:
            return edit
    shared = _shared_words(a, b)
    if shared:
        return f"take {_listed(shared)} out of {a.id} or out of {b.id}"
    inner, outer = (b, a) if pair.verdict is PairVerdict.B_IN_A else (a, b)
    if any(schema.segment(ref.segment) is outer for ref in _refs(inner) if ref.schema == schema.id):
        inner, outer = outer, inner
    return f"add exclude: [{{segment: {schema.id}.{inner.id}}}] to {outer.id}"


def mend_gap(rules: RuleBook, schema: Schema, gap: GapProof, as_of: date) -> str:
    """Return how a gap can be closed."""
    if gap.field is not None and gap.stretch is not None:
        bands = [band for segment in schema.segments if (band := _band(rules, segment, as_of)) is not None]
        edit = _closed([band for band in bands if band.field == gap.field], gap.stretch)
        if edit:
            return edit
    return f'widen a segment, or let else: "{schema.otherwise}" stand for such records'


def _parted(one: _Band, other: _Band) -> str:
    """Return two ways to part bands of which one ends in the other; nothing if one lies in the other."""
    below, above = sorted((one, other), key=lambda band: (band.span.low is not None, band.span.low or 0))
    end, begin = below.span.high, above.span.low
    if end is None or begin is None or below.span.low == begin or (above.span.high or end) < end:
        return ""
    if below.steps:
        later, sooner = replace(above.span, low=end + 1), replace(below.span, high=begin - 1)
        ways = [
            f"let {above.segment} begin at {_value(end + 1, above.kind)} ({above.written(later)})",
            f"let {below.segment} end at {_value(begin - 1, below.kind)} ({below.written(sooner)})",
        ]
        return ", or ".join(way for way, span in zip(ways, (later, sooner), strict=True) if not span.empty())
    sooner = replace(below.span, high=begin, high_in=not above.span.low_in)
    return (
        "" if sooner.empty() else f"let {below.segment} end below {_value(begin, below.kind)} ({below.written(sooner)})"
    )


def _closed(bands: Sequence[_Band], gap: Span) -> str:
    """Return how the band next to a gap can take it in."""
    for band in bands:
        if gap.high is not None and band.span.low is not None and _touches(gap, band.span, steps=band.steps):
            wider = replace(band.span, low=gap.low, low_in=gap.low_in)
            if gap.low == gap.high:
                value = _value(gap.high, band.kind)
                return f"add {value} to {band.segment} ({band.written(wider)})"
            since = "at" if gap.low_in else "above"
            begin = f"begin {since} {_value(gap.low, band.kind)}" if gap.low is not None else "have no lower end"
            return f"let {band.segment} {begin} ({band.written(wider)})"
    for band in bands:
        if gap.low is not None and band.span.high is not None and _touches(band.span, gap, steps=band.steps):
            wider = replace(band.span, high=gap.high, high_in=gap.high_in)
            until = "at" if gap.high_in else "below"
            end = f"end {until} {_value(gap.high, band.kind)}" if gap.high is not None else "have no upper end"
            return f"let {band.segment} {end} ({band.written(wider)})"
    return ""


def _touches(below: Span, above: Span, *, steps: bool) -> bool:
    """Tell whether one span begins where the other ends, with nothing between them."""
    if below.high is None or above.low is None:
        return False
    if steps:
        return below.high + 1 == above.low
    return below.high == above.low and below.high_in is not above.low_in


def _band(rules: RuleBook, segment: Segment, as_of: date) -> _Band | None:
    """Return a segment as a band; None if it asks for more than one span of one field."""
    clauses = _plain_clauses(segment.criteria)
    if segment.exclude or not clauses or len({clause.field for clause in clauses}) > 1:
        return None
    field = rules.fields[clauses[0].field]
    span = Span()
    for clause in clauses:
        spans = spans_of(clause, field.type, as_of)
        if spans is None or len(spans) != 1 or clause.operator in POSITIVE or clause.operator in _MOVING:
            return None
        span = span.meets(spans[0])
    return _Band(segment=segment.id, field=field.name, kind=field.type, span=span)


def _plain_clauses(condition: Condition) -> tuple[Clause, ...]:
    """Return the clauses that all have to hold; nothing if there is anything else beside them."""
    match condition:
        case Clause():
            return (condition,)
        case PredicateRef():
            return _plain_clauses(condition.condition)
        case Group() if condition.kind is GroupKind.ALL:
            parts = [_plain_clauses(member) for member in condition.members]
            return tuple(clause for part in parts for clause in part) if all(parts) else ()
        case _:
            return ()


def _shared_words(a: Segment, b: Segment) -> list[str]:
    """Return the words two lists on one field have in common."""
    one, other = _plain_clauses(a.criteria), _plain_clauses(b.criteria)
    if len(one) != 1 or len(other) != 1 or one[0].field != other[0].field:
        return []
    if any(clause.operator not in {"eq", "in"} for clause in (*one, *other)):
        return []
    theirs = {word.strip().casefold() for word in texts(other[0].operand)}
    return [word for word in texts(one[0].operand) if word.strip().casefold() in theirs]


def _refs(segment: Segment) -> list[SegmentRef]:
    return [ref for condition in (segment.criteria, *segment.exclude) for ref in segment_refs_of(condition)]


def _asked(span: Span, kind: FieldType) -> str:
    """Return the operators that ask for a span."""
    low = _value(span.low, kind) if span.low is not None else ""
    high = _value(span.high, kind) if span.high is not None else ""
    if kind is FieldType.DATE:
        if low and high:
            return f"between: [{low}, {high}]"
        return f"on_or_after: {low}" if low else f"on_or_before: {high}"
    if span.low == span.high and low:
        return f"eq: {low}"
    if low and high and span.low_in:
        return f"{'between' if span.high_in else 'range'}: [{low}, {high}]"
    parts = [f"{'gte' if span.low_in else 'gt'}: {low}"] if low else []
    parts += [f"{'lte' if span.high_in else 'lt'}: {high}"] if high else []
    return ", ".join(parts)


def _value(value: Fraction | None, kind: FieldType) -> str:
    """Return an end as the rules write it."""
    if value is None:
        return ""
    if kind is FieldType.DATE:
        return date.fromordinal(int(value)).isoformat()
    for size, letter in _SCALES if kind is FieldType.MONEY else ():
        if abs(value) >= size and (value * 10 / size).denominator == 1:
            return f"{float(value / size):g}{letter}"
    return str(value.numerator) if value.denominator == 1 else f"{float(value):g}"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]
