"""Conditions to SQL: each different clause becomes one column, groups combine those columns by Kleene's tables."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

from sqlglot import expressions as exp

from segaudit.model.conditions import (
    Clause,
    Condition,
    Group,
    GroupKind,
    MissingPolicy,
    Operand,
    PredicateRef,
    RelatedClause,
    SegmentRef,
    clause_key,
)
from segaudit.model.fields import FieldType
from segaudit.model.segments import RuleField
from segaudit.sql.cells import PLACEHOLDER
from segaudit.sql.operators import OPERATORS, Context, Operator, Part, TextTest, operator_for
from segaudit.sql.operators.expressions import (
    all_of,
    any_of,
    decide,
    in_currency,
    interval_verdict,
    literal,
)


@dataclass(slots=True)
class ClauseColumns:
    """The clauses met so far, each with the column that will hold its verdict."""

    context: Context
    names: dict[Hashable, str] = field(default_factory=dict)
    expressions: dict[str, exp.Expr] = field(default_factory=dict)  # column -> verdict over the records table
    clauses: dict[str, Clause] = field(default_factory=dict)  # column -> the first clause that asked for it

    def name(self, clause: Clause) -> str:
        """Return the column of a clause; equal clauses share one."""
        key = clause_key(clause)
        if key not in self.names:
            name = f"k{len(self.names)}"
            self.names[key] = name
            self.clauses[name] = clause
            self.expressions[name] = clause_verdict(clause, self.context)
        return self.names[key]

    def column(self, clause: Clause) -> exp.Column:
        """Return the verdict of a clause as a column."""
        return exp.column(self.name(clause), quoted=True)


def membership_column(ref: SegmentRef) -> exp.Column:
    """Return the column that holds whether a record is in a segment."""
    return exp.column(f"m__{ref.schema}__{ref.segment}", quoted=True)


def condition_verdict(condition: Condition, columns: ClauseColumns) -> exp.Expr:
    """Return the three-valued verdict of a condition over clause and membership columns."""
    match condition:
        case Clause():
            return columns.column(condition)
        case SegmentRef():
            return membership_column(condition)
        case PredicateRef():
            return condition_verdict(condition.condition, columns)
        case Group():
            members = [condition_verdict(member, columns) for member in condition.members]
            return exp.paren(_combined(condition, members))


def _combined(group: Group, members: list[exp.Expr]) -> exp.Expr:
    match group.kind:
        case GroupKind.ALL:
            return all_of(members)
        case GroupKind.ANY:
            return any_of(members)
        case GroupKind.NONE:
            return exp.not_(exp.paren(any_of(members)))
        case GroupKind.NOT | GroupKind.NOT_ALL:
            return exp.not_(exp.paren(all_of(members)))
        case GroupKind.AT_LEAST:
            return _at_least(group.at_least, members)
        case GroupKind.SCORE:
            return interval_verdict(*score_ends(group.points, members), group.bounds)


def score_ends(points: Sequence[float], verdicts: Sequence[exp.Expr]) -> tuple[exp.Expr, exp.Expr]:
    """Return the least and the most points a record has: a part that cannot be told may count or not."""
    low: list[exp.Expr] = []
    high: list[exp.Expr] = []
    for number, verdict in zip(points, verdicts, strict=True):
        fails = exp.not_(exp.paren(verdict.copy()))
        sure = exp.Case().when(verdict.copy(), literal(number)).else_(literal(0))
        may = exp.Case().when(fails, literal(0)).else_(literal(number))
        low.append(sure if number >= 0 else may)
        high.append(may if number >= 0 else sure)
    return _sum(low), _sum(high)


def _at_least(least: int, members: list[exp.Expr]) -> exp.Expr:
    """Return TRUE if enough hold, FALSE if even all that are unknown would not make up for it."""
    holds = _sum([exp.Case().when(member.copy(), _number(1)).else_(_number(0)) for member in members])
    may = _sum(
        [exp.Case().when(exp.not_(exp.paren(member.copy())), _number(0)).else_(_number(1)) for member in members]
    )
    return decide(exp.GTE(this=holds, expression=_number(least)), exp.LT(this=may, expression=_number(least)))


def _number(value: int) -> exp.Expr:
    return exp.Literal.number(value)


def _sum(terms: Sequence[exp.Expr]) -> exp.Expr:
    total = terms[0]
    for term in terms[1:]:
        total = exp.Add(this=total, expression=term)
    return exp.paren(total)


def clause_verdict(clause: Clause, context: Context) -> exp.Expr:
    """Return the three-valued verdict of a clause over the records table."""
    if clause.operator == "bucket":
        return _bucket(clause, context)
    if isinstance(clause, RelatedClause):
        return _with_policy(clause.options.missing, context.columns.rows(clause))
    rule_field = context.fields[clause.field]
    operator = operator_for(clause.operator, rule_field.type)
    if operator is None:
        raise KeyError(clause.operator)
    verdict = operator.build(rule_field, clause.operand, clause.options, context)
    if operator.other_field:
        verdict = _in_its_currency(context.fields[str(clause.operand)], verdict, context)
    elif not operator.decided:
        verdict = _never_happened(rule_field, operator, verdict, context)
    if not operator.decided:
        verdict = _in_its_currency(rule_field, verdict, context)
    return _with_policy(clause.options.missing, verdict)


def _with_policy(policy: MissingPolicy, verdict: exp.Expr) -> exp.Expr:
    if policy is MissingPolicy.EXCLUDE:
        return exp.func("COALESCE", verdict, exp.false())
    if policy is MissingPolicy.INCLUDE:
        return exp.func("COALESCE", verdict, exp.true())
    return verdict


def _in_its_currency(rule_field: RuleField, verdict: exp.Expr, context: Context) -> exp.Expr:
    """Leave an amount in another currency than the field's undecided; an amount without one is in the field's."""
    fits = in_currency(rule_field, context)
    return verdict if fits is None else exp.Case().when(fits, verdict)


def _never_happened(rule_field: RuleField, operator: Operator, verdict: exp.Expr, context: Context) -> exp.Expr:
    """Decide what is asked of a date whose blank means that it never happened."""
    if rule_field.type is not FieldType.DATE or rule_field.blank_means != "never":
        return verdict
    blank = context.columns.part(rule_field.name, Part.STATE) <= PLACEHOLDER
    return exp.Case().when(blank, literal(operator.negative)).else_(verdict)


def _bucket(clause: Clause, context: Context) -> exp.Expr:
    operand = clause.operand
    if not isinstance(operand, dict):
        raise TypeError(operand)
    test = TextTest("bucket", (str(operand["salt"]), float(str(operand["percent"]))))
    return context.columns.test(context.bucket_by, test)


# Operators that want all of a list; of others any one will do.
_MOST_VALUES, _VALUES_TOLD = 8, 5  # of a list in a reason: longer ones are told by their first values
_WANT_ALL = frozenset({"between", "not_between", "range", "has_all", "exactly"})


def operand_words(operand: Operand, word: str = "and") -> str:
    """Return an operand as people read it; the word stands before the last of a list."""
    match operand:
        case bool():
            return "yes" if operand else "no"
        case float():
            return f"{operand:,.10g}"
        case tuple():
            return _listed([operand_words(item) for item in operand], word)
        case dict():
            return ", ".join(f"{key.replace('_', ' ')} {operand_words(value)}" for key, value in operand.items())
        case _:
            return str(operand)


_COMPARED = {"eq": "", "ne": "not ", "gt": "above ", "gte": "at least ", "lt": "below ", "lte": "at most "}


def bound_words(bounds: Operand) -> str:
    """Return comparisons as people read them: ``at least 2 and below 5``."""
    if not isinstance(bounds, dict):
        raise TypeError(bounds)
    return " and ".join(f"{_COMPARED[name]}{operand_words(bound)}" for name, bound in bounds.items())


def score_words(group: Group) -> str:
    """Return what is asked of a score as people read it."""
    return f"{group.name} is {bound_words(group.bounds)} points"


def _listed(words: list[str], word: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {word} {words[-1]}"


def related_words(clause: RelatedClause) -> str:
    """Return a clause on related rows as people read it: ``deals: has at least 2 where deal stage is Won``."""
    operand = clause.operand if isinstance(clause.operand, dict) else {}
    operator = operator_for(clause.operator, FieldType.ROWS)
    if operator is None:
        raise KeyError(clause.operator)
    told = [operand_words(operand[key]) for key in ("n", "of", "by") if key in operand]
    bounds = operand.get("bounds")
    if bounds is not None and "n" not in operand:
        told.append(bound_words(bounds))
    words = f"{clause.field}: {operator.words.format(*told)}"
    if clause.where is not None:
        words += f" where {_inner_words(clause.where)}"
    return f"{words} meets {_inner_words(clause.test)}" if clause.test is not None else words


def _inner_words(condition: Condition) -> str:
    """Return a condition on related rows; the fields' types are not at hand, and the words do not depend on them."""
    match condition:
        case Clause():
            named = next(item for item in OPERATORS if item.name == condition.operator)
            words = named.words.removesuffix(": {}") if condition.operand is True else named.words
            return f"{condition.field} {filled_words(named, words, condition.operand)}"
        case PredicateRef():
            return condition.name
        case Group():
            words_of = [_inner_words(member) for member in condition.members]
            return GROUP_WORDS[condition.kind].format(" and ".join(words_of), ", ".join(words_of), condition.at_least)
        case SegmentRef():
            return f"in {condition.schema}.{condition.segment}"


