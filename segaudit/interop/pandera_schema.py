"""Row contracts as pandera schemas: the one derived from a table, and one that a client's data team wrote.

A schema is read as data, never as code: YAML in the form pandera itself writes, with pandera's built-in checks only.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from segaudit.errors import InputError
from segaudit.files import whole_file
from segaudit.model.fields import FieldType
from segaudit.rulebook.yaml_nodes import load_plain

_CHECKS = frozenset(
    "equal_to not_equal_to greater_than greater_than_or_equal_to less_than less_than_or_equal_to in_range isin notin "
    "str_matches str_contains str_startswith str_endswith str_length".split()
)
_SHORT = {
    "eq": "equal_to",
    "ne": "not_equal_to",
    "gt": "greater_than",
    "ge": "greater_than_or_equal_to",
    "lt": "less_than",
    "le": "less_than_or_equal_to",
    "between": "in_range",
}
_COLUMN_KEYS = frozenset(
    "dtype nullable unique required coerce checks title description regex report_duplicates metadata default "
    "drop_invalid_rows".split()
)
_SCHEMA_TYPES = ("dataframe", "polars_dataframe")
_KINDS = (
    (FieldType.INT, re.compile(r"u?int\d*(\[.*\])?")),
    (FieldType.NUMBER, re.compile(r"(float|double|decimal|number)\d*(\(.*\))?")),
    (FieldType.DATE, re.compile(r"(datetime|date|timestamp)\d*([\[(].*[\])])?")),
    (FieldType.BOOL, re.compile(r"bool(ean)?")),
    (FieldType.TEXT, re.compile(r"str(ing)?(\[.*\])?|object|utf8|text|category|categorical|enum(\(.*\))?|none")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractColumn:
    """What a derived contract says of one column."""

    header: str
    nullable: bool
    unique: bool = False
    pattern: str | None = None  # regular expression a filled cell matches from its beginning to its end
    values: tuple[str, ...] | None = None  # the only ones
    missing: tuple[str, ...] = ()  # words that stand for a missing value, in small letters
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaColumn:
    """What a client's schema says of one column."""

    header: str
    kind: FieldType  # TEXT, INT, NUMBER, DATE or BOOL
    nullable: bool
    unique: bool
    required: bool
    checks: tuple[tuple[str, Any], ...]  # pandera's name of a built-in check, and what stands behind it


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSchema:
    """A client's own schema."""

    path: str
    columns: tuple[SchemaColumn, ...]
    strict: bool  # no other columns
    notes: tuple[str, ...] = field(default=())  # what it says and nothing here can check


# ------------------------------------------------------------------------------------------------------ the derived one


def serialized(name: str, columns: Sequence[ContractColumn]) -> dict[str, Any]:
    """Return a contract as pandera's own form of a pandas schema."""
    return {
        "schema_type": "dataframe",
        "name": name,
        "columns": {column.header: _column(column) for column in columns},
        "coerce": False,
        "strict": False,
    }


def _column(column: ContractColumn) -> dict[str, Any]:
    checks: dict[str, Any] = {}
    if column.pattern is not None:
        checks["str_matches"] = column.pattern
    if column.values is not None:
        checks["isin"] = list(column.values)
    return {
        **({"description": column.description} if column.description else {}),
        "dtype": "str",
        "nullable": column.nullable,
        "unique": column.unique,
        "required": True,
        **checks,
    }


def write_contract(path: Path, name: str, columns: Sequence[ContractColumn], *, read: Mapping[str, str]) -> None:
    """Write a contract: YAML that pandera reads, or a Python file that stands alone.

    Args:
        path: File to write; ``.py`` makes a Python file.
        name: Of the schema.
        columns: What it says; headers are unique.
        read: How the file is read: arguments of pandas.read_csv beside those about types.

    Raises:
        OutputError: The file cannot be written.
    """
    with whole_file(path) as temporary, temporary.open("w", encoding="utf-8") as file:
        if path.suffix == ".py":
            file.write(_script(name, columns, read))
            return
        from ruamel.yaml import YAML  # noqa: PLC0415 - slow: needed for this output only

        yaml = YAML()
        yaml.width = 10_000
        file.write(
            "# Row contract derived by segaudit; pandera.io.pandas_io.from_yaml reads it.\n"
            "# Read the data as text, with the words for missing values made missing:\n"
            f"# {', '.join(map(repr, _common(columns)))}\n"
        )
        yaml.dump(serialized(name, columns), file)


def _common(columns: Sequence[ContractColumn]) -> list[str]:
    """Return the words that stand for a missing value in every column."""
    sets = [set(column.missing) for column in columns]
    return sorted(set.intersection(*sets)) if sets else []


