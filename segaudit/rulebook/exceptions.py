"""Exceptions from a CSV file: records that somebody has put into a segment by hand."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from segaudit.model.conditions import Place
from segaudit.model.segments import RuleException, Schema
from segaudit.rulebook.problems import Problems
from segaudit.rulebook.suggest import did_you_mean
from segaudit.rulebook.yaml_nodes import YamlNode, plain

COLUMNS = ("record_id", "schema", "segment", "reason", "approved_by", "expires_on")
_NEEDED = COLUMNS[:3]
_LARGEST = 20_000_000  # bytes
_LONGEST_HEAD = 10_000  # characters
_MOST_PROBLEMS = 100  # of one file; who named the wrong file need not read them all
_DELIMITERS = (";", "\t")  # what a spreadsheet may put where others put a comma


def read_exceptions(
    path: Path, place: Place, schemas: Iterable[Schema], problems: Problems
) -> tuple[RuleException, ...]:
    """Read the file of exceptions; what is wrong in it goes to the problems, by line.

    Args:
        path: The file.
        place: Where the rules name it.
        schemas: Those the exceptions can be of.
        problems: Takes the mistakes.

    Returns:
        The exceptions that can be used, in the order of the file.
    """
    reader = _Reader(path, {schema.id: schema for schema in schemas}, problems)
    rows = reader.rows(place)
    return tuple(found for line, row in rows if (found := reader.exception(line, row)) is not None)


def named_exceptions(
    nodes: Sequence[YamlNode], schemas: Sequence[Schema], problems: Problems
) -> tuple[RuleException, ...]:
    """Read the files that rules name below ``governance: {exceptions: ...}``; a path counts from its rules file."""
    found: dict[tuple[str, str], RuleException] = {}
    for node in nodes:
        name = plain(node)
        if name is None:
            continue
        if not isinstance(name, str):
            problems.add(node.place, "exceptions takes the name of a file", "write exceptions: exceptions.csv")
            continue
        for item in read_exceptions(Path(node.place.file).parent / name, node.place, schemas, problems):
            first = found.setdefault((item.record_id, item.schema), item)
            if first is not item:
                problem = f'"{item.record_id[:60]}" has an exception in {item.schema} already'
                problems.add(item.place, problem, f"at {first.place}")
    return tuple(found.values())


class _Reader:
    """Reads one file; every mistake has its line."""

    def __init__(self, path: Path, schemas: Mapping[str, Schema], problems: Problems) -> None:
        self._path = path
        self._schemas = schemas
        self._problems = problems
        self._first: dict[tuple[str, str], int] = {}  # record and schema -> line
        self._wrong = 0

    def rows(self, place: Place) -> list[tuple[int, dict[str, str]]]:
        """Return the rows with the line each begins on; nothing if the file cannot be read."""
        try:
            if self._path.stat().st_size > _LARGEST:
                self._problems.add(place, f'the file of exceptions "{self._path}" is too large', "20 MB are the most")
                return []
            text = self._path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError, ValueError):
            hint = "the path counts from the rules file; save it as CSV UTF-8"
            self._problems.add(place, f'the file of exceptions "{self._path}" cannot be read', hint)
            return []
        head, *lines = io.StringIO(text) if text else [""]
        delimiter = next((sign for sign in _DELIMITERS if sign in head and "," not in head), ",")
        names = [name.strip().strip('"').lower() for name in head[:_LONGEST_HEAD].split(delimiter)]
        lacking = [name for name in _NEEDED if name not in names]
        if lacking:
            hint = f"the columns are {', '.join(COLUMNS)}"
            self._say(1, f"the file of exceptions has no column {', '.join(lacking)}", hint)
            return []
        for number, name in enumerate(names):
            if name not in COLUMNS and not name.startswith("x-"):
                self._say(1, f'column {number + 1}, "{name[:40]}", is none of exceptions', did_you_mean(name, COLUMNS))
        return list(self._rows(names, lines, delimiter))

    def _rows(self, names: Sequence[str], lines: list[str], delimiter: str) -> Iterator[tuple[int, dict[str, str]]]:
        found = csv.reader(lines, delimiter=delimiter)
        line = 2
        try:
            for cells in found:
                if any(cell.strip() for cell in cells):
                    yield line, {name: cell.strip() for name, cell in zip(names, cells, strict=False)}
                line = found.line_num + 2
        except csv.Error as error:
            self._say(line, f"this is no CSV ({error})", "save it as CSV UTF-8")

    def exception(self, line: int, row: Mapping[str, str]) -> RuleException | None:
        """Return the exception of a row; None if it is wrong."""
        record, schema_id, segment = (row.get(name, "") for name in _NEEDED)
        said = row.get("expires_on", "")
        if not self._is_known(line, record, schema_id, segment):
            return None
        try:
            expires_on = date.fromisoformat(said) if said else None
        except ValueError:
            self._say(line, f'"{said[:40]}" is no day', "write 2026-12-31, or nothing where it has no end")
            return None
        return RuleException(
            record_id=record,
            schema=schema_id,
            segment=segment,
            reason=row.get("reason", ""),
            approved_by=row.get("approved_by", ""),
            expires_on=expires_on,
            place=Place(file=str(self._path), line=line, column=1),
        )

    def _is_known(self, line: int, record: str, schema_id: str, segment: str) -> bool:
        """Tell whether there is such a segment, and no other exception of the record in its schema."""
        schema = self._schemas.get(schema_id)
        segments = [item.id for item in schema.segments] if schema is not None else []
        first = self._first.setdefault((record, schema_id), line)
        if not record:
            self._say(line, "an exception names no record", "write its id in record_id")
        elif schema is None:
            self._say(line, f'there is no schema "{schema_id[:60]}"', did_you_mean(schema_id, self._schemas))
        elif segment not in segments:
            hint = did_you_mean(segment, segments) or "it has " + ", ".join(segments)
            self._say(line, f'schema "{schema_id}" has no segment "{segment[:60]}"', hint)
        elif first != line:
            self._say(line, f'"{record[:60]}" has an exception in {schema_id} already', f"on line {first}")
        else:
            return True
        return False

    def _say(self, line: int, problem: str, hint: str) -> None:
        """Note a mistake; of a file full of them the first are enough."""
        self._wrong += 1
        if self._wrong <= _MOST_PROBLEMS:
            self._problems.add(Place(file=str(self._path), line=line, column=1), problem, hint)
