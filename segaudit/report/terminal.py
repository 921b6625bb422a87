"""Documents on a terminal, drawn by rich; plain text where the output is no terminal."""

import os
import sys

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text as RichText

from segaudit.report.document import Document, Heading, Table, Text, Tone

_STYLES = {Tone.PLAIN: "", Tone.GOOD: "green", Tone.WARN: "yellow", Tone.BAD: "bold red", Tone.QUIET: "dim"}
_PIPE_WIDTH = 160
_NARROW = 100
_LEAST = 40  # characters; nothing can be read in less


def render_terminal(document: Document) -> None:
    """Print a document to standard output."""
    plain = bool(os.environ.get("NO_COLOR"))  # no bold or dim either
    console = Console(
        file=sys.stdout,
        highlight=False,
        width=None if sys.stdout.isatty() else _piped_width(),
        color_system=None if plain else "auto",
    )
    for block in document.blocks:
        match block:
            case Heading():
                console.print(RichText(f"\n{block.text}", style="bold"))
            case Text():
                console.print(RichText(block.text, style=_STYLES[block.tone]))
            case Table():
                console.print(_table(block, console.width))


def _piped_width() -> int:
    """Return how wide output to a file or another program is: as COLUMNS says, else wide enough for tables."""
    said = os.environ.get("COLUMNS", "")
    return int(said) if said.isdecimal() and len(said) < len("10000") and int(said) >= _LEAST else _PIPE_WIDTH


def _table(block: Table, width: int) -> RichTable:
    # On a narrow terminal what is optional goes, so that what matters is not cut.
    kept = [index for index, column in enumerate(block.columns) if width >= _NARROW or not column.optional]
    table = RichTable(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for index in kept:
        column = block.columns[index]
        table.add_column(
            column.title,
            justify="right" if column.numeric else "left",
            no_wrap=column.numeric,
            overflow="fold" if index == 0 else "ellipsis",
        )
    for row in block.rows:
        table.add_row(*(RichText(row[index].text, style=_STYLES[row[index].tone]) for index in kept))
    return table
