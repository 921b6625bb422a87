"""Schemas and segments from YAML."""

from segaudit.model.conditions import ClauseOptions, Place
from segaudit.model.fields import NUMERIC_TYPES, FieldType
from segaudit.model.segments import Assignment, RankBy, Schema, Score, Segment
from segaudit.rulebook.conditions import OPTION_KEYS, ConditionReader, read_options
from segaudit.rulebook.keys import IDENTIFIER, SCHEMA_KEYS, SEGMENT_KEYS, check_keys, map_of
from segaudit.rulebook.problems import Problems
from segaudit.rulebook.suggest import did_you_mean
from segaudit.rulebook.yaml_nodes import YamlList, YamlMap, YamlNode, YamlScalar, plain
from segaudit.sql.operators import OperandError
from segaudit.sql.operators.operands import flag

_MOST_SEGMENTS = 100  # of a schema: each is held against each other one


def read_schema(
    name: str, place: Place, node: YamlMap, options: ClauseOptions, reader: ConditionReader
) -> Schema | None:
    """Read a schema with its segments; None if it is wrong, in which case the problems say how."""
    problems = reader.problems
    check_keys(node, SCHEMA_KEYS, f'schema "{name}"', problems)
    options = read_options(node, options, problems)
    assign = _assignment(name, place, node, problems)
    bodies = list(map_of(node, "segments", problems).items())
    if len(bodies) > _MOST_SEGMENTS:
        told = f'schema "{name}" has {len(bodies):,} segments, and {_MOST_SEGMENTS} are the most'
        problems.add(place, told, "part them into schemas of their own")
        return None
    segments = [_segment(segment, where, body, options, reader) for segment, where, body in bodies]
    if not segments:
        problems.add(place, f'schema "{name}" has no segments', "list them below segments:")
    kept = tuple(segment for segment in segments if segment is not None)
    labels = {key: _label(node, key, problems) for key in ("else", "undecided", "conflict")}
    if assign is None or len(kept) < len(segments) or not kept:
        return None
    return Schema(
        id=name,
        assign=assign,
        segments=kept,
        place=place,
        otherwise=labels["else"] or "unplaced",
        undecided=labels["undecided"],
        conflict=labels["conflict"] or "conflict",
        transitions=_transitions(node, kept, problems),
        documentation={key: plain(value) for key, _, value in node.items() if key not in _WORKING_KEYS},
    )


_WORKING_KEYS = frozenset(
    {"segments", "assign", "else", "undecided", "conflict", "transitions", "criteria", "exclude", *OPTION_KEYS}
)


def _transitions(node: YamlMap, segments: tuple[Segment, ...], problems: Problems) -> dict[str, tuple[str, ...]]:
    """Return from each label the ones a record may have next; a label must be one the schema gives."""
    given = [plain(value) for key in ("else", "undecided", "conflict") if (value := node.get(key)) is not None]
    labels = [*(segment.id for segment in segments), *map(str, given), "unplaced", "conflict"]
    allowed: dict[str, tuple[str, ...]] = {}
    for label, place, value in map_of(node, "transitions", problems).items():
        items = value.items if isinstance(value, YamlList) else (value,)
        names = [(str(plain(item)), item.place) for item in items if plain(item) is not None]
        for name, where in [(label, place), *names]:
            if name not in labels:
                problems.add(where, f'no record gets the label "{name}"', did_you_mean(name, labels))
        allowed[label] = tuple(name for name, _ in names)
    return allowed


def _assignment(name: str, place: Place, node: YamlMap, problems: Problems) -> Assignment | None:
    value = node.get("assign")
    word = plain(value) if value is not None else None
    if word in {item.value for item in Assignment}:
        return Assignment(word)
    hint = "write assign: first_match, exactly_one or all_matches"
    if value is None:
        problems.add(place, f'schema "{name}" does not say how it assigns', hint)
    else:
        problems.add(value.place, f'assign cannot be "{word}"', did_you_mean(str(word), Assignment) or hint)
    return None


def _label(node: YamlMap, key: str, problems: Problems) -> str | None:
    value = node.get(key)
    if value is None:
        return None
    if isinstance(value, YamlScalar) and isinstance(value.value, str):
        return value.value
    problems.add(value.place, f"{key} takes a label", f"write {key}: unplaced")
    return None


