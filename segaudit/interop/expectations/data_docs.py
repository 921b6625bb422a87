"""Data Docs of a run: great_expectations' own page, without what it would fetch, run or send.

The library's page loads a dozen style sheets and programs from elsewhere, shows a logo under an address that carries an
id, and prints column names as they are, markup included. What is kept of it is its account of the results: elements
that only lay out text, with the classes they are styled by.
"""

import html
import json
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from segaudit.errors import OutputError
from segaudit.files import whole_file
from segaudit.interop.expectations.library import rendered_page

_CONDITION_KEYS = ("row_condition", "condition_parser")
_TAGS = frozenset(
    "div span p h1 h2 h3 h4 h5 h6 strong em b i br hr ul ol li table thead tbody tr th td code pre small".split()
)
_VOID = frozenset({"br", "hr"})
_ATTRIBUTES = frozenset({"class", "id", "colspan", "rowspan", "hidden"})
_SILENT = frozenset("script style template iframe object svg noscript title".split())  # what stands in them is no text
# Characters with a meaning to markup or to the library's templates, and what carries them through both unharmed.
_CARRIED = {character: chr(0xE000 + number) for number, character in enumerate("<>&\"'$`")}
_CARRY = str.maketrans(_CARRIED)
_CARRY_BACK = str.maketrans({carried: html.escape(character) for character, carried in _CARRIED.items()})

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1d2733}
h1{font-size:1.5rem}h5{font-size:1.1rem;margin:0}h6{font-size:1rem;margin:.3rem 0}
.alert{background:#eef1f5;border-radius:4px;padding:.6rem .8rem;margin-top:1.4rem;overflow-wrap:anywhere}
table{border-collapse:collapse;margin:.6rem 0;max-width:100%}
th,td{border:1px solid #ccd3db;padding:.35rem .6rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
thead[hidden]{display:none}.badge{background:#e3e7ec;border-radius:3px;padding:0 .35em}
.text-danger{color:#a3142a}.text-success{color:#1a6b35}.text-warning{color:#8a5a00}
.fa-times::before{content:"\\2717"}.fa-check-circle::before{content:"\\2713"}.fa-exclamation-triangle::before{content:"!"}
@media (prefers-color-scheme:dark){body{background:#14191f;color:#dde3ea}.alert,.badge{background:#26303a}
th,td{border-color:#3b4754}.text-danger{color:#ff8d9d}.text-success{color:#7fd79a}}
"""


def write_data_docs(results: Sequence[Mapping[str, Any]], directory: Path) -> tuple[Path, ...]:
    """Write each result as a page, and an index where there are several.

    Args:
        results: ``raw`` of gates and suites.
        directory: Made if it is not there.

    Returns:
        The files, the one to open first.

    Raises:
        OutputError: They cannot be written.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"the folder cannot be made ({error.strerror})", where=str(directory)) from error
    pages = []
    for number, result in enumerate(results, start=1):
        path = directory / ("index.html" if len(results) == 1 else f"result-{number}.html")
        _write(path, str(result["suite_name"]), _body(result))
        pages.append(path)
    if len(pages) > 1:
        links = "".join(
            f'<li><a href="{page.name}">{html.escape(str(result["suite_name"]))}</a>: '
            f"{'met' if result['success'] else 'not met'}</li>"
            for page, result in zip(pages, results, strict=True)
        )
        _write(directory / "index.html", "Validation results", f"<ul>{links}</ul>")
        pages.insert(0, directory / "index.html")
    return tuple(pages)


def _body(result: Mapping[str, Any]) -> str:
    bare, conditions = _without_conditions(result)
    page = _Sections()
    page.feed(rendered_page(_carried(bare)))
    page.close()
    listed = "".join(f"<li>{html.escape(condition)}</li>" for condition in conditions)
    beside = f'<div class="alert"><h5>Conditions on rows</h5></div><ul>{listed}</ul>' if conditions else ""
    return "".join(page.kept).translate(_CARRY_BACK) + beside


def _without_conditions(result: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return a result without row conditions, which the library would parse to draw them, and these in words."""
    bare, conditions = [], []
    for item in result["results"]:
        config = item["expectation_config"]
        kwargs = {key: value for key, value in config["kwargs"].items() if key not in _CONDITION_KEYS}
        if config["kwargs"].get("row_condition"):
            column = kwargs.get("column") or kwargs.get("column_A", "")
            words = json.dumps(config["kwargs"]["row_condition"], ensure_ascii=False)
            conditions.append(f"{config['type']} {column}: {words}")
        bare.append({**item, "expectation_config": {**config, "kwargs": kwargs}})
    return {**result, "results": bare}, conditions


def _carried(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return values with the characters that could become markup carried by others."""
    if isinstance(value, str):
        return value.translate(_CARRY)
    if isinstance(value, dict):
        return {_carried(key): _carried(part) for key, part in value.items()}
    return [_carried(part) for part in value] if isinstance(value, list | tuple) else value


def _write(path: Path, title: str, body: str) -> None:
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    page = (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
        f"<body><h1>{html.escape(title)}</h1>{body}</body></html>\n"
    )
    with whole_file(path) as temporary:
        temporary.write_text(page, encoding="utf-8")


class _Sections(HTMLParser):
    """Keeps the sections of the library's page that hold results, and of them only what lays out text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.kept: list[str] = []
        self._open: list[str] = []  # of the section being kept
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element that lays out text; a section begins with its class."""
        if tag in _SILENT:
            self._silent += 1
            return
        classes = (dict(attrs).get("class") or "").split()
        if self._silent or tag not in _TAGS or not (self._open or "ge-section" in classes):
            return
        said = "".join(f' {name}="{html.escape(value or "")}"' for name, value in attrs if name in _ATTRIBUTES)
        self.kept.append(f"<{tag}{said}>")
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close an element that was kept, and what was left open in it."""
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif not self._silent and tag in self._open:
            while self._open:
                last = self._open.pop()
                self.kept.append(f"</{last}>")
                if last == tag:
                    break

    def handle_data(self, data: str) -> None:
        """Keep text."""
        if self._open and not self._silent:
            self.kept.append(html.escape(data))

    def close(self) -> None:
        """Close what the page left open."""
        super().close()
        self.kept += [f"</{tag}>" for tag in reversed(self._open)]
