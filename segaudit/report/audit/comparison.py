"""What became better and worse since an earlier audit."""

from collections.abc import Iterator, Sequence
from datetime import date

from segaudit.model.audit import AuditResult, Change, Comparison
from segaudit.report.audit.data_words import Says, name_of
from segaudit.report.audit.said_values import field_named, segment_words
from segaudit.report.document import Tone
from segaudit.report.page import Block, Form, Grid, Item, Lines, Outline, Para, Section, amount, cell, span
from segaudit.report.words import Words

_MOST = 30
_POINTS = frozenset({"total", "score"})


def section(result: AuditResult, words: Words) -> Section | None:
    """Return what changed; nothing where no earlier audit was given."""
    found = result.comparison
    if found is None:
        return None
    better = [item for item in found.changes if item.better is True]
    worse = [item for item in found.changes if item.better is False]
    other = [item for item in found.changes if item.better is None and item.id not in _POINTS]
    blocks: list[Block] = [Para(line=span(_lead(found, better, worse, words)))]
    if found.rules_changed:
        blocks.append(Para(line=span(words("comparison.rules")), tone=Tone.WARN))
    for name, items, tone in (("worse", worse, Tone.BAD), ("better", better, Tone.GOOD), ("other", other, Tone.PLAIN)):
        blocks += _part(name, items, tone, result, words)
    for name, rules in (("new", found.new), ("gone", found.gone)):
        blocks += _findings(name, rules, result, words)
    blocks += _not_compared(found, words)
    return Section(title=words("comparison.title"), anchor="comparison", level=2, blocks=tuple(blocks))


def _lead(found: Comparison, better: Sequence[Change], worse: Sequence[Change], words: Words) -> str:
    day = words.day(found.as_of)
    if not better and not worse:
        return words("comparison.same", day=day)
    lead = words("comparison.lead", day=day, better=len(better), worse=len(worse))
    total = next((item for item in found.changes if item.id == "total"), None)
    if total is None or total.before is None or total.now is None:
        return lead
    marks = words("comparison.total", now=words.decimal(total.now), before=words.decimal(total.before))
    return f"{marks} {lead}"


def _part(name: str, items: Sequence[Change], tone: Tone, result: AuditResult, words: Words) -> Iterator[Section]:
    if not items:
        return
    title = words(f"comparison.{name}")
    names = ("what", "where", "before", "now", "change")
    grid = Grid(
        title=title,
        columns=tuple(words(f"comparison.column.{name}") for name in names),
        rows=tuple(_row(item, tone, result, words) for item in items[:_MOST]),
        numeric=frozenset({2, 3, 4}),
        sortable=True,
    )
    more = len(items) - _MOST
    rest = (Para(line=span(words("comparison.more", n=more)), tone=Tone.QUIET),) if more > 0 else ()
    yield Section(title=title, anchor=f"comparison-{name}", level=3, blocks=(grid, *rest))


def _row(item: Change, tone: Tone, result: AuditResult, words: Words) -> tuple[Lines, ...]:
    known = item.before is not None and item.now is not None
    difference = item.now - item.before if item.before is not None and item.now is not None else None
    return (
        cell(words(f"comparison.what.{item.id}", where=_where(item, result, words)), strong=True),
        cell(name_of(item.table) if item.table else "–"),
        _number(item, item.before, result, words),
        _number(item, item.now, result, words),
        _number(item, difference, result, words, signed=True, tone=tone) if known else cell("–"),
    )


def _where(item: Change, result: AuditResult, words: Words) -> str:
    if item.id == "score":
        return words(f"scores.pillar.{item.where}") if words.has(f"scores.pillar.{item.where}") else item.where
    if item.id == "finding":
        return check_title(item.where, result, words)
    if item.id == "coverage":
        return name_of(field_named(item.where, words))
    return name_of(segment_words(item.where, result))


def check_title(rule: str, result: AuditResult, words: Words) -> str:
    """Return what the check of a finding is called; the finding's own name where no check is known."""
    check_id = rule.removeprefix("quality.")
    if words.has(f"check.{check_id}.title"):
        return words(f"check.{check_id}.title")
    titles = (check.title for table in result.tables for check in table.quality.checks if check.id == check_id)
    return next(titles, rule)


def _number(  # noqa: PLR0913 - what is said of one number
    item: Change,
    value: float | None,
    result: AuditResult,
    words: Words,
    *,
    signed: bool = False,
    tone: Tone = Tone.PLAIN,
) -> Lines:
    if value is None:
        return cell("–")
    sign = ("+" if value > 0 else "\N{MINUS SIGN}" if value < 0 else "") if signed else ""
    size = abs(value) if signed else value
    if item.share:
        said = (
            words("comparison.points", n=round(size * 100), change=sign + words.number(size * 100))
            if signed
            else words.share(size)
        )
        return amount(said, value, Form.SHARE, tone=tone)
    if item.id in _POINTS:
        return amount(sign + words.decimal(size), value, Form.AMOUNT, tone=tone)
    says = Says.of(result, words)
    if any(says.hides(int(side or 0)) for side in (item.before, item.now)):  # a difference would give it away
        return amount(says.number(int(size)) if not signed else "–", None, tone=tone)
    return amount(sign + says.number(int(size)), value, tone=tone)


def _findings(name: str, rules: Sequence[str], result: AuditResult, words: Words) -> Iterator[Section]:
    if rules:
        titles = list(dict.fromkeys(check_title(rule, result, words) for rule in rules))
        items = tuple(Item(line=span(title)) for title in titles[:_MOST])
        more = len(titles) - _MOST
        rest = (Para(line=span(words("comparison.more", n=more)), tone=Tone.QUIET),) if more > 0 else ()
        blocks: tuple[Block, ...] = (Outline(items=items), *rest)
        yield Section(title=words(f"comparison.{name}"), anchor=f"comparison-{name}", level=3, blocks=blocks)


def _not_compared(found: Comparison, words: Words) -> Iterator[Section]:
    told = [(why, what) for why, what in found.not_compared if words.has(f"comparison.not.{why}")]
    if told:
        items = tuple(
            Item(line=span(words(f"comparison.not.{why}", what=_day_or_name(why, what, words)))) for why, what in told
        )
        title = words("comparison.not")
        yield Section(title=title, anchor="comparison-not", level=3, blocks=(Outline(items=items),))


def _day_or_name(why: str, what: str, words: Words) -> str:
    return words.day(date.fromisoformat(what)) if why == "later" else name_of(what)
