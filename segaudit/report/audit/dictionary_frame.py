"""The dictionary's blocks moved into another page: anchors of their own, a level deeper, bounded, its frame translated.

The dictionary is built in English. Its frame (headings, columns, names of facts) is told in the reader's language by
its English text, as message catalogues do: ``dictionary.frame.*`` of rules/report/en is what the dictionary says.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from segaudit.report.audit.segment_words import CARDS, LONGEST, Teller, note, shortened
from segaudit.report.page import (
    Block,
    Facts,
    Figures,
    Fold,
    Grid,
    Item,
    Line,
    Lines,
    Outline,
    Para,
    Section,
    Span,
)
from segaudit.report.rules_docs_names import segment_anchor

_FRAME = "dictionary.frame."
_MOST_ROWS = 200
_MOST_ITEMS = 30  # of a list
_OPEN = 2  # blocks of a card that are there unasked: that it is to be left alone, who is in it
_DEEPEST = 6  # heading
_COUNT = re.compile(r"\d{1,3}(?:,\d{3})*")
_PERCENT = re.compile(r"([<>]?)(\d+)%")
_BUILT = frozenset({"Placing", "If none is met", "If it cannot be told", "Allowed next"})  # facts told in English
_LEFT_OUT = frozenset({"Labels given"})  # the section on segments says it, with shares


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The parts of a dictionary on their way into another page."""

    tell: Teller
    parts: tuple[Section, ...]
    texts: Mapping[str, str]  # what the dictionary says -> name of the words for it
    anchors: frozenset[str]  # of what is kept
    dropped: frozenset[str]  # of cards that are not

    @classmethod
    def of(cls, tell: Teller, parts: tuple[Section, ...]) -> "Frame":
        """Return the frame of some parts; of segments, those that have a card."""
        texts = {text: name for name, text in tell.words.fallback.items() if name.startswith(_FRAME)}
        dropped = frozenset(
            segment_anchor(schema.id, segment.id)
            for schema, segment in tell.segments.docs.rules.segments()
            if (schema.id, segment.id) not in tell.cards
        )
        anchors = frozenset(_anchors(parts)) - dropped - {""}  # what has no anchor is no place to go to
        return cls(tell=tell, parts=parts, texts=texts, anchors=anchors, dropped=dropped)

    def sections(self) -> tuple[Section, ...]:
        """Return the parts as they stand in the other page."""
        return tuple(self._section(part) for part in self.parts)

    def _blocks(self, blocks: Iterable[Block]) -> Iterator[Block]:
        for block in blocks:
            match block:
                case Section():
                    if block.anchor not in self.dropped:
                        yield self._section(block)
                case Para():
                    yield replace(block, line=self._line(block.line, built=True))
                case Figures():
                    items = tuple((self._text(number), self._text(what)) for number, what in block.items)
                    yield Figures(items=items)
                case Facts():
                    rows = [row for row in block.rows if row[0] not in _LEFT_OUT]
                    told = ((name, self._lines(lines, built=name in _BUILT)) for name, lines in rows)
                    yield Facts(rows=tuple((self._text(name), lines) for name, lines in told))
                case Grid():
                    yield from self._grid(block)
                case Outline():
                    yield Outline(items=self._items(block.items))
                case _:
                    yield block

    def _section(self, section: Section) -> Section:
        blocks = tuple(self._blocks(section.blocks))
        if section.card and len(blocks) > _OPEN:  # inside an audit, a card is looked up, not read
            title = self.tell.words("dictionary.card", segment=self._text(section.title))
            blocks = (*blocks[:_OPEN], Fold(title=title, blocks=blocks[_OPEN:]))
        return replace(
            section,
            card=False,
            title=self._text(section.title),
            anchor=CARDS + section.anchor if section.anchor else "",
            level=min(section.level + 1, _DEEPEST),
            blocks=blocks,
            marks=tuple(replace(mark, text=self._text(mark.text)) for mark in section.marks),
        )

    def _grid(self, grid: Grid) -> Iterator[Block]:
        yield replace(
            grid,
            title=self._text(grid.title),
            columns=tuple(self._text(title) for title in grid.columns),
            rows=tuple(tuple(self._lines(lines) for lines in row) for row in grid.rows[:_MOST_ROWS]),
            sortable=True,
        )
        if len(grid.rows) > _MOST_ROWS:
            yield note(self.tell.words("dictionary.more_rows", n=len(grid.rows) - _MOST_ROWS))

    def _items(self, items: tuple[Item, ...]) -> tuple[Item, ...]:
        told = tuple(
            Item(line=self._line(item.line, built=True), children=self._items(item.children))
            for item in items[:_MOST_ITEMS]
        )
        more = len(items) - _MOST_ITEMS
        if more <= 0:
            return told
        return (*told, Item(line=(Span(text=self.tell.words("segments.more", n=more)),)))

    def _lines(self, lines: Lines, *, built: bool = False) -> Lines:
        told = tuple(self._line(line, built=built) for line in lines[:_MOST_ITEMS])
        more = len(lines) - _MOST_ITEMS
        return told if more <= 0 else (*told, (Span(text=self.tell.words("segments.more", n=more)),))

    def _line(self, line: Line, *, built: bool) -> Line:
        return tuple(self._span(piece, built=built) for piece in line)

    def _span(self, piece: Span, *, built: bool) -> Span:
        """Return a piece with its link moved; English sentences that the dictionary built are marked as such."""
        said = self._text(piece.text)
        is_english = built and said == piece.text and self.tell.words.language != "en"
        to = CARDS + piece.to if piece.to in self.anchors else ""
        return replace(piece, text=said, to=to, language="en" if is_english else piece.language)

    def _text(self, text: str) -> str:
        """Return a text of the frame, or a number, as the reader's language has it; any other as it is."""
        if text in self.texts:
            return self.tell.words(self.texts[text])
        if _COUNT.fullmatch(text):
            return self.tell.words.number(int(text.replace(",", "")))
        if found := _PERCENT.fullmatch(text):
            return found[1] + self.tell.words.share(int(found[2]) / 100)
        return shortened(text, LONGEST)


def _anchors(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Section):
            yield block.anchor
            yield from _anchors(block.blocks)
