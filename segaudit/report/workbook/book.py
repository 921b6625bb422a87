"""A page as a workbook that people work in: a summary, a sheet for each section, the issues, the charts' numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from openpyxl import Workbook

from segaudit.report.document import Tone
from segaudit.report.page import Block, Fold, Item, Line, Outline, Page, Para, Scores, Section, Span, span
from segaudit.report.words import Words
from segaudit.report.workbook.issue_rows import Issues
from segaudit.report.workbook.issues import KeptIssues, findings_in
from segaudit.report.workbook.leaf import Leaf, write_leaf
from segaudit.report.workbook.links import Links
from segaudit.report.workbook.package import Told, save
from segaudit.report.workbook.parts import Head, Heat, Picture, Placed, Table
from segaudit.report.workbook.pictures import ChartRoom
from segaudit.report.workbook.pieces import Cutter
from segaudit.report.workbook.safe import Names, on_tab, plain
from segaudit.report.workbook.sheet import SheetWriter
from segaudit.report.workbook.styles import Styles
from segaudit.report.workbook.widths import widths_of

_SUMMARY = "summary"  # the section that is told on the first sheet
_LEVEL = 2
_SHORT_TAB = 20  # characters of a section on the tab of its matrices
_FRONT = "first sheet"  # anchors of sheets
_DATA = "chart data"
_DATA_WIDTHS = (40.0, *[15.0] * 9)


def write_workbook(page: Page, path: Path, words: Words, issues: Issues, *, as_of: date | None = None) -> None:
    """Write a page as an XLSX file.

    Args:
        page: What is told.
        path: Where the file goes; it appears whole or not at all.
        words: The reader's language.
        issues: The cells behind the findings, read once; the first of each finding are listed.
        as_of: The day the file's properties name.

    Raises:
        OutputError: The file cannot be written.
    """
    kept = KeptIssues(issues, tuple(findings_in(page.blocks)))
    cutter = Cutter(words=words, listed=kept.listed)
    front, sections = _divided(page)
    back = span(words("workbook.back", sheet=_cover_title(front, words)), to=_FRONT)
    leaves = [leaf for section in sections for leaf in _leaves(section, cutter, back)]
    if kept.rows:
        leaves.append(_issue_leaf(kept, issues, words, back))
    cover = _cover(page, front, words, (*_front_parts(front, sections, cutter), *_contents(leaves, words)))
    book, told = _bound(page, words, [cover, *leaves], back)
    save(book, path, as_of, told)


def _divided(page: Page) -> tuple[tuple[Block, ...], tuple[Section, ...]]:
    """Return what the first sheet tells, the summary among it, and the sections with sheets of their own."""
    own = tuple(
        block for block in page.blocks
        if isinstance(block, Section) and block.level == _LEVEL and block.anchor != _SUMMARY
    )  # fmt: skip
    return tuple(block for block in page.blocks if block not in own), own


def _cover_title(front: Sequence[Block], words: Words) -> str:
    titles = (block.title for block in front if isinstance(block, Section) and block.anchor == _SUMMARY)
    return next(titles, words("workbook.cover"))


def _leaves(section: Section, cutter: Cutter, back: Line) -> Iterator[Leaf]:
    """Yield a section's sheet, and one for its matrices: their squares need columns of one width."""
    parts = tuple(cutter.parts(section.blocks))
    heats = tuple(placed for placed in parts if isinstance(placed.part, Heat))
    key = f"sheet of {section.anchor or section.title}"
    apart = bool(heats) and any(isinstance(placed.part, Table) for placed in parts)
    if apart:
        parts = tuple(_led_to(placed, f"matrices of {key}") for placed in parts)
    tab = cutter.words(short) if cutter.words.has(short := f"workbook.tab.{section.anchor}") else section.title
    yield Leaf(
        title=section.title, name=tab, parts=parts, anchor=section.anchor, key=key, marks=section.marks, back=back
    )
    if apart:
        title = cutter.words("workbook.matrices", section=section.title)
        name = cutter.words("workbook.matrices", section=on_tab(tab, _SHORT_TAB))
        yield Leaf(title=title, name=name, parts=heats, key=f"matrices of {key}", back=back)


