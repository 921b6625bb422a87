"""Deriving as a library: fields that follow from others, as columns for rules to read and as columns of a file."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlglot import expressions as exp

from segaudit.audit.deriving_accounts import AccountColumns, roll_up
from segaudit.audit.inputs import files_read
from segaudit.audit.opening import InputChoices, OpenedInput, engine_chosen, open_input, today
from segaudit.audit.ruling import word_lists
from segaudit.engine.protocol import Engine
from segaudit.errors import InputError, OutputError
from segaudit.files import check_output
from segaudit.model.derived import AddedField, Derivation, DeriveResult, NotDerived
from segaudit.model.fields import CatalogueField, ColumnReading, MappedColumn
from segaudit.model.segments import RuleField
from segaudit.model.source import Source
from segaudit.rulebook.derived import load_derivations
from segaudit.rulebook.rollups import load_rollups, rollup_names
from segaudit.rulebook.suggest import did_you_mean
from segaudit.segments.decide import TAGS
from segaudit.segments.deriving.counting import count_derived
from segaudit.segments.deriving.derive import Deriving, DerivingRules
from segaudit.segments.deriving.methods import is_unmarked
from segaudit.segments.output import check_format, write_tagged

_BESIDE = ("_from", "_sure")


def derive_columns(
    opened: OpenedInput,
    wanted: Iterable[str],
    engine: Engine,
    *,
    declared: Mapping[str, RuleField] | None = None,
    as_of: date | None = None,
) -> OpenedInput:
    """Return a file with the derived fields that rules want and no column provides.

    The table becomes a view with three text columns for each, behind those of the file: what was told, from what, and
    how sure that is. The headers stay those of the file, so what is written is the file and nothing else. Rules can ask
    for ``<field>_from`` and ``<field>_sure`` too, if they declare them.

    Args:
        opened: The file.
        wanted: Fields that rules read.
        engine: Where it is.
        declared: Fields as the rules declare them; the catalogue's where they do not.
        as_of: The day years are counted to; today if not given.

    Raises:
        RuleErrors: The files in rules/derived/ are wrong.
    """
    provided = {column.field for column in opened.fields.columns}
    asked = {_without_ending(name) for name in wanted if name not in provided} - provided
    if not asked:
        return opened
    rules = _rules(opened, declared or {}, as_of or today())
    asked &= rules.derivations.by_field.keys()
    if not asked:
        return opened
    deriving = _deriving(opened, rules, engine)
    found = [added for name in sorted(asked) if (added := deriving.add(name)) is not None]
    return _as_input(opened, deriving, found, engine) if found else opened


def _without_ending(name: str) -> str:
    for ending in _BESIDE:
        name = name.removesuffix(ending)
    return name


def _rules(opened: OpenedInput, declared: Mapping[str, RuleField], as_of: date) -> DerivingRules:
    fields = {**rule_fields(opened.catalogue), **declared}
    return DerivingRules(
        derivations=load_derivations(opened.location, fields),
        fields=fields,
        location=opened.location,
        lists=word_lists(opened.location),
        as_of=as_of,
    )


def rule_fields(catalogue: Mapping[str, CatalogueField]) -> dict[str, RuleField]:
    """Return the fields of the catalogue as rules know them."""
    return {name: RuleField(name=name, type=field.type) for name, field in catalogue.items()}


def _deriving(opened: OpenedInput, rules: DerivingRules, engine: Engine) -> Deriving:
    return Deriving(
        source=opened.source,
        fields=opened.fields,
        readings={reading.column.field: reading for reading in opened.readings if reading.column.field},
        placeholders=opened.placeholders,
        rules=rules,
        engine=engine,
    )


def _as_input(opened: OpenedInput, deriving: Deriving, found: Sequence[AddedField], engine: Engine) -> OpenedInput:
    """Return the file as a view with the derived fields behind it."""
    view = f"{opened.source.table}_with_derived"
    relation = deriving.relation
    query = relation.select([added.value for added in deriving.added.values()], relation.all_columns())
    engine.define(view, query.sql(dialect=engine.dialect))
    readings = [reading for added in found for reading in _readings(added, deriving)]
    return replace(
        opened,
        source=replace(opened.source, table=view),
        fields=replace(opened.fields, columns=(*opened.fields.columns, *(reading.column for reading in readings))),
        readings=(*opened.readings, *readings),
    )


def _readings(added: AddedField, deriving: Deriving) -> Iterable[ColumnReading]:
    """Yield how a derived field is read, and what it was told from and how sure it is where the rules declare that."""
    yield deriving.readings[added.field]
    for ending, position in zip(_BESIDE, (added.why, added.sure), strict=True):
        field = deriving.rules.fields.get(added.field + ending)
        if field is not None:
            header = added.field + ending
            column = MappedColumn(position=position, header=header, field=header, type=field.type, source="derived")
            yield replace(deriving.readings[added.field], column=column, type=field.type, style="")


def derive(  # noqa: PLR0913 - each is a choice of its own
    path: str | Sequence[str],
    output: str,
    choices: InputChoices | None = None,
    *,
    only: Sequence[str] = (),
    fill: bool = False,
    as_of: date | None = None,
    force: bool = False,
    spreadsheet_safe: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> DeriveResult:
    """Write a copy of a file with the fields that follow from its own behind it.

    Args:
        path: CSV, TSV, workbook or Parquet file; ``-`` is standard input. Several are parts of one table.
        output: File to write: CSV, TSV, XLSX or Parquet, by its ending.
        choices: What to read it with, and which rules.
        only: Fields to derive; none: all that can be and no column provides.
        fill: Derive fields that a column provides, too: ``<field>_filled`` has the column's value where there is one.
        as_of: The day years are counted to; today if not given.
        force: Replace the output file if there is one.
        spreadsheet_safe: In CSV, put an apostrophe before cells that a spreadsheet would run as a formula.
        progress: Told what is being done.

    Raises:
        SegauditError: The file or the rules cannot be read, nothing can be derived, or the output cannot be written.
    """
    choices = choices or InputChoices()
    target = Path(output)
    check_format(target)
    check_output(target, inputs=files_read(path, choices), force=force)
    day = as_of or today()
    with engine_chosen(choices) as engine:
        opened = open_input(path, choices, engine, ordered=True)
        rules = _rules(opened, {}, day)
        _check_known(only, rules, choices)
        deriving = _deriving(opened, rules, engine)
        derived = rules.derivations.by_field
        wanted = [name for name in only or derived if name in derived]
        named, left = _derive_each(deriving, wanted, progress, fill=fill)
        accounts = roll_up(opened, rules, choices, only, engine)
        if not named and not accounts.columns:
            raise _nothing(opened.source, rules, left, asked=bool(only))
        _check_new_columns(opened.source, [name for name, _ in named], accounts)
        columns = _create_tags(named, deriving, accounts, engine)
        write_tagged(opened.source, target, columns, engine, safe=spreadsheet_safe)
        return DeriveResult(
            source=opened.source,
            as_of=day,
            output=output,
            columns=columns,
            fields=tuple(count_derived(added, deriving.relation, engine) for _, added in named),
            not_derived=left,
            rolled_up=tuple(name for name in accounts.columns if not name.endswith(_BESIDE)),
            notes=accounts.notes,
        )


def _check_known(only: Sequence[str], rules: DerivingRules, choices: InputChoices) -> None:
    known = [*rules.derivations.by_field]
    if choices.related:
        known += rollup_names(load_rollups(rules.location, rules.fields))
    for name in only:
        if name not in known:
            hint = did_you_mean(name, known) or "there are " + ", ".join(known)
            raise InputError(f'nothing derives "{name}"', where="--only", hint=hint)


def _derive_each(
    deriving: Deriving, wanted: Sequence[str], progress: Callable[[str], None], *, fill: bool
) -> tuple[list[tuple[str, AddedField]], tuple[NotDerived, ...]]:
    """Derive fields; return them with the names of their columns, and those that were left."""
    named, left = [], []
    own = dict(deriving.readings)
    for name in dict.fromkeys(wanted):
        progress(f"Deriving {name}")
        column = own.get(name)
        if column is not None and not fill:
            left.append(NotDerived(field=name, reason=f'the column "{column.column.header}" provides it'))
            continue
        added = deriving.fill(name) if column is not None else deriving.add(name)
        if added is not None:
            named.append((f"{name}_filled" if column is not None else name, added))
        else:
            left.append(NotDerived(field=name, reason=_reason(deriving.rules.derivations.by_field[name])))
    return named, tuple(left)


def _reason(derivation: Derivation) -> str:
    if is_unmarked(derivation):
        return "nothing is marked with yes in its table"
    return f"no column provides {' or '.join(derivation.sources)}"


def _nothing(source: Source, rules: DerivingRules, left: Sequence[NotDerived], *, asked: bool) -> InputError:
    if asked:
        reasons = "; ".join(f"{item.field}: {item.reason}" for item in left)
        hint = "name the columns in a --map file, or fill the blanks of a column that is there with --fill"
        return InputError(f"nothing can be derived ({reasons})", where=source.name, hint=hint)
    derived = rules.derivations.by_field
    sources = dict.fromkeys(name for item in derived.values() for name in item.sources if name not in derived)
    return InputError(
        "nothing can be derived from the columns of this file",
        where=source.name,
        hint=f"fields follow from {', '.join(sources)}; name the columns in a --map file if they are there",
    )


def _check_new_columns(source: Source, names: Sequence[str], accounts: AccountColumns) -> None:
    taken = {header.strip().lower() for header in source.headers}
    for column in (*(name + ending for name in names for ending in ("", *_BESIDE)), *accounts.columns):
        if column.lower() in taken:
            raise OutputError(
                f'the input already has a column "{column}"',
                where=source.name,
                hint="derive from the file as it was exported, rename the column, or name other fields with --only",
            )


def _create_tags(
    named: Sequence[tuple[str, AddedField]], deriving: Deriving, accounts: AccountColumns, engine: Engine
) -> tuple[str, ...]:
    """Create the table of what is to be written behind the file; return its columns."""
    relation = deriving.relation
    columns: dict[str, exp.Expr] = {}
    for name, added in named:
        columns[name] = relation.column(added.value)
        columns[f"{name}_from"], columns[f"{name}_sure"] = relation.column(added.why), relation.column(added.sure)
    columns |= accounts.columns
    selected: list[exp.Expr] = [exp.column("_row", table="b")]
    selected += [exp.alias_(expression, column, quoted=True) for column, expression in columns.items()]
    query = relation.select([added.value for _, added in named], selected)
    for table in accounts.tables:
        query = query.join(exp.to_table(table), on=f"{table}._row = b._row", join_type="left")
    engine.create(TAGS, query.sql(dialect=engine.dialect))
    return tuple(columns)
