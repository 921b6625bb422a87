"""What the tests of judging an audit share: measured results made by hand, each number said where it is needed."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from segaudit.audit.whole.headlines import choose_headlines
from segaudit.audit.whole.pillars import judge_pillars
from segaudit.audit.whole.plan import make_plan
from segaudit.model.audit import AuditedSegments, AuditedTable, AuditResult, Missingness, NotAssessed
from segaudit.model.audit_measured import Measured
from segaudit.model.audit_rules import AuditRules
from segaudit.model.branding import Branding
from segaudit.model.conditions import Place
from segaudit.model.coverage import ColumnCoverage, ColumnMeasures, CoverageResult, Cutoffs, Quality
from segaudit.model.decisions import (
    Finding,
    Hours,
    Leakage,
    OverlapResult,
    SchemaCounts,
    SegmentCounts,
    SegmentPower,
    Unplaced,
)
from segaudit.model.enrichment import EnrichmentResult, FieldState, PlanStep, StandIn
from segaudit.model.fields import FieldMap, FieldType
from segaudit.model.identity import Estimate, FieldWeights, IdentityResult
from segaudit.model.proofs import GapProof, PairProof, ProvedFacts, RulesProved
from segaudit.model.quality import Check, Dimension, Example, QualityFinding, Severity
from segaudit.model.quality_result import QualityResult
from segaudit.model.rules_docs import RulesDocs
from segaudit.model.scorecard import Answer, Mark, ScorecardResult, SegmentCard, Standards
from segaudit.model.segments import RuleBook
from segaudit.model.source import Source
from segaudit.model.workspace import (
    Join,
    JoinCounts,
    JoinMeasured,
    KindGuess,
    WorkspaceFinding,
    WorkspaceResult,
    WorkspaceTable,
)
from segaudit.rulebook.audit_rules import load_audit_rules
from segaudit.rulebook.location import RulesLocation
from tests.rules_support import load

DAY = date(2026, 6, 30)
RULES = """
    version: 1
    fields: {employees: {type: int}}
    schemas:
      size:
        assign: exactly_one
        segments:
          small: {name: Small, criteria: {employees: {lte: 50}}}
          large: {name: Large, criteria: {employees: {gte: 50}}}
