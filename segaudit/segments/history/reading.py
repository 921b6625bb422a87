"""What a history holds: its runs, and of each its sizes, its columns, and which label each record had."""

from collections.abc import Iterator, Mapping, Sequence

import duckdb

from segaudit.engine.protocol import Engine
from segaudit.model.fields import FieldType
from segaudit.model.history import SEGMENT, Distribution, FieldMeasures, LabelMix, Run, SegmentSize, SizeHistory, Sprawl

_BATCH = 100_000  # rows handed over at a time


def read_runs(history: duckdb.DuckDBPyConnection) -> tuple[Run, ...]:
    """Return the runs, oldest first: by the day they count from, then in the order they were recorded."""
    rows = history.execute(
        "SELECT run, recorded_at, as_of, command, input, row_count, sha256, rules, rules_sha256, version, key_header, "
        "followed FROM runs ORDER BY as_of, run"
    ).fetchall()
    return tuple(
        Run(
            number=number, recorded_at=recorded_at, as_of=as_of, command=command, input=name, rows=rows, sha256=sha256,
            rules=rules, rules_sha256=rules_sha256, version=version, key=key, followed=followed,
        )
        for number, recorded_at, as_of, command, name, rows, sha256, rules, rules_sha256, version, key, followed in rows
    )  # fmt: skip


def read_sizes(history: duckdb.DuckDBPyConnection, run: int) -> tuple[SegmentSize, ...]:
    """Return how many records had each label in a run, in the order of its rules."""
    rows = history.execute(
        "SELECT schema_id, label, kind, records FROM sizes WHERE run = $1 ORDER BY place, rowid", [run]
    ).fetchall()
    return tuple(
        SegmentSize(schema=schema, label=label, kind=kind, records=records) for schema, label, kind, records in rows
    )


def read_mixes(history: duckdb.DuckDBPyConnection, run: int) -> tuple[LabelMix, ...]:
    """Return how many records had each label, one of several segments being a label of its own."""
    rows = history.execute(
        "SELECT l.schema_id, l.label, sum(p.records) FROM profile_labels l "
        "JOIN profiles p ON p.run = l.run AND p.profile = l.profile WHERE l.run = $1 GROUP BY ALL ORDER BY ALL",
        [run],
    ).fetchall()
    return tuple(LabelMix(schema=schema, label=label, records=int(records)) for schema, label, records in rows)


def read_fields(history: duckdb.DuckDBPyConnection, run: int) -> tuple[FieldMeasures, ...]:
    """Return the columns of a run."""
    bins: dict[int, list[tuple[float | None, str | None, int]]] = {}
    for field, upper, value, records in history.execute(
        "SELECT field, upper, value, records FROM bins WHERE run = $1 ORDER BY field, place", [run]
    ).fetchall():
        bins.setdefault(field, []).append((upper, value, int(records)))
    rows = history.execute(
        "SELECT place, name, header, type, row_count, filled, usable, different, kind, others, why FROM fields "
        "WHERE run = $1 ORDER BY place",
        [run],
    ).fetchall()
    return tuple(
        FieldMeasures(
            name=name, header=header, type=_type(kind), rows=records, filled=filled, usable=usable,
            different=different, why=why, distribution=_distribution(spread, others, bins.get(place, [])),
        )
        for place, name, header, kind, records, filled, usable, different, spread, others, why in rows
    )  # fmt: skip


def _type(name: str) -> FieldType:
    return FieldType(name) if name in {kind.value for kind in FieldType} else FieldType.TEXT


def _distribution(
    kind: str | None, others: int | None, bins: Sequence[tuple[float | None, str | None, int]]
) -> Distribution | None:
    if kind is None:
        return None
    return Distribution(
        kind=kind,
        uppers=tuple(upper for upper, _, _ in bins if upper is not None),
        values=tuple(value for _, value, _ in bins if value is not None),
        counts=tuple(count for _, _, count in bins),
        others=others or 0,
    )


