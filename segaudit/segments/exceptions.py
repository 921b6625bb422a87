"""Exceptions in force: records that somebody has put into a segment by hand, until a day."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.model.decisions import Finding
from segaudit.model.segments import RuleBook, RuleException, Schema
from segaudit.model.tagging import ExceptionCounts
from segaudit.segments.entities import SHARED
from segaudit.segments.labels import holds, named, suppressing, with_segment
from segaudit.segments.views import TagView, row_table
from segaudit.sql.operators.expressions import joined, literal

GIVEN = "exceptions_given"  # number, v: the id as the file of exceptions has it
KEYED = "exceptions_keyed"  # number, key
_ROWS = "exceptions_rows"  # number, _row: the records each is for
HONOURED, _AGREES, _SUPPRESSED = "honoured", "agrees", "suppressed"
_IGNORED = "; an exception for {} is ignored: it cannot take a record out of a segment that suppresses"


def in_force(rules: RuleBook, as_of: date) -> tuple[RuleException, ...]:
    """Return the exceptions that hold on a day; the day they expire on is the last."""
    return tuple(item for item in rules.exceptions if item.expires_on is None or item.expires_on >= as_of)


def load_exceptions(exceptions: Sequence[RuleException], engine: Engine) -> str:
    """Create the table of the ids that have an exception: ``number`` and ``v``; return its name."""
    ids = [item.record_id for item in exceptions]
    query = "SELECT unnest(CAST($numbers AS BIGINT[])) AS number, unnest(CAST($ids AS VARCHAR[])) AS v"
    engine.create(GIVEN, query, {"numbers": list(range(len(ids))), "ids": ids})
    return GIVEN


def settle_exceptions(  # noqa: PLR0913 - what they are settled by
    rules: RuleBook,
    exceptions: Sequence[RuleException],
    tags: str,
    keys: str | None,
    engine: Engine,
    *,
    by_entity: bool,
) -> dict[str, str]:
    """Decide what becomes of each exception: a table for each schema that has some.

    Args:
        rules: Whose exceptions.
        exceptions: Those in force, numbered as they were loaded.
        tags: Table or view of ``_row`` and the schemas' labels, by the rules.
        keys: Table of ``_row`` and ``key``, beside KEYED; None where the list has no ids.
        engine: Where they are.
        by_entity: An exception of a record is one of all records of its entity; of several the first counts.

    Returns:
        Schema -> table of ``_row``, ``number``, ``segment``, ``said`` and ``outcome``.
    """
    rows = f"SELECT g.number, k._row FROM {KEYED} g JOIN {keys} k ON k.key = g.key" if keys is not None else _none()
    if by_entity:
        others = (
            f"SELECT r.number, o._row FROM ({rows}) r JOIN {SHARED} s ON s._row = r._row "
            f"JOIN {SHARED} o ON o.entity = s.entity"
        )
        rows = f"SELECT number, _row FROM ({rows}) UNION SELECT number, _row FROM ({others})"
    engine.create(_ROWS, rows)
    tables = {}
    for schema in rules.schemas:
        mine = {number: item for number, item in enumerate(exceptions) if item.schema == schema.id}
        if mine:
            _load_said(schema, mine, engine)
            tables[schema.id] = row_table(_settled(schema), _outcomes(schema, tags), engine)
    return tables


def _none() -> str:
    return f"SELECT number, CAST(NULL AS BIGINT) AS _row FROM {GIVEN} WHERE 1 = 0"


def _settled(schema: Schema) -> str:
    return f"exceptions__{schema.id}"


def _load_said(schema: Schema, mine: dict[int, RuleException], engine: Engine) -> None:
    columns = "unnest(CAST($segments AS VARCHAR[])) AS segment, unnest(CAST($said AS VARCHAR[])) AS said"
    engine.create(
        f"{_settled(schema)}_said",
        f"SELECT unnest($numbers) AS number, {columns}",
        {
            "numbers": list(mine),
            "segments": [item.segment for item in mine.values()],
            "said": [_said(item) for item in mine.values()],
        },
    )


def _said(item: RuleException) -> str:
    reason = item.reason or "no reason given"
    by = f"approved by {item.approved_by}" if item.approved_by else "approved by nobody"
    until = f"until {item.expires_on.isoformat()}" if item.expires_on is not None else "without an end"
    return f"exception: {reason}, {by}, {until}"


def _outcomes(schema: Schema, tags: str) -> exp.Select:
    first = (
        f"SELECT r._row, MIN(r.number) AS number FROM {_ROWS} r JOIN {_settled(schema)}_said s ON s.number = r.number"
    )
    label, segment = named(f"segment_{schema.id}", "t"), exp.column("segment", table="s")
    outcome = (
        exp.Case()
        .when(holds(label, segment), literal(_AGREES))
        .when(suppressing(schema, label), literal(_SUPPRESSED))
        .else_(literal(HONOURED))
    )
    return (
        exp.select("f._row", "f.number", "s.segment", "s.said", exp.alias_(outcome, "outcome"))
        .from_(f"({first} GROUP BY r._row) AS f")
        .join(f"{_settled(schema)}_said AS s", on="s.number = f.number")
        .join(f"{tags} AS t", on="t._row = f._row")
    )


def apply_exceptions(rules: RuleBook, tables: dict[str, str], tags: TagView, engine: Engine) -> None:
    """Put the label of an exception in place of the rules', and what the rules say behind its reason."""
    for schema_id, table in tables.items():
        schema = rules.schema(schema_id)
        label, reason = named(f"segment_{schema_id}", "t"), named(f"segment_{schema_id}_reason", "t")
        said, segment, outcome = (exp.column(name, table="a0") for name in ("said", "segment", "outcome"))
        honoured = outcome.eq(literal(HONOURED))
        told = joined("", [said, literal("; by the rules: "), label, literal(": "), reason])
        before, behind = _IGNORED.split("{}")
        ignored = joined("", [reason, literal(before), segment, literal(behind)])
        values = {
            f"segment_{schema_id}": exp.Case().when(honoured, with_segment(schema, label, segment)).else_(label),
            f"segment_{schema_id}_reason": exp.Case()
            .when(honoured.copy(), told)
            .when(outcome.copy().eq(literal(_SUPPRESSED)), ignored)
            .else_(reason),
            _flag(schema_id): exp.Case().when(honoured.copy(), said.copy()),
        }
        tags.extend([table], values, engine)


