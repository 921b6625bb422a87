"""Clauses as the comparisons CRMs have: one property, an operator, values, and whether a blank passes."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

from segaudit.interop.export.lists.logic import Both, Either, Formula, Leaf, Truth, Wanted, both, either, mapped
from segaudit.model.conditions import Clause, MissingPolicy, Operand, RelatedClause, clause_key
from segaudit.model.fields import NUMERIC_TYPES, FieldType
from segaudit.model.segments import RuleField
from segaudit.sql.operators.calendar import PERIODS, period, shifted
from segaudit.sql.operators.expressions import texts
from segaudit.sql.operators.operands import AS_OF


@dataclass(frozen=True, slots=True)
class FromToday:
    """A day counted from the day a list is read on."""

    amount: int  # negative: before
    unit: str  # "days" or "months"


Day: TypeAlias = date | FromToday
Value: TypeAlias = str | float | bool | Day


@dataclass(frozen=True, slots=True)
class Comparison:
    """One filter: TRUE of a record whose value compares so."""

    field: str
    operator: str  # a name of rules/export/<system>.csv
    values: tuple[Value, ...] = ()
    with_blank: bool = False  # a record without a value passes, too


class NotCarriedError(Exception):
    """A clause has no counterpart; the message says why."""


Filters: TypeAlias = Formula[Comparison]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """When a value makes a clause TRUE, and when FALSE; neither passes a blank."""

    true: Filters
    false: Filters


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads clauses as comparisons."""

    fields: Mapping[str, RuleField]
    blanks: Mapping[Hashable, Truth]  # what a clause says of a blank, by its clause_key
    as_of: date
    moving: bool  # days count from the day the list is read on

    def of_blank(self, clause: Clause) -> Truth:
        """Return what a clause says of a record that has nothing in its field."""
        return self.blanks[clause_key(clause)]

    def filters(self, clause: Clause, wanted: Wanted) -> Filters:
        """Return when a clause has one of the values wanted.

        Raises:
            NotCarriedError: It has no counterpart.
        """
        blank = self.of_blank(clause) in wanted
        true, false = Truth.TRUE in wanted, Truth.FALSE in wanted
        if true and false:
            return Both(()) if blank else Leaf(Comparison(clause.field, "known"))
        if not true and not false:
            return Leaf(Comparison(clause.field, "unknown")) if blank else Either(())
        forms = self.forms(clause)
        found = forms.true if true else forms.false
        return _with_blank(found, clause.field) if blank else found

    def forms(self, clause: Clause) -> Forms:
        """Return when a value makes a clause TRUE, and when FALSE.

        Raises:
            NotCarriedError: It has no counterpart.
        """
        if isinstance(clause, RelatedClause):
            raise NotCarriedError("it asks about the rows of another table")
        if clause.operator in _PRESENCE:
            return _constant(clause, holds=_PRESENCE[clause.operator] is bool(clause.operand))
        kind = self.fields[clause.field].type
        if kind in NUMERIC_TYPES:
            return _number(clause)
        if kind is FieldType.DATE:
            return self._date(clause)
        if kind is FieldType.BOOL:
            return _bool(clause)
        if kind is FieldType.MULTI:
            return _multi(clause)
        return _text(clause)

    def _date(self, clause: Clause) -> Forms:
        name, operand = clause.operator, clause.operand
        if name in {"never", "ever"}:
            return _constant(clause, holds=(name == "ever") is bool(operand))
        if name in _DAY_ORDER:
            return _ordered(clause.field, _DAY_ORDER[name], self._day(operand))
        if name in {"before_last", "older_than", "newer_than"}:
            end = self._shifted(str(operand), -1)
            return _ordered(clause.field, "gte" if name == "newer_than" else "lt", end)
        if name == "after_next":
            return _ordered(clause.field, "gt", self._shifted(str(operand), 1))
        negative = name in {"ne", "not_in", "not_within_last"}
        spans = [_inside(clause.field, first, last) for first, last in self._spans(name, operand)]
        holds, fails = either(*(span.true for span in spans)), both(*(span.false for span in spans))
        return Forms(true=fails, false=holds) if negative else Forms(true=holds, false=fails)

    def _spans(self, name: str, operand: Operand) -> list[tuple[Day, Day]]:
        """Return the days, from and to, that a clause asks for."""
        if name in {"within_last", "not_within_last"}:
            return [(self._shifted(str(operand), -1), self._today())]
        if name == "within_next":
            return [(self._today(), self._shifted(str(operand), 1))]
        if name in _PERIOD_OFFSETS and operand in PERIODS:
            if self.moving:
                raise NotCarriedError(
                    f"it asks for the {operand} a list is read in; give a day with --as-of for one that stays"
                )
            return [period(self.as_of, str(operand), _PERIOD_OFFSETS[name])]
        days = [self._day(item) for item in (operand if isinstance(operand, tuple) else (operand,))]
        if name == "between":
            return [(days[0], days[1])]
        return [(day, day) for day in days]

    def _day(self, operand: Operand) -> Day:
        if isinstance(operand, date):
            return operand
        if operand == AS_OF:
            return self._today()
        raise NotCarriedError("it asks for something of a date that lists do not know")

    def _today(self) -> Day:
        return FromToday(0, "days") if self.moving else self.as_of

    def _shifted(self, length: str, sign: int) -> Day:
        if not self.moving:
            return shifted(self.as_of, length, sign)
        amount, unit = int(length[:-1]), length[-1]
        if unit in "dw":
            return FromToday(sign * amount * (7 if unit == "w" else 1), "days")
        return FromToday(sign * amount * (12 if unit == "y" else 1), "months")


