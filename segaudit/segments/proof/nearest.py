"""The smallest change that puts a given record into a segment: fewest fields, then least of numbers and dates.

What the solver proposes is a proposal: whoever asks has it decided by the program that decides records.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial

from segaudit.model.conditions import Clause, RelatedClause
from segaudit.model.fields import FieldType
from segaudit.model.proofs import WitnessValue
from segaudit.model.segments import Assignment, RuleBook, Schema, Segment
from segaudit.model.spans import Span
from segaudit.segments.proof import smt
from segaudit.segments.proof.given import Field, Given, GivenClauses, GivenVerdicts, field_of
from segaudit.segments.proof.inquiry import Inquiry
from segaudit.segments.proof.lists import Lists
from segaudit.segments.proof.record import Setting, impose, subjects
from segaudit.segments.proof.smt import Answer, Model, Solver, Term
from segaudit.segments.proof.values import Ordered
from segaudit.segments.proof.verdicts import clauses_behind
from segaudit.segments.proof.words import Words
from segaudit.sql.cells import BLANK, OK
from segaudit.sql.operators import operator_for

_YEAR = 365  # days: what a date's distance is measured by


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What the solver says of a way into one segment."""

    answer: Answer  # SOME: there is one; NONE: proved that there is none
    changes: Mapping[str, WitnessValue] = field(default_factory=dict)
    effort: tuple[int, int, float] = (0, 0, 0.0)  # fields, oddities, distance
    # Where there is none: the fewest of these that stand in the way.
    before: tuple[Segment, ...] = ()  # segments that would have to stop holding
    clauses: tuple[Clause, ...] = ()  # clauses that the proof does not look into
    certain: bool = True  # no record whatever could be there, not only none that is written with the rules' own words


class Nearest:
    """One schema, asked what would move a given record."""

    def __init__(self, rules: RuleBook, schema: Schema, setting: Setting, given: Given) -> None:
        self.schema = schema
        self._ask_of_any = partial(Inquiry, rules, schema, setting)
        by_field = _by_field(rules, schema)
        made = subjects(by_field, rules.fields, setting)
        self._solver = Solver()
        impose(made, self._solver)
        self.fields = {name: field_of(subject, by_field[name], given) for name, subject in made.items()}
        self._clauses = GivenClauses(made, self._solver, smt.YES, fields=self.fields, given=given)
        verdicts = GivenVerdicts(rules, self._clauses, self._solver)
        self._holds = {segment.id: verdicts.verdict(schema, segment).true for segment in schema.segments}
        linked = _linked(by_field, rules)
        for item in self.fields.values():
            self._solver.require(
                smt.if_then(smt.opposite(item.changed), item.same()),
                smt.if_then(item.changed, smt.all_of([item.written(), _near(item, linked, self.fields)])),
            )
        self._costs = self._counted()
        self._optimiser = self._solver.optimiser(self._costs)

    def _counted(self) -> list[Term]:
        """Return what a change costs: fields, then what nobody would write, then how far numbers and dates go."""
        fields = list(self.fields.values())
        odd = [smt.all_of([item.changed, term]) for item in fields for term in _oddities(item)]
        far = [part for item in fields for part in _distances(item)]
        return [smt.how_many([item.changed for item in fields]), smt.how_many(odd), smt.total(far)]

    def into(self, segment: Segment) -> Proposal:
        """Return what would put the record into a segment, and into no other that excludes it."""
        goals = self._goals(segment)
        kept = {name: smt.flag(name) for name in self._clauses.pinned}
        asked = [*goals.values(), *kept.values()]
        answer = self._solver.ask(*asked)
        if answer is Answer.NONE:
            return self._obstacles(goals, kept)
        model = self._optimiser.cheapest(*asked) if answer is Answer.SOME else None
        if model is None:
            return Proposal(answer=Answer.TIRED)
        changes = {name: _read(item, model) for name, item in self.fields.items() if model.holds(item.changed)}
        number, odd, far = (model.number(cost) for cost in self._costs)
        return Proposal(answer=Answer.SOME, changes=changes, effort=(int(number), int(odd), float(far)))

    def named(self, name: str, word: str) -> list[str]:
        """Return the other words that clauses on a field name, those first that every clause treats like a word."""
        item = self.fields[name]
        places = item.subject.values.places if isinstance(item.subject.values, Words) else {}
        others = [other for other in item.named if other and other != word]
        return sorted(others, key=lambda other: places.get(other) != places.get(word))

    def _goals(self, segment: Segment) -> dict[str, Term]:
        """Return what has to be so, by the segment it is asked of."""
        place = self.schema.segments.index(segment)
        others: Sequence[Segment] = ()
        if self.schema.assign is Assignment.FIRST_MATCH:
            others = self.schema.segments[:place]
        elif self.schema.assign is Assignment.EXACTLY_ONE:
            others = [item for item in self.schema.segments if item is not segment]
        goals = {segment.id: self._holds[segment.id]}
        return goals | {item.id: smt.opposite(self._holds[item.id]) for item in others}

    def _obstacles(self, goals: Mapping[str, Term], kept: Mapping[str, Term]) -> Proposal:
        """Return the fewest goals and clauses that cannot all be kept."""
        needed = {**{f"{name} ": term for name, term in goals.items()}, **kept}
        for name in [*kept, *(f"{name} " for name in goals)]:
            fewer = {other: term for other, term in needed.items() if other != name}
            if self._solver.ask(*fewer.values()) is Answer.NONE:
                needed = fewer
        target = next(iter(goals))
        before = tuple(self.schema.segment(name) for name in goals if name != target and f"{name} " in needed)
        clauses = tuple(clause for name, clause in self._clauses.pinned.items() if name in needed)
        certain = bool(clauses) or self._is_impossible(self.schema.segment(target), before)
        return Proposal(answer=Answer.NONE, before=before, clauses=clauses, certain=certain)

    def _is_impossible(self, target: Segment, others: Sequence[Segment]) -> bool:
        """Tell whether it is proved of every record, whatever its texts, that it is not there."""
        inquiry = self._ask_of_any()
        truths = {segment.id: truth for segment, truth in zip(self.schema.segments, inquiry.truths, strict=True)}
        apart = [smt.opposite(truths[item.id].true) for item in others]
        return inquiry.solver.ask(truths[target.id].true, *apart) is Answer.NONE


