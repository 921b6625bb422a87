"""Why two records are one entity or two: field by field, level and weight; the weights add up to the probability."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from segaudit.identity.comparing.comparison import LACKING, Comparison, Levels
from segaudit.identity.weighing.mixture import Mixture, log_sum
from segaudit.model.identity import FieldWeights, LevelWeight
from segaudit.model.review import Evidence

_SHOWN = 0.05  # bits below which a weight is nothing
_BEFORE = "before comparing"  # how rare it is that any two records are one entity
_CHANCE = "chance makes as many"  # what is taken off where chance alone makes pairs that agree so


def weigh(mixture: Mixture, levels: Levels) -> npt.NDArray[np.float64]:
    """Return what each comparison adds to the log odds of each pair, in bits; (pairs, 1 + comparisons).

    The first column is what is known before anything is compared. What a field adds depends on those before it: that
    the town is the same adds next to nothing once the company is.
    """
    logs = np.tile(np.log(mixture.shares), (len(levels), 1))
    found = [_odds(logs, mixture)]
    for position, table in enumerate(mixture.tables):
        logs = logs + np.log(table).T[levels[:, position]]
        found.append(_odds(logs, mixture))
    return np.asarray(np.diff(np.stack(found, axis=1), axis=1, prepend=0.0) / np.log(2))


def _odds(logs: npt.NDArray[np.float64], mixture: Mixture) -> npt.NDArray[np.float64]:
    return log_sum(logs[:, : mixture.matching]) - log_sum(logs[:, mixture.matching :])


def in_one_line(
    comparisons: Sequence[Comparison], mixture: Mixture, levels: Levels, held: npt.NDArray[np.float64] | None = None
) -> list[str]:
    """Return the evidence of each pair as one line: ``Last Name same +8.1; before comparing -4.2``.

    The bits of a line add up to the log odds of the pair.

    Args:
        comparisons: Those of the mixture.
        mixture: What agreement weighs.
        levels: Of the pairs.
        held: Log odds that are left once they are held against chance, base e; None if nothing was.
    """
    if not len(levels):
        return []
    keys = np.ascontiguousarray(levels).view([("", levels.dtype)] * levels.shape[1]).ravel()
    _, first, places = np.unique(keys, return_index=True, return_inverse=True)
    kinds = levels[first]
    bits = weigh(mixture, kinds)
    names = [comparison.names() for comparison in comparisons]
    taken = np.zeros(len(kinds)) if held is None else held[first] / np.log(2) - bits.sum(axis=1)
    lines = []
    for row, weights, less in zip(kinds, bits, taken, strict=True):
        said = [
            f"{comparison.name} {names[place][row[place]]} {weights[place + 1]:+.1f}"
            for place, comparison in enumerate(comparisons)
            if row[place] != LACKING and abs(weights[place + 1]) >= _SHOWN
        ]
        said.append(f"{_BEFORE} {weights[0]:+.1f}")
        if abs(less) >= _SHOWN:
            said.append(f"{_CHANCE} {less:+.1f}")
        lines.append("; ".join(said))
    return [lines[place] for place in places]


def evidence_of(
    comparisons: Sequence[Comparison], mixture: Mixture, levels: Levels, left: int, right: int
) -> tuple[Evidence, ...]:
    """Return the evidence of one pair."""
    weights = weigh(mixture, levels[None, :])[0]
    found = []
    for place, comparison in enumerate(comparisons):
        if levels[place] == LACKING:
            continue
        found.append(
            Evidence(
                field=comparison.name,
                level=comparison.names()[levels[place]],
                left=_value(comparison, left),
                right=_value(comparison, right),
                weight=float(weights[place + 1]),
            )
        )
    return tuple(found)


def _value(comparison: Comparison, record: int) -> str:
    code = comparison.main.codes[record]
    return str(comparison.main.values[int(code)].as_py()) if code >= 0 and comparison.main.is_text else ""


def field_weights(comparisons: Sequence[Comparison], mixture: Mixture) -> tuple[FieldWeights, ...]:
    """Return what each level of each comparison weighs, over all pairs."""
    of_one = mixture.shares[: mixture.matching] / mixture.shares[: mixture.matching].sum()
    of_two = mixture.shares[mixture.matching :] / mixture.shares[mixture.matching :].sum()
    found = []
    for comparison, table in zip(comparisons, mixture.tables, strict=True):
        same = of_one @ table[: mixture.matching]
        different = of_two @ table[mixture.matching :]
        names = comparison.names()
        found.append(
            FieldWeights(
                field=comparison.name,
                filled=comparison.main.share_filled,
                levels=tuple(
                    LevelWeight(
                        level=names[place],
                        same=float(same[place]),
                        different=float(different[place]),
                        bits=float(np.log2(same[place] / different[place])),
                    )
                    for place in range(1, comparison.size)
                ),
            )
        )
    return tuple(found)
