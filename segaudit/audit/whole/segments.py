"""The segments of one table's records, judged by every means there is, over records that are read and decided once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from segaudit.audit.deciding import count_prepared
from segaudit.audit.documenting import document_data
from segaudit.audit.drift import drift_since
from segaudit.audit.enriching import enrich_opened
from segaudit.audit.history import Recorder, history, with_history
from segaudit.audit.opening import InputChoices, OpenedInput
from segaudit.audit.performance import PerformanceChoices, compare_prepared
from segaudit.audit.preparing import Prepared, compile_for, declared
from segaudit.audit.proving import prove_rules
from segaudit.audit.relating import NOTHING, Related, relate
from segaudit.audit.scorecard import judge_prepared
from segaudit.audit.whole.steps import Steps
from segaudit.audit.whole.writing import DataFiles
from segaudit.audit.workspace_opening import OpenedWorkspace
from segaudit.engine.protocol import Engine
from segaudit.errors import SegauditError
from segaudit.model.audit import AuditedSegments, AuditedTable, NotAssessed
from segaudit.model.decisions import Resolution
from segaudit.model.drift import DriftResult
from segaudit.model.history import HistoryResult
from segaudit.model.performance import PerformanceResult
from segaudit.model.rules_docs import RulesDocs
from segaudit.model.segments import RuleBook
from segaudit.model.workspace import OTHER, WorkspaceTable
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.scorecard import load_standards
from segaudit.segments.decide import DECISIONS
from segaudit.segments.scorecard.probes import with_probes

SEGMENT_STEPS = ("decide", "prove", "drift", "performance", "lists", "enrich", "scorecard")  # in their order


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentsAsked:
    """What segments are to be judged with."""

    rules: RuleBook
    choices: InputChoices  # rules, history
    day: date
    assets: str | None
    recorder: Recorder | None  # records the run in the history it names
    redacted: bool


def audit_segments(  # noqa: PLR0913, PLR0917 - what segments are judged by
    main: AuditedTable,
    opened: OpenedInput,
    workspace: OpenedWorkspace,
    resolution: Resolution | None,
    asked: SegmentsAsked,
    engine: Engine,
    files: DataFiles,
    steps: Steps,
) -> tuple[AuditedSegments, list[NotAssessed]]:
    """Judge the segments of a table's records; what could not be judged is told with the reason."""
    lacking: list[NotAssessed] = []
    rules, day = asked.rules, asked.day
    steps.begin("decide", "Deciding the segments")
    typed = declared(opened, rules, engine)
    related = _related(main.name, workspace, rules, lacking)
    found = compile_for(typed, related, rules, day, engine, resolution=resolution)
    found = with_history(found, _written(asked.choices.history), engine)
    overlap = count_prepared(found, engine, across=True)
    coverage = {column.field: column.share_filled for column in main.coverage.columns if column.field}
    counted = document_data(found, overlap.schemas, coverage, engine, shown=False)
    steps.end("decide")
    steps.begin("prove", "Proving what the rules do")
    proofs = prove_rules(asked.choices.rules, day)
    steps.end("prove")
    drift = _drift(found, asked, engine, steps, lacking)
    if asked.recorder is not None:
        asked.recorder.record(found, DECISIONS, "audit", engine)
    steps.begin("performance", "Counting the outcomes")
    performance = _performance(found, engine, steps, lacking)
    steps.end("performance")
    steps.begin("lists", "Writing the segments")
    files.write_segments(found, engine)
    steps.end("lists")
    steps.begin("enrich", "Counting what filling gaps would decide")
    listed = files.enrichment()
    enrichment = files.wrote_enrichment(enrich_opened(typed, related, rules, day, listed, engine))
    steps.end("enrich")
    steps.begin("scorecard", "Judging each segment")
    standards = load_standards(RulesLocation.at(asked.choices.rules), rules.fields)
    probed = compile_for(typed, related, with_probes(rules, standards), day, engine, resolution=None)
    probed = with_history(probed, _written(asked.choices.history), engine)
    scorecard = judge_prepared(probed, rules, standards, asked.assets, engine)
    steps.end("scorecard")
    docs = RulesDocs(rules=rules, as_of=day, catalogue=typed.catalogue, data=counted, facts=proofs.facts)
    judged = AuditedSegments(
        table=main.name,
        overlap=overlap,
        proofs=proofs,
        scorecard=scorecard,
        enrichment=enrichment,
        docs=docs,
        performance=performance,
        drift=drift,
        history=_history(asked),
    )
    return judged, lacking


def _history(asked: SegmentsAsked) -> HistoryResult | None:
    """Return what is recorded, this audit with it if it was."""
    file = _written(asked.choices.history)
    return history(file, asked.choices.rules, as_of=asked.day) if file is not None else None


def _written(file: str | None) -> str | None:
    """Return the history, if there is one yet."""
    return file if file is not None and Path(file).exists() else None


def _related(main: str, workspace: OpenedWorkspace, rules: RuleBook, lacking: list[NotAssessed]) -> Related:
    """Return the tables beside the records; of several of one kind the one with most rows."""
    largest: dict[str, WorkspaceTable] = {}
    for table in workspace.tables.values():
        if table.name != main:
            other = largest.setdefault(table.kind, table)
            if other.source.rows < table.source.rows:
                largest[table.kind] = table
    kept = {main, *(table.name for table in largest.values())}
    lacking += [
        NotAssessed(
            part="related",
            table=name,
            reason=f"there is another table of {workspace.tables[name].kind}, and segments look at one of a kind",
            hint="say in a workspace file what each table is: segaudit init FILE...",
        )
        for name in workspace.tables
        if name not in kept and workspace.tables[name].kind not in {workspace.tables[main].kind, OTHER}
    ]
    if len(kept) == 1:
        return NOTHING
    own = replace(
        workspace,
        tables={name: table for name, table in workspace.tables.items() if name in kept},
        joins=tuple(item for item in workspace.joins if {item.join.child, item.join.parent} <= kept),
    )
    return relate(workspace.tables[main], own, rules)


def _drift(
    found: Prepared, asked: SegmentsAsked, engine: Engine, steps: Steps, lacking: list[NotAssessed]
) -> DriftResult | None:
    earlier = _written(asked.choices.history)
    if earlier is None:
        lacking.append(
            NotAssessed(
                part="drift",
                table="",
                reason="no earlier run is recorded",
                hint="run the next audit with --record as well: it then tells what moved since this one",
            )
        )
        return None
    steps.begin("drift", "Comparing with the last recorded run")
    with _told("drift", lacking):
        return drift_since(found, earlier, asked.choices.rules, engine)
    return None


def _performance(found: Prepared, engine: Engine, steps: Steps, lacking: list[NotAssessed]) -> PerformanceResult | None:
    with _told("performance", lacking):
        result = compare_prepared(found, PerformanceChoices(), engine, steps.say, decided=True)
        if not any(schema.tables for schema in result.schemas):
            lacking.append(
                NotAssessed(
                    part="performance",
                    table="",
                    reason="; ".join(result.notes) or "no outcome can be told of any segment",
                    hint="hand in campaign results, deals or activities beside the list",
                )
            )
        return result
    return None


@contextmanager
def _told(part: str, lacking: list[NotAssessed]) -> Iterator[None]:
    """Note that a part cannot be judged, instead of giving up all others."""
    try:
        yield
    except SegauditError as error:
        lacking.append(NotAssessed(part=part, table="", reason=error.problem, hint=error.hint))
