"""What every chart has around it: its title, what it says in words, its key, and its numbers as a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from segaudit.report.charts import Chart
from segaudit.report.svg.elements import joined, percent, tag
from segaudit.report.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """What a chart is drawn with."""

    words: Words
    id: str  # of the figure: no other on the page has it
    most: int  # rows a chart may have


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """A chart's numbers: the first cell of a row is what it is about."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A chart that is drawn, and what belongs around it."""

    kind: str
    chart: Chart
    plot: Markup
    key: Markup | None = None
    numbers: Numbers | None = None
    rest: int = 0  # rows that are not drawn


def framed(figure: Figure, drawing: Drawing) -> Markup:
    """Return a chart with its title, its summary, its key and its numbers."""
    title, summary = figure.chart.title, figure.chart.summary
    said = tag("span", summary, id=f"{drawing.id}-said", class_="said") if summary else None
    more = drawing.words("page.more", n=figure.rest) if figure.rest > 0 else None
    return tag(
        "figure",
        tag("figcaption", tag("strong", title, id=f"{drawing.id}-title"), said),
        figure.key,
        tag("div", figure.plot, class_="plot", data_label=title),
        None if more is None else tag("p", more, class_="note quiet"),
        None if figure.numbers is None else _table(drawing, title, figure.numbers),
        id=drawing.id,
        class_=f"chart {figure.kind}",
    )


def named(drawing: Drawing, chart: Chart) -> dict[str, str | None]:
    """Return the attributes by which a picture is named by its figure's title and described by its summary."""
    described = f"{drawing.id}-said" if chart.summary else None
    return {"role": "img", "aria_labelledby": f"{drawing.id}-title", "aria_describedby": described}


def picture(drawing: Drawing, chart: Chart, parts: Sequence[Markup], *, width: float, height: float) -> Markup:
    """Return a drawing of a fixed size: what is written in it never shrinks."""
    box = f"0 0 {width:.0f} {height:.0f}"
    return tag("svg", *parts, width=width, height=height, viewBox=box, **named(drawing, chart))


def strip(*children: Markup, height: float, class_: str) -> Markup:
    """Return a drawing as wide as its place, beside text that says the same."""
    return tag("svg", *children, class_=class_, aria_hidden="true", width="100%", height=height)


def key_of(entries: Sequence[tuple[Markup, str]]) -> Markup | None:
    """Return what signs stand for: each a small drawing and its name."""
    if not entries:
        return None
    items = [tag("li", sign, tag("span", name)) for sign, name in entries]
    return tag("ul", joined(items), class_="key")


def swatch(place: int) -> Markup:
    """Return the sign of a series: its colour and its hatching."""
    return sign(tag("rect", width=14, height=14, class_=f"c{place}"), hatching(place, width="14", height="14"))


def sign(*children: Markup | None) -> Markup:
    """Return a small drawing for a key."""
    return tag("svg", *children, width=14, height=14, aria_hidden="true")


def hatching(place: int, **where: str) -> Markup | None:
    """Return lines over a part of a chart, others for each series, so that it is known without its colour."""
    return tag("rect", fill=f"url(#hatch-{place})", class_="hatch", **where) if place > 1 else None


def upright(place: float, height: float, title: Markup | None = None) -> Markup:
    """Return a line that marks a place along a strip, with a rim so that it is seen on a bar of any colour."""
    return tag(
        "rect",
        title,
        x=percent(place),
        y=1,
        width=3.5,
        height=height - 2,
        transform="translate(-1.75 0)",
        class_="mark-line",
    )


def hover(words: str) -> Markup:
    """Return what is said of a mark that is pointed at."""
    return tag("title", words)


def _table(drawing: Drawing, title: str, numbers: Numbers) -> Markup:
    head = joined([tag("th", column, scope="col") for column in numbers.columns])
    rows = [
        tag("tr", tag("th", row[0], scope="row"), joined([tag("td", cell) for cell in row[1:]])) for row in numbers.rows
    ]
    table = tag(
        "table", tag("caption", title, class_="heard"), tag("thead", tag("tr", head)), tag("tbody", joined(rows))
    )
    box = tag("div", table, class_="scroll", role="region", aria_label=title, tabindex="0")
    return tag("details", tag("summary", drawing.words("page.chart.data")), box, class_="data")
