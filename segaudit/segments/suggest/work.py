"""What all suggestions about segments that are there begin with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.model.conditions import ClauseOptions, Condition, Place
from segaudit.model.segments import RuleBook, RuleField, Schema
from segaudit.model.suggestions import Feature, Outcome, Plain, SuggestRules
from segaudit.rulebook.conditions import ConditionReader
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.problems import Problems
from segaudit.rulebook.yaml_nodes import YamlList, YamlMap, YamlNode, YamlScalar, load_plain
from segaudit.segments.decide import DECISIONS
from segaudit.segments.program import membership_name
from segaudit.segments.suggest.figures import MEMBERS, Counts
from segaudit.segments.suggest.request import SEARCH
from segaudit.sql.conditions import ClauseColumns, condition_verdict
from segaudit.sql.operators import Columns, Context
from segaudit.sql.records import RecordSource, create_records

_TRIED = "suggest_tried"
_PLACE = Place(file="suggested", line=1, column=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Segments that are there, decided, and what records came to."""

    rules: RuleBook
    judged: tuple[Schema, ...]
    written: Mapping[tuple[str, str], dict[str, Any]]  # schema, segment -> its map, as its file has it
    members: Mapping[tuple[str, str], str]  # schema, segment -> column of MEMBERS
    features: tuple[Feature, ...]
    counts: Mapping[tuple[str, str], Counts]  # by schema and segment, as they are
    outcomes: tuple[Outcome, ...]  # the first is the one suggestions rest on
    overlapping: Mapping[tuple[str, str, str], int]  # schema, two segments -> records in both, where there are any
    undecided: Mapping[tuple[str, str], tuple[int, int]]  # of a segment: records it is open for; that meet its criteria
    circular: Mapping[str, tuple[str, ...]]  # schema -> fields that are the outcome, or follow from it
    data: RecordSource  # with a reading of each feature
    lists: Mapping[str, Sequence[str]]
    location: RulesLocation
    limits: SuggestRules
    day: date
    rows: int
    engine: Engine

    @property
    def outcome(self) -> Outcome | None:
        """Return what suggestions rest on."""
        return self.outcomes[0] if self.outcomes else None

    def column(self, schema: str, segment: str) -> str:
        """Return the column of MEMBERS that says who is in a segment."""
        return self.members[schema, segment]

    def fields(self) -> dict[str, RuleField]:
        """Return all fields conditions may name."""
        own = {
            item.name: RuleField(name=item.name, type=item.type, column=item.header)
            for item in self.features
            if item.name not in self.rules.fields
        }
        return {**self.rules.fields, **own}

    def declared(self, names: Sequence[str]) -> dict[str, Mapping[str, Plain]]:
        """Return what a rules file has to declare of features to read them."""
        known = {name for name, item in self.rules.fields.items() if item.place is not None}
        found = {item.name: item.declared for item in self.features if item.name in names}
        return {name: said for name, said in found.items() if said and name not in known}


def written_segments(rules: RuleBook) -> dict[tuple[str, str], dict[str, Any]]:
    """Return each segment's map as its file has it."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for file in rules.files:
        document = load_plain(Path(file))
        for schema, body in (document.get("schemas") or {}).items():
            found |= {(schema, name): segment for name, segment in body["segments"].items()}
    return found


def create_members(schemas: Sequence[Schema], engine: Engine) -> dict[tuple[str, str], str]:
    """Create MEMBERS: the table of the search, and who is in which segment; return the segments' columns."""
    names = {(schema.id, segment.id): membership_name(schema, segment) for schema in schemas
             for segment in schema.segments}  # fmt: skip
    columns = {key: f"m{place}" for place, key in enumerate(names)}
    flags = "".join(f', coalesce(d."{names[key]}", false) AS {column}' for key, column in columns.items())
    joined = f" JOIN {DECISIONS} d ON d._row = s._row" if columns else ""
    engine.create(MEMBERS, f"SELECT s.*{flags} FROM {SEARCH} s{joined}")
    return columns


def read_condition(plain: Plain, work: Work) -> Condition:
    """Return a condition written as in a rules file.

    Raises:
        RuleErrors: It is none.
    """
    problems = Problems()
    reader = ConditionReader(work.fields(), {}, problems, location=work.location)
    condition = reader.read(to_node(plain), ClauseOptions())
    problems.raise_if_any()
    if condition is None:
        raise ValueError(plain)
    return condition


def to_node(plain: Plain) -> YamlNode:
    """Return plain values as if they had been read."""
    if isinstance(plain, dict):
        return YamlMap({key: (_PLACE, to_node(value)) for key, value in plain.items()}, _PLACE)
    if isinstance(plain, list):
        return YamlList(tuple(to_node(item) for item in plain), _PLACE)
    return YamlScalar(plain, _PLACE)


def create_tried(conditions: Sequence[Condition], work: Work) -> str:
    """Create MEMBERS with a column t<i> for each condition: TRUE where it holds, else FALSE; return its name.

    Each condition is decided as it would be in the rules, of all records.
    """
    columns = Columns()
    fields = work.fields()
    context = Context(columns=columns, as_of=work.day, fields=fields, lists=work.lists)
    clauses = ClauseColumns(context)
    verdicts = [condition_verdict(item, clauses) for item in conditions]
    cells = f"{_TRIED}_cells"
    create_records(work.data, fields, columns, work.engine, name=cells)
    decided = exp.select("*", *[exp.alias_(sql.copy(), name, quoted=True) for name, sql in clauses.expressions.items()])
    named = [
        exp.alias_(exp.func("COALESCE", exp.paren(verdict.copy()), exp.false()), f"t{place}")
        for place, verdict in enumerate(verdicts)
    ]
    query = exp.select("_row", *named).from_(decided.from_(cells).subquery("d"))
    work.engine.create(f"{_TRIED}_verdicts", query.sql(dialect=work.engine.dialect))
    flags = "".join(f", v.t{place}" for place in range(len(conditions)))
    work.engine.define(_TRIED, f"SELECT m.*{flags} FROM {MEMBERS} m JOIN {_TRIED}_verdicts v ON v._row = m._row")
    return _TRIED
