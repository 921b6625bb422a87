"""Survivorship rules and merge formats from YAML; every mistake with its line and column."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from segaudit.errors import SegauditError
from segaudit.model.conditions import Place
from segaudit.model.fields import CatalogueField, FieldType
from segaudit.model.survival import Chooser, FieldRules, GroupRules, MergeFormat, SurvivorRule, Survivorship
from segaudit.rulebook.keys import check_keys
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.problems import Problems
from segaudit.rulebook.suggest import did_you_mean
from segaudit.rulebook.tables import load_list
from segaudit.rulebook.yaml_nodes import YamlList, YamlMap, YamlNode, YamlScalar, load_nodes, plain
from segaudit.text.folding import fold, fold_header

RULES_FILE = "identity/survivorship.yaml"
FORMATS_FILE = "identity/merge_formats.yaml"

_TOP_KEYS = ("version", "dates", "survivor", "groups", "fields", "types", "default")
_DATE_KEYS = ("recent", "created", "believed_from")
_GROUP_KEYS = ("fields", "lead", "same_by", "only_with", "rules")
_FORMAT_KEYS = ("system", "objects", "key", "survivor", "duplicates", "joined", "most", "strip", "how")
# What rules can say of a whole record, and of a group of its cells.
_OF_RECORDS = frozenset(
    {
        Chooser.MOST_RECENT,
        Chooser.OLDEST,
        Chooser.FIRST_SEEN,
        Chooser.MOST_COMPLETE,
        Chooser.SOURCE_PRIORITY,
        Chooser.ANY_TRUE,
        Chooser.ANY_FALSE,
    }
)
_OF_GROUPS = _OF_RECORDS | {
    Chooser.MOST_FREQUENT,
    Chooser.USUAL,
    Chooser.LONGEST,
    Chooser.KEEP_OWN,
    Chooser.WORK_EMAIL,
}
_COMBINING = frozenset({Chooser.UNION, Chooser.SUM})
_FLAGS = frozenset({Chooser.ANY_TRUE, Chooser.ANY_FALSE})
_NOWHERE = Place(file=RULES_FILE, line=1, column=1)
# What takes fields to go by.
_BY_FIELDS = _FLAGS | {Chooser.MOST_RECENT, Chooser.OLDEST, Chooser.FIRST_SEEN, Chooser.USUAL}


def load_survivorship(
    location: RulesLocation, catalogue: Collection[str] | Mapping[str, CatalogueField]
) -> Survivorship:
    """Read the rules of survivorship.

    Args:
        location: Where rules come from; a client's file replaces the shipped one.
        catalogue: Names of the fields there are.

    Raises:
        RuleErrors: With everything that is wrong, line by line.
    """
    reader = _Reader(frozenset(catalogue))
    problems = reader.problems
    root = reader.map(load_nodes(location.file(RULES_FILE)), "the file of survivorship")
    check_keys(root, _TOP_KEYS, "the file of survivorship", problems)
    dates = reader.map(root.get("dates"), "dates")
    check_keys(dates, _DATE_KEYS, "dates", problems)
    read = Survivorship(
        survivor=reader.rules(root, "survivor", _OF_RECORDS, "which record survives"),
        groups=tuple(reader.groups(reader.map(root.get("groups"), "groups"))),
        fields=(*reader.field_rules(root.get("fields"), "fields"), *reader.field_rules(root.get("types"), "types")),
        default=reader.rules(root, "default", frozenset(Chooser), "default"),
        recent=reader.known(dates.get("recent"), "recent"),
        created=reader.known(dates.get("created"), "created"),
        believed_from=reader.day(dates),
        free_mail=frozenset(load_list(location, "free_mail_domains", "domain")),
        role_localparts=frozenset(load_list(location, "role_localparts", "localpart")),
    )
    problems.raise_if_any()
    return read


class _Reader:
    """Reads parts of the file and notes what is wrong with them."""

    def __init__(self, catalogue: frozenset[str]) -> None:
        self._catalogue = catalogue
        self.problems = Problems()

    def map(self, node: YamlNode | None, what: str) -> YamlMap:
        if isinstance(node, YamlMap):
            return node
        if node is not None:
            self.problems.add(node.place, f"{what}: is a map", "compare it with the shipped rules/" + RULES_FILE)
        return YamlMap({}, node.place if node is not None else _NOWHERE)

    def words(self, node: YamlNode | None, what: str) -> tuple[str, ...]:
        """Return a list of words, or a word alone as a list of one."""
        items = node.items if isinstance(node, YamlList) else (node,) if node is not None else ()
        found = [_word(item) for item in items]
        if node is not None and None in found:
            self.problems.add(node.place, f"{what}: is a list of words", f"write {what}: [one, another]")
        return tuple(word for word in found if word is not None)

    def known(self, node: YamlNode | None, what: str) -> tuple[str, ...]:
        """Return a list of fields of the catalogue."""
        names = self.words(node, what)
        for name in names:
            if node is not None and name not in self._catalogue:
                hint = did_you_mean(name, self._catalogue) or "rules/fields.csv lists the fields there are"
                self.problems.add(_place_of(node, name), f'unknown field "{name}"', hint)
        return names

    def day(self, dates: YamlMap) -> date:
        node = dates.get("believed_from")
        try:
            return date.fromisoformat(str(plain(node))) if node is not None else date.min
        except ValueError:
            problem, hint = f'"{plain(node) if node else ""}" is no day', "write believed_from: 1980-01-01"
            self.problems.add(node.place if node is not None else dates.place, problem, hint)
            return date.min

    def groups(self, node: YamlMap) -> Iterable[GroupRules]:
        taken: dict[str, str] = {}
        for name, place, found in node.items():
            group = self.map(found, name)
            check_keys(group, _GROUP_KEYS, f'group "{name}"', self.problems)
            fields = self.known(group.get("fields"), "fields")
            if not fields:
                self.problems.add(place, f'group "{name}" names no fields', "write fields: [street, city]")
            for field in fields:
                if field in taken:
                    hint = f'take it out of "{name}" or of "{taken[field]}"'
                    self.problems.add(place, f'field "{field}" is in two groups', hint)
                taken.setdefault(field, name)
            yield GroupRules(
                name=name,
                fields=fields,
                rules=self.rules(group, "rules", _OF_GROUPS, f'group "{name}"'),
                lead=self._lead(group, fields),
                same_by=self._among(group, "same_by", fields),
                only_with=self.known(group.get("only_with"), "only_with"),
            )

    def _lead(self, group: YamlMap, fields: Sequence[str]) -> str | None:
        return next(iter(self._among(group, "lead", fields)), None)

    def _among(self, group: YamlMap, key: str, fields: Sequence[str]) -> tuple[str, ...]:
        node = group.get(key)
        names = self.known(node, key)
        for name in names:
            if node is not None and name in self._catalogue and name not in fields:
                self.problems.add(
                    _place_of(node, name), f'{key}: "{name}" is no field of the group', "add it to fields:"
                )
        return names

    def field_rules(self, node: YamlNode | None, what: str) -> Iterable[FieldRules]:
        if node is None:
            return
        if not isinstance(node, YamlList):
            self.problems.add(node.place, f"{what}: is a list", f"write - {what}: [...] and below it rules: [...]")
            return
        keys = ("types", "rules") if what == "types" else ("fields", "columns", "rules")
        for item in node.items:
            entry = self.map(item, what)
            check_keys(entry, keys, f"an entry of {what}", self.problems)
            read = FieldRules(
                fields=self.known(entry.get("fields"), "fields"),
                types=tuple(self._types(entry.get("types"))),
                columns=tuple(map(fold_header, self.words(entry.get("columns"), "columns"))),
                rules=self.rules(entry, "rules", frozenset(Chooser), f"an entry of {what}"),
            )
            if not (read.fields or read.types or read.columns):
                self.problems.add(item.place, f"this entry of {what} is for nothing", f"write {keys[0]}: [...]")
            yield read

    def _types(self, node: YamlNode | None) -> Iterable[FieldType]:
        for word in self.words(node, "types"):
            if word in {kind.value for kind in FieldType}:
                yield FieldType(word)
            elif node is not None:
                hint = "types are " + ", ".join(FieldType)
                self.problems.add(
                    _place_of(node, word), f'unknown type "{word}"', did_you_mean(word, FieldType) or hint
                )

    def rules(self, of: YamlMap, key: str, allowed: Collection[Chooser], what: str) -> tuple[SurvivorRule, ...]:
        """Return an ordered list of rules; what cannot be asked here is a mistake."""
        node = of.get(key)
        items = node.items if isinstance(node, YamlList) else (node,) if node is not None else ()
        if not items:
            self.problems.add(of.place, f"{what} has no rules", f"write {key}: [most_recent]")
        read = [rule for rule in (self._rule(item, allowed, what) for item in items) if rule is not None]
        for rule in read[1:]:
            if rule.chooser in _COMBINING:
                self.problems.add(rule.place, f"{rule.chooser} cannot come after another rule", "put it first")
        return tuple(read)

    def _rule(self, node: YamlNode, allowed: Collection[Chooser], what: str) -> SurvivorRule | None:
        word, about = _named(node)
        if word is None:
            self.problems.add(node.place, "a rule is a word, or a word with what it goes by", "write most_recent")
            return None
        if word not in {chooser.value for chooser in Chooser}:
            hint = did_you_mean(word, Chooser) or "rules are " + ", ".join(Chooser)
            self.problems.add(node.place, f'there is no rule "{word}"', hint)
            return None
        chooser = Chooser(word)
        if chooser not in allowed:
            hint = "rules that can: " + ", ".join(item for item in Chooser if item in allowed)
            self.problems.add(node.place, f"{chooser} cannot decide {what}", hint)
            return None
        needs_field = chooser in {*_FLAGS, Chooser.USUAL} and len(allowed) < len(Chooser)
        return self._with_detail(chooser, node, about, needs_field=needs_field)

    def _with_detail(
        self, chooser: Chooser, node: YamlNode, about: YamlNode | None, *, needs_field: bool
    ) -> SurvivorRule | None:
        if chooser is Chooser.SOURCE_PRIORITY:
            return self._priority(node, about)
        if chooser is Chooser.PREFER:
            values = tuple(map(fold, self.words(about, "prefer")))
            if not values:
                self.problems.add(node.place, "prefer names no values", "write prefer: [customer, lead]")
            return SurvivorRule(chooser=chooser, place=node.place, values=values)
        if chooser is Chooser.UNION:
            return SurvivorRule(chooser=chooser, place=node.place, separator=None if about is None else _word(about))
        if chooser in _BY_FIELDS:
            fields = self.known(about, chooser)
            if needs_field and not fields:
                example = "last_name" if chooser is Chooser.USUAL else "email_bounced"
                self.problems.add(node.place, f"{chooser} needs a field here", f"write {chooser}: {example}")
            return SurvivorRule(chooser=chooser, place=node.place, fields=fields)
        if about is not None:
            self.problems.add(node.place, f"{chooser} takes nothing", f"write {chooser} alone")
        return SurvivorRule(chooser=chooser, place=node.place)

    def _priority(self, node: YamlNode, about: YamlNode | None) -> SurvivorRule | None:
        if not isinstance(about, YamlMap) or set(about.entries) != {"column", "order"}:
            hint = "write source_priority: {column: lead_source, order: [ERP, Webform]}"
            self.problems.add(node.place, "source_priority takes a column and an order", hint)
            return None
        return SurvivorRule(
            chooser=Chooser.SOURCE_PRIORITY,
            place=node.place,
            fields=self.words(about.get("column"), "column"),  # a field, or a header
            values=tuple(map(fold, self.words(about.get("order"), "order"))),
        )


def _named(node: YamlNode) -> tuple[str | None, YamlNode | None]:
    """Return the word of a rule, and what stands behind it."""
    if isinstance(node, YamlMap) and len(node.entries) == 1:
        ((word, _, about),) = node.items()
        return word, about
    return _word(node), None


def _word(node: YamlNode | None) -> str | None:
    return str(node.value) if isinstance(node, YamlScalar) and node.value is not None else None


def load_merge_formats(location: RulesLocation) -> tuple[MergeFormat, ...]:
    """Read the shapes in which systems take merges; the last is for a system nobody knows.

    Raises:
        SegauditError: A shape is not complete; with its place.
    """
    root = load_nodes(location.file(FORMATS_FILE))
    found = root.get("formats") if isinstance(root, YamlMap) else None
    if not isinstance(found, YamlList):
        raise SegauditError(
            "merge formats are a list", where=str(root.place), hint="write formats: and below it - system:"
        )
    formats = [_format(node) for node in found.items]
    if "" not in {item.system for item in formats}:
        raise SegauditError(
            "there is no format for other systems", where=str(root.place), hint='add one with system: ""'
        )
    return tuple(formats)


def _format(node: YamlNode) -> MergeFormat:
    problems = Problems()
    reader = _Reader(frozenset())
    entry = node if isinstance(node, YamlMap) else YamlMap({}, node.place)
    check_keys(entry, _FORMAT_KEYS, "a merge format", problems)
    texts = {key: _word(entry.get(key)) or "" for key in ("system", "key", "survivor", "joined", "strip", "how")}
    duplicates, most = reader.words(entry.get("duplicates"), "duplicates"), entry.get("most")
    count = plain(most) if most is not None else 1
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        problems.add(most.place if most is not None else node.place, "most: is a whole number from 1", "write most: 2")
        count = 1
    if texts["key"] not in {"record_id", "email"}:
        problems.add(node.place, f'key cannot be "{texts["key"]}"', "write key: record_id or key: email")
    if not texts["survivor"] or len(duplicates) != (1 if texts["joined"] else count):
        hint = "name the survivor's column and one for each duplicate of a row, or one with joined:"
        problems.add(node.place, "a merge format names a column for each record of a row", hint)
    problems.raise_if_any()
    objects = reader.words(entry.get("objects"), "objects")
    return MergeFormat(**texts, objects=objects, duplicates=duplicates, most=count)


def _place_of(node: YamlNode, word: str) -> Place:
    items = node.items if isinstance(node, YamlList) else ()
    return next((item.place for item in items if _word(item) == word), node.place)
