"""The few facts a reader must not miss, strongest first."""

from segaudit.audit.whole.headline_looks import HEADLINES, Heard
from segaudit.model.audit import Action, Headline, Scored
from segaudit.model.audit_measured import Measured
from segaudit.model.audit_rules import AuditRules, HeadlineRule

_GOOD = "good"


def choose_headlines(
    measured: Measured, scored: Scored, actions: tuple[Action, ...], rules: AuditRules
) -> tuple[Headline, ...]:
    """Return at most a few headlines: of each topic the strongest; good news of what is well, where there is room.

    Strength is consequence times the share it concerns, so what concerns everybody goes before what concerns some.
    """
    heard = Heard(measured=measured, scored=scored, actions=actions, rules=rules)
    found: list[tuple[float, HeadlineRule, Headline]] = []
    for rule in rules.headlines:
        news = HEADLINES[rule.look](heard)
        if news is None or news.share < rule.from_share or not news.share:
            continue
        strength = max(rule.least, rule.consequence * news.share)
        found.append((strength, rule, Headline(id=rule.id, values=news.values, tone=rule.tone, to=rule.to)))
    # Decisions before good news, whatever their strength: who has to decide reads on until there is nothing to decide.
    found.sort(key=lambda item: (item[1].tone == _GOOD, -item[0]))
    chosen: dict[str, Headline] = {}
    for _, rule, headline in found:
        chosen.setdefault(rule.topic, headline)
    return tuple(chosen.values())[: rules.most_headlines]
