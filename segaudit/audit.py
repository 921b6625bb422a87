"""The verbs as a library: each reads its input, measures, judges, and returns one result object."""

from collections.abc import Mapping
from dataclasses import dataclass

from segaudit.engine.duck import DuckEngine
from segaudit.engine.protocol import Engine
from segaudit.ingest.fieldmap import map_columns
from segaudit.ingest.options import ReadOptions
from segaudit.ingest.read import read_source
from segaudit.ingest.types import find_types
from segaudit.ingest.usermap import UserMap, read_map
from segaudit.model.coverage import CoverageResult
from segaudit.model.fields import CatalogueField, ColumnReading, FieldMap, Placeholder
from segaudit.model.source import Source
from segaudit.quality.coverage import measure_coverage
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.tables import load_catalogue, load_cutoffs, load_placeholders, load_presets


@dataclass(frozen=True, slots=True, kw_only=True)
class InputChoices:
    """What a user may choose about the input; None leaves it to the file."""

    rules: str | None = None
    map: str | None = None
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    memory_limit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """A file in the engine, with its columns mapped and typed."""

    source: Source
    fields: FieldMap
    readings: tuple[ColumnReading, ...]
    catalogue: Mapping[str, CatalogueField]
    placeholders: tuple[Placeholder, ...]
    location: RulesLocation


def coverage(path: str, choices: InputChoices | None = None) -> CoverageResult:
    """Measure how much of each column of a file is filled, and how good that is.

    Args:
        path: CSV, TSV, workbook or Parquet file; ``-`` is standard input.
        choices: What to read it with.

    Raises:
        SegauditError: The file cannot be read as a table, or a choice is not possible.
    """
    choices = choices or InputChoices()
    with DuckEngine(memory_limit=choices.memory_limit) as engine:
        opened = _open(path, choices, engine, ordered=False)
        return measure_coverage(
            opened.source,
            opened.readings,
            opened.fields,
            catalogue=opened.catalogue,
            placeholders=opened.placeholders,
            cutoffs=load_cutoffs(opened.location),
            engine=engine,
        )


def _open(path: str, choices: InputChoices, engine: Engine, *, ordered: bool) -> _Opened:
    location = RulesLocation.at(choices.rules)
    catalogue = load_catalogue(location)
    placeholders = load_placeholders(location)
    options = ReadOptions(
        label="standard input" if path == "-" else path,
        sheet=choices.sheet,
        encoding=choices.encoding,
        delimiter=choices.delimiter,
        ordered=ordered,
    )
    source = read_source(path, engine, options)
    user = read_map(choices.map, source.headers) if choices.map else UserMap()
    fields = map_columns(source.headers, catalogue, load_presets(location), user)
    readings = find_types(source, fields, placeholders, engine)
    return _Opened(
        source=source,
        fields=fields,
        readings=readings,
        catalogue=catalogue,
        placeholders=placeholders,
        location=location,
    )
