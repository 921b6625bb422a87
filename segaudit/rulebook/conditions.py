"""Conditions from YAML: groups, clauses, predicates and references to segments."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from segaudit.errors import SegauditError
from segaudit.model.conditions import (
    Clause,
    ClauseOptions,
    Condition,
    Group,
    GroupKind,
    MissingPolicy,
    Operand,
    Place,
    PredicateRef,
    SegmentRef,
)
from segaudit.model.fields import FieldType
from segaudit.model.segments import RuleField, Score
from segaudit.rulebook.clauses import ClauseReader
from segaudit.rulebook.consent import consent_condition, load_consent
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.problems import Problems
from segaudit.rulebook.related import RelatedReader
from segaudit.rulebook.scores import ScoreReader, score_condition
from segaudit.rulebook.suggest import did_you_mean
from segaudit.rulebook.yaml_nodes import YamlList, YamlMap, YamlNode, YamlScalar, plain

OPTION_KEYS = ("missing", "case", "trim")
_GROUPS = {kind.value: kind for kind in GroupKind if kind is not GroupKind.SCORE}
# The bucket of a record is decided by its id.
_BUCKET_FIELD = "record_id"
_WHOLE = 100  # percent
_MOST_CONDITIONS = 50_000
_DEEPEST_PREDICATE = 50  # predicates within predicates


def read_options(node: YamlMap, inherited: ClauseOptions, problems: Problems) -> ClauseOptions:
    """Return the options a map states, over those it inherits."""
    options = inherited
    for key, place, value in node.items():
        if key not in OPTION_KEYS:
            continue
        word = plain(value)
        if key == "missing":
            if word in {policy.value for policy in MissingPolicy}:
                options = replace(options, missing=MissingPolicy(word), missing_stated=True)
            else:
                problems.add(place, f'missing cannot be "{word}"', "write " + ", ".join(MissingPolicy))
        elif key == "case":
            if word in {"fold", "exact"}:
                options = replace(options, fold_case=word == "fold")
            else:
                problems.add(place, f'case cannot be "{word}"', "write fold or exact")
        elif isinstance(word, bool):
            options = replace(options, trim=word)
        else:
            problems.add(place, f'trim cannot be "{word}"', "write true or false")
    return options


@dataclass
class ConditionReader:
    """Reads conditions against the fields and predicates of one rule book."""

    fields: Mapping[str, RuleField]
    predicates: Mapping[str, YamlNode]
    problems: Problems
    scores: Mapping[str, tuple[Place, YamlNode]] = field(default_factory=dict)
    count: int = 0  # conditions read so far
    can_declare: bool = True  # the file has a place where fields are declared
    location: RulesLocation = field(default_factory=lambda: RulesLocation.at(None))  # of what rules look up
    lists: dict[str, None] = field(default_factory=dict)  # takes the files of values that were read

    def read(self, node: YamlNode, options: ClauseOptions, inside: tuple[str, ...] = ()) -> Condition | None:
        """Read a condition; None if it is wrong, in which case the problems say how.

        Args:
            node: A map of groups and clauses, or a list, which means all of it.
            options: What clauses inherit.
            inside: Predicates being opened, outermost first; a predicate within itself is a cycle.
        """
        self.count += 1
        if self.count > _MOST_CONDITIONS:
            raise SegauditError(
                "the conditions grow too many when predicates are filled in",
                where=str(node.place),
                hint=f"{_MOST_CONDITIONS:,} are the most; let predicates repeat each other less",
            )
        if isinstance(node, YamlList):
            return self._group(GroupKind.ALL, node, options, inside, node.place)
        if isinstance(node, YamlScalar):
            self.problems.add(node.place, "a condition is missing here", "write {field: {operator: value}}")
            return None
        options = read_options(node, options, self.problems)
        members = [
            self._entry(key, place, value, options, inside)
            for key, place, value in node.items()
            if key not in OPTION_KEYS
        ]
        if not members:
            self.problems.add(node.place, "a condition is missing here", "write {field: {operator: value}}")
        return _all(members, node.place)

    def _entry(
        self, key: str, place: Place, value: YamlNode, options: ClauseOptions, inside: tuple[str, ...]
    ) -> Condition | None:
        if key in _GROUPS:
            return self._group(_GROUPS[key], value, options, inside, place)
        # A field that is declared under such a name is meant where it stands.
        if key in {"score", "may_contact"} and key not in self.fields:
            return self._score(value, options, inside) if key == "score" else self._may_contact(value)
        match key:
            case "predicate":
                return self._predicate(value, options, inside)
            case "segment":
                return self._segment(value)
            case "bucket":
                return self._bucket(value, options)
            case _:
                return self._field(key, place, value, options)

    def _group(
        self, kind: GroupKind, node: YamlNode, options: ClauseOptions, inside: tuple[str, ...], place: Place
    ) -> Condition | None:
        least = 0
        if kind is GroupKind.AT_LEAST:
            asked = self._at_least(node)
            if asked is None:
                return None
            least, node = asked
        if kind is GroupKind.NOT and isinstance(node, YamlList):
            self.problems.add(node.place, "not takes one condition", "use none: [...] for a list")
            return None
        nodes = node.items if isinstance(node, YamlList) else (node,)
        if not nodes:
            self.problems.add(place, f"{kind.value} holds nothing", "list the conditions it combines")
            return None
        members = [self.read(item, options, inside) for item in nodes]
        kept = tuple(member for member in members if member is not None)
        if len(kept) < len(members):
            return None
        if kind is GroupKind.AT_LEAST and not 1 <= least <= len(kept):
            self.problems.add(place, f"at_least asks for {least} of {len(kept)}", f"n is from 1 to {len(kept)}")
            return None
        return Group(kind=kind, members=kept, place=place, at_least=least)

    def _at_least(self, node: YamlNode) -> tuple[int, YamlList] | None:
        count = node.get("n") if isinstance(node, YamlMap) else None
        members = node.get("of") if isinstance(node, YamlMap) else None
        if isinstance(count, YamlScalar) and type(count.value) is int and isinstance(members, YamlList):
            return count.value, members
        self.problems.add(node.place, "at_least is not complete", "write at_least: {n: 2, of: [...]}")
        return None

    def _predicate(self, node: YamlNode, options: ClauseOptions, inside: tuple[str, ...]) -> Condition | None:
        name = str(plain(node))
        if name not in self.predicates:
            self.problems.add(node.place, f'there is no predicate "{name}"', did_you_mean(name, self.predicates))
            return None
        if name in inside:
            path = " -> ".join([*inside[inside.index(name) :], name])
            self.problems.add(node.place, f"predicates go round in a circle: {path}", "take one of them out")
            return None
        if len(inside) >= _DEEPEST_PREDICATE:
            self.problems.add(
                node.place, "predicates stand too deep in each other", f"{_DEEPEST_PREDICATE} are the most"
            )
            return None
        condition = self.read(self.predicates[name], options, (*inside, name))
        return PredicateRef(name=name, condition=condition, place=node.place) if condition is not None else None

    def _segment(self, node: YamlNode) -> Condition | None:
        schema, dot, segment = str(plain(node)).partition(".")
        if not dot or not schema or not segment:
            self.problems.add(node.place, "a segment is named by schema and segment", "write schema.segment")
            return None
        return SegmentRef(schema=schema, segment=segment, place=node.place)

    def _score(self, node: YamlNode, options: ClauseOptions, inside: tuple[str, ...]) -> Condition | None:
        """Read what is asked of scores; several names mean all of them."""
        entries = list(node.items()) if isinstance(node, YamlMap) else []
        if not entries:
            self.problems.add(node.place, "score names no score", "write {score: {icp_fit: {gte: 70}}}")
        tests = [self._score_test(name, place, asked, options, inside) for name, place, asked in entries]
        return _all(tests, node.place)

    def _score_test(
        self, name: str, place: Place, node: YamlNode, options: ClauseOptions, inside: tuple[str, ...]
    ) -> Condition | None:
        if name not in self.scores:
            hint = did_you_mean(name, self.scores) or "define it at the top: scores: {name: {parts: [...]}}"
            self.problems.add(place, f'there is no score "{name}"', hint)
            return None
        score = self.score(name, options, inside)
        return score_condition(score, node, self.problems) if score is not None else None

    def score(self, name: str, options: ClauseOptions, inside: tuple[str, ...] = ()) -> Score | None:
        """Read a score of the rules; None if it is wrong."""
        key = f"score {name}"
        place, node = self.scores[name]
        if key in inside:
            path = " -> ".join([*inside[inside.index(key) :], key])
            self.problems.add(place, f"scores go round in a circle: {path}", "take one of them out")
            return None
        return self.own_score(name, place, node, options, (*inside, key))

    def own_score(
        self, name: str, place: Place, node: YamlNode, options: ClauseOptions, inside: tuple[str, ...] = ()
    ) -> Score | None:
        """Read a score written down where it is used."""

        def read(part: YamlNode, given: ClauseOptions) -> Condition | None:
            return self.read(part, given, inside)

        return ScoreReader(options=options, read=read, problems=self.problems).score(name, place, node)

    def _may_contact(self, node: YamlNode) -> Condition | None:
        channel, consent = str(plain(node)), load_consent(self.location)
        if channel not in consent:
            hint = did_you_mean(channel, consent) or "channels are " + ", ".join(consent)
            self.problems.add(node.place, f'there is no channel "{channel}"', hint)
            return None
        condition = consent_condition(channel, consent, self.fields, node.place)
        if condition is None:
            wanted = ", ".join(dict.fromkeys(term.field for term in consent[channel].granted))
            self.problems.add(node.place, f"nothing that is known grants contact by {channel}", f"declare {wanted}")
        return condition

    def _bucket(self, node: YamlNode, options: ClauseOptions) -> Condition | None:
        value = plain(node)
        percent = value.get("percent") if isinstance(value, dict) else None
        if not isinstance(percent, int | float) or isinstance(percent, bool) or not 0 < percent <= _WHOLE:
            self.problems.add(node.place, "bucket takes a percentage", "write bucket: {percent: 10, salt: spring}")
            return None
        operand: Operand = {"percent": float(percent), "salt": str(value.get("salt", ""))}
        return Clause(field=_BUCKET_FIELD, operator="bucket", operand=operand, options=options, place=node.place)

    def _field(self, name: str, place: Place, node: YamlNode, options: ClauseOptions) -> Condition | None:
        if name not in self.fields:
            words = [*self.fields, *_GROUPS, "predicate", "segment", "score", "may_contact"]
            declare = f"declare it: fields: {{{name}: {{type: text}}}}" if self.can_declare else ""
            hint = did_you_mean(name, words) or declare or "rules/fields.csv lists the fields; a row there adds one"
            self.problems.add(place, f'unknown field "{name}"', hint)
            return None
        if not isinstance(node, YamlMap):
            self.problems.add(
                node.place,
                f'"{name}" needs an operator',
                f"write {{{name}: {{eq: {plain(node)}}}}}; `segaudit rules operators` lists them",
            )
            return None
        options = read_options(node, options, self.problems)
        if self.fields[name].type is FieldType.ROWS:
            return self._related(name, place, node, options)
        reader = ClauseReader(fields=self.fields, problems=self.problems, location=self.location, lists=self.lists)
        clauses = [
            reader.clause(self.fields[name], operator, where, operand, options)
            for operator, where, operand in node.items()
            if operator not in OPTION_KEYS
        ]
        if not clauses:
            self.problems.add(place, f'"{name}" needs an operator', "`segaudit rules operators` lists them")
        return _all(clauses, place)

    def _related(self, table: str, place: Place, node: YamlMap, options: ClauseOptions) -> Condition | None:
        reader = RelatedReader(fields=self.fields, problems=self.problems, read=self.read)
        clauses = [
            reader.clause(table, operator, where, asked, options)
            for operator, where, asked in node.items()
            if operator not in OPTION_KEYS
        ]
        if not clauses:
            self.problems.add(place, f'"{table}" needs an operator', "write {deals: {exists: {where: ...}}}")
        return _all(clauses, place)


def _all(members: list[Condition | None], place: Place) -> Condition | None:
    """Return several conditions as one that wants all; None if one of them is wrong."""
    kept = tuple(member for member in members if member is not None)
    if len(kept) < len(members) or not kept:
        return None
    return kept[0] if len(kept) == 1 else Group(kind=GroupKind.ALL, members=kept, place=place)