GROUP_WORDS = {
    GroupKind.ALL: "{0}",
    GroupKind.ANY: "any of: {1}",
    GroupKind.NONE: "none of: {1}",
    GroupKind.NOT: "not: {0}",
    GroupKind.NOT_ALL: "not all of: {1}",
    GroupKind.AT_LEAST: "at least {2} of: {1}",
    GroupKind.SCORE: "points for: {1}",
}


def clause_words(clause: Clause, kind: FieldType, *, shorten: bool = False) -> str:
    """Return a clause as people read it: ``employees is between 51 and 500``; of a long list the first few values."""
    if clause.operator == "bucket":
        operand = clause.operand if isinstance(clause.operand, dict) else {}
        return f"{clause.field} falls in the {operand_words(operand.get('percent', 0.0))} % bucket"
    if isinstance(clause, RelatedClause):
        return related_words(clause)
    operator = operator_for(clause.operator, kind)
    if operator is None:
        raise KeyError(clause.operator)
    words = operator.words
    if words.endswith(": {}") and isinstance(clause.operand, bool):
        # "is filled: yes" reads better as "is filled", and "is filled: no" as it stands.
        words = words.removesuffix(": {}") if clause.operand else words
    return f"{clause.field} {filled_words(operator, words, clause.operand, shorten=shorten)}"


def filled_words(operator: Operator, words: str, operand: Operand, *, shorten: bool = False) -> str:
    """Return what an operator says with its operand filled in; two gaps take the two ends of a pair."""
    told = operator.shown(operand)
    if shorten and isinstance(told, tuple) and len(told) > _MOST_VALUES:
        told = (*told[:_VALUES_TOLD], f"{len(told) - _VALUES_TOLD} others")
    if words.count("{}") > 1 and isinstance(told, tuple):
        return words.format(*map(operand_words, told))
    return words.format(operand_words(told, "and" if operator.name in _WANT_ALL else "or"))
