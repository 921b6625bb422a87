"""By what segments are suggested: rules/suggest.yaml, read."""

from collections.abc import Mapping

from segaudit.errors import SegauditError
from segaudit.model.suggestions import SuggestRules
from segaudit.rulebook.keys import check_keys, list_of, map_of
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.problems import Problems
from segaudit.rulebook.yaml_nodes import YamlList, YamlMap, YamlNode, load_nodes, plain

FILE = "suggest.yaml"
_KEYS = (
    "version",
    "settings",
    "outcomes",
    "outcome_headers",
    "not_features",
    "dimensions",
    "follows",
    "worse",
    "notes",
)
_SHARES = frozenset(
    ("alpha", "power", "margin", "least_share", "fits_from", "filled_from", "another_name", "between")
)  # fmt: skip


def load_suggest_rules(location: RulesLocation) -> SuggestRules:
    """Read the thresholds, the client's or the shipped.

    Args:
        location: Where the rules are.

    Raises:
        SegauditError: The file cannot be read.
        RuleErrors: With every mistake in it.
    """
    path, problems = location.file(FILE), Problems()
    root = load_nodes(path)
    if not isinstance(root, YamlMap):
        raise SegauditError("the file of suggestions is a map", where=str(root.place), hint="begin with version: 1")
    shipped = load_nodes(location.shipped / FILE)
    known = shipped.get("settings") if isinstance(shipped, YamlMap) else None
    check_keys(root, _KEYS, "the file of suggestions", problems)
    rules = SuggestRules(
        file=str(path),
        settings=_settings(map_of(root, "settings", problems), known, problems),
        outcomes=_words(root, "outcomes", problems),
        outcome_headers=_words(root, "outcome_headers", problems),
        not_features=_words(root, "not_features", problems),
        dimensions={
            name: str(plain(node)) for name, _, node in map_of(root, "dimensions", problems).items()
        },
        follows={
            name: tuple(str(plain(item)) for item in _items(node))
            for name, _, node in map_of(root, "follows", problems).items()
        },
        worse=tuple(word.casefold() for word in _words(root, "worse", problems)),
    )  # fmt: skip
    problems.raise_if_any()
    return rules


def _settings(node: YamlMap, known: YamlNode | None, problems: Problems) -> Mapping[str, float]:
    """Return the settings; there are those the shipped file has."""
    names = list(known.entries) if isinstance(known, YamlMap) else list(node.entries)
    check_keys(node, names, "settings", problems)
    found: dict[str, float] = {}
    for name in names:
        entry = node.get(name)
        value = plain(entry) if entry is not None else None
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        amount = float(value) if is_number and value is not None else 0.0
        if amount <= 0 or (name in _SHARES and amount >= 1):
            between = "between 0 and 1" if name in _SHARES else "above 0"
            hint = "compare it with the shipped rules/suggest.yaml"
            problems.add(entry.place if entry else node.place, f"settings: {name} must be a number {between}", hint)
        found[name] = amount
    return found


def _words(root: YamlMap, key: str, problems: Problems) -> tuple[str, ...]:
    return tuple(str(plain(item)) for item in list_of(root, key, problems).items)


def _items(node: YamlNode) -> tuple[YamlNode, ...]:
    return node.items if isinstance(node, YamlList) else (node,)
