"""Exports from a cluster: the cells of two tables side by side, in the order of the rows, written or handed out."""

from collections.abc import Iterator
from pathlib import Path

from segaudit.engine.duck import DuckEngine
from segaudit.engine.protocol import Counts, Export, Row
from segaudit.engine.quoting import identifier
from segaudit.engine.spark.asking import Asking
from segaudit.engine.spark.copies import Copies
from segaudit.engine.spark.faults import faults_told
from segaudit.engine.spark.flows import Flow
from segaudit.engine.spark.noting import Noting
from segaudit.engine.spark.replay import Noted
from segaudit.engine.spark.runs import WROTE
from segaudit.engine.spark.tallies import PlaceCounts
from segaudit.engine.spark.writing import Writer, write_csv, write_csv_by, write_parquet
from segaudit.engine.uris import is_uri


class Exports:
    """What leaves the cluster row by row."""

    def __init__(self, asking: Asking, noting: Noting, local: DuckEngine) -> None:
        """Export.

        Args:
            asking: What plans statements.
            noting: Tables that are noted and not made.
            local: The driver's engine.
        """
        self._asking = asking
        self._noting = noting
        self._local = local

    def rows(self, export: Export) -> Iterator[Row]:
        """Yield an export's rows."""
        names, flow = self._side_by_side(export)
        with faults_told("reading rows"):
            for row in flow.data.orderBy("_row").select(*names).toLocalIterator():
                yield tuple(row)

    def write_csv(self, path: Path, export: Export) -> Counts:
        """Write an export as CSV."""
        counted = _places_counted(export)
        headers = list(export.headers)
        with faults_told(f"writing {path.name}"):
            writer = None if is_uri(str(path)) else self._directly(export)
            counts = None
            if writer is not None:
                counts = write_csv_by(writer, path, headers, delimiter=export.delimiter, counted=counted)
            if counts is None:
                _, flow = self._side_by_side(export)
                counts = write_csv(
                    flow,
                    str(path),
                    headers,
                    delimiter=export.delimiter,
                    spreadsheet_safe=export.spreadsheet_safe,
                    safe_columns=len(export.base_columns),
                    counted=counted,
                )
        return _by_name(counts, export)

    def write_parquet(self, path: Path, export: Export) -> Counts:
        """Write an export as Parquet."""
        _, flow = self._side_by_side(export)
        with faults_told(f"writing {path.name}"):
            counts = write_parquet(flow, str(path), list(export.headers), counted=_places_counted(export))
        return _by_name(counts, export)

    def _directly(self, export: Export) -> Writer | None:
        """Return what writes an export where its cells are worked out; None if these are not made of a file's parts."""
        noted = self._noted_beside(export)
        if noted is None or noted.frame.flow.files is None:
            return None
        stage, columns = self._noting.stage(noted, self._query(export))

        def write(folder: str, *, one_each: bool) -> Flow:
            copies = Copies(stage=stage, export=export, row=columns.index("_row"), folder=folder, header=one_each)
            return noted.frame.flow.through(copies, WROTE, columns)

        return write

    def _noted_beside(self, export: Export) -> Noted | None:
        """Return what stands beside the rows of an export, if it is noted to be made of each part of them."""
        noted = self._noting.found(export.beside)
        return noted if noted is not None and noted.source == export.base and not noted.column else None

    @staticmethod
    def _query(export: Export) -> str:
        """Return the query of an export's cells as o1, o2, ... beside ``_row``."""
        base = [f"b.{identifier(column)} AS o{number}" for number, column in enumerate(export.base_columns, start=1)]
        first = len(base) + 1
        beside = [
            f"d.{identifier(column)} AS o{number}" for number, column in enumerate(export.beside_columns, start=first)
        ]
        return (
            f"SELECT b._row AS _row, {', '.join([*base, *beside])} FROM {identifier(export.base)} AS b "
            f"JOIN {identifier(export.beside)} AS d ON b._row = d._row"
        )

    def _side_by_side(self, export: Export) -> tuple[list[str], Flow]:
        """Return the cells of an export as o1, o2, ... beside ``_row``."""
        query = self._query(export)
        noted = self._noted_beside(export)
        with faults_told(query):
            if noted is not None:
                types = {str(name): str(kind) for name, kind, *_ in self._local.fetch(f"DESCRIBE {query}")}
                frame = self._noting.run(noted, query, types)  # in one go with the file's own cells: nothing is joined
            else:
                frame = self._asking.unnamed(self._asking.tree(query))
        names = [f"o{number}" for number in range(1, len(export.base_columns) + len(export.beside_columns) + 1)]
        return names, frame.flow.named(["_row", *names], ["_row", *names])


def _places_counted(export: Export) -> list[int]:
    """Return the places of the columns that are worth counting, from 0."""
    return [len(export.base_columns) + list(export.beside_columns).index(name) for name in export.counted]


def _by_name(counts: PlaceCounts, export: Export) -> Counts:
    return {export.beside_columns[place - len(export.base_columns)]: texts for place, texts in counts.items()}
