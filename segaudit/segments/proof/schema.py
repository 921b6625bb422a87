"""The proof of one schema: which of its segments meet, hold nothing, are shadowed, and what they leave out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from segaudit.model.conditions import Clause, Condition, Group, GroupKind, PredicateRef, SegmentRef
from segaudit.model.proofs import (
    GapProof,
    PairProof,
    PairVerdict,
    ShadowProof,
    UnreachableProof,
    Witness,
    WitnessValue,
)
from segaudit.model.segments import Assignment, RuleBook, Schema, Segment
from segaudit.segments.proof import smt
from segaudit.segments.proof.clauses import STATE_OPERATORS, Clauses
from segaudit.segments.proof.reasons import FALSE, TRUE, Goal, Reason, Reasons
from segaudit.segments.proof.record import Setting, Subject, impose, subjects
from segaudit.segments.proof.smt import Answer, Model, Solver, Term
from segaudit.segments.proof.values import Ordered
from segaudit.segments.proof.verdicts import Verdicts, clauses_behind
from segaudit.sql.conditions import clause_words
from segaudit.sql.operators import operator_for

_MOST_GAPS = 5  # of a schema; more would say the same again


class SchemaProver:
    """Questions about the segments of one schema."""

    def __init__(self, rules: RuleBook, schema: Schema, setting: Setting) -> None:
        self._rules = rules
        self._schema = schema
        self._solver = Solver()
        by_field = _by_field(rules, schema)
        self._subjects = subjects(by_field, rules.fields, setting)
        impose(self._subjects, self._solver)
        self._strict, self._known, self._plain, self._near = map(smt.flag, ("strict", "known", "plain", "near"))
        self._verdicts = Verdicts(rules, Clauses(self._subjects, self._solver, self._strict), self._solver)
        self._define_flags(by_field)
        self._truths = [self._verdicts.verdict(schema, segment) for segment in schema.segments]
        self._reachable = [self._solver.ask(truth.true) is not Answer.NONE for truth in self._truths]

    def _define_flags(self, by_field: Mapping[str, Sequence[Clause]]) -> None:
        """Say what the flags mean that a question can ask for."""
        for name, subject in self._subjects.items():
            values = subject.values
            for wanted, term in ((self._plain, values.plain()), (self._near, values.near())):
                self._solver.require(smt.if_then(smt.all_of([wanted, subject.readable]), term))
            self._solver.require(smt.if_then(self._strict, subject.written_down()))
            self._solver.require(smt.if_then(self._known, subject.readable))
            # A gap is no matter of missing data: what is blank must be so because the rules speak of blanks.
            asked = any(clause.operator in STATE_OPERATORS for clause in by_field[name])
            may_be_blank = asked or subject.rule_field.blank_means is not None
            allowed = smt.any_of([subject.readable, subject.blank]) if may_be_blank else subject.readable
            self._solver.require(smt.if_then(self._settled, allowed))

    @property
    def _settled(self) -> Term:
        return smt.flag("settled")

    def free(self) -> tuple[Clause, ...]:
        """Return the clauses that the proof does not look into."""
        return tuple(self._verdicts.clauses.free.values())

    # ------------------------------------------------------------------------------------------------------- witnesses

    def _find(self, *flags: Term) -> Model | None:
        """Find a record that can be written down, with values that people recognise if there is one."""
        looks: tuple[tuple[Term, ...], ...] = (
            (self._known, self._plain, self._near),
            (self._known, self._near),
            (self._near,),
            (),
        )
        for look in looks:
            if self._solver.ask(self._strict, *look, *flags) is Answer.SOME:
                return self._solver.model()
        return None

    def _reason(self, model: Model, goals: Iterable[tuple[Segment, Goal]]) -> Reason:
        """Return the clauses that settle several verdicts."""
        reasons = Reasons(self._verdicts, model)
        found = [reasons.verdict(self._schema, segment, goal) or () for segment, goal in goals]
        return tuple(clause for reason in found for clause in reason)

    def _witness(self, model: Model, reason: Reason) -> Witness:
        """Return the fields that matter, without those whose value is what a blank means anyway."""
        by_field: dict[str, list[Clause]] = {}
        for clause in reason:
            for name in self._verdicts.clauses.fields_of(clause):
                by_field.setdefault(name, []).append(clause)
        witness: dict[str, WitnessValue] = {}
        for name in self._subjects:
            if name not in by_field:
                continue
            value = self._subjects[name].read(model)
            about_state = any(clause.operator in STATE_OPERATORS for clause in by_field[name])
            if about_state or value is None or not _is_meant(self._subjects[name], value):
                witness[name] = value
        return witness

    # ----------------------------------------------------------------------------------------------------------- pairs

    def pairs(self) -> tuple[PairProof, ...]:
        """Return how every two segments lie to each other."""
        return tuple(self._pair(a, b) for a, b in combinations(range(len(self._truths)), 2))

    def _pair(self, a: int, b: int) -> PairProof:
        one, other = self._truths[a], self._truths[b]
        segments = self._schema.segments
        answer = self._solver.ask(one.true, other.true)
        model = self._find(one.true, other.true) if answer is Answer.SOME else None
        witness = None
        if model is not None:
            witness = self._witness(model, self._reason(model, [(segments[a], TRUE), (segments[b], TRUE)]))
        return PairProof(
            schema=self._schema.id,
            a=segments[a].id,
            b=segments[b].id,
            verdict=self._pair_verdict(a, b, answer, found=witness is not None),
            witness=witness,
        )

    def _pair_verdict(self, a: int, b: int, answer: Answer, *, found: bool) -> PairVerdict:
        if answer is Answer.NONE:
            return PairVerdict.DISJOINT
        if answer is Answer.TIRED and not found:
            return PairVerdict.NOT_PROVEN
        match self._lies_in(a, b), self._lies_in(b, a):
            case True, True:
                return PairVerdict.EQUAL
            case True, _:
                return PairVerdict.A_IN_B
            case _, True:
                return PairVerdict.B_IN_A
        return PairVerdict.OVERLAP if found else PairVerdict.NOT_PROVEN

    def _lies_in(self, a: int, b: int) -> bool:
        """Tell whether it is proved that what the first holds the second holds."""
        return self._solver.ask(self._truths[a].true, smt.opposite(self._truths[b].true)) is Answer.NONE

    # ----------------------------------------------------------------------------------------- unreachable and shadowed

    def unreachable(self) -> tuple[UnreachableProof, ...]:
        """Return the segments that hold no record whatever, with the fewest parts that cannot all hold."""
        dead = [s for s, alive in zip(self._schema.segments, self._reachable, strict=True) if not alive]
        return tuple(
            UnreachableProof(schema=self._schema.id, segment=item.id, because=self._contradiction(item))
            for item in dead
        )

    def _contradiction(self, segment: Segment) -> tuple[str, ...]:
        parts: list[tuple[str, Term]] = [
            (self._words(part), self._verdicts.condition(part).true) for part in _parts(segment.criteria)
        ]
        parts += [(f"not {self._words(part)}", self._verdicts.condition(part).false) for part in segment.exclude]
        self._solver.mark()
        flags = [smt.flag(f"part {number}") for number in range(len(parts))]
        for wanted, (_, term) in zip(flags, parts, strict=True):
            self._solver.require(smt.if_then(wanted, term))
        kept = list(range(len(parts)))
        for number in range(len(parts)):
            rest = [other for other in kept if other != number]
            if self._solver.ask(*(flags[other] for other in rest)) is Answer.NONE:
                kept = rest
        self._solver.forget()
        return tuple(parts[number][0] for number in kept)

    def _words(self, condition: Condition) -> str:
        match condition:
            case Clause():
                return clause_words(condition, self._rules.fields[condition.field].type)
            case PredicateRef():
                return f"the predicate {condition.name}"
            case SegmentRef():
                return f"being in {condition.schema}.{condition.segment}"
            case Group():
                return f'the "{condition.kind.value}" of line {condition.place.line}'

    def shadowed(self) -> tuple[ShadowProof, ...]:
        """Return the segments of a waterfall whose every record is taken before it reaches them."""
        if self._schema.assign is not Assignment.FIRST_MATCH:
            return ()
        found = []
        for place, segment in enumerate(self._schema.segments):
            before = list(range(place))
            if not place or not self._reachable[place] or not self._takes_all(place, before):
                continue
            for other in range(place - 1, -1, -1):
                rest = [item for item in before if item != other]
                before = rest if self._takes_all(place, rest) else before
            by = tuple(self._schema.segments[item].id for item in before)
            found.append(ShadowProof(schema=self._schema.id, segment=segment.id, by=by))
        return tuple(found)

    def _takes_all(self, place: int, before: Sequence[int]) -> bool:
        left = [smt.opposite(self._truths[other].true) for other in before]
        return self._solver.ask(self._truths[place].true, *left) is Answer.NONE

    # ------------------------------------------------------------------------------------------------------------ gaps

    def gaps(self) -> tuple[tuple[GapProof, ...], bool]:
        """Return records that no segment holds though nothing is lacking, and whether there are provably no others."""
        fails = [truth.false for truth in self._truths]
        found: list[GapProof] = []
        self._solver.mark()
        while len(found) < _MOST_GAPS:
            model = self._find(self._settled, *fails)
            if model is None:
                break
            reason = self._reason(model, [(segment, FALSE) for segment in self._schema.segments])
            found.append(GapProof(schema=self._schema.id, witness=self._witness(model, reason)))
            self._solver.require(smt.opposite(self._around(model, reason)))
        self._solver.forget()
        unplaced = [smt.opposite(truth.true) for truth in self._truths]
        return tuple(found), not found and self._solver.ask(self._settled, *unplaced) is Answer.NONE

    def _around(self, model: Model, reason: Reason) -> Term:
        """Return the records that are in the same gap: alike in every clause, and on the same stretch of each number."""
        terms: list[Term] = []
        for clause in reason:
            truth = self._verdicts.clauses.truth(clause)
            terms += [part if model.holds(part) else smt.opposite(part) for part in (truth.true, truth.false)]
            subject = self._subjects[clause.field]
            if isinstance(subject.values, Ordered) and model.holds(subject.readable):
                terms.append(self._stretch(subject.values, model))
        return smt.all_of(terms)

    def _stretch(self, values: Ordered, model: Model) -> Term:
        """Return the numbers between the ends around the one found, as far as no segment begins."""
        raise NotImplementedError


def _is_meant(subject: Subject, value: WitnessValue) -> bool:
    means = subject.rule_field.blank_means
    return means is not None and means != "never" and type(means) is type(value) and means == value


def _parts(condition: Condition) -> tuple[Condition, ...]:
    """Return the conditions that all have to hold."""
    if isinstance(condition, Group) and condition.kind is GroupKind.ALL:
        return tuple(part for member in condition.members for part in _parts(member))
    return (condition,)


def _by_field(rules: RuleBook, schema: Schema) -> dict[str, list[Clause]]:
    """Return every clause the schema's segments hang on, by the fields they read."""
    found: dict[str, list[Clause]] = {}
    for clause in clauses_behind(rules, [(schema, segment) for segment in schema.segments]):
        found.setdefault(clause.field, []).append(clause)
        known = operator_for(clause.operator, rules.fields[clause.field].type)
        if known is not None and known.other_field:
            found.setdefault(str(clause.operand), [])
    return found


@dataclass(frozen=True, slots=True)
class _Unused:
    pass
