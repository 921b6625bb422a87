"""What people decided about pairs of records, what follows from it, and where it contradicts itself."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from segaudit.errors import InputError
from segaudit.identity.queue import Groups
from segaudit.model.review import Contradiction, Decision, Verdict

Pairs = npt.NDArray[np.int64]

_LINES_SHOWN = 12


class Decisions:
    """Decisions as they stand: of several about one pair the last one counts, and ``open`` takes back all of them."""

    def __init__(self, made: Iterable[Decision] = (), *, name: str = "", undecided: int = 0) -> None:
        """Take decisions in the order in which they were made.

        Args:
            made: The decisions.
            name: The file they come from, for messages.
            undecided: Rows of the file without a decision.
        """
        self.name = name
        self.undecided = undecided
        self._standing: dict[tuple[str, str], Decision] = {}
        for decision in made:
            self.add(decision)

    def __len__(self) -> int:
        """Return how many pairs are decided, ``unsure`` included."""
        return len(self._standing)

    def add(self, decision: Decision) -> None:
        """Take one more decision."""
        self._standing.pop(decision.pair, None)  # so that the order is that of the last word on each pair
        if decision.verdict is not Verdict.OPEN:
            self._standing[decision.pair] = decision
        self.__dict__.pop("_groups", None)
        self.__dict__.pop("_apart", None)

    def of(self, verdict: Verdict) -> tuple[Decision, ...]:
        """Return the decisions of one kind."""
        return tuple(decision for decision in self._standing.values() if decision.verdict is verdict)

    def known(self, left: str, right: str) -> Verdict | None:
        """Return what was decided about two records or follows from other decisions; None if nothing does."""
        a, b = self._groups.of(left), self._groups.of(right)
        if a == b:
            return Verdict.SAME
        if (a, b) in self._apart:
            return Verdict.DIFFERENT
        said = self._standing.get((left, right) if left <= right else (right, left))
        return said.verdict if said else None

    def contradictions(self) -> tuple[Contradiction, ...]:
        """Return the pairs that are different by a decision and the same by others, each with the shortest chain."""
        found = [
            (decision, *self._chain(decision.left, decision.right))
            for decision in self.of(Verdict.DIFFERENT)
            if self._groups.of(decision.left) == self._groups.of(decision.right)
        ]
        return tuple(Contradiction(different=decision, chain=chain, lines=lines) for decision, chain, lines in found)

    def links(self, keys: Any) -> tuple[Pairs, Pairs]:  # noqa: ANN401 - pyarrow has no types
        """Return what has to be together and what must not be.

        What follows by way of records that are not in this file counts as well.

        Args:
            keys: Record keys, all different; a string array (records,).

        Returns:
            Places of records that are the same, (must, 2), and of records that are different, (cannot, 2): one pair
            for two groups of records that are the same.

        Raises:
            InputError: The decisions contradict each other.
        """
        if contradictions := self.contradictions():
            raise self._refused(contradictions)
        same, different = self.of(Verdict.SAME), self.of(Verdict.DIFFERENT)
        places = self._places(keys, [*same, *different])
        first: dict[str, int] = {}
        must = []
        for key in sorted(places):
            group = self._groups.of(key)
            if group in first:
                must.append((first[group], places[key]))
            first.setdefault(group, places[key])
        ends = [(first.get(self._groups.of(item.left)), first.get(self._groups.of(item.right))) for item in different]
        cannot = sorted({(min(a, b), max(a, b)) for a, b in ends if a is not None and b is not None})
        return _pairs(must), _pairs(cannot)

    def judged(self, keys: Any) -> tuple[Pairs, npt.NDArray[np.bool_]]:  # noqa: ANN401 - as above
        """Return the places of the pairs people decided themselves, (pairs, 2), and whether they are the same."""
        said = [item for item in self._standing.values() if item.verdict in {Verdict.SAME, Verdict.DIFFERENT}]
        places = self._places(keys, said)
        here = [item for item in said if item.left in places and item.right in places]
        same = np.array([item.verdict is Verdict.SAME for item in here], dtype=np.bool_)
        return _pairs([(places[item.left], places[item.right]) for item in here]), same

    def absent(self, keys: Any) -> tuple[Decision, ...]:  # noqa: ANN401 - as above
        """Return the decisions about records of which one at least is not in this file; they are kept."""
        said = list(self._standing.values())
        places = self._places(keys, said)
        return tuple(item for item in said if item.left not in places or item.right not in places)

    @cached_property
    def _groups(self) -> Groups[str]:
        return Groups((item.left, item.right) for item in self.of(Verdict.SAME))

    @cached_property
    def _apart(self) -> frozenset[tuple[str, str]]:
        """Return the groups that are different, both ways round."""
        ends = [(self._groups.of(item.left), self._groups.of(item.right)) for item in self.of(Verdict.DIFFERENT)]
        return frozenset([*ends, *((b, a) for a, b in ends)])

    def _places(self, keys: Any, said: Sequence[Decision]) -> Mapping[str, int]:  # noqa: ANN401 - as above
        """Return where the records of some decisions are; those that are not in the file are left out."""
        named = sorted({key for item in said for key in (item.left, item.right)})
        if not named:
            return {}
        array = keys.combine_chunks() if isinstance(keys, pa.ChunkedArray) else keys
        found = pc.index_in(pa.array(named, array.type), value_set=array).to_pylist()
        return {key: place for key, place in zip(named, found, strict=True) if place is not None}

    def _chain(self, start: str, end: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """Return the shortest way from record to record by decisions that they are the same, and their lines."""
        steps: dict[str, list[tuple[str, int]]] = {}
        for item in self.of(Verdict.SAME):
            steps.setdefault(item.left, []).append((item.right, item.line))
            steps.setdefault(item.right, []).append((item.left, item.line))
        came: dict[str, tuple[str, int]] = {start: ("", 0)}
        waiting = deque([start])
        while end not in came:
            here = waiting.popleft()
            for there, line in steps[here]:
                if there not in came:
                    came[there] = (here, line)
                    waiting.append(there)
        keys, lines = [end], []
        while keys[-1] != start:
            before, line = came[keys[-1]]
            keys.append(before)
            lines.append(line)
        return tuple(reversed(keys)), tuple(sorted(lines))

    def _refused(self, contradictions: Sequence[Contradiction]) -> InputError:
        first = contradictions[0]
        lines = [number for number in (*first.lines, first.different.line) if number]
        shown = ", ".join(map(str, lines[:_LINES_SHOWN])) + (", ..." if len(lines) > _LINES_SHOWN else "")
        more = f"; {len(contradictions) - 1:,} more like it" if len(contradictions) > 1 else ""
        return InputError(
            f"{first.chain[0]} and {first.chain[-1]} are said to be different, and by other decisions the same: "
            f"{' = '.join(first.chain)}{more}",
            where=f"{self.name}:{first.different.line}" if first.different.line else self.name,
            hint=f"one of the decisions is wrong; look at line {shown}" if lines else "one of the decisions is wrong",
        )


def separate(
    keys: Any,  # noqa: ANN401 - as above
    entity_ids: Any,  # noqa: ANN401 - as above
    record_key: str,
    *,
    decided_on: str = "",
    decided_by: str = "",
) -> tuple[Decision, ...]:
    """Return the decisions that take a record out of its entity, for good.

    Args:
        keys: Record keys, all different; a string array (records,).
        entity_ids: The id of each record's entity; (records,).
        record_key: The record to take out.
        decided_on: The day it is done.
        decided_by: Who does it.

    Raises:
        InputError: There is no such record, or it is alone.
    """
    place = pc.index(keys, record_key).as_py()
    if place < 0:
        raise InputError(f'no record is called "{record_key}"', hint="the column record_id of `--clusters` names them")
    entity = entity_ids[place]
    others = [key for key in keys.filter(pc.equal(entity_ids, entity)).to_pylist() if key != record_key]
    if not others:
        raise InputError(f'the record "{record_key}" is alone in {entity}: there is nothing to undo')
    note = f"taken out of {entity}"
    return tuple(
        Decision(
            left=record_key,
            right=other,
            verdict=Verdict.DIFFERENT,
            decided_on=decided_on,
            decided_by=decided_by,
            note=note,
        )
        for other in sorted(others)
    )


def _pairs(found: Sequence[tuple[int, int]]) -> Pairs:
    return np.array(found, dtype=np.int64).reshape(-1, 2)
