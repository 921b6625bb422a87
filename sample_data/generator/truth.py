"""What an audit of the export should find, column by column."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from sample_data.generator.cells import COLUMNS
from sample_data.generator.faults import WrongCell
from sample_data.generator.model import AS_OF, Contact

_STANDS_FOR_NOTHING: Final = frozenset({"disguised_missing", "zero_as_missing"})
# Filled, and of no use until somebody corrects it.
_INVALID: Final = frozenset({
    "email_invalid", "phone_invalid", "size_words", "out_of_range", "outside_picklist", "created_in_future",
    "engaged_in_future", "test_record", "email_in_name", "orphan_company_id",
})  # fmt: skip

COVERAGE_HEADER: Final = ("column", "rows", "filled", "blank", "whitespace_only", "placeholder", "invalid", "distinct")


def measure_coverage(rows: Iterable[dict[str, str]], wrong: Iterable[WrongCell]) -> list[tuple[object, ...]]:
    """Fill of each column; filled = rows - blank - whitespace_only - placeholder, and includes invalid cells."""
    table = list(rows)
    kinds: dict[str, Counter[str]] = {column: Counter() for column in COLUMNS}
    for cell in wrong:
        kinds[cell.column][cell.fault] += 1
    lines: list[tuple[object, ...]] = []
    for column, faults in kinds.items():
        cells = [row[column] for row in table]
        blank = cells.count("")
        spaces = sum(bool(cell) and not cell.strip() for cell in cells)
        placeholder = sum(faults[fault] for fault in _STANDS_FOR_NOTHING)
        invalid = sum(faults[fault] for fault in _INVALID)
        filled = len(table) - blank - spaces - placeholder
        lines.append((column, len(table), filled, blank, spaces, placeholder, invalid, len(set(cells) - {""})))
    return lines


def describe_columns(contacts: list[Contact]) -> list[tuple[str, str, str]]:
    """Faults of whole columns: column, fault, detail."""
    known = [contact.size_updated for contact in contacts if contact.size_updated]
    stale = sum(AS_OF - day > timedelta(days=365) for day in known)
    old = sum(AS_OF - day > timedelta(days=3 * 365) for day in known)
    undated = sum(contact.employees is not None and contact.size_updated is None for contact in contacts)
    return [
        ("HubSpot Team", "constant", "every record says Revenue"),
        (
            "Date of birth",
            "near_empty",
            f"{sum(contact.born is not None for contact in contacts)} real values; sensitive, and nothing uses it",
        ),
        ("Lead Score", "copy", "always equal to HubSpot Score"),
        (
            "Company Size Updated",
            "stale",
            f"{stale} of {len(known)} dates older than 365 days, {old} older than 3 years",
        ),
        ("Number of Employees", "age_unknown", f"{undated} sizes without a date"),
        ("Create Date", "date_format", "YYYY-MM-DD HH:MM"),
        ("Last Modified Date", "date_format", "D Mon, YYYY HH:MM:SS"),
        ("Last Activity Date", "date_format", "MM/DD/YYYY"),
        ("Last Engagement Date", "date_format", "YYYY-MM-DD"),
        ("Company Size Updated", "date_format", "YYYY-MM-DD"),
    ]
