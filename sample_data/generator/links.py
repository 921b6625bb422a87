"""Rows of the related files whose keys do not hold: orphans and fan-outs."""

from typing import NamedTuple


class LinkFault(NamedTuple):
    """One line of truth/link_faults.csv."""

    file: str
    key: str  # id of the row that carries the fault
    fault: str  # orphan_contact, orphan_company, repeated_row, one_row_per_contact, two_companies
    detail: str


def missing_contact_id(number: int) -> int:
    """An id that the contacts export never reaches."""
    return 9_100_003 + 37 * number
