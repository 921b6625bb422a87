"""Delimited text: the fast path that proves every byte, the careful path that books every record."""
