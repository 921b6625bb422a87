"""Which style a column is written in, where single cells cannot tell."""

from collections.abc import Mapping

from segaudit.model.fields import FieldMap, FieldType
from segaudit.sql.kinds import KINDS

_STYLE_WORDS = {
    "dmy": "day/month/year",
    "mdy": "month/day/year",
    "point": "decimal point",
    "comma": "decimal comma",
}


def choose_style(kind: FieldType, evidence: Mapping[str, int], fields: FieldMap) -> tuple[str, str]:
    """Return the style of a column and, where the cells left a doubt, what was decided.

    Args:
        kind: Type of the column.
        evidence: Cells that only one style can read, by style.
        fields: Whose map file may have settled it.
    """
    styles = list(KINDS[kind].readings)
    if len(styles) == 1:
        return styles[0], ""
    stated = fields.date_order if kind is FieldType.DATE else fields.decimal
    if stated:
        return stated, f"read as {_STYLE_WORDS[stated]}, as the map says"
    # max() keeps the first of equals, which is the kind's default.
    style = max(styles, key=lambda name: evidence.get(name, 0))
    others = sum(count for name, count in evidence.items() if name != style)
    if others:
        return style, f"mixed: {evidence[style]:,} cells are {_STYLE_WORDS[style]}, {others:,} the other way round"
    if evidence.get(style):
        return style, f"read as {_STYLE_WORDS[style]}" if style != styles[0] or kind is FieldType.DATE else ""
    return style, ""
