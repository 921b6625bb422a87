"""Segment files to one rule book; every mistake in every file is reported at once."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from segaudit.errors import RuleErrors, SegauditError
from segaudit.model.conditions import ClauseOptions, Condition, Place
from segaudit.model.fields import CatalogueField
from segaudit.model.segments import Assignment, Governance, RuleBook, RuleField, RuleTest, Schema, Segment
from segaudit.rulebook.conditions import OPTION_KEYS, ConditionReader, read_options
from segaudit.rulebook.cycles import check_references
from segaudit.rulebook.declarations import read_field, read_governance
from segaudit.rulebook.keys import IDENTIFIER, SCHEMA_KEYS, SEGMENT_KEYS, TEST_KEYS, TOP_KEYS, check_keys
from segaudit.rulebook.problems import Problems
from segaudit.rulebook.suggest import did_you_mean
from segaudit.rulebook.yaml_nodes import YamlList, YamlMap, YamlNode, YamlScalar, load_nodes, plain


@dataclass
class _Draft:
    """What has been read so far, before references are resolved."""

    fields: dict[str, RuleField] = field(default_factory=dict)
    predicates: dict[str, YamlNode] = field(default_factory=dict)
    schemas: list[tuple[str, Place, YamlMap, ClauseOptions]] = field(default_factory=list)
    tests: list[YamlMap] = field(default_factory=list)
    governance: Governance = field(default_factory=Governance)


def load_rulebook(files: tuple[Path, ...], catalogue: Mapping[str, CatalogueField]) -> RuleBook:
    """Read segment files as one rule book.

    Args:
        files: YAML files, merged: fields may repeat if they say the same, predicates and schemas may not.
        catalogue: Canonical fields, known without being declared.

    Raises:
        RuleErrors: With everything that is wrong, file by file, line by line.
    """
    problems = Problems()
    draft = _Draft(fields={name: RuleField(name=name, type=item.type) for name, item in catalogue.items()})
    digest = hashlib.sha256()
    broken: list[SegauditError] = []
    for file in files:
        try:
            root = load_nodes(file)
        except RuleErrors as errors:
            broken.extend(errors.errors)
            continue
        except SegauditError as error:
            broken.append(error)
            continue
        digest.update(file.read_bytes())
        _read_file(root, draft, problems)
    if broken:
        raise RuleErrors(broken)
    reader = ConditionReader(draft.fields, draft.predicates, problems)
    _check_predicates(draft, reader)
    schemas = [_schema(name, place, node, options, reader) for name, place, node, options in draft.schemas]
    kept = tuple(schema for schema in schemas if schema is not None)
    if not draft.schemas:
        problems.add(
            Place(file=str(files[0]), line=1, column=1), "there is no segment here", "write schemas: below version: 1"
        )
    if len(kept) == len(schemas):
        check_references(kept, problems)
    tests = [_test(node, kept, draft, problems) for node in draft.tests]
    problems.raise_if_any()
    return RuleBook(
        files=tuple(str(file) for file in files),
        sha256=digest.hexdigest(),
        fields=draft.fields,
        predicates=_predicates(draft, reader),
        schemas=kept,
        governance=draft.governance,
        tests=tuple(test for test in tests if test is not None),
    )


def _read_file(root: YamlNode, draft: _Draft, problems: Problems) -> None:
    if not isinstance(root, YamlMap):
        problems.add(root.place, "a rules file is a map", "begin with version: 1")
        return
    check_keys(root, TOP_KEYS, "a rules file", problems)
    version = root.get("version")
    if version is not None and plain(version) != 1:
        problems.add(version.place, f"version {plain(version)} is not known", "write version: 1")
    defaults = _map(root, "defaults", problems)
    check_keys(defaults, OPTION_KEYS, "defaults", problems)
    options = read_options(defaults, ClauseOptions(), problems)
    draft.governance = read_governance(root.get("governance"), draft.governance, problems)
    for name, place, node in _map(root, "fields", problems).items():
        _add_field(name, place, node, draft, problems)
    for name, place, node in _map(root, "predicates", problems).items():
        if name in draft.predicates:
            problems.add(place, f'predicate "{name}" is defined twice', "keep one of them")
        draft.predicates[name] = node
    for name, place, node in _map(root, "schemas", problems).items():
        schema = _schema_node(name, place, node, draft, problems)
        if schema is not None:
            draft.schemas.append((name, place, schema, options))
    for node in _list(root, "tests", problems).items:
        if isinstance(node, YamlMap):
            draft.tests.append(node)
        else:
            problems.add(node.place, "a test is a map", "write {given: {...}, schema: ..., expect: ...}")


def _add_field(name: str, place: Place, node: YamlNode, draft: _Draft, problems: Problems) -> None:
    before = draft.fields.get(name)
    declared = read_field(name, place, node, before, problems)
    if declared is None:
        return
    if before is not None and before.place is not None and _content(before) != _content(declared):
        problems.add(place, f'field "{name}" is declared differently here', f"first at {before.place}")
    draft.fields[name] = declared


def _content(item: RuleField) -> tuple[object, ...]:
    return (
        item.type,
        item.column,
        item.currency,
        item.blank_means,
        item.separator,
        item.min_coverage,
        item.max_age_days,
        item.updated,
        item.sensitive,
        item.values,
    )


def _schema_node(name: str, place: Place, node: YamlNode, draft: _Draft, problems: Problems) -> YamlMap | None:
    """Return what a schema's name holds; None if either is wrong."""
    if not IDENTIFIER.fullmatch(name):
        problems.add(place, f'"{name}" cannot name a schema', "lower case letters, digits and _ only")
    elif any(name == other for other, *_ in draft.schemas):
        problems.add(place, f'schema "{name}" is defined twice', "rename one of them")
    elif isinstance(node, YamlMap):
        return node
    else:
        problems.add(place, f'schema "{name}" is empty', "give it assign: and segments:")
    return None


