"""Segments that are there, judged: which schemas the data can speak of, and what could be better about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from segaudit.engine.protocol import Engine
from segaudit.model.segments import RuleBook, Schema
from segaudit.model.suggestions import CannotTell, Suggestion, SuggestionKind, SuggestRules
from segaudit.segments.decide import DECISIONS
from segaudit.segments.program import membership_name, verdict_name
from segaudit.segments.suggest.cuts import judge_boundary, search_boundaries
from segaudit.segments.suggest.drafts import Confirmed, confirm
from segaudit.segments.suggest.merges import suggest_merges
from segaudit.segments.suggest.retirements import suggest_retirements
from segaudit.segments.suggest.splits import Searched, judge_split, search_splits
from segaudit.segments.suggest.work import Work

_NO_OUTCOME = "nothing in the file or beside it says what the records came to"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What was found about segments that are there."""

    suggestions: tuple[Suggestion, ...]
    cannot_tell: tuple[CannotTell, ...]
    considered: Mapping[str, int]
    notes: tuple[str, ...] = ()


def fitting(
    rules: RuleBook, provided: Sequence[str], limits: SuggestRules, rows: int, engine: Engine
) -> tuple[tuple[Schema, ...], dict[str, str]]:
    """Return the schemas the data can speak of, and why it cannot of the others.

    Args:
        rules: Decided, in DECISIONS.
        provided: Fields that columns or tables provide.
        limits: Thresholds.
        rows: Of the file.
        engine: Where it is.
    """
    fits, not_judged = list[Schema](), dict[str, str]()
    for schema in rules.schemas:
        resting = [item for item in schema.segments if set(item.fields) & set(provided)]
        absent = [name for name in dict.fromkeys(f for item in schema.segments for f in item.fields)
                  if name not in provided]  # fmt: skip
        lacking = f"no column provides {', '.join(absent)}"
        if not resting:
            not_judged[schema.id] = lacking
            continue
        names = [f'coalesce("{membership_name(schema, item)}", false)' for item in resting]
        counts = ", ".join(f"count_if({name})" for name in names)
        placed, *members = engine.fetch(f"SELECT count_if({' OR '.join(names)}), {counts} FROM {DECISIONS}")[0]
        filled = sum(count > 0 for count in members)
        least = min(2, len(schema.segments))
        if placed < limits.limit("fits_from") * rows or filled < least:
            told = f"it places {placed / rows if rows else 0:.0%} of the records in {filled} of its segments"
            not_judged[schema.id] = f"{told}; {lacking}" if absent else told
        else:
            fits.append(schema)
    return tuple(fits), not_judged


def undecided(schemas: Sequence[Schema], engine: Engine) -> dict[tuple[str, str], tuple[int, int]]:
    """Return of each segment how many records cannot be told, and how many meet its criteria."""
    keys = [(schema, segment) for schema in schemas for segment in schema.segments]
    if not keys:
        return {}
    asked = ", ".join(
        f'count_if("{name}" IS NULL), count_if("{name}")' for name in (verdict_name(*key) for key in keys)
    )
    row = [int(item or 0) for item in engine.fetch(f"SELECT {asked} FROM {DECISIONS}")[0]]
    return {(schema.id, segment.id): (row[2 * i], row[2 * i + 1]) for i, (schema, segment) in enumerate(keys)}


def overlapping(schemas: Sequence[Schema], engine: Engine) -> dict[tuple[str, str, str], int]:
    """Return the pairs of segments of a schema that share records, with how many."""
    found: dict[tuple[str, str, str], int] = {}
    for schema in schemas:
        pairs = [(a, b) for place, a in enumerate(schema.segments) for b in schema.segments[place + 1 :]]
        if not pairs:
            continue
        asked = ", ".join(
            f'count_if("{membership_name(schema, a)}" AND "{membership_name(schema, b)}")' for a, b in pairs
        )
        row = engine.fetch(f"SELECT {asked} FROM {DECISIONS}")[0]
        found |= {(schema.id, a.id, b.id): int(n) for (a, b), n in zip(pairs, row, strict=True) if n}
    return found


