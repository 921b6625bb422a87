"""Which fields tell entities apart, and how they are compared."""

from collections.abc import Mapping

from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.tables import rows_of


def load_evidence(location: RulesLocation) -> Mapping[str, str]:
    """Return field -> kind of evidence, from rules/identity/evidence.csv.

    Raises:
        SegauditError: The table cannot be read or lacks a column.
    """
    rows = rows_of(location.file("identity/evidence.csv"), ("field", "evidence"))
    return {row["field"].strip(): row["evidence"].strip() for _, row in rows}
