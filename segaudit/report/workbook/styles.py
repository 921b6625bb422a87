"""How cells look: one style for each look, made once and shared by the cells that have it."""

import re
from copy import copy
from dataclasses import dataclass

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from segaudit.report.document import Tone

FONT = "Calibri"
INK, QUIET, LINE, PAPER, LINK = "1B2330", "566072", "D9DEE6", "F3F5F8", "0B57A4"
HOUSE = "1F4E79"
TONES = {Tone.PLAIN: INK, Tone.GOOD: "17663A", Tone.WARN: "7A4B00", Tone.BAD: "A81C1C", Tone.QUIET: QUIET}
PAPERS = {Tone.GOOD: "E6F4EA", Tone.WARN: "FFF3D6", Tone.BAD: "FDE7E7"}
# Told apart by people who see colours otherwise (after Okabe and Ito), darkened where white paper asks for it.
SERIES = ("0072B2", "E69F00", "009E73", "CC79A7", "56B4E9", "D55E00", "8C7A00", "7F7F7F")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_DARK = 0.4  # of full light: white text is read on it


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Everything a cell's style says."""

    size: float = 10.5
    bold: bool = False
    tone: Tone = Tone.PLAIN
    colour: str = ""  # of the text; empty: its tone's
    fill: str = ""
    number: str = "General"
    align: str = ""
    valign: str = "top"
    wrap: bool = False
    indent: int = 0
    ruled: bool = False  # a fine line below
    link: bool = False
    turned: bool = False  # text runs upwards
    runs: bool = False  # its text would be a formula if it were typed


class Styles:
    """The styles of one workbook."""

    def __init__(self, scratch: Worksheet, colour: str = "") -> None:
        """Make styles for a workbook.

        Args:
            scratch: A sheet of it that no reader sees.
            colour: The brand's, as "#rrggbb"; anything else is the house's.
        """
        self.brand = colour[1:].upper() if _COLOUR.fullmatch(colour) else HOUSE
        self.on_brand = "FFFFFF" if light_of(self.brand) < _DARK else INK
        self._cell = scratch.cell(1, 1)
        self._known: dict[Look, object] = {}

    def apply(self, cell: Cell, look: Look) -> None:
        """Give a cell a look."""
        if look not in self._known:
            self._known[look] = self._made(look)
        cell._style = self._known[look]  # noqa: SLF001 - a style of its own for each cell takes ten times as long

    def _made(self, look: Look) -> object:
        cell = self._cell
        colour = look.colour or (LINK if look.link and look.tone is Tone.PLAIN else TONES[look.tone])
        cell.font = Font(
            name=FONT, size=look.size, bold=look.bold, color=colour, underline="single" if look.link else None
        )
        cell.fill = PatternFill("solid", fgColor=look.fill) if look.fill else PatternFill()
        cell.alignment = Alignment(
            horizontal=look.align or None,
            vertical=look.valign,
            wrap_text=look.wrap or None,
            indent=look.indent,
            text_rotation=90 if look.turned else 0,
        )
        cell.border = Border(bottom=Side(style="thin", color=LINE)) if look.ruled else Border()
        cell.number_format = look.number
        cell.quotePrefix = look.runs
        return copy(cell._style)  # noqa: SLF001 - as above


def light_of(colour: str) -> float:
    """Return how light a colour is, 0-1 (relative luminance as WCAG defines it)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]  # noqa: PLR2004
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