def judge(work: Work, wanted: frozenset[SuggestionKind]) -> Judged:
    """Return what could be better about the segments that are there."""
    untold, suggestions, considered = list[CannotTell](), list[Suggestion](), dict[str, int]()
    searched = Searched(drafts=(), cannot_tell=())
    if SuggestionKind.RETIRE in wanted:
        retired, open_ = suggest_retirements(work)
        suggestions += retired
        untold += open_
        considered["retire"] = len(retired) + len(open_)
    by_outcome = [kind for kind in SuggestionKind if kind in wanted & _BY_OUTCOME]
    if work.outcome is None:
        untold += [CannotTell(kind=kind, reason=_NO_OUTCOME) for kind in by_outcome]
        return Judged(suggestions=tuple(suggestions), cannot_tell=tuple(untold), considered=considered)
    untold += [
        CannotTell(
            kind=kind, schema=name, reason=f"it is made of {', '.join(fields)}, which {work.outcome.name} decides"
        )
        for name, fields in work.circular.items()
        if fields
        for kind in by_outcome[:1]
    ]
    if SuggestionKind.MERGE in wanted:
        merged, open_, pairs = suggest_merges(work)
        suggestions += merged
        untold += open_
        considered["merge"] = pairs
    moved = search_boundaries(work) if SuggestionKind.BOUNDARY in wanted else ()
    if SuggestionKind.SPLIT in wanted:
        searched = search_splits(work)
        untold += searched.cannot_tell
        considered["split"] = len(searched.drafts)
    considered |= {"boundaries": len(moved)} if SuggestionKind.BOUNDARY in wanted else {}
    # One family: what rests on the outcome is false with a chance of alpha, all of it together.
    confirmed = confirm([*(draft for draft, _ in moved), *searched.drafts], work)
    better = [
        found
        for item, (_, boundary) in zip(confirmed, moved, strict=False)
        if (found := judge_boundary(item, boundary, work)) is not None
    ]
    parted = [(item, found) for item in confirmed[len(moved) :] if (found := judge_split(item, work)) is not None]
    suggestions += [*better, *_one_for_each_field(parted, better)]
    return Judged(
        suggestions=tuple(suggestions), cannot_tell=tuple(untold), considered=considered, notes=searched.notes
    )


_BY_OUTCOME = frozenset({SuggestionKind.MERGE, SuggestionKind.SPLIT, SuggestionKind.BOUNDARY})


def _one_for_each_field(
    parted: Sequence[tuple[Confirmed, Suggestion]], better: Sequence[Suggestion]
) -> list[Suggestion]:
    """Return the surest split by each field; what else the field parts is said with it.

    A field that parts many segments is a dimension of its own, not a dozen findings. A segment whose boundary is to
    move is not split by the same field.
    """
    kept: dict[str, Suggestion] = {}
    for item, found in sorted(parted, key=lambda pair: (pair[0].p_corrected or 0.0, pair[1].schema, pair[1].segments)):
        names = [feature.name for feature in item.draft.features]
        moves = any(
            boundary.schema == found.schema and set(boundary.segments) & set(found.segments)
            and any(f" {name.replace('_', ' ')} " in boundary.title for name in names)
            for boundary in better
        )  # fmt: skip
        if moves:
            continue
        first = next((name for name in names if name in kept), None)
        if first is None:
            kept |= dict.fromkeys(names, found)
            continue
        told = kept[first]
        also = replace(
            told,
            reason=f"{told.reason}; it parts {found.schema}.{found.segments[0]}, too: "
            "a schema of its own may serve better",
        )
        kept = {name: also if item is told else item for name, item in kept.items()}
    return list({id(item): item for item in kept.values()}.values())
