"""Segments as formulas of a CRM's comparisons; a clause without a counterpart counts as UNKNOWN, and is noted."""

from dataclasses import dataclass, field

from segaudit.errors import InputError
from segaudit.interop.export.lists.filters import Comparison, Filters, NotCarriedError, Reader, stops
from segaudit.interop.export.lists.logic import Both, Either, Formula, Leaf, Opener, Truth, Wanted
from segaudit.interop.export.lists.system import NoPropertyError, System
from segaudit.model.conditions import Clause, RelatedClause
from segaudit.model.exports import Fidelity, Note, SegmentFidelity
from segaudit.model.fields import FieldType
from segaudit.model.segments import Assignment, RuleBook, Schema, Segment
from segaudit.sql.conditions import clause_words

_STOPS = "the rules stop at a record of which this cannot be told; here it is not in the list"
_CONFLICT = (
    "a record that meets several segments of this schema is in the list of each; the rules label it as a conflict"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """One segment as a CRM takes it."""

    schema: Schema
    segment: Segment
    formula: Filters
    notes: tuple[Note, ...]

    @property
    def fidelity(self) -> SegmentFidelity:
        """Return how true it is."""
        return SegmentFidelity(schema=self.schema.id, segment=self.segment.id, notes=self.notes)

    @property
    def nobody(self) -> bool:
        """Tell whether no record can pass."""
        return self.formula == Either(())


@dataclass(slots=True)
class Carrier:
    """Carries the segments of a rule book over to a CRM, one by one."""

    rules: RuleBook
    reader: Reader
    system: System
    notes: dict[Note, None] = field(default_factory=dict)  # of the segment at hand

    def carry(self, schema: Schema, segment: Segment) -> Carried:
        """Return a segment as a formula of comparisons, and how it differs."""
        self.notes = {}
        opener: Opener[Comparison] = Opener(rules=self.rules, filters=self._filters)
        formula: Filters
        try:
            formula = opener.segment(schema.id, segment.id)
        except InputError as error:
            formula = Either(())
            self._note(Fidelity.NOT_CARRIED, f"{schema.id}.{segment.id}", f"{error.problem}; {error.hint}", None)
        if schema.assign is Assignment.EXACTLY_ONE and len(schema.segments) > 1:
            self._note(Fidelity.NEARLY, f"{schema.id}.{segment.id}", _CONFLICT, None)
        return Carried(schema=schema, segment=segment, formula=formula, notes=tuple(self.notes))

    def _filters(self, clause: Clause, wanted: Wanted) -> Formula[Comparison]:
        words = self._words(clause)
        if stops(clause):
            self._note(Fidelity.NEARLY, words, _STOPS, clause)
        try:
            if clause.field in self.rules.fields and not isinstance(clause, RelatedClause):
                self.system.property(clause.field)
            found = self.reader.filters(clause, wanted)
            operators = [self.system.operator(item) for item in _leaves(found)]
        except NoPropertyError as error:
            self._note(Fidelity.NOT_CARRIED, words, str(error), clause)
            return Both(()) if self.reader.of_blank(clause) in wanted else Either(())
        except NotCarriedError as error:
            self._note(Fidelity.NOT_CARRIED, words, f"{error}; it counts as UNKNOWN", clause)
            return Both(()) if Truth.UNKNOWN in wanted else Either(())
        for operator in operators:
            if operator.fidelity is not Fidelity.EXACT:
                self._note(operator.fidelity, words, operator.why, clause)
        return found

    def _note(self, fidelity: Fidelity, about: str, why: str, clause: Clause | None) -> None:
        self.notes[Note(fidelity=fidelity, about=about, why=why, place=clause.place if clause else None)] = None

    def _words(self, clause: Clause) -> str:
        known = self.rules.fields.get(clause.field)
        return clause_words(clause, known.type if known is not None else FieldType.TEXT)


def _leaves(formula: Filters) -> list[Comparison]:
    if isinstance(formula, Leaf):
        return [formula.filter]
    return [item for member in formula.members for item in _leaves(member)]