def load_labels(history: duckdb.DuckDBPyConnection, run: int, table: str, engine: Engine) -> tuple[str, ...]:
    """Create a table of the engine with the labels of a run: ``key`` and ``segment_<schema>``; return its schemas."""
    told = history.execute(
        "SELECT profile, schema_id, label FROM profile_labels WHERE run = $1 ORDER BY profile, rowid", [run]
    ).fetchall()
    schemas = tuple(dict.fromkeys(str(schema) for _, schema, _ in told))
    labels: dict[int, dict[str, str]] = {}
    for profile, schema, label in told:
        labels.setdefault(int(profile), {})[str(schema)] = str(label)
    hand_over(
        history,
        f"{table}_keyed",
        f"SELECT k.key, r.profile FROM records r JOIN keys k ON k.key_id = r.key_id WHERE r.run = {int(run)}",
        engine,
    )
    columns = {f"s{number}": [item.get(schema) for item in labels.values()] for number, schema in enumerate(schemas)}
    named = "".join(
        f', unnest(CAST($s{number} AS VARCHAR[])) AS "segment_{_plain(schema)}"'
        for number, schema in enumerate(schemas)
    )
    profiles = f"SELECT unnest(CAST($profiles AS INTEGER[])) AS profile{named}"
    engine.create(f"{table}_profiles", profiles, {"profiles": list(labels), **columns})
    engine.create(
        table,
        f"SELECT k.key, p.* EXCLUDE (profile) FROM {table}_keyed k JOIN {table}_profiles p ON p.profile = k.profile",
    )
    return schemas


def _plain(schema: str) -> str:
    """Return a schema's name as SQL can hold it: that it is one is the file's word only."""
    return schema.replace('"', '""')


def hand_over(history: duckdb.DuckDBPyConnection, table: str, query: str, engine: Engine) -> None:
    """Create a table of the engine from a query over the history, a batch of it in memory at a time."""
    engine.load_arrow(table, history.sql(query).to_arrow_reader(_BATCH))


def sizes_over_time(
    history: duckdb.DuckDBPyConnection, runs: Sequence[Run]
) -> tuple[tuple[SizeHistory, ...], tuple[Sprawl, ...]]:
    """Return the size of each label in each of some runs, and which segments came and went between them."""
    sizes = {run.number: read_sizes(history, run.number) for run in runs}
    by_label: dict[tuple[str, str, str], dict[int, int]] = {}
    # The latest rules say the order; what they do not have any more stands behind.
    for number in reversed(sizes):
        for item in sizes[number]:
            by_label.setdefault((item.schema, item.label, item.kind), {})[number] = item.records
    schemas = list(dict.fromkeys(schema for schema, _, _ in by_label))
    ranked = sorted(by_label, key=lambda label: (schemas.index(label[0]), label[2] != SEGMENT))
    found = tuple(
        SizeHistory(schema=key[0], label=key[1], kind=key[2], records=tuple(by_label[key].get(n) for n in sizes))
        for key in ranked
    )
    return found, tuple(_sprawl(sizes))


def _sprawl(sizes: Mapping[int, Sequence[SegmentSize]]) -> Iterator[Sprawl]:
    before: dict[str, tuple[str, ...]] = {}
    for run, items in sizes.items():
        now: dict[str, tuple[str, ...]] = {}
        for item in items:
            if item.kind == SEGMENT:
                now[item.schema] = (*now.get(item.schema, ()), item.label)
        for schema in dict.fromkeys([*now, *before]) if before else ():
            was, is_now = before.get(schema, ()), now.get(schema, ())
            added = tuple(label for label in is_now if label not in was)
            retired = tuple(label for label in was if label not in is_now)
            if added or retired:
                yield Sprawl(run=run, schema=schema, segments=len(is_now), added=added, retired=retired)
        before = now
