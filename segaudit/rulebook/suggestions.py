"""By what segments are suggested: rules/suggest.yaml, read."""

from collections.abc import Mapping, Sequence

from segaudit.errors import SegauditError
from segaudit.model.suggestions import Acting, SuggestRules
from segaudit.rulebook.keys import check_keys, list_of, map_of
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.problems import Problems
from segaudit.rulebook.tables import load_list
from segaudit.rulebook.yaml_nodes import YamlList, YamlMap, YamlNode, load_nodes, plain
from segaudit.text.folding import fold

FILE = "suggest.yaml"
_KEYS = (
    "version", "settings", "outcomes", "outcome_headers", "not_features", "dimensions", "follows", "worse", "notes",
    "words", "after_winning", "no_dimension", "acting",
)  # fmt: skip
_SHARES = frozenset(
    (
        "alpha", "power", "margin", "least_share", "fits_from", "filled_from", "another_name", "between",
        "same_spelling", "start_least_share", "start_most_share", "start_least_coverage", "start_field_coverage",
        "start_leak_area", "start_leak_filled", "start_related_from",
    )
)  # fmt: skip
_COMPARE = "compare it with the shipped rules/suggest.yaml"


def load_suggest_rules(location: RulesLocation) -> SuggestRules:
    """Read the thresholds and words, the client's or the shipped.

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
    check_keys(root, _KEYS, "the file of suggestions", problems)
    rules = SuggestRules(
        file=str(path),
        settings=_settings(map_of(root, "settings", problems), _names(shipped, "settings"), problems),
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
        words=_groups(map_of(root, "words", problems), _names(shipped, "words"), problems),
        after_winning=_words(root, "after_winning", problems),
        no_dimension=_words(root, "no_dimension", problems),
        acting=_acting(map_of(root, "acting", problems), _names(shipped, "acting"), problems),
        won=frozenset(map(fold, load_list(location, "won_stages", "stage"))),
        customers=frozenset(map(fold, load_list(location, "customer_stages", "stage"))),
    )  # fmt: skip
    problems.raise_if_any()
    return rules


def _names(shipped: YamlNode, key: str) -> tuple[str, ...]:
    """Return what stands under a key of the shipped file: as much has to stand in any other."""
    inner = shipped.get(key) if isinstance(shipped, YamlMap) else None
    return tuple(inner.entries) if isinstance(inner, YamlMap) else ()


def _settings(node: YamlMap, names: Sequence[str], problems: Problems) -> Mapping[str, float]:
    """Return the settings; there are those the shipped file has."""
    check_keys(node, names, "settings", problems)
    found: dict[str, float] = {}
    for name in names:
        entry = node.get(name)
        value = plain(entry) if entry is not None else None
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        amount = float(value) if is_number and value is not None else 0.0
        if amount <= 0 or (name in _SHARES and amount >= 1):
            between = "between 0 and 1" if name in _SHARES else "above 0"
            place = entry.place if entry else node.place
            problems.add(place, f"settings: {name} must be a number {between}", _COMPARE)
        found[name] = amount
    return found


def _groups(node: YamlMap, names: Sequence[str], problems: Problems) -> Mapping[str, tuple[frozenset[str], ...]]:
    """Return the groups of words of headers; there are those the shipped file has, and one may be empty."""
    check_keys(node, names, "words", problems)
    for name in names:
        if name not in node.entries:
            problems.add(node.place, f"words: {name} is lacking", f"write {name}: [] if there are none, or {_COMPARE}")
    return {name: tuple(frozenset(item.lower().split()) for item in _words(node, name, problems)) for name in names}


def _acting(node: YamlMap, names: Sequence[str], problems: Problems) -> Mapping[str, Mapping[str, Acting]]:
    """Return how far a team can act on fields: by field, by word of a header, and on any other."""
    check_keys(node, names, "acting", problems)
    found: dict[str, dict[str, Acting]] = {}
    for group in names:
        found[group] = {}
        for name, place, entry in map_of(node, group, problems).items():
            told = [plain(item) for item in _items(entry)]
            match told:
                case [int() | float() as use, str() as why] if 0 < use <= 1:
                    found[group][name] = Acting(use=float(use), why=why)
                case _:
                    problems.add(place, f"acting: {name} takes how far, and why", "such as [0.7, decides what is next]")
    if "any" not in found.get("others", {}):
        problems.add(node.place, "acting: others: any is lacking", _COMPARE)
    return found


def _words(root: YamlMap, key: str, problems: Problems) -> tuple[str, ...]:
    return tuple(str(plain(item)) for item in list_of(root, key, problems).items)


def _items(node: YamlNode) -> tuple[YamlNode, ...]:
    return node.items if isinstance(node, YamlList) else (node,)
