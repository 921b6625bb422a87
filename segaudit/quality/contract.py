"""The row contract: what has to hold of every row, compiled to expressions that the engine and polars both read.

A row fails a check if ``when`` is TRUE and ``expect`` is FALSE; where either is UNKNOWN it cannot be told, and the row
does not count as checked.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TypeAlias

from sqlglot import expressions as exp

from segaudit.model.conditions import Clause, Condition, Group, GroupKind, PredicateRef, SegmentRef, clauses_of
from segaudit.model.quality import Check
from segaudit.model.segments import RuleField
from segaudit.quality.contract_verdicts import read_verdict
from segaudit.sql.conditions import ClauseColumns
from segaudit.sql.operators import Columns, Context, Part

_MOST_FIELDS = 50  # of the checks judged together; the time a join of n columns takes grows with the square of n

_Placed: TypeAlias = tuple[int, Check]  # a check and its place among those of the contract


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractCheck:
    """A check of the contract, compiled over the records table."""

    check: Check
    place: int  # among the checks of the contract
    state: str  # column with the state of the cell it blames; pandera wants to be told which column a check is of
    failed: exp.Expr  # TRUE of rows that fail
    checked: exp.Expr  # TRUE of rows of which it can be told


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractPart:
    """Checks that are judged together: those of one field, or those of rows as far as an engine joins them quickly."""

    checks: tuple[ContractCheck, ...]
    columns: Columns  # of the records table
    clauses: Mapping[str, exp.Expr]  # verdicts the engine works out over the records table, by column
    field: RuleField | None = None  # the one that is read: equal cells of it are judged alike, whatever row they are in


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """The checks that can be run on a source."""

    parts: tuple[ContractPart, ...]

    @property
    def checks(self) -> tuple[ContractCheck, ...]:
        """Return the checks of all parts by their places, which are what failures call them."""
        return tuple(sorted((check for part in self.parts for check in part.checks), key=lambda check: check.place))


def compile_contract(
    checks: Sequence[Check], fields: Mapping[str, RuleField], as_of: date, lists: Mapping[str, Sequence[str]]
) -> Contract:
    """Compile the checks that have conditions.

    Args:
        checks: To be compiled; the fields they read are all there.
        fields: The rule fields by name.
        as_of: Day that conditions count from.
        lists: Words the operators is_free_mail and is_role_address look up.
    """
    compile_part = partial(_part, fields=fields, as_of=as_of, lists=lists)
    of_fields: dict[str, list[_Placed]] = {}
    of_rows: list[_Placed] = []
    for placed in enumerate(check for check in checks if check.expect is not None):
        names = {placed[1].column, *fields_of(placed[1])}
        (of_fields.setdefault(names.pop(), []) if len(names) == 1 else of_rows).append(placed)
    parts = []
    for name, together in of_fields.items():
        part = compile_part(together, field=fields[name])
        if any(clause.find(exp.Window) for clause in part.clauses.values()):
            of_rows += together  # a rank among all rows
        else:
            parts.append(part)
    parts += [compile_part(together) for together in _joined_quickly(sorted(of_rows, key=lambda placed: placed[0]))]
    return Contract(parts=tuple(parts))


def _joined_quickly(checks: Iterable[_Placed]) -> list[list[_Placed]]:
    """Part the checks so that each part reads no more fields than an engine joins quickly."""
    parts: list[list[_Placed]] = []
    read: set[str] = set()
    for place, check in checks:
        read |= {check.column, *fields_of(check)}
        if not parts or len(read) > _MOST_FIELDS:
            parts.append([])
            read = {check.column, *fields_of(check)}
        parts[-1].append((place, check))
    return parts


def _part(
    checks: Sequence[_Placed],
    *,
    fields: Mapping[str, RuleField],
    as_of: date,
    lists: Mapping[str, Sequence[str]],
    field: RuleField | None = None,
) -> ContractPart:
    columns = Columns()
    clauses = ClauseColumns(Context(columns=columns, as_of=as_of, fields=fields, lists=lists))
    engines: dict[str, exp.Expr] = {}
    compiled = []
    for place, check in checks:
        if check.expect is None:
            continue
        expect = read_verdict(check.expect, clauses, engines)
        applies = read_verdict(check.when, clauses, engines) if check.when is not None else exp.true()
        told = exp.not_(exp.Is(this=exp.paren(expect.copy()), expression=exp.null()))
        compiled.append(
            ContractCheck(
                check=check,
                place=place,
                state=columns.part(check.column, Part.STATE).name,
                failed=exp.and_(applies.copy(), exp.not_(exp.paren(expect))),
                checked=exp.and_(applies, told),
            )
        )
    return ContractPart(checks=tuple(compiled), columns=columns, clauses=engines, field=field)


def fields_of(check: Check) -> tuple[str, ...]:
    """Return the fields a check's conditions read, of which a state's country need not be there."""
    conditions = [condition for condition in (check.when, check.expect) if condition is not None]
    clauses = [clause for part in conditions for clause in clauses_of(part)]
    beside = ["country" for clause in clauses if clause.operator == "state_in"]
    return tuple(dict.fromkeys([*(name for clause in clauses for name in _fields_of(clause)), *beside]))


def _fields_of(clause: Clause) -> tuple[str, ...]:
    return (clause.field, str(clause.operand)) if clause.operator.endswith("_field") else (clause.field,)


def absent_field(check: Check, present: Container[str]) -> str | None:
    """Return a field without which nothing can be told of any row; None if the check can be run.

    Of alternatives one is enough.
    """
    if check.column not in present:
        return check.column
    conditions = [condition for condition in (check.when, check.expect) if condition is not None]
    return next((name for name in (_absent(condition, present) for condition in conditions) if name), None)


def _absent(condition: Condition, present: Container[str]) -> str | None:
    match condition:
        case Clause():
            return next((name for name in _fields_of(condition) if name not in present), None)
        case Group(kind=GroupKind.ALL | GroupKind.NOT):
            return next((name for name in (_absent(member, present) for member in condition.members) if name), None)
        case Group():
            absent = [_absent(member, present) for member in condition.members]
            return None if None in absent else absent[0]
        case PredicateRef():
            return _absent(condition.condition, present)
        case SegmentRef():
            return None
