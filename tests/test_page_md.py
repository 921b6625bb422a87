"""Pages as Markdown: charts, findings, marks and folds; nothing of a client's becomes markup."""

import re
from functools import cache

import pytest
from markdown_it import MarkdownIt

from segaudit.report.charts import (
    Bar,
    BarChart,
    Chart,
    FlowChart,
    GraphChart,
    Interval,
    IntervalChart,
    Link,
    MatrixChart,
    SetChart,
    TrendChart,
)
from segaudit.report.page import (
    Block,
    Finding,
    Findings,
    Fold,
    Page,
    Para,
    Score,
    Scores,
    Section,
    Span,
    cell,
    span,
)
from segaudit.report.page_md import render_markdown_page
from segaudit.report.words import Words
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.report_words import load_texts

HOSTILE = [
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "a|b\n# c",
    "\u202egnp.exe",
    "`<b>`",
    "www.evil.example",
]


@cache
def german() -> Words:
    """Return the shipped German."""
    location = RulesLocation.at(None)
    return Words(language="de", texts=load_texts(location, "de"), fallback=load_texts(location, "en"))


def markdown(*blocks: Block, words: Words | None = None) -> str:
    """Return blocks as Markdown, without the page's title."""
    return render_markdown_page(Page(title="T", about=(), blocks=blocks), words).removeprefix("# T\n\n")


def finding(**values: object) -> Finding:
    """Return a finding that says what is given."""
    known = {
        "id": "f1",
        "severity": "error",
        "severity_name": "Error",
        "group": "Validity",
        "table": "c.csv",
        "title": "Bad",
        "message": span("It is bad"),
    }
    return Finding(**{**known, **values})  # type: ignore[arg-type]


CHARTS: list[tuple[Chart, str]] = [
    (
        BarChart(
            title="C",
            summary="S",
            series=("Filled",),
            rows=(Bar(label="Email", values=(0.5,)), Bar(label="Fax", values=(0.001,))),
            share=True,
            limits=((0.4, "usable"),),
        ),
        "| Name | Filled |\n|---|---:|\n| Email | 50% |\n| Fax | \\<1% |\n\nMarks: usable 40%.\n",
    ),
    (
        BarChart(
            title="C",
            summary="S",
            series=("Members",),
            rows=(Bar(label="A", values=(1200,), said="1,200 of them"),),
            marks=(800,),
            mark="Needed",
        ),
        "| Name | Members | Needed | Said |\n|---|---:|---:|---|\n| A | 1,200 | 800 | 1,200 of them |\n",
    ),
    (
        IntervalChart(
            title="C", summary="S", rows=(Interval(label="A", low=0.1, value=0.2, high=0.4),), reference=(0.3, "All")
        ),
        (
            "| Name | Value | Lowest likely | Highest likely | All |\n|---|---:|---:|---:|---:|\n"
            "| A | 20% | 10% | 40% | 30% |\n"
        ),
    ),
    (
        MatrixChart(title="C", summary="S", columns=("x", "y"), rows=(("r", (1.0, None), "7 rows"),), presence=True),
        "| Name | x | y | Said |\n|---|---|---|---|\n| r | ● | ○ | 7 rows |\n",
    ),
    (
        SetChart(title="C", summary="S", sets=(("A", 5), ("B", 3)), meets=(((0, 1), 2), ((0,), 3), ((), 9))),
        (
            "| In exactly these | Records | A | B |\n|---|---:|---|---|\n| in none | 9 |  |  |\n| A | 3 | ● |  |\n"
            "| A + B | 2 | ● | ● |\n"
        ),
    ),
    (
        FlowChart(title="C", summary="S", before=("old",), after=("old", "new"), flows=((0, 0, 4), (0, 1, 5))),
        "| Before | Now | Records |\n|---|---|---:|\n| old | new | 5 |\n| old | old | 4 |\n",
    ),
    (
        GraphChart(title="C", summary="S", nodes=("A", "B"), links=(Link(a=0, b=1, probability=0.9, said="mail"),)),
        (
            "| Record | Compared with | How likely the same | Verdict | Why |\n|---|---|---:|---|---|\n"
            "| A | B | 90% | taken for one | mail |\n"
        ),
    ),
    (
        TrendChart(title="C", summary="S", points=("Jan", "Feb"), lines=(("All", (None, 62.5)),)),
        "| Name | All |\n|---|---:|\n| Jan |  |\n| Feb | 62.50 |\n",
    ),
]