def _schema(name: str, place: Place, node: YamlMap, options: ClauseOptions, reader: ConditionReader) -> Schema | None:
    problems = reader.problems
    check_keys(node, SCHEMA_KEYS, f'schema "{name}"', problems)
    options = read_options(node, options, problems)
    assign = _assignment(name, place, node, problems)
    segments = [
        _segment(segment, where, body, options, reader)
        for segment, where, body in _map(node, "segments", problems).items()
    ]
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
        documentation={key: plain(value) for key, _, value in node.items() if key not in _WORKING_KEYS},
    )


_WORKING_KEYS = frozenset({"segments", "assign", "else", "undecided", "conflict", "criteria", "exclude", *OPTION_KEYS})


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
    if criteria is None or len(kept) < len(exclude):
        return None
    return Segment(
        id=name,
        name=str(plain(node.get("name") or YamlScalar(name, place))),
        criteria=criteria,
        exclude=kept,
        place=place,
        suppress=plain(node.get("suppress") or YamlScalar(False, place)) is True,  # noqa: FBT003 - a value
        documentation={key: plain(value) for key, _, value in node.items() if key not in _WORKING_KEYS},
    )


def _check_required_fields(node: YamlMap, reader: ConditionReader) -> None:
    required = node.get("required_fields")
    for item in required.items if isinstance(required, YamlList) else ():
        if str(plain(item)) not in reader.fields:
            reader.problems.add(
                item.place, f'unknown field "{plain(item)}"', did_you_mean(str(plain(item)), reader.fields)
            )


def _check_predicates(draft: _Draft, reader: ConditionReader) -> None:
    """Read every predicate once, so that one no segment uses is checked too."""
    for name, node in draft.predicates.items():
        reader.read(node, ClauseOptions(), (name,))


def _predicates(draft: _Draft, reader: ConditionReader) -> dict[str, Condition]:
    read = {name: reader.read(node, ClauseOptions(), (name,)) for name, node in draft.predicates.items()}
    return {name: condition for name, condition in read.items() if condition is not None}


def _test(node: YamlMap, schemas: tuple[Schema, ...], draft: _Draft, problems: Problems) -> RuleTest | None:
    check_keys(node, TEST_KEYS, "a test", problems)
    given, schema, expect = node.get("given"), node.get("schema"), node.get("expect")
    if not isinstance(given, YamlMap) or schema is None or expect is None:
        problems.add(
            node.place, "a test says given, schema and expect", "{given: {employees: 500}, schema: size, expect: smb}"
        )
        return None
    names = {item.id for item in schemas}
    if plain(schema) not in names and any(plain(schema) == name for name, *_ in draft.schemas):
        return None  # the schema itself is wrong, and that has been said
    if plain(schema) not in names:
        problems.add(schema.place, f'there is no schema "{plain(schema)}"', did_you_mean(str(plain(schema)), names))
        return None
    for name, place, _ in given.items():
        if name not in draft.fields:
            problems.add(place, f'unknown field "{name}"', did_you_mean(name, draft.fields))
            return None
    as_of = node.get("as_of")
    return RuleTest(
        given=plain(given),
        schema=str(plain(schema)),
        expect=str(plain(expect)),
        as_of=_day(as_of, problems) if as_of is not None else None,
        place=node.place,
    )


def _day(node: YamlNode, problems: Problems) -> date | None:
    try:
        return date.fromisoformat(str(plain(node)))
    except ValueError:
        problems.add(node.place, f'"{plain(node)}" is no date', "write 2026-01-31")
        return None


def _map(node: YamlMap, key: str, problems: Problems) -> YamlMap:
    value = node.get(key)
    if isinstance(value, YamlMap):
        return value
    if value is not None and plain(value) is not None:
        problems.add(value.place, f"{key} takes a map", f"write {key}: and names indented below it")
    return YamlMap({}, node.place)


def _list(node: YamlMap, key: str, problems: Problems) -> YamlList:
    value = node.get(key)
    if isinstance(value, YamlList):
        return value
    if value is not None and plain(value) is not None:
        problems.add(value.place, f"{key} takes a list", "begin each entry with -")
    return YamlList((), node.place)
