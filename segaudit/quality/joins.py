"""Joins between tables: which rows belong together, which find nothing, and how many meet at one row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from segaudit.engine.protocol import Engine
from segaudit.model.workspace import BY_DOMAIN, BY_ID, Join, JoinCounts, JoinMeasured, WorkspaceTable
from segaudit.quality.domains import link_domains
from segaudit.quality.keys import DECIMAL, SCIENTIFIC, KeyTables, first_rows
from segaudit.sql.kinds import quoted
from segaudit.text.folding import fold, fold_header

SEPARATORS = (";", ",", "|", "\n")  # between the ids of one cell
_LONGEST_NUMBER = 18  # digits of a number the engine counts with
_SHORTEST_NEAR = 3  # characters; what is shorter is near to too much
# Salesforce ids of 15 characters: two that differ by a capital are two records, also where only one of them is here.
_CASE_MATTERS = (
    "regexp_full_match(key, '[0-9A-Za-z]{15}') AND regexp_matches(key, '[A-Za-z]') AND regexp_matches(key, '[0-9]')"
)
# Folding, or leaving out the zeros that spreadsheets leave out, may make another text of it.
_FOLDS = "key <> lower(key) OR strlen(key) <> length(key) OR starts_with(key, '0')"
# Neither signs, blanks nor capitals, and no zero before it: such a text is what ignoring them leaves.
_BARE = "regexp_full_match(key, '[a-z1-9][a-z0-9]*')"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyMatch:
    """The values of a child's column that are found in a parent's key.

    ``pairs`` is a table of the engine: child_key, parent_key, and whether only folding (``folded``) made them equal.
    """

    child_keys: str  # tables as KeyTables makes them
    parent_keys: str
    pairs: str
    values: int  # different values
    found: int
    chance: float


def match_keys(join: Join, keys: KeyTables, *, name: str) -> KeyMatch:
    """Find the values of a child's column in a parent's key, trimmed and as one id is one text.

    Capitals and the zeros before numbers are ignored for what is left, unless they tell two of the parent's keys apart.

    Args:
        join: The two columns, and what separates several ids in a cell.
        keys: The tables, and their ids.
        name: Of the table of pairs to make.
    """
    engine = keys.engine
    child = keys.of(join.child, join.child_position, join.separator)
    parent = keys.of(join.parent, join.parent_position)
    engine.create(
        name,
        f"SELECT key AS child_key, key AS parent_key, FALSE AS folded FROM (SELECT DISTINCT key FROM {child}) "
        f"WHERE key IN (SELECT key FROM {parent})",
    )
    values, found = engine.fetch(f"SELECT (SELECT count(DISTINCT key) FROM {child}), (SELECT count(*) FROM {name})")[0]
    if found < values and _may_fold(child, parent, engine):
        found += _fold_rest(child, parent, name, engine)
    return KeyMatch(
        child_keys=child,
        parent_keys=parent,
        pairs=name,
        values=int(values),
        found=int(found),
        chance=_chance(child, parent, engine),
    )


def find_separator(join: Join, keys: KeyTables) -> str:
    """Return what separates ids in cells that are found nowhere as they stand, though all their parts are.

    A column may well hold one id in each of its first thousand cells, and two in the next.
    """
    child, parent = keys.of(join.child, join.child_position), keys.of(join.parent, join.parent_position)
    separators = ", ".join(map(quoted, SEPARATORS))
    rest = f"SELECT DISTINCT key FROM {child} WHERE key NOT IN (SELECT key FROM {parent})"
    parts = (
        "SELECT sep, key, trim(unnest(string_split(key, sep))) AS part "
        f"FROM ({rest}), (SELECT unnest([{separators}]) AS sep) WHERE contains(key, sep)"
    )
    whole = (
        f"SELECT sep, key FROM (SELECT sep, key, part IN (SELECT key FROM {parent}) AS here FROM ({parts})) "
        "GROUP BY sep, key HAVING bool_and(here)"
    )
    found = keys.engine.fetch(f"SELECT sep, count(*) AS n FROM ({whole}) GROUP BY sep ORDER BY n DESC, sep LIMIT 1")
    return str(found[0][0]) if found else ""


def _may_fold(child: str, parent: str, engine: Engine) -> bool:
    """Tell whether something is there to be ignored, and can be: never capitals in Salesforce's short ids."""
    folds = f"{_FOLDS} OR (SELECT coalesce(bool_or({_FOLDS}), FALSE) FROM {child})"
    any_folds, case_matters = engine.fetch(
        f"SELECT bool_or({folds}), avg(CASE WHEN {_CASE_MATTERS} THEN 1 ELSE 0 END) FROM {parent}"
    )[0]
    return bool(any_folds) and case_matters < 1 / 2


