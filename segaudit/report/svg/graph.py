"""A few records and how alike they are: numbered points in a ring, their names beside it."""

from math import cos, pi, sin

from markupsafe import Markup

from segaudit.report.charts import GraphChart, Link
from segaudit.report.svg.elements import joined, tag
from segaudit.report.svg.frame import Drawing, Figure, Numbers, framed, hover, key_of, picture, sign

_SIDE, _HEIGHT, _PAIR = 300.0, 250.0, 60.0
_RING = 95.0
_NODES = 16
_SAID = 10  # links whose probability is written beside them
_ALONG = 0.5


def draw_graph(chart: GraphChart, drawing: Drawing) -> Markup:
    """Draw records and links: the thicker the more alike, dashed where they are not taken for one."""
    words = drawing.words
    nodes = chart.nodes[:_NODES]
    links = [link for link in chart.links if max(link.a, link.b) < len(nodes)]
    height = _PAIR if len(nodes) <= 2 else _HEIGHT  # noqa: PLR2004 - two stand beside each other
    places = _ring(len(nodes), height)
    parts = [_link(chart, link, places, drawing, said=len(links) <= _SAID) for link in links]
    for place, (name, (x, y)) in enumerate(zip(nodes, places, strict=True), start=1):
        number = tag("text", str(place), x=x, y=y + 4.5, text_anchor="middle", class_="node")
        parts.append(tag("g", hover(name), tag("circle", cx=x, cy=y, r=14, class_="dot plain"), number))
    names = tag("ol", joined([tag("li", name) for name in nodes]), class_="nodes")
    drawn = picture(drawing, chart, parts, width=_SIDE, height=height)
    columns = [words(f"page.chart.{name}") for name in ("between", "probability", "evidence")]
    table = [[f"{nodes[link.a]} – {nodes[link.b]}", words.share(link.probability), link.said] for link in links]
    return framed(
        Figure(
            kind="graph",
            chart=chart,
            plot=tag("div", drawn, names, class_="beside"),
            key=_key(links, drawing),
            numbers=Numbers(columns=columns, rows=table),
            rest=len(chart.nodes) - len(nodes),
        ),
        drawing,
    )


def _ring(count: int, height: float) -> list[tuple[float, float]]:
    middle = (_SIDE / 2, height / 2)
    if count == 1:
        return [middle]
    turn = pi if count == 2 else pi / 2  # noqa: PLR2004 - two stand beside each other, more begin at the top
    angles = [2 * pi * place / count - turn for place in range(count)]
    return [(middle[0] + _RING * cos(angle), middle[1] + _RING * sin(angle)) for angle in angles]


def _link(chart: GraphChart, link: Link, places: list[tuple[float, float]], drawing: Drawing, *, said: bool) -> Markup:
    (x1, y1), (x2, y2) = places[link.a], places[link.b]
    share = drawing.words.share(link.probability)
    evidence = f" ({link.said})" if link.said else ""
    title = hover(f"{chart.nodes[link.a]} – {chart.nodes[link.b]}: {share}{evidence}")
    kind = "link" if link.joined else "link apart"
    line = tag("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=kind, stroke_width=1.5 + 3.5 * link.probability)
    # Lines through the middle of the ring would put their numbers on top of each other.
    crossing = abs(link.a - link.b) not in {1, len(places) - 1}
    along = 0.3 if crossing else _ALONG
    x, y = x1 + (x2 - x1) * along, y1 + (y2 - y1) * along
    number = tag("text", share, x=x, y=y + 4, text_anchor="middle", class_="tick halo") if said else None
    return tag("g", title, line, number)


def _key(links: list[Link], drawing: Drawing) -> Markup | None:
    def stroke(kind: str) -> Markup:
        return sign(tag("line", x1=0, x2=14, y1=7, y2=7, stroke_width=3, class_=kind))

    entries = []
    if any(link.joined for link in links):
        entries.append((stroke("link"), drawing.words("page.chart.joined")))
    if any(not link.joined for link in links):
        entries.append((stroke("link apart"), drawing.words("page.chart.apart")))
    return key_of(entries)
