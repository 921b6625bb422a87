"""Markup made of tags and texts: every text is cleaned and escaped on its way in, so no cell can become markup."""

from markupsafe import Markup, escape

from segaudit.report.safety import shown

Child = str | Markup | None
Value = str | float | None

_LONGEST = 300  # characters of one text in a chart


def tag(name: str, *children: Child, **attributes: Value) -> Markup:
    """Return an element; ``class_`` is class, ``aria_label`` aria-label, and what is None is left out."""
    said = "".join(f' {_name(key)}="{_value(value)}"' for key, value in attributes.items() if value is not None)
    inner = "".join(text(child) for child in children if child is not None)
    return Markup(f"<{name}{said}>{inner}</{name}>")  # noqa: S704 - every part was escaped on its way in


def text(child: str | Markup) -> Markup:
    """Return a text made safe, or markup of ours as it is."""
    return child if isinstance(child, Markup) else escape(shown(child, longest=_LONGEST))


def joined(children: list[Markup]) -> Markup:
    """Return elements one after the other."""
    return Markup("").join(children)


def clipped(words: str, longest: int) -> str:
    """Return a text no longer than there is room for."""
    return shown(words, longest=longest)


def px(value: float) -> str:
    """Return a length as SVG writes it, to a tenth."""
    return f"{value:.1f}".removesuffix(".0")


def percent(value: float) -> str:
    """Return a place along the width of a drawing, from 0 to 100, that stretches with it."""
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"


def _name(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def _value(value: Value) -> Markup:
    return text(value if isinstance(value, str) else px(value or 0))
