"""Segments by purchases: how long ago, how often and how much, in at most six that have names."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segaudit.model.suggestions import (
    CannotTell,
    Evidence,
    Plain,
    ProposedSchema,
    ProposedSegment,
    SuggestionKind,
)
from segaudit.segments.suggest.request import StartRequest
from segaudit.segments.suggest.start.conditions import FALSE, TRUE, UNKNOWN, Truth
from segaudit.segments.suggest.start.drafts import Draft
from segaudit.segments.suggest.start.frame import Frame, Mask, Numbers
from segaudit.segments.suggest.start.measures import Held, Measure
from segaudit.segments.suggest.start.outcomes import any_differ, chance_words
from segaudit.segments.suggest.start.purchases import Purchases, purchases_of
from segaudit.segments.suggest.start.related_purchases import related_purchases
from segaudit.segments.suggest.start.settings import least_members
from segaudit.segments.suggest.start.winning import WINS

UNDECIDED = "not_enough_known"
_THIRD, _TWO_THIRDS = 1 / 3, 2 / 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """A named group of customers; of the groups in their order, the first that holds has the record."""

    id: str
    name: str
    why: str
    held: Held


def by_purchases(request: StartRequest, frame: Frame) -> Draft | CannotTell:
    """Propose segments by recency, frequency and money, or say what is lacking for it.

    Args:
        request: What there is.
        frame: The records with all features.
    """
    found = purchases_of(request, frame)
    if not _enough(found):
        found = related_purchases(request, frame.places) or found
    if not _enough(found):
        return _cannot(_lack(found))
    bought = _bought(found, frame)
    if np.count_nonzero(bought) < request.rules.limit("start_few_rows"):
        return _cannot(f"{np.count_nonzero(bought):,} records have bought; too few to be told apart")
    groups = _groups(found, bought & ~frame.held)
    if not groups:
        return _cannot("nearly all last purchases, or all amounts, are one value: nothing tells customers apart")
    groups = _large(groups, least_members(request.rules, int(bought.sum())))
    if len(groups) < request.rules.limit("segments_least"):
        return _cannot(f"only {len(groups)} groups of customers hold enough records")
    return _draft(found, groups, frame, request)


def _enough(found: Purchases) -> bool:
    return found.recency is not None and (found.frequency is not None or found.money is not None)


def _lack(found: Purchases) -> str:
    lacks = [
        words
        for words, measure in (
            ("the day of the last purchase", found.recency),
            ("the number of purchases or what they came to", found.frequency or found.money),
        )
        if measure is None
    ]
    return f"the file does not tell {' nor '.join(lacks)}, and no table of won deals is given (--with)"


def _bought(found: Purchases, frame: Frame) -> Mask:
    bought: Mask = np.ones(frame.rows, dtype=np.bool_)
    for measure in (found.recency, found.frequency, found.money):
        if measure is not None and measure.ever is not None:
            bought &= measure.ever.truth == TRUE
    return bought


def _groups(found: Purchases, among: Mask) -> list[_Group]:
    """Return the groups in their order; empty if a measure has no cut-off.

    Customers of the first third are recent, those of the last have lapsed; high is the upper third of money, or of
    frequency.
    """
    recency = found.recency
    amounts = [item for item in (found.money, found.frequency) if item is not None]
    if recency is None:
        return []
    first, last = recency.cut(among, _THIRD), recency.cut(among, _TWO_THIRDS)
    highs = [_high(item, among) for item in amounts]
    kept = [item for item in highs if item is not None]
    if first is None or last is None or first == last or not kept:
        return []
    recent, current = recency.beyond(first), recency.beyond(last)
    both, some = _all(kept), _any(kept)
    ever = recency.ever or current
    return [
        _Group(id="champions", name="Champions", why="bought lately, much and often", held=_all([recent, both])),
        _Group(id="loyal", name="Loyal", why="much or often, and not long ago", held=_all([current, some])),
        _Group(id="promising", name="Promising", why="bought lately, little so far", held=recent),
        _Group(id="need_attention", name="Need attention", why="little, and a while ago", held=current),
        _Group(id="at_risk", name="At risk", why="bought much or often, but long ago", held=some),
        _Group(id="lost", name="Lost", why="bought little, long ago", held=ever),
    ]


def _high(measure: Measure, among: Mask) -> Held | None:
    cut = measure.cut(among, _TWO_THIRDS)
    return measure.beyond(cut) if cut is not None else None


def _all(parts: Sequence[Held]) -> Held:
    if len(parts) == 1:
        return parts[0]
    truths = np.array([item.truth for item in parts])
    truth = np.where((truths == FALSE).any(axis=0), FALSE, np.where((truths == TRUE).all(axis=0), TRUE, UNKNOWN))
    return _group("all", " and ", parts, truth.astype(np.int8))


def _any(parts: Sequence[Held]) -> Held:
    if len(parts) == 1:
        return parts[0]
    truths = np.array([item.truth for item in parts])
    truth = np.where((truths == TRUE).any(axis=0), TRUE, np.where((truths == FALSE).all(axis=0), FALSE, UNKNOWN))
    return _group("any", " or ", parts, truth.astype(np.int8))


def _group(kind: str, word: str, parts: Sequence[Held], truth: Truth) -> Held:
    criteria: list[Plain] = []
    for item in parts:
        inner = item.criteria.get(kind) if isinstance(item.criteria, dict) else None
        criteria += inner if isinstance(inner, list) else [item.criteria]
    return Held(truth=truth, criteria={kind: criteria}, words=word.join(_bracketed(item, kind) for item in parts))


def _bracketed(item: Held, kind: str) -> str:
    is_other = isinstance(item.criteria, dict) and ({"all", "any"} - {kind}) & set(item.criteria)
    return f"({item.words})" if is_other else item.words


def _places(groups: Sequence[_Group]) -> NDArray[np.int64]:
    """Return the place of each record's group, the number of groups if it is in none."""
    places = np.full(len(groups[0].held.truth), len(groups))
    for place in range(len(groups) - 1, -1, -1):
        places[groups[place].held.truth == TRUE] = place
    return places


