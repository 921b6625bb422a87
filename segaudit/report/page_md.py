"""The segment dictionary as Markdown; no word of the rules or the data can become markup, a link or HTML."""

import re
from collections.abc import Iterator

from segaudit.report.document import Tone
from segaudit.report.page import (
    Block,
    Facts,
    Figures,
    Grid,
    Item,
    Line,
    Lines,
    Outline,
    Page,
    Para,
    Section,
)
from segaudit.report.safety import shown

_LONGEST = 4000  # characters of one text
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~!&$=^])")
# What readers make links of unasked: addresses of the web and of mail. As code they stay what they are.
_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]*:(?://)?[\w.%/?&=:@~+-]*[\w/]|www\.[\w.%/?&=:@~+-]*|[\w.%+-]+@[\w.-]+)", re.IGNORECASE
)
_LINKED_UNASKED = re.compile(r"://|^www\.|@|^(?:mailto|xmpp|javascript|data|tel):", re.IGNORECASE)
_LIST_MARK = re.compile(r"^([0-9]{0,9})([-+.)])")


def render_markdown_page(page: Page) -> str:
    """Return the dictionary as Markdown: CommonMark with tables."""
    parts = [f"# {_text(page.title)}", *(_line(line) for line in page.about)]
    for block in page.blocks:
        parts += _block(block)
    return "\n\n".join(parts) + "\n"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Para():
            yield _para(block)
        case Figures():
            yield "\n".join(f"- **{_text(number)}** {_text(what)}" for number, what in block.items)
        case Facts():
            yield "\n".join(_fact(name, lines) for name, lines in block.rows)
        case Grid():
            yield _table(block)
        case Outline():
            yield "\n".join(line for item in block.items for line in _item(item, 0))
        case Section():
            yield _heading(block)
            for inner in block.blocks:
                yield from _block(inner)


def _heading(section: Section) -> str:
    marks = "".join(f" · {_line((mark,))}" for mark in section.marks)
    head = f"{'#' * section.level} {_text(section.title)}{marks}"
    return f'<a id="{section.anchor}"></a>\n\n{head}' if section.anchor else head


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
        parts.append(f"[{said}](#{piece.to})" if piece.to else said)
    return "".join(parts)


def _text(text: str) -> str:
    """Return a text that means itself and nothing else."""
    parts: list[str] = []
    done = 0
    safe = shown(text, longest=_LONGEST)
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
