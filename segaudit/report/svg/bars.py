"""Horizontal bars: the label and the number are text, the bar between them a strip that stretches with the page."""

from collections.abc import Sequence

from markupsafe import Markup

from segaudit.report.charts import Bar, BarChart
from segaudit.report.document import Tone
from segaudit.report.svg.elements import joined, percent, tag
from segaudit.report.svg.frame import (
    Drawing,
    Figure,
    Numbers,
    framed,
    hatching,
    hover,
    key_of,
    sign,
    strip,
    swatch,
    upright,
)
from segaudit.report.svg.scale import Scale, finite, scale_of, tick_words, value_words
from segaudit.report.words import Words

HEIGHT = 26  # pixels of a row
_TOP, _THICK = 6, 14  # of a bar in its row
_SERIES = 7  # colours there are
_LIMITS = 3  # ways of drawing a line
_TONED = frozenset((Tone.GOOD, Tone.WARN, Tone.BAD, Tone.QUIET))
_SIGNS = {Tone.GOOD: "✓", Tone.WARN: "▲", Tone.BAD: "✕"}


def draw_bars(chart: BarChart, drawing: Drawing) -> Markup:
    """Draw bars, or stacks where there are several series."""
    rows = chart.rows[: drawing.most]
    marks = chart.marks[: len(rows)]
    ends = [sum(max(0.0, finite(value)) for value in row.values) for row in rows]
    lines = [value for value, _ in chart.limits] + [mark for mark in marks if mark is not None]
    scale = scale_of([*ends, *lines], share=chart.share)
    padded = [*marks, *[None] * (len(rows) - len(marks))]
    items = [_row(chart, row, mark, scale, drawing.words) for row, mark in zip(rows, padded, strict=True)]
    plot = joined([tag("ul", joined(items), class_="rows"), axis(scale, drawing.words, share=chart.share)])
    return framed(
        Figure(
            kind="bars",
            chart=chart,
            plot=plot,
            key=_key(chart),
            numbers=_numbers(chart, rows, padded, drawing.words),
            rest=len(chart.rows) - len(rows),
        ),
        drawing,
    )


def toned(tone: Tone, words: Words) -> Markup | None:
    """Return the sign of what is good or bad, and the word for it: colour alone would say nothing to some."""
    if tone not in _SIGNS:
        return None
    said = tag("span", words(f"page.tone.{tone.value}"), class_="heard")
    return tag("span", tag("span", _SIGNS[tone], aria_hidden="true"), said, class_=f"sign {tone.value}")


def labelled(label: str, to: str) -> Markup:
    """Return what a row is about, as a link where it leads somewhere."""
    return tag("span", tag("a", label, href=f"#{to}") if to else label, class_="label")


def grid_lines(scale: Scale) -> list[Markup]:
    """Return the lines of the axis behind a row."""
    return [
        tag("line", x1=percent(x), x2=percent(x), y1="0", y2="100%", class_="grid")
        for x in map(scale.at, scale.ticks())
    ]


def axis(scale: Scale, words: Words, *, share: bool) -> Markup:
    """Return the numbers of the axis, below all rows."""
    texts = []
    ticks = scale.ticks()
    for place, tick in enumerate(ticks):
        anchor = "start" if place == 0 else "end" if place == len(ticks) - 1 else "middle"
        side = " inner" if 0 < place < len(ticks) - 1 else ""
        said = tick_words(tick, words, scale, share=share)
        texts.append(tag("text", said, x=percent(scale.at(tick)), y="13", text_anchor=anchor, class_=f"tick{side}"))
    empty = tag("span", class_="label")
    return tag(
        "div",
        empty,
        strip(*texts, height=18, class_="track"),
        tag("span", class_="value"),
        class_="axis",
        aria_hidden="true",
    )


def _row(chart: BarChart, row: Bar, mark: float | None, scale: Scale, words: Words) -> Markup:
    said = row.said or value_words(sum(map(finite, row.values)), words, share=chart.share)
    parts = [*grid_lines(scale), *_parts(chart, row, said, scale, words)]
    for place, (value, name) in enumerate(chart.limits):
        x = percent(scale.at(value))
        parts.append(tag("line", hover(name), x1=x, x2=x, y1="0", y2="100%", class_=_limit(place)))
    if mark is not None:
        title = hover(f"{chart.mark}: {value_words(mark, words, share=chart.share)}")
        parts.append(upright(scale.at(mark), HEIGHT, title))
    bar = strip(*parts, height=HEIGHT, class_="track")
    return tag("li", labelled(row.label, row.to), bar, tag("span", said, toned(row.tone, words), class_="value"))


def _parts(chart: BarChart, row: Bar, said: str, scale: Scale, words: Words) -> list[Markup]:
    parts: list[Markup] = []
    at = scale.at(0)
    if chart.share and len(chart.series) < 2:  # noqa: PLR2004 - a stack has no rest to show
        parts.append(_box(at, scale.at(1), "rest"))
    begin = 0.0
    for place, value in enumerate(row.values, start=1):
        end = begin + max(0.0, finite(value))
        left, right = scale.at(begin), scale.at(end)
        begin = end
        if right <= left:
            continue
        colour = f"c{min(place, _SERIES)}" if len(row.values) > 1 else row.tone.value if row.tone in _TONED else "c0"
        name = chart.series[place - 1] if place <= len(chart.series) and len(row.values) > 1 else ""
        number = said if len(row.values) == 1 else f"{name} {value_words(value, words, share=chart.share)}"
        parts.append(_box(left, right, colour, hover(f"{row.label}: {number}")))
        lines = hatching(
            min(place, _SERIES), x=percent(left), width=percent(right - left), y=str(_TOP), height=str(_THICK)
        )
        parts += [lines] if lines is not None else []
    return parts


def _box(left: float, right: float, colour: str, title: Markup | None = None) -> Markup:
    return tag("rect", title, x=percent(left), width=percent(right - left), y=_TOP, height=_THICK, class_=colour)


def _limit(place: int) -> str:
    """Return how a limit is drawn, each in its own way."""
    return f"limit limit{place % _LIMITS + 1}"


def _key(chart: BarChart) -> Markup | None:
    entries: list[tuple[Markup, str]] = []
    if len(chart.series) > 1:
        entries += [(swatch(min(place, _SERIES)), name) for place, name in enumerate(chart.series, start=1)]
    for place, (_, name) in enumerate(chart.limits):
        entries.append((sign(tag("line", x1=7, x2=7, y1=0, y2=14, class_=_limit(place))), name))
    if any(mark is not None for mark in chart.marks):
        entries.append((sign(upright(50, 14)), chart.mark))
    return key_of(entries)


def _numbers(chart: BarChart, rows: Sequence[Bar], marks: Sequence[float | None], words: Words) -> Numbers | None:
    """Return the numbers that the rows themselves do not spell out."""
    marked = any(mark is not None for mark in marks)
    if len(chart.series) < 2 and not marked:  # noqa: PLR2004 - each row already says its one number
        return None
    columns = [words("page.chart.what"), *chart.series, *([chart.mark] if marked else [])]
    table = []
    for row, mark in zip(rows, marks, strict=True):
        values = [*map(finite, row.values), *[0.0] * (len(chart.series) - len(row.values))]
        cells = [value_words(value, words, share=chart.share) for value in values]
        last = [] if not marked else ["–" if mark is None else value_words(mark, words, share=chart.share)]
        table.append([row.label, *cells, *last])
    return Numbers(columns=columns, rows=table)
