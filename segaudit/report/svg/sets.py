"""How sets meet: names and sizes to the left, a column of dots for each meeting, its records as a bar above."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from segaudit.report.charts import SetChart
from segaudit.report.svg.elements import clipped, joined, px, tag
from segaudit.report.svg.frame import Drawing, Figure, Numbers, framed, hover, picture
from segaudit.report.words import Words

_ROW = 26.0  # pixels, of a set
_BARS = 120.0  # of the tallest meeting
_TOP = _BARS + 26  # of the first set
_LETTER = 6.6  # of one letter, about
_AIR = 12.0  # before a name: where letters are wider than thought, as in a short one they may be
_SETS, _MEETS = 14, 24  # that are drawn
_LONGEST = 24  # letters of a set's name: a phone should show a few meetings beside it


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """Where things stand, in pixels."""

    names: float  # end of the names
    left: float  # begin of the first meeting
    wide: float  # of a meeting
    right: float


def draw_sets(chart: SetChart, drawing: Drawing) -> Markup:
    """Draw sets and the meetings of most records."""
    words = drawing.words
    sets = chart.sets[:_SETS]
    known = [meet for meet in chart.meets if meet[0] and all(place < len(sets) for place in meet[0])]
    meets = known[:_MEETS]
    columns = [words(f"page.chart.{name}") for name in ("sets", "records")]
    table = [[", ".join(sets[place][0] for place in places), words.number(rows)] for places, rows in meets]
    drawn = _drawn(chart, sets, meets, drawing)
    box = tag("div", drawn, class_="scroll bare", role="region", aria_label=chart.title, tabindex="0")
    return framed(
        Figure(
            kind="sets",
            chart=chart,
            plot=box,
            numbers=Numbers(columns=columns, rows=table),
            rest=len(chart.meets) - len(meets),
        ),
        drawing,
    )


def _drawn(
    chart: SetChart,
    sets: Sequence[tuple[str, int]],
    meets: Sequence[tuple[tuple[int, ...], int]],
    drawing: Drawing,
) -> Markup:
    words = drawing.words
    plan = _plan(sets, meets, words)
    parts = _named(sets, plan, words)
    tallest = max([rows for _, rows in meets], default=1) or 1
    for place, (members, rows) in enumerate(meets):
        x = plan.left + plan.wide * (place + 0.5)
        title = hover(f"{' + '.join(sets[member][0] for member in members)}: {words.number(rows)}")
        bar = _bar(rows, _BARS * rows / tallest, x, words, several=len(members) > 1)
        parts.append(tag("g", title, bar, _dots(len(sets), members, x)))
    return picture(drawing, chart, parts, width=plan.right, height=_TOP + _ROW * len(sets) + 2)


def _plan(sets: Sequence[tuple[str, int]], meets: Sequence[tuple[tuple[int, ...], int]], words: Words) -> _Plan:
    names = max([len(clipped(name, _LONGEST)) for name, _ in sets], default=0) * _LETTER + _AIR
    sizes = max([len(words.number(size)) for _, size in sets], default=0) * _LETTER
    wide = max([26.0, *(len(words.number(rows)) * _LETTER + 8 for _, rows in meets)])
    left = names + sizes + 22
    return _Plan(names=names, left=left, wide=wide, right=left + wide * len(meets) + 4)


def _named(sets: Sequence[tuple[str, int]], plan: _Plan, words: Words) -> list[Markup]:
    parts: list[Markup] = []
    for place, (name, size) in enumerate(sets):
        y = _middle(place)
        if place % 2 == 0:
            parts.append(tag("rect", x=0, y=y - _ROW / 2, width=plan.right, height=_ROW, class_="stripe"))
        said = tag("text", clipped(name, _LONGEST), x=plan.names, y=y + 4, text_anchor="end", class_="name")
        number = tag("text", words.number(size), x=plan.left - 8, y=y + 4, text_anchor="end", class_="tick")
        parts.append(tag("g", hover(f"{name}: {words.number(size)}"), said, number))
    return parts


def _bar(rows: int, tall: float, x: float, words: Words, *, several: bool) -> Markup:
    bottom = _BARS + 18
    box = tag("rect", x=x - 9, y=bottom - tall, width=18, height=max(1.0, tall), class_="c0" if several else "c0 soft")
    number = tag("text", words.number(rows), x=x, y=px(bottom - tall - 5), text_anchor="middle", class_="tick")
    return joined([box, number])


def _dots(count: int, members: Sequence[int], x: float) -> Markup:
    dots = [
        tag("circle", cx=x, cy=_middle(place), r=5.5, class_="dot plain" if place in members else "dot none")
        for place in range(count)
    ]
    line = tag("line", x1=x, x2=x, y1=_middle(min(members)), y2=_middle(max(members)), class_="meet")
    return joined([line, *dots])


def _middle(place: int) -> float:
    return _TOP + _ROW * (place + 0.5)
