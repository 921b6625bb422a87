"""The row contract judged: pandera's eager polars backend over batches of what its checks read.

A check of one field is judged once for all cells that are read alike (a million different times are a few thousand
days), any other row by row. Failures are counted twice, by pandera and by polars alone, and have to come out the same.
"""

import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.errors import SegauditError
from segaudit.model.segments import RuleField
from segaudit.quality.contract import Contract, ContractPart
from segaudit.sql.records import RECORDS, RecordSource, create_records, create_value_records

# The engine's tables of what fails. ``check`` is its place in the contract; beside it stands the row, or the raw cell
# that fails in every row it stands in.
ROW_FAILURES = "contract_failed_rows"  # check, _row
CELL_FAILURES = "contract_failed_cells"  # check, v
_ROW, _CELL = "_row", "v"
_ROWS = "n"  # how many rows a cell stands in
_DIALECT = "postgres"  # what polars' own SQL is closest to


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFailures:
    """What came of one check."""

    rows_checked: int
    rows_failed: int
    of_cells: bool  # its failures are in CELL_FAILURES; otherwise in ROW_FAILURES


def create_failures(
    contract: Contract, data: RecordSource, fields: Mapping[str, RuleField], engine: Engine
) -> list[CheckFailures]:
    """Create the tables of what fails, and return for each check, by its place, what came of it.

    Raises:
        SegauditError: pandera passed over rows that fail; nothing it says can be relied on then.
    """
    judged: dict[int, CheckFailures] = {}
    tables: dict[str, list[str]] = {_ROW: [], _CELL: []}
    for part in contract.parts:
        of_cells = data.classified and part.field is not None and part.field.name in data.readings
        if part.field is not None and of_cells:
            create_value_records(data, part.field, part.columns, engine)
        else:
            create_records(data, fields, part.columns, engine)
        judge = _Judge(part, of_cells=of_cells)
        table = f"contract_failures_{part.checks[0].place}"
        engine.map_batches(table, judge.query.sql(dialect=engine.dialect), judge)
        counted = engine.fetch(f'SELECT "check", sum(checked), sum(failed) FROM {table} GROUP BY "check"')
        counts = {int(place): (int(rows or 0), int(failed or 0)) for place, rows, failed in counted}
        if any(failed for _, failed in counts.values()):
            tables[_CELL if of_cells else _ROW].append(_cells_of(judge, table, engine) if of_cells else _failing(table))
        for check in part.checks:
            rows, failed = counts.get(check.place, (0, 0))
            judged[check.place] = CheckFailures(rows_checked=rows, rows_failed=failed, of_cells=of_cells)
    for name, key, kind in ((ROW_FAILURES, _ROW, "BIGINT"), (CELL_FAILURES, _CELL, "VARCHAR")):
        none = f'SELECT CAST(NULL AS INTEGER) AS "check", CAST(NULL AS {kind}) AS {key} WHERE FALSE'
        engine.create(name, " UNION ALL ".join([none, *(f'SELECT "check", {key} FROM {t}' for t in tables[key])]))
    return [judged[place] for place in sorted(judged)]


def _cells_of(judge: "_Judge", table: str, engine: Engine) -> str:
    """Create the table of the raw cells that fail, from that of what they are read as; return its name."""
    same = exp.and_(*(exp.NullSafeEQ(this=_column(name, "r"), expression=_column(name, "f")) for name in judge.names))
    found = exp.select(_column("check", "f"), _column(_CELL, "r")).from_(judge.read.subquery("r"))
    failing = exp.select("*").from_(exp.to_table(table)).where(_column("checked").is_(exp.null()))
    cells = f"{table}_cells"
    engine.create(cells, found.join(failing.subquery("f"), on=same).sql(dialect=engine.dialect))
    return cells


def _failing(table: str) -> str:
    """Return what of a table of failures and counts are failures."""
    return f"(SELECT * FROM {table} WHERE checked IS NULL)"


def _column(name: str, table: str | None = None) -> exp.Column:
    return exp.column(name, table=table, quoted=True)


