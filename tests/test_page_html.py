"""Pages as HTML: one file that asks for nothing, texts that stay texts, charts that say what they show."""

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest

from segaudit.errors import InputError
from segaudit.report.brand import contrast, embedded_logo, house_colours
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
from segaudit.report.document import Tone
from segaudit.report.page import (
    Block,
    Brand,
    Finding,
    Findings,
    Fold,
    Grid,
    Outline,
    Page,
    Para,
    Score,
    Scores,
    Section,
    Span,
    amount,
    cell,
    span,
)
from segaudit.report.page_html import MOST_BYTES, render_html_page
from segaudit.report.words import Words
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.report_words import load_texts

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + (40).to_bytes(4, "big") + (20).to_bytes(4, "big") + b"rest"


class Parsed(HTMLParser):
    """What stands in a page: tags with attributes, and the text outside style and script."""

    def __init__(self, page: str) -> None:
        """Read a page."""
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Note a text."""
        if self.tags and self.tags[-1][0] not in {"style", "script"}:
            self.words.append(data)

    @property
    def text(self) -> str:
        """The page's words, one space between them."""
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str, attribute: str) -> list[str]:
        """Return the values an attribute has on a kind of tag."""
        return [str(found[attribute]) for name, found in self.tags if name == tag and attribute in found]


def words_in(language: str = "en") -> Words:
    """Return the shipped texts of a language."""
    location = RulesLocation.at(None)
    return Words(language=language, texts=load_texts(location, language), fallback=load_texts(location, "en"))


def page_of(*blocks: Block, brand: Brand | None = None, language: str = "en") -> str:
    """Return blocks as an HTML page."""
    page = Page(
        title="An audit", about=(span("Of something"),), blocks=blocks, language=language, brand=brand or Brand()
    )
    return render_html_page(page, words_in(language))


def charts(text: str = "a name") -> Iterator[Chart]:
    """Yield a chart of every kind that says a text wherever it says one."""
    bar = Bar(label=text, values=(0.5, 0.25), said=text, tone=Tone.BAD)
    yield BarChart(
        title=text, summary=text, series=(text, "b"), rows=(bar,), share=True,
        limits=((0.8, text),), marks=(0.9,), mark=text
    )  # fmt: skip
    interval = Interval(label=text, low=0.1, value=0.2, high=0.4, said=text)
    yield IntervalChart(title=text, summary=text, rows=(interval,), reference=(0.3, text))
    yield MatrixChart(title=text, summary=text, columns=(text, "b"), rows=((text, (0.5, None), text),))
    there = (text, (1.0, 0.0), text)
    yield MatrixChart(title=text, summary=text, columns=(text, "b"), rows=(there,), presence=True)
    yield SetChart(title=text, summary=text, sets=((text, 7), ("b", 3)), meets=(((0,), 5), ((0, 1), 2)))
    yield FlowChart(title=text, summary=text, before=(text, "b"), after=(text, "c"), flows=((0, 0, 5), (1, 1, 2)))
    yield GraphChart(title=text, summary=text, nodes=(text, "b"), links=(Link(a=0, b=1, probability=0.9, said=text),))
    yield TrendChart(title=text, summary=text, points=(text, "now"), lines=((text, (1, 2)), ("b", (None, 3))))


def finding(place: int, message: str = "m") -> Finding:
    """Return a finding."""
    return Finding(
        id=f"f{place}", severity="warning", severity_name="Warning", group="g", table="t.csv", title=f"Finding {place}",
        message=span(message), rows=1234, share=0.5, facts=(("Why", cell("because")),),
    )  # fmt: skip


