"""By what an audit is judged, read from rules/audit/: pillars.yaml, actions.yaml, headlines.yaml."""

from collections.abc import Collection

from segaudit.errors import SegauditError
from segaudit.model.audit import Horizon, Pillar
from segaudit.model.audit_rules import (
    FIGURES,
    HEADLINE_LOOKS,
    LOOKS,
    ActionRule,
    AuditRules,
    HeadlineRule,
    HorizonRule,
    PartRule,
    PillarRule,
)
from segaudit.rulebook.keys import check_keys, list_of, map_of
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.problems import Problems
from segaudit.rulebook.suggest import did_you_mean
from segaudit.rulebook.tables import load_catalogue, load_cutoffs
from segaudit.rulebook.yaml_nodes import YamlMap, YamlNode, load_nodes, plain

_FILES = ("audit/pillars.yaml", "audit/actions.yaml", "audit/headlines.yaml")
_ACTION_KEYS = (
    "id", "look", "rules", "effort", "worth", "least", "from_share", "horizon", "after", "file", "most", "settings",
)  # fmt: skip
_HEADLINE_KEYS = ("id", "look", "topic", "consequence", "least", "from_share", "tone", "to")
_TONES = ("bad", "warn", "good")
_HORIZONS = {item.value: item for item in Horizon}
_LARGEST_EFFORT = 5
_ALMOST = 1e-6


def load_audit_rules(location: RulesLocation) -> AuditRules:
    """Read by what an audit is judged; a client's files replace the shipped ones, file by file.

    Raises:
        SegauditError: A file cannot be read.
        RuleErrors: With every mistake in them.
    """
    paths = [location.file(name) for name in _FILES]
    problems = Problems()
    pillars, actions, headlines = (_top(load_nodes(path)) for path in paths)
    reader = _Reader(problems)
    check_keys(pillars, ("version", "tables", "expected", "pillars"), "the file of pillars", problems)
    check_keys(actions, ("version", "horizons", "quick", "most", "actions"), "the file of actions", problems)
    check_keys(headlines, ("version", "most", "headlines"), "the file of headlines", problems)
    quick = map_of(actions, "quick", problems)
    rules = AuditRules(
        files=tuple(str(path) for path in paths),
        tables={key: reader.share(node) for key, _, node in map_of(pillars, "tables", problems).items()},
        expected={
            key: reader.words(map_of(pillars, "expected", problems), key)
            for key, _, _ in map_of(pillars, "expected", problems).items()
        },
        good_from=load_cutoffs(location).good_from,
        pillars=reader.pillars(map_of(pillars, "pillars", problems)),
        actions=reader.actions(actions),
        horizons=reader.horizons(actions),
        quick_impact=reader.share(quick.get("impact_at_least")),
        quick_effort=reader.count(quick.get("effort_at_most"), 2),
        most_actions=reader.count(actions.get("most"), 40),
        headlines=reader.headlines(headlines),
        most_headlines=reader.count(headlines.get("most"), 3),
        catalogue=load_catalogue(location),
    )
    problems.raise_if_any()
    return rules


def _top(root: YamlNode) -> YamlMap:
    if not isinstance(root, YamlMap):
        raise SegauditError("this is no map", where=str(root.place), hint="begin with version: 1")
    return root


