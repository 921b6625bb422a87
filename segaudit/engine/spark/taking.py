"""What a Spark engine reads beyond one file of this machine: folders, other storage, tables of a catalogue."""

import secrets
from collections.abc import Sequence
from typing import Any

from segaudit.engine.protocol import CsvLayout
from segaudit.engine.spark.faults import faults_told
from segaudit.engine.spark.flows import Flow
from segaudit.engine.spark.keys import key_of
from segaudit.engine.spark.reading import Part, PartsLoad, list_parts, read_csv_folder, read_head
from segaudit.engine.spark.reading_tables import read_parquet, read_table


class Taking:
    """The part of SparkEngine that takes in what only Spark sees."""

    _session: Any

    def _folder(self, key: str) -> str:
        """Return the folder that what a table is made of is read into."""
        raise NotImplementedError

    def load_flow(self, name: str, flow: Flow, key: str, rows: int | None = None) -> None:
        """Take rows as a table."""
        raise NotImplementedError

    def list_parts(self, paths: Sequence[str]) -> list[Part]:
        """Return the files that URIs, folders and patterns come to, in the order of their paths.

        Raises:
            EngineError: One of them leads nowhere, or its storage cannot be reached.
        """
        with faults_told(", ".join(paths)):
            return list_parts(self._session, paths)

    def head_of(self, part: Part, characters: int) -> str:
        """Return the first lines of a file: as many as come to a number of characters, or a little more."""
        with faults_told(part.path):
            return read_head(self._session, part, characters)

    def load_csv_parts(
        self, name: str, parts: Sequence[Part], layout: CsvLayout, header: tuple[str, ...] | None
    ) -> PartsLoad:
        """Load UTF-8 files of one layout as one table; see read_csv_folder."""
        key = key_of([repr(tuple(parts)), repr(layout), repr(header)])
        with faults_told(f"reading {parts[0].path}"):
            flow, load = read_csv_folder(self._session, parts, layout, header=header, folder=self._folder(key))
        self.load_flow(name, flow, key, load.load.rows)
        return load

    def load_parquet_parts(self, name: str, path: str, parts: Sequence[Part]) -> tuple[str, ...]:
        """Load a folder of Parquet files, or one file elsewhere; return its column names."""
        key = key_of([path, repr(tuple(parts))])
        with faults_told(f"reading {path}"):
            flow, headers = read_parquet(self._session, path, folder=self._folder(key), parts=parts)
        self.load_flow(name, flow, key)
        return headers

    def load_catalogue(self, name: str, table: str) -> tuple[str, ...]:
        """Load a table of Spark's catalogue; return its column names."""
        key = key_of([table, secrets.token_hex(8)])  # nobody knows whether it is the same as before
        with faults_told(f"reading {table}"):
            flow, headers = read_table(self._session, table, folder=self._folder(key))
        self.load_flow(name, flow, key)
        return headers
