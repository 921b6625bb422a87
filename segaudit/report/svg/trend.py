"""Values over runs or days: lines that stretch with the page, each with a mark of its own form."""

from dataclasses import dataclass

from markupsafe import Markup

from segaudit.report.charts import TrendChart
from segaudit.report.svg.elements import clipped, joined, percent, px, tag
from segaudit.report.svg.frame import Drawing, Figure, Numbers, framed, hover, key_of, named, sign
from segaudit.report.svg.scale import Scale, scale_of, tick_words, value_words

_HEIGHT, _TOP, _BOTTOM = 230.0, 18.0, 26.0
_FIRST, _LAST = 4.0, 96.0  # percent of the width, of the first and the last run
_LINES, _POINTS = 7, 60
_LONGEST = 18  # letters of a run's name
_NAMED = 6  # runs whose names fit beside each other
_FORMS = (
    "M-4 0A4 4 0 1 0 4 0A4 4 0 1 0 -4 0Z",  # circle
    "M-4 -4H4V4H-4Z",  # square
    "M0 -5L5 4H-5Z",  # triangle
    "M0 -5.5L5.5 0L0 5.5L-5.5 0Z",  # diamond
    "M0 5L5 -4H-5Z",  # triangle, the other way
    "M-4 -4L4 4M-4 4L4 -4",  # cross
    "M0 -5V5M-5 0H5",  # plus
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A row of values, one for each run that is drawn."""

    place: int
    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plot:
    """Where runs and values stand."""

    runs: tuple[str, ...]
    scale: Scale
    share: bool
    drawing: Drawing

    def x(self, run: int) -> str:
        """Return where a run stands along the width."""
        if len(self.runs) == 1:
            return "50%"
        return percent(_FIRST + (_LAST - _FIRST) * run / (len(self.runs) - 1))

    def y(self, value: float) -> float:
        """Return where a value stands, in pixels from above."""
        return _HEIGHT - _BOTTOM - (_HEIGHT - _BOTTOM - _TOP) * self.scale.at(value) / 100

    def said(self, value: float) -> str:
        """Return a value in words."""
        return value_words(value, self.drawing.words, share=self.share)


def draw_trend(chart: TrendChart, drawing: Drawing) -> Markup:
    """Draw a line for each row of values; where one is missing the line is broken."""
    runs = chart.points[-_POINTS:]
    skipped = len(chart.points) - len(runs)
    shown = enumerate(chart.lines[:_LINES])
    lines = [_Line(place=place, name=name, values=values[skipped:][: len(runs)]) for place, (name, values) in shown]
    known = [value for line in lines for value in line.values if value is not None]
    plot = _Plot(runs=runs, scale=scale_of(known, share=chart.share), share=chart.share, drawing=drawing)
    parts = [*_axes(plot), *(_drawn(plot, line) for line in lines)]
    picture = tag("svg", *parts, class_="trend-plot", width="100%", height=_HEIGHT, **named(drawing, chart))
    table = [[line.name, *("–" if value is None else plot.said(value) for value in line.values)] for line in lines]
    figure = Figure(
        kind="trend",
        chart=chart,
        plot=picture,
        key=key_of([(sign(_mark(line.place, 7, 7)), _last(plot, line)) for line in lines]),
        numbers=Numbers(columns=[drawing.words("page.chart.what"), *runs], rows=table),
        rest=len(chart.lines) - len(lines),
    )
    return framed(figure, drawing)


def _last(plot: _Plot, line: _Line) -> str:
    last = next((value for value in reversed(line.values) if value is not None), None)
    return line.name if last is None else f"{line.name}: {plot.said(last)}"


def _axes(plot: _Plot) -> list[Markup]:
    parts: list[Markup] = []
    for tick in plot.scale.ticks():
        y = plot.y(tick)
        said = tick_words(tick, plot.drawing.words, plot.scale, share=plot.share)
        parts.append(tag("line", x1="0", x2="100%", y1=px(y), y2=px(y), class_="grid"))
        parts.append(tag("text", said, x="0", y=px(y - 4), class_="tick"))
    return parts + [_run(plot, run) for run in _with_names(len(plot.runs))]


def _with_names(count: int) -> list[int]:
    """Return which runs are named: all if there are few, else some of them, the first and the last always."""
    if count <= _NAMED:
        return list(range(count))
    return sorted({round(place * (count - 1) / (_NAMED - 1)) for place in range(_NAMED)})


def _run(plot: _Plot, run: int) -> Markup:
    last = len(plot.runs) - 1
    if last and run in {0, last}:
        x, anchor, kind = ("0", "start", "tick") if run == 0 else ("100%", "end", "tick")
    else:
        # A phone has room for the first and the last one.
        x, anchor, kind = plot.x(run), "middle", "tick inner" if last else "tick"
    return tag("text", clipped(plot.runs[run], _LONGEST), x=x, y=_HEIGHT - 6, text_anchor=anchor, class_=kind)


def _drawn(plot: _Plot, line: _Line) -> Markup:
    strokes: list[Markup] = []
    marks: list[Markup] = []
    for run, value in enumerate(line.values):
        if value is None:
            continue
        x, y = plot.x(run), plot.y(value)
        before = line.values[run - 1] if run else None
        if before is not None:
            kind = f"stroke l{line.place + 1}"
            strokes.append(tag("line", x1=plot.x(run - 1), y1=px(plot.y(before)), x2=x, y2=px(y), class_=kind))
        marks.append(_mark(line.place, x, y, hover(f"{line.name}, {plot.runs[run]}: {plot.said(value)}")))
    return tag("g", joined(strokes), joined(marks))


def _mark(place: int, x: str | float, y: float, title: Markup | None = None) -> Markup:
    form = tag("path", d=_FORMS[place % len(_FORMS)], class_=f"form l{place + 1}")
    return tag("svg", title, form, x=x, y=y, overflow="visible", class_="at")
