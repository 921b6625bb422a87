"""Rules as what rows are sorted by: each becomes a few terms of SQL over a record's attributes and one of its cells."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from segaudit.engine.protocol import Parameters
from segaudit.identity.survive.data import SurvivalData
from segaudit.model.fields import ColumnReading, FieldType
from segaudit.model.survival import Chooser, SurvivorRule
from segaudit.sql.cells import INVALID, OK

VALID_FIRST = "valid_first"  # what decides where one cell can be read and another cannot
RECORD_ORDER = "record_order"  # what decides a last tie

_USUAL = 5  # rows of the table that have a value, from which it is no slip of the hand
_FLAG = "CASE WHEN {0} = {1} THEN 2 WHEN {0} IS NULL THEN 1 ELSE 0 END"
# Of the flag that leads its group a blank is no answer: it comes behind what cannot be read, and the other answer.
_LEAD_FLAG = "CASE WHEN {0} = {1} THEN 3 WHEN {0} IS NOT NULL THEN 1 WHEN {2} THEN 2 ELSE 0 END"


@dataclass(frozen=True, slots=True)
class Term:
    """One expression to sort by; what has none comes last."""

    sql: str
    descending: bool = True


@dataclass(frozen=True, slots=True)
class Criterion:
    """One rule, as terms."""

    label: str
    terms: tuple[Term, ...]
    parameters: Parameters = field(default_factory=dict)  # of the terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """Something of a whole record that rules go by, read from one column."""

    reading: ColumnReading
    kind: str  # "date", "flag", "filled", "given" (readable or not), "held" (by how many rows) or "priority"
    values: tuple[str, ...] = ()  # of a priority: folded, best first


@dataclass(slots=True)
class Attributes:
    """The attributes all rules of a run need, each once; a0, a1, ... are their columns."""

    needed: list[Attribute] = field(default_factory=list)

    def column(self, attribute: Attribute) -> str:
        """Return the column of an attribute; it will be there."""
        if attribute not in self.needed:
            self.needed.append(attribute)
        return f"a{self.needed.index(attribute)}"


@dataclass(slots=True)
class Criteria:
    """Turns the rules of a run into criteria, and remembers which attributes these need."""

    data: SurvivalData
    attributes: Attributes = field(default_factory=Attributes)

    def of_records(self, rules: Sequence[SurvivorRule]) -> tuple[Criterion, ...]:
        """Return what whole records are sorted by."""
        return self._criteria(rules, None, "filled")

    def of_group(self, rules: Sequence[SurvivorRule], lead: str | None) -> tuple[Criterion, ...]:
        """Return what the records of a group of fields are sorted by; ``group_filled`` counts its cells only."""
        return self._criteria(rules, None, "group_filled", lead)

    def of_cells(self, rules: Sequence[SurvivorRule], reading: ColumnReading) -> tuple[Criterion, ...]:
        """Return what the cells of a column are sorted by."""
        return self._criteria(rules, reading, "filled")

    def _criteria(
        self, rules: Sequence[SurvivorRule], reading: ColumnReading | None, filled: str, lead: str | None = None
    ) -> tuple[Criterion, ...]:
        found = []
        for number, rule in enumerate(rules):
            parameters = {f"values_{number}": list(rule.values)} if rule.chooser is Chooser.PREFER else {}
            if rule.chooser is Chooser.USUAL:
                terms = self._usual(rule, reading)
            else:
                terms = self._of_cell(rule, reading, number) or self._of_record(rule, filled, lead)
            found.append(Criterion(rule.chooser.value, terms, parameters))
        return tuple(criterion for criterion in found if criterion.terms)

    def _of_cell(self, rule: SurvivorRule, reading: ColumnReading | None, number: int) -> tuple[Term, ...]:
        """Return the terms of a rule that looks at the cell to be decided; nothing for another."""
        value = self._believed(reading)
        terms = {
            Chooser.MOST_FREQUENT: Term("count(*) OVER (PARTITION BY e, state, f)"),
            Chooser.LONGEST: Term("length(f)"),
            Chooser.MAX: Term(value),
            Chooser.MIN: Term(value, descending=False),
            Chooser.PREFER: Term(f"nullif(list_position($values_{number}, f), 0)", descending=False),
            Chooser.KEEP_OWN: Term("CAST(rank = 1 AS INTEGER)"),
        }
        if not rule.fields:
            terms |= {Chooser.ANY_TRUE: Term(_own_flag("TRUE")), Chooser.ANY_FALSE: Term(_own_flag("FALSE"))}
        return (terms[rule.chooser],) if rule.chooser in terms else ()

    def _of_record(self, rule: SurvivorRule, filled: str, lead: str | None) -> tuple[Term, ...]:
        """Return the terms of a rule that looks at whole records; nothing where the table cannot tell."""
        match rule.chooser:
            case Chooser.MOST_COMPLETE:
                return (Term(filled),)
            case Chooser.MOST_RECENT:
                return self._dates(rule.fields or self.data.rules.recent, descending=True)
            case Chooser.OLDEST | Chooser.FIRST_SEEN:
                return self._dates(rule.fields or self.data.rules.created, descending=False)
            case Chooser.ANY_TRUE | Chooser.ANY_FALSE:
                return self._flags(rule, lead)
            case Chooser.SOURCE_PRIORITY:
                return self._priority(rule)
            case _:
                return self._work_email()

    def _dates(self, names: Sequence[str], *, descending: bool) -> tuple[Term, ...]:
        """Return the dates of those columns that are read as dates."""
        readings = (self.data.of_field(name) for name in names)
        return tuple(
            Term(self.attributes.column(Attribute(reading=reading, kind="date")), descending)
            for reading in readings
            if reading is not None and reading.type is FieldType.DATE
        )

    def _flags(self, rule: SurvivorRule, lead: str | None) -> tuple[Term, ...]:
        wanted = "TRUE" if rule.chooser is Chooser.ANY_TRUE else "FALSE"
        terms = []
        for name in rule.fields:
            reading = self.data.of_field(name)
            if reading is None:
                continue
            flag = self.attributes.column(Attribute(reading=reading, kind="flag"))
            given = self.attributes.column(Attribute(reading=reading, kind="given")) if name == lead else ""
            terms.append(Term((_LEAD_FLAG if given else _FLAG).format(flag, wanted, given)))
        return tuple(terms)

    def _usual(self, rule: SurvivorRule, reading: ColumnReading | None) -> tuple[Term, ...]:
        """Return how many of some fields have a value that several rows of the table have."""
        readings = [self.data.of_field(name) for name in rule.fields] if rule.fields else [reading]
        held = [self.attributes.column(Attribute(reading=one, kind="held")) for one in readings if one is not None]
        usual = [f"CAST(coalesce({column} >= {_USUAL}, FALSE) AS INTEGER)" for column in held]
        return (Term(" + ".join(usual)),) if usual else ()

    def _priority(self, rule: SurvivorRule) -> tuple[Term, ...]:
        reading = self.data.of_name(rule.fields[0]) if rule.fields else None
        if reading is None:
            return ()
        attribute = Attribute(reading=reading, kind="priority", values=rule.values)
        return (Term(self.attributes.column(attribute), descending=False),)

    def _work_email(self) -> tuple[Term, ...]:
        company = self.data.of_field("company") or self.data.of_field("company_domain")
        if company is None:
            return ()
        named = self.attributes.column(Attribute(reading=company, kind="filled"))
        return (Term(f"CASE WHEN bool_or({named}) OVER (PARTITION BY e) THEN CAST(work AS INTEGER) END"),)

    def _believed(self, reading: ColumnReading | None) -> str:
        """Return a date of a record's history without the days nobody means; any other value as it is."""
        known = {*self.data.rules.recent, *self.data.rules.created}
        is_history = reading is not None and reading.type is FieldType.DATE and reading.column.field in known
        return believed_date("value", self.data) if is_history else "value"


def believed_date(value: str, data: SurvivalData) -> str:
    """Return a date, or nothing where it stands for an unknown one."""
    first, last = data.rules.believed_from.isoformat(), data.as_of.isoformat()
    return f"CASE WHEN {value} BETWEEN DATE '{first}' AND DATE '{last}' THEN {value} END"


def _own_flag(wanted: str) -> str:
    """Return how a yes/no cell stands to the answer that wins; what cannot be read may be that answer."""
    return (
        f"CASE WHEN state = {OK} AND value = {wanted} THEN 3 WHEN state = {INVALID} THEN 2 WHEN state = {OK} THEN 1 "
        "ELSE 0 END"
    )
