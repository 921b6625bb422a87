"""What an action is called and why it is worth doing, in the language of the reader."""

from segaudit.model.audit import Action, AuditResult, Horizon
from segaudit.report.audit.data_words import name_of
from segaudit.report.audit.said_values import field_named, said_values, segment_words
from segaudit.report.words import Words


def where_words(action: Action, result: AuditResult, words: Words) -> str:
    """Return the table an action is about, and the column, field or segment."""
    first = action.rests_on[0] if action.rests_on else ""
    where = action.where
    if first.startswith("enrichment."):
        where = ", ".join(field_named(name, words) for name in where.split(", "))
    elif not first.startswith("quality."):  # what findings name are headers
        where = segment_words(where, result)
    return ", ".join(name_of(part, 60) for part in (action.table, where) if part)


def action_words(action: Action, result: AuditResult, words: Words) -> tuple[str, str]:
    """Return what to do, and the reason in numbers."""
    values = said_values({"rows": action.rows, "table": action.table, **action.values}, result, words)
    name = f"plan.{action.id}"
    if not words.has(name):  # a rule of the client's own, for which nobody wrote words
        return action.id.replace("-", " "), ""
    why = f"{name}.why"
    if action.values.get("n") == 0 and words.has(f"{why}.none"):
        why = f"{why}.none"
    return words(name, **values), words(why, **values) if words.has(why) else ""


def first_steps(result: AuditResult, most: int) -> list[Action]:
    """Return what to do first: of the next 30 days, else of all that there is to do."""
    todo = [action for action in result.actions if action.horizon is not Horizon.NEVER]
    return ([action for action in todo if action.horizon is Horizon.DAYS_30] or todo)[:most]
