"""Recorded labels as rows that belong to records, so that rules ask for them as for the rows of any other table.

Of each run a record has a row for each segment it was in: ``history_schema``, ``history_label``, ``history_on`` (the
day of the run), ``history_since`` (the first run since which it has been in it in all runs) and ``history_changed``
(it was not in it in the run before). What rows say is told by few different rows, to which records are linked.
"""

from collections.abc import Iterator, Sequence
from datetime import date

import duckdb

from segaudit.engine.protocol import Engine
from segaudit.model.conditions import Clause, Condition, Group, GroupKind, RelatedClause, clauses_of
from segaudit.model.history import Run
from segaudit.model.segments import RuleBook
from segaudit.rulebook.related import HISTORY
from segaudit.segments.given import GivenRecord, load_given
from segaudit.segments.history.reading import load_labels
from segaudit.segments.history.writing import BETWEEN
from segaudit.sql.records import RelatedRows

SCHEMA, LABEL, ON, SINCE, CHANGED = (
    "history_schema", "history_label", "history_on", "history_since", "history_changed",
)  # fmt: skip
_FIELDS = (SCHEMA, LABEL, ON, SINCE, CHANGED)
_KEYS, _SAID, _STAYS = "history_keys_once", "history_said", "history_stays"
_KINDS, _LINKS = "history_kinds", "history_links"


def asks_for_history(rules: RuleBook) -> bool:
    """Tell whether some clause asks for recorded runs."""
    return HISTORY in rules.fields_read()


def runs_before(runs: Sequence[Run], day: date) -> tuple[Run, ...]:
    """Return the runs rules may ask for: of earlier days, with records that can be found again.

    A run of the day itself is not among them, so that deciding and recording again comes out the same.
    """
    return tuple(run for run in runs if run.as_of < day and run.followed)


def load_history_rows(
    history: duckdb.DuckDBPyConnection, runs: Sequence[Run], rules: RuleBook, table: tuple[str, str], engine: Engine
) -> RelatedRows:
    """Load what was recorded of a table's records.

    A record whose id is missing or stands several times has one row of which nothing is known, so that nothing can be
    told of it.

    Args:
        history: The open file.
        runs: Which runs; of two for one day the one recorded last counts.
        rules: What asks for them.
        table: Name of the table with all records, and of that with their ids: ``_row``, ``key``.
        engine: Where the tables are.
    """
    records, keys = table
    engine.create(_KEYS, f"SELECT min(_row) AS _row, key FROM {keys} GROUP BY key HAVING count(*) = 1")
    by_day = {run.as_of: run for run in runs}
    _load_said(history, list(by_day.values()), rules, records, engine)
    engine.create(
        _STAYS,
        "SELECT *, min(place) OVER (PARTITION BY _row, schema, label, stay) AS since FROM (SELECT *, "
        f"place - row_number() OVER (PARTITION BY _row, schema, label ORDER BY place) AS stay FROM {_SAID})",
    )
    engine.create(
        _KINDS,
        "SELECT row_number() OVER (ORDER BY schema, label, place, since) AS related_row, * "
        f"FROM (SELECT DISTINCT schema, label, place, since FROM {_STAYS})",
    )
    days = [day.isoformat() for day in by_day]
    told = engine.fetch(f"SELECT schema, label, place, since FROM {_KINDS} ORDER BY related_row")
    given = [_row_of(str(schema), str(label), int(place), int(since), days) for schema, label, place, since in told]
    unknown: GivenRecord = dict.fromkeys(_FIELDS)
    data = load_given("history_rows", [*given, unknown], rules, engine)
    engine.create(
        _LINKS,
        f"SELECT s._row, k.related_row FROM {_STAYS} s JOIN {_KINDS} k USING (schema, label, place, since) UNION ALL "
        f"SELECT _row, {len(given) + 1} FROM {records} WHERE _row NOT IN (SELECT _row FROM {_KEYS})",
    )
    return RelatedRows(data=data, links=_LINKS)


def _load_said(
    history: duckdb.DuckDBPyConnection, runs: Sequence[Run], rules: RuleBook, records: str, engine: Engine
) -> None:
    """Create the table of what runs said of records: ``place`` of the run from 0, ``_row``, ``schema``, ``label``."""
    wanted = _schemas_asked_for(rules)
    parts = []
    for place, run in enumerate(runs):
        table = f"{_SAID}_{place}"
        schemas = load_labels(history, run.number, table, engine)
        asked = (schema for schema in schemas if wanted is None or schema.lower() in wanted)
        parts += [_part(place, schema, table, rules) for schema in asked]
    nothing = f"SELECT 0 AS place, _row, '' AS schema, '' AS label FROM {records} WHERE 1 = 0"
    engine.create(_SAID, " UNION ALL ".join(parts) or nothing)


def _row_of(schema: str, label: str, place: int, since: int, days: Sequence[str]) -> GivenRecord:
    return {
        SCHEMA: schema,
        LABEL: label,
        ON: days[place],
        SINCE: days[since],
        # Whether it was there before the first run, nobody has recorded.
        CHANGED: None if not place else "true" if since == place else "false",
    }


def _part(place: int, schema: str, table: str, rules: RuleBook) -> str:
    name = schema.replace("'", "''")
    column = f't."segment_{schema.replace(chr(34), chr(34) * 2)}"'
    label = f"unnest(string_split({column}, '{BETWEEN}'))" if _has_several(schema, rules) else column
    return (
        f"SELECT {place} AS place, k._row, '{name}' AS schema, {label} AS label FROM {table} t "
        f"JOIN {_KEYS} k ON k.key = t.key WHERE {column} IS NOT NULL"
    )


def _has_several(schema: str, rules: RuleBook) -> bool:
    """Tell whether a record may have several labels of a schema; of one the rules do not know any more, too."""
    known = [item for item in rules.schemas if item.id == schema]
    return not known or known[0].assign.value == "all_matches"


def _schemas_asked_for(rules: RuleBook) -> frozenset[str] | None:
    """Return the schemas, in small letters, that clauses confine themselves to; None if one of them does not."""
    asked: set[str] = set()
    for clause in _history_clauses(rules):
        named = [_named(part) for part in _wanted_together(clause.where)]
        found = next((item for item in named if item), None)
        if found is None:
            return None
        asked |= found
    return frozenset(asked)


def _history_clauses(rules: RuleBook) -> Iterator[RelatedClause]:
    conditions: list[Condition] = []
    for _, segment in rules.segments():
        scored = segment.score.parts if segment.score is not None else ()
        conditions += [segment.criteria, *segment.exclude, *(part.when for part in scored)]
    for condition in conditions:
        for clause in clauses_of(condition):
            if isinstance(clause, RelatedClause) and clause.field == HISTORY:
                yield clause


def _wanted_together(where: Condition | None) -> Iterator[Condition]:
    """Yield the conditions every row that counts must meet."""
    if isinstance(where, Group) and where.kind is GroupKind.ALL:
        for member in where.members:
            yield from _wanted_together(member)
    elif where is not None:
        yield where


def _named(condition: Condition) -> set[str]:
    """Return the schemas a clause names, in small letters; none if it is another clause."""
    if not isinstance(condition, Clause) or condition.field != SCHEMA or condition.options.missing_stated:
        return set()
    operand = condition.operand
    if condition.operator == "eq":
        return {str(operand).strip().lower()}
    if condition.operator == "in" and isinstance(operand, tuple):
        return {str(item).strip().lower() for item in operand}
    return set()
