"""What every engine can do, and the little it needs to be told."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, Self, TypeAlias, TypeVar

Parameters: TypeAlias = dict[str, Any]
Row: TypeAlias = tuple[Any, ...]
Counts: TypeAlias = dict[str, dict[str, int]]  # by column: how often each of its texts stands there
Held_co = TypeVar("Held_co", covariant=True)
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvLayout:
    """How a delimited file is laid out; every option is stated, none is guessed."""

    columns: int
    delimiter: str = ","
    quote: str = '"'
    escape: str = '"'
    skip: int = 0  # physical lines before the header
    header: bool = True
    line_end: str = ""  # empty: as the file has it
    longest_row: int = 2_000_000  # bytes; a file with a longer one is refused
    watched: tuple[str, ...] = ()  # cells of a row that is counted wherever it stands; a blank is an empty text


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvLoad:
    """What was loaded from a file, measured while it was."""

    rows: int
    cell_bytes: int  # UTF-8
    quotes_in_cells: int  # how often the layout's quote stands within a cell
    rows_with_breaks: int  # rows with a line feed or carriage return in a cell
    watched: int = 0  # rows with the cells that the layout watches for


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A file to write: the rows of ``base`` in their order, with ``beside``'s columns appended by ``_row``."""

    base: str
    base_columns: Sequence[str]
    beside: str
    beside_columns: Sequence[str]
    headers: Sequence[str]  # of the base columns and then of those beside
    delimiter: str = ","
    counted: Sequence[str] = ()  # of those beside: texts that are worth counting while they pass
    spreadsheet_safe: bool = False  # an apostrophe goes before cells that a spreadsheet would run as a formula


class Shared(Protocol[Held_co]):
    """A value that whoever works on batches has at hand, without each of their functions carrying it along."""

    @property
    def value(self) -> Held_co:
        """Return the value itself; nobody may change it."""
        ...


@dataclass(frozen=True, slots=True)
class AtHand(Generic[Value]):
    """A value in the process that reads it."""

    value: Value


class Engine(Protocol):
    """The six verbs: load, create, fetch, map, share, export."""

    dialect: str  # sqlglot's name of it

    def __enter__(self) -> Self:
        """Return the engine itself."""
        ...

    def __exit__(self, kind: type[BaseException] | None, /, *_: object) -> None:
        """Close it, whatever happened."""
        ...

    def load_csv(self, name: str, path: Path, layout: CsvLayout, *, ordered: bool) -> CsvLoad:
        """Load a UTF-8 file as text columns c1, c2, ..., and measure what was loaded.

        The table also has ``_breaks``: whether a cell of the row holds a line feed or carriage return.

        Args:
            name: Table to make.
            path: File to read.
            layout: How the file is laid out.
            ordered: Keep the file's order in ``_row`` (1-based); otherwise ``_row`` is any numbering.

        Raises:
            EngineError: The file does not have this layout in every row.
        """
        ...

    def load_parquet(self, name: str, path: Path) -> tuple[str, ...]:
        """Load a Parquet file, every column as text c1, c2, ... and ``_row``; return its column names."""
        ...

    def load_arrow(self, name: str, table: Any) -> None:  # noqa: ANN401 - a pyarrow.Table, which has no types
        """Create or replace a table from an Arrow table."""
        ...

    def create(self, name: str, query: str, parameters: Parameters | None = None) -> None:
        """Create or replace a table from a query, in any order."""
        ...

    def define(self, name: str, query: str) -> None:
        """Create or replace a view: a table that is worked out where it is read, and only as far as it is read."""
        ...

    def fetch(self, query: str, parameters: Parameters | None = None) -> list[Row]:
        """Return a small result."""
        ...

    def arrow(self, query: str, parameters: Parameters | None = None) -> Any:  # noqa: ANN401 - a pyarrow.Table, which has no types
        """Return a result as an Arrow table, all of it in memory."""
        ...

    def stream(self, query: str, parameters: Parameters | None = None) -> Iterator[Row]:
        """Yield the rows of a large result, a batch of them in memory at a time."""
        ...

    def fetch_all(self, queries: Sequence[tuple[str, Parameters]]) -> list[list[Row]]:
        """Return the small results of several queries that do not depend on each other, in their order."""
        ...

    def map_batches(self, name: str, query: str, function: Callable[[Any], Any]) -> None:
        """Create a table from what a function makes of each Arrow batch of a query.

        Args:
            name: Table to make.
            query: Rows to hand over.
            function: pyarrow.RecordBatch -> pyarrow.RecordBatch, without state from batch to batch.
        """
        ...

    def share(self, value: Value) -> Shared[Value]:
        """Return a large value as functions handed to ``map_batches`` can hold it."""
        ...

    def export_csv(self, path: Path, export: Export) -> Counts:
        """Write an export as UTF-8 CSV; return what was counted meanwhile: other columns are to be asked for."""
        ...

    def export_parquet(self, path: Path, export: Export) -> Counts:
        """Write an export as Parquet, cells as text; return what was counted, as export_csv does."""
        ...

    def rows(self, export: Export) -> Iterator[Row]:
        """Yield an export's rows, cells as text or None."""
        ...

    def close(self) -> None:
        """Release memory and temporary files."""
        ...
