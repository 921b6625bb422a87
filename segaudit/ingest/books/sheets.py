"""The sheets of a workbook, without their cells."""

from pathlib import Path

from segaudit.files import TemporaryFolder
from segaudit.ingest.books.facts import SheetInfo
from segaudit.ingest.books.guard import extract
from segaudit.ingest.files.alias import under_name

__all__ = ["SheetInfo", "list_sheets", "named_by_kind"]


def list_sheets(path: Path, kind: str, label: str) -> tuple[SheetInfo, ...]:
    """Return the sheets of a workbook, in its order.

    Args:
        path: The workbook.
        kind: xlsx, xls, xlsb or ods.
        label: Its name in messages.

    Raises:
        InputError: The workbook is protected or damaged.
    """
    with TemporaryFolder() as folder:
        return extract(named_by_kind(path, kind, folder), kind, label).sheets


def named_by_kind(path: Path, kind: str, workspace: Path) -> Path:
    """Return the file under a name that ends in what it is: half the .xls files there are hold something newer."""
    return path if path.suffix.lower() == f".{kind}" else under_name(path, workspace / f"workbook.{kind}")
