"""Which columns depend on which: every pair is tried on a sample, and few are believed."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from segaudit.model.fields import FieldType
from segaudit.quality.data import QualityData
from segaudit.quality.finders.cells.sampling import Codes, Sampler

# A measure or a date is the same in two rows by chance; it names nothing that another column could depend on.
_NEVER_LEFT = frozenset({FieldType.NUMBER, FieldType.MONEY, FieldType.DATE, FieldType.BOOL})
_LEAST_ROWS = 12
_REPEATED = 1.15  # rows per value of a left side; below it, hardly a group has two rows
_UNIQUE = 0.9  # values per row above which a right side is different in every row anyway
MOST_COLUMNS = 60  # pairs grow with their square
_LEFT_SIDES = 5  # of each right side; more of them only repeat what the best ones say
_MOST_CELLS = 12_000_000  # rows times dependencies that are counted; counting takes a second for so many
_LEAST_COUNTED = 4  # dependencies, however large the table
_LEAST_GROUPS = 3
_LEAST_BITS = 25.0  # of surprise that the groups agree, well above what trying 1,000 pairs brings about by chance
_AGREEING = 0.8  # share of the grouped rows that say what most of their group say
_ABOVE_CHANCE = 0.8
_SOURCES_AGREEING = 0.45
_SOURCES_ABOVE_CHANCE = 0.3
_LEAST_PER_ENTITY = 4.0  # statements; of fewer no majority is worth a name
_NAMED = 0.9  # share of the rows that say who states them
_MEETINGS = 0.05  # of the meetings that chance would bring, those that there may be
_CHANCE_MEETINGS = 20.0  # pairs of one source's statements about an entity that chance would have brought


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Dependency:
    """The value of one column says the value of another, but for errors."""

    left: int
    right: int
    agreeing: float  # share of the sampled rows in groups that say what most of their group say
    above_chance: float  # agreement within groups, 0 as good as chance, 1 perfect
    source: int | None = None  # the column that says who states it, where several sources speak of one entity


def screen_dependencies(data: QualityData) -> list[Dependency]:
    """Return the dependencies that nearly hold on a sample: the best few of each right side."""
    lefts, rights = _candidates(data)
    sampler = Sampler(data, lefts, sorted({*lefts, *rights}))
    found: dict[int, list[Dependency]] = {}
    for left in lefts:
        sample = sampler.around(left)
        source = _source_column(data, sample, left, rights)
        for right in rights:
            dependency = _tried(sample, left, right, source) if right not in {left, source} else None
            if dependency is not None:
                found.setdefault(right, []).append(dependency)
    # The best of each right side first, then the second best: where not all can be counted, each has its say.
    ranked = [(k, *_rank(each), each) for group in found.values() for k, each in enumerate(sorted(group, key=_rank))]
    return [each for k, *_, each in sorted(ranked) if k < _LEFT_SIDES]


def most_counted(data: QualityData) -> int:
    """Return how many dependencies may be counted over all rows of a table."""
    return max(_LEAST_COUNTED, _MOST_CELLS // max(1, data.source.rows))


def _rank(dependency: Dependency) -> tuple[float, float, int, int]:
    return -dependency.above_chance, -dependency.agreeing, dependency.left, dependency.right


def _candidates(data: QualityData) -> tuple[list[int], list[int]]:
    """Return the columns that may say others', and those that others may say."""
    lefts, rights = [], []
    for reading in data.readings[:MOST_COLUMNS]:
        position = reading.column.position
        filled, distinct = data.coverage[position].filled, data.coverage[position].distinct
        if filled < _LEAST_ROWS or distinct < _LEAST_GROUPS - 1:
            continue
        if distinct >= _LEAST_GROUPS and filled >= _REPEATED * distinct and reading.type not in _NEVER_LEFT:
            lefts.append(position)
        if distinct <= _UNIQUE * filled:
            rights.append(position)
    return lefts, rights


