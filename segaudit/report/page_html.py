"""The segment dictionary as one HTML file that opens offline: no script, no outside request, everything escaped."""

from functools import cache
from pathlib import Path
from typing import Any

from segaudit.report.page import Block, Page
from segaudit.report.safety import shown

_TEMPLATES = Path(__file__).parent / "templates"
_LONGEST = 4000  # characters of one text


def render_html_page(page: Page) -> str:
    """Return the dictionary as a whole HTML document."""
    return str(_environment().get_template("dictionary.html").render(page=page, kind=_kind))


@cache
def _environment() -> Any:  # noqa: ANN401 - of a library loaded here
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - needed for HTML only

    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        finalize=_clean,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _kind(block: Block) -> str:
    return type(block).__name__.lower()


def _clean(value: object) -> object:
    """Return a text without what hides or turns writing round; markup made by the template's own macros as it is."""
    return shown(value, longest=_LONGEST) if type(value) is str else value
