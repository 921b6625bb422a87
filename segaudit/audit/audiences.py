"""Audience files: for each segment and platform the hashed addresses of whom ads may be shown to."""

from pathlib import Path

from segaudit.audit.preparing import Prepared
from segaudit.engine.protocol import Engine
from segaudit.model.conditions import Group, Place, PredicateRef, clauses_of
from segaudit.model.decisions import Finding
from segaudit.model.segments import RuleBook
from segaudit.model.tagging import AdPlatform, AudienceCounts, WrittenFile
from segaudit.rulebook.consent import FILE, consent_condition, load_consent
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.tables import rows_of
from segaudit.segments.audiences import AddressColumns, audience_rows, audience_segments, create_audiences
from segaudit.segments.folders import segment_file
from segaudit.segments.output import write_list

CHANNEL = "ads"
_EMAILS, _PHONES = ("email", "secondary_email"), ("phone", "mobile", "secondary_phone")


def ads_consent(rules: RuleBook, location: RulesLocation) -> PredicateRef | None:
    """Return whether a record may be shown ads; None if no field of the rules can say so."""
    place = Place(file=str(location.file(FILE)), line=1, column=1)
    return consent_condition(CHANNEL, load_consent(location), rules.fields, place)


def audience_names(rules: RuleBook, platforms: tuple[AdPlatform, ...]) -> list[str]:
    """Return the names of the files."""
    return [
        segment_file(schema.id, segment.id, f".{platform.platform}")
        for schema, segment in audience_segments(rules)
        for platform in platforms
    ]


def write_audiences(
    found: Prepared, platforms: tuple[AdPlatform, ...], tags: str, folders: tuple[Path, Path], engine: Engine
) -> tuple[tuple[AudienceCounts, ...], tuple[WrittenFile, ...]]:
    """Write the audiences of every segment that does not suppress; who is suppressed has been decided.

    Args:
        found: Rules and list.
        platforms: Who takes them.
        tags: Table or view of labels, and of who may be contacted.
        folders: The one to write to, and where the files will be.
        engine: Where the tags are.
    """
    path = found.opened.location.file("lists/country_names.csv")
    aliases = [(row["name"], row["country"]) for _, row in rows_of(path, ("name", "country"))]
    by_entity = found.resolution is not None
    temporary, folder = folders
    create_audiences(tags, _addresses(found), platforms, aliases, engine, by_entity=by_entity)
    counts, files = [], []
    for schema, segment in audience_segments(found.rules):
        for platform in platforms:
            query, headers, counted = audience_rows(schema, segment, platform, tags, engine)
            name = segment_file(schema.id, segment.id, f".{platform.platform}")
            rows = write_list(temporary / name, query, headers, engine, safe=False)
            counts.append(counted)
            files.append(WrittenFile(what="audience", path=str(folder / name), rows=rows))
    return tuple(counts), tuple(files)


def _addresses(found: Prepared) -> AddressColumns:
    source, readings = found.data.source, found.data.readings

    def columns(fields: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(source.column(readings[name].column.position) for name in fields if name in readings)

    country = columns(("country",))
    return AddressColumns(
        table=source.table, emails=columns(_EMAILS), phones=columns(_PHONES), country=country[0] if country else None
    )


def judge_consent(
    found: Prepared, consent: PredicateRef | None, audiences: tuple[AudienceCounts, ...]
) -> tuple[Finding, ...]:
    """Return that nobody may be shown ads, if so: then every audience is empty."""
    if any(item.consented for item in audiences):
        return ()
    fields = _granting(consent)
    here = [name for name in fields if name in found.data.readings]
    looked = f"{', '.join(here)} grants it to nobody" if here else "no column of the list grants it"
    wanted = ", ".join(fields) or "fields that the rules do not declare"
    return (
        Finding(
            rule="audiences.no-consent",
            severity="warning",
            where=found.source.name,
            message=f"nobody may be contacted through {CHANNEL}, so every audience is empty: {looked}",
            hint=f"rules/{FILE} looks at {wanted}; name the column in a --map file, or change what grants contact",
        ),
    )


def _granting(consent: PredicateRef | None) -> tuple[str, ...]:
    if consent is None or not isinstance(consent.condition, Group):
        return ()
    return tuple(dict.fromkeys(clause.field for clause in clauses_of(consent.condition.members[0])))
