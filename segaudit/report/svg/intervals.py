"""Values with the intervals they are believed to be in: a dot on a line, row by row on one scale."""

from markupsafe import Markup

from segaudit.report.charts import Interval, IntervalChart
from segaudit.report.svg.bars import HEIGHT, axis, grid_lines, labelled, toned
from segaudit.report.svg.elements import joined, percent, tag
from segaudit.report.svg.frame import Drawing, Figure, Numbers, framed, hover, key_of, sign, strip
from segaudit.report.svg.scale import Scale, scale_of, value_words
from segaudit.report.words import Words

_MIDDLE = HEIGHT // 2


def draw_intervals(chart: IntervalChart, drawing: Drawing) -> Markup:
    """Draw intervals beside each other, with the line they are compared with."""
    words = drawing.words
    rows = chart.rows[: drawing.most]
    ends = [value for row in rows for value in (row.low, row.value, row.high)]
    scale = scale_of([*ends, *([chart.reference[0]] if chart.reference else [])], share=chart.share)
    items = [_row(chart, row, scale, words) for row in rows]
    plot = joined([tag("ul", joined(items), class_="rows"), axis(scale, words, share=chart.share)])
    columns = [words(f"page.chart.{name}") for name in ("what", "value", "low", "high")]
    table = [
        [row.label, *(value_words(v, words, share=chart.share) for v in (row.value, row.low, row.high))] for row in rows
    ]
    return framed(
        Figure(
            kind="intervals",
            chart=chart,
            plot=plot,
            key=_key(chart, words),
            numbers=Numbers(columns=columns, rows=table),
            rest=len(chart.rows) - len(rows),
        ),
        drawing,
    )


def _key(chart: IntervalChart, words: Words) -> Markup | None:
    dot = sign(
        tag("line", x1=0, x2=14, y1=7, y2=7, class_="whisker"), tag("circle", cx=7, cy=7, r=4, class_="dot plain")
    )
    entries = [(dot, words("page.chart.interval"))]
    if chart.reference is not None:
        entries.append((sign(tag("line", x1=7, x2=7, y1=0, y2=14, class_="limit")), chart.reference[1]))
    return key_of(entries)


def _row(chart: IntervalChart, row: Interval, scale: Scale, words: Words) -> Markup:
    value, low, high = (value_words(v, words, share=chart.share) for v in (row.value, row.low, row.high))
    parts = grid_lines(scale)
    if chart.reference is not None:
        x = percent(scale.at(chart.reference[0]))
        parts.append(tag("line", hover(chart.reference[1]), x1=x, x2=x, y1="0", y2="100%", class_="limit"))
    left, right = percent(scale.at(row.low)), percent(scale.at(row.high))
    title = hover(f"{row.label}: {value} ({low} – {high})")
    marks = [
        tag("line", x1=left, x2=right, y1=_MIDDLE, y2=_MIDDLE, class_="whisker"),
        *(tag("line", x1=x, x2=x, y1=_MIDDLE - 4, y2=_MIDDLE + 4, class_="whisker") for x in (left, right)),
        tag("circle", cx=percent(scale.at(row.value)), cy=_MIDDLE, r=5, class_=f"dot {row.tone.value}"),
    ]
    parts.append(tag("g", title, joined(marks)))
    said = row.said or value
    bar = strip(*parts, height=HEIGHT, class_="track")
    return tag("li", labelled(row.label, ""), bar, tag("span", said, toned(row.tone, words), class_="value"))
