"""Cells that are wrong, found without being told: by dependencies, spelling, and how cells are written."""
