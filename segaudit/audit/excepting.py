"""The exceptions of the rules, held against a list that is opened."""

from dataclasses import dataclass, field, replace

from segaudit.audit.keying import create_keys, find_key
from segaudit.audit.preparing import Prepared
from segaudit.engine.protocol import Engine
from segaudit.model.decisions import Finding, SchemaCounts
from segaudit.model.tagging import ExceptionCounts
from segaudit.quality.keys import key_text
from segaudit.segments.exceptions import (
    GIVEN,
    KEYED,
    count_exceptions,
    in_force,
    judge_exceptions,
    load_exceptions,
    settle_exceptions,
)
from segaudit.sql.kinds import WHITE_SPACE

_KEYS = "exceptions_keys"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of the exceptions."""

    tables: dict[str, str] = field(default_factory=dict)  # schema -> table of segments/exceptions.py
    counts: tuple[ExceptionCounts, ...] = ()
    findings: tuple[Finding, ...] = ()


def settle(found: Prepared, tags: str, engine: Engine) -> Settled:
    """Decide which exceptions hold, on the day and for the records of a list.

    Args:
        found: Rules and list.
        tags: Table of the labels the rules give.
        engine: Where they are.
    """
    if not found.rules.exceptions:
        return Settled()
    holding = in_force(found.rules, found.day)
    key = find_key(found.opened, engine)
    tables: dict[str, str] = {}
    if holding:
        load_exceptions(holding, engine)
        engine.create(KEYED, f"SELECT number, key FROM {key_text(GIVEN)}", {"white_space": WHITE_SPACE})
        keys = create_keys(_KEYS, found.opened, key, engine) if key is not None else None
        by_entity = found.resolution is not None
        tables = settle_exceptions(found.rules, holding, tags, keys, engine, by_entity=by_entity)
    counts = count_exceptions(found.rules, tables, found.day, engine)
    return Settled(tables=tables, counts=counts, findings=tuple(judge_exceptions(counts, has_ids=key is not None)))


def with_exceptions(schemas: tuple[SchemaCounts, ...], counts: tuple[ExceptionCounts, ...]) -> tuple[SchemaCounts, ...]:
    """Return the counts of segments with the records that are in them by exception."""
    records = {(item.schema, segment): rows for item in counts for segment, rows in item.records}
    return tuple(
        replace(
            schema,
            segments=tuple(
                replace(item, members_by_exception=records.get((item.schema, item.segment), 0))
                for item in schema.segments
            ),
        )
        for schema in schemas
    )
