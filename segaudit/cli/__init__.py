"""The command line: each command turns options into one library call, renders the result, and sets the exit code."""

import sys

try:
    from segaudit.cli.main import main
except KeyboardInterrupt:
    sys.exit(130)  # stopped before there was a program to stop

__all__ = ["main"]
