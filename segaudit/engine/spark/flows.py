"""Rows of the cluster, and the functions that each part of them goes through in one go.

A function over Arrow batches that follows another is called by it: its rows don't pass through the Java machine in
between. Rows that lie in files which executors see don't pass through it at all.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

from segaudit.engine.spark.files import Files, Reading

BatchFunction: TypeAlias = Callable[[Iterator[Any]], Iterator[Any]]


class Flow:
    """A DataFrame, the files it lies in if executors see them, and what is done to its rows."""

    def __init__(
        self,
        source: Any,  # noqa: ANN401 - a DataFrame
        *,
        files: Files | None = None,
        stored: Mapping[str, str] | None = None,
        functions: tuple[BatchFunction, ...] = (),
        schema: Any = None,  # noqa: ANN401 - a StructType
    ) -> None:
        """Begin with rows as they are.

        Args:
            source: The rows before the functions; with functions, what these are given.
            files: Where the rows lie, if nothing has been done to them.
            stored: What columns are called in the files, if they are called otherwise.
            functions: What they go through, one after another.
            schema: Of what comes out of the functions.
        """
        self._source = source
        self._files = files
        self._stored = stored or {}
        self._functions = functions
        self._schema = schema

    @cached_property
    def data(self) -> Any:  # noqa: ANN401 - a DataFrame
        """The rows as a DataFrame."""
        if not self._functions:
            return self._source
        return self._source.mapInArrow(_Chain(functions=self._functions), self._schema)

    @property
    def schema(self) -> Any:  # noqa: ANN401 - a StructType
        """Names and types of the columns, as Spark has them."""
        return self._schema if self._functions else self._source.schema

    @property
    def files(self) -> Files | None:
        """The files the rows lie in as they are, if executors see them."""
        return self._files

    @property
    def is_read(self) -> bool:
        """Whether the rows come from files in their order, with nothing but functions between."""
        return self._files is not None or any(isinstance(function, Reading) for function in self._functions)

    @property
    def is_worked_out(self) -> bool:
        """Whether a function makes the rows."""
        return bool(self._functions)

    def through(self, function: BatchFunction, schema: Any, columns: Sequence[str] | None = None) -> "Flow":  # noqa: ANN401 - a StructType
        """Return what a function makes of the rows.

        Args:
            function: Over their Arrow batches.
            schema: Of what it makes.
            columns: Those it is given, under the names x1, x2, ...: not every name can travel. None for all of them,
                under their own.
        """
        before = self._functions
        source = self._source
        names = list(self.schema.names)
        if columns is None:
            if self._files is not None:
                return self._reading(self._files, names, names).through(function, schema)
            return Flow(source, functions=(*before, function), schema=schema)
        numbered = [f"x{number}" for number in range(1, len(columns) + 1)]
        if self._files is not None:
            return self._reading(self._files, columns, numbered).through(function, schema)
        if before:
            picked = _Picked(places=tuple(names.index(name) for name in columns), names=tuple(numbered))
            return Flow(source, functions=(*before, picked, function), schema=schema)
        return Flow(self._selected(columns, numbered), functions=(function,), schema=schema)

    def named(self, columns: Sequence[str], names: Sequence[str]) -> "Flow":
        """Return some of the columns under other names."""
        if not self._functions:
            stored = {name: self._stored.get(column, column) for column, name in zip(columns, names, strict=True)}
            return Flow(self._selected(columns, names), files=self._files, stored=stored)
        own = list(self.schema.names)
        picked = _Picked(places=tuple(own.index(name) for name in columns), names=tuple(names))
        return Flow(self._source, functions=(*self._functions, picked), schema=_renamed(self.schema, columns, names))

    def _selected(self, columns: Sequence[str], names: Sequence[str]) -> Any:  # noqa: ANN401 - a DataFrame
        source = self._source
        return source.select(
            [source[spark_name(column)].alias(name) for column, name in zip(columns, names, strict=True)]
        )

    def _reading(self, files: Files, columns: Sequence[str], names: Sequence[str]) -> "Flow":
        from pyspark.sql.pandas.types import to_arrow_schema  # noqa: PLC0415 - no one pays for Spark who does not use it

        kept = _renamed(self.schema, columns, names)
        stored = tuple(self._stored.get(column, column) for column in columns)
        reading = Reading(files=files, columns=stored, schema=to_arrow_schema(kept))
        return Flow(files.wanted(self._source.sparkSession), functions=(reading,), schema=kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chain:
    """Functions one after another."""

    functions: tuple[BatchFunction, ...]

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        for function in self.functions:
            batches = function(batches)
        return batches


@dataclass(frozen=True, slots=True, kw_only=True)
class _Picked:
    """Some columns by their places, under other names."""

    places: tuple[int, ...]
    names: tuple[str, ...]

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow as pa  # noqa: PLC0415 - on the executor

        for batch in batches:
            yield pa.RecordBatch.from_arrays([batch.column(place) for place in self.places], names=list(self.names))


def _renamed(schema: Any, columns: Sequence[str], names: Sequence[str]) -> Any:  # noqa: ANN401 - StructTypes
    from pyspark.sql.types import StructField, StructType  # noqa: PLC0415 - no one pays for Spark who does not use it

    by_name = {field.name: field for field in schema.fields}
    fields = [StructField(name, by_name[column].dataType) for column, name in zip(columns, names, strict=True)]
    return StructType(fields)


def spark_name(name: str) -> str:
    """Return a name quoted for Spark."""
    return "`" + name.replace("`", "``") + "`"
