"""Sets that meet, moves and likenesses: as tables people filter, the largest first."""

from segaudit.report.charts import Bar, BarChart, FlowChart, GraphChart, SetChart
from segaudit.report.document import Tone
from segaudit.report.page import Form, Grid, Lines, amount, cell
from segaudit.report.words import Words
from segaudit.report.workbook.parts import Table

_THERE = "●"
_MOST_SETS = 40  # columns of their own


def set_table(chart: SetChart, words: Words) -> Table:
    """Return which sets meet in how many records, a column for each set."""
    shown = range(min(len(chart.sets), _MOST_SETS))
    columns = (words("workbook.meets"), words("workbook.records"), *(chart.sets[place][0] for place in shown))
    rows = tuple(
        (
            cell(" + ".join(chart.sets[place][0] for place in places) or words("workbook.meets_none")),
            amount(words.number(count), count),
            *(cell(_THERE if place in places else "") for place in shown),
        )
        for places, count in sorted(chart.meets, key=lambda meet: -meet[1])
    )
    grid = Grid(title=chart.title, columns=columns, rows=rows, numeric=frozenset((1,)), sortable=True)
    return Table(grid=grid, name=chart.title, bars={1: None}, titled=False)


def sizes_of_sets(chart: SetChart, words: Words) -> BarChart:
    """Return how large the sets are, as bars."""
    return BarChart(
        title=chart.title,
        summary=chart.summary,
        series=(words("workbook.records"),),
        rows=tuple(Bar(label=name, values=(size,)) for name, size in chart.sets),
    )


def flow_table(chart: FlowChart, words: Words) -> Table:
    """Return what went from where to where."""
    rows = tuple(
        (cell(chart.before[a]), cell(chart.after[b], tone=Tone.QUIET if a == b else Tone.PLAIN), _count(words, count))
        for a, b, count in sorted(chart.flows, key=lambda flow: (-flow[2], flow[0], flow[1]))
    )
    columns = (words("workbook.flow_from"), words("workbook.flow_to"), words("workbook.records"))
    grid = Grid(title=chart.title, columns=columns, rows=rows, numeric=frozenset((2,)), sortable=True)
    return Table(grid=grid, name=chart.title, bars={2: None}, titled=False)


def graph_table(chart: GraphChart, words: Words) -> Table:
    """Return which records were compared and how alike they are."""
    rows = tuple(
        (
            cell(chart.nodes[link.a]),
            cell(chart.nodes[link.b]),
            amount(words.share(link.probability), link.probability, Form.SHARE),
            cell(words("workbook.joined" if link.joined else "workbook.apart"), tone=_joined_tone(joined=link.joined)),
            cell(link.said),
        )
        for link in chart.links
    )
    names = ("record_a", "record_b", "alike", "verdict", "evidence")
    columns = tuple(words(f"workbook.{name}") for name in names)
    grid = Grid(title=chart.title, columns=columns, rows=rows, numeric=frozenset((2,)), sortable=True)
    return Table(grid=grid, name=chart.title, titled=False)


def _joined_tone(*, joined: bool) -> Tone:
    return Tone.GOOD if joined else Tone.QUIET


def _count(words: Words, count: int) -> Lines:
    return amount(words.number(count), count)
