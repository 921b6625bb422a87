"""Conditions from YAML: groups, clauses, predicates and references to segments."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from segaudit.errors import SegauditError
from segaudit.model.conditions import (
    Clause,
    ClauseOptions,
    Condition,
    Group,
    GroupKind,
    MissingPolicy,
    Operand,
    Place,
    PredicateRef,
    SegmentRef,
)
from segaudit.model.fields import FieldType
from segaudit.model.segments import RuleField
from segaudit.rulebook.problems import Problems
from segaudit.rulebook.suggest import did_you_mean
from segaudit.rulebook.value_files import read_values
from segaudit.rulebook.yaml_nodes import YamlList, YamlMap, YamlNode, YamlScalar, plain
from segaudit.sql.operators import NAMES, OPERATORS, OperandError, Operator, operator_for

OPTION_KEYS = ("missing", "case", "trim")
_GROUPS = {kind.value: kind for kind in GroupKind}
_FILE_OPERATORS = ("in_file", "not_in_file")
# The bucket of a record is decided by its id.
_BUCKET_FIELD = "record_id"
_WHOLE = 100  # percent
_MOST_CONDITIONS = 50_000
_DEEPEST_PREDICATE = 50  # predicates within predicates


def read_options(node: YamlMap, inherited: ClauseOptions, problems: Problems) -> ClauseOptions:
    """Return the options a map states, over those it inherits."""
    options = inherited
    for key, place, value in node.items():
        if key not in OPTION_KEYS:
            continue
        word = plain(value)
        if key == "missing":
            if word in {policy.value for policy in MissingPolicy}:
                options = replace(options, missing=MissingPolicy(word), missing_stated=True)
            else:
                problems.add(place, f'missing cannot be "{word}"', "write " + ", ".join(MissingPolicy))
        elif key == "case":
            if word in {"fold", "exact"}:
                options = replace(options, fold_case=word == "fold")
            else:
                problems.add(place, f'case cannot be "{word}"', "write fold or exact")
        elif isinstance(word, bool):
            options = replace(options, trim=word)
        else:
            problems.add(place, f'trim cannot be "{word}"', "write true or false")
    return options


@dataclass
class ConditionReader:
    """Reads conditions against the fields and predicates of one rule book."""

    fields: Mapping[str, RuleField]
    predicates: Mapping[str, YamlNode]
    problems: Problems
    count: int = 0  # conditions read so far
    can_declare: bool = True  # the file has a place where fields are declared

    def read(self, node: YamlNode, options: ClauseOptions, inside: tuple[str, ...] = ()) -> Condition | None:
        """Read a condition; None if it is wrong, in which case the problems say how.

        Args:
            node: A map of groups and clauses, or a list, which means all of it.
            options: What clauses inherit.
            inside: Predicates being opened, outermost first; a predicate within itself is a cycle.
        """
        self.count += 1
        if self.count > _MOST_CONDITIONS:
            raise SegauditError(
                "the conditions grow too many when predicates are filled in",
                where=str(node.place),
                hint=f"{_MOST_CONDITIONS:,} are the most; let predicates repeat each other less",
            )
        if isinstance(node, YamlList):
            return self._group(GroupKind.ALL, node, options, inside, node.place)
        if isinstance(node, YamlScalar):
            self.problems.add(node.place, "a condition is missing here", "write {field: {operator: value}}")
            return None
        options = read_options(node, options, self.problems)
        members = [
            self._entry(key, place, value, options, inside)
            for key, place, value in node.items()
            if key not in OPTION_KEYS
        ]
        if not members:
            self.problems.add(node.place, "a condition is missing here", "write {field: {operator: value}}")
        return _all(members, node.place)

    def _entry(
        self, key: str, place: Place, value: YamlNode, options: ClauseOptions, inside: tuple[str, ...]
    ) -> Condition | None:
        if key in _GROUPS:
            return self._group(_GROUPS[key], value, options, inside, place)
        if key == "predicate":
            return self._predicate(value, options, inside)
        if key == "segment":
            return self._segment(value)
        if key == "bucket":
            return self._bucket(value, options)
        return self._field(key, place, value, options)

    def _group(
        self, kind: GroupKind, node: YamlNode, options: ClauseOptions, inside: tuple[str, ...], place: Place
    ) -> Condition | None:
        least = 0
        if kind is GroupKind.AT_LEAST:
            asked = self._at_least(node)
            if asked is None:
                return None
            least, node = asked
        if kind is GroupKind.NOT and isinstance(node, YamlList):
            self.problems.add(node.place, "not takes one condition", "use none: [...] for a list")
            return None
        nodes = node.items if isinstance(node, YamlList) else (node,)
        if not nodes:
            self.problems.add(place, f"{kind.value} holds nothing", "list the conditions it combines")
            return None
        members = [self.read(item, options, inside) for item in nodes]
        kept = tuple(member for member in members if member is not None)
        if len(kept) < len(members):
            return None
        if kind is GroupKind.AT_LEAST and not 1 <= least <= len(kept):
            self.problems.add(place, f"at_least asks for {least} of {len(kept)}", f"n is from 1 to {len(kept)}")
            return None
        return Group(kind=kind, members=kept, place=place, at_least=least)

    def _at_least(self, node: YamlNode) -> tuple[int, YamlList] | None:
        count = node.get("n") if isinstance(node, YamlMap) else None
        members = node.get("of") if isinstance(node, YamlMap) else None
        if isinstance(count, YamlScalar) and type(count.value) is int and isinstance(members, YamlList):
            return count.value, members
        self.problems.add(node.place, "at_least is not complete", "write at_least: {n: 2, of: [...]}")
        return None

    def _predicate(self, node: YamlNode, options: ClauseOptions, inside: tuple[str, ...]) -> Condition | None:
        name = str(plain(node))
        if name not in self.predicates:
            self.problems.add(node.place, f'there is no predicate "{name}"', did_you_mean(name, self.predicates))
            return None
        if name in inside:
            path = " -> ".join([*inside[inside.index(name) :], name])
            self.problems.add(node.place, f"predicates go round in a circle: {path}", "take one of them out")
            return None
        if len(inside) >= _DEEPEST_PREDICATE:
            self.problems.add(
                node.place, "predicates stand too deep in each other", f"{_DEEPEST_PREDICATE} are the most"
            )
            return None
        condition = self.read(self.predicates[name], options, (*inside, name))
        return PredicateRef(name=name, condition=condition, place=node.place) if condition is not None else None

    def _segment(self, node: YamlNode) -> Condition | None:
        schema, dot, segment = str(plain(node)).partition(".")
        if not dot or not schema or not segment:
            self.problems.add(node.place, "a segment is named by schema and segment", "write schema.segment")
            return None
        return SegmentRef(schema=schema, segment=segment, place=node.place)

    def _bucket(self, node: YamlNode, options: ClauseOptions) -> Condition | None:
        value = plain(node)
        percent = value.get("percent") if isinstance(value, dict) else None
        if not isinstance(percent, int | float) or isinstance(percent, bool) or not 0 < percent <= _WHOLE:
            self.problems.add(node.place, "bucket takes a percentage", "write bucket: {percent: 10, salt: spring}")
            return None
        operand: Operand = {"percent": float(percent), "salt": str(value.get("salt", ""))}
        return Clause(field=_BUCKET_FIELD, operator="bucket", operand=operand, options=options, place=node.place)

    def _field(self, name: str, place: Place, node: YamlNode, options: ClauseOptions) -> Condition | None:
        if name not in self.fields:
            words = [*self.fields, *_GROUPS, "predicate", "segment"]
            declare = f"declare it: fields: {{{name}: {{type: text}}}}" if self.can_declare else ""
            hint = did_you_mean(name, words) or declare or "rules/fields.csv lists the fields; a row there adds one"
            self.problems.add(place, f'unknown field "{name}"', hint)
            return None
        if not isinstance(node, YamlMap):
            self.problems.add(
                node.place,
                f'"{name}" needs an operator',
                f"write {{{name}: {{eq: {plain(node)}}}}}; `segaudit rules operators` lists them",
            )
            return None
        options = read_options(node, options, self.problems)
        clauses = [
            self._clause(self.fields[name], operator, where, operand, options)
            for operator, where, operand in node.items()
            if operator not in OPTION_KEYS
        ]
        if not clauses:
            self.problems.add(place, f'"{name}" needs an operator', "`segaudit rules operators` lists them")
        return _all(clauses, place)

    def _clause(
        self, field: RuleField, name: str, place: Place, node: YamlNode, options: ClauseOptions
    ) -> Condition | None:
        operator = operator_for(name, field.type)
        if operator is None:
            self._no_operator(field, name, place)
            return None
        try:
            value = plain(node)
            if name in _FILE_OPERATORS:
                value = read_values(value, node.place)
            operand = operator.parse(value, field)
        except OperandError as error:
            self.problems.add(node.place, f'"{name}" {error}')
            return None
        if operator.other_field and not self._comparable(field, str(operand), operator, node.place):
            return None
        return Clause(field=field.name, operator=name, operand=operand, options=options, place=place)

    def _no_operator(self, field: RuleField, name: str, place: Place) -> None:
        hint = "`segaudit rules operators` lists them all"
        if name not in NAMES:
            close = did_you_mean(name, [item.name for item in OPERATORS if field.type in item.types])
            self.problems.add(place, f'unknown operator "{name}"', f"{close} {hint}".strip())
            return
        types = ", ".join(sorted({kind.value for item in OPERATORS if item.name == name for kind in item.types}))
        self.problems.add(
            place,
            f'"{name}" does not work on "{field.name}", which is of type {field.type.value}',
            f"it works on {types}",
        )

    def _comparable(self, field: RuleField, other: str, operator: Operator, place: Place) -> bool:
        if other not in self.fields:
            self.problems.add(place, f'unknown field "{other}"', did_you_mean(other, self.fields))
            return False
        kind = self.fields[other].type
        if _shape(kind) != _shape(field.type):
            self.problems.add(
                place,
                f'"{field.name}" is of type {field.type.value} and "{other}" of type {kind.value}',
                f"{operator.name} compares fields of one kind",
            )
            return False
        return True


def _shape(kind: FieldType) -> str:
    if kind in {FieldType.INT, FieldType.NUMBER, FieldType.MONEY}:
        return "number"
    return kind.value if kind in {FieldType.DATE, FieldType.BOOL, FieldType.MULTI} else "text"


def _all(members: list[Condition | None], place: Place) -> Condition | None:
    """Return several conditions as one that wants all; None if one of them is wrong."""
    kept = tuple(member for member in members if member is not None)
    if len(kept) < len(members) or not kept:
        return None
    return kept[0] if len(kept) == 1 else Group(kind=GroupKind.ALL, members=kept, place=place)
