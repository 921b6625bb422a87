"""What stands in a file and is no data row: kept with its line, the reason and its raw text."""

import csv
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from segaudit.model.source import Tally

SEPARATOR = "the line that names the delimiter"
TITLE = "a title above the header"
NULS = "a block of NUL bytes, as a crash leaves it"
NUL_BLOCK = "\0" * 64  # disks are written in multiples of it; fewer may be content
REJECTS_HEADER = ("file", "line", "reason", "text")


def reason_above(text: str) -> str:
    """Return what a line above the header is."""
    if text.startswith(NUL_BLOCK):
        return NULS
    return SEPARATOR if re.fullmatch(r"\"?sep=.\"?", text.strip(), re.IGNORECASE) else TITLE


class Tallies:
    """Counts of what happened, by what it was, each with the line it first happened on."""

    def __init__(self, state: Mapping[str, tuple[int, int]] | None = None) -> None:
        """Begin with nothing, or where others were."""
        self._counts = dict(state or {})

    def state(self) -> dict[str, tuple[int, int]]:
        """Return the counts: how often, and the first line."""
        return dict(self._counts)

    def add(self, what: str, line: int, count: int = 1) -> None:
        """Count it once more."""
        known, first = self._counts.get(what, (0, line))
        self._counts[what] = known + count, first

    def result(self) -> tuple[Tally, ...]:
        """Return the counts in the order of the lines they begin on."""
        tallies = [Tally(what=what, count=count, first_line=line) for what, (count, line) in self._counts.items()]
        return tuple(sorted(tallies, key=lambda tally: tally.first_line))


class Aside:
    """A file that takes what is set aside while another is read, and the counts of it."""

    def __init__(self, path: Path, label: str) -> None:
        """Open it.

        Args:
            path: CSV file to write, UTF-8.
            label: Name of the file that is read; settable, where several are.
        """
        self.path = path
        self.label = label
        self._tallies = Tallies()
        self._file = path.open("w", encoding="utf-8", errors="replace", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(REJECTS_HEADER)

    def __enter__(self) -> Self:
        """Return it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._file.close()

    def put(self, line: int, reason: str, text: str) -> None:
        """Set a record aside.

        Args:
            line: Its first physical line, 1-based; a sheet's row in a workbook.
            reason: Why it is no data row, in words.
            text: As it stands in the file, without its line end; a sheet's cells as a CSV line.
        """
        self._tallies.add(reason, line)
        self._writer.writerow((self.label, line, reason, text))

    def mark(self) -> tuple[int, dict[str, tuple[int, int]]]:
        """Return where it stands, for ``back_to``."""
        self._file.flush()
        return self._file.tell(), self._tallies.state()

    def back_to(self, mark: tuple[int, dict[str, tuple[int, int]]]) -> None:
        """Forget what was put since."""
        self._file.seek(mark[0])
        self._file.truncate()
        self._tallies = Tallies(mark[1])

    def take(self) -> tuple[Tally, ...]:
        """Return how many records were set aside, by reason, and count anew."""
        taken = self._tallies.result()
        self._tallies = Tallies()
        return taken
