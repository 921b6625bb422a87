"""Which of the fields that matter are missing together: the patterns of gaps, counted in one scan."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from segaudit.engine.protocol import Engine, Parameters
from segaudit.model.audit import Missingness, Pattern
from segaudit.model.coverage import ColumnCoverage, CoverageResult
from segaudit.model.fields import Placeholder
from segaudit.sql.kinds import WHITE_SPACE, trimmed

_COLUMNS = 10
_PATTERNS = 8
_TOLD = 0.5  # share of the rows the listed patterns should tell of
_LEAST = 4  # fields that stay


def measure_missing(
    coverage: CoverageResult,
    placeholders: Sequence[Placeholder],
    engine: Engine,
    *,
    read: Collection[str] = (),
) -> Missingness:
    """Count the patterns in which the fields that matter are missing; blanks and placeholders are missing.

    Fields that are filled in every row or in none are left out: they tell no pattern from another.

    Args:
        coverage: The columns as they were measured; the table is still in the engine.
        placeholders: Words that stand for a missing value.
        engine: Where the table is.
        read: Fields the rules read, which matter beside the core ones.
    """
    columns = _chosen(coverage.columns, frozenset(read))
    if not columns:
        return Missingness(headers=(), patterns=(), rest=0)
    words = [_words(column, placeholders) for column in columns]
    # A number for each row, a bit for each field that is filled. Most values are longer than a placeholder or end
    # otherwise: to look at that first halves the time.
    filled = " + ".join(
        f"CASE WHEN t{place} IS NULL OR t{place} = '' OR (strlen(t{place}) <= $longest "
        f"AND contains($endings, lower(t{place}[-1])) AND list_contains($missing_{place}, lower(t{place}))) "
        f"THEN 0 ELSE {1 << place} END"
        for place in range(len(columns))
    )
    cells = ", ".join(
        f"{trimmed(coverage.source.column(column.position))} AS t{place}" for place, column in enumerate(columns)
    )
    found = engine.fetch(
        f"SELECT {filled} AS filled, count(*) AS n FROM (SELECT {cells} FROM {coverage.source.table}) GROUP BY filled",
        _parameters(words),
    )
    counts = {tuple(bool(int(bits) >> place & 1) for place in range(len(columns))): int(rows) for bits, rows in found}
    return _summed_up(columns, counts)


def _summed_up(columns: Sequence[ColumnCoverage], counts: Mapping[tuple[bool, ...], int]) -> Missingness:
    """Return the patterns of most rows; where they say little, those of fewer fields, the largest gaps kept."""
    total, kept = sum(counts.values()), list(range(len(columns)))
    while True:
        merged: Counter[tuple[bool, ...]] = Counter()
        for filled, rows in counts.items():
            merged[tuple(filled[place] for place in kept)] += rows
        listed = sorted(merged.items(), key=lambda item: (-item[1], [not held for held in item[0]]))[:_PATTERNS]
        told = sum(rows for _, rows in listed)
        if told >= _TOLD * total or len(kept) <= _LEAST:
            break
        kept.remove(max(kept, key=lambda place: columns[place].measures.filled))
    return Missingness(
        headers=tuple(columns[place].column for place in kept),
        patterns=tuple(Pattern(filled=filled, rows=rows) for filled, rows in listed),
        rest=total - told,
    )


def _chosen(columns: Sequence[ColumnCoverage], read: frozenset[str]) -> list[ColumnCoverage]:
    """Return the columns to look at, in the file's order: core ones before others that are read, gaps first."""
    matter = [column for column in columns if column.core or column.field in read]
    partly = [column for column in matter if 0 < column.measures.filled < column.measures.rows]
    best = sorted(partly, key=lambda column: (not column.core, column.measures.filled, column.position))
    return sorted(best[:_COLUMNS], key=lambda column: column.position)


def _words(column: ColumnCoverage, placeholders: Sequence[Placeholder]) -> list[str]:
    return [item.value for item in placeholders if item.means_missing(column.field, column.type)]


def _parameters(words: Sequence[Sequence[str]]) -> Parameters:
    every = [word for some in words for word in some]
    return {f"missing_{place}": list(some) for place, some in enumerate(words)} | {
        "white_space": WHITE_SPACE,
        "longest": max((len(word.encode()) for word in every), default=0),
        "endings": "".join(sorted({word[-1:] for word in every})),
    }