def _large(groups: list[_Group], least: int) -> list[_Group]:
    """Return the groups without those that are too small; whom they held goes to the next that holds."""
    while len(groups) > 1:
        counts = np.bincount(_places(groups), minlength=len(groups) + 1)[: len(groups)]
        small = [place for place, count in enumerate(counts[:-1]) if count < least]
        if not small:
            return groups if counts[-1] >= least else groups[:-1]
        groups = [item for place, item in enumerate(groups) if place != small[0]]
    return groups


def _draft(found: Purchases, groups: Sequence[_Group], frame: Frame, request: StartRequest) -> Draft:
    measures = [item for item in (found.recency, found.frequency, found.money) if item is not None]
    places = _places(groups)
    shares = [np.bincount(places[half], minlength=len(groups) + 1) / max(1, half.sum()) for half in _halves(frame)]
    segments = tuple(
        ProposedSegment(
            id=item.id,
            name=item.name,
            criteria=item.held.criteria,
            notes=(f"{item.why}: {item.held.words}; {frame.told(places == place)}",),
        )
        for place, item in enumerate(groups)
    )
    out = int((places == len(groups)).sum())
    schema = ProposedSchema(
        id="purchases",
        objective="treat customers by what they bought, how often, and how long ago",
        dimension="value_fit",
        assign="first_match",
        segments=segments,
        otherwise="no_purchase",
        undecided=UNDECIDED,
        notes=(
            "; ".join(item.words for item in measures),
            "a waterfall: a record is in the first segment that holds, so each says only what those before it leave",
            _unplaced(groups, frame),
            *(note for item in measures for note in item.notes),
        ),
        evidence=_evidence(groups, shares, places, frame, request),
        shows_outcome=not _is_won(request),
    )
    return Draft(
        schema=schema,
        approach="rfm",
        placed=1 - out / frame.rows,
        fields={name: declared for item in measures for name, declared in item.fields.items()},
        scores={name: score for item in measures for name, score in item.scores.items()},
        needs=tuple(dict.fromkeys(kind for item in measures for kind in item.needs)),
    )


def _unplaced(groups: Sequence[_Group], frame: Frame) -> str:
    outside = _places(groups) == len(groups)
    missing = outside & np.logical_or.reduce([item.held.truth == UNKNOWN for item in groups])
    return (
        f'{frame.told(outside & ~missing)} have bought nothing that is known, and are labelled "no_purchase"; '
        f'{frame.told(missing)} lack a cell that decides, and are labelled "{UNDECIDED}"'
    )


def _halves(frame: Frame) -> tuple[Mask, Mask]:
    return ~frame.held, frame.held


def _evidence(
    groups: Sequence[_Group],
    shares: Sequence[Numbers],
    places: NDArray[np.int64],
    frame: Frame,
    request: StartRequest,
) -> tuple[Evidence, ...]:
    told = ", ".join(f"{item.id} {shares[1][place]:.0%}" for place, item in enumerate(groups))
    apart = float(np.abs(shares[0] - shares[1]).max())
    found = [
        Evidence(
            statement=f"cut-offs from one half place the other alike ({told}): no share is {apart:.1%} or more apart",
            value=apart,
            rows=int(frame.held.sum()),
            held_out=True,
        )
    ]
    outcome = request.outcome
    if outcome is None or _is_won(request):
        return tuple(found)
    held = [frame.outcome[(places == place) & frame.held & frame.known] for place in range(len(groups))]
    tested = any_differ(held, is_rate=outcome.is_rate)
    if tested is not None:
        test, statistic, p = tested
        words = "differ" if p <= request.rules.limit("alpha") else "cannot be told apart"
        rates = ", ".join(
            f"{item.id} {group.mean() if outcome.is_rate else np.median(group):{'.1%' if outcome.is_rate else ',.6g'}}"
            for item, group in zip(groups, held, strict=True)
            if len(group)
        )
        found.append(
            Evidence(
                statement=f"the segments {words} in {outcome.name} ({rates}; p {chance_words(p)})",
                test=test,
                p=p,
                value=statistic,
                threshold=request.rules.limit("alpha"),
                rows=sum(len(group) for group in held),
                held_out=True,
            )
        )
    return tuple(found)


def _is_won(request: StartRequest) -> bool:
    """Tell whether the outcome is a win: whoever has bought was won, and that is no finding."""
    return request.outcome is not None and request.outcome.id in WINS


def _cannot(reason: str) -> CannotTell:
    return CannotTell(kind=SuggestionKind.START, reason=reason, schema="by purchases")
