"""Segment files to one rule book; every mistake in every file is reported at once."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from segaudit.errors import RuleErrors, SegauditError
from segaudit.model.conditions import ClauseOptions, Condition, Place
from segaudit.model.fields import CatalogueField, FieldType
from segaudit.model.segments import (
    Governance,
    RuleBook,
    RuleField,
    RuleTest,
    Schema,
)
from segaudit.rulebook.conditions import OPTION_KEYS, ConditionReader, read_options
from segaudit.rulebook.cycles import check_references
from segaudit.rulebook.declarations import read_field, read_governance
from segaudit.rulebook.exceptions import named_exceptions
from segaudit.rulebook.keys import IDENTIFIER, TEST_KEYS, TOP_KEYS, check_keys, list_of, map_of
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.problems import Problems
from segaudit.rulebook.related import TABLES
from segaudit.rulebook.schemas import read_schema
from segaudit.rulebook.suggest import did_you_mean
from segaudit.rulebook.tables import load_catalogue
from segaudit.rulebook.yaml_nodes import YamlList, YamlMap, YamlNode, load_nodes, plain


@dataclass
class _Draft:
    """What has been read so far, before references are resolved."""

    fields: dict[str, RuleField] = field(default_factory=dict)
    predicates: dict[str, YamlNode] = field(default_factory=dict)
    schemas: list[tuple[str, Place, YamlMap, ClauseOptions]] = field(default_factory=list)
    scores: dict[str, tuple[Place, YamlNode]] = field(default_factory=dict)
    tests: list[YamlMap] = field(default_factory=list)
    governance: Governance = field(default_factory=Governance)
    exceptions: list[YamlNode] = field(default_factory=list)  # names of their files


def load_rules_at(location: RulesLocation) -> RuleBook:
    """Read the segment files of a place where rules are, with all that they may speak of.

    Raises:
        RuleErrors: With everything that is wrong, file by file, line by line.
    """
    return load_rulebook(location.segment_files(), load_catalogue(location), location)


def load_rulebook(
    files: tuple[Path, ...], catalogue: Mapping[str, CatalogueField], location: RulesLocation | None = None
) -> RuleBook:
    """Read segment files as one rule book.

    Args:
        files: YAML files, merged: fields may repeat if they say the same, predicates and schemas may not.
        catalogue: Canonical fields, known without being declared.
        location: Where what rules look up is, such as the names of places; the shipped rules if None.

    Raises:
        RuleErrors: With everything that is wrong, file by file, line by line.
    """
    problems = Problems()
    fields = {name: RuleField(name=name, type=FieldType.ROWS) for name in TABLES}
    draft = _Draft(fields=fields | {name: RuleField(name=name, type=item.type) for name, item in catalogue.items()})
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
    where = location or RulesLocation.at(None)
    reader = ConditionReader(draft.fields, draft.predicates, problems, scores=draft.scores, location=where)
    _check_predicates(draft, reader)
    scores = {name: reader.score(name, ClauseOptions()) for name in draft.scores}
    schemas = [read_schema(name, place, node, options, reader) for name, place, node, options in draft.schemas]
    kept = tuple(schema for schema in schemas if schema is not None)
    if not draft.schemas:
        problems.add(
            Place(file=str(files[0]), line=1, column=1), "there is no segment here", "write schemas: below version: 1"
        )
    if len(kept) == len(schemas):
        check_references(kept, problems)
    exceptions = named_exceptions(draft.exceptions, kept, problems) if len(kept) == len(schemas) else ()
    for used in dict.fromkeys(item.place.file for item in exceptions):
        digest.update(Path(used).read_bytes())
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
        scores={name: score for name, score in scores.items() if score is not None},
        exceptions=exceptions,
        beside=tuple(dict.fromkeys([*reader.lists, *(item.place.file for item in exceptions)])),
    )


def _read_file(root: YamlNode, draft: _Draft, problems: Problems) -> None:
    if not isinstance(root, YamlMap):
        problems.add(root.place, "a rules file is a map", "begin with version: 1")
        return
    check_keys(root, TOP_KEYS, "a rules file", problems)
    version = root.get("version")
    if version is not None and plain(version) != 1:
        problems.add(version.place, f"version {plain(version)} is not known", "write version: 1")
    defaults = map_of(root, "defaults", problems)
    check_keys(defaults, OPTION_KEYS, "defaults", problems)
    options = read_options(defaults, ClauseOptions(), problems)
    governance = root.get("governance")
    draft.governance = read_governance(governance, draft.governance, problems)
    excepting = governance.get("exceptions") if isinstance(governance, YamlMap) else None
    draft.exceptions += [] if excepting is None else [excepting]
    for name, place, node in map_of(root, "fields", problems).items():
        _add_field(name, place, node, draft, problems)
    _add_named(root, draft, problems)
    for name, place, node in map_of(root, "schemas", problems).items():
        schema = _schema_node(name, place, node, draft, problems)
        if schema is not None:
            draft.schemas.append((name, place, schema, options))
    for node in list_of(root, "tests", problems).items:
        if isinstance(node, YamlMap):
            draft.tests.append(node)
        else:
            problems.add(node.place, "a test is a map", "write {given: {...}, schema: ..., expect: ...}")


def _add_named(root: YamlMap, draft: _Draft, problems: Problems) -> None:
    """Note what rules name once and use in several places: predicates and scores."""
    for name, place, node in map_of(root, "predicates", problems).items():
        if name in draft.predicates:
            problems.add(place, f'predicate "{name}" is defined twice', "keep one of them")
        draft.predicates[name] = node
    for name, place, node in map_of(root, "scores", problems).items():
        if name in draft.scores or not IDENTIFIER.fullmatch(name):
            problem = "is defined twice" if name in draft.scores else "cannot name a score"
            problems.add(place, f'score "{name}" {problem}', "give it a name of its own: lower case letters, digits, _")
        draft.scores[name] = (place, node)


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
    if not _can_be_given(given, draft, problems):
        return None
    as_of = node.get("as_of")
    return RuleTest(
        given=plain(given),
        schema=str(plain(schema)),
        expect=str(plain(expect)),
        as_of=_day(as_of, problems) if as_of is not None else None,
        place=node.place,
    )


def _can_be_given(given: YamlMap, draft: _Draft, problems: Problems) -> bool:
    """Tell whether a test gives fields that there are; of another table it gives a list of rows."""
    for name, place, node in given.items():
        if name not in draft.fields:
            problems.add(place, f'unknown field "{name}"', did_you_mean(name, draft.fields))
            return False
        if draft.fields[name].type is not FieldType.ROWS:
            continue
        rows = node.items if isinstance(node, YamlList) else None
        if rows is None or not all(isinstance(row, YamlMap) for row in rows):
            problems.add(node.place, f"{name} is a table: its rows are a list", f"write {name}: [{{field: value}}]")
            return False
        if not all(_can_be_given(row, draft, problems) for row in rows if isinstance(row, YamlMap)):
            return False
    return True


def _day(node: YamlNode, problems: Problems) -> date | None:
    try:
        return date.fromisoformat(str(plain(node)))
    except ValueError:
        problems.add(node.place, f'"{plain(node)}" is no date', "write 2026-01-31")
        return None
