"""The one way from what a chart shows to its drawing."""

from markupsafe import Markup

from segaudit.report.charts import (
    BarChart,
    Chart,
    FlowChart,
    GraphChart,
    IntervalChart,
    MatrixChart,
    SetChart,
)
from segaudit.report.svg.bars import draw_bars
from segaudit.report.svg.flows import draw_flows
from segaudit.report.svg.frame import Drawing
from segaudit.report.svg.graph import draw_graph
from segaudit.report.svg.intervals import draw_intervals
from segaudit.report.svg.matrix import draw_matrix
from segaudit.report.svg.sets import draw_sets
from segaudit.report.svg.trend import draw_trend


def draw_chart(chart: Chart, drawing: Drawing) -> Markup:  # noqa: PLR0911 - one for each kind
    """Return a chart as a figure of HTML and SVG."""
    match chart:
        case BarChart():
            return draw_bars(chart, drawing)
        case IntervalChart():
            return draw_intervals(chart, drawing)
        case MatrixChart():
            return draw_matrix(chart, drawing)
        case SetChart():
            return draw_sets(chart, drawing)
        case FlowChart():
            return draw_flows(chart, drawing)
        case GraphChart():
            return draw_graph(chart, drawing)
        case _:
            return draw_trend(chart, drawing)
