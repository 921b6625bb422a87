"""A shallow tree of readable conditions: grown on one half of the records, each split confirmed on the other."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segaudit.segments.statistics.corrections import Correction, corrected
from segaudit.segments.suggest.start.conditions import FALSE, TRUE, UNKNOWN, Ask, together, truth_of
from segaudit.segments.suggest.start.frame import Frame, Numbers
from segaudit.segments.suggest.start.outcomes import differ, higher

_DEEPEST = 3  # conditions a person can keep in mind
_SEED = 0  # of the order in which scikit-learn looks at columns that are equally good


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A condition that parts records, and what parts each side; None is a leaf."""

    ask: Ask
    yes: "Split | None"
    no: "Split | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A split, held against the half it was not found on."""

    path: tuple[Ask, ...]
    split: Split
    test: str
    p: float | None
    p_corrected: float | None
    family: int
    same_way: bool
    yes: Numbers  # outcomes of the two sides
    no: Numbers

    def holds(self, alpha: float) -> bool:
        """Tell whether the split is confirmed."""
        return self.same_way and self.p_corrected is not None and self.p_corrected <= alpha


def grow(asks: Sequence[Ask], frame: Frame, *, is_rate: bool, least: int, most: int) -> Split | None:
    """Grow a tree on records whose outcome is known; None if nothing parts them.

    Args:
        asks: Conditions to choose from.
        frame: The half that is searched.
        is_rate: The outcome is yes or no; otherwise an amount, of which the rank counts.
        least: Records of a leaf, at least.
        most: Leaves.
    """
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor  # noqa: PLC0415 - heavy, for this search only

    if not asks or frame.rows < 2 * least:
        return None
    cells = np.column_stack([_cells(ask, frame) for ask in asks])
    kind = DecisionTreeClassifier if is_rate else DecisionTreeRegressor
    limits = {"max_depth": _DEEPEST, "max_leaf_nodes": most, "min_samples_leaf": least, "random_state": _SEED}
    outcome = frame.outcome if is_rate else np.argsort(np.argsort(frame.outcome, kind="stable"), kind="stable")
    tree = kind(**limits).fit(cells, outcome).tree_
    return _split(tree.children_left, tree.children_right, tree.feature, asks, 0)


def _cells(ask: Ask, frame: Frame) -> NDArray[np.float32]:
    """Return whether a condition holds; a record of which it cannot be told goes with the most."""
    truth = ask.truth(frame.columns[ask.feature.name])
    usual = np.count_nonzero(truth == TRUE) > np.count_nonzero(truth == FALSE)
    return np.where(truth == UNKNOWN, usual, truth == TRUE).astype(np.float32)


def _split(
    left: NDArray[np.int64], right: NDArray[np.int64], columns: NDArray[np.int64], asks: Sequence[Ask], node: int
) -> Split | None:
    if left[node] < 0:
        return None
    below, above = (_split(left, right, columns, asks, int(side[node])) for side in (left, right))
    return Split(ask=asks[int(columns[node])], yes=above, no=below)


def splits_of(split: Split | None, path: tuple[Ask, ...] = ()) -> list[tuple[tuple[Ask, ...], Split]]:
    """Return every split with the conditions that lead to it."""
    if split is None:
        return []
    yes, no = (*path, split.ask), (*path, split.ask.opposite())
    return [(path, split), *splits_of(split.yes, yes), *splits_of(split.no, no)]


def leaves_of(split: Split | None, path: tuple[Ask, ...] = ()) -> list[tuple[Ask, ...]]:
    """Return the conditions of every leaf, those on one field joined."""
    if split is None:
        return [together(path)]
    return [*leaves_of(split.yes, (*path, split.ask)), *leaves_of(split.no, (*path, split.ask.opposite()))]


def try_splits(split: Split | None, seen: Frame, unseen: Frame, *, is_rate: bool) -> list[Trial]:
    """Hold every split against the half it was not found on; p-values are corrected by Holm for all of them."""
    placed = splits_of(split)
    sides = [(_sides(path, item, seen), _sides(path, item, unseen)) for path, item in placed]
    tests = [differ(*held, is_rate=is_rate) for _, held in sides]
    after = corrected([test[1] if test else None for test in tests], Correction.HOLM)
    return [
        Trial(
            path=path,
            split=item,
            test=test[0] if test else "",
            p=test[1] if test else None,
            p_corrected=p,
            family=sum(one is not None for one in tests),
            same_way=test is not None and higher(*found, is_rate=is_rate) is higher(*held, is_rate=is_rate),
            yes=held[0],
            no=held[1],
        )
        for (path, item), (found, held), test, p in zip(placed, sides, tests, after, strict=True)
    ]


def _sides(path: Sequence[Ask], split: Split, frame: Frame) -> tuple[Numbers, Numbers]:
    inside = truth_of(path, frame)
    own = truth_of((split.ask,), frame)
    yes, no = ((inside == TRUE) & (own == verdict) & frame.known for verdict in (TRUE, FALSE))
    return frame.outcome[yes], frame.outcome[no]


def kept(split: Split | None, trials: Sequence[Trial], alpha: float) -> Split | None:
    """Return the tree without the splits that were not confirmed, unless one below them was."""
    if split is None:
        return None
    yes, no = kept(split.yes, trials, alpha), kept(split.no, trials, alpha)
    own = next(item for item in trials if item.split is split)
    if yes is None and no is None and not own.holds(alpha):
        return None
    return Split(ask=split.ask, yes=yes, no=no)
