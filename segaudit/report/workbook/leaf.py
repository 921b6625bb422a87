"""One sheet of the workbook: its title, its parts from top to bottom, and how it is frozen and printed."""

from dataclasses import dataclass

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from segaudit.report.document import Tone
from segaudit.report.page import Facts, Figures, Line, Outline, Page, Para, Span
from segaudit.report.workbook.blocks import (
    write_facts,
    write_figures,
    write_head,
    write_heat,
    write_outline,
    write_para,
)
from segaudit.report.workbook.logo import logo_of
from segaudit.report.workbook.parts import Head, Heat, Picture, Placed, Table
from segaudit.report.workbook.pictures import ChartRoom, write_picture
from segaudit.report.workbook.safe import clean, plain
from segaudit.report.workbook.sheet import FIRST, ROW, SheetWriter, link_of, text_of
from segaudit.report.workbook.styles import Look
from segaudit.report.workbook.tables import Written, write_table

_NAVIGATION = 2  # the row below the title
_HIGHEST_FROZEN = 9  # rows that may stay while the others scroll
_LONG = 25  # rows of a table whose headers should stay
_A4 = 9
_TOGETHER = 8  # rows of a table that stand on a page with its header
_MOST_FOOTER = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A sheet that is to be written."""

    title: str
    parts: tuple[Placed, ...]
    name: str = ""  # of the sheet; empty: its title
    anchor: str = ""
    key: str = ""  # an anchor of its own, by which the list of contents leads to it
    marks: tuple[Span, ...] = ()
    back: Line = ()  # leads to the first sheet; that one has none
    about: tuple[Line, ...] = ()  # said below the title
    large: bool = False
    logo: str = ""  # data: address of a picture


def write_leaf(writer: SheetWriter, leaf: Leaf, page: Page, room: ChartRoom) -> None:
    """Write a sheet."""
    _top(writer, leaf)
    tables: list[Written] = []
    last_head = leaf.title
    for placed in leaf.parts:
        writer.depth = placed.depth
        part = placed.part
        if isinstance(part, Head):
            last_head = part.text
        written = _write(writer, part, room, last_head)
        tables += [written] if written is not None else []
    writer.depth = 0
    frozen = _frozen(tables)
    writer.sheet.freeze_panes = f"A{frozen + 1}"
    _print_setup(writer.sheet, page, room, frozen)


def _top(writer: SheetWriter, leaf: Leaf) -> None:
    styles, links = writer.styles, writer.links
    links.place(leaf.key, writer.sheet, 1, 1)
    links.place(leaf.anchor, writer.sheet, 1, 1)
    end = FIRST + len(writer.widths) - 1
    size = 22 if leaf.large else 16
    band = Look(size=size, bold=True, colour=styles.on_brand, fill=styles.brand, valign="center")
    writer.text(1, "", band)
    writer.wide(clean(leaf.title), band, last=writer.last)
    for column in range(writer.last + 1, end + 1):
        writer.text(column, "", band)
    writer.heighten(44 if leaf.large else 32)
    writer.down()
    _logo(writer, leaf.logo)
    marks = "  ·  ".join(mark.text for mark in leaf.marks)
    said = (*leaf.back, Span(text=f"  ·  {marks}" if leaf.back and marks else marks))
    writer.wide(text_of((said,)), Look(tone=Tone.QUIET, valign="center"), to=link_of((leaf.back,)))
    writer.heighten(20)
    writer.down()
    for line in leaf.about:
        writer.wide(text_of((line,)), Look(tone=Tone.QUIET), to=link_of((line,)))
        writer.down()
    if leaf.about:
        writer.down()


def _logo(writer: SheetWriter, address: str) -> None:
    logo = logo_of(address)
    if logo is None:
        return
    logo.anchor = f"{get_column_letter(FIRST)}{writer.row}"
    writer.sheet.add_image(logo)
    writer.heighten(logo.height * 0.75 + 6)
    writer.down()


def _write(writer: SheetWriter, part: object, room: ChartRoom, last_head: str) -> Written | None:
    match part:
        case Head():
            write_head(writer, part)
        case Para():
            write_para(writer, part, room.words)
        case Figures():
            writer.down()
            write_figures(writer, part)
        case Facts():
            write_facts(writer, part)
        case Outline():
            writer.keep(ROW * min(len(part.items), _TOGETHER))
            write_outline(writer, part)
        case Picture():
            write_picture(writer, part.chart, room)
        case Heat():
            writer.keep(ROW * (len(part.chart.rows) + 10))
            write_head(writer, Head(text=part.chart.title, level=5))
            if part.chart.summary:
                write_para(writer, Para(line=(Span(text=part.chart.summary),), tone=Tone.QUIET), room.words)
            write_heat(writer, part.chart)
        case Table():
            return _table(writer, part, room, last_head)
        case _:
            pass
    return None


def _table(writer: SheetWriter, table: Table, room: ChartRoom, last_head: str) -> Written:
    writer.keep(ROW * (4 + min(len(table.grid.rows), _TOGETHER)))
    if table.titled and table.grid.title and table.grid.title != last_head:
        write_head(writer, Head(text=table.grid.title, level=5))
    elif writer.row > _NAVIGATION + 1:
        writer.down()
    written = write_table(writer, table, room.names, room.words)
    writer.down()
    return written


def _frozen(tables: list[Written]) -> int:
    """Return the last row that stays: the header of a long table near the top, else the sheet's title."""
    first = tables[0] if tables else None
    long = first is not None and first.last - first.header > _LONG and first.header <= _HIGHEST_FROZEN
    return first.header if first is not None and long and len(tables) == 1 else _NAVIGATION


def _print_setup(sheet: Worksheet, page: Page, room: ChartRoom, frozen: int) -> None:
    """Print landscape, as wide as the paper, with the title on each page and its number below."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"1:{frozen}"
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom, margins.footer = 0.5, 0.6, 0.3
    whose = " · ".join(plain(text, _MOST_FOOTER) for text in (page.brand.agency, page.brand.client, page.title) if text)
    # In a footer "&" begins a code; two are one that is printed.
    sheet.oddFooter.left.text = whose.replace("&", "&&")
    sheet.oddFooter.right.text = f"&A   {room.words('workbook.page')} &P {room.words('workbook.of')} &N"
