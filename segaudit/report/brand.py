"""Whose page it is: a logo that can do nothing but be looked at, and colours that can be read on any paper."""

import re
from base64 import b64encode
from colorsys import hls_to_rgb, rgb_to_hls
from pathlib import Path
from xml.etree import ElementTree as ET

from segaudit.errors import InputError

LEAST_CONTRAST = 4.5  # of text to its paper, as WCAG 2 asks for at level AA

_LARGEST = 300_000  # bytes of a logo: it is in every report
_WIDEST = 4000  # pixels
_LONGEST = 200  # letters at the foot of a page
_HOUSE = "#1d4f73"
_LIGHT_PAPER, _DARK_PAPER = "#f4f6f8", "#20262e"  # of the papers text stands on, those nearest to it in brightness
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
_PASSIVE = frozenset(
    "svg g defs title desc path rect circle ellipse line polyline polygon text tspan linearGradient radialGradient "
    "stop clipPath mask pattern symbol use metadata style".split()
)
_ACTIVE_STYLE = re.compile(r"@import|expression\s*\(|javascript:|url\(\s*(?!['\"]?#)", re.IGNORECASE)
_MEND = "save the logo as PNG, JPEG or plain SVG of at most 300 KB"


def embedded_logo(path: Path) -> str:
    """Return a logo as a data: address; an SVG only if it holds shapes and nothing that acts or loads.

    Raises:
        InputError: The file cannot be read, is too large, or is no picture that can be trusted.
    """
    try:
        size = path.stat().st_size
        content = path.read_bytes() if path.is_file() and size <= _LARGEST else b""
    except OSError as error:
        raise InputError("the logo cannot be read", where=str(path), hint="check branding: logo") from error
    if not path.is_file():
        raise InputError("the logo is no file", where=str(path), hint="check branding: logo")
    if size > _LARGEST:
        raise InputError(f"the logo has {size:,} bytes", where=str(path), hint=_MEND)
    return f"data:{_kind(content, path)};base64,{b64encode(content).decode()}"


def house_colours(colour: str) -> tuple[str, str]:
    """Return a brand's colour as it can be read on light and on dark paper; empty is the house's own.

    Raises:
        InputError: It is no colour like #1a2b3c.
    """
    chosen = colour or _HOUSE
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", chosen):
        raise InputError(f'"{colour}" is no colour', where="branding: colour", hint="write it like #1a2b3c")
    return _readable(chosen, _LIGHT_PAPER), _readable(chosen, _DARK_PAPER)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21.

    Source: WCAG 2.2, relative luminance and contrast ratio.
    """
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def css_text(text: str) -> str:
    """Return a text as a CSS string: every sign that is no letter or digit is written by its number."""
    return (
        '"' + "".join(sign if sign.isascii() and sign.isalnum() else f"\\{ord(sign):06x}" for sign in text[:200]) + '"'
    )


def _kind(content: bytes, path: Path) -> str:
    if content.startswith(_PNG):
        width, height = (int.from_bytes(content[at : at + 4], "big") for at in (16, 20))
        if max(width, height) > _WIDEST:
            raise InputError(f"the logo is {width:,} by {height:,} pixels", where=str(path), hint=_MEND)
        return "image/png"
    if content.startswith(_JPEG):
        return "image/jpeg"
    _check_svg(content, path)
    return "image/svg+xml"


def _check_svg(content: bytes, path: Path) -> None:
    try:
        text = content.decode("utf-8-sig")
        if "<!" in text.replace("<!--", ""):
            raise InputError("the logo declares a document type", where=str(path), hint=_MEND)
        root = ET.fromstring(text)  # noqa: S314 - without a document type there are no entities to expand
    except (ValueError, ET.ParseError, RecursionError) as error:
        raise InputError("the logo is neither PNG, JPEG nor SVG", where=str(path), hint=_MEND) from error
    if _local(root.tag) != "svg":
        raise InputError("the logo is neither PNG, JPEG nor SVG", where=str(path), hint=_MEND)
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        name = _local(element.tag)
        foreign = "}" in element.tag and not element.tag.startswith("{http://www.w3.org/2000/svg}")
        if not foreign and name not in _PASSIVE:
            raise InputError(f"the logo holds <{name}>, which may act or load something", where=str(path), hint=_MEND)
        _check_attributes(element, path)


def _check_attributes(element: ET.Element, path: Path) -> None:
    if _ACTIVE_STYLE.search(element.text or ""):
        raise InputError("the logo's style loads something", where=str(path), hint=_MEND)
    for key, value in element.attrib.items():
        name = _local(key).lower()
        leads_away = name in {"href", "src"} and not value.startswith("#")
        if name.startswith("on") or leads_away or _ACTIVE_STYLE.search(value):
            raise InputError(f"the logo's {name} may act or load something", where=str(path), hint=_MEND)


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _readable(colour: str, paper: str) -> str:
    """Return the colour, darker or lighter by as little as makes it readable on a paper."""
    hue, light, fill = rgb_to_hls(*_parts(colour))
    step = -0.01 if _luminance(paper) > 0.5 else 0.01  # noqa: PLR2004 - half of all brightness
    while contrast(colour, paper) < LEAST_CONTRAST and 0 < light + step < 1:
        light += step
        colour = "#" + "".join(f"{round(255 * part):02x}" for part in hls_to_rgb(hue, light, fill))
    return colour


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - of the standard
        for part in _parts(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue
