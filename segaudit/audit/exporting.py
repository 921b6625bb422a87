"""The verb that writes rules for other systems."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from segaudit.audit.opening import today
from segaudit.audit.ruling import load_rules, word_lists
from segaudit.errors import InputError, OutputError
from segaudit.files import check_output, whole_file
from segaudit.interop.export.columns import read_column_map
from segaudit.interop.export.lists.logic import Truth
from segaudit.model.conditions import RelatedClause, clause_key
from segaudit.model.exports import SQL_TARGETS, ColumnChoice, RulesExported, Target
from segaudit.model.fields import FieldType
from segaudit.model.segments import RuleBook, RuleField
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.tables import load_catalogue, load_placeholders
from segaudit.text.disposable import disposable_domains

_KEY = "record_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportChoices:
    """What a user may choose about an export; None leaves it to the target."""

    table: str | None = None  # SQL: the typed table; a CRM: its kind of record
    columns: str | None = None  # CSV: field, column, type
    as_of: date | None = None
    moving: bool = False  # days count from the day the view or list is read on, not from as_of


def export_rules(path: str | None, target: str, choices: ExportChoices | None = None) -> RulesExported:
    """Write rules as another system takes them, and say how true that is to the rules.

    Args:
        path: A rules file or folder; the shipped rules if None.
        target: One of Target: a database, or a CRM.
        choices: The table, its columns, and the day.

    Raises:
        RuleErrors: With every mistake in the rules.
        InputError: The target is not known, or the map of columns is wrong.
    """
    choices = choices or ExportChoices()
    if target not in set(Target):
        raise InputError(f'rules cannot be exported to "{target}"', where="--to", hint="targets: " + ", ".join(Target))
    rules = load_rules(path)
    location = RulesLocation.at(path)
    fields = _fields(rules, location)
    columns = read_column_map(choices.columns, fields) if choices.columns is not None else {}
    to = Target(target)
    if to in SQL_TARGETS:
        return _sql(rules, to, location, choices, columns)
    return _lists(rules, to, location, choices, columns)


def write_export(exported: RulesExported, output: str, *, force: bool = False) -> tuple[str, ...]:
    """Write an export; return the files.

    Args:
        exported: What export_rules returned.
        output: A file for everything, or a folder (without an ending, or one that is there) for its parts.
        force: Replace files that are there.

    Raises:
        OutputError: A file is there already, or cannot be written.
    """
    target = Path(output)
    files = {target: exported.files[0]}
    if target.is_dir() or not target.suffix:
        if not target.parent.is_dir():
            raise OutputError(f'there is no folder "{target.parent}"', where=output, hint="make it first")
        files = {target / file.name: file for file in exported.files[1:] or exported.files}
        target.mkdir(exist_ok=True)
    for path in files:
        check_output(path, inputs=(*exported.rules.files, *exported.rules.beside), force=force)
    for path, file in files.items():
        with whole_file(path) as temporary:
            temporary.write_text(file.text, encoding="utf-8", newline="\n")
    return tuple(map(str, files))


def _fields(rules: RuleBook, location: RulesLocation) -> Mapping[str, RuleField]:
    """Return the fields of the rules, and the one that names a record."""
    fields = dict(rules.fields)
    if _KEY not in fields:
        kind = load_catalogue(location)[_KEY].type if _KEY in load_catalogue(location) else FieldType.ID
        fields[_KEY] = RuleField(name=_KEY, type=kind)
    return fields


def _sql(
    rules: RuleBook,
    target: Target,
    location: RulesLocation,
    choices: ExportChoices,
    columns: Mapping[str, ColumnChoice],
) -> RulesExported:
    # sqlglot takes its time to load, and lists need none of it.
    from segaudit.interop.export.sql import days, script, view  # noqa: PLC0415 - with sqlglot
    from segaudit.interop.export.sql.dialect import load_dialect  # noqa: PLC0415 - as above
    from segaudit.interop.export.sql.parts import WordLists  # noqa: PLC0415 - as above
    from segaudit.segments.program import build_program, verdict_name  # noqa: PLC0415 - as above

    dialect = load_dialect(target, location)
    stand_in = days.stand_in_day(rules) if choices.moving else None
    day = choices.as_of or today()
    program = build_program(rules, stand_in or day, word_lists(location))
    compiled = view.Compiled(
        rules=rules,
        columns=program.columns,
        clauses=program.clauses.clauses,
        words={name: program.words(clause) for name, clause in program.clauses.clauses.items()},
        layers=program.layers,
        labels=program.labels(rules.schemas),
        verdicts={f"holds_{schema.id}__{item.id}": verdict_name(schema, item) for schema, item in rules.segments()},
        stand_in=stand_in,
    )
    asked = {test.name for tests in program.columns.tests.values() for test in tests}
    lists = WordLists(disposable=_disposable() if "is_disposable" in asked else ())
    fields = script.typed_fields(_fields(rules, location), columns, load_placeholders(location), dialect)
    names = script.view_names(choices.table, dialect)
    made = view.View(table=names.table, name=names.view, fields=fields, key=fields[_KEY].column or _KEY, lists=lists)
    return script.write_script(made, compiled, dialect, as_of=None if choices.moving else day)


def _disposable() -> tuple[str, ...]:
    return tuple(sorted(disposable_domains()))


def _lists(
    rules: RuleBook,
    target: Target,
    location: RulesLocation,
    choices: ExportChoices,
    columns: Mapping[str, ColumnChoice],
) -> RulesExported:
    from segaudit.interop.export.lists.carried import Carrier  # noqa: PLC0415 - with sqlglot
    from segaudit.interop.export.lists.filters import Reader  # noqa: PLC0415 - as above
    from segaudit.interop.export.lists.hubspot import write_lists  # noqa: PLC0415 - as above
    from segaudit.interop.export.lists.salesforce import write_queries  # noqa: PLC0415 - as above
    from segaudit.interop.export.lists.system import load_system  # noqa: PLC0415 - as above

    day = choices.as_of or today()
    system = load_system(target, choices.table, location, _fields(rules, location), columns)
    reader = Reader(fields=rules.fields, blanks=_said_of_blanks(rules, day, location), as_of=day, moving=choices.moving)
    carrier = Carrier(rules=rules, reader=reader, system=system)
    carried = [carrier.carry(schema, segment) for schema, segment in rules.segments()]
    files, settled = (write_lists if target is Target.HUBSPOT else write_queries)(carried, system)
    return RulesExported(
        rules=rules,
        target=target,
        as_of=None if choices.moving else day,
        files=files,
        segments=tuple(item.fidelity for item in settled),
        assumptions=_list_assumptions(rules, system.name, system.object, None if choices.moving else day),
    )


def _said_of_blanks(rules: RuleBook, day: date, location: RulesLocation) -> dict[Hashable, Truth]:
    """Return what each clause says of a record that has nothing in any field, by its clause_key.

    The program says it, so that blank_means, missing policies and negative operators have one meaning.
    """
    from sqlglot import expressions as exp  # noqa: PLC0415 - lists of a CRM need it for this only

    from segaudit.engine.duck import DuckEngine  # noqa: PLC0415 - as above
    from segaudit.segments.program import build_program  # noqa: PLC0415 - as above
    from segaudit.sql.record_parts import absent_parts  # noqa: PLC0415 - as above

    program = build_program(rules, day, word_lists(location))
    asked = program.columns
    parts = [
        part
        for name in dict.fromkeys([*asked.parts, *asked.tests])
        for part in absent_parts(_fields(rules, location)[name], asked.parts.get(name, {}), asked.tests.get(name, {}))
    ]
    clauses = {
        name: tree
        for name, tree in program.layers[0].items()
        if not isinstance(program.clauses.clauses[name], RelatedClause)
    }
    if not clauses:
        return {}
    columns = [exp.alias_(tree.copy(), name, quoted=True) for name, tree in clauses.items()]
    query = exp.select(*columns).from_(exp.select(*parts).subquery("d"))
    with DuckEngine(threads=1) as engine:
        row = engine.fetch(query.sql(dialect=engine.dialect))[0]
    truths = {True: Truth.TRUE, False: Truth.FALSE, None: Truth.UNKNOWN}
    said: dict[Hashable, Truth]
    said = {clause_key(program.clauses.clauses[name]): truths[value] for name, value in zip(clauses, row, strict=True)}
    related = [clause for clause in program.clauses.clauses.values() if isinstance(clause, RelatedClause)]
    return said | {clause_key(clause): Truth.UNKNOWN for clause in related}


def _list_assumptions(rules: RuleBook, system: str, kind: str, as_of: date | None) -> tuple[str, ...]:
    said = [
        f"{system} holds the fields as properties of its {kind}, each of its type",
        "a record of which the rules cannot tell is in no list",
        "a list holds the members of a segment; labels such as else, undecided and conflict have no list",
    ]
    if as_of is not None:
        said.append(
            f"days count from {as_of.isoformat()}; with --as-of current they count from the day a list is read on"
        )
    if rules.exceptions:
        said.append(f"{len(rules.exceptions)} exceptions made by hand are left out: the lists say what the rules say")
    return tuple(said)
