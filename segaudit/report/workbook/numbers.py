"""How a number is shown in a cell: as the page says it, without losing what it is."""

import math
import re
from collections.abc import Iterable
from typing import TypeGuard

from segaudit.report.page import Form, Span

_MOST_PLACES = 4
_MOST_SHARE = 2
_UNITS = re.compile(r"^([^\d]*?)[-+\N{MINUS SIGN}]?\d[\d.,   ']*\s*%?(.*)$", re.DOTALL)
_UNIT = re.compile(r"[^\W\d_]{1,12}(?:[ -][^\W\d_]{1,12}){0,2}|[€$£]", re.UNICODE)


def usable(number: float | None) -> TypeGuard[float]:
    """Tell whether a spreadsheet can hold a number."""
    return number is not None and math.isfinite(number)


def places_of(column: Iterable[Span]) -> int:
    """Return the decimals that say all amounts of a column."""
    numbers = [item.number for item in column if item.number is not None and item.form is Form.AMOUNT]
    return max((_places(number) for number in numbers), default=0)


def number_format(span: Span, places: int | None = None) -> str:
    """Return the format of a number.

    Args:
        span: With a number that is usable.
        places: Decimals of an amount, where it stands among others; None: those it needs.

    Returns:
        A format as Excel writes it. A share that is neither nothing nor all is never shown as 0 % or 100 %.
    """
    number = span.number or 0.0
    match span.form:
        case Form.SHARE:
            return _share(number, span.text)
        case Form.AMOUNT:
            return "#,##0" + _decimals(_places(number) if places is None else places) + _unit(span.text)
        case Form.COUNT:
            return ("#,##0" if float(number).is_integer() else "#,##0" + _decimals(_places(number))) + _unit(span.text)


def _decimals(places: int) -> str:
    return "." + "0" * places if places else ""


def _share(share: float, text: str) -> str:
    places = _share_places(share, text)
    if share not in {0.0, 1.0} and round(share * 100, places) in {0, 100}:
        # The number stays what it is; what is shown is a text.
        return '"<0.01%"' if abs(share) < 0.5 else '">99.99%"' if share < 1 else "0%"  # noqa: PLR2004 - nearer to which
    return "0" + _decimals(places) + "%"


def _share_places(share: float, text: str) -> int:
    said = re.search(r"\d[.,](\d+)", text)
    places = min(len(said[1]), _MOST_PLACES) if said else 0
    percent = abs(share * 100)
    while places < _MOST_SHARE and percent not in {0, 100} and round(percent, places) in {0, 100}:
        places += 1
    return places


def _places(number: float) -> int:
    """Return how many decimals say a number: none if it is whole, up to two, or more if it is near nothing."""
    if abs(number) < 0.01 and number:  # noqa: PLR2004 - two decimals do not show it
        return _MOST_PLACES
    return next((places for places in (0, 1) if round(number, places) == number), 2)


def _unit(text: str) -> str:
    """Return what the text has behind the number, if it is a plain word: "days", "bits", "€"."""
    match = _UNITS.match(text.strip())
    unit = match[2].strip() if match and not match[1].strip() else ""
    return f'" {unit}"' if _UNIT.fullmatch(unit) else ""