def _by_field(rules: RuleBook, schema: Schema) -> dict[str, list[Clause]]:
    """Return every clause the schema's segments hang on, by the fields they read."""
    found: dict[str, list[Clause]] = {}
    for clause in clauses_behind(rules, [(schema, segment) for segment in schema.segments]):
        if isinstance(clause, RelatedClause):
            continue
        found.setdefault(clause.field, []).append(clause)
        other = _other_field(clause, rules)
        if other:
            found.setdefault(other, [])
    return found


def _other_field(clause: Clause, rules: RuleBook) -> str:
    known = operator_for(clause.operator, rules.fields[clause.field].type)
    return str(clause.operand) if known is not None and known.other_field else ""


def _linked(by_field: Mapping[str, Sequence[Clause]], rules: RuleBook) -> dict[str, list[str]]:
    """Return for each field those it is compared with."""
    linked: dict[str, list[str]] = {}
    for name, clauses in by_field.items():
        for clause in clauses:
            other = _other_field(clause, rules)
            if other:
                linked.setdefault(name, []).append(other)
                linked.setdefault(other, []).append(name)
    return linked


def _near(item: Field, linked: Mapping[str, Sequence[str]], fields: Mapping[str, Field]) -> Term:
    """Return that what is written in a field is one of the values that stand for the others.

    A field that is compared with another may also have that one's value, or be just beside it.
    """
    values = item.subject.values
    if not isinstance(values, Ordered):
        return smt.YES
    beside = [
        values.term == smt.amount(known + step)
        for other in linked.get(item.subject.rule_field.name, ())
        if isinstance(known := fields[other].known, Fraction)
        for step in (-1, 0, 1)
    ]
    near = [values.term == smt.amount(candidate) for candidate in candidates(values)]
    return smt.if_then(item.subject.readable, smt.any_of([*near, *beside]))


