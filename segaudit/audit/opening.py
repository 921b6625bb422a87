"""What every verb begins with: a file in the engine, its columns mapped and typed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from segaudit.engine.opening import choose_engine, open_engine
from segaudit.engine.protocol import Engine
from segaudit.ingest.columns.fieldmap import UserMap
from segaudit.ingest.columns.meanings import map_source
from segaudit.ingest.columns.types import find_types
from segaudit.ingest.options import ReadOptions
from segaudit.ingest.read import read_source
from segaudit.model.fields import CatalogueField, ColumnReading, FieldMap, Placeholder
from segaudit.model.source import Source
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.tables import load_catalogue, load_footers, load_placeholders, load_presets


@dataclass(frozen=True, slots=True, kw_only=True)
class InputChoices:
    """What a user may choose about the input; None leaves it to the file."""

    rules: str | None = None
    map: str | None = None
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    escape: str | None = None
    skip: int | None = None  # physical lines above the header
    header_rows: int | None = None
    table: int | None = None  # of several tables in one file, 1-based
    strict: bool = False
    rejects: str | None = None
    memory_limit: str | None = None
    engine: str | None = None  # duckdb or spark; None: duckdb, or spark if a master is named
    master: str | None = None  # Spark's: local[*], spark://host:7077, yarn, k8s://..., sc://host
    spark_conf: tuple[str, ...] = ()  # settings of Spark, each "key=value"
    work: str | None = None  # folder or URI where Spark writes tables on the way; all workers must see it
    related: tuple[str, ...] = ()  # tables whose rows belong to the records, for rules that ask for them
    history: str | None = None  # file of recorded runs, for rules that ask for them
    fingerprint: bool = True  # work out the file's SHA-256; it costs a read that only some outputs show

    @property
    def on_cluster(self) -> bool:
        """Whether Spark is asked for."""
        return self.engine == "spark" or self.master is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedInput:
    """A file in the engine, with its columns mapped and typed."""

    source: Source
    fields: FieldMap
    readings: tuple[ColumnReading, ...]
    catalogue: Mapping[str, CatalogueField]
    placeholders: tuple[Placeholder, ...]
    location: RulesLocation


def engine_chosen(choices: InputChoices, *, beside: int = 0) -> Engine:
    """Open the engine a user chose. Use it as a context manager, or close it.

    Args:
        choices: What the user said.
        beside: Bytes this process needs for itself beyond what every command does: heavy libraries.

    Raises:
        SegauditError: The choice contradicts itself, or Spark cannot be started or reached.
    """
    chosen = choose_engine(
        choices.engine,
        master=choices.master,
        settings=choices.spark_conf,
        work=choices.work,
        memory_limit=choices.memory_limit,
    )
    return open_engine(chosen, beside=beside)


def open_input(
    path: str | Sequence[str],
    choices: InputChoices,
    engine: Engine,
    *,
    ordered: bool,
    declare: Callable[[FieldMap, str], FieldMap] | None = None,
) -> OpenedInput:
    """Read a file and decide what its columns hold.

    Args:
        path: The file, or ``-`` for standard input; several are parts of one table.
        choices: What the user said about it.
        engine: Where the table will live.
        ordered: Keep the file's order; coverage can do without.
        declare: Turns the map into what the rules declare, given the file's name; None where no rules are in play.

    Raises:
        SegauditError: The file cannot be read as a table, or a choice is not possible.
    """
    location = RulesLocation.at(choices.rules)
    catalogue = load_catalogue(location)
    placeholders = load_placeholders(location)
    paths = [path] if isinstance(path, str) else list(path)
    options = ReadOptions(
        label="standard input" if paths[0] == "-" else paths[0],
        sheet=choices.sheet,
        encoding=choices.encoding,
        delimiter=choices.delimiter,
        quote=choices.quote,
        escape=choices.escape,
        skip=choices.skip,
        header_rows=choices.header_rows,
        table_number=choices.table,
        strict=choices.strict,
        rejects=choices.rejects,
        footers=load_footers(location),
        ordered=ordered,
    )
    source = read_source(paths, engine, options, fingerprint=choices.fingerprint)
    user = _user_map(choices.map, source)
    fields = map_source(source, catalogue, load_presets(location), user)
    if declare is not None:
        fields = declare(fields, source.name)
    readings = find_types(source, fields, placeholders, engine)
    return OpenedInput(
        source=source,
        fields=fields,
        readings=readings,
        catalogue=catalogue,
        placeholders=placeholders,
        location=location,
    )


def _user_map(path: str | None, source: Source) -> UserMap:
    """Return what a --map file says; nothing without one."""
    if path is None:
        return UserMap()
    from segaudit.ingest.columns.usermap import read_map  # noqa: PLC0415 - loads the YAML reader, which few runs need

    return read_map(path, source.headers)


def today() -> date:
    """Return the day it is here."""
    return datetime.now(tz=UTC).astimezone().date()