def test_policy_allows_its_own_script_only() -> None:
    """The page's policy forbids all requests, and every script but the one whose sum it names."""
    page = page_of(Para(line=span("x")))
    script = re.search(r"<script>(.*)</script>", page, re.DOTALL)
    assert script is not None
    known = b64encode(sha256(script[1].encode()).digest()).decode()
    policy = Parsed(page).all("meta", "content")[1]
    assert policy == (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{known}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    assert "//" not in re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "</script><script>alert(1)</script>",
        '" onload="x" a="',
        "' onload='x",
        "</style></title><img src=x onerror=y>",
        "{{ 7 * 7 }}{% raw %}",
        "\u202etxt\x07\x00\u2028",
        "x\ny\tz",
        "&lt;b&gt;",
    ],
)
def test_cells_never_become_markup(hostile: str) -> None:
    """Whatever texts say, the page has the tags and attributes it has with plain words."""

    def made(text: str) -> Parsed:
        found = Finding(
            id="f", severity="error", severity_name=text, group=text, table=text, title=text, message=span(text),
            facts=((text, cell(text)),),
        )  # fmt: skip
        many = Findings(title=text, items=(found, *(finding(place) for place in range(4))))
        score = Score(name=text, value=50, weight=0.5, note=text)
        grid = Grid(title=text, columns=(text, text), rows=((cell(text), amount(text, 1)),), sortable=True)
        blocks = (
            many,
            Scores(title=text, total=score, items=(score,)),
            grid,
            *charts(text),
            Fold(title=text, blocks=()),
        )
        section = Section(title=text, anchor="a", level=2, blocks=blocks, marks=(Span(text=text, tone=Tone.BAD),))
        return Parsed(page_of(section, brand=Brand(agency=text, client=text)))

    page, plain = made(hostile), made("two words")
    assert [tag for tag, _ in page.tags] == [tag for tag, _ in plain.tags]
    assert [list(found) for _, found in page.tags] == [list(found) for _, found in plain.tags]
    assert not set(page.text) & set("\u202e\x07\x00\u2028")
    assert (
        " ".join(re.sub("[\x00-\x1f\u202e\u2028]", "\ufffd", hostile.replace("\n", " ").replace("\t", " ")).split())
        in page.text
    )


@pytest.mark.parametrize("chart", list(charts()), ids=lambda chart: type(chart).__name__)
def test_charts_say_what_they_show(chart: Chart) -> None:
    """A chart has a title, its summary, and its numbers as text or as a table beside the picture."""
    page = Parsed(page_of(chart))
    ids = [str(found["id"]) for _, found in page.tags if "id" in found]
    assert len(ids) == len(set(ids))
    assert {"chart-1-title", "chart-1-said"} <= set(ids)
    named = [value for tag in ("svg", "div") for value in page.all(tag, "aria-labelledby")]
    assert set(named) <= set(ids)
    rowed = isinstance(chart, BarChart | IntervalChart)
    assert "ul" in {tag for tag, _ in page.tags} if rowed else bool(named) or "table" in {tag for tag, _ in page.tags}


def test_bars_are_as_long_as_their_values() -> None:
    """Shares stand on a scale from 0 to 100 %, amounts on one that ends with a round number."""
    shares = BarChart(title="t", summary="", series=("a",), rows=(Bar(label="x", values=(0.375,)),), share=True)
    assert 'x="0%" width="37.5%" y="6" height="14" class="c0"' in page_of(shares)
    # 312 of 400: the axis goes by hundreds.
    amounts = BarChart(title="t", summary="", series=("a",), rows=(Bar(label="x", values=(312,)),))
    page = page_of(amounts)
    assert 'x="0%" width="78%"' in page
    assert re.findall(r'class="tick[^"]*">([^<]*)<', page) == ["0", "100", "200", "300", "400"]


def test_small_shares_are_drawn_larger() -> None:
    """Shares of a few percent have a scale of their own, with decimals where its steps need them."""
    rates = IntervalChart(title="t", summary="", rows=(Interval(label="x", low=0.002, value=0.004, high=0.006),))
    assert re.findall(r'class="tick[^"]*">([^<]*)<', page_of(rates)) == ["0.0%", "0.2%", "0.4%", "0.6%"]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1.0, 0.0])
def test_values_that_cannot_be_drawn(value: float) -> None:
    """A value that is no number, or below nought, leaves an empty row and no broken picture."""
    chart = BarChart(title="t", summary="", series=("a",), rows=(Bar(label="x", values=(value,)),), share=True)
    page = page_of(chart, FlowChart(title="t", summary="", before=("a",), after=("b",), flows=()))
    assert not re.search(r'="[^"]*(nan|inf)', page)