def candidates(values: Ordered) -> tuple[Fraction, ...]:
    """Return the numbers a change may lead to, ascending: each end that clauses mention, and what lies beside it."""
    found = set(values.points)
    ends = sorted({*values.mentioned, *values.domain.ends()})
    for below, end in zip([None, *ends], ends, strict=False):
        beside = end - 1
        if below is not None and beside <= below and values.kind not in {FieldType.INT, FieldType.DATE}:
            beside = (below + end) / 2
        if not Span(low=beside, high=beside).meets(values.domain).empty():
            found.add(beside)
    return tuple(sorted(found))


def _oddities(item: Field) -> list[Term]:
    """Return what makes a change one that a person would think of last."""
    odd = [item.subject.empty]
    if item.absent:
        odd.append(smt.YES)
    values = item.subject.values
    if isinstance(values, Words):
        odd.append(smt.opposite(values.plain()) if values.mentioned else smt.YES)
    elif not (isinstance(values, Ordered) and isinstance(item.known, Fraction)):
        odd.append(smt.opposite(values.plain()))
    return odd


def _distances(item: Field) -> list[Term]:
    """Return how far a field goes from what it holds: numbers by their size, dates by years, lists by words."""
    values = item.subject.values
    if isinstance(values, Lists):
        steps = _steps(values, item.known if isinstance(item.known, tuple) else ())
        return [smt.if_so(item.changed, step) for step in steps]
    if not isinstance(values, Ordered) or not isinstance(item.known, Fraction):
        return []
    unit = Fraction(_YEAR) if values.kind is FieldType.DATE else max(abs(item.known), Fraction(1))
    far = smt.apart(smt.fraction(values.term), smt.fraction(smt.amount(item.known))) / smt.amount(unit)
    return [smt.if_so(smt.all_of([item.changed, item.subject.readable]), far)]


def _steps(values: Lists, held: Sequence[str]) -> list[Term]:
    """Return the words that a list gains and loses, and how many more or fewer there are than these make."""
    steps = []
    for spelling in values.spellings:
        forms = {spelling.form(word) for word in held}
        strange = any(form not in spelling.words for form in forms)
        steps += [smt.opposite(term) if word in forms else term for word, term in spelling.words.items()]
        steps.append(smt.opposite(spelling.others) if strange else spelling.others)
    loosest = values.spellings[0]
    forms = {loosest.form(word) for word in held}
    known = len(forms & loosest.words.keys()) + any(form not in loosest.words for form in forms)
    # As long as it was, and longer or shorter by the words it gains or loses.
    expected = smt.how_many([*loosest.words.values(), loosest.others]) + (len(held) - known)
    return [smt.how_many(steps), smt.apart(values.count, expected)]


def _read(item: Field, model: Model) -> WitnessValue:
    """Return what the field holds instead; of a list as much as can be stays."""
    values = item.subject.values
    if model.number(item.subject.state) == BLANK:
        return None
    if isinstance(values, Lists) and isinstance(item.known, tuple) and item.state == OK:
        return _edited(values, item.known, model)
    return item.subject.read(model)


def _edited(values: Lists, held: Sequence[str], model: Model) -> tuple[str, ...]:
    found = values.read(model)
    new = found if isinstance(found, tuple) else ()
    spelling = values.spellings[-1]
    wanted = {spelling.form(word) for word in new}
    others = model.holds(spelling.others)

    def stays(word: str) -> bool:
        form = spelling.form(word)
        return form in wanted or (others and form not in spelling.words)

    kept = [word for word in held if stays(word)]
    strange = any(spelling.form(word) not in spelling.words for word in kept)
    forms = {spelling.form(word) for word in kept}
    added = [
        word
        for word in dict.fromkeys(new)
        if spelling.form(word) not in forms and not (strange and spelling.form(word) not in spelling.words)
    ]
    short = int(model.number(values.count)) - len(kept) - len(added)
    return (*kept, *added, *[(added or kept or [""])[-1]] * max(0, short))
