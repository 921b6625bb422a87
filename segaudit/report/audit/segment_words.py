"""How the sections about segments call things and write numbers; what a redacted report does not number."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from segaudit.model.audit import AuditedSegments, AuditResult
from segaudit.model.segments import Schema
from segaudit.report.audit.data_words import SMALL, Says
from segaudit.report.document import Tone
from segaudit.report.page import Block, Line, Lines, Para, Section, Span, cell, span
from segaudit.report.rules_docs_names import schema_name, segment_anchor, segment_title
from segaudit.report.words import Words
from segaudit.segments.wording_values import field_words

MOST_SCHEMAS = 12  # shown in full; the others in one table
MOST_CARDS = 60  # segments with a card of their own in the dictionary
MINUS = "\N{MINUS SIGN}"
LONGEST = 600  # characters of one text that the rules or another part wrote
_LONGEST_NAME = 80
CARDS = "dictionary-"  # what anchors of the dictionary begin with
_COUNTED = re.compile(r"\(([1-4])\)")  # what is counted beside a name: "industry (3)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller(Says):
    """What the sections about segments say things with."""

    segments: AuditedSegments
    cards: frozenset[tuple[str, str]]  # segments the dictionary has a card for

    @classmethod
    def about(cls, segments: AuditedSegments, words: Words, *, redacted: bool) -> "Teller":
        """Return one for the segments of an audit."""
        members = {
            (item.schema, item.segment): item.members for each in segments.overlap.schemas for item in each.segments
        }
        named = [(schema.id, segment.id) for schema, segment in segments.docs.rules.segments()]
        largest = sorted(named, key=lambda pair: -members.get(pair, 0))  # stable: of the same size in the rules' order
        return cls(words=words, segments=segments, redacted=redacted, cards=frozenset(largest[:MOST_CARDS]))

    def hides(self, count: int | None) -> bool:
        """Tell whether a count would single out a few."""
        return count is not None and Says.hides(self, count)

    def sized(self, part: int, whole: int) -> str:
        """Return a count with its share: ``1,322 (21%)``."""
        return (
            self.number(part) if not whole or self.hides(part) else f"{self.number(part)} ({self.share(part, whole)})"
        )

    def schema(self, schema_id: str) -> str:
        """Return what a schema is called."""
        return schema_name(self.segments.docs.rules.schema(schema_id))

    def segment(self, schema_id: str, label: str) -> str:
        """Return what a segment is called; a label that is none as it is."""
        try:
            name = segment_title(self.segments.docs.rules.schema(schema_id).segment(label))
        except KeyError:
            name = field_words(label)
        return shortened(name, _LONGEST_NAME)

    def segment_cell(self, schema_id: str, label: str) -> Lines:
        """Return a segment as a cell that leads to its card."""
        return cell(self.segment(schema_id, label), to=self.card(schema_id, label))

    def card(self, schema_id: str, label: str) -> str:
        """Return the anchor of a segment's card; empty if it has none."""
        return CARDS + segment_anchor(schema_id, label) if (schema_id, label) in self.cards else ""

    def evidence(self, text: str) -> Span:
        """Return a sentence that was built in English, as the evidence it is."""
        told = _COUNTED.sub(f"(<{SMALL})", text) if self.redacted else text
        return self.english(told, longest=LONGEST)[0]


def note(text: str, tone: Tone = Tone.QUIET) -> Para:
    """Return a remark."""
    return Para(line=span(text), tone=tone)


def shortened(text: str, longest: int = LONGEST) -> str:
    """Return a text that is not longer than a reader reads."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def field_list(names: Sequence[str]) -> str:
    """Return names of fields as people say them."""
    return ", ".join(field_words(name) for name in names)


def schemas_in_full(schemas: Sequence[Schema]) -> tuple[Schema, ...]:
    """Return the schemas that are shown in full."""
    return tuple(schemas[:MOST_SCHEMAS])


def unassessed(result: AuditResult, words: Words, part: str, *, title: str, anchor: str) -> Section | None:
    """Return a section that says why a part could not be judged; None if nothing is known of that."""
    told = [item for item in result.not_assessed if item.part == part]
    if not told:
        return None
    blocks: list[Block] = [note(words("segments.not_assessed"), Tone.WARN)]
    language = "en" if words.language != "en" else ""
    for item in told:
        line: Line = (Span(text=shortened(item.reason), language=language),)
        if item.hint:
            line = (*line, Span(text=" "), Span(text=shortened(item.hint), language=language))
        blocks.append(Para(line=line))
    return Section(title=title, anchor=anchor, level=2, blocks=tuple(blocks))
