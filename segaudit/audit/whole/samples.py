"""A few entities to show as examples: records that were taken for one, and the golden record made of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from segaudit.audit.identity import ENTITIES
from segaudit.audit.identity_records import Records
from segaudit.audit.opening import OpenedInput
from segaudit.engine.protocol import Engine
from segaudit.identity.clustering.believing import TRUST, sigmoid
from segaudit.identity.comparing.comparison import LACKING, Comparison, compare
from segaudit.identity.entities import Found
from segaudit.identity.evidence import Gathered
from segaudit.identity.explaining import evidence_of
from segaudit.identity.survive import SurvivalData
from segaudit.identity.survive.data import CELLS, OUTCOMES
from segaudit.identity.survive.data import ENTITIES as MERGED
from segaudit.identity.survive.run import decide
from segaudit.model.audit import EntityLink, EntitySample
from segaudit.model.fields import ColumnReading
from segaudit.model.review import Evidence
from segaudit.rulebook.survivorship import load_survivorship

_MOST = 3
_SIZES = (2, 4)  # records an example has
_SURE = 0.95
_LOOKED_AT = 2000  # entities
_COLUMNS = 8  # shown
_READ = 60  # columns the shown ones are chosen from
_LONGEST = 200  # characters of a cell
_SAID = 4  # comparisons named for a pair, and as many against
_WEAK = 0.5  # bits that are not worth saying
_SAMPLED = "sample_entities"

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class _Pairs:
    """The pairs of records within entities that may be shown."""

    left: npt.NDArray[np.int32]
    right: npt.NDArray[np.int32]
    levels: npt.NDArray[np.uint8]
    probability: npt.NDArray[np.float64]
    entity: npt.NDArray[np.int64]


def sample_entities(  # noqa: PLR0913, PLR0917 - a run of identity is all of it
    opened: OpenedInput,
    records: Records,
    gathered: Gathered,
    found: Found,
    day: date,
    engine: Engine,
    *,
    survived: bool = False,
) -> tuple[EntitySample, ...]:
    """Return up to three entities that show what was taken for one: sure ones, of few records, spelled differently.

    Args:
        opened: The table.
        records: Its rows as records.
        gathered: The evidence.
        found: What came of it; the engine's table ENTITIES says it of each row.
        day: A later date says nothing of how recent a record is.
        engine: Where the table is.
        survived: All entities have been merged already, and the tables of that are still there. Otherwise only those
            that are shown are merged, which makes these tables anew.
    """
    comparisons = [item.comparison for item in gathered.evidence]
    pairs = _pairs(found, comparisons)
    chosen = _chosen(pairs, found, comparisons)
    if not chosen:
        return ()
    rows = {
        entity: [int(records.rows[record]) for record in np.flatnonzero(found.entity == entity)] for entity in chosen
    }
    names = _names([row for some in rows.values() for row in some], engine)
    if not survived:
        engine.create(
            _SAMPLED, f"SELECT * FROM {ENTITIES} WHERE list_contains($ids, entity_id)", {"ids": [*names.values()]}
        )
        decide(_survival(opened, day), engine)
    samples = []
    for entity in chosen:
        columns, cells, golden = _cells(names[rows[entity][0]], opened, comparisons, engine)
        samples.append(
            EntitySample(
                entity_id=names[rows[entity][0]],
                probability=float(found.probability[found.entity == entity].min()),
                headers=tuple(reading.column.header for reading in columns),
                rows=cells,
                golden=golden,
                links=_links(entity, pairs, comparisons, found, records),
            )
        )
    return tuple(samples)


def _pairs(found: Found, comparisons: Sequence[Comparison]) -> _Pairs:
    """Return the pairs within the entities that may be shown, the surest first where there are many."""
    sizes = np.bincount(found.entity, minlength=len(found.entity))
    sure = np.full(len(sizes), np.inf)
    np.minimum.at(sure, found.entity, found.probability)
    fit = np.flatnonzero((sizes >= _SIZES[0]) & (sizes <= _SIZES[1]))
    fit = fit[np.lexsort((fit, sure[fit] < _SURE))][:_LOOKED_AT]
    shown = np.zeros(len(sizes), dtype=np.bool_)
    shown[fit] = True
    left, right = found.pairs.left, found.pairs.right
    held = (found.entity[left] == found.entity[right]) & shown[found.entity[left]]
    left, right = left[held], right[held]
    return _Pairs(
        left=left,
        right=right,
        levels=compare(comparisons, left, right),
        probability=sigmoid(TRUST * found.pairs.log_odds[held]),
        entity=np.asarray(found.entity[left], dtype=np.int64),
    )


def _chosen(pairs: _Pairs, found: Found, comparisons: Sequence[Comparison]) -> list[int]:
    """Return the entities to show: those in which most is spelled otherwise, no two for the same reason if possible."""
    if not len(pairs.left):
        return []
    alike = np.stack([_alike(item)[pairs.levels[:, place]] for place, item in enumerate(comparisons)], axis=1)
    order = np.lexsort((pairs.entity,))
    entities, first = np.unique(pairs.entity[order], return_index=True)
    differs = np.logical_or.reduceat(alike[order], first, axis=0)
    sure = np.minimum.reduceat(pairs.probability[order], first)
    size = np.bincount(found.entity)[entities]
    score = differs.sum(axis=1) + (size > _SIZES[0])
    ranked = np.lexsort((entities, -np.round(sure, 6), -score, sure < _SURE))
    picked: list[int] = []
    for again in (False, True):
        reasons = {differs[place].tobytes() for place in picked}
        for place in ranked.tolist():
            if len(picked) < _MOST and place not in picked and (again or differs[place].tobytes() not in reasons):
                picked.append(place)
                reasons.add(differs[place].tobytes())
    return [int(entities[place]) for place in picked]


def _alike(comparison: Comparison) -> Flags:
    """Tell of each level whether it is one of values that are alike and not equal."""
    levels = np.arange(comparison.size)
    given = (levels - 1) % comparison.span < len(comparison.levels)
    return np.asarray(comparison.agreeing() & given & (levels != LACKING))


def _names(rows: Sequence[int], engine: Engine) -> dict[int, str]:
    found = engine.fetch(f"SELECT _row, entity_id FROM {ENTITIES} WHERE list_contains($rows, _row)", {"rows": [*rows]})
    return {int(row): str(name) for row, name in found}


def _survival(opened: OpenedInput, day: date) -> SurvivalData:
    return SurvivalData(
        source=opened.source,
        fields=opened.fields,
        readings=opened.readings,
        placeholders=opened.placeholders,
        catalogue=opened.catalogue,
        rules=load_survivorship(opened.location, opened.catalogue),
        as_of=day,
        entities=_SAMPLED,
    )


def _cells(
    entity_id: str, opened: OpenedInput, comparisons: Sequence[Comparison], engine: Engine
) -> tuple[list[ColumnReading], tuple[tuple[int, tuple[str, ...]], ...], tuple[str, ...]]:
    """Return the columns worth showing of an entity, its rows (the one that is kept first), and its golden record."""
    readings = _readable(opened)
    cells = ", ".join(f"left({opened.source.column(reading.column.position)}, {_LONGEST})" for reading in readings)
    number = f"(SELECT e FROM {MERGED} WHERE entity_id = $id)"
    found = engine.fetch(f"SELECT _row, {cells} FROM {CELLS} WHERE e = {number} ORDER BY rank", {"id": entity_id})
    decided = engine.fetch(
        f"SELECT position, left(becomes, {_LONGEST}) FROM {OUTCOMES} WHERE e = {number}", {"id": entity_id}
    )
    becomes = {int(position): str(value or "") for position, value in decided}
    rows = [(int(row), [str(cell or "") for cell in some]) for row, *some in found]
    golden = [becomes.get(reading.column.position, rows[0][1][place]) for place, reading in enumerate(readings)]
    places = _worth_showing(readings, rows, golden, {item.name for item in comparisons})
    return (
        [readings[place] for place in places],
        tuple((row, tuple(some[place] for place in places)) for row, some in rows),
        tuple(golden[place] for place in places),
    )


def _readable(opened: OpenedInput) -> list[ColumnReading]:
    """Return the columns that may be shown: none that is sensitive, those that are a known field before others."""
    catalogue = opened.catalogue
    open_ones = [
        reading
        for reading in opened.readings
        if (known := catalogue.get(reading.column.field or "")) is None or not known.sensitive
    ]
    open_ones.sort(key=lambda reading: (reading.column.field is None, reading.column.position))
    return sorted(open_ones[:_READ], key=lambda reading: reading.column.position)


def _worth_showing(
    readings: Sequence[ColumnReading],
    rows: Sequence[tuple[int, Sequence[str]]],
    golden: Sequence[str],
    compared: set[str],
) -> list[int]:
    """Return the places of the columns to show: what was compared and differs first, in the file's order."""
    filled = [place for place in range(len(readings)) if golden[place].strip()]

    def rank(place: int) -> tuple[bool, bool, int]:
        column = readings[place].column
        differs = len({some[place].strip() for _, some in rows}) > 1
        return (not {column.header, column.field} & compared, not differs, place)

    return sorted(sorted(filled, key=rank)[:_COLUMNS])


