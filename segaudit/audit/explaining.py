"""The verb that explains single records: why each is in its segments, and what would move it."""

from collections.abc import Callable, Sequence
from datetime import date

from segaudit.audit.explaining_exceptions import with_exceptions
from segaudit.audit.explaining_rows import find_row, find_rows
from segaudit.audit.history import with_history
from segaudit.audit.opening import InputChoices
from segaudit.audit.preparing import Prepared, engine_for, prepare
from segaudit.audit.ruling import load_rules
from segaudit.engine.protocol import Engine
from segaudit.errors import InputError
from segaudit.model.explanations import ExplainResult, RecordExplained
from segaudit.model.segments import RuleBook, Schema
from segaudit.rulebook.suggest import did_you_mean


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
    with engine_for(choices, resolve=False) as engine:
        ready = prepare(path, choices, rules, as_of, engine, resolve=False, progress=progress)
        ready = with_history(ready, choices.history, engine)
        opened = ready.opened
        found = find_row(opened, row) if row is not None else find_rows(opened, record or "", engine)
        progress(f"Explaining {len(found.first)} of {opened.source.rows:,} records")
        return ExplainResult(
            source=opened.source,
            rules=rules,
            as_of=ready.day,
            absent_fields=ready.absent(),
            asked=record or "",
            header=found.header,
            rows=found.rows,
            records=with_exceptions(ready, _explained(ready, schemas, found.first, engine), engine),
        )


def _schemas(rules: RuleBook, name: str | None) -> tuple[Schema, ...]:
    known = [schema.id for schema in rules.schemas]
    if name is None:
        return rules.schemas
    if name not in known:
        hint = did_you_mean(name, known) or f"the rules have {', '.join(known)}"
        raise InputError(f'the rules have no schema "{name}"', where="--schema", hint=hint)
    return (rules.schema(name),)


def _explained(
    ready: Prepared, schemas: Sequence[Schema], rows: Sequence[int], engine: Engine
) -> tuple[RecordExplained, ...]:
    # z3 takes its time to load: a wrong id is told before that.
    from segaudit.segments.explain.records import explain_rows  # noqa: PLC0415 - loads z3
    from segaudit.segments.proof.record import Setting  # noqa: PLC0415 - loads z3

    opened = ready.opened
    setting = Setting(as_of=ready.day, catalogue=frozenset(opened.catalogue), placeholders=opened.placeholders)
    return explain_rows(ready.program, ready.data, rows, schemas=schemas, setting=setting, engine=engine)
