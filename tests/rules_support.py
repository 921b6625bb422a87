"""What the tests of rules and segments share: rules and records from a few words, the program run in-process."""

import contextlib
import io
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent
from typing import Any
from unittest import mock

import pytest

from segaudit.cli.main import main
from segaudit.errors import RuleErrors
from segaudit.model.fields import CatalogueField
from segaudit.model.segments import RuleBook
from segaudit.rulebook.load import load_rulebook
from tests.compare_reference import decide

AS_OF = date(2026, 3, 31)  # a Tuesday, and the last day of a month and a quarter
_LETTERS = {True: "T", False: "F", None: "U"}


def write(path: Path, text: str) -> Path:
    """Write an indented text without its indentation."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    return path


def load(folder: Path, *texts: str, catalogue: Mapping[str, CatalogueField] | None = None) -> RuleBook:
    """Load texts as the files a.yaml, b.yaml, ... of one rule book."""
    files = [write(folder / f"{letter}.yaml", text) for letter, text in zip("abc", texts, strict=False)]
    return load_rulebook(tuple(files), catalogue or {})


def mistakes(folder: Path, *texts: str) -> list[str]:
    """Return what is wrong with a rule book: each mistake with file, line, column and hint, folders left out."""
    with pytest.raises(RuleErrors) as caught:
        load(folder, *texts)
    return [str(error).replace(f"{folder}/", "") for error in caught.value.errors]


def letters(truths: Iterable[bool | None]) -> str:
    """Return verdicts as letters: T, F and U for UNKNOWN."""
    return "".join(_LETTERS[truth] for truth in truths)


def judge(
    clauses: Mapping[str, Any],
    records: Sequence[dict[str, str | None]],
    fields: Mapping[str, Any],
    *,
    as_of: date = AS_OF,
    lists: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, str]:
    """Return what each condition says of each record, as letters."""
    names = {f"s{number}": condition for number, condition in enumerate(clauses.values())}
    segments = {name: {"criteria": condition} for name, condition in names.items()}
    rules = {"fields": dict(fields), "schemas": {"x": {"assign": "all_matches", "segments": segments}}}
    with TemporaryDirectory() as folder:
        decided = decide(rules, records, as_of, Path(folder), lists)
    return {words: letters(row["x"][1][name] for row in decided) for words, name in zip(clauses, names, strict=True)}


def judge_cells(clauses: Mapping[str, Any], cells: Sequence[str], **field: object) -> dict[str, str]:
    """Return what each clause on one field says of each cell, as letters."""
    return judge(
        {words: {"f": clause} for words, clause in clauses.items()}, [{"f": cell} for cell in cells], {"f": field}
    )


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str


def run(*arguments: object) -> Ran:
    """Run the program with arguments, in this process."""
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.object(sys, "argv", ["segaudit", *map(str, arguments)]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        pytest.raises(SystemExit) as stopped,
    ):
        main()
    return Ran(int(stopped.value.code or 0), out.getvalue(), err.getvalue())