def test_sets_beyond_the_picture_are_counted() -> None:
    """Of thirty meetings the picture has twenty-four, and says that six are left out."""
    sets = tuple((f"set {place}", 10) for place in range(3))
    chart = SetChart(title="t", summary="", sets=sets, meets=tuple(((place % 3,), 30 - place) for place in range(30)))
    page = Parsed(page_of(chart))
    assert "and 6 more" in page.text
    assert sum(found.get("class") == "dot plain" for tag, found in page.tags if tag == "circle") == 24


def test_numbers_are_handed_to_sorting() -> None:
    """A sortable table carries what its cells say as numbers; others do not."""
    rows = ((cell("a"), amount("1,200", 1200)), (cell("b"), cell("unknown")))
    grid = Grid(title="t", columns=("n", "v"), rows=rows, numeric=frozenset({1}), sortable=True)
    page = page_of(grid)
    assert '<td class="number" data-n="1200">1,200</td>' in page
    assert '<td class="number">unknown</td>' in page
    assert "data-n" not in page_of(Grid(title="t", columns=("n", "v"), rows=rows)).partition("<script>")[0]


def test_long_lists_are_cut() -> None:
    """A table shows 500 rows and says how many more there are."""
    rows = tuple((cell(f"row {place}"),) for place in range(1700))
    page = Parsed(page_of(Grid(title="t", columns=("n",), rows=rows)))
    assert sum(tag == "tr" for tag, _ in page.tags) == 501
    assert "and 1,200 more" in page.text


def test_page_stays_small() -> None:
    """A page that would be too large shows less of each list and text, until it fits."""
    rows = tuple((cell("word " * 800), cell("word " * 800)) for _ in range(500))
    grids = [Grid(title="t", columns=("a", "b"), rows=rows) for _ in range(4)]
    assert len(page_of(*grids).encode()) <= MOST_BYTES


def test_links_survive_the_cutting() -> None:
    """Anchors are never cut, however short texts have become."""
    anchor = "a" * 300
    filler = [Grid(title="t", columns=("a",), rows=((cell("x" * 4000),),) * 500) for _ in range(12)]
    page = Parsed(
        page_of(Section(title="s", anchor=anchor, level=2, blocks=(*filler, Para(line=span("go", to=anchor)))))
    )
    assert anchor in page.all("section", "id")
    assert f"#{anchor}" in page.all("a", "href")


def test_marks_out_of_100() -> None:
    """Marks show what they are, how they moved, and that one could not be given."""
    items = (Score(name="A", value=64.4, weight=0.2, before=58), Score(name="B", value=None, weight=0.8))
    text = Parsed(page_of(Scores(title="t", total=Score(name="All", value=70, weight=1, before=71), items=items))).text
    assert "70 out of 100 ▼ \N{MINUS SIGN}1" in text
    assert "A 64 ▲ +6 20%" in text
    assert "B not assessed – 80%" in text


def test_findings_say_how_many_records() -> None:
    """A finding has its severity in words, its records and share, and is filtered by what it is of."""
    page = page_of(Findings(title="t", items=tuple(finding(place) for place in range(4))))
    text = Parsed(page).text
    assert "▲ Warning Finding 0 1,234 records · 50% t.csv · g" in text
    assert 'data-severity="warning" data-group="g" data-table="t.csv"' in page
    # Three findings are seen at a glance.
    few = page_of(Findings(title="t", items=tuple(finding(place) for place in range(3))))
    assert 'class="filter"' in page
    assert 'class="filter"' not in few


def test_language_of_the_page_and_of_pieces() -> None:
    """The page states its language, its controls speak it, and a piece in another language says so."""
    scores = Scores(title="t", total=Score(name="Alles", value=70, weight=1), items=())
    page = page_of(scores, Para(line=(Span(text="evidence", language="en"),)), Outline(items=()), language="de")
    assert '<html lang="de">' in page
    assert '<span lang="en">evidence</span>' in page
    text = Parsed(page).text
    assert "Zum Inhalt springen" in text
    assert "70 von 100" in text