def _segment(
    name: str, place: Place, node: YamlNode, options: ClauseOptions, reader: ConditionReader
) -> Segment | None:
    problems = reader.problems
    if not IDENTIFIER.fullmatch(name):
        problems.add(place, f'"{name}" cannot name a segment', "lower case letters, digits and _ only")
        return None
    if not isinstance(node, YamlMap) or node.get("criteria") is None:
        problems.add(place, f'segment "{name}" has no criteria', "write criteria: {field: {operator: value}}")
        return None
    check_keys(node, SEGMENT_KEYS, f'segment "{name}"', problems)
    options = read_options(node, options, problems)
    criteria_node, exclude_node = node.get("criteria"), node.get("exclude")
    criteria = reader.read(criteria_node, options) if criteria_node is not None else None
    parts = exclude_node.items if isinstance(exclude_node, YamlList) else (exclude_node,) if exclude_node else ()
    exclude = [reader.read(part, options) for part in parts]
    kept = tuple(condition for condition in exclude if condition is not None)
    _check_required_fields(node, reader)
    suppress, score, rank = _suppress(node, problems), _score_of(name, node, options, reader), _rank(node, reader)
    if criteria is None or len(kept) < len(exclude):
        return None
    return Segment(
        id=name,
        name=str(plain(node.get("name") or YamlScalar(name, place))),
        criteria=criteria,
        exclude=kept,
        place=place,
        suppress=suppress,
        score=score,
        rank_within=rank,
        documentation={key: plain(value) for key, _, value in node.items() if key not in _WORKING_KEYS},
    )


def _suppress(node: YamlMap, problems: Problems) -> bool:
    """Return whether the segment's members are to be left alone; what is neither yes nor no may not pass for no."""
    value = node.get("suppress")
    if value is None:
        return False
    try:
        return flag(plain(value))
    except OperandError as error:
        problems.add(value.place, f"suppress {error}", "write suppress: true")
        return False


def _score_of(name: str, node: YamlMap, options: ClauseOptions, reader: ConditionReader) -> Score | None:
    """Return the score of a segment: one it names, or one it writes down."""
    value = node.get("score")
    if value is None:
        return None
    if isinstance(value, YamlMap):
        return reader.own_score(name, value.place, value, options)
    word = str(plain(value))
    if word in reader.scores:
        return reader.score(word, options)
    hint = did_you_mean(word, reader.scores) or "name one of scores:, or write {parts: [...]}"
    reader.problems.add(value.place, f'there is no score "{word}"', hint)
    return None


def _rank(node: YamlMap, reader: ConditionReader) -> RankBy | None:
    """Return what the members of a segment are ranked by."""
    value = node.get("rank_within")
    if value is None:
        return None
    by = value.get("by") if isinstance(value, YamlMap) else value
    order = value.get("order") if isinstance(value, YamlMap) else None
    if isinstance(value, YamlMap):
        check_keys(value, ("by", "order"), "rank_within", reader.problems)
    name, direction = str(plain(by)) if by is not None else "", plain(order) if order is not None else "desc"
    if direction not in {"asc", "desc"}:
        reader.problems.add(value.place, f'order cannot be "{direction}"', "write asc or desc")
        return None
    is_score = name in reader.scores or (name == "score" and node.get("score") is not None)
    if not is_score and (name not in reader.fields or reader.fields[name].type not in _RANKED):
        hint = did_you_mean(name, [*reader.fields, *reader.scores]) or "name a number, a date, or a score"
        reader.problems.add(value.place, f'members cannot be ranked by "{name}"', hint)
        return None
    return RankBy(by=name, is_score=is_score, descending=direction == "desc", place=value.place)


_RANKED = NUMERIC_TYPES | {FieldType.DATE}


def _check_required_fields(node: YamlMap, reader: ConditionReader) -> None:
    required = node.get("required_fields")
    for item in required.items if isinstance(required, YamlList) else ():
        if str(plain(item)) not in reader.fields:
            reader.problems.add(
                item.place, f'unknown field "{plain(item)}"', did_you_mean(str(plain(item)), reader.fields)
            )
