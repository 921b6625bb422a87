"""Documents as Markdown and their first table as CSV."""

import csv
import io
import re

from segaudit.report.document import Document, Heading, Table, Text
from segaudit.text.spreadsheets import spreadsheet_safe

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
_LIST_MARK = re.compile(r"^(\s*\d*)([-+.)])")


def render_markdown(document: Document) -> str:
    """Return a document as Markdown; nothing in a cell can become markup."""
    parts = []
    for block in document.blocks:
        match block:
            case Heading():
                parts.append(f"## {_escaped(block.text)}")
            case Text():
                parts.append(_LIST_MARK.sub(r"\1\\\2", _escaped(block.text)))
            case Table():
                parts.append(_table(block))
    return "\n\n".join(parts) + "\n"


def _table(table: Table) -> str:
    head = "| " + " | ".join(_escaped(column.title) for column in table.columns) + " |"
    rule = "|" + "|".join("---:" if column.numeric else "---" for column in table.columns) + "|"
    rows = ["| " + " | ".join(_escaped(cell.text) for cell in row) + " |" for row in table.rows]
    return "\n".join([head, rule, *rows])


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text.replace("\n", " ").replace("\r", " "))


def render_csv(document: Document) -> str:
    """Return a document's first table as CSV, safe to open in a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for table in document.tables()[:1]:
        writer.writerow([column.title for column in table.columns])
        writer.writerows([spreadsheet_safe(cell.text.replace("\r", " ")) for cell in row] for row in table.rows)
    return out.getvalue()