@pytest.mark.parametrize("colour", ["#ffffff", "#000000", "#ffee00", "#0b6e4f", "#777777", ""])
def test_brand_colours_can_be_read(colour: str) -> None:
    """A brand's colour is made darker or lighter until it has a contrast of 4.5 to the paper, by day and by night."""
    light, dark = house_colours(colour)
    assert contrast(light, "#ffffff") >= 4.5
    assert contrast(light, "#f4f6f8") >= 4.5
    assert contrast(dark, "#14181d") >= 4.5
    assert contrast(dark, "#20262e") >= 4.5


def test_colour_that_can_be_read_stays() -> None:
    """A colour with enough contrast is taken as it is."""
    assert house_colours("#0b6e4f")[0] == "#0b6e4f"
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("colour", ["red", "#12345", "#12345g", "#123456;}", "url(x)"])
def test_no_colour(colour: str) -> None:
    """Anything but #rrggbb is refused."""
    with pytest.raises(InputError, match="is no colour"):
        house_colours(colour)


def test_names_at_the_foot_cannot_leave_the_style_sheet() -> None:
    """The agency's name stands in the style sheet of printed pages letter by letter by number."""
    page = page_of(brand=Brand(agency='</style>"} body { x'))
    style = page.partition("<style>")[2].partition("</style>")[0]
    assert "@page wide" in style
    assert "\\00003c\\00002fstyle\\00003e\\000022\\00007d\\000020body" in style


def written(folder: Path, name: str, content: bytes) -> Path:
    """Write a file."""
    (folder / name).write_bytes(content)
    return folder / name


def svg(inside: str, attributes: str = "") -> bytes:
    """Return an SVG picture."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" {attributes}>{inside}</svg>'.encode()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0 rest", "image/jpeg"),
        (svg('<defs><path id="a" d="M0 0"/></defs><use href="#a" fill="url(#b)"/><!-- x -->'), "image/svg+xml"),
        (b'<?xml version="1.0" encoding="utf-8"?>' + svg("<style>.a { fill: red }</style>"), "image/svg+xml"),
    ],
)
def test_logo_is_embedded(tmp_path: Path, content: bytes, kind: str) -> None:
    """PNG, JPEG and plain SVG become a data: address, told by what they hold and not by their names."""
    assert embedded_logo(written(tmp_path, "logo.bin", content)) == f"data:{kind};base64,{b64encode(content).decode()}"


@pytest.mark.parametrize(
    "content",
    [
        svg("<script>alert(1)</script>"),
        svg("<foreignObject><b/></foreignObject>"),
        svg('<image href="http://evil.example/x.png"/>'),
        svg('<use href="http://evil.example/x.svg#a"/>'),
        svg('<path d="" onclick="x()"/>'),
        svg("", 'onload="x()"'),
        svg("<style>@import 'http://evil.example'</style>"),
        svg('<path fill="url(http://evil.example/a)"/>'),
        svg('<a href="javascript:x()"/>'),
        svg('<set attributeName="href" to="javascript:x()"/>'),
        b'<!DOCTYPE svg [<!ENTITY a "b">]>' + svg("&a;"),
        svg("<path>"),
        b"<html></html>",
        b"GIF89a",
        b"",
        svg("").decode().encode("utf-16"),
        PNG[:16] + (9000).to_bytes(4, "big") + PNG[20:],
    ],
)
def test_logo_that_could_do_something(tmp_path: Path, content: bytes) -> None:
    """A picture that acts, loads, or is none is refused, and the mend is said."""
    with pytest.raises(InputError) as raised:
        embedded_logo(written(tmp_path, "logo.svg", content))
    assert "save the logo as PNG, JPEG or plain SVG" in str(raised.value.hint)


def test_logo_that_is_too_large_or_not_there(tmp_path: Path) -> None:
    """A logo of more than 300 KB is refused, as is a folder, or nothing."""
    for path in (written(tmp_path, "logo.png", PNG + b"0" * 300_000), tmp_path, tmp_path / "none.png"):
        with pytest.raises(InputError):
            embedded_logo(path)
