"""What went from where to where: names at both sides as text, ribbons between them that stretch with the page."""

from dataclasses import dataclass

from markupsafe import Markup

from segaudit.report.charts import FlowChart
from segaudit.report.svg.elements import joined, px, tag
from segaudit.report.svg.frame import Drawing, Figure, Numbers, framed, hover, named
from segaudit.report.words import Words

_ALL = 260.0  # pixels of all records together
_LEAST = 48.0  # of a name on two lines and its number
_GAP = 8.0
_COLOURS = 7
_MOST = 160  # ribbons


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """Where the nodes of a side begin, how tall they are, and how tall the side is with its gaps."""

    tops: tuple[float, ...]
    heights: tuple[float, ...]
    records: tuple[int, ...]
    total: float


def draw_flows(chart: FlowChart, drawing: Drawing) -> Markup:
    """Draw ribbons as wide as the records that went along them."""
    words = drawing.words
    flows = sorted((flow for flow in chart.flows if flow[2] > 0), key=lambda flow: (-flow[2], flow[0], flow[1]))
    shown = sorted(flows[:_MOST])
    before = _side([sum(rows for a, _, rows in shown if a == place) for place in range(len(chart.before))])
    after = _side([sum(rows for _, b, rows in shown if b == place) for place in range(len(chart.after))])
    height = max(before.total, after.total)
    ribbons = _ribbons(chart, shown, (before, after), words)
    plot = tag(
        "div",
        _names(chart.before, before, words, "from"),
        _nodes(before, height, coloured=True),
        _stretched(ribbons, height),
        _nodes(after, height, coloured=False),
        _names(chart.after, after, words, "to"),
        class_="flow",
        style=f"height:{px(height)}px",
        **named(drawing, chart),
    )
    columns = [words(f"page.chart.{name}") for name in ("before", "after", "records")]
    table = [[chart.before[a], chart.after[b], words.number(rows)] for a, b, rows in flows[:_MOST]]
    numbers = Numbers(columns=columns, rows=table)
    figure = Figure(kind="flows", chart=chart, plot=plot, numbers=numbers, rest=len(flows) - len(shown))
    return framed(figure, drawing)


def _side(records: list[int]) -> _Side:
    scale = _ALL / (sum(records) or 1)
    heights = [rows * scale for rows in records]
    tops, at = [], 0.0
    for tall in heights:
        slot = max(tall, _LEAST)
        tops.append(at + (slot - tall) / 2)
        at += slot + _GAP
    return _Side(tops=tuple(tops), heights=tuple(heights), records=tuple(records), total=max(at - _GAP, _LEAST))


def _names(names: tuple[str, ...], side: _Side, words: Words, class_: str) -> Markup:
    items = [
        tag(
            "span",
            tag("strong", name, title=name),
            tag("span", words.number(rows)),
            style=f"top:{px(top + tall / 2)}px",
        )
        for name, rows, top, tall in zip(names, side.records, side.tops, side.heights, strict=True)
    ]
    return tag("div", joined(items), class_=f"side {class_}")


def _nodes(side: _Side, height: float, *, coloured: bool) -> Markup:
    boxes = [
        tag("rect", y=top, width=8, height=max(1.0, tall), class_=f"c{_colour(place)}" if coloured else "ink")
        for place, (top, tall) in enumerate(zip(side.tops, side.heights, strict=True))
    ]
    return tag("svg", *boxes, width=8, height=height)


def _colour(place: int) -> int:
    return place % _COLOURS + 1


def _stretched(ribbons: list[Markup], height: float) -> Markup:
    box = f"0 0 100 {px(height)}"
    return tag("svg", *ribbons, class_="ribbons", width="100%", height=height, preserveAspectRatio="none", viewBox=box)


def _ribbons(
    chart: FlowChart, flows: list[tuple[int, int, int]], sides: tuple[_Side, _Side], words: Words
) -> list[Markup]:
    """Return the ribbons in a box 100 wide; at each side they lie in the order of the other."""
    scale = _ALL / (sum(rows for _, _, rows in flows) or 1)
    left, right = list(sides[0].tops), list(sides[1].tops)
    paths = []
    for a, b, rows in flows:
        tall = rows * scale
        y, z = left[a], right[b]
        left[a], right[b] = y + tall, z + tall
        there = f"M0 {px(y)}C50 {px(y)} 50 {px(z)} 100 {px(z)}V{px(z + tall)}"
        back = f"C50 {px(z + tall)} 50 {px(y + tall)} 0 {px(y + tall)}Z"
        title = hover(f"{chart.before[a]} → {chart.after[b]}: {words.number(rows)}")
        paths.append(tag("path", title, d=there + back, class_=f"ribbon c{_colour(a)}"))
    return paths
