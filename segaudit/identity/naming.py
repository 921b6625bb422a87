"""Ids of entities that stay the same from run to run, whatever the clusters were numbered by."""

import hashlib
from collections.abc import Container, Iterable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv, parquet

from segaudit.errors import InputError
from segaudit.files import whole_file
from segaudit.model.naming import EntityMerge, EntitySplit, Naming, NamingChanges

Ints = npt.NDArray[np.int64]

_DIGITS = 12  # hex; in one run of 600 over a million entities two collide, and the one with the larger key has more
_MOST_DIGITS = 32
_KEY, _ENTITY = "record_key", "entity_id"
_WRITTEN = "record_id"  # what files for people call the key
_WRITTEN_BY = "name a file that `--clusters` wrote for an earlier export of the same table"


def name_entities(keys: Any, clusters: npt.NDArray[np.integer[Any]], base: Any = None) -> Naming:  # noqa: ANN401 - pyarrow has no types
    """Name the entity of each record.

    Without a base an entity is called ``E`` and 12 hex digits, a hash of its smallest record key. With one, it keeps
    the id of the base with which it has most records in common; of equal claims the smaller id goes first, then the
    entity with the smaller key. An id goes to one entity only, and no new entity is given one the base has.

    Args:
        keys: Record keys, all different; a string array (records,).
        clusters: Which cluster each record is in, by any numbering; (records,).
        base: record_key and entity_id of the previous run, no key twice; None on the first.

    Returns:
        The id of each record's entity, and what has become of those of the base.
    """
    labels, members = np.unique(clusters, return_inverse=True)
    records = _Records(keys=_flat(keys), clusters=members.astype(np.int64))
    ids = np.empty(len(labels), dtype=object)
    if base is None:
        _name_new(ids, records, np.arange(len(labels)), ())
        return Naming(entity_ids=_spread(ids, records), changes=None)
    overlap = _overlap(records, base)
    held = _claim(overlap, records, len(labels))
    ids[held >= 0] = overlap.names[held[held >= 0]]
    _name_new(ids, records, np.flatnonzero(held < 0), overlap.names.tolist())
    return Naming(entity_ids=_spread(ids, records), changes=_changes(ids, held, overlap))


@dataclass(frozen=True, kw_only=True)
class _Records:
    """The records of this run."""

    keys: Any  # large string array (records,)
    clusters: Ints  # 0, 1, ...; (records,)

    def firsts(self, wanted: Ints) -> tuple[Ints, Ints]:
        """Return, for clusters in rising order, the record with the smallest key of each, and those keys' order."""
        asked = np.zeros(int(self.clusters.max(initial=-1)) + 1, dtype=np.bool_)
        asked[wanted] = True
        rows = np.flatnonzero(asked[self.clusters])
        in_order = rows[pc.sort_indices(self.keys.take(pa.array(rows))).to_numpy()]
        _, ranks = np.unique(self.clusters[in_order], return_index=True)
        return in_order[ranks], ranks


@dataclass(frozen=True, kw_only=True)
class _Overlap:
    """How many records each cluster has in common with each entity of the base; only where there are some."""

    clusters: Ints  # (overlaps,)
    previous: Ints  # place in names; (overlaps,)
    rows: Ints  # (overlaps,)
    names: npt.NDArray[np.object_]  # ids of the base; (entities of the base,)
    rows_new: int  # records the base does not have
    rows_vanished: int  # records only the base has

    def merging(self) -> npt.NDArray[np.bool_]:
        """Tell of each overlap whether its cluster has another."""
        several: npt.NDArray[np.bool_] = np.bincount(self.clusters)[self.clusters] > 1
        return several

    def splitting(self) -> npt.NDArray[np.bool_]:
        """Tell of each overlap whether its entity of the base has another."""
        several: npt.NDArray[np.bool_] = np.bincount(self.previous)[self.previous] > 1
        return several


def _flat(texts: Any) -> Any:  # noqa: ANN401 - as above
    """Return one array of strings, whatever pieces and widths it came in."""
    array = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    return array.cast(pa.large_string())


def _spread(ids: npt.NDArray[np.object_], records: _Records) -> Any:  # noqa: ANN401 - as above
    """Return the id of each record's cluster."""
    return pa.array(ids, pa.string()).take(pa.array(records.clusters))


