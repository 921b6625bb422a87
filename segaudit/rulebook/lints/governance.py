"""Governance: how many segments there are, who owns them and who approved them."""

from collections.abc import Iterator

from segaudit.model.segments import Governance, Schema, Segment
from segaudit.rulebook.lints.lint import LintContext, Noticed, first_place, listed, named, said
from segaudit.text.folding import fold


def find_number_of_segments(context: LintContext) -> Iterator[Noticed]:
    """Find schemas with more segments than can be served, or too few to steer by."""
    governance = context.rules.governance
    low, high = governance.start
    for schema in context.rules.schemas:
        number = len(schema.segments)
        if number > governance.stop_above:
            yield Noticed(
                place=schema.place,
                severity="error",
                message=f'schema "{schema.id}" has {number} segments; more than {governance.stop_above} cannot be '
                "executed",
                hint=f"start with {low} to {high}: merge those that are treated alike",
            )
        elif number > governance.warn_above:
            yield Noticed(
                place=schema.place,
                message=f'schema "{schema.id}" has {number} segments, more than the {governance.warn_above} that the '
                "governance allows unasked",
                hint=f"start with {low} to {high}: merge those that are treated alike",
            )
        elif number < low:
            yield Noticed(
                place=schema.place,
                message=f'schema "{schema.id}" has {number} of the {low} segments to start with',
                hint="fine if each has a treatment of its own (say so: governance: {segments: {start: [1, 6]}}); "
                "otherwise split the largest",
            )


def find_owners(context: LintContext) -> Iterator[Noticed]:
    """Find segments whose owner may not create segments, and that nobody who may has approved; told by schema."""
    governance = context.rules.governance
    if not governance.may_create:
        return
    allowed = {fold(name) for name in (*governance.may_create, *governance.approvers)}
    for schema in context.rules.schemas:
        strangers = [
            (schema, segment)
            for segment in schema.segments
            if said(schema, segment, "owner")
            and not ({_who(schema, segment, "owner"), _approver(schema, segment)} & allowed)
        ]
        if strangers:
            owners = list(dict.fromkeys(str(said(*owner, "owner")) for owner in strangers))
            who = "1 owner" if len(owners) == 1 else f"{len(owners)} owners"
            yield Noticed(
                place=first_place(strangers),
                message=f'in "{schema.id}" {who} may not create segments, and nobody who may has approved: '
                f"{listed(owners, most=3)}",
                hint=f"add approved_by: {governance.may_create[0]} to the schema, or the owners to may_create",
            )


def find_unapproved(context: LintContext) -> Iterator[Noticed]:
    """Find segments that none of the governance's approvers has approved; told by schema."""
    governance = context.rules.governance
    if not governance.approvers:
        return
    for schema in context.rules.schemas:
        yield from _unapproved(schema, governance)


def _unapproved(schema: Schema, governance: Governance) -> Iterator[Noticed]:
    approvers = {fold(name) for name in governance.approvers}
    without = [(schema, segment) for segment in schema.segments if not _approver(schema, segment)]
    if without:
        yield Noticed(
            place=first_place(without),
            message=f"nobody has approved {listed(named(*owner) for owner in without)}",
            hint=f"add approved_by: one of {listed(governance.approvers)}",
        )
    by_name: dict[str, list[tuple[Schema, Segment]]] = {}
    for segment in schema.segments:
        approver = _approver(schema, segment)
        if approver and approver not in approvers:
            by_name.setdefault(str(said(schema, segment, "approved_by")), []).append((schema, segment))
    for name, users in by_name.items():
        yield Noticed(
            place=first_place(users),
            message=f"{name} approved {listed(named(*owner) for owner in users)} and is none of the approvers",
            hint=f"let {listed(governance.approvers)} approve, or add {name} to governance.approvers",
        )


def _who(schema: Schema, segment: Segment, key: str) -> str:
    return fold(str(said(schema, segment, key) or ""))


def _approver(schema: Schema, segment: Segment) -> str:
    return _who(schema, segment, "approved_by")
