"""A rule book as one view: cells, parts of fields, clauses, verdicts, labels, each a step over the one before."""

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlglot import expressions as exp

from segaudit.errors import InputError
from segaudit.interop.export.sql.days import moving, week_matters
from segaudit.interop.export.sql.dialect import Dialect
from segaudit.interop.export.sql.parts import LONGEST_LIST, TypedField, WordLists
from segaudit.interop.export.sql.portable import Spellings, portable
from segaudit.interop.export.words import block_comment
from segaudit.model.conditions import Clause, MissingPolicy, RelatedClause
from segaudit.model.exports import Fidelity, Note
from segaudit.model.fields import TEXT_TYPES, FieldType
from segaudit.model.segments import RuleBook
from segaudit.sql.operators import Columns, Family, Part, operator_for
from segaudit.sql.operators.expressions import texts
from segaudit.sql.operators.operator import folded

KEY = "record_id"  # the field that names a record, and the first column of the view
_KEY_WITHIN = "key__"
_REGULAR = frozenset({"matches", "not_matches"})
_NO_TEXT = frozenset({"known", "unknown", "valid", "invalid", "placeholder", "bucket", "length"})
_LISTED = frozenset({"in_file", "not_in_file"})
_MISSING_ERROR = "the rules stop at a record of which this cannot be told; here it is UNKNOWN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A rule book as columns over the parts of fields."""

    rules: RuleBook
    columns: Columns  # parts of fields that clauses may ask for
    clauses: Mapping[str, Clause]  # by the column of their verdict
    words: Mapping[str, str]  # of each clause, as people read it
    layers: Sequence[Mapping[str, exp.Expr]]  # clauses first
    labels: Mapping[str, exp.Expr]  # output column -> label
    verdicts: Mapping[str, str]  # output column -> column of the verdict
    stand_in: date | None  # the day that stands for the current date; None: days are fixed


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What the view is made of."""

    table: tuple[str, ...]  # name of the typed table, with what it is in
    name: tuple[str, ...]  # of the view
    fields: Mapping[str, TypedField]
    key: str  # column that names a record
    lists: WordLists


def write_view(view: View, compiled: Compiled, dialect: Dialect) -> str:
    """Return the statement that creates the view.

    Raises:
        InputError: Two columns of it would have one name.
    """
    spellings = _spellings(compiled, dialect)
    layers = [
        {name: portable(tree, dialect, spellings) for name, tree in layer.items()}
        for layer in (_clauses(compiled, dialect), *compiled.layers[1:])
    ]
    labels = {name: portable(tree, dialect, spellings) for name, tree in compiled.labels.items()}
    used = {c.name for layer in (*layers, labels) for tree in layer.values() for c in tree.find_all(exp.Column)}
    steps = [_cells(view, used, compiled, dialect), _parts(view, used, compiled, dialect)]
    steps += [[exp.Star(), *_named(layer, compiled)] for layer in layers]
    query = exp.select(exp.column(_KEY_WITHIN, quoted=True).as_(dialect.coined(KEY), quoted=True))
    verdicts = {name: exp.column(column, quoted=True) for name, column in compiled.verdicts.items()}
    output = {dialect.coined(name): tree for name, tree in (labels | verdicts).items()}
    query = query.select(*(exp.alias_(tree, name, quoted=True) for name, tree in output.items()))
    source: exp.Expr = _table(view.table)
    for number, step in enumerate(steps):
        name = f"step_{number + 1}"
        query = query.with_(exp.to_identifier(name, quoted=True), as_=exp.select(*step).from_(source), copy=False)
        source = _table((name,))
    query = query.from_(source, copy=False)
    statement = exp.Create(this=_table(view.name), kind="VIEW", replace=True, expression=query)
    return _shortened(statement, view, dialect).sql(dialect=dialect.name, pretty=True) + ";\n"


def clause_notes(clause: Clause, dialect: Dialect, kind: FieldType, words: str) -> tuple[Note, ...]:
    """Return how a clause differs in a view."""
    found = [dialect.note(what) for what in _what_is_done(clause, dialect, kind)]
    if clause.options.missing is MissingPolicy.ERROR:
        found.append((Fidelity.NEARLY, _MISSING_ERROR))
    return tuple(
        Note(fidelity=item[0], about=words, why=item[1], place=clause.place) for item in found if item is not None
    )


def _what_is_done(clause: Clause, dialect: Dialect, kind: FieldType) -> list[str]:
    if isinstance(clause, RelatedClause):
        return ["related rows"]
    operator = operator_for(clause.operator, kind)
    if operator is not None and operator.family is Family.PLACE:
        return ["places"]
    if clause.operator in _LISTED and len(texts(clause.operand)) > LONGEST_LIST:
        return ["long list"]
    done = [clause.operator]
    if clause.operator in _REGULAR:
        done = ["matches"]
    if week_matters(clause, dialect):
        done.append("week")
    is_text = kind in TEXT_TYPES or kind is FieldType.MULTI
    if is_text and clause.options.fold_case and clause.operator not in {*_NO_TEXT, "similar_to", "count"}:
        done.append("fold")
    return done


def _clauses(compiled: Compiled, dialect: Dialect) -> dict[str, exp.Expr]:
    """Return the verdicts of clauses, UNKNOWN where they are not carried over."""
    verdicts: dict[str, exp.Expr] = {}
    for name, tree in compiled.layers[0].items():
        clause = compiled.clauses[name]
        kind = compiled.rules.fields[clause.field].type if clause.field in compiled.rules.fields else FieldType.TEXT
        notes = clause_notes(clause, dialect, kind, "")
        if any(note.fidelity is Fidelity.NOT_CARRIED for note in notes):
            verdicts[name] = exp.cast(exp.null(), "BOOLEAN")
        else:
            verdicts[name] = moving(tree, clause, compiled.stand_in, dialect) if compiled.stand_in else tree
    return verdicts


def _spellings(compiled: Compiled, dialect: Dialect) -> Spellings:
    """Return how else the dialect leaves words that only full folding makes one: straße beside strasse."""
    found: dict[str, tuple[str, ...]] = {}
    if dialect.note("fold") is None:
        return found
    for clause in compiled.clauses.values():
        if isinstance(clause, RelatedClause) or not clause.options.fold_case or isinstance(clause.operand, dict):
            continue
        for word in texts(clause.operand):
            kept = unicodedata.normalize("NFC", word.strip() if clause.options.trim else word).lower()
            full = folded(word, clause.options)
            if kept != full:
                found[full] = tuple(dict.fromkeys((*found.get(full, ()), kept)))
    return found


def _cells(view: View, used: set[str], compiled: Compiled, dialect: Dialect) -> list[exp.Expr]:
    key = exp.alias_(exp.column(view.key, quoted=True), _KEY_WITHIN, quoted=True)
    fields = [view.fields[name] for name in _fields_used(used, compiled)]
    columns = [key, *(column for field in fields for column in field.cells(dialect))]
    names = [column.alias.casefold() for column in columns]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InputError(
            f'two columns of the view would be called "{twice}"',
            where=", ".join(compiled.rules.files),
            hint="rename one of the fields in the rules",
        )
    return columns


def _parts(view: View, used: set[str], compiled: Compiled, dialect: Dialect) -> list[exp.Expr]:
    columns: list[exp.Expr] = [exp.column(_KEY_WITHIN, quoted=True)]
    for name in _fields_used(used, compiled):
        parts = {part: column for part, column in compiled.columns.parts.get(name, {}).items() if column in used}
        tests = {test: column for test, column in compiled.columns.tests.get(name, {}).items() if column in used}
        # A number's upper end is its value: what stands in the tree is the value, whoever asked for which.
        value = f"{name}__{Part.VALUE.value}"
        if value in used:
            parts[Part.VALUE] = value
        columns += view.fields[name].parts(parts, tests, dialect, view.lists)
    return columns


def _fields_used(used: set[str], compiled: Compiled) -> list[str]:
    asked = compiled.columns
    names = dict.fromkeys([*asked.parts, *asked.tests])
    return [
        name
        for name in names
        if used & {*asked.parts.get(name, {}).values(), *asked.tests.get(name, {}).values(), f"{name}__value"}
    ]


def _named(layer: Mapping[str, exp.Expr], compiled: Compiled) -> list[exp.Expr]:
    columns = []
    for name, tree in layer.items():
        column = exp.alias_(tree, name, quoted=True)
        if name in compiled.words:
            column.add_comments([f" {block_comment(compiled.words[name])} "])
        columns.append(column)
    return columns


def _table(name: Sequence[str]) -> exp.Table:
    parts = [exp.to_identifier(part, quoted=True) for part in name]
    return exp.Table(**dict(zip(("this", "db", "catalog"), reversed(parts), strict=False)))


def _shortened(statement: exp.Expr, view: View, dialect: Dialect) -> exp.Expr:
    """Cut names that the database would cut, so that no two become one."""
    given = {view.key, *view.table, *view.name, *(field.column for field in view.fields.values())}
    for identifier in statement.find_all(exp.Identifier):
        name = identifier.name
        if len(name.encode()) > dialect.longest_name and name not in given:
            mark = hashlib.sha256(name.encode()).hexdigest()[:8]
            cut = name.encode()[: dialect.longest_name - len(mark) - 1].decode(errors="ignore")
            identifier.set("this", f"{cut}_{mark}")
    return statement
