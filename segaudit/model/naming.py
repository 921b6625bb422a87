"""Names of entities that last from one run to the next, and what became of those of the last one."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityMerge:
    """An entity that holds records of several entities of the base."""

    entity_id: str
    previous: tuple[str, ...]  # by how many records came from each, most first


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitySplit:
    """An entity of the base whose records are in several entities now."""

    previous: str
    entity_ids: tuple[str, ...]  # by how many of its records went to each, most first


@dataclass(frozen=True, slots=True, kw_only=True)
class NamingChanges:
    """What has become of the entities of a base. One may be in several lists: split, and merged in part."""

    kept: int  # entities that have the id they had
    merged: tuple[EntityMerge, ...]
    split: tuple[EntitySplit, ...]
    new: tuple[str, ...]  # entities none of whose records is in the base
    vanished: tuple[str, ...]  # entities of the base none of whose records is here
    rows_new: int  # records that are not in the base
    rows_vanished: int  # records of the base that are not here


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """The id of each record's entity."""

    entity_ids: Any  # pyarrow string array (records,)
    changes: NamingChanges | None  # None where there is no base