def _flag(schema_id: str) -> str:
    return f"exception__{schema_id}"


def told_words(said: str, label: str, reason: str) -> str:
    """Return the reason of a label that an exception gave, as apply_exceptions makes it."""
    return f"{said}; by the rules: {label}: {reason}"


def ignored_words(reason: str, segment: str, outcome: str) -> str:
    """Return the reason of a label that an exception could not change, as apply_exceptions makes it."""
    return reason + _IGNORED.format(segment) if outcome == _SUPPRESSED else reason


def exception_said(schema_id: str, tags: TagView, table: str) -> exp.Expr:
    """Return what an exception says that gave a record its label; NULL if none did."""
    return named(_flag(schema_id), table) if _flag(schema_id) in tags.columns else exp.null()


def count_exceptions(
    rules: RuleBook, tables: dict[str, str], as_of: date, engine: Engine
) -> tuple[ExceptionCounts, ...]:
    """Count what became of the exceptions, schema by schema."""
    holding = {id(item) for item in in_force(rules, as_of)}
    counts = []
    for schema in rules.schemas:
        given = [item for item in rules.exceptions if item.schema == schema.id]
        if not given:
            continue
        expired = sum(id(item) not in holding for item in given)
        by_outcome = _by_outcome(tables[schema.id], engine) if schema.id in tables else {}
        found = _found(tables[schema.id], engine) if schema.id in tables else 0
        honoured, agreeing, suppressed = (by_outcome.get(name, 0) for name in (HONOURED, _AGREES, _SUPPRESSED))
        counts.append(
            ExceptionCounts(
                schema=schema.id,
                given=len(given),
                honoured=honoured,
                records=_records(schema, tables, engine),
                agreeing=agreeing,
                suppressed=suppressed,
                expired=expired,
                absent=len(given) - expired - found,
                overruled=found - honoured - agreeing - suppressed,
            )
        )
    return tuple(counts)


def _by_outcome(table: str, engine: Engine) -> dict[str, int]:
    """Return how many exceptions came to what; one of several records counts once, by what matters most."""
    rank = f"CASE outcome WHEN '{HONOURED}' THEN 0 WHEN '{_SUPPRESSED}' THEN 1 ELSE 2 END"
    found = engine.fetch(
        f"SELECT best, COUNT(*) FROM (SELECT number, MIN({rank}) AS best FROM {table} GROUP BY number) b GROUP BY best"
    )
    return {(HONOURED, _SUPPRESSED, _AGREES)[int(best)]: int(rows) for best, rows in found}


def _found(table: str, engine: Engine) -> int:
    """Return how many exceptions of a schema are for records the list has."""
    query = f"SELECT COUNT(DISTINCT r.number) FROM {_ROWS} r JOIN {table}_said s ON s.number = r.number"
    return int(engine.fetch(query)[0][0])


def _records(schema: Schema, tables: dict[str, str], engine: Engine) -> tuple[tuple[str, int], ...]:
    if schema.id not in tables:
        return ()
    query = f"SELECT segment, COUNT(*) FROM {tables[schema.id]} WHERE outcome = '{HONOURED}' GROUP BY segment"
    found = {str(segment): int(rows) for segment, rows in engine.fetch(query)}
    return tuple((segment.id, found[segment.id]) for segment in schema.segments if segment.id in found)


def judge_exceptions(counts: Iterable[ExceptionCounts], *, has_ids: bool) -> Iterator[Finding]:
    """Yield what a person should do about exceptions that did nothing."""
    for item in counts:
        if item.expired:
            message = f"{_exceptions(item.expired)} expired and no longer count"
            yield _finding("exceptions.expired", item, message, "take them out of the file, or have them renewed")
        if item.absent:
            message = f"{_exceptions(item.absent)} for records this list does not have"
            hint = "check the ids, or take them out" if has_ids else "the list has no column of ids to find them by"
            yield _finding("exceptions.absent", item, message, hint)
        if item.suppressed:
            message = f"{_exceptions(item.suppressed)} ignored: the records are in a segment that suppresses"
            yield _finding("exceptions.suppressed", item, message, "take them out: who is suppressed stays suppressed")


def _exceptions(count: int) -> str:
    return "1 exception" if count == 1 else f"{count:,} exceptions"


def _finding(rule: str, item: ExceptionCounts, message: str, hint: str) -> Finding:
    return Finding(rule=rule, severity="warning", where=item.schema, message=message, hint=hint)