"""
_MAP = FieldMap(columns=(), system=None, system_object=None, known_headers=0)
_PLACE = Place(file="checks.yaml", line=1, column=1)


def source(name: str = "contacts.csv", rows: int = 100) -> Source:
    """Return a file of some rows."""
    return Source(name=name, table="t", headers=("Email",), rows=rows, kind="csv", sha256="ab")


def column(field: str, filled: int, *, rows: int = 100, core: bool = True, stale: int | None = None) -> ColumnCoverage:
    """Return a column of which so many rows are filled."""
    share = filled / rows if rows else 0.0
    return ColumnCoverage(
        position=1,
        column=field.title(),
        field=field,
        type=FieldType.TEXT,
        type_source="field",
        core=core,
        measures=ColumnMeasures(
            rows=rows,
            filled=filled,
            blank=rows - filled,
            placeholder=0,
            invalid=0,
            distinct=filled,
            shortest=None,
            longest=None,
            lowest=None,
            highest=None,
            frequent=(),
            suspects=(),
            invalid_frequent=(),
        ),
        quality=Quality.GOOD if share >= 0.8 else Quality.NEEDS_ENRICHMENT,
        notes=(),
        stale=stale,
    )


def finding(  # noqa: PLR0913 - each is a number of its own
    rule: str,
    failed: int,
    dimension: Dimension = Dimension.VALIDITY,
    severity: Severity = Severity.ERROR,
    *,
    certain: int | None = None,
    header: str = "Email",
    suggestion: str | None = None,
) -> QualityFinding:
    """Return a finding about so many rows, all of them certain unless it is said otherwise."""
    return QualityFinding(
        rule=rule,
        dimension=dimension,
        severity=severity,
        title=rule,
        message=f'{failed} values such as "ann@example.com"',
        columns=(header,),
        positions=(1,),
        rows_checked=100,
        rows_failed=failed,
        rows_certain=failed if certain is None else certain,
        first_rows=(1,),
        examples=(Example(value="ann@example.com", rows=failed, suggestion=suggestion),),
        why="",
        mend="",
    )


def identity(redundant: int, *, rows: int = 100, doubtful: int = 0, of_events: str | None = None) -> IdentityResult:
    """Return that so many rows are more than there are people."""
    sure = Estimate(value=0.9, low=0.8, high=1.0)
    return IdentityResult(
        source=source(rows=rows),
        fields=_MAP,
        as_of=DAY,
        level="contact",
        of_people=True,
        of_events=of_events,
        entities=rows - redundant,
        in_several=min(rows, 2 * redundant),
        sizes={},
        precision=sure,
        recall=sure,
        pairs_within=redundant,
        pairs_compared=rows,
        complete=True,
        keys=(),
        blocking_recall=1.0,
        left_out=0,
        weights=(FieldWeights(field="Email", filled=1.0, levels=()),),
        threshold=0.0,
        doubtful=doubtful,
        decided=0,
        absent_decisions=0,
        examples=(),
    )


def table(  # noqa: PLR0913 - each is a part of its own
    name: str = "contacts",
    kind: str = "contacts",
    *,
    rows: int = 100,
    columns: Sequence[ColumnCoverage] = (),
    findings: Sequence[QualityFinding] = (),
    checked: Sequence[Dimension] = tuple(Dimension),
    found: IdentityResult | None = None,
) -> AuditedTable:
    """Return a table with what was measured of it; checks of all dimensions were run unless it is said otherwise."""
    file = source(f"{name}.csv", rows)
    named = [(item.rule.removeprefix("quality."), item.dimension) for item in findings]
    checks = tuple(
        Check(
            id=check,
            dimension=dimension,
            severity=Severity.ERROR,
            title=check,
            why="",
            mend="",
            place=_PLACE,
        )
        for check, dimension in (*named, *((f"any-{item.value}", item) for item in checked))
    )
    return AuditedTable(
        name=name,
        where=f"{name}.csv",
        kind=kind,
        source=file,
        coverage=CoverageResult(
            source=file,
            fields=_MAP,
            cutoffs=Cutoffs(good_from=0.8, source_below=0.3),
            as_of=DAY,
            columns=tuple(columns),
        ),
        quality=QualityResult(source=file, fields=_MAP, as_of=DAY, checks=checks, not_run=(), findings=tuple(findings)),
        missing=Missingness(headers=(), patterns=(), rest=0),
        identity=found,
    )


def workspace(
    *tables: AuditedTable, orphans: int | None = None, findings: Sequence[WorkspaceFinding] = ()
) -> WorkspaceResult:
    """Return tables held against each other; ``orphans``: of the 100 rows of the first, that point to nothing."""
    counts = JoinCounts(rows=100, blank=0, matched=100 - (orphans or 0), orphans=orphans or 0)
    first = tables[0].name if tables else ""
    join = Join(child=first, child_position=1, parent=first, parent_position=1)
    return WorkspaceResult(
        file=None,
        tables=tuple(
            WorkspaceTable(
                name=item.name,
                file=item.where,
                guess=KindGuess(kind=item.kind, score=1.0, reasons=()),
                declared=True,
                source=item.source,
                fields=_MAP,
            )
            for item in tables
        ),
        keys={},
        joins=() if orphans is None else (JoinMeasured(join=join, counts=counts),),
        findings=tuple(findings),
        notes=(),
    )


def rulebook(text: str = RULES) -> RuleBook:
    """Return rules from a text."""
    with TemporaryDirectory() as folder:
        return load(Path(folder), text)


def segments(  # noqa: PLR0913 - each is a part of its own
    *,
    rules: RuleBook | None = None,
    rows: int = 100,
    members: Sequence[int] = (40, 40),
    undecided: int = 0,
    unmatched: int = 0,
    conflicts: int = 0,
    leaking: int = 0,
    answers: Mapping[str, Sequence[Answer]] | None = None,
    pairs: Sequence[PairProof] = (),
    gaps: Sequence[GapProof] = (),
    findings: Sequence[Finding] = (),
    hours: Hours | None = None,
    powers: Sequence[SegmentPower] = (),
    plan: Sequence[PlanStep] = (),
    stand_ins: Sequence[StandIn] = (),
    states: Sequence[FieldState] = (),
) -> AuditedSegments:
    """Return the segments of the first schema of some rules, judged."""
    rules = rules or rulebook()
    schema = rules.schemas[0]
    file = source(rows=rows)
    unplaced = [
        Unplaced(schema=schema.id, reason="employees is missing", rows=undecided, decided=False),
        Unplaced(schema=schema.id, reason="matches no segment", rows=unmatched, decided=True),
    ]
    counts = SchemaCounts(
        schema=schema.id,
        labels=(),
        segments=tuple(
            SegmentCounts(
                schema=schema.id,
                segment=segment.id,
                name=segment.name,
                matched=number,
                members=number,
                undecided=undecided,
                undecided_by_field=(("employees", undecided),),
            )
            for segment, number in zip(schema.segments, members, strict=True)
        ),
        overlaps=(),
        unplaced=tuple(item for item in unplaced if item.rows),
        conflicts=conflicts,
        in_several=conflicts,
        leakage=Leakage(entities=leaking // 2, records=leaking, pairs=(), examples=()),
    )
    overlap = OverlapResult(
        source=file,
        rules=rules,
        as_of=DAY,
        absent_fields=(),
        schemas=(counts,),
        findings=tuple(findings),
        hours=hours,
        powers=tuple(powers),
    )
    facts = ProvedFacts(pairs=tuple(pairs), gaps=tuple(gaps), unreachable=(), shadowed=(), complete=(), free={})
    enrichment = EnrichmentResult(
        source=file,
        rules=rules,
        as_of=DAY,
        absent_fields=(),
        records_open=undecided,
        schemas=(),
        overall=(),
        best=(),
        states=tuple(states),
        stand_ins=tuple(stand_ins),
        plan=tuple(plan),
    )
    return AuditedSegments(
        table="contacts",
        overlap=overlap,
        proofs=RulesProved(rules=rules, as_of=DAY, facts=facts, findings=()),
        scorecard=_scorecard(rules, file, members, answers or {}),
        enrichment=enrichment,
        docs=RulesDocs(rules=rules, as_of=DAY, catalogue={}),
        performance=None,
        drift=None,
    )


def _scorecard(
    rules: RuleBook, file: Source, members: Sequence[int], answers: Mapping[str, Sequence[Answer]]
) -> ScorecardResult:
    standards = Standards(
        file="scorecard.yaml",
        limits={},
        metrics={},
        bought=None,
        needs={},
        channels=(),
        treatment=(),
        lists=(),
        list_headers=(),
        points={},
    )
    cards = tuple(
        SegmentCard(
            schema=schema.id,
            segment=segment.id,
            name=segment.name,
            members=members[number],
            undecided=0,
            marks=tuple(
                Mark(question=question, answer=given[number], evidence="", values={})
                for question, given in answers.items()
            ),
            score=(0.0, 0.0),
        )
        for schema in rules.schemas[:1]
        for number, segment in enumerate(schema.segments)
    )
    return ScorecardResult(
        source=file, rules=rules, as_of=DAY, absent_fields=(), standards=standards, cards=cards, assets=""
    )


def measured(
    *tables: AuditedTable, found: AuditedSegments | None = None, checked: WorkspaceResult | None = None
) -> Measured:
    """Return what was measured of some tables."""
    return Measured(tables=tables, workspace=checked or workspace(*tables), segments=found)


def result(
    of: Measured, *, redacted: bool = False, not_assessed: Sequence[NotAssessed] = (), day: date = DAY
) -> AuditResult:
    """Return an audit, judged by the shipped rules."""
    rules = shipped()
    scored = judge_pillars(of, rules)
    actions = make_plan(of, rules)
    return AuditResult(
        version="0.1.0",
        as_of=day,
        rules=of.segments.overlap.rules if of.segments is not None else rulebook(),
        branding=Branding(),
        tables=of.tables,
        workspace=of.workspace,
        segments=of.segments,
        not_assessed=tuple(not_assessed),
        scored=scored,
        headlines=choose_headlines(of, scored, actions, rules),
        actions=actions,
        comparison=None,
        files=(),
        redacted=redacted,
    )


def shipped() -> AuditRules:
    """Return the shipped rules of judging."""
    return load_audit_rules(RulesLocation.at(None))