def _led_to(placed: Placed, key: str) -> Placed:
    """Return a matrix as a line that leads to its sheet; anything else as it is."""
    if not isinstance(placed.part, Heat):
        return placed
    chart = placed.part.chart
    said = ": ".join(text for text in (chart.title, chart.summary) if text)
    return replace(placed, part=Para(line=span(said, to=key)))


def _issue_leaf(kept: KeptIssues, issues: Issues, words: Words, back: Line) -> Leaf:
    said = [words("workbook.issues_about", rows=kept.rows)]
    if kept.rows < kept.total:
        said.append(words("workbook.issues_all", n=issues.most, all=kept.total, file=issues.file))
    if issues.redacted:
        said.append(words("workbook.issues_redacted"))
    parts = [Placed(part=Para(line=span(text), tone=Tone.QUIET)) for text in said]
    table = Placed(part=kept.table(words))
    return Leaf(title=words("workbook.issues"), parts=(*parts, table), key="sheet of issues", back=back)


def _front_parts(front: Sequence[Block], sections: Sequence[Section], cutter: Cutter) -> Iterator[Placed]:
    """Yield what the first sheet tells; the marks are among it, wherever the page has them."""
    scored = False
    for block in front:
        blocks = block.blocks if isinstance(block, Section) and block.anchor == _SUMMARY else (block,)
        yield from cutter.parts(blocks)
        scored = scored or any(_scores_in(blocks))
    found = next(_scores_in(sections), None)
    if found is not None and not scored:
        yield from cutter.parts((found,))


def _scores_in(blocks: Sequence[Block]) -> Iterator[Scores]:
    for block in blocks:
        if isinstance(block, Scores):
            yield block
        elif isinstance(block, Section | Fold):
            yield from _scores_in(block.blocks)


def _contents(leaves: Sequence[Leaf], words: Words) -> tuple[Placed, ...]:
    """Return the list of sheets, each with a link."""
    items = [Item(line=span(leaf.title, to=leaf.key)) for leaf in leaves]
    if any(isinstance(placed.part, Picture) for leaf in leaves for placed in leaf.parts):
        items.append(Item(line=span(words("workbook.data"), to=_DATA)))
    head = Head(text=words("workbook.contents"), level=3)
    return (Placed(part=head), Placed(part=Outline(items=tuple(items))))


def _cover(page: Page, front: Sequence[Block], words: Words, parts: tuple[Placed, ...]) -> Leaf:
    whose = " · ".join(text for text in (page.brand.agency, page.brand.client) if text)
    return Leaf(
        title=page.title,
        name=_cover_title(front, words),
        parts=parts,
        anchor=_SUMMARY,
        key=_FRONT,
        marks=(Span(text=whose),) if whose else (),
        about=page.about,
        large=True,
        logo=page.brand.logo,
    )


def _bound(page: Page, words: Words, leaves: Sequence[Leaf], back: Line) -> tuple[Workbook, Told]:
    book = Workbook()
    scratch = book.active
    styles, sheets = Styles(scratch, page.brand.colour), Names()
    links = Links(styles)
    made = [book.create_sheet(sheets.sheet(leaf.name or leaf.title)) for leaf in leaves]
    data = SheetWriter(book.create_sheet(sheets.sheet(words("workbook.data"))), styles, links, _DATA_WIDTHS)
    room = ChartRoom(data=data, names=Names(), words=words)
    about = (span(words("workbook.data_about")),)
    write_leaf(data, Leaf(title=words("workbook.data"), parts=(), key=_DATA, back=back, about=about), page, room)
    begun = data.row
    for leaf, sheet in zip(leaves, made, strict=True):
        writer = SheetWriter(sheet, styles, links, widths_of(placed.part for placed in leaf.parts))
        write_leaf(writer, leaf, page, room)
        sheet.sheet_properties.tabColor = styles.brand if leaf.large else "BFC5CF"
    if data.row == begun:
        book.remove(data.sheet)
    links.tie()
    book.remove(scratch)
    book.active = 0
    _describe(book, page)
    return book, room.told


def _describe(book: Workbook, page: Page) -> None:
    properties = book.properties
    properties.title = plain(page.title, 200)
    properties.creator = plain(page.brand.agency, 200) or "segaudit"
    properties.subject = plain(page.brand.client, 200)
    properties.language = plain(page.language, 20)
