"""The command line: each command turns options into one library call, renders the result, and sets the exit code."""

from segaudit.cli.main import main

__all__ = ["main"]