def _script(name: str, columns: Sequence[ContractColumn], read: Mapping[str, str]) -> str:
    common = _common(columns)
    more = {column.header: sorted(set(column.missing) - set(common)) for column in columns}
    lines = [
        f'"""Row contract of {name!r}, derived by segaudit: what its columns held when it was audited."""',
        "",
        "import pandas",
        "import pandera.pandas as pandera",
        "",
        "# Words that stand for a missing value: in every column, and in some.",
        f"MISSING = {common!r}",
        f"MISSING_IN = {more!r}",
        "",
        "",
        "def read(path: str) -> pandas.DataFrame:",
        '    """Read an export as text, words for missing values made missing."""',
        f"    frame = pandas.read_csv(path, dtype=str, keep_default_na=False, **{dict(read)!r})",
        "    frame = frame.apply(lambda column: column.str.strip())",
        '    words = {name: {"", *MISSING, *MISSING_IN.get(name, ())} for name in frame}',
        "    return frame.mask(frame.apply(lambda column: column.str.lower().isin(words[column.name])))",
        "",
        "",
        "schema = pandera.DataFrameSchema(",
        "    {",
    ]
    for column in columns:
        checks = []
        if column.pattern is not None:
            checks.append(f"pandera.Check.str_matches({column.pattern!r})")
        if column.values is not None:
            checks.append(f"pandera.Check.isin({list(column.values)!r})")
        lines.append(
            f"        {column.header!r}: pandera.Column(\n            str,\n            checks=[{', '.join(checks)}],\n"
            f"            nullable={column.nullable},\n            unique={column.unique},\n"
            f"            description={column.description!r},\n        ),"
        )
    return "\n".join([*lines, "    },", f"    name={name!r},", ")", ""])


# ------------------------------------------------------------------------------------------------------- a client's own


def read_schema(path: str) -> ClientSchema:
    """Read a client's pandera schema.

    Args:
        path: YAML or JSON, as pandera's ``to_yaml`` and ``to_json`` write it.

    Raises:
        InputError: The file is no such schema, or names a check that is none of pandera's own.
        SegauditError: The file is no YAML.
    """
    if Path(path).suffix == ".py":
        raise InputError(
            "a schema that is a program is not run: it could do anything",
            where=path,
            hint="write it as data once, with pandera.io.pandas_io.to_yaml(schema, 'schema.yaml')",
        )
    if not Path(path).is_file():
        raise InputError("there is no such schema file", where=path, hint="check --schema")
    whole = load_plain(Path(path))
    if not isinstance(whole, dict) or not isinstance(whole.get("columns"), dict):
        raise InputError("this is no pandera schema", where=path, hint="write it with pandera.io.pandas_io.to_yaml")
    if whole.get("schema_type", _SCHEMA_TYPES[0]) not in _SCHEMA_TYPES:
        raise InputError(
            f'a schema of type "{whole["schema_type"]}" cannot be used on a table',
            where=path,
            hint="schemas of pandas and polars tables can",
        )
    notes = tuple(f"{key}: is not checked" for key in ("checks", "index", "unique", "ordered") if whole.get(key))
    columns = tuple(_client_column(str(name), said or {}, path) for name, said in whole["columns"].items())
    return ClientSchema(path=path, columns=columns, strict=whole.get("strict") is True, notes=notes)


def _client_column(name: str, said: Any, path: str) -> SchemaColumn:  # noqa: ANN401 - a document can hold anything
    where = f"{path}: {name}"
    if not isinstance(said, dict):
        raise InputError("what a schema says of a column is a map", where=where)
    if said.get("regex"):
        raise InputError("columns named by a pattern cannot be checked", where=where, hint="name each column")
    checks = said.get("checks") or {}
    if isinstance(checks, list):
        checks = {_name_of(item): _plain(item) for item in checks}
    flat = {key: value for key, value in said.items() if key not in _COLUMN_KEYS}
    found = {_SHORT.get(name, name): value for name, value in {**flat, **checks}.items()}
    for check in found:
        if check not in _CHECKS:
            close = get_close_matches(check, _CHECKS, n=1)
            hint = f"did you mean {close[0]}?" if close else "only pandera's own checks of columns can be run"
            raise InputError(f'there is no check "{check}" in pandera', where=where, hint=hint)
    return SchemaColumn(
        header=name,
        kind=_kind(said.get("dtype"), where),
        nullable=bool(said.get("nullable", False)),
        unique=bool(said.get("unique", False)),
        required=bool(said.get("required", True)),
        checks=tuple(found.items()),
    )


def _name_of(item: Mapping[str, Any]) -> str:
    """Return a check's name in the long form of a schema."""
    return str((item.get("options") or {}).get("check_name") or item.get("check_name"))


def _plain(item: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as above
    """Return what stands behind a check in the long form of a schema."""
    rest = {key: value for key, value in item.items() if key not in {"check_name", "options"}}
    return rest.get("value", rest) if len(rest) == 1 else rest


def _kind(dtype: object, where: str) -> FieldType:
    word = str(dtype).lower()
    for kind, pattern in _KINDS:
        if pattern.fullmatch(word):
            return kind
    raise InputError(
        f'columns of type "{dtype}" cannot be checked', where=where, hint="use text, numbers, dates, yes/no"
    )
