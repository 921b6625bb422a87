"""One record explained: every clause with its value and its verdict, and the change that would move the record."""