def _overlap(records: _Records, base: Any) -> _Overlap:  # noqa: ANN401 - as above
    base_keys, ids = _flat(base[_KEY]), _flat(base[_ENTITY]).dictionary_encode()
    found = pc.fill_null(pc.index_in(records.keys, value_set=base_keys), -1).to_numpy().astype(np.int64)
    known = found >= 0
    codes = ids.indices.to_numpy().astype(np.int64)
    width = max(1, len(ids.dictionary))
    both, rows = np.unique(records.clusters[known] * width + codes[found[known]], return_counts=True)
    return _Overlap(
        clusters=both // width,
        previous=both % width,
        rows=rows.astype(np.int64),
        names=np.array(ids.dictionary.to_pylist(), dtype=object),
        rows_new=int((~known).sum()),
        rows_vanished=len(base_keys) - int(known.sum()),
    )


def _claim(overlap: _Overlap, records: _Records, count: int) -> Ints:
    """Return for each cluster the place of the id it keeps among those of the base, -1 where it needs a new one."""
    held = np.full(count, -1, dtype=np.int64)
    contested = overlap.merging() | overlap.splitting()
    held[overlap.clusters[~contested]] = overlap.previous[~contested]
    clusters, previous, rows = (part[contested] for part in (overlap.clusters, overlap.previous, overlap.rows))
    claimants, claimant = np.unique(clusters, return_inverse=True)
    _, key_ranks = records.firsts(claimants)
    order = np.lexsort((key_ranks[claimant], _ranks(overlap.names)[previous], -rows))
    given: set[int] = set()
    for cluster, name in zip(clusters[order].tolist(), previous[order].tolist(), strict=True):
        if held[cluster] < 0 and name not in given:
            held[cluster] = name
            given.add(name)
    return held


def _ranks(names: npt.NDArray[np.object_]) -> Ints:
    """Return the place of each text among all of them."""
    ranks = np.empty(len(names), dtype=np.int64)
    ranks[pc.sort_indices(pa.array(names, pa.string())).to_numpy()] = np.arange(len(names))
    return ranks


def _name_new(ids: npt.NDArray[np.object_], records: _Records, wanted: Ints, taken: Iterable[str]) -> None:
    """Give ids to clusters without one; ``wanted`` is in rising order."""
    if not len(wanted):
        return
    firsts, ranks = records.firsts(wanted)
    order = np.argsort(ranks)
    keys = records.keys.take(pa.array(firsts[order])).to_pylist()
    names, used = [f"E{_digits(key)[:_DIGITS]}" for key in keys], set(taken)
    if len(used.union(names)) < len(used) + len(names):
        names = []
        for key in keys:  # those with smaller keys first
            names.append(_fresh(key, used))
            used.add(names[-1])
    ids[wanted[order]] = names


def _fresh(key: str, used: Container[str]) -> str:
    """Return an id for the entity of a key: with more digits, and then a number, where that is taken."""
    digits = _digits(key)
    for length in (_DIGITS, _MOST_DIGITS):
        if (name := f"E{digits[:length]}") not in used:
            return name
    return next(name for number in count(2) if (name := f"E{digits}-{number}") not in used)