class _Reader:
    """Reads the parts of the three files, and notes what is wrong with them."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems

    def share(self, node: YamlNode | None, fallback: float = 0.0) -> float:
        """Read a number from 0 to 1."""
        if node is None:
            return fallback
        value = plain(node)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            self._problems.add(node.place, "a number from 0 to 1 is needed here", "write 0.25 for a quarter")
            return fallback
        return float(value)

    def count(self, node: YamlNode | None, fallback: int) -> int:
        """Read a whole number above 0."""
        if node is None:
            return fallback
        value = plain(node)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            self._problems.add(node.place, "a whole number above 0 is needed here", "write 3")
            return fallback
        return value

    def words(self, node: YamlMap, key: str) -> tuple[str, ...]:
        """Read a list of words."""
        return tuple(str(plain(item)) for item in list_of(node, key, self._problems).items)

    def one_of(self, node: YamlMap, key: str, known: Collection[str]) -> str:
        """Read one of a few words."""
        found = node.get(key)
        value = str(plain(found)) if found is not None else ""
        if value not in known:
            words = sorted(known)
            hint = did_you_mean(value, words) or "known are " + ", ".join(words)
            self._problems.add(found.place if found is not None else node.place, f'{key} "{value}" is unknown', hint)
        return value

    def pillars(self, node: YamlMap) -> tuple[PillarRule, ...]:
        """Read what marks are given for."""
        found = []
        check_keys(node, [item.value for item in Pillar], "the list of pillars", self._problems)
        for pillar in Pillar:
            entry = node.get(pillar.value)
            if not isinstance(entry, YamlMap):
                hint = "the shipped file has all; a weight of 0 takes one out"
                self._problems.add(node.place, f'pillar "{pillar.value}" is not there', hint)
                continue
            check_keys(entry, ("weight", "parts"), f'pillar "{pillar.value}"', self._problems)
            parts = map_of(entry, "parts", self._problems)
            check_keys(parts, sorted(FIGURES), f'pillar "{pillar.value}"', self._problems)
            rules = tuple(self._part(name, part) for name, _, part in parts.items())
            found.append(PillarRule(pillar=pillar, weight=self.share(entry.get("weight")), parts=rules))
        if found and abs(sum(item.weight for item in found) - 1) > _ALMOST:
            self._problems.add(node.place, "the weights of the pillars do not add up to 1", "change one of them")
        return tuple(found)

    def _part(self, name: str, node: YamlNode) -> PartRule:
        entry = node if isinstance(node, YamlMap) else YamlMap({}, node.place)
        check_keys(entry, ("weight", "worst", "best"), f'figure "{name}"', self._problems)
        worst, best = self.share(entry.get("worst")), self.share(entry.get("best"), 1.0)
        if worst >= best:
            self._problems.add(entry.place, f'figure "{name}": worst has to be below best', "write worst: 0, best: 1")
            worst, best = 0.0, 1.0
        return PartRule(figure=name, weight=self.share(entry.get("weight")), worst=worst, best=best)

    def _entries(self, node: YamlMap, key: str, known: tuple[str, ...], what: str) -> list[tuple[str, YamlMap]]:
        """Return the entries of a list that have an id of their own."""
        found: list[tuple[str, YamlMap]] = []
        for item in list_of(node, key, self._problems).items:
            name = str(plain(item.get("id") or item)) if isinstance(item, YamlMap) and item.get("id") else ""
            if not isinstance(item, YamlMap) or not name:
                self._problems.add(item.place, f"this {what} has no id", "begin it with - id: some-name")
                continue
            check_keys(item, known, f'{what} "{name}"', self._problems)
            if any(name == other for other, _ in found):
                self._problems.add(item.place, f'{what} "{name}" stands here twice', "give one of them another id")
            found.append((name, item))
        return found

    def actions(self, root: YamlMap) -> tuple[ActionRule, ...]:
        """Read what there may be to do."""
        found = tuple(self._action(name, node) for name, node in self._entries(root, "actions", _ACTION_KEYS, "action"))
        known = {item.id for item in found}
        for item in found:
            for name in item.after:
                if name not in known:
                    hint = did_you_mean(name, sorted(known)) or "name the id of an action"
                    self._problems.add(item.place, f'"{item.id}" comes after "{name}", which is no action', hint)
        return found

    def _action(self, name: str, node: YamlMap) -> ActionRule:
        settings = plain(map_of(node, "settings", self._problems))
        horizon = self.one_of(node, "horizon", _HORIZONS) if node.get("horizon") is not None else ""
        effort = self.count(node.get("effort"), 1)
        if effort > _LARGEST_EFFORT:
            self._problems.add(node.place, f'action "{name}": effort goes from 1 to 5', "1 is minutes, 5 a project")
        return ActionRule(
            id=name,
            look=self.one_of(node, "look", LOOKS),
            rules=self.words(node, "rules"),
            effort=min(effort, _LARGEST_EFFORT),
            worth=self.share(node.get("worth"), 1.0),
            least=self.share(node.get("least")),
            from_share=self.share(node.get("from_share")),
            horizon=_HORIZONS.get(horizon),
            after=self.words(node, "after"),
            file=str(plain(node.get("file") or node)) if node.get("file") is not None else "",
            most=self.count(node.get("most"), 3),
            settings=settings,
            place=node.place,
        )

    def horizons(self, root: YamlMap) -> tuple[HorizonRule, ...]:
        """Read when what is done; the last entry has to fit everything."""
        found = []
        for item in list_of(root, "horizons", self._problems).items:
            node = item if isinstance(item, YamlMap) else YamlMap({}, item.place)
            check_keys(node, ("within", "effort_at_most", "impact_at_least"), "a horizon", self._problems)
            within = self.one_of(node, "within", _HORIZONS)
            found.append(
                HorizonRule(
                    horizon=_HORIZONS.get(within, Horizon.DAYS_90),
                    effort_at_most=self.count(node.get("effort_at_most"), _LARGEST_EFFORT),
                    impact_at_least=self.share(node.get("impact_at_least")),
                )
            )
        return (*found, HorizonRule(horizon=Horizon.DAYS_90))

    def headlines(self, root: YamlMap) -> tuple[HeadlineRule, ...]:
        """Read what must not be missed."""
        return tuple(
            HeadlineRule(
                id=name,
                look=self.one_of(node, "look", HEADLINE_LOOKS),
                topic=str(plain(node.get("topic") or node)) if node.get("topic") is not None else name,
                consequence=self.share(node.get("consequence"), 1.0),
                least=self.share(node.get("least")),
                from_share=self.share(node.get("from_share")),
                tone=self.one_of(node, "tone", _TONES),
                to=str(plain(node.get("to") or node)) if node.get("to") is not None else "",
                place=node.place,
            )
            for name, node in self._entries(root, "headlines", _HEADLINE_KEYS, "headline")
        )