def _fold_rest(child: str, parent: str, pairs: str, engine: Engine) -> int:
    """Add to the pairs what only folding makes equal; return how many values that are."""
    for alike in (_without_zeros, fold):
        _map_keys("ws_parent_folds", f"SELECT DISTINCT key FROM {parent}", alike, engine)
        if not engine.fetch("SELECT 1 FROM ws_parent_folds GROUP BY made HAVING count(*) > 1 LIMIT 1"):
            break
    else:
        return 0
    rest = f"SELECT DISTINCT key FROM {child} WHERE key NOT IN (SELECT child_key FROM {pairs})"
    _map_keys("ws_child_folds", rest, alike, engine)
    engine.create(
        "ws_folded",
        f"SELECT * FROM {pairs} UNION ALL SELECT c.key, p.key, TRUE FROM ws_child_folds c "
        "JOIN ws_parent_folds p ON p.made = c.made",
    )
    engine.create(pairs, "SELECT * FROM ws_folded")
    return int(engine.fetch(f"SELECT count(*) FROM {pairs} WHERE folded")[0][0])


def _without_zeros(key: str) -> str:
    folded = fold(key)
    return (folded.lstrip("0") or "0") if folded.isdecimal() else folded


def _map_keys(name: str, query: str, function: Callable[[str], str], engine: Engine) -> None:
    """Create a table of keys and what a function makes of each: key, made."""
    import pyarrow as pa  # noqa: PLC0415 - heavy: only keys that are not found as they stand need it

    def work(batch: Any) -> Any:  # noqa: ANN401 - pyarrow.RecordBatch
        given = batch.column("key").to_pylist()
        columns = {"key": pa.array(given, pa.string()), "made": pa.array(map(function, given), pa.string())}
        return pa.RecordBatch.from_pydict(columns)

    engine.map_batches(name, query, work)


def _chance(child: str, parent: str, engine: Engine) -> float:
    """Return the share of values that any number in the same range would find among the parent's keys.

    Ids that count 1, 2, 3, ... are found by ages and head counts as well. The outermost twentieths of the range are
    left out, so that one stray number does not make it wide. Keys that are no numbers are not found by chance.
    """
    numbers = f"SELECT DISTINCT TRY_CAST(key AS BIGINT) AS n FROM {{}} WHERE strlen(key) <= {_LONGEST_NUMBER}"
    low, high, share = engine.fetch(
        "SELECT quantile_disc(n, 0.05), quantile_disc(n, 0.95), count(n) / greatest(count(*), 1) "
        f"FROM ({numbers.format(child)})"
    )[0]
    if low is None or share < 1 / 2:
        return 0.0
    hits = engine.fetch(
        f"SELECT count(*) FROM ({numbers.format(parent)}) WHERE n BETWEEN $low AND $high", {"low": low, "high": high}
    )[0][0]
    return min(1.0, int(hits) / (int(high) - int(low) + 1))


def measure_joins(joins: Sequence[Join], keys: KeyTables) -> tuple[JoinMeasured, ...]:
    """Join the tables and count how well that goes.

    Args:
        joins: What to join.
        keys: The tables, and their ids.

    Returns:
        The joins with the names of their tables of links, in the order given.
    """
    numbered = [_settled(join, f"ws_links_{number}", keys) for number, join in enumerate(joins)]
    by_value = [join for join in numbered if join.by != BY_DOMAIN]
    matches = {join.links: match_keys(join, keys, name=f"{join.links}_pairs") for join in by_value}
    measured = {}
    for join in by_value:
        _create_links(join, matches[join.links], keys.engine)
        same_column = [matches[other.links] for other in by_value if _column(other) == _column(join)]
        measured[join.links] = _count(join, matches[join.links], same_column, keys)
    for join in numbered:
        if join.by == BY_DOMAIN:  # after the others, which it stands in for
            others = [other for other in by_value if (other.child, other.parent) == (join.child, join.parent)]
            counts, placed = link_domains(join, others, keys)
            measured[join.links] = replace(counts, **_fan_out(join, keys))
            for links, orphans in placed.items():
                measured[links] = replace(measured[links], by_domain=orphans)
    return tuple(JoinMeasured(join=join, counts=measured[join.links]) for join in numbered)


def _settled(join: Join, links: str, keys: KeyTables) -> Join:
    if join.separator or join.by == BY_DOMAIN:
        return replace(join, links=links)
    return replace(join, links=links, separator=find_separator(join, keys))


def _column(join: Join) -> tuple[str, int]:
    return join.child, join.child_position


def _create_links(join: Join, match: KeyMatch, engine: Engine) -> None:
    engine.create(
        join.links,
        f"SELECT DISTINCT c.row AS child_row, p.row AS parent_row FROM {match.child_keys} c "
        f"JOIN {match.pairs} m ON m.child_key = c.key JOIN {match.parent_keys} p ON p.key = m.parent_key",
    )


