"""What of an audit was measured, before anything is judged."""

from dataclasses import dataclass

from segaudit.model.audit import AuditedSegments, AuditedTable, NotAssessed
from segaudit.model.workspace import WorkspaceResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The measured part of an AuditResult: marks, plan and headlines are worked out from it and nothing else."""

    tables: tuple[AuditedTable, ...]
    workspace: WorkspaceResult
    segments: AuditedSegments | None
    not_assessed: tuple[NotAssessed, ...] = ()

    def table(self, name: str) -> AuditedTable | None:
        """Return a table by name; None if there is none."""
        return next((table for table in self.tables if table.name == name), None)

    def of_kind(self, kind: str) -> tuple[AuditedTable, ...]:
        """Return the tables of a kind."""
        return tuple(table for table in self.tables if table.kind == kind)
