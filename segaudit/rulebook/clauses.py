"""One operator applied to one field, from YAML."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from segaudit.model.conditions import Clause, ClauseOptions, Condition, Place
from segaudit.model.fields import FieldType
from segaudit.model.segments import RuleField
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.place_operands import read_places
from segaudit.rulebook.problems import Problems
from segaudit.rulebook.suggest import did_you_mean
from segaudit.rulebook.value_files import beside, read_values
from segaudit.rulebook.yaml_nodes import YamlNode, plain
from segaudit.sql.operators import NAMES, OPERATORS, Family, OperandError, Operator, operator_for

_FILE_OPERATORS = ("in_file", "not_in_file")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseReader:
    """Reads what is asked of a field."""

    fields: Mapping[str, RuleField]
    problems: Problems
    location: RulesLocation  # of the names of places
    lists: dict[str, None] = field(default_factory=dict)  # takes the files of values that were read

    def clause(
        self, field: RuleField, name: str, place: Place, node: YamlNode, options: ClauseOptions
    ) -> Condition | None:
        """Return one clause; None if it is wrong, in which case the problems say how."""
        operator = operator_for(name, field.type)
        if operator is None:
            self._no_operator(field, name, place)
            return None
        try:
            value = plain(node)
            if name in _FILE_OPERATORS:
                self.lists[str(beside(value, node.place))] = None
                value = read_values(value, node.place)
            elif operator.family is Family.PLACE:
                value = read_places(name, node, self.location, self.problems)
                if value is None:
                    return None
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
