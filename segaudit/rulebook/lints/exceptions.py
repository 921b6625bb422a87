"""Exceptions: records that somebody has put into a segment by hand, and whether that still stands."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from segaudit.model.segments import RuleBook, RuleException
from segaudit.rulebook.lints.lint import LintContext, Noticed, counted, listed

_SOON = timedelta(days=30)
_MOST_NAMED = 3


def find_expired(context: LintContext) -> Iterator[Noticed]:
    """Find exceptions that no longer hold, and such as will soon not."""
    dated = [(item, item.expires_on) for item in context.rules.exceptions if item.expires_on is not None]
    expired = [item for item, day in dated if day < context.as_of]
    soon = [item for item, day in dated if context.as_of <= day <= context.as_of + _SOON]
    yield from _told(
        expired, "has expired and no longer holds", "have expired and no longer hold", "renew it, or take the row out"
    )
    yield from _told(
        soon,
        "expires within 30 days",
        "expire within 30 days",
        "decide now whether it is renewed, with whoever approved",
    )


def find_unfounded(context: LintContext) -> Iterator[Noticed]:
    """Find exceptions without a reason, an approver or a last day."""
    items = context.rules.exceptions
    yield from _told(
        [item for item in items if not item.reason.strip()],
        "has no reason",
        "have no reason",
        "say why, for whoever asks",
    )
    yield from _told(
        [item for item in items if not item.approved_by.strip()],
        "has no approver",
        "have no approver",
        "say who approved it: approved_by",
    )
    approvers = context.rules.governance.approvers
    strangers = [item for item in items if item.approved_by.strip() and item.approved_by.strip() not in approvers]
    if approvers:
        yield from _told(
            strangers,
            "is approved by none of the governance's approvers",
            "are approved by none of the governance's approvers",
            f"let {listed(approvers)} approve",
        )
    yield from _told(
        [item for item in items if item.expires_on is None],
        "never expires",
        "never expire",
        "give it a last day: expires_on",
    )


def find_suppressed_elsewhere(context: LintContext) -> Iterator[Noticed]:
    """Find exceptions that want a record served in one schema while another exception suppresses it elsewhere."""
    suppressed = {item.record_id for item in context.rules.exceptions if _suppresses(context.rules, item)}
    served = [
        item
        for item in context.rules.exceptions
        if item.record_id in suppressed and not _suppresses(context.rules, item)
    ]
    yield from _told(
        served,
        "serves a record that another exception suppresses",
        "serve records that other exceptions suppress",
        "suppression outranks everything: take one of the two rows out",
    )


def _suppresses(rules: RuleBook, item: RuleException) -> bool:
    schemas = [schema for schema in rules.schemas if schema.id == item.schema]
    return any(segment.suppress for schema in schemas for segment in schema.segments if segment.id == item.segment)


def _told(items: Sequence[RuleException], one: str, several: str, hint: str) -> Iterator[Noticed]:
    """Tell the exceptions of one kind at once, the first by their records."""
    if not items:
        return
    records = listed((f"record {item.record_id} in {item.schema}.{item.segment}" for item in items), most=_MOST_NAMED)
    yield Noticed(
        place=items[0].place,
        message=f"{counted(len(items), 'exception')} {one if len(items) == 1 else several}: {records}",
        hint=hint,
    )