_PRESENCE = {"known": True, "unknown": False, "valid": True, "invalid": False, "placeholder": False}
_DAY_ORDER = {"before": "lt", "after": "gt", "on_or_before": "lte", "on_or_after": "gte"}
_PERIOD_OFFSETS = {"this": 0, "last": -1, "next": 1}
_TURNED = {"lt": "gte", "gte": "lt", "gt": "lte", "lte": "gt"}


def _with_blank(found: Filters, field: str) -> Filters:
    """Let a blank pass: every filter is about the one field, so it passes all of them or needs only one."""
    if found == Either(()):
        return Leaf(Comparison(field, "unknown"))
    # Of "is filled", or a blank, every record is one.
    return mapped(found, lambda item: Both(()) if item.operator == "known" else Leaf(replace(item, with_blank=True)))


def _leaf(field: str, operator: str, *values: Value) -> Filters:
    return Leaf(Comparison(field, operator, values))


def _constant(clause: Clause, *, holds: bool) -> Forms:
    """Return the forms of a clause that says the same of every value."""
    known: Filters = _leaf(clause.field, "known")
    never: Filters = Either(())
    return Forms(true=known, false=never) if holds else Forms(true=never, false=known)


def _ordered(field: str, order: str, value: Value) -> Forms:
    return Forms(true=_leaf(field, order, value), false=_leaf(field, _TURNED[order], value))


def _inside(field: str, first: Value, last: Value) -> Forms:
    low, high = _ordered(field, "gte", first), _ordered(field, "lte", last)
    return Forms(true=both(low.true, high.true), false=either(low.false, high.false))


def _number(clause: Clause) -> Forms:
    name, field = clause.operator, clause.field
    values = [float(str(item)) for item in _listed(clause.operand)] if name in _NUMBERS else []
    if name in _TURNED:
        return _ordered(field, name, values[0])
    if name in {"between", "not_between"}:
        span = _inside(field, values[0], values[1])
        return span if name == "between" else Forms(true=span.false, false=span.true)
    if name == "range":
        low, high = _ordered(field, "gte", values[0]), _ordered(field, "lt", values[1])
        return Forms(true=both(low.true, high.true), false=either(low.false, high.false))
    if name in {"eq", "in", "ne", "not_in"}:
        same = either(*(_leaf(field, "eq", value) for value in values))
        other = both(*(_leaf(field, "ne", value) for value in values))
        return Forms(true=same, false=other) if name in {"eq", "in"} else Forms(true=other, false=same)
    raise NotCarriedError("lists compare a number with numbers only")


_NUMBERS = frozenset({*_TURNED, "between", "not_between", "range", "eq", "in", "ne", "not_in"})


def _bool(clause: Clause) -> Forms:
    if clause.operator not in {"is", "eq", "ne", "in", "not_in"}:
        raise NotCarriedError("lists cannot compare two fields")
    asked = {bool(item) for item in _listed(clause.operand)}
    if clause.operator in {"ne", "not_in"}:
        asked = {True, False} - asked
    if len(asked) != 1:
        return _constant(clause, holds=bool(asked))
    (value,) = asked
    return Forms(true=_leaf(clause.field, "is", value), false=_leaf(clause.field, "is", not value))


_SETS = {"has_any": ("any", "none"), "has_none": ("none", "any"), "exactly": ("exactly", "not_exactly")}


def _multi(clause: Clause) -> Forms:
    words = tuple(dict.fromkeys(word.strip() for word in texts(clause.operand))) if clause.operator != "count" else ()
    if clause.operator == "has_all":
        return Forms(
            true=both(*(_leaf(clause.field, "any", word) for word in words)),
            false=either(*(_leaf(clause.field, "none", word) for word in words)),
        )
    if clause.operator not in _SETS:
        raise NotCarriedError("lists do not count the values of a field, nor compare two fields")
    true, false = _SETS[clause.operator]
    return Forms(true=_leaf(clause.field, true, *words), false=_leaf(clause.field, false, *words))


_TEXTS = {
    "eq": ("eq", "ne"),
    "in": ("eq", "ne"),
    "in_file": ("eq", "ne"),
    "ne": ("ne", "eq"),
    "not_in": ("ne", "eq"),
    "not_in_file": ("ne", "eq"),
    "contains": ("contains", "not_contains"),
    "not_contains": ("not_contains", "contains"),
    "starts_with": ("starts_with", "not_starts_with"),
    "ends_with": ("ends_with", "not_ends_with"),
    "like": ("like", "not_like"),
    "domain_in": ("ends_with", "not_ends_with"),
}


def _text(clause: Clause) -> Forms:
    if clause.operator not in _TEXTS:
        raise NotCarriedError("lists have nothing that asks this of a text")
    words = tuple(dict.fromkeys(word.strip() if clause.options.trim else word for word in texts(clause.operand)))
    if clause.operator == "domain_in":
        names = [word.lower().removeprefix("@") for word in words]
        words = tuple(f"{mark}{name}" for name in names for mark in "@.")
    true, false = _TEXTS[clause.operator]
    return Forms(true=_leaf(clause.field, true, *words), false=_leaf(clause.field, false, *words))


def _listed(operand: Operand) -> tuple[Operand, ...]:
    return operand if isinstance(operand, tuple) else (operand,)


def stops(clause: Clause) -> bool:
    """Tell whether rules stop at a record of which a clause cannot be told."""
    return clause.options.missing is MissingPolicy.ERROR
