"""``rollups:`` and ``committee:`` in rules/derived/*.yaml."""

from collections.abc import Mapping

from segaudit.model.conditions import ClauseOptions, Condition, Place
from segaudit.model.rollups import COMMITTEE_COLUMNS, OF_ROWS, Aggregate, Committee, Rollup, Rollups
from segaudit.model.segments import RuleField
from segaudit.rulebook.conditions import ConditionReader
from segaudit.rulebook.derived import derived_files
from segaudit.rulebook.keys import IDENTIFIER, check_keys
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.problems import Problems
from segaudit.rulebook.related import TABLES
from segaudit.rulebook.suggest import did_you_mean
from segaudit.rulebook.yaml_nodes import YamlMap, YamlNode, load_nodes, plain

_NAMES = tuple(aggregate.value for aggregate in Aggregate)


def load_rollups(location: RulesLocation, fields: Mapping[str, RuleField]) -> Rollups:
    """Read what the rows of other tables come to.

    Args:
        location: Where the rules are.
        fields: All there are, derived ones included.

    Raises:
        RuleErrors: With everything that is wrong in the files.
    """
    problems = Problems()
    found: dict[str, Rollup] = {}
    committee: Committee | None = None
    for path in derived_files(location):
        root = load_nodes(path)
        if not isinstance(root, YamlMap):
            continue
        reader = _Reader(fields, problems)
        entries = root.get("rollups")
        if isinstance(entries, YamlMap):
            for name, place, entry in entries.items():
                if name in found or not IDENTIFIER.fullmatch(name):
                    problems.add(place, f'"{name}" cannot name a roll-up', "one name each, in lower case, digits and _")
                    continue
                rollup = reader.rollup(name, place, entry)
                if rollup is not None:
                    found[name] = rollup
        committee = reader.committee(root.get("committee")) or committee
    problems.raise_if_any()
    return Rollups(columns=tuple(found.values()), committee=committee)


def rollup_names(rollups: Rollups) -> list[str]:
    """Return the names of the columns roll-ups make."""
    committee = COMMITTEE_COLUMNS if rollups.committee is not None else ()
    return [*(item.name for item in rollups.columns), *committee]


class _Reader:
    """Reads the entries of one file."""

    def __init__(self, fields: Mapping[str, RuleField], problems: Problems) -> None:
        self._fields, self._problems = fields, problems

    def rollup(self, name: str, place: Place, node: YamlNode) -> Rollup | None:
        """Read ``{of: deals, sum: deal_amount, where: {...}}``."""
        if not isinstance(node, YamlMap):
            self._problems.add(place, f'"{name}" says nothing', "write {of: deals, count: true}")
            return None
        check_keys(node, ("of", "where", "description", *_NAMES), f'roll-up "{name}"', self._problems)
        kind = self._kind(node, place)
        asked = [word for word in _NAMES if node.get(word) is not None]
        if kind is None or len(asked) != 1:
            if kind is not None:
                self._problems.add(place, f'roll-up "{name}" asks for one thing', "one of " + ", ".join(_NAMES))
            return None
        aggregate = Aggregate(asked[0])
        operand = node.get(asked[0])
        field = None if aggregate in OF_ROWS or operand is None else str(plain(operand))
        if field is not None and field not in self._fields and operand is not None:
            self._problems.add(operand.place, f'unknown field "{field}"', did_you_mean(field, self._fields))
            return None
        return Rollup(name=name, of=kind, aggregate=aggregate, field=field, where=self._where(node), place=place)

    def committee(self, node: YamlNode | None) -> Committee | None:
        """Read ``{of: contacts, roles: {Champion: {...}, ...}}``."""
        if node is None:
            return None
        roles = node.get("roles") if isinstance(node, YamlMap) else None
        if not isinstance(node, YamlMap) or not isinstance(roles, YamlMap):
            self._problems.add(node.place, "a committee has roles", "write roles: {Champion: {buying_role: ...}}")
            return None
        check_keys(node, ("of", "roles", "description"), "committee", self._problems)
        kind = self._kind(node, node.place)
        if kind is None:
            return None
        read = [(name, place, self._condition(entry)) for name, place, entry in roles.items()]
        rollups = tuple(
            Rollup(name=name, of=kind, aggregate=Aggregate.ANY, field=None, where=where, place=place)
            for name, place, where in read
        )
        return Committee(of=kind, roles=rollups)

    def _kind(self, node: YamlMap, place: Place) -> str | None:
        kind = node.get("of")
        name = "" if kind is None else str(plain(kind))
        if name in TABLES:
            return name
        hint = did_you_mean(name, TABLES) or "write of: " + " or ".join(TABLES)
        self._problems.add(kind.place if kind else place, f'there is no kind of table "{name}"', hint)
        return None

    def _where(self, node: YamlMap) -> Condition | None:
        where = node.get("where")
        return None if where is None else self._condition(where)

    def _condition(self, node: YamlNode) -> Condition | None:
        return ConditionReader(self._fields, {}, self._problems, can_declare=False).read(node, ClauseOptions())
