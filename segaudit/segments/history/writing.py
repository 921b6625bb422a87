"""A run written to the history, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from segaudit.engine.protocol import Engine
from segaudit.model.history import OTHER, SEGMENT, FieldMeasures, Recorded, Run, SegmentSize
from segaudit.model.segments import Assignment, RuleBook, Schema
from segaudit.segments.history.store import WAIT, create_history, open_history

_PROFILES, _PROFILED, _OUT = "history_profiles", "history_profiled", "history_out"
_AT_ONCE = 500_000  # records handed over at a time
BETWEEN = "; "  # segments of one record in a schema of all matches


@dataclass(frozen=True, slots=True, kw_only=True)
class RunData:
    """What is recorded beside the run itself."""

    sizes: tuple[SegmentSize, ...]
    profiles: tuple[tuple[int, int, tuple[str, ...]], ...]  # number, records, label in each schema
    schemas: tuple[str, ...]
    fields: tuple[FieldMeasures, ...]
    keyed: int  # records of the table _OUT: place (from 1), key, profile


def gather_run(
    rules: RuleBook, labels: str, keys: str | None, fields: tuple[FieldMeasures, ...], engine: Engine
) -> RunData:
    """Put together what a run records.

    Args:
        rules: What decided.
        labels: Table or view of ``_row`` and each schema's ``segment_<schema>``.
        keys: Table of ``_row`` and ``key``; None: records are not followed.
        fields: The columns, measured.
        engine: Where the tables are.
    """
    columns = ", ".join(f'"segment_{schema.id}"' for schema in rules.schemas)
    engine.create(
        _PROFILES,
        f"SELECT CAST(row_number() OVER (ORDER BY {columns}) AS INTEGER) AS profile, * "
        f"FROM (SELECT {columns}, COUNT(*) AS n FROM {labels} GROUP BY {columns})",
    )
    found = engine.fetch(f"SELECT profile, n, {columns} FROM {_PROFILES} ORDER BY profile")
    profiles = tuple((int(number), int(rows), tuple(map(str, told))) for number, rows, *told in found)
    return RunData(
        sizes=tuple(size for place, schema in enumerate(rules.schemas) for size in _sizes(schema, place, profiles)),
        profiles=profiles,
        schemas=tuple(schema.id for schema in rules.schemas),
        fields=fields,
        keyed=0 if keys is None else _create_keyed(rules, labels, keys, engine),
    )


def _create_keyed(rules: RuleBook, labels: str, keys: str, engine: Engine) -> int:
    same = " AND ".join(f'p."segment_{schema.id}" = t."segment_{schema.id}"' for schema in rules.schemas)
    once = f"(SELECT min(_row) AS _row, key FROM {keys} GROUP BY key HAVING count(*) = 1)"
    engine.create(
        _OUT,
        f"SELECT row_number() OVER (ORDER BY k.key) AS place, k.key, p.profile FROM {once} k "
        f"JOIN {labels} t ON t._row = k._row JOIN {_PROFILES} p ON {same}",
    )
    return int(engine.fetch(f"SELECT count(*) FROM {_OUT}")[0][0])


def _sizes(schema: Schema, place: int, profiles: Sequence[tuple[int, int, tuple[str, ...]]]) -> list[SegmentSize]:
    counts: dict[str, int] = dict.fromkeys((segment.id for segment in schema.segments), 0)
    segments = frozenset(counts)
    for _, rows, labels in profiles:
        label = labels[place]
        for name in label.split(BETWEEN) if schema.assign is Assignment.ALL_MATCHES else (label,):
            counts[name] = counts.get(name, 0) + rows
    return [
        SegmentSize(schema=schema.id, label=name, kind=SEGMENT if name in segments else OTHER, records=rows)
        for name, rows in counts.items()
    ]


def write_run(path: Path, run: Run, data: RunData, engine: Engine, *, wait: float = WAIT) -> Recorded:
    """Add a run to a history, which is made if it is not there; return it with its number.

    Raises:
        SegauditError: The history cannot be opened or written.
    """
    if not path.exists():
        create_history(path)
    with open_history(path, write=True, wait=wait) as history:
        history.execute("BEGIN")
        number, last_key = _row(history, "SELECT last_run + 1, last_key FROM segaudit_history")
        again = history.execute(
            "SELECT max(run) FROM runs WHERE sha256 = $1 AND sha256 <> '' AND rules_sha256 = $2 AND as_of = $3",
            [run.sha256, run.rules_sha256, run.as_of],
        ).fetchone()
        numbered = replace(run, number=number)
        _write_tables(history, numbered, data)
        if data.keyed:
            last_key = _write_records(history, number, last_key, data.keyed, engine)
        history.execute("UPDATE segaudit_history SET last_run = $1, last_key = $2", [number, last_key])
        history.execute("COMMIT")
    return Recorded(file=str(path), run=numbered, again=again[0] if again else None)


def _row(history: duckdb.DuckDBPyConnection, query: str) -> tuple[int, ...]:
    found = history.execute(query).fetchone()
    return tuple(int(value or 0) for value in found or ())


def _write_tables(history: duckdb.DuckDBPyConnection, run: Run, data: RunData) -> None:
    place = {schema: number for number, schema in enumerate(data.schemas)}
    history.execute(
        "INSERT INTO runs VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        [
            run.number, run.recorded_at, run.as_of, run.command, run.input, run.rows, run.sha256, run.rules,
            run.rules_sha256, run.version, run.key, data.keyed,
        ],
    )  # fmt: skip
    number = run.number
    _insert(history, "sizes", [
        (number, place[item.schema], item.schema, item.label, item.kind, item.records) for item in data.sizes
    ])  # fmt: skip
    _insert(history, "profiles", [(number, profile, rows) for profile, rows, _ in data.profiles])
    _insert(history, "profile_labels", [
        (number, profile, schema, label)
        for profile, _, labels in data.profiles
        for schema, label in zip(data.schemas, labels, strict=True)
    ])  # fmt: skip
    _insert(history, "fields", [_field(number, index, item) for index, item in enumerate(data.fields)])
    _insert(history, "bins", [
        row for index, item in enumerate(data.fields) for row in _bins(number, index, item)
    ])  # fmt: skip


def _field(run: int, place: int, item: FieldMeasures) -> tuple[Any, ...]:
    spread = item.distribution
    kind, others = (spread.kind, spread.others) if spread is not None else (None, None)
    measures = item.rows, item.filled, item.usable, item.different
    return (run, place, item.name, item.header, item.type.value, *measures, kind, others, item.why)


def _bins(run: int, field: int, item: FieldMeasures) -> list[tuple[Any, ...]]:
    spread = item.distribution
    if spread is None:
        return []
    uppers: list[float | None] = [*spread.uppers, None] if spread.kind != "values" else [None] * len(spread.counts)
    values: list[str | None] = list(spread.values) or [None] * len(spread.counts)
    told = zip(uppers, values, spread.counts, strict=True)
    return [(run, field, place, *row) for place, row in enumerate(told)]


def _insert(history: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if not rows:
        return
    lists = [list(column) for column in zip(*rows, strict=True)]
    unnested = ", ".join(f"unnest(${number})" for number in range(1, len(lists) + 1))
    history.execute(f"INSERT INTO {table} SELECT {unnested}", lists)


def _write_records(history: duckdb.DuckDBPyConnection, run: int, last_key: int, records: int, engine: Engine) -> int:
    """Write which profile each record had; return the last number of an id."""
    history.execute("CREATE TEMP TABLE staged (key VARCHAR, profile INTEGER)")
    for first in range(1, records + 1, _AT_ONCE):
        part = engine.arrow(
            f"SELECT key, profile FROM {_OUT} WHERE place BETWEEN {first} AND {first + _AT_ONCE - 1} ORDER BY place"
        )
        history.register("handed_over", part)
        history.execute("INSERT INTO staged SELECT key, profile FROM handed_over")
        history.unregister("handed_over")
    # In the order of ids, so that their numbers, and numbers of records by them, take next to no room.
    history.execute(
        f"INSERT INTO keys SELECT {last_key} + row_number() OVER (ORDER BY key), key "
        "FROM (SELECT key FROM staged ANTI JOIN keys USING (key)) ORDER BY key"
    )
    history.execute(
        f"INSERT INTO records SELECT {run}, k.key_id, s.profile FROM staged s JOIN keys k USING (key) ORDER BY k.key_id"
    )
    history.execute("DROP TABLE staged")
    return _row(history, "SELECT max(key_id) FROM keys")[0]


def names_of(rules: RuleBook) -> str:
    """Return the names of the rules' files, without folders."""
    return ", ".join(dict.fromkeys(Path(file).name for file in rules.files))
