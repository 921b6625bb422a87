"""What segments are measured by: rules/performance/metrics.yaml, read."""

from collections.abc import Mapping
from dataclasses import dataclass

from segaudit.errors import SegauditError
from segaudit.model.conditions import ClauseOptions, Condition, Place, RelatedClause, clauses_of, segment_refs_of
from segaudit.model.fields import NUMERIC_TYPES, CatalogueField, FieldType
from segaudit.model.performance import RECORDS_TABLE, Metric, MetricKind, MetricRules, MetricSource
from segaudit.model.segments import RuleField
from segaudit.rulebook.conditions import ConditionReader
from segaudit.rulebook.declarations import read_field
from segaudit.rulebook.keys import IDENTIFIER, check_keys, list_of, map_of
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.problems import Problems
from segaudit.rulebook.related import TABLES
from segaudit.rulebook.suggest import did_you_mean
from segaudit.rulebook.yaml_nodes import YamlList, YamlMap, YamlNode, load_nodes, plain

_FILE = "performance/metrics.yaml"
_TOP = ("version", "settings", "fields", "metrics", "notes")
_SETTINGS = (
    "alpha", "margin", "few_hits", "most_segments", "most_values", "related_from", "undecided_from", "reached_below",
)  # fmt: skip
_METRIC_KEYS = ("name", "kind", "good", "directional", "margin", "outcome", "decides", "from")
_SOURCE_KEYS = ("table", "of", "hit", "base", "value", "since", "until", "needs")
_BASES = ("rows", "members", "each")


def load_metrics(location: RulesLocation, catalogue: Mapping[str, CatalogueField]) -> MetricRules:
    """Read the metrics, the client's or the shipped ones.

    Args:
        location: Where the rules are.
        catalogue: Fields that need not be declared.

    Raises:
        RuleErrors: With everything that is wrong in the file.
    """
    path, problems = location.file(_FILE), Problems()
    root = load_nodes(path)
    if not isinstance(root, YamlMap):
        raise SegauditError("the file of metrics is a map", where=str(root.place), hint="begin with metrics:")
    check_keys(root, _TOP, "the file of metrics", problems)
    settings = _settings(map_of(root, "settings", problems), problems)
    fields = {name: RuleField(name=name, type=item.type) for name, item in catalogue.items()}
    headers: dict[str, tuple[str, ...]] = {}
    for name, place, node in map_of(root, "fields", problems).items():
        _field(name, place, node, fields, headers, problems)
    reader = _Reader(fields=fields, problems=problems, location=location, settings=settings)
    metrics = [reader.metric(name, place, node) for name, place, node in map_of(root, "metrics", problems).items()]
    kept = tuple(metric for metric in metrics if metric is not None)
    _check_outcomes(kept, problems)
    problems.raise_if_any()
    return MetricRules(file=str(path), metrics=kept, headers=headers, fields=fields, settings=settings)


def _settings(node: YamlMap, problems: Problems) -> dict[str, float]:
    check_keys(node, _SETTINGS, "settings", problems)
    found: dict[str, float] = {}
    for key in _SETTINGS:
        entry = node.get(key)
        value = plain(entry) if entry is not None else None
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            hint = "compare it with the shipped rules/performance/metrics.yaml"
            problems.add(entry.place if entry else node.place, f"settings: {key} must be a number above 0", hint)
            value = 1
        found[key] = float(value)
    return found


def _field(  # noqa: PLR0913, PLR0917 - what it is filed in
    name: str,
    place: Place,
    node: YamlNode,
    fields: dict[str, RuleField],
    headers: dict[str, tuple[str, ...]],
    problems: Problems,
) -> None:
    """Note a field of the file, and the headers it may stand under."""
    if not isinstance(node, YamlMap):
        problems.add(place, f'field "{name}" says nothing', "write {type: bool, headers: [Opened]}")
        return
    listed = list_of(node, "headers", problems)
    headers[name] = tuple(str(plain(item)) for item in listed.items)
    rest = YamlMap({key: entry for key, entry in node.entries.items() if key != "headers"}, node.place)
    declared = read_field(name, place, rest, fields.get(name), problems)
    if declared is not None:
        fields[name] = declared


