"""A list held against an earlier file of it: which records moved, and what moved them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from segaudit.audit.borrowing import with_company_fields
from segaudit.audit.deriving import derive_columns
from segaudit.audit.keying import create_keys, find_key, same_column
from segaudit.audit.opening import InputChoices, OpenedInput, open_input
from segaudit.audit.preparing import Prepared
from segaudit.audit.relating import Related
from segaudit.engine.protocol import Engine
from segaudit.errors import InputError
from segaudit.ingest.columns.rulefields import declare_fields
from segaudit.model.decisions import Finding
from segaudit.model.fields import OF_COMPANY, ColumnReading, FieldMap
from segaudit.model.segments import RuleBook
from segaudit.model.tagging import Moves
from segaudit.segments.decide import create_labels
from segaudit.segments.moved_by import Comparison, Earlier, compared_layer
from segaudit.segments.moves import MATCHED, add_moves, clauses_of_the_day, count_moves, create_moves, judge_moves
from segaudit.segments.program import build_program
from segaudit.segments.views import TagView
from segaudit.sql.mixed_lists import read_mixed_lists
from segaudit.sql.records import RecordSource, RelatedRows

_TABLE, _TODAY, _THEN = "earlier", "earlier_today", "earlier_then"
_KEYS, _OLD_KEYS = "moves_keys", "moves_old_keys"


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierFile:
    """An earlier tagged file of the list, opened."""

    path: str
    opened: OpenedInput
    labels: Mapping[str, str]  # schema -> SQL name of its column of labels
    reasons: Mapping[str, str]  # schema -> SQL name of its column of reasons


def open_earlier(path: str, choices: InputChoices, rules: RuleBook, engine: Engine) -> EarlierFile:
    """Read a file that assign wrote, under a name of its own, so that another can be opened behind it.

    Raises:
        InputError: It cannot be read, or no schema of the rules has a column in it.
    """
    own = InputChoices(rules=choices.rules, map=choices.map, memory_limit=choices.memory_limit, fingerprint=False)

    def declare(fields: FieldMap, name: str) -> FieldMap:
        headers = {column.header.strip() for column in fields.columns}
        # What was exported later than that file is blank in it.
        there = {
            key: item for key, item in rules.fields.items() if item.column is None or item.column.strip() in headers
        }
        return declare_fields(there, fields, name)

    opened = open_input(path, own, engine, ordered=True, declare=declare)
    position = {
        header.strip().lower(): number for number, header in reversed(list(enumerate(opened.source.headers, 1)))
    }
    named = {schema.id: f"segment_{schema.id}" for schema in rules.schemas}
    labels = {key: opened.source.column(position[name]) for key, name in named.items() if name in position}
    reasons = {
        key: opened.source.column(position[f"{name}_reason"])
        for key, name in named.items()
        if f"{name}_reason" in position
    }
    if not labels:
        raise InputError(
            "this file has no column of segments, such as " + next(iter(named.values())),
            where=path,
            hint="name a file that `segaudit assign` wrote of the same list",
        )
    engine.create(_TABLE, f"SELECT * FROM {opened.source.table}")
    opened = replace(opened, source=replace(opened.source, table=_TABLE))
    return EarlierFile(path=path, opened=opened, labels=labels, reasons=reasons)


def compare(  # noqa: PLR0913, PLR0917 - what is held against what
    found: Prepared, file: EarlierFile, tags: TagView, own: str, tagged_on: date | None, engine: Engine
) -> tuple[Moves, tuple[Finding, ...]]:
    """Match the records of both files, add what moved to the tags, and count it.

    Args:
        found: Rules and list.
        file: The earlier file.
        tags: The tags so far; they get ``segment_<schema>_previous`` and ``_moved_by``.
        own: Table of each record's own label, clauses and cells.
        tagged_on: Day the earlier file was tagged on; None if that is not known.
        engine: Where all of it is.

    Raises:
        InputError: There is no column of ids to match by.
    """
    key = _match(found, file, engine)
    old = _records(found, file, engine)
    create_labels(found.program, old, engine, table=_TODAY, beside=compared_layer(found.program))
    if tagged_on is not None:
        then = build_program(found.rules, tagged_on, found.lists)
        create_labels(then, old, engine, table=_THEN, beside={})
    earlier = Earlier(
        table=file.opened.source.table,
        labels=file.labels,
        reasons=file.reasons,
        today=_TODAY,
        then=_THEN if tagged_on is not None else None,
    )
    comparison = Comparison(
        program=found.program,
        tags=tags,
        own=own,
        earlier=earlier,
        of_the_day=clauses_of_the_day(found.program, found.lists),
        of_companies=frozenset(
            name for name, reading in found.data.readings.items() if reading.column.source == OF_COMPANY
        ),
    )
    tables = create_moves(comparison, engine)
    add_moves(tables, tags, engine)
    schemas = count_moves(found.rules, tables, engine)
    matched, new, gone, doubled, without_id = _counts(found, engine)
    untagged = tuple(schema.id for schema in found.rules.schemas if schema.id not in file.labels)
    moves = Moves(
        file=file.path, key=key.column.header, matched=matched, new=new, gone=gone, doubled=doubled,
        without_id=without_id, schemas=schemas, untagged=untagged,
    )  # fmt: skip
    return moves, tuple(judge_moves(found.rules, schemas))


def _match(found: Prepared, file: EarlierFile, engine: Engine) -> ColumnReading:
    """Create the table of records that are one in both files; return the column of ids."""
    key = find_key(found.opened, engine)
    if key is None:
        raise InputError(
            "the list has no column of ids, by which its records could be found in the earlier file",
            where=found.source.name,
            hint="export it with the ids of its records; --map can say which column they are: record_id",
        )
    other = same_column(key, file.opened)
    if other is None:
        raise InputError(
            f'there is no column "{key.column.header}", which has the ids of the records in {found.source.name}',
            where=file.path,
            hint="name an earlier file of the same list",
        )
    create_keys(_KEYS, found.opened, key, engine)
    create_keys(_OLD_KEYS, file.opened, other, engine)
    once = "SELECT MIN(_row) AS _row, key FROM {} GROUP BY key HAVING COUNT(*) = 1"
    engine.create(
        MATCHED,
        f"SELECT n._row, o._row AS old_row FROM ({once.format(_KEYS)}) n "
        f"JOIN ({once.format(_OLD_KEYS)}) o ON o.key = n.key",
    )
    return key


def _counts(found: Prepared, engine: Engine) -> tuple[int, int, int, int, int]:
    """Return the records that are matched, new, gone, doubled and without an id."""
    count = "SELECT COUNT(*) FROM {}"
    matched = int(engine.fetch(count.format(MATCHED))[0][0])
    known = int(engine.fetch(count.format(_KEYS))[0][0])
    new = int(engine.fetch(f"{count.format(_KEYS)} WHERE key NOT IN (SELECT key FROM {_OLD_KEYS})")[0][0])
    gone = engine.fetch(f"SELECT COUNT(DISTINCT key) FROM {_OLD_KEYS} WHERE key NOT IN (SELECT key FROM {_KEYS})")
    return matched, new, int(gone[0][0]), known - matched - new, found.source.rows - known


def _records(found: Prepared, file: EarlierFile, engine: Engine) -> RecordSource:
    """Return the earlier file as rules read it; its records have the related rows those of the list have now."""
    related = {}
    for kind, rows in found.data.related.items():
        links = f"earlier_links_{kind}"
        engine.create(
            links,
            f"SELECT m.old_row AS _row, l.related_row FROM {rows.links} l JOIN {MATCHED} m ON m._row = l._row",
        )
        related[kind] = RelatedRows(data=rows.data, links=links)
    opened = file.opened
    if any(column.source == OF_COMPANY for column in found.data.fields.columns):
        opened = with_company_fields(opened, Related(rows=related, ways=(), notes=()), engine)
    opened = derive_columns(opened, found.rules.fields_read(), engine, declared=found.rules.fields, as_of=found.day)
    table = (opened.source, opened.fields, opened.readings, opened.placeholders)
    records = RecordSource.of_rules(found.rules.fields, table)
    records, _ = read_mixed_lists(records, found.rules.fields.values(), engine)
    return replace(records, related=related)
