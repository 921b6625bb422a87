"""The proof of how two definitions of a segment lie to each other, with records that show it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from segaudit.model.conditions import clause_key
from segaudit.model.proofs import Witness
from segaudit.model.rules_diff import Comparison, Match, Relation
from segaudit.model.segments import Assignment, RuleBook, Schema, Segment
from segaudit.segments.diff_book import Book, differently_typed, first_name, join_books, second_name, setting_of
from segaudit.segments.proof import smt
from segaudit.segments.proof.inquiry import Inquiry
from segaudit.segments.proof.reasons import TRUE, Goal
from segaudit.segments.proof.record import UNREADABLE, Setting
from segaudit.segments.proof.smt import Answer, Term
from segaudit.segments.proof.values import Flags, Ordered
from segaudit.segments.proof.verdicts import clauses_behind

_NOT_TRUE = Goal(of=True, is_not=True)
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """What is proved of two segments, and records that may show the rest."""

    a_in_b: bool
    b_in_a: bool
    disjoint: bool
    only_a: tuple[Witness, ...] = ()  # candidates, best first
    only_b: tuple[Witness, ...] = ()
    both: tuple[Witness, ...] = ()
    free: tuple[str, ...] = ()  # clauses that are not looked into
    typed: tuple[str, ...] = ()  # fields the two read as different types: nothing else is proved

    def comparison(self) -> Comparison:
        """Return the verdict; of the candidates only those that were confirmed may be left."""
        if self.typed:
            return Comparison(relation=Relation.NOT_COMPARABLE, because=self.typed)
        shown = bool(self.only_a), bool(self.only_b)
        if self.a_in_b and self.b_in_a:
            relation = Relation.SAME
        elif self.disjoint:
            relation = Relation.DISJOINT
        elif self.b_in_a and shown[0]:
            relation = Relation.NARROWER
        elif self.a_in_b and shown[1]:
            relation = Relation.WIDER
        elif all(shown) and self.both:
            relation = Relation.OVERLAPPING
        else:
            relation = Relation.NOT_PROVEN
        return Comparison(
            relation=relation,
            only_a=next(iter(self.only_a), None),
            only_b=next(iter(self.only_b), None),
            both=next(iter(self.both), None),
            because=self.free if relation is Relation.NOT_PROVEN else (),
            inside=_inside(self) if relation is Relation.NOT_PROVEN else "",
        )


def _inside(proved: Proved) -> str:
    return "b_in_a" if proved.b_in_a else "a_in_b" if proved.a_in_b else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairProof:
    """What is proved of one segment: by criteria, and after the order of a waterfall."""

    criteria: Proved
    membership: Proved | None  # None: neither stands in a waterfall


def prove_differences(
    a: RuleBook, b: RuleBook, schemas: tuple[Schema, Schema], segments: Sequence[Match], setting: Setting
) -> tuple[PairProof, ...]:
    """Prove how the definitions of some segments of two schemas lie to each other, in the order given.

    Args:
        a: One rule book.
        b: The other.
        schemas: A's schema and B's.
        segments: Their segments put side by side.
        setting: The day rules count from, and what fields can hold.
    """
    if not segments:
        return ()
    book = join_books(a, b, schemas, segments)
    inquiry = Inquiry(book.rules, book.pairs, setting_of(setting, book.twice))
    _tie(inquiry, book)
    number, apart = len(segments), differently_typed(a, b)
    ordered = any(schema.assign is Assignment.FIRST_MATCH for schema in schemas)
    return tuple(
        PairProof(
            criteria=_prove(inquiry, index, number + index, apart),
            membership=_prove(inquiry, 2 * number + index, 3 * number + index, apart) if ordered else None,
        )
        for index in range(number)
    )


def _tie(inquiry: Inquiry, book: Book) -> None:
    """Require that a field read twice has one cell: the same state, and where it can be read the same answers."""
    for name in book.twice:
        if name not in inquiry.subjects or second_name(name) not in inquiry.subjects:
            continue
        one, other = inquiry.subjects[name], inquiry.subjects[second_name(name)]
        inquiry.solver.require(one.state == other.state)
        kinds = (Ordered, Flags)
        if isinstance(one.values, kinds) and isinstance(other.values, kinds):
            inquiry.solver.require(smt.if_then(one.readable, one.values.term == other.values.term))
    for clause in book.mirrored:
        first = inquiry.verdicts.clauses.truth(clause)
        second = inquiry.verdicts.clauses.truth(replace(clause, field=second_name(clause.field)))
        same = smt.all_of([first.true == second.true, first.false == second.false])
        inquiry.solver.require(smt.if_then(inquiry.subjects[clause.field].readable, same))


def _prove(inquiry: Inquiry, a: int, b: int, apart: frozenset[str]) -> Proved:
    segments = inquiry.schema.segments
    ours, theirs = segments[a], segments[b]
    behind = list(clauses_behind(inquiry.rules, [(inquiry.schema, ours), (inquiry.schema, theirs)]))
    read = {first_name(name) for clause in behind for name in inquiry.verdicts.clauses.fields_of(clause)}
    if read & apart:
        return Proved(a_in_b=False, b_in_a=False, disjoint=False, typed=tuple(sorted(read & apart)))
    free = [clause for clause in behind if clause_key(clause) in inquiry.verdicts.clauses.free]
    one, other = inquiry.truths[a], inquiry.truths[b]
    left, right = smt.opposite(one.true), smt.opposite(other.true)
    a_in_b = inquiry.solver.ask(one.true, right) is Answer.NONE
    b_in_a = inquiry.solver.ask(other.true, left) is Answer.NONE
    disjoint = inquiry.solver.ask(one.true, other.true) is Answer.NONE
    both = () if disjoint else _together(inquiry, ours, theirs, one.true, other.true)
    spelled = tuple(item for witness in both for item in _spelled_otherwise(witness))
    looks_a, looks_b = ((one.true, other.false), (one.true, right)), ((other.true, one.false), (other.true, left))
    return Proved(
        a_in_b=a_in_b,
        b_in_a=b_in_a,
        disjoint=disjoint,
        only_a=() if a_in_b else (*_apart(inquiry, ours, theirs, looks_a), *spelled),
        only_b=() if b_in_a else (*_apart(inquiry, theirs, ours, looks_b), *spelled),
        both=both,
        free=tuple(dict.fromkeys(f"{first_name(c.field)} {c.operator}" for c in free))[:_MOST_NAMED],
    )


def _spelled_otherwise(witness: Witness) -> Iterator[Witness]:
    """Yield a record with a text in other case or with blanks around it, which the solver has no words for."""
    for name, value in witness.items():
        if isinstance(value, str) and value != UNREADABLE:
            yield {**witness, name: value.swapcase()}
            yield {**witness, name: f" {value} "}


def _apart(
    inquiry: Inquiry, inside: Segment, outside: Segment, looks: Sequence[tuple[Term, Term]]
) -> tuple[Witness, ...]:
    """Return records in one segment and not in the other, best first: rather excluded than not to be told."""
    found = []
    for flags in looks:
        model = inquiry.find(*flags)
        if model is not None:
            reason = inquiry.reason(model, [(inside, TRUE), (outside, _NOT_TRUE)])
            witness = inquiry.witness(model, reason)
            # Where a clause that is not looked into keeps a record out, a blank in its field does so for sure.
            blank = dict.fromkeys(clause.field for clause in inquiry.free() if clause.field in witness)
            found += [_in_files(item) for item in ([witness, {**witness, **blank}] if blank else [witness])]
    return tuple(found)


def _together(inquiry: Inquiry, ours: Segment, theirs: Segment, one: Term, other: Term) -> tuple[Witness, ...]:
    model = inquiry.find(one, other)
    if model is None:
        return ()
    return (_in_files(inquiry.witness(model, inquiry.reason(model, [(ours, TRUE), (theirs, TRUE)]))),)


def _in_files(witness: Witness) -> Witness:
    """Return a record with the fields as the files name them; a field read twice has one cell."""
    found = {first_name(name): value for name, value in witness.items()}
    return found | {name: value for name, value in witness.items() if first_name(name) == name}
