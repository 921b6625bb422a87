"""The file with the view in it: names, typed columns, and on top how true it is to the rules."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from segaudit.errors import InputError
from segaudit.interop.export.fidelity import segment_fidelities
from segaudit.interop.export.sql.dialect import Dialect
from segaudit.interop.export.sql.parts import TypedField, placeholders_of
from segaudit.interop.export.sql.view import Compiled, View, clause_notes, write_view
from segaudit.interop.export.words import fidelity_lines, line_comments
from segaudit.model.conditions import Clause, clause_key
from segaudit.model.exports import ColumnChoice, ExportedFile, Fidelity, Note, RulesExported
from segaudit.model.fields import NUMERIC_TYPES, TEXT_TYPES, FieldType, Placeholder
from segaudit.model.segments import RuleField

_TABLE = "contacts"
_MOST_PARTS = 3  # catalogue, schema, table
_HIDDEN = re.compile('[\x00-\x1f\x7f`"\\[\\]]')
# What a column of a field's type may be, by the words databases have for types.
_WORDS: Sequence[tuple[frozenset[FieldType], re.Pattern[str]]] = (
    (
        NUMERIC_TYPES,
        re.compile(
            r"(big|small|tiny|huge)?int(eger|64|8|4)?|number|numeric|decimal|double( precision)?"
            r"|float(8|4|64)?|real|money"
        ),
    ),
    (frozenset({FieldType.DATE}), re.compile(r"date|datetime|timestamp(tz)?(_\w+)?( with(out)? time zone)?")),
    (frozenset({FieldType.BOOL}), re.compile(r"bool(ean)?")),
    (TEXT_TYPES, re.compile(r"text|string|(n|var|nvar)?char|character varying|uuid|clob")),
    (frozenset({FieldType.MULTI}), re.compile(r"array|list|text|string|varchar|.*\[\]|array<.*>")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What the table and the view are called, each with what it is in."""

    table: tuple[str, ...]
    view: tuple[str, ...]


def view_names(table: str | None, dialect: Dialect) -> Names:
    """Return the names of a typed table and of the view over it.

    Raises:
        InputError: The table's name is no name.
    """
    given = table if table is not None else dialect.coined(_TABLE)
    parts = tuple(part.strip() for part in given.split("."))
    if len(parts) > _MOST_PARTS or not all(parts) or any(map(_HIDDEN.search, parts)):
        raise InputError(
            f'"{given[:100]}" cannot name a table',
            where="--table",
            hint="write contacts, or crm.contacts, without quotes",
        )
    return Names(table=parts, view=(*parts[:-1], parts[-1] + dialect.coined("_segments")))


def typed_fields(
    fields: Mapping[str, RuleField],
    columns: Mapping[str, ColumnChoice],
    placeholders: Sequence[Placeholder],
    dialect: Dialect,
) -> Mapping[str, TypedField]:
    """Return the fields with the columns of the typed table; a field nobody maps has a column of its own name.

    Raises:
        InputError: The map gives a field a type it cannot be compared as.
    """
    found = {}
    for name, field in fields.items():
        choice = columns.get(name)
        if choice is not None:
            _check_type(field, choice)
        found[name] = TypedField(
            field=field,
            column=choice.column if choice is not None else dialect.coined(name),
            type=choice.type if choice is not None else "",
            placeholders=placeholders_of(field, placeholders),
        )
    return found


def _check_type(field: RuleField, choice: ColumnChoice) -> None:
    word = re.sub(r"\([0-9, ]*\)", "", choice.type).strip()
    pattern = next(pattern for kinds, pattern in _WORDS if field.type in kinds)
    if word and not pattern.fullmatch(word):
        raise InputError(
            f'"{field.name}" is of type {field.type.value} in the rules, and a column of type {choice.type} is not',
            where=f"line {choice.line} of the map of columns",
            hint="cast the column in a view or table of its own, and name that",
        )


def write_script(view: View, compiled: Compiled, dialect: Dialect, *, as_of: date | None) -> RulesExported:
    """Return the view as a file, with its fidelity on top.

    Args:
        view: Table, columns, name.
        compiled: The rules.
        dialect: The database's ways.
        as_of: The day it counts from; None: the day it is read on.

    Raises:
        InputError: Two columns of the view would have one name.
    """
    rules = compiled.rules
    words = {clause_key(clause): compiled.words[name] for name, clause in compiled.clauses.items()}

    def notes_of(clause: Clause) -> tuple[Note, ...]:
        kind = rules.fields[clause.field].type if clause.field in rules.fields else FieldType.TEXT
        return clause_notes(clause, dialect, kind, words.get(clause_key(clause), clause.operator))

    segments = segment_fidelities(rules, notes_of)
    assumptions = _assumptions(view, compiled, as_of)
    counts = [sum(item.fidelity is kind for item in segments) for kind in Fidelity]
    lines = [
        f"Segments as a view for {dialect.name}, made by segaudit rules export from {', '.join(rules.files)}",
        f"rules {rules.sha256}",
        "",
        f"Fidelity: {counts[0]} exact, {counts[1]} nearly, {counts[2]} not carried over",
        *fidelity_lines(segments),
        "",
        "It is taken that:",
        *(f"  {text}" for text in assumptions),
        "",
    ]
    text = line_comments(lines, "--") + write_view(view, compiled, dialect)
    return RulesExported(
        rules=rules,
        target=dialect.target,
        as_of=as_of,
        files=(ExportedFile(name=f"segments.{dialect.name}.sql", text=text),),
        segments=segments,
        assumptions=assumptions,
    )


def _assumptions(view: View, compiled: Compiled, as_of: date | None) -> tuple[str, ...]:
    rules = compiled.rules
    read = [rules.fields[name] for name in rules.fields_read() if name in rules.fields]
    table = ".".join(view.table)
    said = [
        f"{table} has one row for each record, named by {view.key}, and a column of the field's type for each field",
        "a number is one number: ranges such as 50-200 have been decided before",
        "white space around texts is blanks; words that stand for a missing value are those of the rules' placeholders",
    ]
    if as_of is None:
        said.append("days count from the database's current date, in the time zone of the session that reads the view")
    else:
        said.append(f"days count from {as_of.isoformat()}, whenever the view is read")
    if any(field.type is FieldType.MONEY and field.currency for field in read):
        said.append("amounts are in the currency the rules name for their field")
    if absent := [field.name for field in read if not view.fields[field.name].column]:
        said.append(f"nothing holds {', '.join(absent)}: every record counts as blank there")
    if rules.exceptions:
        said.append(f"{len(rules.exceptions)} exceptions made by hand are left out: the view says what the rules say")
    return tuple(said)
