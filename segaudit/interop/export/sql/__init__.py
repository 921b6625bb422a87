"""Rules as a view over a typed table."""
