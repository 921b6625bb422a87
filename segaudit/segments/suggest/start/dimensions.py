"""The dimensions a database could be parted by without an outcome: bands of a number or a date, groups of values."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from segaudit.model.suggestions import Acting, Feature
from segaudit.segments.suggest.request import StartRequest
from segaudit.segments.suggest.start.acting import acted_on
from segaudit.segments.suggest.start.conditions import TRUE, UNKNOWN, truth_of
from segaudit.segments.suggest.start.frame import Frame, Mask, Numbers
from segaudit.segments.suggest.start.parts import Part, parts_of

_REST = 1_000_000  # the label of what is not named


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One way to part a database, and how good it is."""

    features: tuple[Feature, ...]
    parts: tuple[Part, ...]
    coverage: float  # share of records that are placed
    balance: float  # 0 one part holds all, 1 all hold as many
    stability: float  # share of the placed that the other half's own cut-offs place alike
    action: float
    why: str
    smallest: int
    largest: float  # share of the placed

    @property
    def score(self) -> float:
        """Return how good it is: what is measured, multiplied by how far a team can act on it."""
        return self.coverage * self.balance * self.stability * self.action

    @property
    def header(self) -> str:
        """Return what people call it."""
        return " x ".join(item.header for item in self.features)


def dimension_of(feature: Feature, frame: Frame, request: StartRequest, *, most: int, least: int) -> Dimension | None:
    """Return the parts of a feature and how good they are; None if it has none.

    Args:
        feature: The field.
        frame: All records.
        request: With the day, and how far a team can act on fields.
        most: Parts, at most.
        least: Records of a part, at least.
    """
    as_of = request.as_of
    parts = parts_of(feature, frame.columns[feature.name], as_of, most=most, least=least)
    if len(parts) < 2:  # noqa: PLR2004 - one part is no parting
        return None
    halves = [
        parts_of(feature, half.columns[feature.name], as_of, most=most, least=least // 2)
        for half in (frame.seen(), frame.unseen())
    ]
    return measured((feature,), parts, halves, frame, acted_on(feature, request.rules))


def measured(
    features: tuple[Feature, ...],
    parts: Sequence[Part],
    halves: Sequence[Sequence[Part]],
    frame: Frame,
    acted: Acting,
) -> Dimension:
    """Return a dimension with what its parts come to."""
    truths = [truth_of(part.asks, frame) for part in parts]
    counts = np.array([np.count_nonzero(truth == TRUE) for truth in truths], dtype=np.float64)
    placed = counts.sum()
    shares = counts / placed if placed else counts
    filled = shares[shares > 0]
    return Dimension(
        features=features,
        parts=tuple(parts),
        coverage=float(placed / frame.rows) if frame.rows else 0.0,
        balance=float(-(filled * np.log(filled)).sum() / np.log(len(parts))),
        stability=_agreement(halves, frame),
        action=acted.use,
        why=acted.why,
        smallest=int(counts.min()),
        largest=float(shares.max()) if placed else 1.0,
    )


def _agreement(halves: Sequence[Sequence[Part]], frame: Frame) -> float:
    """Return the share of records that what one half was cut into places as what the other half was cut into does."""
    labels = [_labels(parts, frame) for parts in halves]
    both = (labels[0] >= 0) & (labels[1] >= 0)
    if not both.any() or not halves[0] or not halves[1]:
        return 0.0
    return float((labels[0][both] == labels[1][both]).mean())


def _labels(parts: Sequence[Part], frame: Frame) -> Numbers:
    """Return a number for what each record's part is: a value, or the place of a band; -1 if it is in none."""
    labels = np.full(frame.rows, -1.0)
    for place, part in enumerate(parts):
        values = part.asks[0].values
        named = values is not None and not part.asks[0].none_of
        label = float(min(values)) if values and named else float(_REST if values is not None else place)
        labels[truth_of(part.asks, frame) == TRUE] = label
    return labels


def undecided(parts: Sequence[Part], frame: Frame) -> tuple[Mask, Mask]:
    """Return which records are placed by no part, and which of them because something is missing."""
    truths = [truth_of(part.asks, frame) for part in parts]
    placed = np.logical_or.reduce([truth == TRUE for truth in truths])
    missing = ~placed & np.logical_or.reduce([truth == UNKNOWN for truth in truths])
    return ~placed, missing
