"""Columns of two sides held against each other: coverage, distribution, new and vanished values."""

from collections.abc import Mapping, Sequence

from segaudit.model.drift import GONE, NEW, FieldDrift, Stability, ValueCount
from segaudit.model.history import Distribution, FieldMeasures
from segaudit.segments.drift_statistics import is_new_value, judge_stability, share_change
from segaudit.segments.history.distributions import AGES, VALUES

_TOO_FEW = "too few records, or all in one bin"


def compare_fields(
    old: Sequence[FieldMeasures],
    new: Sequence[FieldMeasures],
    recounted: Mapping[str, Distribution | None],
    read: frozenset[str],
    *,
    schemas: int,
) -> tuple[FieldDrift, ...]:
    """Compare the columns of two sides by name; pure.

    Args:
        old: The columns of the old side.
        new: Of the new side.
        recounted: Columns of which the old side has a distribution: the new side counted the same way; None: it is
            read as something else now.
        read: The fields rules read.
        schemas: How many distributions of labels are judged beside these.
    """
    before, now = {item.name: item for item in old}, {item.name: item for item in new}
    both = [name for name in before if name in now]
    tests = max(1, len(both) + schemas)
    compared = [_compared(before[name], now[name], recounted, is_read=name in read, tests=tests) for name in both]
    alone = [(item, GONE) for item in old if item.name not in now] + [
        (item, NEW) for item in new if item.name not in before
    ]
    return (
        *compared,
        *(
            FieldDrift(name=item.name, header=item.header, read_by_rules=item.name in read, usable=None, only=side)
            for item, side in alone
        ),
    )


def _compared(
    old: FieldMeasures,
    new: FieldMeasures,
    recounted: Mapping[str, Distribution | None],
    *,
    is_read: bool,
    tests: int,
) -> FieldDrift:
    spread, again = old.distribution, recounted.get(old.name)
    usable = share_change((old.usable, old.rows), (new.usable, new.rows), tests=tests)
    stability, why = None, old.why
    new_values: tuple[ValueCount, ...] = ()
    vanished: tuple[ValueCount, ...] = ()
    if spread is not None and again is not None and spread.kind == VALUES:
        stability, new_values, vanished = _of_values(spread, again, tests)
    elif spread is not None and again is not None:
        stability = judge_stability(spread.counts, again.counts, ordered=True, tests=tests)
    if stability is None and spread is not None:
        why = _TOO_FEW if again is not None else f"it was read as {old.type.value} and is read as {new.type.value} now"
    return FieldDrift(
        name=old.name,
        header=new.header,
        read_by_rules=is_read,
        usable=usable,
        stability=stability,
        why=why,
        new_values=new_values,
        vanished=vanished,
        of_ages=spread is not None and spread.kind == AGES,
        type_changed=spread is not None and again is None and bool(new.filled),
    )


def _of_values(
    old: Distribution, new: Distribution, tests: int
) -> tuple[Stability | None, tuple[ValueCount, ...], tuple[ValueCount, ...]]:
    """Return how stable the values of both sides are, and those only one side has.

    What came or went altogether is told by itself, so the index is of the others: else one cause is found twice.
    """
    before, now = dict(zip(old.values, old.counts, strict=True)), dict(zip(new.values, new.counts, strict=True))
    shared = [value for value in before if value in now]
    bins = [before[value] for value in shared], [now[value] for value in shared]
    stability = judge_stability(*bins, ordered=False, tests=tests)
    # Where a side has more values than are told apart, one that is not among them may still be there.
    came = () if old.others else _only(now, before, (new.records, old.records), tests)
    went = () if new.others else _only(before, now, (old.records, new.records), tests)
    return stability, came, went


def _only(
    here: Mapping[str, int], there: Mapping[str, int], records: tuple[int, int], tests: int
) -> tuple[ValueCount, ...]:
    alone = [(value, count) for value, count in here.items() if value not in there]
    of_all = tests * max(1, len(here) + len(there))
    return tuple(
        ValueCount(value=value, records=count, is_sure=is_new_value(count, *records, tests=of_all))
        for value, count in sorted(alone, key=lambda item: (-item[1], item[0]))
    )
