"""The plan: what to do, most worthwhile first, and what to leave alone."""

from collections.abc import Iterator
from dataclasses import replace

from segaudit.audit.whole.reasons import Reason
from segaudit.audit.whole.reasons_segments import SEGMENT_LOOKS, strangers
from segaudit.audit.whole.reasons_tables import TABLE_LOOKS
from segaudit.audit.whole.reasons_use import USE_LOOKS
from segaudit.model.audit import Action, Horizon
from segaudit.model.audit_measured import Measured
from segaudit.model.audit_rules import ActionRule, AuditRules

ALL_LOOKS = {**TABLE_LOOKS, **SEGMENT_LOOKS, **USE_LOOKS}
_EFFORTS = 5
_LATER = {Horizon.DAYS_30: 0, Horizon.DAYS_60: 1, Horizon.DAYS_90: 2, Horizon.NEVER: 3}


def make_plan(measured: Measured, rules: AuditRules) -> tuple[Action, ...]:
    """Return what there is to do, most worthwhile first, and at the end what is better left.

    Impact is how much of the records, or of the segments, an action makes better; what it is worth in comparison is
    impact times ease, and ease is what is left of the five steps of effort.
    """
    # Where the shipped segments were made for another business, nobody is to mend them, or to buy what they ask for.
    strange = strangers(measured) is not None
    fitting = [rule for rule in rules.actions if not (strange and rule.settings.get("needs_fit"))]
    found = [action for rule in fitting for action in _of_rule(rule, measured, rules)]
    todo = [action for action in found if action.horizon is not Horizon.NEVER]
    todo = sorted(_in_order(todo, rules), key=worth, reverse=True)[: rules.most_actions]
    never = [action for action in found if action.horizon is Horizon.NEVER]
    return (*todo, *sorted(never, key=lambda action: -action.impact))


def worth(action: Action) -> float:
    """Return what an action is worth in comparison with others."""
    return action.impact * (_EFFORTS + 1 - action.effort) / _EFFORTS


def _of_rule(rule: ActionRule, measured: Measured, rules: AuditRules) -> list[Action]:
    reasons = [reason for reason in ALL_LOOKS[rule.look](rule, measured, rules) if reason.share >= rule.from_share]
    actions = [_action(rule, reason, rules) for reason in reasons]
    return sorted(actions, key=lambda action: -action.impact)[: rule.most]


def _action(rule: ActionRule, reason: Reason, rules: AuditRules) -> Action:
    heaviest = max(rules.tables.values(), default=0.0)
    counts = rules.weight_of(reason.kind) / heaviest if reason.kind and heaviest else 1.0
    impact = min(1.0, max(rule.least, rule.worth * reason.share * counts))
    quick = not rule.never and impact >= rules.quick_impact and rule.effort <= rules.quick_effort
    return Action(
        id=rule.id,
        table=reason.table,
        where=reason.where,
        impact=impact,
        effort=rule.effort,
        rows=reason.rows,
        horizon=rule.horizon or _horizon(rule.effort, impact, rules),
        quick=quick,
        rests_on=reason.rests_on,
        file=rule.file.replace("{table}", reason.table),
        values={"share": float(reason.share), **reason.values},
    )


def _horizon(effort: int, impact: float, rules: AuditRules) -> Horizon:
    fitting = (
        item.horizon for item in rules.horizons if effort <= item.effort_at_most and impact >= item.impact_at_least
    )
    return next(fitting, Horizon.DAYS_90)


def _in_order(actions: list[Action], rules: AuditRules) -> Iterator[Action]:
    """Yield the actions, none of them earlier than those that have to come first."""
    after = {rule.id: rule.after for rule in rules.actions}
    latest: dict[str, Horizon] = {}
    for action in actions:
        before = latest.get(action.id, action.horizon)
        latest[action.id] = max(before, action.horizon, key=_LATER.__getitem__)
    for action in actions:
        first = [latest[name] for name in after[action.id] if name in latest]
        yield replace(action, horizon=max([action.horizon, *first], key=_LATER.__getitem__))
