"""Paragraphs, figures, facts, lists, headings and matrices, written onto a sheet."""

from dataclasses import replace

from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.utils import get_column_letter

from segaudit.report.charts import MatrixChart
from segaudit.report.document import Tone
from segaudit.report.page import Facts, Figures, Form, Item, Outline, Para, Span
from segaudit.report.words import Words
from segaudit.report.workbook.numbers import number_format, usable
from segaudit.report.workbook.parts import Head
from segaudit.report.workbook.safe import clean
from segaudit.report.workbook.sheet import FIRST, ROW, SheetWriter, link_of, text_of, width_of
from segaudit.report.workbook.styles import PAPER, PAPERS, Look
from segaudit.report.workbook.tables import tone_of

_SIZES = {2: 16.0, 3: 14.0, 4: 12.0}
_CARD = 22.0  # characters a figure's card is wide
_NAME = 20.0  # characters of a fact's name
_MOST_SQUARES = 150
_SHORT = 30  # characters of a paragraph that is a link as a whole


def write_head(writer: SheetWriter, head: Head) -> None:
    """Write a heading, with what is said beside it."""
    writer.begin_head()
    writer.links.place(head.anchor, writer.sheet, writer.row + 1)
    writer.down()
    marks = "".join(f" · {piece.text}" for piece in head.marks)
    size = _SIZES.get(head.level, 11.0)
    colour = writer.styles.brand if writer.styles.on_brand == "FFFFFF" else ""
    look = Look(size=size, bold=True, colour=colour, valign="center")
    writer.wide(clean(head.text + marks), look, to=link_of((head.marks,)))
    writer.heighten(size * 1.7)
    writer.down()
    writer.end_head()


def write_para(writer: SheetWriter, para: Para, words: Words) -> None:
    """Write a paragraph; an alarm has the colour of one."""
    tone = para.tone if para.tone is not Tone.PLAIN else tone_of((para.line,))
    strong = bool(para.line) and all(piece.strong for piece in para.line if piece.text.strip())
    fill = PAPERS.get(para.tone, "")
    look = Look(tone=tone, bold=strong, fill=fill, valign="center", indent=1 if fill else 0)
    text, to, go = text_of((para.line,)), link_of((para.line,)), words("workbook.go")
    last = writer.last
    if to and len(para.line) > 1 and para.line[-1].to:
        # What only says where more is stands in the link itself.
        text, go = text_of((para.line[:-1],)).rstrip(), text_of(((para.line[-1],),))
    if to and width_of(text) > _SHORT:
        # Only what says "more" is underlined, so that the text stays one that is read.
        writer.text(last, go, Look(fill=fill, valign="center", align="right", wrap=True), to=to)
        to, last = "", last - 1
    writer.wide(text, look, last=last, to=to)
    writer.heighten((writer.sheet.row_dimensions[writer.row].height or ROW) + (6 if fill else 2))
    writer.down()


def write_figures(writer: SheetWriter, figures: Figures) -> None:
    """Write numbers as cards beside each other, with what they count below."""
    column = FIRST
    big = Look(size=18, bold=True, fill=PAPER, align="left", valign="center", indent=1)
    small = Look(size=9.5, tone=Tone.QUIET, fill=PAPER, align="left", indent=1)
    for number, what in figures.items:
        end = writer.until(column, _CARD)
        room = sum(writer.width(place) for place in range(column, end + 1))
        if column > FIRST and (end > writer.last or room < _CARD - 1):
            writer.down(3)
            column, end = FIRST, writer.until(FIRST, _CARD)
        writer.wide(clean(number), big, first=column, last=end)
        writer.heighten(30)
        writer.row += 1
        writer.wide(clean(what), small, first=column, last=end)
        writer.row -= 1
        column = end + 1
    writer.down(3)


def write_facts(writer: SheetWriter, facts: Facts) -> None:
    """Write names and what is so beside them."""
    end = writer.until(FIRST, _NAME)
    for name, lines in facts.rows:
        writer.wide(clean(name), Look(bold=True, tone=Tone.QUIET, ruled=True), last=end)
        look = Look(tone=tone_of(lines), ruled=True, align="left")
        writer.wide(text_of(lines), look, first=end + 1, last=max(writer.last, end + 1), to=link_of(lines))
        writer.down()


def write_outline(writer: SheetWriter, outline: Outline) -> None:
    """Write a nested list, each entry on a row."""
    for item in outline.items:
        _write_item(writer, item, 0)


def _write_item(writer: SheetWriter, item: Item, depth: int) -> None:
    mark = "•" if depth == 0 else "–"
    look = Look(tone=tone_of((item.line,)), indent=min(2 * depth, 12), align="left")
    writer.wide(f"{mark} {text_of((item.line,))}", look, to=link_of((item.line,)))
    writer.down()
    for child in item.children:
        _write_item(writer, child, depth + 1)


def write_heat(writer: SheetWriter, chart: MatrixChart) -> None:
    """Write a matrix as squares, the darker the more; presence as there or not there."""
    columns = chart.columns[:_MOST_SQUARES]
    head = Look(bold=True, size=9.5, valign="bottom", align="center", turned=True)
    for place, title in enumerate(columns, start=FIRST + 1):
        writer.text(place, clean(title, 60), head)
    writer.heighten(min(max((len(title) for title in columns), default=4), 28) * 5.6 + 10)
    writer.down()
    top = writer.row
    for label, values, said in chart.rows:
        writer.text(FIRST, clean(label, 200), Look(bold=True, valign="center", ruled=True))
        for place, value in enumerate(values[: len(columns)], start=FIRST + 1):
            _square(writer, place, value, presence=chart.presence)
        if said:
            writer.text(FIRST + 1 + len(columns), clean(said, 200), Look(tone=Tone.QUIET, valign="center", indent=1))
        writer.heighten(ROW + 2)
        writer.down()
    if chart.rows and columns and not chart.presence:
        end = f"{get_column_letter(FIRST + len(columns))}{writer.row - 1}"
        scale = ColorScaleRule(
            start_type="num", start_value=0, start_color="FFFFFF",
            end_type="num", end_value=_fullest(chart), end_color=_shade(writer),
        )  # fmt: skip
        writer.sheet.conditional_formatting.add(f"{get_column_letter(FIRST + 1)}{top}:{end}", scale)


def _square(writer: SheetWriter, column: int, value: float | None, *, presence: bool) -> None:
    look = Look(align="center", valign="center", size=9.5, ruled=True)
    if presence:
        there = bool(value)
        fill = writer.styles.brand if there else ""
        said = "●" if there else "○"
        colour = writer.styles.on_brand if there else ""
        writer.text(column, said, replace(look, fill=fill, colour=colour, tone=Tone.PLAIN if there else Tone.QUIET))
    elif usable(value):
        shape = number_format(Span(text="", number=value, form=Form.SHARE))
        writer.number(column, value, replace(look, number=shape))
    else:
        writer.text(column, "", look)


def _fullest(chart: MatrixChart) -> float:
    return max([0.01, *(value for _, values, _ in chart.rows for value in values if usable(value))])


def _shade(writer: SheetWriter) -> str:
    """Return a light shade of the brand, on which dark numbers are read."""
    parts = [int(writer.styles.brand[place : place + 2], 16) for place in (0, 2, 4)]
    return "".join(f"{(part + 255) // 2:02X}" for part in parts)
