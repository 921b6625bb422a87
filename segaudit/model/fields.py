"""What a column can mean: field types, the canonical field catalogue, and the map from columns to fields."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class FieldType(StrEnum):
    """The kinds of value a field can hold."""

    TEXT = "text"
    ID = "id"
    ENUM = "enum"
    MULTI = "multi"
    INT = "int"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    BOOL = "bool"
    EMAIL = "email"
    PHONE = "phone"
    URL = "url"
    ROWS = "rows"  # the rows of another table that belong to the record; no column holds it


OF_COMPANY = "company"  # source of a column that is not the record's own but its company's
VALUE_TYPES = tuple(kind for kind in FieldType if kind is not FieldType.ROWS)
NUMERIC_TYPES = frozenset({FieldType.INT, FieldType.NUMBER, FieldType.MONEY})
TEXT_TYPES = frozenset({FieldType.TEXT, FieldType.ID, FieldType.ENUM, FieldType.EMAIL, FieldType.PHONE, FieldType.URL})


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueField:
    """A canonical field, as rules/fields.csv defines it."""

    name: str
    type: FieldType
    entity: str  # contact, company, deal, activity, outcome or any
    core: bool  # part of the B2B core profile
    sensitive: bool
    synonyms: tuple[str, ...]
    description: str
    # What its headers may mean as well: the other field, and the values by which a column of that is known.
    other_meanings: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedColumn:
    """A column of the source and what it was taken for."""

    position: int  # 1-based, in the file
    header: str  # as the file prints it
    field: str | None  # canonical field; None passes through untouched
    type: FieldType | None  # declared by the field or the map; None: to be found in the data
    source: str  # which rule decided: "map", a system's name, "synonym", "values" or ""
    also: str | None = None  # the canonical field it was found to be, where the rules call it something else

    @property
    def is_left_alone(self) -> bool:
        """Whether the user said that it is no field."""
        return self.source == "map" and self.field is None and self.type is None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMap:
    """Every column of a source mapped to a field, and the system the headers speak of."""

    columns: tuple[MappedColumn, ...]
    system: str | None  # "HubSpot", ...; None if the headers point to no one system
    system_object: str | None  # "contacts", "deals", ...
    known_headers: int  # headers the system's vocabulary contains
    date_order: str | None = None  # "dmy" or "mdy" when the map file says so
    decimal: str | None = None  # "point" or "comma" when the map file says so

    def column_of(self, field: str) -> MappedColumn | None:
        """Return the column that provides a field, if any does."""
        return next((column for column in self.columns if column.field == field), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnReading:
    """How the cells of a column are to be read."""

    column: MappedColumn
    type: FieldType
    type_source: str  # "field" or "map" where it was declared, "found" where the data showed it
    style: str  # of the kind's readings: "dmy", "comma", ...; empty where a kind has one reading only
    separator: str = ""  # of multi-value cells
    lists: tuple[tuple[str, str], ...] = ()  # trimmed multi-value cells that have another separator, and theirs
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Placeholder:
    """A word that stands for a missing value, and the fields and types it may be a real value of."""

    value: str  # folded
    not_in: frozenset[str]

    def means_missing(self, field: str | None, kind: FieldType) -> bool:
        """Tell whether the word is missing in a column of this field and type."""
        return field not in self.not_in and f"type:{kind.value}" not in self.not_in
