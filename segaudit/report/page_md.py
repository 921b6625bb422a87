"""A page as Markdown; no word of the rules or the data can become markup, a link or HTML."""

import re
from collections.abc import Iterator
from functools import cache
from html import escape
from urllib.parse import quote

from segaudit.report.charts import BarChart, Chart, FlowChart, GraphChart, MatrixChart, SetChart
from segaudit.report.document import Tone
from segaudit.report.page import (
    Block,
    Facts,
    Figures,
    Finding,
    Findings,
    Fold,
    Grid,
    Item,
    Line,
    Lines,
    Outline,
    Page,
    Para,
    Scores,
    Section,
)
from segaudit.report.safety import shown
from segaudit.report.words import Words
from segaudit.report.workbook.chart_grids import chart_grid, limits_said, matrix_grid
from segaudit.report.workbook.meetings import flow_table, graph_table, set_table
from segaudit.report.workbook.scores import scores_table
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.report_words import ENGLISH, languages, load_texts

_LONGEST = 4000  # characters of one text
_IN_LINK = "-._~"  # signs of an address that stay as they are
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~!&$=^])")
# What readers make links of unasked: addresses of the web and of mail. As code they stay what they are.
_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]*:(?://)?[\w.%/?&=:@~+-]*[\w/]|www\.[\w.%/?&=:@~+-]*|[\w.%+-]+@[\w.-]+)", re.IGNORECASE
)
_LINKED_UNASKED = re.compile(r"://|^www\.|@|^(?:mailto|xmpp|javascript|data|tel):", re.IGNORECASE)
_LIST_MARK = re.compile(r"^([0-9]{0,9})([-+.)])")


def render_markdown_page(page: Page, words: Words | None = None) -> str:
    """Return a page as Markdown: CommonMark with tables.

    Args:
        page: What is told.
        words: The reader's language, for the headers of charts and marks; None: the shipped texts in the page's.
    """
    parts = [f"# {_text(page.title)}", *(_line(line) for line in page.about)]
    for block in page.blocks:
        parts += _block(block, words or _shipped(page.language))
    return "\n\n".join(parts) + "\n"


def _block(block: Block, words: Words) -> Iterator[str]:
    match block:
        case Section():
            yield _heading(block)
            for inner in block.blocks:
                yield from _block(inner, words)
        case Fold():
            yield f"**{_text(block.title)}**"
            for inner in block.blocks:
                yield from _block(inner, words)
        case Findings():
            yield "\n".join(line for item in block.items for line in _finding(item, words))
        case Scores():
            yield _table(scores_table(block, words).grid)
        case Para() | Figures() | Facts() | Grid() | Outline():
            yield _plain(block)
        case _:
            yield from _chart(block, words)


def _plain(block: Para | Figures | Facts | Grid | Outline) -> str:
    match block:
        case Para():
            return _para(block)
        case Figures():
            return "\n".join(f"- **{_text(number)}** {_text(what)}" for number, what in block.items)
        case Facts():
            return "\n".join(_fact(name, lines) for name, lines in block.rows)
        case Grid():
            return _table(block)
        case Outline():
            return "\n".join(line for item in block.items for line in _item(item, 0))


def _chart(chart: Chart, words: Words) -> Iterator[str]:
    """Yield what a picture shows in words, and its numbers."""
    yield f"**{_text(chart.title)}**"
    if chart.summary:
        yield _unlisted(_text(chart.summary))
    match chart:
        case MatrixChart():
            grid = matrix_grid(chart, words)
        case SetChart():
            grid = set_table(chart, words).grid
        case FlowChart():
            grid = flow_table(chart, words).grid
        case GraphChart():
            grid = graph_table(chart, words).grid
        case _:
            grid = chart_grid(chart, words, drawn=False)
    if grid.rows:
        yield _table(grid)
    if isinstance(chart, BarChart) and chart.limits:
        yield _text(limits_said(chart, words))


def _finding(item: Finding, words: Words) -> Iterator[str]:
    about = " · ".join(_text(text) for text in (item.group, item.table) if text)
    size = [words("workbook.records_said", rows=item.rows)] if item.rows is not None else []
    size += [words.share(item.share)] if item.share is not None else []
    yield f"- {_anchor(item.id)}**{_text(item.severity_name)}: {_text(item.title)}**{f' ({about})' if about else ''}"
    yield f"  - {_unlisted(_line(item.message))}"
    if size:
        yield f"  - {_text(', '.join(size))}"
    yield from (f"  - {_text(name)}: {'; '.join(_line(line) for line in lines)}" for name, lines in item.facts)


def _heading(section: Section) -> str:
    marks = "".join(f" · {_line((mark,))}" for mark in section.marks)
    head = f"{'#' * section.level} {_text(section.title)}{marks}"
    return f"{_anchor(section.anchor)}\n\n{head}" if section.anchor else head


def _anchor(name: str) -> str:
    """Return a place links lead to; a name made from a client's words can close neither the mark nor the line."""
    return f'<a id="{escape(_name(name))}"></a>' if name else ""


def _name(anchor: str) -> str:
    return "-".join(shown(anchor, longest=_LONGEST).split())


@cache
def _shipped(language: str) -> Words:
    location = RulesLocation.at(None)
    english = load_texts(location, ENGLISH)
    texts = load_texts(location, language) if language in languages(location) else english
    return Words(language=language, texts=texts, fallback=english)


def _para(para: Para) -> str:
    said = _line(para.line)
    return f"> {said}" if para.tone in {Tone.BAD, Tone.WARN} else _unlisted(said)


def _fact(name: str, lines: Lines) -> str:
    title = f"- **{_text(name)}:**"
    if len(lines) == 1:
        return f"{title} {_line(lines[0])}"
    return "\n".join([title, *(f"  - {_unlisted(_line(line))}" for line in lines)])


def _item(item: Item, depth: int) -> Iterator[str]:
    yield f"{'  ' * depth}- {_unlisted(_line(item.line))}"
    for child in item.children:
        yield from _item(child, depth + 1)


def _table(grid: Grid) -> str:
    head = "| " + " | ".join(_text(title) for title in grid.columns) + " |"
    rule = "|" + "|".join("---:" if place in grid.numeric else "---" for place in range(len(grid.columns))) + "|"
    rows = ["| " + " | ".join("; ".join(_line(line) for line in lines) for lines in row) + " |" for row in grid.rows]
    return "\n".join([head, rule, *rows])


def _line(line: Line) -> str:
    parts = []
    for piece in line:
        said = _text(piece.text)
        inner = said.strip()
        if not inner:
            parts.append(said)
            continue
        if piece.strong or piece.tone is Tone.BAD:
            said = said.replace(inner, f"**{inner}**")
        parts.append(f"[{said}](#{quote(_name(piece.to), safe=_IN_LINK)})" if piece.to else said)
    return "".join(parts)


def _text(text: str) -> str:
    """Return a text that means itself and nothing else."""
    parts: list[str] = []
    done = 0
    safe = shown(text[: 2 * _LONGEST + 2], longest=_LONGEST)
    for match in _ADDRESS.finditer(safe):
        if _LINKED_UNASKED.search(match[0]):
            parts += [_escaped(safe[done : match.start()]), f"`{match[0]}`"]
            done = match.end()
    parts.append(_escaped(safe[done:]))
    return "".join(parts)


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text)


def _unlisted(said: str) -> str:
    """Return a line that does not begin as a list entry or a block of code would."""
    return _LIST_MARK.sub(r"\1\\\2", said.lstrip())
