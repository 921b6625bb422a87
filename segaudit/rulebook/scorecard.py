"""What segments are held against: rules/scorecard.yaml, read."""

from collections.abc import Mapping

from segaudit.errors import SegauditError
from segaudit.model.conditions import ClauseOptions, Condition, clauses_of
from segaudit.model.scorecard import QUESTIONS, Channel, Limit, Metric, Standards
from segaudit.model.segments import RuleField
from segaudit.rulebook.conditions import ConditionReader
from segaudit.rulebook.consent import consent_condition, load_consent
from segaudit.rulebook.keys import check_keys, list_of, map_of
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.problems import Problems
from segaudit.rulebook.yaml_nodes import YamlMap, YamlNode, load_nodes, plain

FILE = "scorecard.yaml"
_KEYS = ("version", "limits", "metrics", "able_to_buy", "reachable", "treatment", "lists", "list_headers", "points")
_LIMITS = (
    "alpha", "power", "able_at_least", "reachable_at_least", "coverage_at_least", "undecided_at_most",
    "placeable_at_least", "fresh_at_least", "fresh_days", "in_sync_at_least", "list_likeness", "hours_per_segment",
    "effective_at_least",
)  # fmt: skip
_ABOVE_ONE = frozenset({"fresh_days", "list_likeness", "hours_per_segment"})
_NUMBERS = ("baseline", "detect_relative")


def load_standards(location: RulesLocation, fields: Mapping[str, RuleField]) -> Standards:
    """Read what segments are held against, the client's or the shipped.

    Args:
        location: Where the rules are.
        fields: Those its conditions may read.

    Raises:
        SegauditError: The file cannot be read.
        RuleErrors: With every mistake in it.
    """
    path = location.file(FILE)
    root = load_nodes(path)
    problems = Problems()
    if not isinstance(root, YamlMap):
        raise SegauditError("the scorecard is a map", where=str(root.place), hint="begin with version: 1")
    check_keys(root, _KEYS, "the scorecard", problems)
    reader = _Reader(fields, location, problems)
    able = map_of(root, "able_to_buy", problems)
    check_keys(able, ("bought", "needs"), "able_to_buy", problems)
    standards = Standards(
        file=str(path),
        limits=_limits(root, problems),
        metrics=_metrics(root, problems),
        bought=reader.condition(able.get("bought")),
        needs=reader.conditions(map_of(able, "needs", problems)),
        channels=reader.channels(map_of(root, "reachable", problems)),
        treatment=_words(root, "treatment", problems),
        lists=_words(root, "lists", problems),
        list_headers=tuple(word.casefold() for word in _words(root, "list_headers", problems)),
        points=_points(root, problems),
    )
    problems.raise_if_any()
    return standards


class _Reader:
    """Reads what asks something of records."""

    def __init__(self, fields: Mapping[str, RuleField], location: RulesLocation, problems: Problems) -> None:
        self._fields, self._location, self._problems = fields, location, problems

    def condition(self, node: YamlNode | None) -> Condition | None:
        """Read a condition in the language of segments."""
        if node is None:
            return None
        reader = ConditionReader(self._fields, {}, self._problems, can_declare=False, location=self._location)
        return reader.read(node, ClauseOptions())

    def conditions(self, node: YamlMap) -> dict[str, Condition]:
        """Read conditions by name."""
        read = {name: self.condition(entry) for name, _, entry in node.items()}
        return {name: condition for name, condition in read.items() if condition is not None}

    def channels(self, node: YamlMap) -> tuple[Channel, ...]:
        """Read ``{email: {address: {...}, columns: [email]}}``, with what consent.yaml says of each."""
        consent = load_consent(self._location)
        found = []
        for name, place, entry in node.items():
            if not isinstance(entry, YamlMap):
                self._problems.add(place, f'channel "{name}" says nothing', "write {address: {...}, columns: [email]}")
                continue
            check_keys(entry, ("address", "columns"), f'channel "{name}"', self._problems)
            address = self.condition(entry.get("address"))
            if address is None:
                self._problems.add(place, f'channel "{name}" has no address', "write address: {email: {valid: true}}")
                continue
            may = consent_condition(name, consent, self._fields, place)
            granting = [term.field for term in consent[name].granted] if name in consent else []
            found.append(
                Channel(
                    name=name,
                    address=address,
                    consent=may,
                    columns=_words(entry, "columns", self._problems) or _fields_of(address),
                    granting=tuple(dict.fromkeys(field for field in granting if field in self._fields)),
                )
            )
        return tuple(found)


def _fields_of(condition: Condition) -> tuple[str, ...]:
    return tuple(dict.fromkeys(clause.field for clause in clauses_of(condition)))


def _limits(root: YamlMap, problems: Problems) -> dict[str, Limit]:
    node = map_of(root, "limits", problems)
    check_keys(node, _LIMITS, "limits", problems)
    found: dict[str, Limit] = {}
    for name in _LIMITS:
        entry = node.get(name)
        given = plain(entry) if entry is not None else None
        value = given.get("is") if isinstance(given, dict) else given
        most = float("inf") if name in _ABOVE_ONE else 1.0
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= most:
            what = "a number above 0" if name in _ABOVE_ONE else "a share above 0 and at most 1"
            place = entry.place if entry is not None else node.place
            problems.add(place, f'limit "{name}" is {what}', f"write {name}: {{is: 0.80}}; the shipped file has all")
            continue
        means = str(given.get("means", "")) if isinstance(given, dict) else ""
        found[name] = Limit(name=name, value=float(value), means=means)
    return found


def _metrics(root: YamlMap, problems: Problems) -> dict[str, Metric]:
    found = {}
    for name, place, entry in map_of(root, "metrics", problems).items():
        given = plain(entry)
        numbers = [given.get(key) if isinstance(given, dict) else None for key in _NUMBERS]
        if not isinstance(entry, YamlMap) or not all(_is_number(item) for item in numbers):
            hint = "write {baseline: 0.04, detect_relative: 0.50, columns: [email_replied]}"
            problems.add(place, f'metric "{name}" needs a baseline and the change to be seen', hint)
            continue
        check_keys(entry, (*_NUMBERS, "columns"), f'metric "{name}"', problems)
        baseline, relative = (float(str(item)) for item in numbers)
        if not 0 < baseline < 1 or not 0 <= baseline * (1 + relative) <= 1 or relative == 0:
            hint = "the baseline is a share between 0 and 1, and so it is after the change"
            problems.add(place, f'metric "{name}" cannot change like that', hint)
            continue
        found[name] = Metric(
            name=name, baseline=baseline, detect_relative=relative, columns=_words(entry, "columns", problems)
        )
    return found


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _words(node: YamlMap, key: str, problems: Problems) -> tuple[str, ...]:
    return tuple(str(plain(item)) for item in list_of(node, key, problems).items)


def _points(root: YamlMap, problems: Problems) -> dict[str, float]:
    node = map_of(root, "points", problems)
    check_keys(node, QUESTIONS, "points", problems)
    found: dict[str, float] = {}
    for name, place, entry in node.items():
        value = plain(entry)
        if not _is_number(value) or float(str(value)) < 0:
            problems.add(place, f'points of "{name}" are a number, 0 or more', f"write {name}: 10")
            continue
        found[name] = float(str(value))
    return found
