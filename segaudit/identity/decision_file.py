"""The file of decisions: a CSV that people edit in a spreadsheet, and that answers are added to one by one."""

import codecs
import csv
import io
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from segaudit.errors import InputError, OutputError
from segaudit.files import whole_file
from segaudit.identity.decisions import Decisions
from segaudit.model.review import Decision, Verdict
from segaudit.text.spreadsheets import spreadsheet_safe

COLUMNS = ("record_id_l", "record_id_r", "decision", "probability", "decided_on", "decided_by", "note")
_NEEDED = COLUMNS[:3]
_MOST_BYTES = 50_000_000  # half a million decisions; what is larger is another file
_LINES_SHOWN = 5
_NOT_CP1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")  # no characters there

# How people write a decision. "d" could be a duplicate or different, so it is neither.
_WORDS = {
    Verdict.SAME: "same|s|y|yes|true|1|match|merge|duplicate|j|ja|gleich|identisch|dublette|duplikat|wahr",
    Verdict.DIFFERENT: "different|n|no|false|0|no match|no duplicate|not a duplicate|not the same|distinct|nein|anders"
    "|verschieden|unterschiedlich|nicht gleich|keine dublette|kein duplikat|falsch",
    Verdict.UNSURE: "unsure|u|?|maybe|unknown|skip|unsicher|unklar|vielleicht|weiss nicht",
    Verdict.OPEN: "open|undo|offen|zurück",
}
_VERDICTS = {word: verdict for verdict, words in _WORDS.items() for word in words.split("|")}

# What a spreadsheet would save otherwise than it stands there: 007, 1e5, 3/4, long numbers, MAR1, TRUE.
_PLAIN_NUMBER = re.compile(r"0|[1-9][0-9]{0,14}")
_MONTH = "(?:jan|feb|m[aä]r|mrz|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-zä]*"
_REWRITTEN = re.compile(
    rf"[0-9][0-9.,:/ eE+-]*|{_MONTH}[-/. ]?[0-9]{{1,4}}|[0-9]{{1,4}}[-/. ]?{_MONTH}(?:[-/. ][0-9]{{1,4}})?"
    "|true|false|wahr|falsch",
    re.IGNORECASE,
)


def verdict_of(text: str) -> Verdict | None:
    """Return what a person means by a word; None if it is no decision."""
    return _VERDICTS.get(" ".join(text.casefold().rstrip(" .!").split()))


def to_cell(text: str) -> str:
    """Return a text as a spreadsheet shows, keeps and never runs it: an apostrophe goes before what it would change."""
    return f"'{text}" if _is_changed(text.lstrip("'")) else text


def from_cell(cell: str) -> str:
    """Return the text of which to_cell made a cell; a cell that a person wrote is itself."""
    return cell[1:] if cell.startswith("'") and _is_changed(cell.lstrip("'")) else cell


