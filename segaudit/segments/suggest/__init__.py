"""Suggestions: searched on one half of the records, confirmed on the other, worked out from the engine's counts."""