def _tried(sample: Codes, left: int, right: int, source: int | None) -> Dependency | None:
    """Return the dependency of one column on another if a sample shows it."""
    pairs = Counter(zip(sample[left], sample[right], strict=True))
    # Each combination beyond the first of its group is at least one row that disagrees.
    if len(pairs) - len(set(sample[left])) > (1 - _SOURCES_AGREEING) * len(sample[left]):
        return None
    groups: dict[int, list[tuple[int, int]]] = {}
    for (a, b), rows in pairs.items():
        if a >= 0 and b >= 0:
            groups.setdefault(a, []).append((rows, b))
    least = _AGREEING if source is None else _SOURCES_AGREEING
    told = [values for values in groups.values() if len(values) > 1 or values[0][0] > 1]
    rows = sum(n for values in told for n, _ in values)
    agreeing = sum(max(values)[0] for values in told)
    if len(told) < _LEAST_GROUPS or agreeing < least * rows:
        return None
    above, bits = _against_chance(told)
    if bits < _LEAST_BITS or above < (_ABOVE_CHANCE if source is None else _SOURCES_ABOVE_CHANCE):
        return None
    return Dependency(left=left, right=right, agreeing=agreeing / rows, above_chance=above, source=source)


def _against_chance(groups: Sequence[Sequence[tuple[int, int]]]) -> tuple[float, float]:
    """Return the agreement within groups above chance (Fleiss' kappa), and its surprise in bits.

    Values that are nowhere the most frequent are left out: if they are errors they say nothing of the dependency, and
    if the column is constant but for them, nothing is left that could depend on anything.
    """
    leading = {max(values)[1] for values in groups if max(values)[0] > 1}
    kept = [[(n, b) for n, b in values if b in leading] for values in groups]
    totals: Counter[int] = Counter()
    for values in kept:
        for n, b in values:
            totals[b] += n
    rows = sum(totals.values())
    if len(leading) < _LEAST_GROUPS - 1:
        return 0.0, 0.0
    chance = sum((n / rows) ** 2 for n in totals.values())
    sizes = [(values, sum(n for n, _ in values)) for values in kept]
    grouped = [(values, size) for values, size in sizes if size > 1]
    within = sum(sum(n * (n - 1) for n, _ in values) / (size - 1) for values, size in grouped)
    within /= max(1, sum(size for _, size in grouped))
    bits = sum(max(values)[0] - 1 for values, _ in grouped) * -math.log2(chance) if chance < 1 else 0.0
    return (within - chance) / (1 - chance) if chance < 1 else 0.0, bits


def _source_column(data: QualityData, sample: Codes, left: int, others: Sequence[int]) -> int | None:
    """Return the column that says who states what about the left side's entities: each source speaks of each once.

    That chance would have had sources speak of an entity more than once is the evidence; how often, says its strength.
    """
    best: tuple[float, int] | None = None
    for other in _worded(data, others):
        told = [(a, s) for a, s in zip(sample[left], sample[other], strict=True) if a >= 0 and s >= 0]
        entities, stated = Counter(a for a, _ in told), Counter(s for _, s in told)
        # A source speaks of many: where there are more sources than entities, they are customers or events.
        is_possible = len(stated) <= len(entities) and len(told) >= _LEAST_PER_ENTITY * len(entities)
        if other == left or not is_possible or len(told) < _NAMED * len(sample[left]):
            continue
        chance = sum(n * (n - 1) for n in entities.values()) / 2 * sum((n / len(told)) ** 2 for n in stated.values())
        met = sum(n * (n - 1) for n in Counter(told).values()) / 2
        if chance >= _CHANCE_MEETINGS and met <= _MEETINGS * chance:
            best = max(best or (chance, other), (chance, other))
    return best[1] if best else None


def _worded(data: QualityData, positions: Sequence[int]) -> Iterator[int]:
    """Yield the columns of words without digits: what differs from month to month or version to version is no error."""
    for position in positions:
        if data.reading(position).type in {FieldType.ENUM, FieldType.TEXT}:
            frequent = data.coverage[position].frequent
            if not any(character.isdigit() for value, _ in frequent for character in value):
                yield position
