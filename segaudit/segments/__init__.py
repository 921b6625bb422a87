"""Segments: records decided, counted, tagged."""
