"""Names of tables, made of what they were made of: a later run finds by them what an earlier one left."""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any


def key_of(parts: Iterable[str]) -> str:
    """Return a name made of everything a table depends on: the same for the same work."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode())
        digest.update(b"\0")
    return digest.hexdigest()[:24]


def content_key(table: Any) -> str:  # noqa: ANN401 - a pyarrow.Table
    """Return the name of a table's content."""
    digest = hashlib.sha256(str(table.schema).encode())
    for column in table.itercolumns():
        for chunk in column.chunks:
            for buffer in chunk.buffers():
                digest.update(b"-" if buffer is None else memoryview(buffer))
    return digest.hexdigest()[:24]


def function_key(function: Callable[[Any], Any]) -> str:
    """Return the same for the same function over the same values; a function that differs never has it."""
    from pyspark import cloudpickle  # noqa: PLC0415 - no one pays for Spark who does not use it

    content: bytes = cloudpickle.dumps(function)
    return hashlib.sha256(content).hexdigest()


def file_key(path: Path, layout: object) -> str:
    """Return the name of what a file of this machine holds now, read in some way."""
    seen = path.stat() if path.exists() else None
    return key_of([str(path), str(seen.st_size if seen else 0), str(seen.st_mtime_ns if seen else 0), repr(layout)])
