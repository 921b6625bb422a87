"""The whole of what checking one source came to."""

from dataclasses import dataclass
from datetime import date

from segaudit.model.fields import FieldMap
from segaudit.model.gates import GateResult, LeftOut, SuiteRun
from segaudit.model.quality import Check, QualityFinding
from segaudit.model.shown import Shown
from segaudit.model.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityResult(Shown):
    """The findings about one source, worst first, and how it stands against a gate."""

    source: Source
    fields: FieldMap
    as_of: date
    checks: tuple[Check, ...]  # that could be run
    not_run: tuple[tuple[str, str], ...]  # check id and why: a field it needs is not in the file
    findings: tuple[QualityFinding, ...]
    gate: GateResult | None = None  # figures held against thresholds
    suite: SuiteRun | None = None  # a client's own suite, run over the rows
    left_out: tuple[LeftOut, ...] = ()  # checks an exported suite cannot say

    @property
    def gate_met(self) -> bool:
        """Tell whether every gate that was asked for is met."""
        return (self.gate is None or self.gate.met) and (self.suite is None or self.suite.success)
