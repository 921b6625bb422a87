"""Audiences: the hashed addresses of a segment's members who may be contacted and are not suppressed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.model.conditions import Group, PredicateRef
from segaudit.model.segments import RuleBook, Schema, Segment
from segaudit.model.tagging import AdPlatform, AudienceCounts
from segaudit.segments.entities import SHARED
from segaudit.segments.labels import holds, named
from segaudit.segments.program import Layer, Program
from segaudit.segments.suppression import SUPPRESSED
from segaudit.sql.conditions import condition_verdict
from segaudit.text.ad_identifiers import ad_email, ad_phone, hashed
from segaudit.text.places import Countries

_GRANTED, _ALLOWED = "consent_granted", "consent_not_refused"
_PERSONS = "audience_persons"  # person, consented, suppressed
_MEMBERS = "audience_rows"  # _row, person: every record
_CELLS = "audience_cells"  # _row, person, number, kind, v, country: addresses of those that may be written
_HASHES = "audience_hashes"  # kind, v, country, and a column for each platform


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressColumns:
    """The raw columns that hold addresses."""

    table: str
    emails: tuple[str, ...]  # main one first
    phones: tuple[str, ...]
    country: str | None  # in which phone numbers are dialled


def consent_layer(condition: PredicateRef | None, program: Program) -> Layer:
    """Return over the decided columns whether contact is granted, and whether nothing refuses it.

    Args:
        condition: As consent_condition gives it; None: nothing grants it.
        program: The rules; clauses it lacks are added.
    """
    if condition is None or not isinstance(condition.condition, Group):
        return {_GRANTED: exp.false(), _ALLOWED: exp.true()}
    granted, *refused = [condition_verdict(member, program.clauses) for member in condition.condition.members]
    return {_GRANTED: granted, _ALLOWED: exp.and_(*refused) if refused else exp.true()}


def audience_segments(rules: RuleBook) -> list[tuple[Schema, Segment]]:
    """Return the segments that can be an audience: all but those that suppress."""
    return [(schema, segment) for schema, segment in rules.segments() if not segment.suppress]


def create_audiences(  # noqa: PLR0913 - what it puts together
    tags: str,
    addresses: AddressColumns,
    platforms: Sequence[AdPlatform],
    aliases: Sequence[tuple[str, str]],
    engine: Engine,
    *,
    by_entity: bool,
) -> None:
    """Create for each platform the table of the people it may be handed: ``person``, e1, ..., p1, ...

    Args:
        tags: Labels, and the columns of consent_layer; beside it the table of suppressed records.
        addresses: Where addresses stand.
        platforms: What each takes.
        aliases: Spellings of countries no standard has, with their codes.
        engine: Where all of it is.
        by_entity: A person is an entity; one refusal among its records is enough.
    """
    person = f"LEFT JOIN {SHARED} s ON s._row = t._row" if by_entity else ""
    named_by = "COALESCE(s.entity, t._row)" if by_entity else "t._row"
    engine.create(
        _MEMBERS,
        f"SELECT t._row, {named_by} AS person, COALESCE(t.{_GRANTED}, FALSE) AS granted, "
        f"COALESCE(t.{_ALLOWED}, FALSE) AS allowed, d._row IS NOT NULL AS suppressed "
        f"FROM {tags} t LEFT JOIN {SUPPRESSED} d ON d._row = t._row {person}",
    )
    engine.create(
        _PERSONS,
        "SELECT person, MAX(CASE WHEN granted THEN 1 ELSE 0 END) = 1 AND MIN(CASE WHEN allowed THEN 1 ELSE 0 END) = 1 "
        "AS consented, MAX(CASE WHEN suppressed THEN 1 ELSE 0 END) = 1 AS suppressed "
        f"FROM {_MEMBERS} GROUP BY person",
    )
    engine.create(_CELLS, _address_cells(addresses))
    _hash_addresses(platforms, aliases, engine)
    for platform in platforms:
        engine.create(_people(platform), _people_query(platform))


def _people(platform: AdPlatform) -> str:
    return f"audience_{platform.platform}"


def _address_cells(addresses: AddressColumns) -> str:
    country = f"trim(r.{addresses.country})" if addresses.country is not None else "CAST(NULL AS VARCHAR)"
    kinds = [("email", column) for column in addresses.emails] + [("phone", column) for column in addresses.phones]
    allowed = (
        f"FROM {_MEMBERS} m JOIN {_PERSONS} p ON p.person = m.person AND p.consented AND NOT p.suppressed "
        f"JOIN {addresses.table} r ON r._row = m._row"
    )
    parts = [
        f"SELECT m._row, m.person, {number} AS number, '{kind}' AS kind, r.{column} AS v, {country} AS country "
        f"{allowed} WHERE trim(r.{column}) <> ''"
        for number, (kind, column) in enumerate(kinds)
    ]
    blank = "CAST(NULL AS VARCHAR)"
    columns = f"m._row, m.person, 0 AS number, '' AS kind, {blank} AS v, {blank} AS country"
    nothing = f"SELECT {columns} FROM {_MEMBERS} m WHERE 1 = 0"
    return " UNION ALL ".join([*parts, nothing])


def _hash_addresses(platforms: Sequence[AdPlatform], aliases: Sequence[tuple[str, str]], engine: Engine) -> None:
    """Hash each different address once; none is kept plainly beside its hash longer than the run."""
    import pyarrow as pa  # noqa: PLC0415 - heavy: only audiences need it

    read = _address_reader(aliases)

    def work(batch: Any) -> Any:  # noqa: ANN401 - a pyarrow.RecordBatch, which has no types
        rows = list(zip(*(batch.column(name).to_pylist() for name in ("kind", "v", "country")), strict=True))
        found: dict[str, Any] = {name: batch.column(name) for name in ("kind", "v", "country")}
        for platform in platforms:
            found[platform.platform] = pa.array([read(platform, *row) for row in rows], pa.string())
        return pa.RecordBatch.from_pydict(found)

    engine.map_batches(_HASHES, f"SELECT DISTINCT kind, v, country FROM {_CELLS}", work)


def _address_reader(
    aliases: Sequence[tuple[str, str]],
) -> Callable[[AdPlatform, str, str, str | None], str | None]:
    countries = Countries(aliases)
    regions: dict[str, str | None] = {}

    def read(platform: AdPlatform, kind: str, text: str, country: str | None) -> str | None:
        if kind == "email":
            address = ad_email(text, platform.gmail)
        else:
            if country is not None and country not in regions:
                regions[country] = countries.read(country)
            number = ad_phone(text, None if country is None else regions[country])
            address = number if number is None or platform.plus else number.removeprefix("+")
        return None if address is None else hashed(address)

    return read


def _people_query(platform: AdPlatform) -> str:
    """Return the query of a person's different hashes side by side, in the order of records and columns."""
    name = f'"{platform.platform}"'
    hashes = (
        f"SELECT c.person, c.kind, h.{name} AS hash, MIN(c._row * 100 + c.number) AS place FROM {_CELLS} c "
        f"JOIN {_HASHES} h ON h.kind = c.kind AND h.v = c.v AND h.country IS NOT DISTINCT FROM c.country "
        f"WHERE h.{name} IS NOT NULL GROUP BY c.person, c.kind, h.{name}"
    )
    numbered = f"SELECT *, row_number() OVER (PARTITION BY person, kind ORDER BY place) AS number FROM ({hashes}) h"
    columns = [
        f"COALESCE(MAX(CASE WHEN kind = '{kind}' AND number = {number} THEN hash END), '') AS {kind[0]}{number}"
        for kind in ("email", "phone")
        for number in range(1, platform.most + 1)
    ]
    return f"SELECT person, {', '.join(columns)} FROM ({numbered}) n GROUP BY person"


