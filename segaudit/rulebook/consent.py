"""Consent: rules/consent.yaml, and what it means for a channel as a condition like any other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from segaudit.errors import SegauditError
from segaudit.model.conditions import (
    Clause,
    ClauseOptions,
    Condition,
    Group,
    GroupKind,
    MissingPolicy,
    Place,
    PredicateRef,
)
from segaudit.model.fields import FieldType
from segaudit.model.segments import RuleField
from segaudit.rulebook.keys import check_keys
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.problems import Problems
from segaudit.rulebook.yaml_nodes import YamlList, YamlMap, YamlNode, YamlScalar, load_nodes, plain
from segaudit.sql.operators import NAMES, OperandError, operator_for

FILE = "consent.yaml"
_KEYS = ("granted", "refused")
# What is not known neither grants nor refuses.
_OPTIONS = ClauseOptions(missing=MissingPolicy.EXCLUDE, missing_stated=True)
_LIKE = "write a field, or {field: {operator: value}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentTerm:
    """One thing that grants or refuses."""

    field: str
    operator: str
    asked: object  # the operand, as written
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentChannel:
    """What grants and what refuses contact through one channel."""

    granted: tuple[ConsentTerm, ...]  # one of which must hold
    refused: tuple[ConsentTerm, ...]  # none of which may


Consent = Mapping[str, ConsentChannel]  # by channel


def load_consent(location: RulesLocation) -> Consent:
    """Read rules/consent.yaml, the client's or the shipped one.

    Raises:
        SegauditError: The file cannot be read.
        RuleErrors: With every mistake in it.
    """
    problems = Problems()
    root = load_nodes(location.file(FILE))
    channels = root.get("channels") if isinstance(root, YamlMap) else None
    if not isinstance(channels, YamlMap):
        problems.add(root.place, "consent is a map of channels", "write channels: {email: {granted: [...]}}")
        channels = YamlMap({}, root.place)
    consent = {name: _channel(name, place, node, problems) for name, place, node in channels.items()}
    problems.raise_if_any()
    return consent


def consent_condition(
    channel: str, consent: Consent, fields: Mapping[str, RuleField], place: Place
) -> PredicateRef | None:
    """Return whether a record may be contacted through a channel, as a condition that is never UNKNOWN.

    Its members are, in this order, what grants (any of it) and what refuses (none of it).

    Args:
        channel: One of the consent's.
        consent: What grants and refuses.
        fields: Those the rules know; terms about others are passed over.
        place: Where it is asked for.

    Returns:
        None if there is no such channel, or no field the rules know grants contact through it: then nobody may be.

    Raises:
        SegauditError: The rules declare a field as another kind than the consent asks it as.
    """
    found = consent.get(channel)
    granted = tuple(_clauses(found.granted, fields)) if found is not None else ()
    refused = tuple(_clauses(found.refused, fields, unreadable_too=True)) if found is not None else ()
    if not granted:
        return None
    members: tuple[Condition, ...] = (Group(kind=GroupKind.ANY, members=granted, place=place),)
    if refused:
        members += (Group(kind=GroupKind.NONE, members=refused, place=place),)
    condition = Group(kind=GroupKind.ALL, members=members, place=place)
    return PredicateRef(name=f"may contact by {channel}", condition=condition, place=place)


def _clauses(
    terms: tuple[ConsentTerm, ...], fields: Mapping[str, RuleField], *, unreadable_too: bool = False
) -> Iterator[Clause]:
    """Yield the clauses of terms; also that a cell cannot be read, where that must not pass for a no."""
    for term in terms:
        field = fields.get(term.field)
        if field is None:
            continue
        yield _clause(term, field)
        if unreadable_too and field.type is FieldType.BOOL:
            yield Clause(field=field.name, operator="invalid", operand=True, options=_OPTIONS, place=term.place)


def _clause(term: ConsentTerm, field: RuleField) -> Clause:
    operator = operator_for(term.operator, field.type)
    if operator is None:
        problem = f'"{term.operator}" cannot be asked of "{field.name}", which the rules declare as {field.type.value}'
        raise SegauditError(
            problem, where=str(term.place), hint="declare the field as consent asks it, or ask otherwise"
        )
    try:
        operand = operator.parse(term.asked, field)
    except OperandError as error:
        raise SegauditError(f'"{term.operator}" {error}', where=str(term.place)) from error
    return Clause(field=field.name, operator=term.operator, operand=operand, options=_OPTIONS, place=term.place)


def _channel(name: str, place: Place, node: YamlNode, problems: Problems) -> ConsentChannel:
    if not isinstance(node, YamlMap) or node.get("granted") is None:
        problems.add(place, f'channel "{name}" does not say what grants contact', "write granted: [email_consent]")
        return ConsentChannel(granted=(), refused=())
    check_keys(node, _KEYS, f'channel "{name}"', problems)
    granted, refused = (tuple(_terms(node.get(key), problems)) for key in _KEYS)
    return ConsentChannel(granted=granted, refused=refused)


def _terms(node: YamlNode | None, problems: Problems) -> Iterator[ConsentTerm]:
    if node is None:
        return
    for item in node.items if isinstance(node, YamlList) else (node,):
        if isinstance(item, YamlScalar) and isinstance(item.value, str):
            yield ConsentTerm(field=item.value, operator="is", asked=True, place=item.place)
            continue
        asked = _only(item)
        test = _only(asked[2]) if asked is not None else None
        if asked is None or test is None:
            problems.add(item.place, "this neither names a field nor asks something of one", _LIKE)
        elif test[0] not in NAMES:
            problems.add(test[1], f'unknown operator "{test[0]}"', "`segaudit rules operators` lists them all")
        else:
            yield ConsentTerm(field=asked[0], operator=test[0], asked=plain(test[2]), place=test[1])


def _only(node: YamlNode) -> tuple[str, Place, YamlNode] | None:
    """Return the one entry of a map; None if it is no map, or has several."""
    entries = list(node.items()) if isinstance(node, YamlMap) else []
    return entries[0] if len(entries) == 1 else None
