"""A mark out of 100 as a bar, with a line where it stood before."""

from markupsafe import Markup

from segaudit.report.svg.elements import percent, tag
from segaudit.report.svg.frame import strip, upright
from segaudit.report.svg.scale import Scale, finite

_HEIGHT = 22
_OF_100 = Scale(low=0, high=100, step=50)


def draw_score(value: float, before: float | None) -> Markup:
    """Draw one mark."""
    parts = [
        tag("rect", x="0", width="100%", y=6, height=10, class_="rest"),
        tag("rect", x="0", width=percent(_OF_100.at(finite(value))), y=6, height=10, class_="c0"),
    ]
    if before is not None:
        parts.append(upright(_OF_100.at(before), _HEIGHT))
    return strip(*parts, height=_HEIGHT, class_="track")
