"""Text work, the same on every engine: folding and standardising."""
