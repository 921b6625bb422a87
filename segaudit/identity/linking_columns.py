"""Which column of one file goes with which of another: by field, by header, by the kind of evidence they hold."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from segaudit.identity.evidence import ACCOUNT, CONTACT
from segaudit.model.fields import NUMERIC_TYPES, ColumnReading, FieldType
from segaudit.model.linking import ColumnPair
from segaudit.text.folding import fold_header

# What a company has none of: what a person is called, born and does.
_PERSONAL = frozenset({"given_name", "middle_name", "family_name", "full_name", "birth_date", "free_text"})
_NAMES = frozenset({"given_name", "family_name", "full_name"})
# Kinds of which one file may have another column than the other: a mobile number may be the phone of the base.
_LIKE = {"phone": "phone", "company_phone": "phone", "email": "email", "web": "web"}
_DOMAINS = {"email": "its domain", "web": "its domain"}  # what says something even if only one file has it
SHARED_IDS = "shared ids"
_VALUES = frozenset({FieldType.DATE, *NUMERIC_TYPES})  # types whose cells are compared as values, not as texts

Readings = dict[int, ColumnReading]


@dataclass(kw_only=True)
class PairedColumns:
    """Columns of two files as one table: numbered by the left file, and behind those that only the right one has."""

    readings: list[ColumnReading] = field(default_factory=list)  # what the column is evidence of
    left: Readings = field(default_factory=dict)  # number -> how the left file's column is read
    right: Readings = field(default_factory=dict)
    said: list[ColumnPair] = field(default_factory=list)

    def add(self, left: ColumnReading, right: ColumnReading, why: str) -> None:
        """Add two columns that go together."""
        left, right = _as_one_type(left, right)
        number = left.column.position
        self.readings.append(left)
        self.left[number], self.right[number] = left, right
        self.said.append(ColumnPair(left=left.column.header, right=right.column.header, why=why))

    def add_left(self, reading: ColumnReading, why: str) -> None:
        """Add a column that only the left file has."""
        self.readings.append(reading)
        self.left[reading.column.position] = reading
        self.said.append(ColumnPair(left=reading.column.header, right=None, why=why))

    def add_right(self, reading: ColumnReading, behind: int, why: str) -> None:
        """Add a column that only the right file has, numbered behind those of the left one."""
        number = behind + reading.column.position
        self.readings.append(replace(reading, column=replace(reading.column, position=number)))
        self.right[number] = reading
        self.said.append(ColumnPair(left=None, right=reading.column.header, why=why))


def guess_level(left: Sequence[ColumnReading], right: Sequence[ColumnReading]) -> str:
    """Return what is linked: people who belong to companies if only the list has names of people, else like to like."""
    ours, theirs = ({reading.column.field for reading in side} for side in (left, right))
    people = bool(ours & {"first_name", "last_name"}) and not theirs & {"first_name", "last_name", "full_name"}
    return ACCOUNT if people and "company" in theirs else CONTACT


def pair_columns(
    left: Sequence[ColumnReading],
    right: Sequence[ColumnReading],
    kinds: Mapping[str, str],
    *,
    level: str,
    shared_ids: Iterable[tuple[ColumnReading, ColumnReading]] = (),
) -> PairedColumns:
    """Return which columns of two files go together.

    Args:
        left: Columns of the one file.
        right: Columns of the other.
        kinds: Field -> what it is evidence of.
        level: What an entity is.
        shared_ids: Columns that hold the same ids in both: they decide, and are no evidence.
    """
    found = PairedColumns()
    ids = list(shared_ids)
    for one, other in ids:
        found.said.append(ColumnPair(left=one.column.header, right=other.column.header, why=SHARED_IDS))
    ours = _without(left, [one for one, _ in ids])
    theirs = _without(right, [other for _, other in ids])
    ours, theirs = _companies(ours, theirs, level), _companies(theirs, ours, level)
    ours, theirs = _evidence(ours, kinds, level), _evidence(theirs, kinds, level)
    _add_matching(found, ours, theirs, lambda reading: reading.column.field, "field ")
    _add_matching(found, ours, theirs, lambda reading: fold_header(reading.column.header), "header")
    _add_matching(found, ours, theirs, lambda reading: _LIKE.get(kinds.get(reading.column.field or "", "")), "both ")
    _add_alone(found, ours, theirs, kinds, max((r.column.position for r in left), default=0))
    found.readings.sort(key=lambda reading: reading.column.position)
    return found


def _add_matching(
    found: PairedColumns,
    left: list[ColumnReading],
    right: list[ColumnReading],
    key: Callable[[ColumnReading], str | None],
    why: str,
) -> None:
    """Add the columns whose keys are equal, and take them out of the lists."""
    for one in list(left):
        name = key(one)
        other = next((reading for reading in right if name and key(reading) == name), None)
        if other is not None:
            found.add(one, other, f"{why}{name}" if why.endswith(" ") else why)
            left.remove(one)
            right.remove(other)


def _add_alone(
    found: PairedColumns, left: list[ColumnReading], right: list[ColumnReading], kinds: Mapping[str, str], behind: int
) -> None:
    """Add columns that say something although the other file lacks them: domains, and names written otherwise."""

    def kind(reading: ColumnReading) -> str:
        return kinds.get(reading.column.field or "", "")

    named = {kind(reading) for reading in found.readings}
    both_named = all(any(kind(r) in _NAMES for r in side) or named & _NAMES for side in (left, right))
    for reading in left:
        if (why := _alone(kind(reading), both_named=both_named)) is not None:
            found.add_left(reading, why)
    for reading in right:
        if (why := _alone(kind(reading), both_named=both_named)) is not None:
            found.add_right(reading, behind, why)


def _alone(kind: str, *, both_named: bool) -> str | None:
    """Return what is compared of a column that only one file has; None if nothing is."""
    return "as a name" if kind in _NAMES and both_named else _DOMAINS.get(kind)


def _companies(ours: list[ColumnReading], theirs: Sequence[ColumnReading], level: str) -> list[ColumnReading]:
    """Return columns with what is called Name taken for the company, if that is what the other file can mean by it."""
    fields, others = {r.column.field for r in ours}, {r.column.field for r in theirs}
    if "company" in fields or "company" not in others or "full_name" not in fields:
        return ours
    if level != ACCOUNT and others & {"full_name", "first_name", "last_name"}:
        return ours
    return [replace(r, column=replace(r.column, field="company")) if r.column.field == "full_name" else r for r in ours]


def _evidence(readings: Sequence[ColumnReading], kinds: Mapping[str, str], level: str) -> list[ColumnReading]:
    """Return the columns that say who or what a record is: those of no field may, of accounts what is no person's."""
    silent = _PERSONAL if level == ACCOUNT else frozenset()
    return [r for r in readings if r.column.field is None or kinds.get(r.column.field) not in {None, *silent}]


def _without(readings: Sequence[ColumnReading], some: Sequence[ColumnReading]) -> list[ColumnReading]:
    taken = {reading.column.position for reading in some}
    return [reading for reading in readings if reading.column.position not in taken]


def _as_one_type(left: ColumnReading, right: ColumnReading) -> tuple[ColumnReading, ColumnReading]:
    """Return columns as they are compared: as values if both can be read so, else both as texts."""
    one, other = left.type, right.type
    if one == other or (one in NUMERIC_TYPES and other in NUMERIC_TYPES):
        return left, right
    if one in _VALUES or other in _VALUES or FieldType.MULTI in {one, other}:
        kind = FieldType.ID if FieldType.ID in {one, other} else FieldType.TEXT
        return replace(left, type=kind, style=""), replace(right, type=kind, style="")
    return left, right
