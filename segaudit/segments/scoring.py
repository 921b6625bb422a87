"""Scores of records: the sum of the points of the parts that hold, with what each part gave."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from sqlglot import expressions as exp

from segaudit.model.conditions import Condition, Group, GroupKind, PredicateRef
from segaudit.model.segments import RuleBook, Schema, Score, ScorePart, Segment
from segaudit.segments.program import Layer, Program
from segaudit.segments.reasons import condition_words
from segaudit.sql.conditions import condition_verdict, score_ends
from segaudit.sql.operators.expressions import any_of, joined, literal

_MOST_DECIMALS = 6
_NOTHING = "no part holds"


def segment_score(segment: Segment, rules: RuleBook) -> Score | None:
    """Return the score of a segment's members: its own, or the one they are ranked by."""
    if segment.score is not None or segment.rank_within is None or not segment.rank_within.is_score:
        return segment.score
    return rules.scores.get(segment.rank_within.by)


def ranking_score(segment: Segment, rules: RuleBook) -> Score | None:
    """Return the score that members are ranked by; None if it is a field, or nothing."""
    rank = segment.rank_within
    if rank is None or not rank.is_score:
        return None
    own = segment.score
    return own if own is not None and rank.by in {"score", own.name} else rules.scores.get(rank.by)


def scored_segments(schema: Schema, rules: RuleBook) -> dict[str, Score]:
    """Return the segments of a schema that have a score."""
    found = {segment.id: segment_score(segment, rules) for segment in schema.segments}
    return {segment: score for segment, score in found.items() if score is not None}


def used_scores(rules: RuleBook) -> tuple[Score, ...]:
    """Return the scores of the rules that some segment is decided, scored or ranked by."""
    used = {score.name for schema in rules.schemas for score in scored_segments(schema, rules).values()}
    used |= {score.name for _, segment in rules.segments() if (score := ranking_score(segment, rules)) is not None}
    for _, segment in rules.segments():
        used |= set(_asked([segment.criteria, *segment.exclude]))
    return tuple(score for name, score in rules.scores.items() if name in used)


def _asked(conditions: list[Condition]) -> Iterator[str]:
    """Yield the names of scores that conditions ask about."""
    for condition in conditions:
        match condition:
            case Group():
                if condition.kind is GroupKind.SCORE:
                    yield condition.name
                yield from _asked(list(condition.members))
            case PredicateRef():
                yield from _asked([condition.condition])


def score_layer(score: Score, program: Program, name: str) -> Layer:
    """Return a score over the decided columns: ``<name>__low``, ``<name>__high`` and ``<name>__parts``."""
    verdicts = [condition_verdict(part.when, program.clauses) for part in score.parts]
    low, high = score_ends([part.points for part in score.parts], verdicts)
    exact = f"DECIMAL(18, {_decimals(score)})"
    return {
        f"{name}__low": exp.cast(low, exact),
        f"{name}__high": exp.cast(high, exact),
        f"{name}__parts": _parts(score, verdicts, program),
    }


def score_text(low: exp.Expr, high: exp.Expr) -> exp.Expr:
    """Return a score as text: ``55``, or ``40-55`` where parts cannot be told; ``-10 to 5`` below zero."""
    ends = [exp.cast(end.copy(), "TEXT") for end in (low, high)]
    below = low.copy() < exp.Literal.number(0)
    return (
        exp.Case()
        .when(low.copy().eq(high.copy()), ends[0])
        .when(below, joined("", [ends[0], literal(" to "), ends[1]]))
        .when(exp.not_(low.copy().is_(exp.null())), joined("", [ends[0], literal("-"), ends[1]]))
    )


def _decimals(score: Score) -> int:
    """Return the digits behind the point that its points have."""
    places = [-int(Decimal(repr(part.points)).normalize().as_tuple().exponent) for part in score.parts]
    return min(max(0, *places), _MOST_DECIMALS)


def _parts(score: Score, verdicts: list[exp.Expr], program: Program) -> exp.Expr:
    """Return what gave points, and what cannot be told: ``right size 30, can't tell: intent (25)``."""
    pairs = list(zip(score.parts, verdicts, strict=True))
    sure = [exp.Case().when(verdict.copy(), literal(_said(part, program, "{} {}"))) for part, verdict in pairs]
    unknown = [(part, verdict.copy().is_(exp.null())) for part, verdict in pairs]
    doubts = [exp.Case().when(is_open, literal(_said(part, program, "{} ({})"))) for part, is_open in unknown]
    doubt = exp.Case().when(
        any_of([is_open.copy() for _, is_open in unknown]), joined("", [literal("can't tell: "), joined(", ", doubts)])
    )
    told = exp.Nullif(this=joined(", ", [*sure, doubt]), expression=literal(""))
    return exp.func("COALESCE", told, literal(_NOTHING))


def _said(part: ScorePart, program: Program, form: str) -> str:
    return form.format(part.name or condition_words(part.when, program.clauses), f"{part.points:.10g}")


def by_segment(values: Mapping[str, exp.Expr], *, several: bool) -> exp.Expr:
    """Return the one value of segments that is there; where a record may be in several, each behind its segment."""
    if not several or len(values) == 1:
        return exp.func("COALESCE", *values.values()) if len(values) > 1 else next(iter(values.values()))
    told = [
        exp.Case().when(exp.not_(value.copy().is_(exp.null())), joined("", [literal(f"{segment}: "), value]))
        for segment, value in values.items()
    ]
    return exp.Nullif(this=joined("; ", told), expression=literal(""))