def _links(
    entity: int, pairs: _Pairs, comparisons: Sequence[Comparison], found: Found, records: Records
) -> tuple[EntityLink, ...]:
    links = []
    for place in np.flatnonzero(pairs.entity == entity):
        left, right = int(pairs.left[place]), int(pairs.right[place])
        levels = pairs.levels[place]
        evidence = evidence_of(comparisons, found.scored.mixture, levels, left, right)
        agrees = [
            bool(item.agreeing()[level]) for item, level in zip(comparisons, levels, strict=True) if level != LACKING
        ]
        said = _words(list(zip(evidence, agrees, strict=True)))
        first, second = sorted((int(records.rows[left]), int(records.rows[right])))
        links.append(
            EntityLink(
                row_l=first,
                row_r=second,
                probability=float(pairs.probability[place]),
                evidence=said,
            )
        )
    return tuple(sorted(links, key=lambda link: (link.row_l, link.row_r)))


def _words(evidence: Sequence[tuple[Evidence, bool]]) -> str:
    """Return what spoke for a pair and against it, the weightiest first: ``Email same; against it: City different``.

    That two records share a company can speak against their being one, once the rest is known: colleagues do. It is
    part of the odds, and left out of the words.
    """
    strong = sorted(evidence, key=lambda item: -abs(item[0].weight))
    speaks = [item for item, agrees in strong if agrees and item.weight >= _WEAK][:_SAID]
    against = [item for item, agrees in strong if not agrees and item.weight <= -_WEAK][:_SAID]
    words = ", ".join(f"{item.field} {_level(item.level)}" for item in speaks)
    if not against:
        return words
    return f"{words}; against it: {', '.join(f'{item.field} {_level(item.level)}' for item in against)}"


def _level(level: str) -> str:
    """Return a level without how many records share the value."""
    return level.partition(" (shared by")[0]