def _check_outcomes(metrics: tuple[Metric, ...], problems: Problems) -> None:
    rates = {metric.id for metric in metrics if metric.kind is MetricKind.RATE}
    for metric in metrics:
        if metric.kind is MetricKind.COST and metric.outcome not in rates:
            hint = did_you_mean(metric.outcome, rates) or "write outcome: and the name of a rate"
            problems.add(metric.place, f'"{metric.id}" does not say what the cost is divided by', hint)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Reads the entries of ``metrics:``."""

    fields: Mapping[str, RuleField]
    problems: Problems
    location: RulesLocation
    settings: Mapping[str, float]

    def metric(self, name: str, place: Place, node: YamlNode) -> Metric | None:
        """Return a metric; None if it is wrong, in which case the problems say how."""
        if not IDENTIFIER.fullmatch(name) or not isinstance(node, YamlMap):
            self.problems.add(place, f'"{name}" is no metric', "write reply: {name: ..., kind: rate, from: [...]}")
            return None
        check_keys(node, _METRIC_KEYS, f'metric "{name}"', self.problems)
        kind, good = self._word(node, "kind", tuple(MetricKind)), self._word(node, "good", ("higher", "lower"))
        sources = [self._source(item, kind) for item in list_of(node, "from", self.problems).items]
        if not sources:
            self.problems.add(place, f'metric "{name}" does not say where it comes from', "write from: [{table: ...}]")
        margin = _plain(node, "margin")
        known = margin if isinstance(margin, int | float) and not isinstance(margin, bool) else self.settings["margin"]
        kept = tuple(source for source in sources if source is not None)
        if kind is None or good is None or not kept:
            return None
        return Metric(
            id=name,
            name=str(_plain(node, "name") or name),
            kind=MetricKind(kind),
            higher_is_better=good == "higher",
            sources=kept,
            margin=float(known),
            directional=str(_plain(node, "directional") or ""),
            outcome=str(_plain(node, "outcome") or ""),
            decides=self._decides(node),
            place=place,
        )

    def _decides(self, node: YamlMap) -> tuple[str, ...]:
        listed = list_of(node, "decides", self.problems)
        names = tuple(str(plain(item)) for item in listed.items)
        for name in (name for name in names if name not in self.fields):
            self.problems.add(listed.place, f'unknown field "{name}"', did_you_mean(name, self.fields))
        return names

    def _word(self, node: YamlMap, key: str, words: tuple[str, ...]) -> str | None:
        found = _plain(node, key)
        if found in words:
            return str(found)
        entry = node.get(key)
        self.problems.add(entry.place if entry else node.place, f"{key} is one of {', '.join(words)}", "choose one")
        return None

    def _source(self, node: YamlNode, kind: str | None) -> MetricSource | None:
        tables = (RECORDS_TABLE, *TABLES)
        if not isinstance(node, YamlMap):
            self.problems.add(node.place, "a source is a map", "write {table: records, hit: {...}}")
            return None
        check_keys(node, _SOURCE_KEYS, "a source", self.problems)
        table = self._word(node, "table", tables)
        base = self._word(node, "base", _BASES) if node.get("base") is not None else _BASES[0]
        hit, of = (self._condition(node.get(key)) for key in ("hit", "of"))
        value = self._named(node, "value", NUMERIC_TYPES)
        since, until = (self._named(node, key, frozenset({FieldType.DATE})) for key in ("since", "until"))
        asked = {"rate": (hit,), "days": (since, until)}.get(kind or "", (value,))
        if None in asked:
            self.problems.add(node.place, f"a source of this kind says {_ASKED[kind or '']}", "see the shipped file")
            return None
        if table is None or base is None:
            return None
        own = [name for name in (value, since, until) if name is not None]
        own += [clause.field for clause in clauses_of(hit)] if hit is not None else []
        return MetricSource(
            table=table,
            place=node.place,
            of=of,
            hit=hit,
            base=base,
            value=value,
            since=since,
            until=until,
            needs=self._needs(node) or tuple((name,) for name in dict.fromkeys(own)),
        )

    def _condition(self, node: YamlNode | None) -> Condition | None:
        if node is None:
            return None
        reader = ConditionReader(self.fields, {}, self.problems, location=self.location)
        condition = reader.read(node, ClauseOptions())
        if condition is None:
            return None
        related = [clause for clause in clauses_of(condition) if isinstance(clause, RelatedClause)]
        if related or segment_refs_of(condition):
            self.problems.add(node.place, "a metric asks for fields of one row", "leave out segments and other tables")
            return None
        return condition

    def _named(self, node: YamlMap, key: str, kinds: frozenset[FieldType]) -> str | None:
        entry = node.get(key)
        if entry is None:
            return None
        name = str(plain(entry))
        if name in self.fields and self.fields[name].type in kinds:
            return name
        kind_words = ", ".join(sorted(kind.value for kind in kinds))
        hint = did_you_mean(name, self.fields) or "rules/fields.csv lists the fields"
        self.problems.add(entry.place, f'{key} takes a field of type {kind_words}, and "{name}" is none', hint)
        return None

    def _needs(self, node: YamlMap) -> tuple[tuple[str, ...], ...]:
        listed = node.get("needs")
        if not isinstance(listed, YamlList):
            return ()
        groups = tuple(tuple(str(plain(item)).split("|")) for item in listed.items)
        for name in (name for group in groups for name in group if name not in self.fields):
            self.problems.add(listed.place, f'unknown field "{name}"', did_you_mean(name, self.fields))
        return groups


_ASKED = {
    "": "what it needs",
    "rate": "hit",
    "days": "since and until",
    "amount": "value",
    "total": "value",
    "cost": "value",
}


def _plain(node: YamlMap, key: str) -> object:
    entry = node.get(key)
    return None if entry is None else plain(entry)
