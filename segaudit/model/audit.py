"""The whole audit of a client's tables: what was measured, what it comes to, and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from segaudit.model.branding import Branding
from segaudit.model.coverage import CoverageResult
from segaudit.model.decisions import OverlapResult
from segaudit.model.drift import DriftResult
from segaudit.model.enrichment import EnrichmentResult
from segaudit.model.history import HistoryResult
from segaudit.model.identity import IdentityResult
from segaudit.model.performance import PerformanceResult
from segaudit.model.proofs import RulesProved
from segaudit.model.quality_result import QualityResult
from segaudit.model.rules_docs import RulesDocs
from segaudit.model.scorecard import ScorecardResult
from segaudit.model.segments import RuleBook
from segaudit.model.shown import Shown
from segaudit.model.source import Source
from segaudit.model.workspace import WorkspaceResult


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAssessed:
    """A part of the audit that could not be judged."""

    part: str  # "segments", "performance", ... or the name of a pillar
    table: str  # empty: it concerns no one table
    reason: str
    hint: str  # what would make it possible


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Which of the fields that matter are filled together."""

    filled: tuple[bool, ...]  # in the order of Missingness.fields
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Missingness:
    """The patterns in which fields are missing, those of most rows first."""

    headers: tuple[str, ...]
    patterns: tuple[Pattern, ...]
    rest: int  # rows with other patterns


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityLink:
    """Two records of an entity that were compared."""

    row_l: int
    row_r: int
    probability: float
    evidence: str  # what spoke for it and against, in words


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitySample:
    """An entity shown as an example: its records side by side, and what merging makes of them."""

    entity_id: str
    probability: float
    headers: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]  # _row, raw cells
    golden: tuple[str, ...]  # cells of the golden record, by header
    links: tuple[EntityLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedTable:
    """One table, as far as it can be judged by itself."""

    name: str  # in the workspace
    where: str  # file and sheet
    kind: str  # contacts, companies, deals, activities, campaign_outcomes or other
    source: Source
    coverage: CoverageResult
    quality: QualityResult
    missing: Missingness
    identity: IdentityResult | None  # None: its rows are nothing that could be there twice, or it could not be told
    samples: tuple[EntitySample, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedSegments:
    """The segments of one table's records, judged."""

    table: str
    overlap: OverlapResult
    proofs: RulesProved
    scorecard: ScorecardResult
    enrichment: EnrichmentResult
    docs: RulesDocs
    performance: PerformanceResult | None  # None: it could not be computed
    drift: DriftResult | None  # since the last recorded run; None: there is none
    history: HistoryResult | None = None  # sizes over the recorded runs; None: nothing was recorded


class Pillar(StrEnum):
    """What a score is given for."""

    COMPLETENESS = "completeness"
    VALIDITY = "validity"
    UNIQUENESS = "uniqueness"
    CONSISTENCY = "consistency"
    TIMELINESS = "timeliness"
    DEFINITION = "definition"  # segments are written down, owned, and mean what they say
    FIT = "fit"  # segments divide the records in hand: placed, measurable, not too many
    USE = "use"  # segments can be reached, and what they came to can be told


@dataclass(frozen=True, slots=True, kw_only=True)
class PillarScore:
    """A mark for one pillar."""

    pillar: Pillar
    score: float | None  # 0-100; None: it could not be judged
    weight: float  # 0-1; those of all pillars add up to 1
    parts: tuple[tuple[str, float, float], ...]  # id of a part, its score 0-100, its weight within the pillar
    evidence: Mapping[str, float]  # the numbers it rests on, by name
    before: float | None = None  # in the audit it is compared with


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """All marks, and what they come to."""

    total: float | None  # weighted over the pillars that could be judged
    pillars: tuple[PillarScore, ...]
    before: float | None = None


class Horizon(StrEnum):
    """When to do something."""

    DAYS_30 = "30"
    DAYS_60 = "60"
    DAYS_90 = "90"
    NEVER = "never"  # said on purpose: not worth doing


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something to do, with what it is worth and what it takes."""

    id: str  # of rules/audit/actions.yaml; words for it are found under this
    table: str  # empty: it concerns no one table
    where: str  # column, schema or segment it concerns; empty: none
    impact: float  # 0-1: of the records or of the decisions it makes better
    effort: int  # 1 (minutes: import a file that is there) to 5 (a project)
    rows: int  # records it touches
    horizon: Horizon
    quick: bool  # a quick win: much for little
    rests_on: tuple[str, ...]  # rules of the findings behind it
    file: str = ""  # in the folder of the audit: what to work with
    values: Mapping[str, float | int | str] = field(default_factory=dict)  # what its words are filled in with


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """One of the few facts a reader must not miss; a decision somebody has to take."""

    id: str  # words for it are found under this
    values: Mapping[str, float | int | str]
    tone: str  # "bad", "warn" or "good"
    to: str  # anchor of the section that tells more


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A number, then and now."""

    id: str  # what was counted
    table: str
    where: str
    before: float | None
    now: float | None
    share: bool  # both are shares of 1
    better: bool | None  # None: neither better nor worse


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What became better and worse since another audit."""

    folder: str
    as_of: date
    rules_changed: bool
    changes: tuple[Change, ...]
    gone: tuple[str, ...]  # rules of findings that were there and are not
    new: tuple[str, ...]  # rules of findings that were not there
    not_compared: tuple[tuple[str, str], ...] = ()  # why ("table-new", "table-gone", "rules", ...), and of what


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFile:
    """A file of the folder."""

    name: str  # relative to it
    rows: int | None
    what: str  # id of the words that say what it is for


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditResult(Shown):
    """Everything an audit found."""

    version: str  # of segaudit
    as_of: date
    rules: RuleBook
    branding: Branding
    tables: tuple[AuditedTable, ...]
    workspace: WorkspaceResult
    segments: AuditedSegments | None
    not_assessed: tuple[NotAssessed, ...]
    scored: Scored
    headlines: tuple[Headline, ...]  # three at most
    actions: tuple[Action, ...]  # most worthwhile first
    comparison: Comparison | None
    files: tuple[AuditFile, ...]
    redacted: bool

    def table(self, name: str) -> AuditedTable:
        """Return a table by name."""
        return next(table for table in self.tables if table.name == name)
