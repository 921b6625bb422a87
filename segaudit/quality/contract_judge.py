"""The row contract judged: pandera's eager polars backend over batches of what its checks read.

A check of one field is judged once for each different cell, any other row by row. Failures are counted twice, by
pandera and by polars alone, and have to come out the same.
"""

import os
import warnings
from collections.abc import Mapping, Sequence
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
        judge = _Judge(part, key=_CELL if of_cells else _ROW)
        table = f"contract_failures_{part.checks[0].place}"
        engine.map_batches(table, judge.query.sql(dialect=engine.dialect), judge)
        tables[judge.key].append(table)
        judged |= {
            check.place: CheckFailures(rows_checked=rows, rows_failed=failed, of_cells=of_cells)
            for check, rows, failed in zip(part.checks, judge.rows_checked, judge.rows_failed, strict=True)
        }
    for name, key, kind in ((ROW_FAILURES, _ROW, "BIGINT"), (CELL_FAILURES, _CELL, "VARCHAR")):
        none = f'SELECT CAST(NULL AS INTEGER) AS "check", CAST(NULL AS {kind}) AS {key} WHERE FALSE'
        engine.create(name, " UNION ALL ".join([none, *(f'SELECT "check", {key} FROM {t}' for t in tables[key])]))
    return [judged[place] for place in sorted(judged)]


def _judged_columns(part: ContractPart, keys: Sequence[str]) -> exp.Select:
    """Return the query of what the checks read: parts of the records, and the clauses the engine works out."""
    read = {
        column.name
        for check in part.checks
        for side in (check.failed, check.checked)
        for column in side.find_all(exp.Column)
    }
    names = sorted((read | {check.state for check in part.checks}) - set(part.clauses))
    clauses = [exp.alias_(clause.copy(), name, quoted=True) for name, clause in part.clauses.items()]
    columns = [exp.column(name, quoted=True) for name in names]
    return exp.select(*map(exp.column, keys), *columns, *clauses).from_(exp.to_table(RECORDS))


class _Judge:
    """Validates one batch after the other against one schema, and keeps count."""

    def __init__(self, part: ContractPart, *, key: str) -> None:
        self._part = part
        self.key = key  # of what is judged: rows, or cells, each of which stands in ``n`` rows
        self.query = _judged_columns(part, (key, "n") if key == _CELL else (key,))
        self.rows_checked = [0] * len(part.checks)
        self.rows_failed = [0] * len(part.checks)
        self._schema, self._counts = _schema(part, rows="n" if key == _CELL else "")

    def __call__(self, batch: Any) -> Any:  # noqa: ANN401 - a pyarrow.RecordBatch, which has no types
        import polars as pl  # noqa: PLC0415 - heavy: needed by this check only
        import pyarrow as pa  # noqa: PLC0415 - as above

        frame = pl.from_arrow(batch)
        if not isinstance(frame, pl.DataFrame):
            raise TypeError(type(frame))
        failures = _failures(self._schema, frame)
        counts = [int(count or 0) for count in frame.select(self._counts).row(0)]
        for index, compiled in enumerate(self._part.checks):
            checked, failed, rows_failed = counts[3 * index : 3 * index + 3]
            found = failures.filter(pl.col("check") == index).height
            if found != failed:
                raise SegauditError(
                    f'pandera found {found:,} rows that fail "{compiled.check.id}", and there are {failed:,}',
                    where=str(compiled.check.place),
                    hint="install the versions in constraints.txt; the findings cannot be relied on",
                )
            self.rows_checked[index] += checked
            self.rows_failed[index] += rows_failed
        places = [compiled.place for compiled in self._part.checks]
        columns = {
            "check": pa.array([places[index] for index in failures["check"]], pa.int32()),
            self.key: frame[self.key].gather(failures["index"]).to_arrow().cast(batch.schema.field(self.key).type),
        }
        return pa.RecordBatch.from_pydict(columns)


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
