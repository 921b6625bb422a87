"""On the executors: part files of CSV, written from where their cells are worked out.

What is worked out of a chunk of a file stands beside its rows in an embedded DuckDB already; that writes both, with the
statement of the embedded engine, and nothing passes through Arrow again.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segaudit.engine.exports import csv_statement
from segaudit.engine.protocol import Export
from segaudit.engine.quoting import identifier
from segaudit.engine.spark.runs import MOST_RUNS, NO_ORDER, Run, said_of_runs, stretches
from segaudit.engine.spark.stages import Stage
from segaudit.engine.spark.tallies import MOST_TEXTS, Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """Writes part files.

    Attributes:
        stage: What stands beside the rows of each chunk is made by its steps.
        export: What to write; its ``base`` is the source of the stage.
        row: Place of the row's number among the columns of a chunk.
        folder: Where to write, a path that driver and executors see.
        header: Write the headers into each file.
    """

    stage: Stage
    export: Export
    row: int
    folder: str
    header: bool = False

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        """Yield what Runs yields."""
        places = [
            len(self.export.base_columns) + list(self.export.beside_columns).index(name) for name in self._counted
        ]
        tally, runs = Tally(places), list[Run]()
        for connection, chunk in self.stage.prepared(batches):
            numbers = chunk.column(self.row).to_numpy()
            parts = list(stretches(numbers, 1))
            if len(runs) + len(parts) > MOST_RUNS or not (numbers[1:] > numbers[:-1]).all():
                runs.append(NO_ORDER)
                break
            for begin, end in parts:
                runs.append(self._write(connection, int(numbers[begin]), int(numbers[end - 1]), whole=len(parts) == 1))
            for place, name in zip(places, self._counted, strict=True):
                tally.add(place, connection.execute(self._count(name)).fetchall())
        yield said_of_runs(runs, tally)

    @property
    def _counted(self) -> list[str]:
        return list(self.export.counted)

    def _write(self, connection: Any, first: int, last: int, *, whole: bool) -> Run:  # noqa: ANN401 - a DuckDB connection
        name = f"{secrets.token_hex(8)}.csv"
        rows = None if whole else (first, last)
        connection.execute(csv_statement(Path(self.folder, name), self.export, rows=rows, header=self.header))
        return Run(file=name, first=first, last=last)

    def _count(self, name: str) -> str:
        column, table = identifier(name), identifier(self.export.beside)
        return f"SELECT {column}, count(*) FROM {table} GROUP BY {column} LIMIT {MOST_TEXTS + 1}"
