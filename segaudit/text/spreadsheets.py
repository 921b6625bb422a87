"""What a spreadsheet would run, made text."""

# The last four are the wide forms of the first, which some spreadsheets take for the same.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def spreadsheet_safe(text: str) -> str:
    """Return a text no spreadsheet runs as a formula: an apostrophe goes before what would start one."""
    return "'" + text if text.startswith(_FORMULA_STARTS) else text