class _Judge:
    """Validates batches against one schema: a row for each failure, and one for each check that counts them."""

    def __init__(self, part: ContractPart, *, of_cells: bool) -> None:
        self._part = part
        columns = _judged_columns(part)
        self.names = list(columns)
        keys = (_CELL, _ROWS) if of_cells else (_ROW,)
        # What the checks read, beside each cell or row; of cells, each combination is judged once.
        self.read = exp.select(*map(exp.column, keys), *columns.values()).from_(exp.to_table(RECORDS))
        self.query = self.read
        if of_cells:
            rows = exp.alias_(exp.cast(exp.Sum(this=exp.column(_ROWS)), "BIGINT"), _ROWS)
            names = [_column(name) for name in self.names]
            self.query = exp.select(rows, *names).from_(self.read.subquery("r")).group_by(*names)
        self._told = self.names if of_cells else [_ROW]  # what tells of what failed
        self._schema, self._counts = _schema(part, rows=_ROWS if of_cells else "")

    def __call__(self, batch: Any) -> Any:  # noqa: ANN401 - a pyarrow.RecordBatch, which has no types
        import polars as pl  # noqa: PLC0415 - heavy: needed by this check only
        import pyarrow as pa  # noqa: PLC0415 - as above

        frame = pl.from_arrow(batch)
        if not isinstance(frame, pl.DataFrame):
            raise TypeError(type(frame))
        failures = _failures(self._schema, frame)
        counts = [int(count or 0) for count in frame.select(self._counts).row(0)]
        rows_of: list[tuple[int, int]] = []
        for index, compiled in enumerate(self._part.checks):
            checked, failed, rows_failed = counts[3 * index : 3 * index + 3]
            found = failures.filter(pl.col("check") == index).height
            if found != failed:
                raise SegauditError(
                    f'pandera found {found:,} rows that fail "{compiled.check.id}", and there are {failed:,}',
                    where=str(compiled.check.place),
                    hint="install the versions in constraints.txt; the findings cannot be relied on",
                )
            rows_of.append((checked, rows_failed))
        places = [compiled.place for compiled in self._part.checks]
        # Counts stand in rows of their own: batches may be judged far from each other, and nothing else comes back.
        none = pa.nulls(failures.height, pa.int64())
        columns = {
            "check": pa.array([*(places[index] for index in failures["check"]), *places], pa.int32()),
            "checked": pa.concat_arrays([none, pa.array([rows for rows, _ in rows_of], pa.int64())]),
            "failed": pa.concat_arrays([none, pa.array([failed for _, failed in rows_of], pa.int64())]),
        }
        for name in self._told:
            kind = batch.schema.field(name).type
            told = frame[name].gather(failures["index"]).to_arrow().cast(kind)
            columns[name] = pa.concat_arrays([told, pa.nulls(len(places), kind)])
        return pa.RecordBatch.from_pydict(columns)


def _judged_columns(part: ContractPart) -> dict[str, exp.Expr]:
    """Return what the checks read, by name: parts of the records, and the clauses the engine works out."""
    read = {
        column.name
        for check in part.checks
        for side in (check.failed, check.checked)
        for column in side.find_all(exp.Column)
    }
    names = sorted((read | {check.state for check in part.checks}) - set(part.clauses))
    clauses = {name: exp.alias_(clause.copy(), name, quoted=True) for name, clause in part.clauses.items()}
    return {name: _column(name) for name in names} | clauses


def _schema(part: ContractPart, *, rows: str) -> tuple[Any, list[Any]]:
    """Return a part of the contract as a pandera schema, and what counts, for each check in turn.

    Counted are the rows it can be told of, what fails, and the rows that fail. ``rows`` is the column that says how
    many rows each judged cell stands for; empty where rows are judged themselves.
    """
    import polars as pl  # noqa: PLC0415 - heavy: needed by this check only

    pandera = load_pandera()
    by_column: dict[str, list[Any]] = {}
    counts: list[Any] = []
    for index, compiled in enumerate(part.checks):
        failed = pl.sql_expr(compiled.failed.sql(dialect=_DIALECT)).fill_null(value=False)
        checked = pl.sql_expr(compiled.checked.sql(dialect=_DIALECT)).fill_null(value=False)
        by_column.setdefault(compiled.state, []).append(pandera.Check(_passes(failed), name=str(index)))
        stands_for = pl.col(rows) if rows else pl.lit(1)
        counts += [
            (checked * stands_for).sum().alias(f"checked{index}"),
            failed.sum().alias(f"failed{index}"),
            (failed * stands_for).sum().alias(f"rows_failed{index}"),
        ]
    columns = {name: pandera.Column(nullable=True, checks=checks) for name, checks in by_column.items()}
    return pandera.DataFrameSchema(columns), counts


def _passes(failed: Any) -> Any:  # noqa: ANN401 - polars expression -> what pandera calls with its data
    return lambda data: data.lazyframe.select(~failed)


def _failures(schema: Any, frame: Any) -> Any:  # noqa: ANN401 - pandera and polars objects
    """Return the checks that rows fail and the rows' places in the batch."""
    import polars as pl  # noqa: PLC0415 - heavy: needed by this check only

    pandera = load_pandera()
    try:
        schema.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        broken = cases.filter(pl.col("index").is_null())
        if broken.height:
            raise SegauditError(
                f"a check could not be run: {broken['failure_case'][0]}",
                hint="this is a fault of segaudit's; please report it",
            ) from errors
        return cases.select(check=pl.col("check").cast(pl.Int32), index=pl.col("index").cast(pl.UInt32))
    return pl.DataFrame({"check": [], "index": []}, schema={"check": pl.Int32, "index": pl.UInt32})


def load_pandera() -> Any:  # noqa: ANN401 - a module
    """Import pandera's polars side, its checks on and its telemetry and warnings off."""
    os.environ["PANDERA_VALIDATION_ENABLED"] = "True"
    os.environ["PANDERA_VALIDATION_DEPTH"] = "SCHEMA_AND_DATA"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pandera.polars as pandera  # noqa: PLC0415 - 1.4 s: needed by this check only
    return pandera
