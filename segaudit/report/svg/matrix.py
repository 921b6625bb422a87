"""A square for each pair of a row and a column: a table, so that every square can be heard and found."""

from markupsafe import Markup

from segaudit.report.charts import MatrixChart
from segaudit.report.svg.elements import joined, tag
from segaudit.report.svg.frame import Drawing, Figure, framed, key_of, sign
from segaudit.report.svg.scale import finite, value_words
from segaudit.report.words import Words

_STEPS = 5  # shades there are
_COLUMNS = 60
_UPRIGHT = 6  # more columns than this have their titles written upwards


def draw_matrix(chart: MatrixChart, drawing: Drawing) -> Markup:
    """Draw squares that are the darker the more, or filled and hollow ones."""
    words = drawing.words
    columns = chart.columns[:_COLUMNS]
    rows = chart.rows[: drawing.most]
    ends = any(said for _, _, said in rows)
    upright = len(columns) > _UPRIGHT or any(len(column) > 14 for column in columns)  # noqa: PLR2004 - letters that fit
    titles = [tag("th", tag("span", column), scope="col") for column in columns]
    head = tag("tr", tag("td"), joined(titles), tag("td") if ends else None)
    body = [
        tag(
            "tr",
            tag("th", label, scope="row"),
            joined(
                [
                    _square(chart, value, words, f"{label}, {column}")
                    for value, column in zip(values, columns, strict=False)
                ]
            ),
            tag("td", said, class_="end") if ends else None,
        )
        for label, values, said in rows
    ]
    caption = tag("caption", chart.title, class_="heard")
    table = tag(
        "table",
        caption,
        tag("thead", head),
        tag("tbody", joined(body)),
        class_="squares upright" if upright else "squares",
    )
    box = tag("div", table, class_="scroll bare", role="region", aria_label=chart.title, tabindex="0")
    rest = len(chart.rows) - len(rows) + len(chart.columns) - len(columns)
    return framed(Figure(kind="matrix", chart=chart, plot=box, key=_key(chart, words), rest=rest), drawing)


def _key(chart: MatrixChart, words: Words) -> Markup | None:
    if not chart.presence:
        return None
    return key_of([(_box(filled=True), words("page.matrix.there")), (_box(filled=False), words("page.matrix.not"))])


def _box(*, filled: bool) -> Markup:
    side = 12 if filled else 11
    return sign(tag("rect", x=1, y=1, width=side, height=side, rx=2, class_="filled" if filled else "hollow"))


def _square(chart: MatrixChart, value: float | None, words: Words, where: str) -> Markup:
    if value is None:
        return tag("td", tag("span", words("page.matrix.none"), class_="heard"), class_="none")
    if chart.presence:
        there = finite(value) > 0
        said = words("page.matrix.there" if there else "page.matrix.not")
        return tag("td", _box(filled=there), tag("span", said, class_="heard"), title=f"{where}: {said}")
    said = value_words(value, words, share=True)
    shade = min(_STEPS, max(0, round(finite(value) * _STEPS + 0.3))) if value > 0 else 0
    return tag("td", said, class_=f"shade s{shade}", title=f"{where}: {said}")
