"""The segment dictionary and the treatment map as a part of the audit: what ``rules docs`` writes."""

from dataclasses import replace

from segaudit.model.audit import AuditResult
from segaudit.model.rules_docs import RulesDocs
from segaudit.report.audit.dictionary_frame import Frame
from segaudit.report.audit.segment_words import Teller, note, unassessed
from segaudit.report.document import Tone
from segaudit.report.page import Block, Section
from segaudit.report.rules_docs_page import dictionary_sections
from segaudit.report.safety import masked
from segaudit.report.words import Words

ANCHOR = "dictionary"


def section(result: AuditResult, words: Words) -> Section | None:
    """Return the dictionary; None where there are no segments."""
    title = words("dictionary.title")
    if result.segments is None:
        return unassessed(result, words, "dictionary", title=title, anchor=ANCHOR)
    tell = Teller.about(result.segments, words, redacted=result.redacted)
    docs = _redacted(result.segments.docs) if result.redacted else result.segments.docs
    if not docs.rules.schemas:
        return None
    frame = Frame.of(tell, dictionary_sections(docs))
    number = sum(len(schema.segments) for schema in docs.rules.schemas)
    blocks: list[Block] = [note(words("dictionary.lead", n=number), Tone.PLAIN)]
    if words.language != "en":
        blocks.append(note(words("dictionary.language")))
    if number > len(tell.cards):
        blocks.append(note(words("dictionary.more_cards", n=number - len(tell.cards), shown=len(tell.cards))))
    return Section(title=title, anchor=ANCHOR, level=2, blocks=(*blocks, *frame.sections()))


def _redacted(docs: RulesDocs) -> RulesDocs:
    """Return what the rules say and nothing of the records: their sizes stand where small ones are not numbered."""
    exceptions = tuple(replace(item, record_id=masked(item.record_id)) for item in docs.rules.exceptions)
    return replace(docs, rules=replace(docs.rules, exceptions=exceptions), data=None, facts=None)