def audience_rows(
    schema: Schema, segment: Segment, platform: AdPlatform, tags: str, engine: Engine
) -> tuple[str, tuple[str, ...], AudienceCounts]:
    """Return the query of a segment's file, as c1, c2, ... and ``place``, its header, and how it came about.

    Rows are in the order of their hashes, so that the order of the list is not told.
    """
    members = exp.select(exp.column("_row")).from_(tags).where(holds(named(f"segment_{schema.id}"), segment.id))
    persons = (
        f"SELECT DISTINCT m.person FROM ({members.sql(dialect=engine.dialect)}) t JOIN {_MEMBERS} m ON m._row = t._row"
    )
    used = _used_columns(platform, engine)
    cells = ", ".join(f"a.{column} AS c{number}" for number, column in enumerate(used, start=1))
    query = f"SELECT DISTINCT {cells}, 0 AS place FROM ({persons}) p JOIN {_people(platform)} a ON a.person = p.person"
    headers = tuple(platform.email if column.startswith("e") else platform.phone for column in used)
    counts = engine.fetch(
        "SELECT COUNT(*), COUNT(CASE WHEN q.consented THEN 1 END), "
        "COUNT(CASE WHEN q.consented AND q.suppressed THEN 1 END), COUNT(a.person) "
        f"FROM ({persons}) p JOIN {_PERSONS} q ON q.person = p.person "
        f"LEFT JOIN {_people(platform)} a ON a.person = p.person"
    )[0]
    everybody, consented, suppressed, reachable = map(int, counts)
    written = int(engine.fetch(f"SELECT COUNT(*) FROM ({query}) q")[0][0])
    found = AudienceCounts(
        schema=schema.id,
        segment=segment.id,
        platform=platform.platform,
        members=everybody,
        consented=consented,
        suppressed=suppressed,
        without_address=consented - suppressed - reachable,
        repeated=reachable - written,
        written=written,
    )
    return query, headers, found


def _used_columns(platform: AdPlatform, engine: Engine) -> list[str]:
    """Return the columns of addresses somebody has; the first of each kind is always there."""
    columns = [f"{kind}{number}" for kind in ("e", "p") for number in range(1, platform.most + 1)]
    counts = ", ".join(f"COUNT(NULLIF({column}, ''))" for column in columns)
    filled = engine.fetch(f"SELECT {counts} FROM {_people(platform)}")[0]
    return [column for column, count in zip(columns, filled, strict=True) if count or column.endswith("1")]
