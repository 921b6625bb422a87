"""The verb that puts rules down as a dictionary people share, with what a file says of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlglot import expressions as exp

from segaudit.audit.excepting import settle, with_exceptions
from segaudit.audit.opening import InputChoices, OpenedInput, today
from segaudit.audit.preparing import Prepared, engine_for, prepare
from segaudit.audit.ruling import load_rules
from segaudit.engine.protocol import Engine
from segaudit.model.decisions import SchemaCounts
from segaudit.model.fields import CatalogueField, FieldType
from segaudit.model.proofs import ProvedFacts
from segaudit.model.rules_docs import DocumentedData, ExampleRecord, RulesDocs
from segaudit.model.segments import RuleBook, RuleField, Schema, Segment
from segaudit.quality.coverage import measure_coverage
from segaudit.report.safety import masked
from segaudit.rulebook.json_schema import segment_file_schema
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.tables import load_catalogue, load_cutoffs
from segaudit.segments.decide import DECISIONS, create_decisions
from segaudit.segments.overlap import measure_overlap
from segaudit.segments.program import membership_name

_FEWEST = 5  # members; of fewer, even a masked record is shown only if it is asked for
_MOST_VALUES = 16
_OPEN_TYPES = frozenset(
    {FieldType.ENUM, FieldType.MULTI, FieldType.INT, FieldType.NUMBER, FieldType.MONEY, FieldType.DATE, FieldType.BOOL}
)
_PROFILE = (
    "full_name", "first_name", "last_name", "email", "job_title", "seniority", "department", "company", "industry",
    "employees", "annual_revenue", "country", "lifecycle_stage",
)  # fmt: skip
_OPEN_TEXTS = frozenset({"job_title", "department", "industry", "country", "bounce_reason"})
_PERSONAL = frozenset(
    "salutation birth_date birth_year age gender marital_status household_size children_count education income "
    "employment_status owner postal_code preferred_language".split()
)


def document_rules(  # noqa: PLR0913 - each is a choice of its own
    path: str | None = None,
    data: Sequence[str] = (),
    choices: InputChoices | None = None,
    *,
    as_of: date | None = None,
    prove: bool = False,
    examples: bool = False,
) -> RulesDocs:
    """Read rules, and what a file and the proof say of them.

    Args:
        path: A rules file or folder; the shipped rules if None.
        data: A data file, or several that are parts of one table: segments are counted, coverage measured.
        choices: What to read it with; its rules are ``path``.
        as_of: Day that rules count from; today if None.
        prove: Say which segments can hold the same record, whatever the data.
        examples: Show example records as they are, and of small segments too.

    Raises:
        SegauditError: The rules or the file cannot be read.
    """
    rules = load_rules(path)  # first: a mistake in the rules is told before a large file is read
    choices = replace(choices or InputChoices(), rules=path)
    day = as_of or today()
    return RulesDocs(
        rules=rules,
        as_of=day,
        catalogue=load_catalogue(RulesLocation.at(path)),
        data=_measure(rules, data, choices, day, shown=examples) if data else None,
        facts=_prove(path, day) if prove else None,
    )


def _prove(path: str | None, day: date) -> ProvedFacts:
    from segaudit.audit.proving import prove_rules  # noqa: PLC0415 - loads z3

    return prove_rules(path, day).facts


def _measure(rules: RuleBook, data: Sequence[str], choices: InputChoices, day: date, *, shown: bool) -> DocumentedData:
    with engine_for(choices, resolve=False) as engine:
        found = prepare(data, choices, rules, day, engine, resolve=False, progress=lambda _: None)
        create_decisions(found.program, found.data, engine)
        settled = settle(found, DECISIONS, engine)
        counts = with_exceptions(measure_overlap(found.program, engine), settled.counts)
        return document_data(found, counts, _coverage(found.opened, day, engine), engine, shown=shown)


def document_data(
    found: Prepared, counted: Iterable[SchemaCounts], coverage: Mapping[str, float], engine: Engine, *, shown: bool
) -> DocumentedData:
    """Return what a file whose records are decided says of the rules.

    Args:
        found: The file and the rules.
        counted: The schemas, counted.
        coverage: Field -> share filled.
        engine: Where the decisions are.
        shown: Show example records as they are, and of small segments too.
    """
    counts = {item.schema: item for item in counted}
    return DocumentedData(
        source=found.source,
        absent_fields=found.absent(),
        counts=counts,
        coverage=coverage,
        examples=_examples(found.rules, found.opened, counts, engine, shown=shown),
    )


def _coverage(opened: OpenedInput, day: date, engine: Engine) -> dict[str, float]:
    measured = measure_coverage(
        opened.source,
        opened.readings,
        opened.fields,
        catalogue=opened.catalogue,
        placeholders=opened.placeholders,
        cutoffs=load_cutoffs(opened.location),
        as_of=day,
        engine=engine,
    )
    return {column.field: column.share_filled for column in measured.columns if column.field}


def _examples(
    rules: RuleBook, opened: OpenedInput, counts: Mapping[str, SchemaCounts], engine: Engine, *, shown: bool
) -> dict[tuple[str, str], ExampleRecord]:
    """Return for each segment the member of which most is known, the first of several."""
    members = {(name, item.segment): item.members for name, counted in counts.items() for item in counted.segments}
    columns = {reading.column.field: reading for reading in opened.readings if reading.column.field}
    hidden = {name for name, reading in columns.items() if _is_hidden(name, reading.type, rules, opened.catalogue)}
    found = {}
    for schema, segment in rules.segments():
        if members[schema.id, segment.id] < (1 if shown else _FEWEST):
            continue
        names = [name for name in _shown_fields(segment) if name in columns][:_MOST_VALUES]
        positions = [opened.source.column(columns[name].column.position) for name in names]
        cells = _fullest(schema, segment, opened.source.table, positions, engine)
        values = tuple((name, cell) for name, cell in zip(names, cells, strict=True) if cell)
        if not shown:
            values = tuple((name, _hidden(cell) if name in hidden else cell) for name, cell in values)
        found[schema.id, segment.id] = ExampleRecord(values=values, masked=not shown)
    return found


def _shown_fields(segment: Segment) -> Iterator[str]:
    """Yield what an example is told by: who it is, then what the segment reads."""
    required = segment.documentation.get("required_fields")
    wanted = map(str, required) if isinstance(required, list) else ()
    yield from dict.fromkeys((*_PROFILE, *segment.fields, *wanted))


def _is_hidden(name: str, kind: FieldType, rules: RuleBook, catalogue: Mapping[str, CatalogueField]) -> bool:
    """Tell whether a cell may point to a person: names, addresses, free text and ids do."""
    declared, known = rules.fields.get(name), catalogue.get(name)
    stated = declared.sensitive if declared is not None else None
    sensitive = stated if stated is not None else known is not None and known.sensitive
    return sensitive or name in _PERSONAL or (kind not in _OPEN_TYPES and name not in _OPEN_TEXTS)


def _hidden(cell: str) -> str:
    """Return a cell masked, an address with its domain: that names the company."""
    return "@".join(masked(part) for part in cell.split("@"))


def _fullest(schema: Schema, segment: Segment, table: str, columns: Sequence[str], engine: Engine) -> list[str]:
    """Return the trimmed cells of one member."""
    if not columns:
        return []
    nothing = exp.Literal.string("")
    cells = [exp.func("COALESCE", exp.Trim(this=exp.column(name, table="r")), nothing.copy()) for name in columns]
    total: exp.Expr = exp.Literal.number(0)
    for item in cells:
        filled = exp.Case().when(item.copy().neq(nothing.copy()), exp.Literal.number(1)).else_(exp.Literal.number(0))
        total = exp.Add(this=total, expression=filled)
    row = exp.column("_row", table="d")
    query = (
        exp.select(*cells)
        .from_(exp.to_table(DECISIONS).as_("d"))
        .join(exp.to_table(table).as_("r"), on=row.eq(exp.column("_row", table="r")))
        .where(exp.column(membership_name(schema, segment), table="d", quoted=True))
        .order_by(exp.Ordered(this=total, desc=True), exp.Ordered(this=row.copy()))
        .limit(1)
    )
    rows = engine.fetch(query.sql(dialect=engine.dialect))
    return [str(cell) for cell in rows[0]] if rows else ["" for _ in columns]


def rules_schema(path: str | None = None) -> dict[str, Any]:
    """Return the JSON Schema of a segment file.

    Args:
        path: A rules file or folder whose fields are known too; without it those of the catalogue are.

    Raises:
        RuleErrors: With every mistake in the rules.
    """
    catalogue = load_catalogue(RulesLocation.at(path))
    known = {name: RuleField(name=name, type=item.type) for name, item in catalogue.items()}
    described = {name: item.description for name, item in catalogue.items()}
    if path is not None:
        rules = load_rules(path)
        known |= rules.fields
        described |= {name: field.description for name, field in rules.fields.items() if field.description}
    return segment_file_schema(known, described)
