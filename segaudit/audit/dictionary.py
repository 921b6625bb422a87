"""The verb that lists every column: what it is, how it is filled, who owns it, and what reads it."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

from segaudit.audit.opening import InputChoices, OpenedInput, engine_chosen, open_input, today
from segaudit.audit.ruling import load_rules
from segaudit.ingest.columns.rulefields import declare_fields
from segaudit.model.conditions import Clause, clauses_of
from segaudit.model.coverage import ColumnCoverage
from segaudit.model.dictionary import DictionaryResult, FieldEntry
from segaudit.model.fields import CatalogueField, FieldType
from segaudit.model.segments import RuleBook, RuleField
from segaudit.quality.ages import pair_dates
from segaudit.quality.coverage import measure_coverage
from segaudit.rulebook.checks import load_checks
from segaudit.rulebook.tables import load_cutoffs

_FEW = 20  # different values of a column that are its list
_LISTED = frozenset({FieldType.ENUM, FieldType.BOOL, FieldType.MULTI})
_OF_PERSONS = frozenset({FieldType.EMAIL, FieldType.PHONE})
_PERSONAL = frozenset(
    "first_name middle_name last_name full_name linkedin_url street address notes occupation salutation "
    "preferred_language".split()
)
_OF_STAFF = frozenset({"owner"})  # names too, though not the ones the data is about
_KEYS = frozenset("record_id contact_id company_id parent_company_id deal_id activity_id".split())
_IDENTITY = frozenset("first_name last_name full_name email phone mobile company company_domain website".split())
_CONSENT = frozenset(
    "unsubscribed unsubscribed_on do_not_call do_not_text do_not_mail do_not_contact email_consent sms_consent "
    "phone_consent ads_consent consent_on consent_basis marketing_status".split()
)


def fields(
    path: str | Sequence[str], choices: InputChoices | None = None, *, as_of: date | None = None
) -> DictionaryResult:
    """List the columns of a file with what they are and what reads them.

    Args:
        path: CSV, TSV, workbook or Parquet file; ``-`` is standard input. Several are parts of one table.
        choices: What to read it with, and which rules.
        as_of: Day the measurement is of; today if not given.

    Raises:
        SegauditError: The file or the rules cannot be read.
    """
    choices = choices or InputChoices()
    with engine_chosen(choices) as engine:
        rules = load_rules(choices.rules)
        declare = partial(declare_fields, rules.fields)
        opened = open_input(path, choices, engine, ordered=False, declare=declare)
        coverage = measure_coverage(
            opened.source,
            opened.readings,
            opened.fields,
            catalogue=opened.catalogue,
            placeholders=opened.placeholders,
            cutoffs=load_cutoffs(opened.location),
            as_of=as_of or today(),
            engine=engine,
        )
        pairs = pair_dates(opened.readings, rules.fields, opened.catalogue)
        checks = _checks_by_field(opened)
        entries = tuple(_entry(column, opened, rules, pairs, checks) for column in coverage.columns)
        return DictionaryResult(
            source=opened.source, fields=opened.fields, rules=rules, as_of=coverage.as_of, entries=entries
        )


def _entry(
    column: ColumnCoverage,
    opened: OpenedInput,
    rules: RuleBook,
    pairs: Mapping[int, int],
    checks: Mapping[str, tuple[str, ...]],
) -> FieldEntry:
    headers = opened.source.headers
    known = opened.catalogue.get(column.field) if column.field else None
    declared = rules.fields.get(column.field) if column.field else None
    sensitive = _is_sensitive(known, declared)
    personal = sensitive or column.type in _OF_PERSONS or column.field in _PERSONAL
    segments = _segments_reading(column.field, rules)
    dating = pairs.get(column.position)
    shown = (
        not personal and column.field not in _OF_STAFF and column.type in _LISTED and column.measures.distinct <= _FEW
    )
    return FieldEntry(
        position=column.position,
        column=column.column,
        field=column.field,
        type=column.type,
        measures=column.measures,
        quality=column.quality,
        values=column.measures.frequent if shown else (),
        personal=personal,
        sensitive=sensitive,
        description=(declared.description if declared else "") or (known.description if known else ""),
        owner=declared.owner if declared else "",
        dated_by=headers[dating - 1].strip() if dating else None,
        max_age_days=declared.max_age_days if declared else None,
        segments=segments,
        schemas=tuple(dict.fromkeys(name.partition(".")[0] for name in segments)),
        checks=checks.get(column.field or "", ()),
        serves=_serves(column, headers, pairs),
    )


def _is_sensitive(known: CatalogueField | None, declared: RuleField | None) -> bool:
    if declared is not None and declared.sensitive is not None:
        return declared.sensitive
    return known is not None and known.sensitive


def _serves(column: ColumnCoverage, headers: Sequence[str], pairs: Mapping[int, int]) -> str:
    """Return what a column is for beside segments."""
    dated = [headers[position - 1].strip() for position, dating in pairs.items() if dating == column.position]
    if dated:
        return f"dates {', '.join(dated)}"
    if column.field in _KEYS:
        return "identifies and joins records"
    if column.field in _IDENTITY:
        return "finds duplicates, reaches the record"
    return "says who may be contacted" if column.field in _CONSENT else ""


def _segments_reading(field: str | None, rules: RuleBook) -> tuple[str, ...]:
    """Return the segments whose criteria read a field, the one a comparison names included."""
    if field is None:
        return ()
    return tuple(
        f"{schema.id}.{segment.id}"
        for schema, segment in rules.segments()
        if any(
            field in _fields_of(clause)
            for condition in (segment.criteria, *segment.exclude)
            for clause in clauses_of(condition)
        )
    )


def _fields_of(clause: Clause) -> tuple[str, ...]:
    return (clause.field, str(clause.operand)) if clause.operator.endswith("_field") else (clause.field,)


def _checks_by_field(opened: OpenedInput) -> dict[str, tuple[str, ...]]:
    """Return the checks of the row contract that read each field, by id."""
    from segaudit.quality.finders import FINDERS  # noqa: PLC0415 - brings libraries this verb needs for names only

    known = {name: RuleField(name=name, type=item.type) for name, item in opened.catalogue.items()}
    present = {
        reading.column.field: RuleField(name=reading.column.field, type=reading.type)
        for reading in opened.readings
        if reading.column.field
    }
    checks = load_checks(opened.location.quality_files(), known, present, tuple(FINDERS))
    found: dict[str, list[str]] = {}
    for check in checks:
        conditions = [condition for condition in (check.when, check.expect) if condition is not None]
        read = {name for part in conditions for clause in clauses_of(part) for name in _fields_of(clause)}
        for name in {check.column, *read} - {"", "it"}:
            found.setdefault(name, []).append(check.id)
    return {name: tuple(dict.fromkeys(ids)) for name, ids in found.items()}
