"""Columns that could stand in for a field: those that tell what the rules ask of it, measured where both are filled.

What is compared is not the field's value but what its clauses say of it: for ``employees`` the band, not the number. A
record is foretold by the others that share the column's value: right if theirs most often say what it says, itself left
out. It is measured on up to 100,000 rows, whole companies where the file names them; what a stand-in would decide is
counted over all rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from segaudit.engine.protocol import Engine, Parameters
from segaudit.model.enrichment import FieldGain, StandIn
from segaudit.model.fields import ColumnReading, FieldType
from segaudit.model.segments import RuleBook
from segaudit.model.source import Source
from segaudit.segments.enrichment import schemas_of
from segaudit.segments.enrichment_tables import CLAUSES, NEEDS, SchemaPatterns, state_column
from segaudit.sql.cells import OK
from segaudit.sql.kinds import WHITE_SPACE, trimmed

_SAMPLE = "enrichment_sample"
_ROWS = 100_000
_MOST_FIELDS = 6
_MOST_EACH = 2
_LEAST_AGREED = 0.8
_LEAST_COMPARED = 30
_ERRORS_LEFT = 0.5  # of those that always guessing the most frequent makes
_TELLING = frozenset(
    {FieldType.TEXT, FieldType.ENUM, FieldType.ID, FieldType.URL, FieldType.EMAIL, FieldType.BOOL, FieldType.MULTI}
)
_WHOLE = ("company_id", "company_domain", "company", "website", "email")  # what keeps a company's rows together
_DIGITS = 39


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A column that may tell others, and the SQL of its key over the raw table."""

    reading: ColumnReading
    key: str
    words: str  # what people call it


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    """A field to be told, and the SQL of what its clauses say, over the clauses table; NULL where it is not filled."""

    field: str
    column: str  # of the sample
    said: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What stand-ins are measured on."""

    rules: RuleBook
    source: Source
    patterns: Sequence[SchemaPatterns]
    fields: Sequence[str]  # of the clauses table, in the order of their states
    engine: Engine

    @property
    def parameters(self) -> Parameters:
        """What the keys of candidates need."""
        return {"white_space": WHITE_SPACE}


def find_stand_ins(
    gains: Sequence[FieldGain],
    ground: Ground,
    readings: Mapping[str, ColumnReading],
    candidates: Sequence[Candidate],
) -> tuple[StandIn, ...]:
    """Return the columns that could stand in for the fields that leave most open.

    Args:
        gains: Fields by what they decide over all schemas.
        ground: What to measure on.
        readings: Columns by rule field.
        candidates: Columns that may tell others.
    """
    chosen = sorted((gain for gain in gains if gain.field in readings), key=lambda gain: -gain.matters)
    targets = [
        target
        for index, gain in enumerate(chosen[:_MOST_FIELDS])
        if (target := _target(gain.field, f"v{index}", ground)) is not None
    ]
    if not targets or not candidates or not ground.source.rows:
        return ()
    _create_sample(targets, candidates, ground)
    found: list[StandIn] = []
    for target in targets:
        rated = _rated(target, candidates, readings[target.field].column.position, ground.engine)
        counted = [_counted(target, item, ground) for item in rated[:_MOST_EACH]]
        useful = sorted((item for item in counted if item.fills), key=lambda item: -item.decides * item.share_agrees)
        found += useful[:_MOST_EACH]
    return tuple(found)


def possible_stand_ins(
    readings: Sequence[ColumnReading], distinct: Mapping[int, tuple[int, int]], source: Source, free_mail: Sequence[str]
) -> tuple[Candidate, ...]:
    """Return the columns whose values stand often enough to tell something.

    Args:
        readings: Every column.
        distinct: Filled rows and about how many different values, by position.
        source: The raw table.
        free_mail: Domains of mail providers, which say nothing of an employer.
    """
    found = []
    for reading in readings:
        position = reading.column.position
        filled, different = distinct.get(position, (0, 0))
        if reading.type not in _TELLING or filled < _LEAST_COMPARED or different <= 1:
            continue
        cell = f"lower({trimmed(source.column(position))})"
        if reading.type is FieldType.EMAIL:
            domain = f"nullif(rtrim(split_part({cell}, '@', 2), '.'), '')"
            free = ", ".join("'" + name.replace("'", "''") + "'" for name in free_mail)
            key = f"CASE WHEN {domain} NOT IN ({free}) THEN {domain} END" if free else domain
            found.append(Candidate(reading=reading, key=key, words=f"domain of {reading.column.header.strip()}"))
        elif different <= filled * 2 / 3:
            found.append(Candidate(reading=reading, key=f"nullif({cell}, '')", words=reading.column.header.strip()))
    return tuple(found)


def count_distinct(readings: Sequence[ColumnReading], source: Source, engine: Engine) -> dict[int, tuple[int, int]]:
    """Return how many rows of each column that may tell others are filled, and about how many values differ."""
    positions = [reading.column.position for reading in readings if reading.type in _TELLING]
    if not positions:
        return {}
    counts = ", ".join(
        f"count(nullif({source.column(item)}, '')), approx_count_distinct({source.column(item)})" for item in positions
    )
    row = engine.fetch(f"SELECT {counts} FROM {source.table}")[0]
    return {
        position: (int(filled), int(different))
        for position, filled, different in zip(positions, row[::2], row[1::2], strict=True)
    }


def _target(field: str, column: str, ground: Ground) -> _Target | None:
    names = sorted({key for item in ground.patterns for key, leaf in item.leaves.items() if leaf.fields == (field,)})
    if not names:
        return None
    state = state_column(ground.fields, field)
    said = " + ".join(
        f"CASE WHEN {name} THEN 2 WHEN NOT {name} THEN 1 ELSE 0 END * CAST({3**power} AS BIGINT)"
        for power, name in enumerate(names[:_DIGITS])
    )
    return _Target(field=field, column=column, said=f"CASE WHEN k.{state} = {OK} THEN {said} END", state=state)


def _create_sample(targets: Sequence[_Target], candidates: Sequence[Candidate], ground: Ground) -> None:
    source = ground.source
    keys = ", ".join(f"{item.key} AS x{index}" for index, item in enumerate(candidates))
    every = -(-source.rows // _ROWS)
    by_field = {item.reading.column.field: item.key for item in candidates}
    together = next((by_field[name] for name in _WHOLE if name in by_field), None)
    chosen = f"hash(coalesce({together}, CAST(_row AS VARCHAR))) % {every} = 0" if together else f"_row % {every} = 0"
    said = ", ".join(f"{target.said} AS {target.column}" for target in targets)
    ground.engine.create(
        _SAMPLE,
        f"SELECT r.*, {said} FROM (SELECT _row, {keys} FROM {source.table} WHERE {chosen}) r "
        f"JOIN {CLAUSES} k ON k._row = r._row",
        ground.parameters,
    )


def _groups(key: str, said: str, relation: str) -> str:
    """Return the query of a column's values: rows, and how many say the same most often and second most often."""
    return (
        f"SELECT x, sum(n) AS n, max(n, 2) AS top FROM (SELECT {key} AS x, {said} AS v, count(*) AS n FROM {relation} "
        f"WHERE {key} IS NOT NULL AND {said} IS NOT NULL GROUP BY ALL) GROUP BY x"
    )


