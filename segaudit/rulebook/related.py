"""Clauses on the rows of another table, from YAML: ``{deals: {exists: {where: ..., within_last: 90d}}}``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from segaudit.model.conditions import (
    Clause,
    ClauseOptions,
    Condition,
    Group,
    GroupKind,
    Operand,
    Place,
    RelatedClause,
    SegmentRef,
    clauses_of,
    segment_refs_of,
)
from segaudit.model.fields import NUMERIC_TYPES, FieldType
from segaudit.model.segments import RuleField
from segaudit.rulebook.problems import Problems
from segaudit.rulebook.suggest import did_you_mean
from segaudit.rulebook.yaml_nodes import YamlMap, YamlNode, YamlScalar, plain
from segaudit.sql.operators import OperandError, operator_for
from segaudit.sql.operators.operands import COMPARISONS, day, number

HISTORY = "history"  # what recorded runs said of the record; it comes from the history file, not from a table

# The kinds of table that belong to each other, and the date that says when a row of each came about.
TABLES: Mapping[str, str] = {
    "contacts": "created_on",
    "companies": "created_on",
    "deals": "deal_created_on",
    "activities": "activity_on",
    "campaign_outcomes": "activity_on",
    HISTORY: "history_on",
}
_COUNTS = {"at_least": "gte", "at_most": "lte", "exactly": "eq"}
_SUMS = ("sum", "avg", "min", "max")
_TESTED = ("every", "first", "last")
_WINDOWS = (
    "within_last", "not_within_last", "before_last", "within_next", "after_next", "on", "before", "after",
    "on_or_before", "on_or_after", "this",
)  # fmt: skip
_DECLARED_KEYS = ("where", "among", "by", "of", "n", *COMPARISONS, *_WINDOWS)


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedReader:
    """Reads what stands behind the name of a table."""

    fields: Mapping[str, RuleField]
    problems: Problems
    read: Callable[[YamlNode, ClauseOptions], Condition | None]  # a condition inside

    def clause(self, table: str, name: str, place: Place, node: YamlNode, options: ClauseOptions) -> Condition | None:
        """Return one clause on the rows of a table; None if it is wrong, in which case the problems say how."""
        if operator_for(name, FieldType.ROWS) is None:
            asked = ("exists", "none", *_TESTED, *_COUNTS, "count", *_SUMS)
            hint = did_you_mean(name, asked) or "of related rows there are " + ", ".join(asked)
            self.problems.add(place, f'"{name}" cannot be asked of the rows of {table}', hint)
            return None
        body = self._body(name, node)
        if body is None:
            return None
        where, operand = self._where(table, name, body, options), self._operand(table, name, place, body)
        test = self._condition(body.get("where"), options) if name in _TESTED else None
        if name in _TESTED and body.get("where") is None:
            self.problems.add(place, f"{name} does not say what must hold", "write where: {field: {operator: value}}")
            return None
        if operand is None or where is None or (name in _TESTED and test is None):
            return None
        return RelatedClause(
            field=table,
            operator=name,
            operand=operand,
            options=options,
            place=place,
            where=where[0] if where else None,
            test=test,
        )

    def _body(self, name: str, node: YamlNode) -> YamlMap | None:
        """Return what stands behind an operator as a map: ``exists: true`` is any row, ``count: 2`` so many."""
        if isinstance(node, YamlScalar) and node.value is True:
            return YamlMap({}, node.place)
        if isinstance(node, YamlScalar) and type(node.value) in {int, float} and name in {*_COUNTS, "count"}:
            return YamlMap({"eq" if name == "count" else "n": (node.place, node)}, node.place)
        if not isinstance(node, YamlMap):
            self.problems.add(node.place, f'"{name}" takes conditions', "write {where: {field: {operator: value}}}")
            return None
        for key, place, _ in node.items():
            if key not in _DECLARED_KEYS:
                hint = did_you_mean(key, _DECLARED_KEYS) or "put conditions on the rows below where:"
                self.problems.add(place, f'"{name}" has no key "{key}"', hint)
        return node

    def _where(self, table: str, name: str, body: YamlMap, options: ClauseOptions) -> tuple[Condition, ...] | None:
        """Return which rows count, nothing if all do: those of ``where`` or ``among``, and of the window."""
        node = body.get("among" if name in _TESTED else "where")
        parts: list[Condition | None] = [self._condition(node, options)] if node is not None else []
        parts += [self._window(table, key, place, value, body) for key, place, value in body.items() if key in _WINDOWS]
        kept = tuple(part for part in parts if part is not None)
        if len(kept) < len(parts):
            return None
        return (Group(kind=GroupKind.ALL, members=kept, place=body.place),) if len(kept) > 1 else kept

    def _condition(self, node: YamlNode | None, options: ClauseOptions) -> Condition | None:
        condition = self.read(node, options) if node is not None else None
        if condition is None:
            return None
        refs: list[SegmentRef | Clause] = list(segment_refs_of(condition))
        refs += [clause for clause in clauses_of(condition) if isinstance(clause, RelatedClause)]
        for ref in refs:
            what = "a segment" if isinstance(ref, SegmentRef) else "the rows of a third table"
            self.problems.add(ref.place, f"{what} cannot be asked of related rows", "ask for fields of the row itself")
        return None if refs else condition

    def _window(self, table: str, key: str, place: Place, node: YamlNode, body: YamlMap) -> Condition | None:
        by, operator = self._by(table, place, body), operator_for(key, FieldType.DATE)
        if by is None or operator is None:
            return None
        try:
            operand = operator.parse(plain(node), self.fields[by])
        except OperandError as error:
            self.problems.add(node.place, f'"{key}" {error}')
            return None
        return Clause(field=by, operator=key, operand=operand, options=ClauseOptions(), place=place)

    def _by(self, table: str, place: Place, body: YamlMap) -> str | None:
        node = body.get("by")
        if node is None and TABLES[table] not in self.fields:
            self.problems.add(place, f"it is not said by which date of {table}", "write by: and a date field")
            return None
        if node is None:
            return TABLES[table]
        return self._field(node, "by", (FieldType.DATE,), "a date")

    def _field(self, node: YamlNode, key: str, kinds: tuple[FieldType, ...], what: str) -> str | None:
        name = str(plain(node))
        if name not in self.fields:
            self.problems.add(node.place, f'unknown field "{name}"', did_you_mean(name, self.fields))
            return None
        if self.fields[name].type not in kinds:
            found = self.fields[name].type.value
            self.problems.add(node.place, f'{key} takes {what}, and "{name}" is of type {found}', "name another field")
            return None
        return name

    def _operand(self, table: str, name: str, place: Place, body: YamlMap) -> "Operand | None":
        """Return what an operator needs beside the conditions; None if it is wrong."""
        if name in _COUNTS:
            return self._count(name, place, body)
        if name == "count":
            return self._bounds(name, place, body, FieldType.INT)
        if name in _SUMS:
            return self._sum(name, place, body)
        if name in {"first", "last"}:
            by = self._by(table, place, body)
            return None if by is None else {"by": by}
        return {}

    def _count(self, name: str, place: Place, body: YamlMap) -> "Operand | None":
        wanted = body.get("n")
        found = plain(wanted) if wanted is not None else None
        if type(found) is not int or found < 0:
            self.problems.add(
                wanted.place if wanted is not None else place, f"{name} does not say how many", "write n: 2"
            )
            return None
        return {"n": found, "bounds": {_COUNTS[name]: float(found)}}

    def _sum(self, name: str, place: Place, body: YamlMap) -> "Operand | None":
        node = body.get("of")
        if node is None:
            self.problems.add(place, f"{name} does not say of what", "write of: deal_amount")
            return None
        kinds = (*sorted(NUMERIC_TYPES), FieldType.DATE) if name in {"min", "max"} else tuple(sorted(NUMERIC_TYPES))
        of = self._field(node, "of", kinds, "a number or a date" if FieldType.DATE in kinds else "a number")
        bounds = self._bounds(name, place, body, self.fields[of].type) if of is not None else None
        return None if of is None or bounds is None else {"of": of, **bounds}

    def _bounds(self, name: str, place: Place, body: YamlMap, kind: FieldType) -> dict[str, Operand] | None:
        bounds: dict[str, Operand] = {}
        for key, _, node in body.items():
            if key not in COMPARISONS:
                continue
            try:
                bounds[key] = day(plain(node)) if kind is FieldType.DATE else number(plain(node))
            except OperandError as error:
                self.problems.add(node.place, f'"{key}" {error}')
                return None
        if not bounds:
            self.problems.add(place, f"{name} is not compared with anything", "write gte: 2 or the like beside it")
            return None
        return {"bounds": bounds}
