"""A page as one HTML file that opens offline: no outside request, everything escaped, whole without its script."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from segaudit.report.brand import css_text, house_colours
from segaudit.report.charts import Chart
from segaudit.report.page import Block, Lines, Page, Score, Section
from segaudit.report.safety import shown
from segaudit.report.svg.draw import draw_chart
from segaudit.report.svg.frame import Drawing
from segaudit.report.svg.scores import draw_score
from segaudit.report.words import Words

MOST_BYTES = 3_000_000  # of the file

_SHORT, _LONG = 16, 60  # letters
_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of a page is shown; the rest is counted."""

    rows: int  # of a table, entries of a list, findings
    bars: int  # rows of a chart
    letters: int  # of one text


# The first is for a reader's sake; the others are for pages that would not open in a moment.
_LIMITS = (
    Limits(rows=500, bars=60, letters=4000),
    Limits(rows=250, bars=40, letters=1000),
    Limits(rows=100, bars=30, letters=300),
    Limits(rows=40, bars=20, letters=120),
    Limits(rows=10, bars=10, letters=60),
)


def render_html_page(page: Page, words: Words) -> str:
    """Return the page as a whole HTML document of no more than ``MOST_BYTES``, as long as its sections allow it.

    Args:
        page: What to show, in the language of its reader.
        words: The texts of the page's own controls.
    """
    text = ""
    for limits in _LIMITS:
        text = _rendered(page, words, limits)
        if len(text.encode()) <= MOST_BYTES:
            break
    return text


def _rendered(page: Page, words: Words, limits: Limits) -> str:
    numbers = count(1)

    def chart(block: Chart) -> Markup:
        return draw_chart(block, Drawing(words=words, id=f"chart-{next(numbers)}", most=limits.bars))

    script = _file("page.js")
    template = _environment(limits.letters).get_template("page.html")
    rendered = template.render(
        page=page,
        words=words,
        limits=limits,
        kind=_kind,
        number_of=_number,
        width_of=_width,
        change_of=lambda score: _change(score, words),
        chart=chart,
        bar=draw_score,
        serial=lambda: next(numbers),
        sections=list(_sections(page)),
        contents=_has_contents(page),
        style=Markup(_style(page)),  # noqa: S704 - our own style sheet, colours and escaped texts
        script=Markup(script),  # noqa: S704 - our own script
        policy=_policy(script),
    )
    return str(rendered)


@cache
def _environment(letters: int) -> Any:  # noqa: ANN401 - of a library loaded here
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - needed for HTML only

    def clean(value: object) -> object:
        """Return a text without what hides or turns writing round; markup made by our own macros as it is."""
        return shown(value, longest=letters) if type(value) is str else value

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        finalize=clean,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["whole"] = _whole
    return environment


def _whole(value: str) -> Markup:
    """Return what works only uncut: an anchor, an address."""
    return escape(shown(value, longest=MOST_BYTES))


@cache
def _file(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8").strip()


def _style(page: Page) -> str:
    """Return the style sheet, with the brand's colours and what stands at the foot of a printed page."""
    light, dark = house_colours(page.brand.colour)
    foot = css_text(" · ".join(part for part in (page.brand.agency, page.title, page.brand.client) if part))
    parts = [_file(f"{name}.css") for name in ("page", "charts", "print")]
    return "\n".join(parts).replace("{light}", light).replace("{dark}", dark).replace("{foot}", foot)


def _policy(script: str) -> str:
    """Return what the page may do: run its one script, style itself, show pictures it holds, and ask for nothing."""
    known = b64encode(sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{known}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _kind(block: Block) -> str:
    return type(block).__name__.lower()


def _number(lines: Lines) -> float | None:
    """Return the number a cell says, by which its column is sorted."""
    return next((piece.number for line in lines for piece in line if piece.number is not None), None)


def _width(lines: Lines) -> str:
    """Return how much room a cell wants: a date or a number stays on one line, a long text gets a broad column."""
    letters = sum(len(piece.text) for line in lines for piece in line)
    if letters > _LONG:
        return "long"
    return "short" if letters <= _SHORT and len(lines) == 1 else "text"


def _change(score: Score, words: Words) -> tuple[str, str]:
    """Return by how much a mark has changed, and whether that is good."""
    if score.value is None or score.before is None:
        return "–", "quiet"
    change = round(score.value) - round(score.before)
    if change == 0:
        return "±0", "quiet"
    return (f"▲ +{words.number(change)}", "good") if change > 0 else (f"▼ \N{MINUS SIGN}{words.number(-change)}", "bad")


def _sections(page: Page) -> Iterator[Section]:
    """Yield the sections one can go to."""
    for block in page.blocks:
        if isinstance(block, Section) and block.anchor and block.anchor != "contents":
            yield block


def _has_contents(page: Page) -> bool:
    return any(isinstance(block, Section) and block.anchor == "contents" for block in page.blocks)
