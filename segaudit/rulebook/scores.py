"""Scores from YAML: points for each part that holds, and what is asked of their sum."""

from collections.abc import Callable
from dataclasses import dataclass

from segaudit.model.conditions import ClauseOptions, Condition, Group, GroupKind, Operand, Place
from segaudit.model.segments import Score, ScorePart
from segaudit.rulebook.keys import check_keys
from segaudit.rulebook.problems import Problems
from segaudit.rulebook.yaml_nodes import YamlList, YamlMap, YamlNode, plain
from segaudit.sql.operators import OperandError
from segaudit.sql.operators.operands import COMPARISONS, number

_PART_KEYS = ("name", "points", "when")
_MOST_PARTS = 100
_LIKE = "write parts: [{name: right size, points: 30, when: {employees: {gte: 200}}}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreReader:
    """Reads scores."""

    options: ClauseOptions
    read: Callable[[YamlNode, ClauseOptions], Condition | None]  # a condition inside
    problems: Problems

    def score(self, name: str, place: Place, node: YamlNode) -> Score | None:
        """Read a score; None if it is wrong, in which case the problems say how."""
        if not isinstance(node, YamlMap):
            self.problems.add(place, f'score "{name}" has no parts', _LIKE)
            return None
        check_keys(node, ("description", "parts"), f'score "{name}"', self.problems)
        listed = node.get("parts")
        if not isinstance(listed, YamlList) or not 0 < len(listed.items) <= _MOST_PARTS:
            self.problems.add(place, f'score "{name}" has no list of parts, or more than {_MOST_PARTS}', _LIKE)
            return None
        parts = [self._part(item) for item in listed.items]
        kept = tuple(part for part in parts if part is not None)
        if len(kept) < len(parts):
            return None
        about = node.get("description")
        return Score(name=name, parts=kept, place=place, description=str(plain(about)) if about is not None else "")

    def _part(self, node: YamlNode) -> ScorePart | None:
        points = node.get("points") if isinstance(node, YamlMap) else None
        when = node.get("when") if isinstance(node, YamlMap) else None
        if not isinstance(node, YamlMap) or points is None or when is None:
            self.problems.add(node.place, "a part of a score says points and when", _LIKE)
            return None
        check_keys(node, _PART_KEYS, "a part of a score", self.problems)
        try:
            given = number(plain(points))
        except OperandError as error:
            self.problems.add(points.place, f"points {error}")
            return None
        condition = self.read(when, self.options)
        if condition is None:
            return None
        named = node.get("name")
        name = str(plain(named)) if named is not None else ""
        return ScorePart(name=name, points=given, when=condition, place=node.place)


def score_condition(score: Score, node: YamlNode, problems: Problems) -> Condition | None:
    """Return what is asked of a score: ``{gte: 70}``, or ``{between: [40, 69]}``."""
    bounds: dict[str, Operand] = {}
    for key, place, value in node.items() if isinstance(node, YamlMap) else ():
        found = plain(value)
        try:
            if key == "between" and isinstance(found, list) and len(found) == len(_ENDS):
                bounds |= {name: number(end) for name, end in zip(_ENDS, found, strict=True)}
            elif key in COMPARISONS:
                bounds[key] = number(found)
            else:
                problems.add(place, f'a score cannot be asked "{key}"', "write gte, gt, lte, lt, eq, ne or between")
                return None
        except OperandError as error:
            problems.add(value.place, f'"{key}" {error}')
            return None
    if not bounds:
        problems.add(node.place, f'nothing is asked of the score "{score.name}"', "write {gte: 70} behind it")
        return None
    return Group(
        kind=GroupKind.SCORE,
        name=score.name,
        members=tuple(part.when for part in score.parts),
        points=tuple(part.points for part in score.parts),
        bounds=bounds,
        place=node.place,
    )


_ENDS = ("gte", "lte")
