"""The plan: quick wins, what to do within 30, 60 and 90 days, and what is better left."""

from collections.abc import Sequence

from segaudit.model.audit import Action, AuditResult, Horizon
from segaudit.report.audit.data_words import Says, name_of
from segaudit.report.audit.plan_words import action_words, where_words
from segaudit.report.document import Tone
from segaudit.report.page import Block, Facts, Form, Grid, Lines, Para, Section, Span, amount, cell, span
from segaudit.report.words import Words

HIGH, MIDDLE = 0.40, 0.10  # impact from which it is called so
_MOST = 15  # actions of one table
_MOST_QUICK = 10
_WORDED = frozenset({"30", "60", "90"})
_DAYS = (Horizon.DAYS_30, Horizon.DAYS_60, Horizon.DAYS_90)


def section(result: AuditResult, words: Words) -> Section | None:
    """Return the plan; a sentence where there is nothing to do."""
    todo = [action for action in result.actions if action.horizon is not Horizon.NEVER]
    never = [action for action in result.actions if action.horizon is Horizon.NEVER]
    quick = [action for action in todo if action.quick][:_MOST_QUICK]
    lead = words("plan.lead", n=len(todo), quick=sum(action.quick for action in todo)) if todo else words("plan.none")
    blocks: list[Block] = [Para(line=span(lead))]
    if quick:
        blocks.append(_part("plan.quick", "plan-quick", quick, result, words))
    for days in _DAYS:
        rest = [action for action in todo if action.horizon is days and action not in quick]
        if rest:
            blocks.append(_part(f"plan.days.{days.value}", f"plan-{days.value}", rest, result, words))
    if never:
        blocks.append(_never(never, result, words))
    if todo:
        how = words("plan.how", high=words.share(HIGH), middle=words.share(MIDDLE))
        blocks.append(Para(line=span(how), tone=Tone.QUIET))
    return Section(title=words("plan.title"), anchor="plan", level=2, blocks=tuple(blocks))


def _part(name: str, anchor: str, actions: Sequence[Action], result: AuditResult, words: Words) -> Section:
    title, shown = words(name), actions[:_MOST]
    # Columns that would say the same in every row are left out: paper is narrow.
    extra = [
        *(["when"] if len({action.horizon for action in shown}) > 1 else []),
        *(["file"] if any(file_of_action(action, result) for action in shown) else []),
    ]
    names = ("action", "why", "rows", "impact", "effort", *extra)
    grid = Grid(
        title=title,
        columns=tuple(words(f"plan.column.{name}") for name in names),
        rows=tuple(_row(action, names, result, words) for action in shown),
        numeric=frozenset({2}),
        sortable=True,
    )
    more = len(actions) - _MOST
    rest = (Para(line=span(words("plan.more", n=more)), tone=Tone.QUIET),) if more > 0 else ()
    return Section(title=title, anchor=anchor, level=3, blocks=(grid, *rest))


def _row(action: Action, names: Sequence[str], result: AuditResult, words: Words) -> tuple[Lines, ...]:
    title, why = action_words(action, result, words)
    where = where_words(action, result, words)
    level = "high" if action.impact >= HIGH else "middle" if action.impact >= MIDDLE else "low"
    tone = Tone.GOOD if level == "high" else Tone.PLAIN
    impact = Span(text=words(f"plan.impact.{level}"), number=round(action.impact, 4), form=Form.SHARE, tone=tone)
    days = action.horizon.value
    cells: dict[str, Lines] = {
        "action": cell(title, strong=True),
        "why": ((Span(text=f"{why} " if why else ""), Span(text=f"({where})" if where else "", tone=Tone.QUIET)),),
        "rows": Says.of(result, words).count(action.rows) if action.rows else cell("–"),
        "impact": ((impact,),),
        "effort": amount(words(f"plan.effort.{action.effort}"), action.effort),
        "when": amount(words(f"plan.when.{days}"), int(days)) if days in _WORDED else cell("–"),
        "file": cell(file_of_action(action, result) or "–"),
    }
    return tuple(cells[name] for name in names)


def file_of_action(action: Action, result: AuditResult) -> str:
    """Return the file or folder to work with, if the audit has written it."""
    wanted = action.file
    if not wanted:
        return ""
    folder = wanted if wanted.endswith("/") else None
    found = any(item.name.startswith(folder) if folder else item.name == wanted for item in result.files)
    return name_of(wanted, 80) if found else ""


def _never(actions: Sequence[Action], result: AuditResult, words: Words) -> Section:
    rows = []
    for action in actions[:_MOST]:
        title, why = action_words(action, result, words)
        rows.append((title, cell(why)))
    blocks: tuple[Block, ...] = (Para(line=span(words("plan.never.lead"))), Facts(rows=tuple(rows)))
    return Section(title=words("plan.never"), anchor="plan-never", level=3, blocks=blocks)
