"""A table with a filter in each header, bands, bars for shares, and its rows' anchors."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from openpyxl.formatting.rule import DataBarRule, IconSetRule
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table as ListObject
from openpyxl.worksheet.table import TableStyleInfo

from segaudit.report.document import Tone
from segaudit.report.page import Form, Lines, Span
from segaudit.report.words import Words
from segaudit.report.workbook.numbers import number_format, places_of, usable
from segaudit.report.workbook.parts import Table
from segaudit.report.workbook.safe import Names
from segaudit.report.workbook.sheet import FIRST, SheetWriter, height_of, lines_in, link_of, text_of
from segaudit.report.workbook.styles import PAPERS, Look

_MOST_ROWS = 20_000
_MOST_COLUMNS = 200
_TALLEST = 150.0
_STYLE = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
_ORDER = (Tone.BAD, Tone.WARN, Tone.GOOD, Tone.QUIET)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Where a table stands."""

    sheet: str
    header: int  # row
    first: int  # row
    last: int
    column: int  # the first
    headers: tuple[str, ...]


def write_table(writer: SheetWriter, table: Table, names: Names, words: Words) -> Written:
    """Write a table; ``writer.row`` is then the one below it."""
    grid = table.grid
    columns, rows = grid.columns[:_MOST_COLUMNS], grid.rows[:_MOST_ROWS]
    heads = Names()
    headers = tuple(heads.header(title, place) for place, title in enumerate(columns, start=1))
    top = writer.row
    _header(writer, headers, grid.numeric)
    formats = _Formats(table)
    for place, row in enumerate(rows):
        anchor = table.anchors[place] if place < len(table.anchors) else ""
        writer.links.place(anchor, writer.sheet, writer.row)
        _row(writer, row, len(headers), formats)
    written = Written(
        sheet=writer.sheet.title, header=top, first=top + 1, last=writer.row - 1, column=FIRST, headers=headers
    )
    if rows and headers:
        begin, end = get_column_letter(FIRST), get_column_letter(FIRST + len(headers) - 1)
        area = ListObject(displayName=names.table(table.name), ref=f"{begin}{top}:{end}{written.last}")
        area.tableStyleInfo = _STYLE
        writer.sheet.add_table(area)
        _bars(writer, table, written, formats.barred)
    else:
        writer.text(FIRST, words("workbook.nothing"), Look(tone=Tone.QUIET))
        writer.down()
    if left := len(grid.rows) - len(rows):
        writer.wide(words("workbook.more_rows", rows=left), Look(tone=Tone.QUIET))
        writer.down()
    return written


class _Formats:
    """What the columns of a table have in common."""

    def __init__(self, table: Table) -> None:
        grid = table.grid
        self.numeric = grid.numeric
        self.barred = {
            place
            for place in range(len(grid.columns))
            if place in table.bars or (table.share_bars and _are_shares(table, place))
        }
        self.places = {
            place: places_of(piece for row in grid.rows if place < len(row) for line in row[place] for piece in line)
            for place in range(min(len(grid.columns), _MOST_COLUMNS))
        }


def _header(writer: SheetWriter, headers: Sequence[str], numeric: frozenset[int]) -> None:
    look = Look(bold=True, colour=writer.styles.on_brand, fill=writer.styles.brand, valign="center", wrap=True)
    for place, title in enumerate(headers):
        aligned = replace(look, align="right" if place in numeric else "left", indent=1)
        writer.text(FIRST + place, title, aligned)
        writer.heighten(height_of(lines_in(title, writer.width(FIRST + place) - 4)) + 6)
    writer.down()


def _row(writer: SheetWriter, row: Sequence[Lines], columns: int, formats: _Formats) -> None:
    texts = [text_of(row[place]) if place < len(row) else "" for place in range(columns)]
    widths = [writer.width(FIRST + place) - 2 for place in range(columns)]
    tallest = max((lines_in(text, width) for text, width in zip(texts, widths, strict=True)), default=1)
    upright = "top" if tallest > 1 else "center"
    for place, text in enumerate(texts):
        lines: Lines = row[place] if place < len(row) else ()
        column, tone = FIRST + place, tone_of(lines)
        fill = "" if place in formats.barred else PAPERS.get(tone, "")
        look = Look(tone=tone, bold=_strong(lines), ruled=True, fill=fill, valign=upright, indent=1)
        number = number_in(lines)
        if number is not None and usable(number.number):
            shaped = replace(look, number=number_format(number, formats.places[place]), align="right")
            writer.number(column, number.number, shaped, to=link_of(lines))
            continue
        aligned = replace(look, wrap=True, align="right" if place in formats.numeric else "left")
        writer.text(column, text, aligned, to=link_of(lines))
    writer.sheet.row_dimensions[writer.row].height = min(height_of(tallest), _TALLEST) + 4
    writer.down()


def number_in(lines: Lines) -> Span | None:
    """Return the piece that makes a cell a number: the only one that says anything."""
    pieces = [piece for line in lines for piece in line if piece.text.strip() or piece.number is not None]
    return pieces[0] if len(pieces) == 1 and usable(pieces[0].number) else None


def tone_of(lines: Lines) -> Tone:
    """Return the gravest tone of a cell; it is quiet only if all of it is."""
    tones = {piece.tone for line in lines for piece in line if piece.text.strip()}
    found = next((tone for tone in _ORDER if tone in tones), Tone.PLAIN)
    return Tone.PLAIN if found is Tone.QUIET and len(tones) > 1 else found


def _strong(lines: Lines) -> bool:
    pieces = [piece for line in lines for piece in line if piece.text.strip()]
    return bool(pieces) and all(piece.strong for piece in pieces)


def _bars(writer: SheetWriter, table: Table, written: Written, barred: set[int]) -> None:
    for place in range(len(written.headers)):
        letter = get_column_letter(written.column + place)
        area = f"{letter}{written.first}:{letter}{written.last}"
        if place in table.arrows:
            writer.sheet.conditional_formatting.add(area, IconSetRule("3Arrows", "num", [-1000, -0.5, 0.5]))
        elif place in barred:
            full = table.bars.get(place, 1.0)
            top = {"end_type": "max"} if full is None else {"end_type": "num", "end_value": full}
            rule = DataBarRule(
                start_type="num", start_value=0, **top, color=_pale(writer.styles.brand), minLength=0, maxLength=100
            )
            writer.sheet.conditional_formatting.add(area, rule)


def _are_shares(table: Table, place: int) -> bool:
    found = [number_in(row[place]) for row in table.grid.rows if place < len(row)]
    shares = [piece for piece in found if piece is not None]
    return bool(shares) and all(piece.form is Form.SHARE and 0 <= (piece.number or 0) <= 1 for piece in shares)


def _pale(colour: str) -> str:
    """Return a colour halfway to white: dark text is read on it."""
    parts = [int(colour[place : place + 2], 16) for place in (0, 2, 4)]
    return "".join(f"{(part + 255) // 2:02X}" for part in parts)
