"""The rows that break a dependency, counted over the whole table, and how far that speaks against them."""

from collections.abc import Mapping
from dataclasses import dataclass

from segaudit.quality.data import QualityData
from segaudit.quality.finders.cells.cleaned import CLEANED
from segaudit.quality.finders.cells.screening import Dependency

_PAIRS = "cell_pairs"
_MOST_PAIRS = 50_000  # of groups that disagree; the larger groups come first
LARGE = 5  # rows from which a group shows whether it disagrees by error or by nature
FEW = 0.2  # of a group's rows; errors are few
_LEGIT_PER_BALANCED = 0.67  # groups that differ by nature are cut anywhere: .4 of them look like errors, .6 do not
_LEAST_NOISE, _MOST_NOISE = 0.01, 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """What the rows of each left value say, of the groups that disagree."""

    dependency: Dependency
    said: Mapping[str, Mapping[str, int]]  # left value -> right value -> rows; "" where the right cell is missing
    leading: frozenset[str]  # values that most rows of some group say, of those in ``said``
    by_error: float  # share of the disagreeing minorities that are errors rather than nature, estimated
    noise: float  # share of the grouped rows that say something else than most of their group
    left_out: int  # pairs that were not looked at, because there are too many


def count_groups(data: QualityData, dependency: Dependency) -> Groups:
    """Count a dependency's groups over all rows of the table CLEANED."""
    engine = data.engine
    a, b = data.source.column(dependency.left), data.source.column(dependency.right)
    engine.create(_PAIRS, f"SELECT {a} AS a, {b} AS b, count(*) AS n FROM {CLEANED} WHERE {a} <> '' GROUP BY a, b")
    split = f"SELECT a, sum(n) AS rows FROM {_PAIRS} GROUP BY a HAVING count(*) > 1"
    found = engine.fetch(
        f"SELECT a, b, n, count(*) OVER () FROM {_PAIRS} JOIN ({split}) USING (a) "
        f"ORDER BY rows DESC, a, n DESC, b LIMIT {_MOST_PAIRS}"
    )
    said: dict[str, dict[str, int]] = {}
    for a, b, n, _ in found:
        said.setdefault(str(a), {})[str(b)] = int(n)
    pure = (
        f"SELECT a, any_value(b) AS b, sum(n) AS rows FROM {_PAIRS} "
        "GROUP BY a HAVING count(*) = 1 AND any_value(b) <> ''"
    )
    pure_rows = engine.fetch(f"SELECT coalesce(sum(rows), 0) FROM ({pure}) WHERE rows > 1")[0][0]
    suspects = sorted({b for values in said.values() for b in values if b})
    leading = {_first(values) for values in said.values() if max(values.values()) > 1}
    known = engine.fetch(
        f"SELECT DISTINCT b FROM ({pure}) WHERE rows > 1 AND b IN (SELECT unnest($b))", {"b": suspects}
    )
    by_error, noise = _judged(said, int(pure_rows))
    return Groups(
        dependency=dependency,
        said=said,
        leading=frozenset(leading | {str(row[0]) for row in known}) - {""},
        by_error=by_error,
        noise=noise,
        left_out=int(found[0][3]) - len(found) if found else 0,
    )


def _first(values: Mapping[str, int]) -> str:
    """Return the value that most rows say; none is said by rows that leave it out."""
    return max((value for value in values if value), key=lambda value: (values[value], value), default="")


def leader(values: Mapping[str, int]) -> tuple[str, int, int]:
    """Return a group's most frequent value, its rows, and the rows of the next."""
    ranked = sorted(((rows, value) for value, rows in values.items() if value), reverse=True)
    if not ranked:
        return "", 0, 0
    return ranked[0][1], ranked[0][0], ranked[1][0] if len(ranked) > 1 else 0


def _judged(said: Mapping[str, Mapping[str, int]], pure_rows: int) -> tuple[float, float]:
    """Return which share of the small minorities are errors, and the share of rows that deviate.

    A group that differs by nature (a company with two sites) is cut anywhere; one with an error is cut near its edge.
    From the groups cut near the middle follows how many near the edge are natural.
    """
    edge = middle = deviating = 0
    rows = pure_rows
    for values in said.values():
        size = sum(n for value, n in values.items() if value)
        _, most, _ = leader(values)
        if size < 2 or size == most:  # noqa: PLR2004 - one row, or all that say something say the same
            rows += size if size > 1 else 0
            continue
        rows += size
        deviating += size - most
        if size >= LARGE:
            if size - most <= FEW * size:
                edge += 1
            else:
                middle += 1
    natural = min(edge, _LEGIT_PER_BALANCED * middle)
    noise = min(_MOST_NOISE, max(_LEAST_NOISE, deviating / rows if rows else _LEAST_NOISE))
    return (edge - natural + 1) / (edge + 1.2), noise