def _is_changed(text: str) -> bool:
    if _PLAIN_NUMBER.fullmatch(text):
        return False
    return spreadsheet_safe(text) != text or _REWRITTEN.fullmatch(text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """How a file of decisions is written."""

    encoding: str
    delimiter: str
    header: tuple[str, ...]  # as it stands there
    text: str  # all of it but what was torn off at its end
    whole: bool  # nothing was torn off, and the next row can follow


class DecisionFile:
    """A file of decisions to add to. Each one is on the disk before the next is asked for; no row is ever changed."""

    def __init__(self, path: Path) -> None:
        """Read the decisions that are there; the file is made with the first that is added.

        Raises:
            InputError: The file is something else, or a row says no decision.
            OutputError: The file cannot be written.
        """
        if not os.access(path if path.exists() else path.parent, os.W_OK):
            hint = "name a file in a folder that is there and can be written to"
            raise OutputError("no decision can be kept there", where=str(path), hint=hint)
        self.path = path
        self.decisions, self._layout = _read(path)
        self._size = _size(path)

    def add(self, decisions: Sequence[Decision]) -> None:
        """Write decisions at the end.

        Raises:
            InputError: Somebody has changed the file meanwhile, and it is none of decisions now.
            OutputError: The file cannot be written.
        """
        if self._size != _size(self.path):
            self.decisions, self._layout = _read(self.path)
        try:
            layout = self._ready()
            with self.path.open("ab") as file:
                file.write("".join(_row(decision, layout) for decision in decisions).encode(errors="replace"))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            hint = "close the file where it is open; all answers before this one are in it"
            problem = f"the answer cannot be kept ({error.strerror})"
            raise OutputError(problem, where=str(self.path), hint=hint) from error
        self._size = _size(self.path)
        for decision in decisions:
            self.decisions.add(decision)

    def _ready(self) -> _Layout:
        """Bring the file into a state that a row can be added to: UTF-8, with a header, its last line ended."""
        layout = self._layout
        if layout is None:
            # The mark lets a spreadsheet read what is beyond ASCII.
            text = _line(COLUMNS, ",")
            layout = _Layout(encoding="utf-8", delimiter=",", header=COLUMNS, text="", whole=False)
        else:
            text = layout.text if layout.text.endswith(("\n", "\r")) else f"{layout.text}\r\n"
        if not layout.whole or layout.encoding != "utf-8":
            with whole_file(self.path) as temporary:
                temporary.write_bytes(text.encode("utf-8-sig", errors="replace"))
        self._layout = replace(layout, text="", whole=True, encoding="utf-8")
        return self._layout


def read_decisions(path: Path) -> Decisions:
    """Read decisions; a file that is not there holds none.

    A last line without its end that says no decision was torn off by a crash: it is passed over.

    Raises:
        InputError: The file is something else, or a row says no decision.
    """
    return _read(path)[0]


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _row(decision: Decision, layout: _Layout) -> str:
    cells = {
        "record_id_l": to_cell(decision.left),
        "record_id_r": to_cell(decision.right),
        "decision": decision.verdict.value,
        "probability": "" if decision.probability is None else f"{decision.probability:.4f}",
        "decided_on": decision.decided_on,
        "decided_by": to_cell(decision.decided_by),
        "note": to_cell(decision.note),
    }
    return _line([cells.get(name.strip().lower(), "") for name in layout.header], layout.delimiter)


def _line(cells: Sequence[str], delimiter: str) -> str:
    line = io.StringIO(newline="")
    csv.writer(line, delimiter=delimiter).writerow(cells)
    return line.getvalue()


def _read(path: Path) -> tuple[Decisions, _Layout | None]:
    try:
        if _size(path) > _MOST_BYTES:
            raise _no_decisions(path, "it is too large")
        data = path.read_bytes()
    except FileNotFoundError:
        return Decisions(name=str(path)), None
    except OSError as error:
        raise InputError(f"the decisions cannot be read ({error.strerror})", where=str(path)) from None
    encoding, text = _decoded(data)
    if not text.strip():
        return Decisions(name=str(path)), None
    return _parsed(path, encoding, text)


def _decoded(data: bytes) -> tuple[str, str]:
    """Return the encoding and the text; a spreadsheet may have saved the file in its own."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", data.decode("utf-16", errors="replace")
    try:
        return "utf-8", data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "latin-1", data.decode("cp1252" if not _NOT_CP1252.intersection(data) else "latin-1")


def _no_decisions(path: Path, problem: str) -> InputError:
    hint = f"name a file with the columns {', '.join(_NEEDED)}, or one that is not there yet"
    return InputError(f"this is no file of decisions: {problem}", where=str(path), hint=hint)


def _parsed(path: Path, encoding: str, text: str) -> tuple[Decisions, _Layout]:
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    records = _records(path, text, delimiter)
    _, _, header = next(records)
    places = {name.strip().lower(): place for place, name in reversed(list(enumerate(header)))}
    if missing := [name for name in _NEEDED if name not in places]:
        raise _no_decisions(path, f"it has no column {', '.join(missing)}")
    made, wrong, undecided, kept = [], [], 0, text
    for line, start, cells in records:
        row = {name: cells[place].strip() for name, place in places.items() if place < len(cells)}
        decision = _decision(row, line)
        if isinstance(decision, Decision):
            made.append(decision)
        elif decision is None:
            undecided += any(cells)
        elif _is_torn(text, start):
            kept = text[:start]
        else:
            wrong.append((line, decision))
    if wrong:
        raise _wrong_rows(path, wrong)
    whole = kept == text and text.endswith(("\n", "\r"))
    layout = _Layout(encoding=encoding, delimiter=delimiter, header=tuple(header), text=kept, whole=whole)
    return Decisions(made, name=str(path), undecided=undecided), layout


def _records(path: Path, text: str, delimiter: str) -> Iterator[tuple[int, int, list[str]]]:
    """Yield each record with the line and the place it begins at."""
    read = 0

    def lines() -> Iterator[str]:
        nonlocal read
        for line in io.StringIO(text, newline=""):
            read += len(line)
            yield line

    reader = csv.reader(lines(), delimiter=delimiter, strict=True)
    while True:
        line, start = reader.line_num + 1, read
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if not _is_torn(text, start):
                hint = "two for one within a cell, and one at each end of it; a spreadsheet writes them so by itself"
                problem = f"the quotation marks of this row do not pair up ({error})"
                raise InputError(problem, where=f"{path}:{line}", hint=hint) from None
            cells = [text[start:]]
        yield line, start, cells


def _is_torn(text: str, start: int) -> bool:
    """Tell whether a record is the last line and lacks its end."""
    return not any(sign in text[start:] for sign in "\r\n")


def _decision(row: Mapping[str, str], line: int) -> Decision | str | None:
    """Return what a row says; None if it is still to be decided, a text if it cannot be read."""
    keys = [from_cell(row.get(name, "")) for name in _NEEDED[:2]]
    word = row.get("decision", "")
    if not word:
        return None if "decision" in row or not any(row.values()) else "the row ends before its decision"
    verdict = verdict_of(word)
    if verdict is None:
        return f'"{word}" is no decision'
    if not all(keys):
        return "the row does not name two records"
    if keys[0] == keys[1]:
        return f'the record "{keys[0]}" is paired with itself'
    return Decision(
        left=keys[0],
        right=keys[1],
        verdict=verdict,
        probability=_probability(row.get("probability", "")),
        decided_on=row.get("decided_on", ""),
        decided_by=from_cell(row.get("decided_by", "")),
        note=from_cell(row.get("note", "")),
        line=line,
    )


def _probability(text: str) -> float | None:
    """Return a probability however a spreadsheet writes it; None if there is none. Nothing depends on it."""
    digits = text.rstrip(" %").replace(",", ".")
    if not re.fullmatch(r"[0-9]{1,3}(?:[.][0-9]{1,20})?", digits):
        return None
    value = float(digits) / (100 if text.endswith("%") else 1)
    return value if value <= 1 else None


def _wrong_rows(path: Path, wrong: Sequence[tuple[int, str]]) -> InputError:
    line, problem = wrong[0]
    others = [number for number, _ in wrong[1:]]
    shown = ", ".join(map(str, others[:_LINES_SHOWN])) + (", ..." if len(others) > _LINES_SHOWN else "")
    more = f"; {len(others):,} more rows are wrong (line {shown})" if others else ""
    hint = (
        "a row names two records as `--clusters` has them in record_id, and says same, different or unsure "
        "(y, n, ?); left empty, it is still to be decided"
    )
    return InputError(f"{problem}{more}", where=f"{path}:{line}", hint=hint)
