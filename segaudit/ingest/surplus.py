"""The column that takes what stands beyond a header."""

EXTRA_HEADER = "(cells beyond the header)"
