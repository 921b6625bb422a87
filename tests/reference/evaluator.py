"""Which segments hold one record, worked out condition by condition."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from tests.reference.clauses import (
    PLACES,
    TWO_FIELD,
    Column,
    Reading,
    decide,
    decide_fields,
    decide_place,
    negate,
)
from tests.reference.values import Truth, read_cell

Rules: TypeAlias = dict[str, Any]
Record: TypeAlias = dict[str, str | None]

SETTINGS = ("missing", "case", "trim")
GROUPS = frozenset({"all", "any", "none", "not", "not_all", "at_least"})
_POLICIES: dict[str, Truth] = {"unknown": None, "exclude": False, "include": True}


class MissingValueError(Exception):
    """A clause whose policy is `missing: error` came out UNKNOWN."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one schema says about one record."""

    label: str
    members: tuple[str, ...]  # segments whose membership is TRUE
    undecided: tuple[str, ...]  # segments whose membership is UNKNOWN
    verdicts: dict[str, Truth]  # per segment, its criteria and not its exclusions


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a clause reads text, and what it makes of UNKNOWN."""

    missing: str = "unknown"
    case: str = "fold"
    trim: bool = True

    def override(self, mapping: Mapping[str, Any]) -> "Settings":
        """Return these settings with those that a schema, segment or clause writes itself."""
        return Settings(**{name: mapping.get(name, getattr(self, name)) for name in SETTINGS})


def evaluate(rules: Rules, record: Record, as_of: date) -> dict[str, Outcome]:
    """Assign one record in every schema.

    Args:
        rules: A rules file as a YAML 1.2 parser gives it.
        record: Raw cells by canonical field name; None is null, and a field that no column provides is absent.
        as_of: The day that relative dates count from.

    Returns:
        One outcome per schema, in the order written.

    Raises:
        MissingValueError: A clause with `missing: error` is UNKNOWN for this record.
        NotImplementedError: An operator lies outside what this reading covers.
    """
    evaluation = _Evaluation(rules, record, as_of)
    return {name: evaluation.outcome(name) for name in rules["schemas"]}


def all_of(truths: Iterable[Truth]) -> Truth:
    """Kleene's AND: FALSE if any is, else UNKNOWN if any is, else TRUE."""
    seen = list(truths)
    if False in seen:
        return False
    return None if None in seen else True


def any_of(truths: Iterable[Truth]) -> Truth:
    """Kleene's OR: TRUE if any is, else UNKNOWN if any is, else FALSE."""
    seen = list(truths)
    if True in seen:
        return True
    return None if None in seen else False


def at_least(needed: int, truths: Iterable[Truth]) -> Truth:
    """TRUE once enough are TRUE, FALSE once the UNKNOWN ones cannot help any more."""
    seen = list(truths)
    sure, possible = seen.count(True), seen.count(True) + seen.count(None)
    if sure >= needed:
        return True
    return False if possible < needed else None


