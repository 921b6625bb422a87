"""What a search has found and the other half of the records has still to confirm."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from segaudit.model.conditions import Condition
from segaudit.model.segments import Schema
from segaudit.model.suggestions import Feature, Plain, SuggestionKind
from segaudit.segments.statistics.corrections import Correction, corrected
from segaudit.segments.suggest.figures import Counts, Difference, compare, count_groups
from segaudit.segments.suggest.request import CONFIRM_HALF
from segaudit.segments.suggest.work import Work, create_tried, read_condition
from segaudit.segments.wording import condition_tree, prose
from segaudit.text.folding import fold

_LONGEST_ID = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A part of a segment that is to be one of its own, or to belong to the next."""

    kind: SuggestionKind
    schema: Schema
    segment: str  # the part's
    part: Plain  # condition on the part
    features: tuple[Feature, ...]
    rises: bool  # on the half that was searched, it comes to more than the segment's others
    destination: str = ""  # segment the part would belong to; empty: one of its own
    cut: float | None = None  # of boundaries: the first value on the upper side
    was: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """A draft as the half that was not searched has it, and as it is on all records."""

    draft: Draft
    condition: Condition
    difference: Difference | None
    p_corrected: float | None
    family: int
    held_out: tuple[Counts, Counts]  # part, the segment's others
    whole: tuple[Counts, Counts]
    other: Counts | None = None  # the destination, on the half that was not searched
    to_other: Difference | None = None


def confirm(drafts: Sequence[Draft], work: Work) -> tuple[Confirmed, ...]:
    """Test each draft on the half that was not searched, all of them corrected as one family."""
    outcome = work.outcome
    if not drafts or outcome is None:
        return ()
    conditions = [read_condition(item.part, work) for item in drafts]
    relation = create_tried(conditions, work)
    asked: list[str] = []
    for place, item in enumerate(drafts):
        member = work.column(item.schema.id, item.segment)
        to = work.column(item.schema.id, item.destination) if item.destination else "false"
        asked += [f"({member} AND t{place})", f"({member} AND NOT t{place})", to]
    held = count_groups(asked, outcome, work.engine, relation=relation, half=CONFIRM_HALF)
    whole = count_groups(asked, outcome, work.engine, relation=relation)
    alpha, margin = work.limits.limit("alpha"), work.limits.limit("margin")
    found = [compare(held[3 * i], held[3 * i + 1], alpha=alpha, margin=margin) for i in range(len(drafts))]
    adjusted = corrected([item.p if item else None for item in found], Correction.HOLM)
    return tuple(
        Confirmed(
            draft=draft,
            condition=conditions[i],
            difference=found[i],
            p_corrected=adjusted[i],
            family=len(drafts),
            held_out=(held[3 * i], held[3 * i + 1]),
            whole=(whole[3 * i], whole[3 * i + 1]),
            other=held[3 * i + 2] if draft.destination else None,
            to_other=compare(held[3 * i], held[3 * i + 2], alpha=alpha, margin=margin) if draft.destination else None,
        )
        for i, draft in enumerate(drafts)
    )


def words_of(condition: Condition, work: Work) -> str:
    """Return a condition in plain words."""
    return prose(condition_tree(condition, work.fields()))


def part_id(draft: Draft) -> str:
    """Return a name for a part: its segment's, and what sets it apart."""
    words = [draft.segment, *_said(draft.part)]
    name = re.sub(r"[^a-z0-9]+", "_", fold("_".join(words))).strip("_")[:_LONGEST_ID].strip("_")
    taken = {item.id for item in draft.schema.segments}
    return name if name not in taken else f"{name}_2"


def _said(part: Plain) -> list[str]:
    if not isinstance(part, dict):
        return []
    inner = part.get("all")
    if isinstance(inner, list):
        return [word for item in inner for word in _said(item)]
    return [
        word
        for field, test in part.items()
        if isinstance(test, dict)
        for operator, operand in test.items()
        for word in (field, _OPERATORS.get(operator, ""), *_operand(operand))
        if word
    ]


_OPERATORS = {"gte": "from", "lt": "below", "within_last": "last", "before_last": "before"}


def _operand(operand: Plain) -> list[str]:
    if isinstance(operand, bool):
        return ["yes" if operand else "no"]
    if isinstance(operand, list):
        return [str(operand[0]), *(["and_others"] if len(operand) > 1 else [])]
    return [str(operand)]
