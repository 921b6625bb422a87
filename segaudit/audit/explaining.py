"""The verb that explains single records: why each is in its segments, and what would move it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from segaudit.audit.explaining_rows import find_row, find_rows
from segaudit.audit.opening import InputChoices, OpenedInput, open_input, today
from segaudit.audit.relating import Related, open_related
from segaudit.audit.ruling import load_rules, word_lists
from segaudit.engine.duck import DuckEngine
from segaudit.engine.protocol import Engine
from segaudit.errors import InputError
from segaudit.ingest.columns.rulefields import declare_fields
from segaudit.model.explanations import ExplainResult, RecordExplained
from segaudit.model.segments import RuleBook, Schema
from segaudit.rulebook.suggest import did_you_mean
from segaudit.segments.program import build_program
from segaudit.sql.records import RecordSource


def explain(  # noqa: PLR0913 - each is a choice of its own
    path: str | Sequence[str],
    record: str | None = None,
    choices: InputChoices | None = None,
    *,
    row: int | None = None,
    schema: str | None = None,
    as_of: date | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> ExplainResult:
    """Explain a record's segments, clause by clause, with the smallest change that would move it to others.

    Args:
        path: CSV, TSV, workbook or Parquet file; ``-`` is standard input. Several are parts of one table.
        record: The record's id, or its e-mail address. Of several with that id the first few are explained.
        choices: What to read the file with, and which rules.
        row: Its data row, in place of an id; 1-based, the header not counted.
        schema: Explain this schema only.
        as_of: Day that rules count from; today if not given.
        progress: Told what is being done.

    Raises:
        SegauditError: The file or the rules cannot be read, or there is no such record or schema.
    """
    if (record is None) == (row is None):
        raise InputError("which record to explain is not said", hint="give its id with --record, or its --row")
    choices = choices or InputChoices()
    rules = load_rules(choices.rules)  # first: a mistake in the rules is told before a large file is read
    schemas = _schemas(rules, schema)
    day = as_of or today()
    with DuckEngine(memory_limit=choices.memory_limit) as engine:
        declare = partial(declare_fields, rules.fields)
        opened = open_input(path, choices, engine, ordered=True, declare=declare)
        found = find_row(opened, row) if row is not None else find_rows(opened, record or "", engine)
        related = open_related(opened, choices.related, rules, choices, engine)
        progress(f"Explaining {len(found.first)} of {opened.source.rows:,} records")
        data = _data(opened, rules, related)
        return ExplainResult(
            source=opened.source,
            rules=rules,
            as_of=day,
            absent_fields=tuple(name for name in rules.fields_read() if name not in {*data.readings, *data.related}),
            asked=record or "",
            header=found.header,
            rows=found.rows,
            records=_explained(opened, data, rules, schemas, found.first, day, engine),
        )


def _schemas(rules: RuleBook, name: str | None) -> tuple[Schema, ...]:
    known = [schema.id for schema in rules.schemas]
    if name is None:
        return rules.schemas
    if name not in known:
        hint = did_you_mean(name, known) or f"the rules have {', '.join(known)}"
        raise InputError(f'the rules have no schema "{name}"', where="--schema", hint=hint)
    return (rules.schema(name),)


def _data(opened: OpenedInput, rules: RuleBook, related: Related) -> RecordSource:
    table = (opened.source, opened.fields, opened.readings, opened.placeholders)
    return replace(RecordSource.of_rules(rules.fields, table), related=related.rows)


def _explained(  # noqa: PLR0913, PLR0917 - what it hands on
    opened: OpenedInput,
    data: RecordSource,
    rules: RuleBook,
    schemas: Sequence[Schema],
    rows: Sequence[int],
    day: date,
    engine: Engine,
) -> tuple[RecordExplained, ...]:
    # z3 takes its time to load: a wrong id is told before that.
    from segaudit.segments.explain.records import explain_rows  # noqa: PLC0415 - loads z3
    from segaudit.segments.proof.record import Setting  # noqa: PLC0415 - loads z3

    program = build_program(rules, day, word_lists(opened.location))
    setting = Setting(as_of=day, catalogue=frozenset(opened.catalogue), placeholders=opened.placeholders)
    return explain_rows(program, data, rows, schemas=schemas, setting=setting, engine=engine)
