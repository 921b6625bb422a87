"""A suite of great_expectations 1.x from a JSON file: read as data, and refused where it asks for more than judging.

A suite may come from anyone. Nothing in it is evaluated: conditions on rows are read as data (row_conditions.py),
parameters, queries and custom expectations are turned down, and what it says of checkpoints or actions is not read.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from segaudit.errors import InputError
from segaudit.interop.expectations.kinds import KINDS, Domain
from segaudit.interop.expectations.row_conditions import RowCondition, read_row_condition
from segaudit.rulebook.suggest import did_you_mean

_LARGEST_FILE = 20_000_000  # bytes
_MOST_EXPECTATIONS = 10_000
_DEEPEST = 50
_LONGEST_REGEX = 10_000  # characters
_EXAMPLE = "GX 1.x writes one with json.dump(suite.to_json_dict(), file)"
_CONFIG_KEYS = ("type", "kwargs", "meta", "notes", "severity", "description")
# Of kwargs: what says how and where the client's own GX runs an expectation, and is not ours to follow.
_NOT_OURS = ("batch_id", "result_format", "catch_exceptions", "row_condition", "condition_parser")
_COLUMN_KEYS = ("column", "column_A", "column_B")
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteExpectation:
    """One expectation of a suite."""

    number: int  # 1-based
    type: str
    domain: Domain
    columns: tuple[str, ...]  # headers it is about; none if it is about the table
    config: Mapping[str, Any]  # as the library takes it, without conditions on rows
    condition: RowCondition | None = None  # rows it is about; None: all
    condition_as_written: Mapping[str, Any] = field(default_factory=dict)
    unable: str = ""  # why it cannot be judged here

    @property
    def in_words(self) -> str:
        """Return what it expects, shortly: its type and what is set."""
        kwargs = self.config["kwargs"]
        said = [f"{key} {value}" for key, value in sorted(kwargs.items()) if key not in _COLUMN_KEYS]
        words = self.type.removeprefix("expect_").replace("_", " ")
        return f"{words}: {', '.join(said)}" if said else words


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """A suite, ready to be run."""

    path: str
    name: str
    expectations: tuple[SuiteExpectation, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns its expectations name, each once, in order."""
        return tuple(dict.fromkeys(column for item in self.expectations for column in item.columns))


def read_suite(path: Path) -> Suite:
    """Read a suite.

    Raises:
        InputError: The file is no suite of GX 1.x, or asks for what is not done with a file from elsewhere.
    """
    document = _load(path)
    if isinstance(document, dict) and isinstance(document.get("suite"), dict):
        document = document["suite"]
    if not isinstance(document, dict) or not isinstance(document.get("expectations"), list):
        raise InputError("this is no expectation suite", where=str(path), hint=_EXAMPLE)
    items = document["expectations"]
    if "expectation_suite_name" in document or any(isinstance(i, dict) and "expectation_type" in i for i in items):
        raise InputError(
            "this suite is of great_expectations 0.x",
            where=str(path),
            hint='open it with GX 1.x and save it anew; it then has "name" and "type"',
        )
    if not items:
        raise InputError("the suite expects nothing", where=str(path), hint="add expectations to it")
    if len(items) > _MOST_EXPECTATIONS:
        raise InputError("the suite is too long", where=str(path), hint=f"{_MOST_EXPECTATIONS:,} are the most")
    name = document.get("name")
    return Suite(
        path=str(path),
        name=name if isinstance(name, str) and name.strip() else path.stem,
        expectations=tuple(_expectation(item, number, path) for number, item in enumerate(items, start=1)),
    )