def _digits(key: str) -> str:
    return hashlib.blake2b(key.encode(), digest_size=_MOST_DIGITS // 2).hexdigest()


def _changes(ids: npt.NDArray[np.object_], held: Ints, overlap: _Overlap) -> NamingChanges:
    touched, left = np.zeros(len(ids), dtype=np.bool_), np.ones(len(overlap.names), dtype=np.bool_)
    touched[overlap.clusters], left[overlap.previous] = True, False
    entities, previous = ids[overlap.clusters], overlap.names[overlap.previous]
    merged = _grouped(entities, previous, overlap.rows, overlap.merging())
    split = _grouped(previous, entities, overlap.rows, overlap.splitting())
    return NamingChanges(
        kept=int((held >= 0).sum()),
        merged=tuple(EntityMerge(entity_id=name, previous=found) for name, found in merged),
        split=tuple(EntitySplit(previous=name, entity_ids=found) for name, found in split),
        new=tuple(sorted(ids[~touched].tolist())),
        vanished=tuple(sorted(overlap.names[left].tolist())),
        rows_new=overlap.rows_new,
        rows_vanished=overlap.rows_vanished,
    )


def _grouped(
    owners: npt.NDArray[np.object_], parts: npt.NDArray[np.object_], rows: Ints, wanted: npt.NDArray[np.bool_]
) -> list[tuple[str, tuple[str, ...]]]:
    """Return each owner with its parts, those of most rows first."""
    found: dict[str, list[tuple[int, str]]] = {}
    for owner, part, size in zip(owners[wanted], parts[wanted], rows[wanted].tolist(), strict=True):
        found.setdefault(owner, []).append((-size, part))
    return [(owner, tuple(part for _, part in sorted(found[owner]))) for owner in sorted(found)]


def write_entities(path: Path, entities: Any) -> None:  # noqa: ANN401 - as above
    """Write _row, record_id, entity_id and match_probability as the next run's base: Parquet by its ending, else CSV.

    Args:
        path: The file; it is there whole or not at all.
        entities: A pyarrow.Table with _row, record_key, entity_id and match_probability.

    Raises:
        OutputError: The file cannot be written.
    """
    columns = ["_row", _KEY, _ENTITY, "match_probability"]
    table = entities.select(columns).rename_columns([_WRITTEN if name == _KEY else name for name in columns])
    with whole_file(path) as temporary:
        if path.suffix.lower() == ".parquet":
            parquet.write_table(table, temporary, compression="zstd")
        else:
            csv.write_csv(table, temporary)


def read_base(path: Path) -> Any:  # noqa: ANN401 - as above
    """Read which entity each record was in at an earlier run.

    Args:
        path: Parquet or CSV, with the columns record_id (or record_key) and entity_id; others are passed over.

    Returns:
        A pyarrow.Table with record_key and entity_id, texts that are never empty; no key twice.

    Raises:
        InputError: The file is missing or something else.
    """
    try:
        with path.open("rb") as file:
            start = file.read(1 << 16)
        table = _read_parquet(path) if start[:4] == b"PAR1" else _read_csv(path, start)
    except OSError as error:
        raise InputError(
            f"the base cannot be read ({error.strerror or error})", where=str(path), hint=_WRITTEN_BY
        ) from None
    except pa.ArrowException as error:
        said = str(error).splitlines()[0]
        raise InputError(f"this is no base of entities ({said})", where=str(path), hint=_WRITTEN_BY) from None
    for name, called in ((_KEY, _WRITTEN), (_ENTITY, _ENTITY)):
        blank = pc.fill_null(pc.equal(table[name], ""), fill_value=True)
        if (row := pc.index(blank, value=True).as_py()) >= 0:
            raise InputError(f"data row {row + 1} has no {called}", where=str(path), hint=_WRITTEN_BY)
    several = table.group_by(_KEY).aggregate([([], "count_all")]).filter(pc.field("count_all") > 1)
    if len(several):
        key = str(several[_KEY][0])[:60]
        hint = "keep one row for each record; a base is the file of one run, not several joined together"
        raise InputError(f'the record "{key}" stands there twice', where=str(path), hint=hint)
    return table


def _read_parquet(path: Path) -> Any:  # noqa: ANN401 - as above
    key = _key_column(parquet.read_schema(path).names, path)
    return _as_texts(parquet.read_table(path, columns=[key, _ENTITY]), key)


def _read_csv(path: Path, start: bytes) -> Any:  # noqa: ANN401 - as above
    header = start.decode("utf-8-sig", errors="replace").splitlines()[:1]
    line = header[0] if header else ""
    delimiter = max(",;\t", key=line.count)  # a spreadsheet may have saved it in between
    key = _key_column([name.strip('" ') for name in line.split(delimiter)], path)
    table = csv.read_csv(
        path,
        parse_options=csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types={key: pa.string(), _ENTITY: pa.string()}, include_columns=[key, _ENTITY]
        ),
    )
    return _as_texts(table, key)


def _key_column(names: Iterable[str], path: Path) -> str:
    """Return the name of the column with the keys."""
    found = set(names)
    keys = [name for name in (_WRITTEN, _KEY) if name in found]
    if not keys or _ENTITY not in found:
        missing = _WRITTEN if not keys else _ENTITY
        raise InputError(f"this is no base of entities: it has no column {missing}", where=str(path), hint=_WRITTEN_BY)
    return keys[0]


def _as_texts(table: Any, key: str) -> Any:  # noqa: ANN401 - as above
    names = {_KEY: key, _ENTITY: _ENTITY}
    return pa.table({name: table[column].cast(pa.string()) for name, column in names.items()})
