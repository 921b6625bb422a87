"""How the dictionary calls things, and where on its page they stand; conditions and documentation as its lines."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from segaudit.model.conditions import Condition, Group, PredicateRef, RelatedClause
from segaudit.model.segments import RuleBook, RuleField, Schema, Segment
from segaudit.report.document import Tone
from segaudit.report.page import Item, Line, Lines, Span, span
from segaudit.segments.wording import Words, WordsKind, condition_tree, prose
from segaudit.segments.wording_values import field_words, listed, number_words, share_words

_SLUG = re.compile(r"[^a-z0-9]+")
_DEEPEST = 3  # maps and lists in documentation
_SHARES = frozenset({"baseline", "detect_relative", "detect_absolute", "holdout", "share", "target"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Everything that is named on the page, with its anchor."""

    rules: RuleBook
    definitions: Mapping[str, Condition]  # those of the rules, and those that come with the language
    anchors: Mapping[str, str]  # of definitions and scores: "predicate:..." and "score:..."

    @classmethod
    def of(cls, rules: RuleBook) -> "Names":
        """Return the names of a rule book."""
        definitions = dict(rules.predicates)
        for condition in conditions_of(rules):
            for ref in _predicates_in(condition):
                definitions.setdefault(ref.name, ref.condition)
        keys = [*(f"predicate:{name}" for name in definitions), *(f"score:{name}" for name in rules.scores)]
        return cls(rules=rules, definitions=definitions, anchors=_anchors(keys))

    @property
    def fields(self) -> Mapping[str, RuleField]:
        """The fields of the rules."""
        return self.rules.fields

    def uses(self, condition: Condition, name: str) -> bool:
        """Tell whether a condition uses a definition, itself or by way of another."""
        return any(ref.name == name for ref in _predicates_in(condition))

    def segment_name(self, ref: str) -> str:
        """Return what a segment is called, given ``schema.segment``."""
        schema, _, segment = ref.partition(".")
        try:
            return segment_title(self.rules.schema(schema).segment(segment))
        except KeyError:
            return ref

    def tree(self, condition: Condition) -> Words:
        """Return a condition in plain words; one that is a definition and nothing else is opened."""
        words = condition_tree(condition, self.fields)
        if words.kind is WordsKind.PREDICATE and words.name in self.definitions:
            inner = condition_tree(self.definitions[words.name], self.fields)
            return Words(text=words.text, kind=WordsKind.PREDICATE, name=words.name, children=(inner,))
        return words

    def told(self, condition: Condition) -> str:
        """Return a condition as part of a sentence."""
        words = self.tree(condition)
        if words.kind is WordsKind.PREDICATE and words.children:
            return f'"{words.text}" holds: {prose(words.children[0])}'
        return prose(words)

    def items(self, condition: Condition) -> tuple[Item, ...]:
        """Return a condition as a nested list."""
        words = self.tree(condition)
        return (self._item(words),)

    def _item(self, words: Words) -> Item:
        # A score's parts stand where it is defined.
        opened = () if f"score:{words.name}" in self.anchors else words.children
        return Item(line=self._line(words), children=tuple(self._item(child) for child in opened))

    def _line(self, words: Words) -> Line:
        note = (Span(text=f" ({words.note})", tone=Tone.QUIET),) if words.note else ()
        match words.kind:
            case WordsKind.PREDICATE:
                return (Span(text=words.text, to=self.anchors.get(f"predicate:{words.name}", "")), *note)
            case WordsKind.SEGMENT:
                to = segment_anchor(*words.name.partition(".")[::2])
                return (Span(text="is in "), Span(text=self.segment_name(words.name), to=to))
            case WordsKind.GROUP if words.name:
                return (Span(text=words.text, to=self.anchors.get(f"score:{words.name}", "")),)
            case WordsKind.GROUP:
                return span(words.text, strong=True)
            case WordsKind.CLAUSE:
                return (Span(text=words.text), *note)


def conditions_of(rules: RuleBook) -> Iterator[Condition]:
    """Yield every condition of the rules: of segments, of their scores, of definitions."""
    for _, segment in rules.segments():
        yield from (segment.criteria, *segment.exclude)
        if segment.score is not None:
            yield from (part.when for part in segment.score.parts)
    for score in rules.scores.values():
        yield from (part.when for part in score.parts)
    yield from rules.predicates.values()


def _predicates_in(condition: Condition) -> Iterator[PredicateRef]:
    match condition:
        case PredicateRef():
            yield condition
            yield from _predicates_in(condition.condition)
        case Group():
            for member in condition.members:
                yield from _predicates_in(member)
        case RelatedClause():
            for part in (condition.where, condition.test):
                if part is not None:
                    yield from _predicates_in(part)


def _anchors(keys: list[str]) -> dict[str, str]:
    """Return an anchor for each key, each its own whatever the names are."""
    anchors: dict[str, str] = {}
    for key in keys:
        kind, _, name = key.partition(":")
        slug = _SLUG.sub("-", name.lower()).strip("-")[:60]
        anchor = f"{'definition' if kind == 'predicate' else 'score'}-{slug}"
        taken = set(anchors.values())
        number, wanted = 2, anchor
        while anchor in taken or not slug:
            slug, anchor, number = "x", f"{wanted}-{number}", number + 1
        anchors[key] = anchor
    return anchors


def schema_name(schema: Schema) -> str:
    """Return what a schema is called."""
    return _title(schema.id)


def segment_title(segment: Segment) -> str:
    """Return what a segment is called; one without a name by its id, as words."""
    return _title(segment.id) if segment.name == segment.id else segment.name


def _title(name: str) -> str:
    words = field_words(name)
    return words[:1].upper() + words[1:]


def schema_anchor(schema: str) -> str:
    """Return where a schema stands on the page."""
    return f"schema-{schema}"


def segment_anchor(schema: str, segment: str) -> str:
    """Return where a segment stands on the page; a name holds no hyphen, so no two are the same."""
    return f"segment-{schema}-{segment}"


def documented(owner: Schema | Segment, key: str) -> object:
    """Return what is documented under a key; None if nothing is."""
    found = owner.documentation.get(key)
    return found if found not in ("", [], {}) else None


def words_of(value: object, key: str = "") -> Lines:
    """Return a documented value as lines; what is nested deeper than people nest is cut."""
    return tuple(span(text) for text in _texts(value, key, _DEEPEST))


def text_of(value: object, key: str = "") -> str:
    """Return a documented value in one line."""
    return listed(_texts(value, key, _DEEPEST)) if value is not None else ""


def _texts(value: object, key: str, deeper: int) -> list[str]:
    match value:
        case list() if deeper:
            return [listed(_texts(item, key, deeper - 1)) for item in value]
        case dict() if deeper:
            told = {str(name): listed(_texts(item, str(name), deeper - 1)) for name, item in value.items()}
            return [f"{field_words(name)}: {words}" for name, words in told.items()]
        case list() | dict():
            return ["…"]
        case None:
            return []
    return [_single(value, key)]


def _single(value: object, key: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return share_words(float(value)) if key in _SHARES and 0 <= value <= 1 else number_words(float(value))
    return str(value)