@pytest.mark.parametrize(("chart", "table"), CHARTS, ids=lambda value: type(value).__name__)
def test_a_chart_is_its_title_its_summary_and_its_numbers(chart: Chart, table: str) -> None:
    """What a picture shows is said in words, and its numbers stand in a table."""
    assert markdown(chart) == f"**C**\n\nS\n\n{table}"


def test_a_finding_says_how_grave_it_is_what_it_concerns_and_what_to_do() -> None:
    """A finding is one entry of a list, with its facts below."""
    item = finding(rows=1, share=0.25, facts=(("Columns", cell("Email")), ("Mend", (span("a"), span("b")))))
    assert markdown(Findings(title="F", items=(item,))) == (
        '- <a id="f1"></a>**Error: Bad** (Validity · c.csv)\n  - It is bad\n  - one record, 25%\n'
        "  - Columns: Email\n  - Mend: a; b\n"
    )


def test_marks_are_a_table_with_the_whole_last() -> None:
    """A part that could not be judged says so, and columns nobody fills are left out."""
    part = Score(name="Fill", value=None, weight=0.5, to="fill")
    scores = Scores(title="S", total=Score(name="All", value=61.6, weight=1.0), items=(part,))
    assert markdown(scores) == (
        "| Part | Score of 100 | Weight |\n|---|---:|---:|\n| [Fill](#fill) | not judged | 50% |\n"
        "| **All** | 62 | 100% |\n"
    )


def test_a_fold_is_open_on_paper() -> None:
    """What a screen folds away is there in full."""
    assert markdown(Fold(title="More", blocks=(Para(line=span("Inside")),))) == "**More**\n\nInside\n"


def test_headers_are_in_the_language_of_the_reader() -> None:
    """German words give German headers, and numbers as Germans write them."""
    chart = BarChart(title="C", summary="S", series=("Zahl",), rows=(Bar(label="A", values=(1234.0,)),))
    assert "| Name | Zahl |\n|---|---:|\n| A | 1.234 |" in markdown(chart, words=german())
    scores = Scores(title="S", total=Score(name="Alles", value=None, weight=1.0), items=())
    assert "| Teil | Punkte von 100 | Gewicht |" in markdown(scores, words=german())


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_the_data_becomes_markup(text: str) -> None:
    """Whatever a cell says is shown as text, in every kind of block."""
    blocks: tuple[Block, ...] = (
        BarChart(title=text, summary=text, series=(text,), rows=(Bar(label=text, values=(1.0,), said=text),)),
        MatrixChart(title=text, summary=text, columns=(text,), rows=((text, (0.5,), text),)),
        SetChart(title=text, summary=text, sets=((text, 1),), meets=(((0,), 1),)),
        FlowChart(title=text, summary=text, before=(text,), after=(text,), flows=((0, 0, 1),)),
        GraphChart(title=text, summary=text, nodes=(text,), links=(Link(a=0, b=0, probability=0.5, said=text),)),
        Findings(
            title=text,
            items=(finding(title=text, table=text, group=text, message=span(text), facts=((text, cell(text)),)),),
        ),
        Scores(title=text, total=Score(name=text, value=1.0, weight=1.0, note=text), items=()),
        Fold(title=text, blocks=(Para(line=span(text)),)),
    )  # fmt: skip
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown(*blocks))
    inner = [child for token in tokens for child in token.children or ()]
    assert not [token for token in tokens if token.type in {"html_block", "heading_open", "fence"}]
    assert {child.content for child in inner if child.type == "html_inline"} <= {'<a id="f1">', "</a>"}
    assert not [child for child in inner if child.type in {"link_open", "image"}]
    assert "\u202e" not in markdown(*blocks)


def test_anchors_made_from_data_close_nothing() -> None:
    """A link and the place it leads to stay what they are, whatever the anchor is made from."""
    anchor = 'a b"><script>) [x](y'
    said = markdown(
        Section(title="S", anchor=anchor, level=2, blocks=(Para(line=(Span(text="go", to=anchor),)),)),
    )
    assert "<script>" not in said
    assert re.fullmatch(r'<a id="[^"<>\n]*"></a>\n\n## S\n\n\[go\]\(#[^()\s<>]*\)\n', said)