class _Evaluation:
    """One record against one rules file; every verdict is worked out once."""

    def __init__(self, rules: Rules, record: Record, as_of: date) -> None:
        self.rules = rules
        self.record = record
        self.as_of = as_of
        self.defaults = Settings().override(rules.get("defaults") or {})
        self.known: dict[tuple[str, str], Truth] = {}
        self.open: list[tuple[str, str]] = []  # what is being worked out, outermost first

    # -- schemas

    def outcome(self, schema: str) -> Outcome:
        """Return label, members and verdicts of one schema."""
        segments = self.rules["schemas"][schema]["segments"]
        membership = {segment: self.membership(schema, segment) for segment in segments}
        verdicts = {segment: self.verdict(schema, segment) for segment in segments}
        return Outcome(
            label=_label(self.rules["schemas"][schema], verdicts),
            members=tuple(segment for segment, truth in membership.items() if truth is True),
            undecided=tuple(segment for segment, truth in membership.items() if truth is None),
            verdicts=verdicts,
        )

    def membership(self, schema: str, segment: str) -> Truth:
        """Return whether the record belongs: in a waterfall, only where no earlier segment takes it."""
        own = self.verdict(schema, segment)
        if self.rules["schemas"][schema]["assign"] != "first_match":
            return own
        names = list(self.rules["schemas"][schema]["segments"])
        earlier = [self.verdict(schema, name) for name in names[: names.index(segment)]]
        if own is False or True in earlier:
            return False
        return own

    def verdict(self, schema: str, segment: str) -> Truth:
        """Return the segment's criteria and none of its exclusions."""
        key = (schema, segment)
        if key not in self.known:
            self._enter(key)
            self.known[key] = self._work_out(schema, segment)
            self.open.pop()
        return self.known[key]

    def _work_out(self, schema: str, segment: str) -> Truth:
        outer = self.rules["schemas"][schema]
        body = outer["segments"][segment]
        settings = self.defaults.override(outer).override(body)
        excluded = any_of(self.judge(item, settings) for item in _items(body.get("exclude") or []))
        return all_of([self.judge(body["criteria"], settings), negate(excluded)])

    def _enter(self, key: tuple[str, str]) -> None:
        if key in self.open:
            raise ValueError(f"a cycle: {[*self.open, key]}")
        self.open.append(key)

    # -- conditions

    def judge(self, condition: object, settings: Settings) -> Truth:
        """Judge a condition; a list, and a mapping with several entries, mean all of them."""
        if isinstance(condition, list):
            return all_of(self.judge(item, settings) for item in condition)
        if not isinstance(condition, dict) or not condition:
            raise ValueError(f"not a condition: {condition!r}")
        return all_of(self._judge_entry(name, body, settings) for name, body in condition.items())

    def _judge_entry(self, name: str, body: Any, settings: Settings) -> Truth:  # noqa: ANN401 - as YAML gives it
        """Judge one group, reference or field."""
        if name == "predicate":
            return self._judge_predicate(body, settings)
        if name == "segment":
            schema, _, segment = body.partition(".")
            return self.membership(schema, segment)
        if name in GROUPS:
            return self._judge_group(name, body, settings)
        return self._judge_field(name, body, settings)

    def _judge_group(self, name: str, body: Any, settings: Settings) -> Truth:  # noqa: ANN401 - as YAML gives it
        """Combine the members of a group by Kleene's tables."""
        if name == "not":
            return negate(self.judge(body, settings))
        if name == "at_least":
            return at_least(body["n"], self._judge_each(body["of"], settings))
        truth = (all_of if name in ("all", "not_all") else any_of)(self._judge_each(body, settings))
        return negate(truth) if name in ("none", "not_all") else truth

    def _judge_each(self, conditions: object, settings: Settings) -> list[Truth]:
        return [self.judge(item, settings) for item in _items(conditions)]

    def _judge_predicate(self, name: str, settings: Settings) -> Truth:
        """Judge a predicate as if it were written where it is used."""
        self._enter(("predicate", name))
        truth = self.judge(self.rules["predicates"][name], settings)
        self.open.pop()
        return truth

    # -- fields

    def _judge_field(self, name: str, body: Mapping[str, Any], settings: Settings) -> Truth:
        """Judge every operator beside a field, each under the clause's own policy."""
        own = settings.override(body)
        operators = {key: operand for key, operand in body.items() if key not in SETTINGS}
        if not operators:
            raise ValueError(f"no operator for {name!r}")
        return all_of([self._judge_clause(name, key, operand, own) for key, operand in operators.items()])

    def _judge_clause(self, field: str, name: str, operand: object, settings: Settings) -> Truth:
        """Judge one clause and let its `missing` policy settle an UNKNOWN."""
        reading = Reading(as_of=self.as_of, case=settings.case, trim=settings.trim)
        if name in TWO_FIELD:
            truth = decide_fields(name, self._column(field), self._column(str(operand)), reading)
        elif name in PLACES:
            truth = decide_place(name, operand, self._column(field), self._country(field))
        else:
            truth = decide(name, operand, self._column(field), reading)
        if truth is not None:
            return truth
        if settings.missing == "error":
            raise MissingValueError(f"{field}: {name} is UNKNOWN")
        return _POLICIES[settings.missing]

    def _country(self, field: str) -> Column | None:
        """Return the country beside a state: of the same address, else the record's."""
        names = (field.replace("state", "country"), "country")
        beside = next((name for name in names if name != field and name in self.rules["fields"]), None)
        return None if beside is None else self._column(beside)

    def _column(self, name: str) -> Column:
        """Read a field of the record; one that no column provides is missing."""
        field = self.rules["fields"][name]
        cell = read_cell(self.record.get(name), field)
        return Column(type=field["type"], cell=cell, currency=field.get("currency"))


def _items(conditions: object) -> list[object]:
    """Return the members of a group; a bare condition is a group of one."""
    return conditions if isinstance(conditions, list) else [conditions]


def _label(schema: Mapping[str, Any], verdicts: Mapping[str, Truth]) -> str:
    """Return what is written into the record for one schema."""
    matched = [segment for segment, truth in verdicts.items() if truth is True]
    otherwise = str(schema.get("else", "unplaced"))
    if not matched:
        return str(schema.get("undecided", otherwise)) if None in verdicts.values() else otherwise
    if schema["assign"] == "all_matches":
        return "; ".join(matched)
    if schema["assign"] == "exactly_one" and len(matched) > 1:
        return str(schema.get("conflict", "conflict"))
    return matched[0]