def _count(join: Join, match: KeyMatch, same_column: Sequence[KeyMatch], keys: KeyTables) -> JoinCounts:
    """Count a join; a value is an orphan if no table its column points to has it."""
    engine, rows, child = keys.engine, keys.tables[join.child].source.rows, match.child_keys
    known = " UNION ".join(f"SELECT child_key FROM {other.pairs}" for other in same_column)
    engine.create("ws_orphans", f"SELECT DISTINCT row, key FROM {child} WHERE key NOT IN ({known})")
    engine.create(
        "ws_met",
        f"SELECT c.row, bool_or(m.folded) AS folded FROM {child} c JOIN {match.pairs} m "
        "ON m.child_key = c.key GROUP BY c.row",
    )
    engine.create(
        "ws_several",
        f"SELECT DISTINCT c.row FROM {child} c JOIN {match.pairs} m ON m.child_key = c.key WHERE m.parent_key IN "
        f"(SELECT key FROM {match.parent_keys} GROUP BY key HAVING count(*) > 1)",
    )
    lost = f"SELECT row FROM {child} WHERE {SCIENTIFIC} AND key NOT IN ({known})"
    filled, matched, folded, orphans, partly, decimals, scientific, several = engine.fetch(
        f"SELECT (SELECT count(DISTINCT row) FROM {child}), "
        "(SELECT count(*) FROM ws_met), (SELECT count(*) FROM ws_met WHERE folded), "
        "(SELECT count(DISTINCT row) FROM ws_orphans), "
        "(SELECT count(DISTINCT row) FROM ws_orphans WHERE row IN (SELECT row FROM ws_met)), "
        f"(SELECT count(DISTINCT row) FROM {child} WHERE {DECIMAL}), "
        f"(SELECT count(DISTINCT row) FROM ({lost})), (SELECT count(*) FROM ws_several)"
    )[0]
    counts = JoinCounts(
        rows=rows,
        blank=rows - int(filled),
        matched=int(matched),
        orphans=int(orphans),
        partly=int(partly),
        unplaced=int(filled) - int(matched) - int(orphans) + int(partly),
        several=int(several),
        values=match.values,
        values_found=match.found,
        chance=match.chance,
        decimals=int(decimals),
        scientific=int(scientific),
        folded=int(folded),
        nearly=_count_nearly(match, engine) if orphans else 0,
        orphans_first=first_rows("SELECT row FROM ws_orphans", engine),
        scientific_first=first_rows(lost, engine),
        several_first=first_rows("SELECT row FROM ws_several", engine),
    )
    return replace(counts, **_fan_out(join, keys))


def _fan_out(join: Join, keys: KeyTables) -> dict[str, Any]:
    """Return how many rows meet at one parent, of the parents that have any, and how many have none."""
    least, median, most, busy = keys.engine.fetch(
        f"SELECT min(n), median(n), max(n), count(*) FROM (SELECT count(*) AS n FROM {join.links} GROUP BY parent_row)"
    )[0]
    parents = keys.tables[join.parent].source.rows
    return {
        "parents": parents,
        "childless": parents - int(busy),
        "fan_min": int(least or 0),
        "fan_median": float(median or 0.0),
        "fan_max": int(most or 0),
    }


def _count_nearly(match: KeyMatch, engine: Engine) -> int:
    """Count the orphans that would be found if signs, blanks and leading zeros were ignored, and find one parent."""
    _map_keys("ws_near_orphans", "SELECT DISTINCT key FROM ws_orphans", _bare, engine)
    # An orphan that is bare differs from what it is near to by what the other has too much.
    some = "" if engine.fetch(f"SELECT 1 FROM ws_orphans WHERE NOT {_BARE} LIMIT 1") else f" WHERE NOT {_BARE}"
    _map_keys("ws_near_parents", f"SELECT DISTINCT key FROM {match.parent_keys}{some}", _bare, engine)
    return int(
        engine.fetch(
            "SELECT count(DISTINCT o.row) FROM ws_orphans o JOIN ws_near_orphans n ON n.key = o.key "
            "JOIN (SELECT made FROM ws_near_parents GROUP BY made HAVING count(*) = 1) p ON p.made = n.made "
            f"WHERE strlen(n.made) >= {_SHORTEST_NEAR}"
        )[0][0]
    )


def _bare(key: str) -> str:
    return fold_header(key).lstrip("0")


def kind_of_key(table: WorkspaceTable, position: int, naming_fields: frozenset[str]) -> str:
    """Return what a key column holds: an id, a name or an e-mail address."""
    mapped = table.fields.columns[position - 1].field
    if mapped == "email":
        return "email"
    return "name" if mapped in naming_fields else BY_ID
