"""What a CRM has: its operators, and which property or field of it holds a field of the rules."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from segaudit.errors import InputError
from segaudit.interop.export.lists.filters import Comparison, NotCarriedError
from segaudit.model.exports import ColumnChoice, Fidelity, Target
from segaudit.model.fields import NUMERIC_TYPES, TEXT_TYPES, FieldType
from segaudit.model.segments import RuleField
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.tables import load_presets, rows_of

_INTERNAL = {Target.HUBSPOT: re.compile(r"[a-z][a-z0-9_]*"), Target.SALESFORCE: re.compile(r"[A-Z][A-Za-z0-9]*(__c)?")}
# A header in capitals only is how bulk exports print a field, not what it is called.
_CAPITALS = re.compile(r"[A-Z0-9]{3,}")
_OBJECTS = {
    Target.HUBSPOT: {"contacts": "0-1", "companies": "0-2", "deals": "0-3"},
    Target.SALESFORCE: {"contacts": "Contact", "companies": "Account", "leads": "Lead", "deals": "Opportunity"},
}
_NAMES = {Target.HUBSPOT: "HubSpot", Target.SALESFORCE: "Salesforce"}
_KINDS = {
    **dict.fromkeys(("text", "string", "email", "phone", "url", "textarea", "phone_number"), "text"),
    **dict.fromkeys(("enumeration", "enum", "select", "radio", "picklist"), "enum"),
    **dict.fromkeys(("multi", "checkbox", "multipicklist", "multi-select"), "multi"),
    **dict.fromkeys(("number", "int", "integer", "double", "currency", "money"), "number"),
    **dict.fromkeys(("date", "datetime"), "date"),
    **dict.fromkeys(("bool", "boolean", "booleancheckbox"), "bool"),
}


class NoPropertyError(NotCarriedError):
    """The CRM has nothing that holds a field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemOperator:
    """A row of rules/export/<system>.csv."""

    cells: Mapping[str, str]
    fidelity: Fidelity
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """A field in the CRM."""

    name: str
    kind: str  # text, enum, multi, number, date or bool
    is_moment: bool  # it holds a time of day, too


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A CRM's kind of record, its properties and operators."""

    target: Target
    object: str  # contacts, companies, ...
    object_id: str  # as the CRM calls it
    properties: Mapping[str, Property]  # by field of the rules
    operators: Mapping[tuple[str, str], SystemOperator]

    @property
    def name(self) -> str:
        """Return the CRM's name."""
        return _NAMES[self.target]

    def property(self, field: str) -> Property:
        """Return where a field is.

        Raises:
            NotCarriedError: Nowhere that is known.
        """
        if field not in self.properties:
            raise NoPropertyError(
                f"no property of {self.name} is known to hold {field} of {self.object}: every record counts as blank "
                "there, as in a file without the column; name it with --columns if it has one"
            )
        return self.properties[field]

    def operator(self, comparison: Comparison) -> SystemOperator:
        """Return how a comparison is said.

        Raises:
            NotCarriedError: It cannot be.
        """
        kind = self.property(comparison.field).kind
        found = self.operators.get((kind, comparison.operator)) or self.operators.get(("any", comparison.operator))
        if found is None and kind == "enum":
            found = self.operators.get(("text", comparison.operator))
        if found is None:
            words = comparison.operator.replace("_", " ")
            raise NotCarriedError(f'{self.name} has no filter "{words}" for a property of type {kind}')
        return found


def load_system(
    target: Target,
    kind: str | None,
    location: RulesLocation,
    fields: Mapping[str, RuleField],
    columns: Mapping[str, ColumnChoice],
) -> System:
    """Return a CRM as rules are exported to it.

    Args:
        target: Which.
        kind: Of record; contacts if None.
        location: Where the tables are.
        fields: Of the rules.
        columns: The user's map of fields to properties.

    Raises:
        InputError: The kind is not known, or the map has a type that is not.
    """
    kind = "contacts" if kind is None else kind
    if kind not in _OBJECTS[target]:
        raise InputError(
            f'lists of "{kind[:60]}" cannot be made', where="--table", hint="kinds: " + ", ".join(_OBJECTS[target])
        )
    names = _names(target, kind, location)
    properties = {}
    for name, field in fields.items():
        choice = columns.get(name)
        column = choice.column if choice is not None else names.get(name, "")
        if column:
            properties[name] = _property(column, field, choice)
    return System(
        target=target,
        object=kind,
        object_id=_OBJECTS[target][kind],
        properties=properties,
        operators=_operators(target, location),
    )


def property_fields(target: Target, kind: str, location: RulesLocation) -> Mapping[str, str]:
    """Return the field of each property, the other way round."""
    return {name: field for field, name in _names(target, kind, location).items()}


def _names(target: Target, kind: str, location: RulesLocation) -> dict[str, str]:
    """Return the property of each field, by the presets.

    Of several, HubSpot's own stands before what people add; a label of Salesforce that reads like a
    name stands before the name.
    """
    pattern = _INTERNAL[target]
    for preset in load_presets(location):
        if preset.system == _NAMES[target]:
            headers = preset.headers if target is Target.SALESFORCE else reversed(preset.headers)
            return {
                item.field: item.header
                for item in headers
                if item.field
                and item.object == kind
                and pattern.fullmatch(item.header)
                and not _CAPITALS.fullmatch(item.header)
            }
    return {}


def _property(column: str, field: RuleField, choice: ColumnChoice | None) -> Property:
    given = choice.type if choice is not None else ""
    if given and given not in _KINDS:
        raise InputError(
            f'"{given[:60]}" is no type of property',
            where=f"line {choice.line if choice else 0} of the map of columns",
            hint="types: " + ", ".join(_KINDS),
        )
    return Property(name=column, kind=_KINDS[given] if given else kind_of(field.type), is_moment=given == "datetime")


def kind_of(kind: FieldType) -> str:
    """Return which operators a field's type has in a CRM."""
    if kind in NUMERIC_TYPES:
        return "number"
    if kind in TEXT_TYPES:
        return "enum" if kind is FieldType.ENUM else "text"
    return kind.value


def _operators(target: Target, location: RulesLocation) -> dict[tuple[str, str], SystemOperator]:
    path = location.file(f"export/{target.value}.csv")
    own: Sequence[str] = ("operationType", "name", "values") if target is Target.HUBSPOT else ("soql", "list_view")
    return {
        (row["kind"], row["operator"]): SystemOperator(cells=row, fidelity=Fidelity(row["fidelity"]), why=row["why"])
        for _, row in rows_of(path, ("kind", "operator", *own, "fidelity", "why"))
    }
