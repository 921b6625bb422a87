"""By what an audit is judged: rules/audit/*.yaml, read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from segaudit.model.audit import Horizon, Pillar
from segaudit.model.conditions import Place
from segaudit.model.fields import CatalogueField

# What the parts of a pillar can be figures of, what finds the reasons of actions, and what headlines can be about.
FIGURES = frozenset(
    """core_filled needed_filled no_gap_hidden valid_without_errors valid_without_warnings not_redundant
    unique_without_errors consistent_without_errors consistent_without_warnings joined keys_sound fresh
    timely_without_errors timely_without_warnings proved_sound distinct owned treated kept_up placed one_label
    measurable sized few_enough reachable able_to_buy enough_data outcomes_known affordable""".split()
)
LOOKS = frozenset(
    """findings columns certain_fixes uncertain_fixes duplicates doubtful_pairs no_consent fill_field stand_in
    unread_fields retire_fields segment_findings proved_overlap proved_gap proved_never marks leakage not_measured
    weak_segments better_segments too_small_to_test too_many_segments too_small_to_say open_schema""".split()
)
HEADLINE_LOOKS = frozenset(
    """opted_out unreachable duplicates unplaced field_missing unmeasurable unmeasured contradiction too_many
    better_segment leakage orphans errors stale all_well no_duplicates all_placed data_sound""".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRule:
    """One figure of a pillar: at ``worst`` it is worth 0, at ``best`` 100, and in proportion between them."""

    figure: str
    weight: float  # against the other parts of the pillar
    worst: float
    best: float

    def score(self, value: float) -> float:
        """Return the mark of a value, 0-100."""
        share = (value - self.worst) / (self.best - self.worst)
        return 100.0 * min(1.0, max(0.0, share))


@dataclass(frozen=True, slots=True, kw_only=True)
class PillarRule:
    """What a pillar is judged by."""

    pillar: Pillar
    weight: float  # 0-1; those of all pillars add up to 1
    parts: tuple[PartRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRule:
    """Something to do, and what has to be found for it to be worth saying."""

    id: str
    look: str  # what finds its reasons; "findings" goes by the rules alone
    rules: tuple[str, ...]  # of findings; a name that ends in * stands for all that begin like it
    effort: int  # 1-5
    worth: float  # impact where it touches every record, 0-1
    least: float  # impact however few it touches
    from_share: float  # of the records, below which it is not worth saying
    horizon: Horizon | None  # None: by effort and impact
    after: tuple[str, ...]  # actions that have to come first
    file: str  # with {table} for the name of the table
    most: int  # of these at most
    settings: Mapping[str, object]
    place: Place

    @property
    def never(self) -> bool:
        """Tell whether it is something not to do."""
        return self.horizon is Horizon.NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadlineRule:
    """A fact a reader must not miss, and how much hangs on it."""

    id: str
    look: str
    topic: str  # of each at most one headline is shown
    consequence: float  # 0-1, where it concerns everybody
    least: float  # 0-1, however few it concerns
    from_share: float  # below it, it is no headline
    tone: str  # "bad", "warn" or "good"
    to: str  # anchor
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class HorizonRule:
    """When something is done that takes at most this much and is worth at least that."""

    horizon: Horizon
    effort_at_most: int = 5
    impact_at_least: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRules:
    """All that an audit is judged by."""

    files: tuple[str, ...]
    tables: Mapping[str, float]  # kind of table -> how much its records count
    expected: Mapping[str, tuple[str, ...]]  # kind of table -> fields it has to have
    good_from: float  # share filled from which a field is good, of rules/quality/cutoffs.csv
    pillars: tuple[PillarRule, ...]
    actions: tuple[ActionRule, ...]
    horizons: tuple[HorizonRule, ...]  # the first that fits
    quick_impact: float  # a quick win is worth at least this ...
    quick_effort: int  # ... and takes at most that
    most_actions: int
    headlines: tuple[HeadlineRule, ...]
    most_headlines: int
    catalogue: Mapping[str, CatalogueField] = field(default_factory=dict)

    def weight_of(self, kind: str) -> float:
        """Return how much the records of a kind of table count, 0-1."""
        return self.tables.get(kind, self.tables.get("other", 0.0))
