"""The verb that compares two rule books: proof, what else changed, and counts on a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from segaudit.audit.opening import InputChoices, OpenedInput, engine_chosen, open_input, today
from segaudit.audit.relating import open_related
from segaudit.audit.ruling import load_rules, word_lists
from segaudit.engine.protocol import Engine
from segaudit.ingest.columns.rulefields import declare_fields
from segaudit.ingest.columns.types import find_types
from segaudit.model.rules_diff import DiffData, Match, Matches, RulesDiff, SchemaDiff, SegmentDiff
from segaudit.model.segments import RuleBook
from segaudit.rulebook.lints.words import load_likeness
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.tables import load_catalogue, load_placeholders
from segaudit.segments.diff_changes import field_differences, schema_changes, segment_changes
from segaudit.segments.diff_confirm import Question, Side, confirm_differences
from segaudit.segments.diff_counts import DiffCounts, count_differences, decide_side
from segaudit.segments.diff_judge import judge_differences
from segaudit.segments.diff_matching import match_schemas, match_segments
from segaudit.segments.diff_proof import PairProof, prove_differences
from segaudit.segments.program import build_program
from segaudit.segments.proof.record import Setting
from segaudit.sql.mixed_lists import read_mixed_lists
from segaudit.sql.records import RecordSource


@dataclass(frozen=True, slots=True, kw_only=True)
class _Books:
    """Two rule books, and their schemas and segments put side by side."""

    a: RuleBook
    b: RuleBook
    locations: tuple[RulesLocation, RulesLocation]
    day: date
    schemas: Matches
    segments: Mapping[str, Matches]  # by A's schema

    def pairs(self) -> list[tuple[Match, Match]]:
        """Return every two segments put side by side, behind their schemas."""
        return [(schema, segment) for schema in self.schemas.pairs for segment in self.segments[schema.a].pairs]


def diff_rules(  # noqa: PLR0913 - each is a choice of its own
    a: str,
    b: str,
    *,
    as_of: date | None = None,
    match: Mapping[str, str] | None = None,
    data: str | Sequence[str] | None = None,
    choices: InputChoices | None = None,
) -> RulesDiff:
    """Compare two rule books: marketing's and sales', or last quarter's and this one's.

    Args:
        a: A rules file or folder.
        b: Another.
        as_of: Day that rules count from; today if not given.
        match: What is the same under another name: schema of A -> schema of B, ``schema.segment`` -> its like in B.
        data: CSV, TSV, workbook or Parquet file to count in; several are parts of one table.
        choices: What to read it with; ``rules`` is where its headers and placeholders are known from, A if None.

    Raises:
        RuleErrors: With every mistake in the rules.
        SegauditError: ``match`` names what is not there, or the file cannot be read.
    """
    books = _put_side_by_side(a, b, as_of or today(), match or {})
    with engine_chosen(choices or InputChoices()) as engine:
        schemas = _compare(books, engine)
        found = None
        if data is not None:
            chosen = choices if choices is not None and choices.rules is not None else _read_like(a, choices)
            schemas, found = _count(books, schemas, data, chosen, engine)
    return RulesDiff(
        a=books.a,
        b=books.b,
        as_of=books.day,
        schemas=schemas,
        only_a=books.schemas.only_a,
        only_b=books.schemas.only_b,
        fields=field_differences(books.a, books.b),
        findings=judge_differences(books.a, books.b, schemas, books.schemas.only_a, books.schemas.only_b),
        data=found,
    )


def _read_like(a: str, choices: InputChoices | None) -> InputChoices:
    return replace(choices or InputChoices(), rules=a)


def _put_side_by_side(a: str, b: str, day: date, match: Mapping[str, str]) -> _Books:
    ours, theirs = load_rules(a), load_rules(b)
    locations = RulesLocation.at(a), RulesLocation.at(b)
    least = load_likeness(locations[0])["proposal"]
    schemas = match_schemas(ours, theirs, match, least)
    segments = {
        pair.a: match_segments(ours.schema(pair.a), theirs.schema(pair.b), match, least) for pair in schemas.pairs
    }
    return _Books(a=ours, b=theirs, locations=locations, day=day, schemas=schemas, segments=segments)


def _compare(books: _Books, engine: Engine) -> tuple[SchemaDiff, ...]:
    """Prove and confirm how segments lie to each other, and tell what else changed."""
    location = books.locations[0]
    setting = Setting(
        as_of=books.day,
        catalogue=frozenset(load_catalogue(location)),
        placeholders=load_placeholders(location),
    )
    proofs: list[PairProof] = []
    for schema in books.schemas.pairs:
        both = books.a.schema(schema.a), books.b.schema(schema.b)
        proofs += prove_differences(books.a, books.b, both, books.segments[schema.a].pairs, setting)
    proofs = _confirmed(books, proofs, engine)
    found = iter(zip(books.pairs(), proofs, strict=True))
    return tuple(
        SchemaDiff(
            a=schema.a,
            b=schema.b,
            by=schema.by,
            segments=tuple(_segment(books, *next(found)) for _ in books.segments[schema.a].pairs),
            only_a=books.segments[schema.a].only_a,
            only_b=books.segments[schema.a].only_b,
            changes=schema_changes(books.a.schema(schema.a), books.b.schema(schema.b), books.segments[schema.a]),
        )
        for schema in books.schemas.pairs
    )


def _confirmed(books: _Books, proofs: Sequence[PairProof], engine: Engine) -> list[PairProof]:
    """Return the proofs with the records only that the programs of both decide as it is claimed."""
    asked = [
        Question(a=(schema.a, segment.a), b=(schema.b, segment.b), by_membership=by_membership, proved=proved)
        for (schema, segment), proof in zip(books.pairs(), proofs, strict=True)
        for by_membership, proved in ((False, proof.criteria), (True, proof.membership))
        if proved is not None
    ]
    a, b = (
        Side(rules=rules, lists=word_lists(location), placeholders=load_placeholders(location))
        for rules, location in zip((books.a, books.b), books.locations, strict=True)
    )
    found = iter(confirm_differences(asked, a, b, books.day, engine))
    return [
        PairProof(criteria=next(found), membership=next(found) if proof.membership is not None else None)
        for proof in proofs
    ]


def _segment(books: _Books, matched: tuple[Match, Match], proof: PairProof) -> SegmentDiff:
    schema, segment = matched
    ours, theirs = books.a.schema(schema.a).segment(segment.a), books.b.schema(schema.b).segment(segment.b)
    return SegmentDiff(
        a=segment.a,
        b=segment.b,
        by=segment.by,
        criteria=proof.criteria.comparison(),
        membership=proof.membership.comparison() if proof.membership is not None else None,
        changes=segment_changes(ours, theirs),
    )


def _count(
    books: _Books, schemas: tuple[SchemaDiff, ...], data: str | Sequence[str], choices: InputChoices, engine: Engine
) -> tuple[tuple[SchemaDiff, ...], DiffData]:
    """Count in a file where the two part."""
    opened = open_input(data, choices, engine, ordered=True)
    pairs = [((schema.a, item.a), (schema.b, item.b)) for schema, item in books.pairs()]
    sides = (("a", books.a, [a for a, _ in pairs]), ("b", books.b, [b for _, b in pairs]))
    absent: dict[str, None] = {}
    records = RecordSource.of_rules((), (opened.source, opened.fields, opened.readings, opened.placeholders))
    for (side, rules, segments), location in zip(sides, books.locations, strict=True):
        records = _as_rules_read(opened, rules, choices, engine)
        decide_side(side, build_program(rules, books.day, word_lists(location)), records, segments, engine)
        here = {*records.readings, *records.related}
        absent |= dict.fromkeys(name for name in rules.fields_read() if name not in here)
    counts = count_differences(pairs, [(schema.a, schema.b) for schema in schemas], records, engine)
    found = DiffData(name=opened.source.name, rows=opened.source.rows, absent=tuple(absent))
    return tuple(_counted(schema, counts) for schema in schemas), found


def _as_rules_read(opened: OpenedInput, rules: RuleBook, choices: InputChoices, engine: Engine) -> RecordSource:
    """Return a file as one side's rules read it: what they declare of its columns may differ."""
    fields = declare_fields(rules.fields, opened.fields, opened.source.name)
    readings = find_types(opened.source, fields, opened.placeholders, engine)
    declared = replace(opened, fields=fields, readings=readings)
    related = open_related(declared, choices.related, rules, choices, engine)
    table = (opened.source, fields, readings, opened.placeholders)
    records, _ = read_mixed_lists(RecordSource.of_rules(rules.fields, table), rules.fields.values(), engine)
    return replace(records, related=related.rows)


def _counted(schema: SchemaDiff, counts: DiffCounts) -> SchemaDiff:
    segments = tuple(
        replace(item, counts=counts.segments[(schema.a, item.a), (schema.b, item.b)]) for item in schema.segments
    )
    return replace(schema, segments=segments, flows=counts.flows[schema.a, schema.b])
