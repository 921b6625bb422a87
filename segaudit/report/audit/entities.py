"""Which tables hold people or companies, each of whom should be there once; whose the segments of an audit are."""

from pathlib import Path

from segaudit.model.audit import AuditedSegments, AuditedTable
from segaudit.model.segments import RuleBook
from segaudit.rulebook.location import data_folder

_KINDS = frozenset({"contacts", "companies"})


def holds_entities(table: AuditedTable, segments: AuditedSegments | None) -> bool:
    """Tell whether rows of a table that are alike are one too many, as far as that was looked at.

    They are in tables of people or companies, and in the one whose records are segmented. In a table of no known kind
    (price lists, who works for whom) rows may rightly be alike; where nothing tells rows apart, nothing can be said.
    """
    found = table.identity
    if found is None or found.of_events is not None or not (found.weights or found.redundant):
        return False
    return table.kind in _KINDS or (segments is not None and segments.table == table.name)


def are_shipped(rules: RuleBook) -> bool:
    """Tell whether all segments are those the product brings along: nobody has said yet how this client segments."""
    folder = data_folder("rules") / "segments"
    return bool(rules.files) and all(Path(file).resolve().parent == folder.resolve() for file in rules.files)