# Rows of a value that the others of it foretell: those that say what most say, if most still do without one of them.
_RIGHT = "CASE WHEN top[1] - 1 > coalesce(top[2], 0) THEN top[1] ELSE 0 END"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rated:
    """A candidate that tells a field."""

    candidate: Candidate
    agrees: float
    usual: float
    rows: int


def _rated(target: _Target, candidates: Sequence[Candidate], own: int, engine: Engine) -> list[_Rated]:
    """Return the candidates that tell a field, best first."""
    counts = engine.fetch(
        f"SELECT count(*) FROM {_SAMPLE} WHERE {target.column} IS NOT NULL GROUP BY {target.column} ORDER BY 1 DESC"
    )
    filled = sum(int(count) for (count,) in counts)
    if filled < _LEAST_COMPARED:
        return []
    usual = int(counts[0][0]) / filled
    others = [(index, item) for index, item in enumerate(candidates) if item.reading.column.position != own]
    queries: list[tuple[str, Parameters]] = [
        (f"SELECT sum(n), sum({_RIGHT}) FROM ({_groups(f'x{index}', target.column, _SAMPLE)}) WHERE n > 1", {})
        for index, _ in others
    ]
    found = []
    for (_, item), ((rows, right),) in zip(others, engine.fetch_all(queries), strict=True):
        agrees = int(right or 0) / int(rows) if rows else 0.0
        if (rows or 0) >= _LEAST_COMPARED and agrees >= _LEAST_AGREED and 1 - agrees <= _ERRORS_LEFT * (1 - usual):
            found.append(_Rated(candidate=item, agrees=agrees, usual=usual, rows=int(rows)))
    return sorted(found, key=lambda item: (-round(item.agrees, 2), -item.rows, item.candidate.reading.column.position))


def _counted(target: _Target, rated: _Rated, ground: Ground) -> StandIn:
    """Count over all rows for how many records without the field a column tells it, and what that decides."""
    candidate, alone = rated.candidate, frozenset({target.field})
    decided = [
        f"CASE WHEN d.n{number} IN ({', '.join(map(str, places))}) THEN 1 ELSE 0 END"
        for number, item in enumerate(ground.patterns)
        if (places := [place for place, need in enumerate(item.needs, start=1) if need.decided_by(alone)])
    ]
    keyed = f"(SELECT _row, {candidate.key} AS x FROM {ground.source.table})"
    pairs = f"(SELECT r.x, {target.said} AS v FROM {keyed} r JOIN {CLAUSES} k ON k._row = r._row)"
    query = (
        f"WITH g AS ({_groups('x', 'v', pairs)}) "
        f"SELECT count(*), sum({' + '.join(decided) or '0'}) FROM {keyed} r JOIN {CLAUSES} k ON k._row = r._row "
        f"JOIN {NEEDS} d ON d._row = r._row JOIN g ON g.x = r.x "
        f"WHERE k.{target.state} <> {OK} AND {_RIGHT} > 0"
    )
    fills, decides = ground.engine.fetch(query, ground.parameters)[0]
    field = candidate.reading.column.field
    return StandIn(
        field=target.field,
        column=candidate.words,
        position=candidate.reading.column.position,
        share_agrees=rated.agrees,
        share_usual=rated.usual,
        rows_compared=rated.rows,
        fills=int(fills or 0),
        decides=int(decides or 0),
        used_by=schemas_of(field, ground.rules) if field else (),
    )
