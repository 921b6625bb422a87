"""The verbs that decide segments: overlap, and assign, which stands in tagging.py."""

from collections.abc import Sequence
from datetime import date

from segaudit.audit.excepting import settle, with_exceptions
from segaudit.audit.opening import InputChoices
from segaudit.audit.preparing import Progress, engine_for, prepare
from segaudit.audit.ruling import load_rules
from segaudit.audit.tagging import assign
from segaudit.model.decisions import OverlapResult
from segaudit.segments.decide import DECISIONS, create_decisions
from segaudit.segments.governance import judge_segments
from segaudit.segments.leakage import measure_leakage
from segaudit.segments.overlap import field_coverage, measure_overlap

__all__ = ["assign", "overlap"]


def overlap(
    path: str | Sequence[str],
    choices: InputChoices | None = None,
    *,
    as_of: date | None = None,
    resolve: bool | str = False,
    progress: Progress = lambda _: None,
) -> OverlapResult:
    """Decide the segments of every record and count how they divide the records.

    Args:
        path: CSV, TSV, workbook or Parquet file; ``-`` is standard input. Several are parts of one table.
        choices: What to read it with, and which rules.
        as_of: Day that rules count from; today if not given.
        resolve: Count by entity too, and tell which have records in different segments. True: find which records are
            one entity, as dedupe does; a text: the file its --clusters wrote.
        progress: Told what is being done.

    Raises:
        SegauditError: The file or the rules cannot be read, or the rules ask for a decision the data does not allow.
    """
    choices = choices or InputChoices()
    rules = load_rules(choices.rules)  # first: a mistake in the rules is told before a large file is read
    with engine_for(choices, resolve) as engine:
        found = prepare(path, choices, rules, as_of, engine, resolve=resolve, progress=progress)
        create_decisions(found.program, found.data, engine)
        counts = measure_overlap(found.program, engine)
        if found.resolution is not None:
            counts = measure_leakage(found.program, counts, engine)
        settled = settle(found, DECISIONS, engine)
        counts = with_exceptions(counts, settled.counts)
        findings = judge_segments(found.rules, counts, found.source.rows, field_coverage(found.program, engine))
        return OverlapResult(
            source=found.source,
            rules=found.rules,
            as_of=found.day,
            absent_fields=found.absent(),
            schemas=counts,
            findings=(*findings, *settled.findings),
            resolution=found.resolution,
            exceptions=settled.counts,
        )
