"""Types between the engines: DuckDB's own, and those that can travel through Arrow and Spark."""

import re
from collections.abc import Mapping
from typing import Any

# What Spark has no type for travels as one that holds all of its values, and is cast back where it is worked on.
_CARRIERS = {
    "UBIGINT": "DECIMAL(20,0)",
    "HUGEINT": "DECIMAL(38,0)",
    "UHUGEINT": "DECIMAL(38,0)",
    "UINTEGER": "BIGINT",
    "USMALLINT": "INTEGER",
    "UTINYINT": "SMALLINT",
    '"NULL"': "INTEGER",
    "NULL": "INTEGER",
    "TIME": "VARCHAR",
    "INTERVAL": "VARCHAR",
    "TIMESTAMP_S": "TIMESTAMP",
    "TIMESTAMP_MS": "TIMESTAMP",
    "TIMESTAMP_NS": "TIMESTAMP",
}
_WORD = re.compile(r'"NULL"|"(?:[^"]|"")*"|\b[A-Z_]+\b')


def carrier(name: str) -> str:
    """Return the type a DuckDB type travels as: itself, for nearly all; so for parts of lists and structs."""
    return _WORD.sub(lambda word: _CARRIERS.get(word[0], word[0]), name)


def carried(types: Mapping[str, str]) -> dict[str, str]:
    """Return those columns that travel as another type, with this type."""
    return {name: carrier(kind) for name, kind in types.items() if carrier(kind) != kind}


def is_nested(kind: str) -> bool:
    """Tell whether a DuckDB type is a list, a struct or a map."""
    return kind.endswith("]") or kind.startswith(("STRUCT(", "MAP("))


def has_maps(types: Mapping[str, str]) -> bool:
    """Tell whether there are maps among types: Spark does not compare them."""
    return any("MAP(" in kind for kind in types.values())


def spark_schema(schema: Any) -> Any:  # noqa: ANN401 - pyarrow.Schema -> StructType, neither of which has types
    """Return an Arrow schema as Spark has it; dates without a zone stay without one."""
    from pyspark.sql.pandas.types import from_arrow_schema  # noqa: PLC0415 - no one pays for Spark who does not use it

    return from_arrow_schema(schema, prefer_timestamp_ntz=True)