def _load(path: Path) -> Any:  # noqa: ANN401 - a document can hold anything
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise InputError("the file is too large for a suite", where=str(path), hint="20 MB is the most")
        return json.loads(path.read_text(encoding="utf-8-sig"), parse_constant=_no_number)
    except json.JSONDecodeError as error:
        where = f"{path}:{error.lineno}:{error.colno}"
        raise InputError(f"this is no JSON: {error.msg}", where=where, hint=_EXAMPLE) from error
    except RecursionError:
        raise InputError("the file is nested too deep", where=str(path), hint=_EXAMPLE) from None
    except ValueError as error:  # no UTF-8, NaN, or a number of thousands of digits
        raise InputError(f"this is no JSON: {error}", where=str(path), hint=_EXAMPLE) from error
    except OSError as error:
        raise InputError(f"the file cannot be read ({error.strerror})", where=str(path), hint="check --gate") from error


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def _expectation(item: Any, number: int, path: Path) -> SuiteExpectation:  # noqa: ANN401 - from JSON
    where = f"{path}: expectation {number}"
    kind = item.get("type") if isinstance(item, dict) else None
    kwargs = item.get("kwargs", {}) if isinstance(item, dict) else None
    if not isinstance(kind, str) or not isinstance(kwargs, dict):
        raise InputError("an expectation has type and kwargs", where=where, hint=_EXAMPLE)
    where = f"{where} ({kind[:80]})"
    known = KINDS.get(kind)
    if known is None:
        raise InputError(
            "this is none of GX's own expectations",
            where=where,
            hint=did_you_mean(kind, KINDS)
            or "custom expectations are programs, which segaudit does not run: leave it out",
        )
    _check_values(kwargs, where, 0)
    columns = _columns(kwargs, known.domain, where)
    _check_patterns(kwargs, where)
    condition = read_row_condition(kwargs.get("row_condition"), kwargs.get("condition_parser"), where)
    config = {key: item[key] for key in _CONFIG_KEYS if item.get(key) is not None}
    config["kwargs"] = {key: value for key, value in kwargs.items() if key not in _NOT_OURS}
    return SuiteExpectation(
        number=number,
        type=kind,
        domain=known.domain,
        columns=columns,
        config=config,
        condition=condition,
        condition_as_written={k: kwargs[k] for k in ("row_condition", "condition_parser") if kwargs.get(k) is not None},
        unable=known.unable,
    )


def _columns(kwargs: Mapping[str, Any], domain: Domain, where: str) -> tuple[str, ...]:
    if domain in {Domain.HEADERS, Domain.ROWS, Domain.OTHER}:
        return ()
    found = [kwargs[key] for key in _COLUMN_KEYS if key in kwargs]
    listed = kwargs.get("column_list", [])
    names = [*found, *(listed if isinstance(listed, list) else [listed])]
    if not names or not all(isinstance(name, str) and name for name in names):
        raise InputError("the expectation names no column", where=where, hint='add "column": "..." to its kwargs')
    return tuple(names)


def _check_values(value: Any, where: str, depth: int) -> None:  # noqa: ANN401 - from JSON
    """Turn down what is looked up or worked out when a suite runs: parameters, and schemas kept elsewhere."""
    if depth > _DEEPEST:
        raise InputError("the expectation is nested too deep", where=where, hint=f"{_DEEPEST} levels are the most")
    if isinstance(value, dict):
        if any(str(key).startswith("$PARAMETER") for key in value):
            raise InputError("the suite has parameters", where=where, hint="write the value in place of $PARAMETER")
        if any(key in _REFERENCES for key in value):
            raise InputError("the schema refers to another", where=where, hint="put what $ref stands for in its place")
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _check_values(part, where, depth + 1)


def _check_patterns(kwargs: Mapping[str, Any], where: str) -> None:
    listed = kwargs.get("regex_list", [])
    for pattern in [kwargs.get("regex", ""), *(listed if isinstance(listed, list) else [])]:
        if not isinstance(pattern, str) or len(pattern) > _LONGEST_REGEX:
            problem = f"a regular expression is a text of at most {_LONGEST_REGEX:,} characters"
            raise InputError(problem, where=where, hint="shorten it")
        try:
            re.compile(pattern)
        except (re.error, OverflowError, RecursionError) as error:
            problem = f"this is no regular expression: {error}"
            raise InputError(problem, where=where, hint="Python's syntax counts here") from error
