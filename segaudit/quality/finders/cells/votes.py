"""What each dependency says of one cell, and what they say together."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from segaudit.quality.finders.cells.groups import FEW, LARGE, Groups, leader
from segaudit.text.likeness import is_misspelling

_LISTED = re.compile(r"\s*[;|]\s*")  # several values in one cell
_MOST = 0.98
_SWAPPED = 0.6  # where a deviating value is right elsewhere, the left cell may as well be the wrong one
_MISSING_ALONE = 0.7  # one other row alone says what is missing
_BY_SOURCES = 0.95
_LEADER, _CLEAR_LEADER = 0.6, 0.8  # share of the rows a value needs before it is suggested: for another, for a blank
_UNSURE = 0.85  # that a cell is wrong where nothing can be suggested


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One dependency's word on one cell."""

    left: int
    group: str  # the left value
    right_value: str  # what the cell should say; empty if nobody can tell
    confidence: float  # that the cell is wrong; 0 where the dependency confirms it
    confirms: float  # that it is right
    rows: int  # that say so ...
    of: int  # ... of these


def vote(groups: Groups, group: str, own: str) -> Vote | None:
    """Return what a disagreeing group says of a cell, None if it says nothing."""
    values = groups.said[group]
    value, most, second = leader(values)
    if not value or (most == second and own):
        return None
    size = sum(rows for said, rows in values.items() if said)
    sure, right = 0.0, 0.0
    if own == value:
        right = _odds_share(groups.noise, most - 1 - second)
    elif groups.dependency.source is not None:
        sure, value = _by_sources(own, value, values, size)
    elif not own:
        sure, value = _missing(groups, value, most, size, values[own])
    else:
        sure = _deviating(groups, own, value, most, values[own]) * _cut_near_the_edge(most, size)
    return Vote(
        left=groups.dependency.left,
        group=group,
        right_value=value,
        confidence=sure,
        confirms=right if most > 1 else 0.0,
        rows=most,
        of=size,
    )


def _by_sources(own: str, value: str, values: Mapping[str, int], size: int) -> tuple[float, str]:
    """Return how sure it is that a source is wrong, and what most sources say if that is probably right.

    Only one statement about an entity can be right, so that each is as likely as the share of sources that make it.
    """
    share = values[value] / size
    if share >= (_LEADER if own else _CLEAR_LEADER):
        return _BY_SOURCES * share, value
    return (min(_UNSURE, 1 - (values[own] if own else 0) / size), "") if size > 1 else (0.0, "")


def _missing(groups: Groups, value: str, most: int, size: int, left_out: int) -> tuple[float, str]:
    alone = _MISSING_ALONE if most == 1 else 1.0
    sure = (1 - groups.noise) * alone * _not_alike(left_out, most)
    if most / size >= _CLEAR_LEADER:
        return min(_MOST, sure * most / size), value
    return min(_UNSURE, sure), ""


def _deviating(groups: Groups, own: str, value: str, most: int, mine: int) -> float:
    if most < 2 or value in _LISTED.split(own):  # noqa: PLR2004 - one row's word against another's, or a list
        return 0.0
    odds = _odds_share(groups.noise, most - mine) * _not_alike(mine, most)
    if own not in groups.leading and is_misspelling(own, value):
        return min(_MOST, odds)
    # The rule of succession: that so many rows agree does not yet mean that the next has to.
    natural = groups.by_error * (1 - 1 / (most + 2)) * _not_alike(mine, most)
    return min(_MOST, odds * natural * (_SWAPPED if own in groups.leading else 1.0))


def _cut_near_the_edge(most: int, size: int) -> float:
    """Return how much is left of the confidence in a group that disagrees with itself all over: errors are few."""
    share = (size - most) / size
    return max(0.0, 1 - 1.5 * share) if size >= LARGE and share > FEW else 1.0


def _not_alike(mine: int, most: int) -> float:
    """Return how little speaks for what several rows of a group say, or leave out, alike: errors seldom come twice."""
    return max(0.0, 1 - (mine - 1) / most)


def _odds_share(noise: float, margin: int) -> float:
    """Return the probability that the larger side is right, if each row errs independently with this share."""
    if margin <= 0:
        return 0.5 if margin == 0 else 0.0
    return 1 / (1 + math.pow(noise / (1 - noise), min(margin, 20)))


def combined(votes: Sequence[Vote]) -> tuple[float, str, Vote] | None:
    """Return the confidence that a cell is wrong, what it should say, and the vote that says most; None if it is right.

    The dependencies see the same rows, so that each further one counts for half of the one before it.
    """
    against = sorted((each for each in votes if each.confidence > 0), key=lambda v: (-v.confidence, -v.rows, v.left))
    if not against:
        return None
    share: dict[str, float] = {}
    for each in against:
        share[each.right_value] = share.get(each.right_value, 0.0) + each.confidence
    value = max(share, key=lambda text: (share[text], text))
    wrong = _joined([each.confidence for each in against if each.right_value == value])
    right = _joined(sorted((each.confirms for each in votes if each.confirms > 0), reverse=True))
    confidence = wrong * (1 - right) / (wrong * (1 - right) + (1 - wrong) * max(right, 1 - right))
    return confidence, value, next(each for each in against if each.right_value == value)


def _joined(shares: Sequence[float]) -> float:
    doubt, weight = 1.0, 1.0
    for share in shares:
        doubt *= (1 - min(share, _MOST)) ** weight
        weight /= 2
    return 1 - doubt
