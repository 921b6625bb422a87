"""What overlap and assign begin with: rules and a file, compiled for each other."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from segaudit.audit.borrowing import with_company_fields
from segaudit.audit.bucketing import bucketed
from segaudit.audit.deriving import derive_columns
from segaudit.audit.opening import InputChoices, OpenedInput, engine_chosen, open_input, today
from segaudit.audit.relating import Related, noted, open_related
from segaudit.audit.ruling import word_lists
from segaudit.engine.protocol import Engine
from segaudit.ingest.columns.rulefields import declare_fields
from segaudit.ingest.columns.types import find_types
from segaudit.model.conditions import clauses_of
from segaudit.model.decisions import Resolution
from segaudit.model.segments import RuleBook, RuleField
from segaudit.model.source import Source
from segaudit.segments.program import Program, build_program
from segaudit.sql.mixed_lists import read_mixed_lists
from segaudit.sql.records import RecordSource

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Rules, and a file to decide by them."""

    rules: RuleBook
    program: Program
    data: RecordSource
    day: date
    opened: OpenedInput
    lists: Mapping[str, Sequence[str]]
    resolution: Resolution | None

    @property
    def source(self) -> Source:
        """The file."""
        return self.opened.source

    def absent(self) -> tuple[str, ...]:
        """Return the fields rules read and no column provides."""
        here = {*self.data.readings, *self.data.related}
        return tuple(name for name in self.rules.fields_read() if name not in here)


def engine_for(choices: InputChoices, resolve: bool | str) -> Engine:  # noqa: FBT001 - handed on as it was given
    """Return the engine to decide in, with room left for what finds entities."""
    beside = 0
    if resolve is not False:
        from segaudit.audit.resolving import libraries  # noqa: PLC0415 - brings numpy and pyarrow

        beside = libraries(resolve)
    return engine_chosen(choices, beside=beside)


def prepare(  # noqa: PLR0913 - what it hands on
    path: str | Sequence[str],
    choices: InputChoices,
    rules: RuleBook,
    as_of: date | None,
    engine: Engine,
    *,
    resolve: bool | str,
    progress: Progress,
) -> Prepared:
    """Read a file, find the entities if they are asked for, and compile the rules for it."""
    resolution = None
    if resolve is False:
        declare = partial(declare_fields, rules.fields)
        opened = open_input(path, choices, engine, ordered=True, declare=declare)
    else:
        from segaudit.audit.resolving import load_clusters, resolve_entities  # noqa: PLC0415 - brings numpy, pyarrow

        if isinstance(resolve, str):
            load_clusters(resolve, engine)
        # Entities are what dedupe says they are, whatever the rules declare of the columns.
        found = open_input(path, choices, engine, ordered=True)
        opened = declared(found, rules, engine)
        resolution = resolve_entities(found, engine, resolve, progress)
        progress("Deciding the segments")
    related = open_related(opened, choices.related, rules, choices, engine)
    return compile_for(opened, related, rules, as_of or today(), engine, resolution=resolution)


def compile_for(  # noqa: PLR0913 - all that rules are compiled for
    opened: OpenedInput,
    related: Related,
    rules: RuleBook,
    day: date,
    engine: Engine,
    *,
    resolution: Resolution | None,
) -> Prepared:
    """Compile rules for a file that is open, its columns as the rules declare them; entities, if any, are there."""
    borrowed = with_company_fields(opened, related, engine)
    opened = noted(replace(opened, source=replace(opened.source, notes=borrowed.source.notes)), related)
    derived = derive_columns(borrowed, rules.fields_read(), engine, declared=rules.fields, as_of=day)
    table = (derived.source, derived.fields, derived.readings, derived.placeholders)
    data = replace(RecordSource.of_rules(rules.fields, table), related=related.rows)
    beside = (name for rows in related.rows.values() for name in rows.data.readings)
    rules = as_provided(rules, {*data.readings, *beside})
    data, notes = read_mixed_lists(data, _fields_read(rules), engine)
    opened = replace(opened, source=replace(opened.source, notes=(*opened.source.notes, *notes)))
    data, bucket_by = bucketed(data, rules, engine, by_entity=resolution is not None)
    lists = word_lists(opened.location)
    return Prepared(
        rules=rules,
        program=build_program(rules, day, lists, bucket_by=bucket_by),
        data=data,
        day=day,
        opened=opened,
        lists=lists,
        resolution=resolution,
    )


def as_provided(rules: RuleBook, provided: Collection[str]) -> RuleBook:
    """Return rules as they are of the fields a file provides: some say that what it lacks is unknown, not blank."""
    fields = {
        name: replace(field, blank_means=None, is_absent=True)
        if field.absent_unknown and name not in provided
        else field
        for name, field in rules.fields.items()
    }
    return replace(rules, fields=fields)


def _fields_read(rules: RuleBook) -> list[RuleField]:
    in_scores = [
        clause.field for score in rules.scores.values() for part in score.parts for clause in clauses_of(part.when)
    ]
    return [rules.fields[name] for name in dict.fromkeys([*rules.fields_read(), *in_scores]) if name in rules.fields]


def declared(opened: OpenedInput, rules: RuleBook, engine: Engine) -> OpenedInput:
    """Return a file with its columns as the rules declare them."""
    fields = declare_fields(rules.fields, opened.fields, opened.source.name)
    readings = find_types(opened.source, fields, opened.placeholders, engine)
    return replace(opened, fields=fields, readings=readings)
