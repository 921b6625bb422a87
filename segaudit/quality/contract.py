"""The row contract: what has to hold of every row, judged by pandera over batches of the fields it reads.

A check's conditions are compiled once, to the same expressions the engine runs; polars reads them as SQL, and pandera's
eager polars backend runs them as checks. A row fails a check if ``when`` is TRUE and ``expect`` is FALSE; where either
is UNKNOWN it cannot be told, and the row does not count as checked.
"""

import os
import warnings
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.errors import SegauditError
from segaudit.model.conditions import Clause, Condition, Group, GroupKind, PredicateRef, SegmentRef, clauses_of
from segaudit.model.quality import Check
from segaudit.model.segments import RuleField
from segaudit.sql.conditions import ClauseColumns, condition_verdict
from segaudit.sql.operators import Columns, Context, Part
from segaudit.sql.records import RECORDS, RecordSource, create_records

FAILURES = "contract_failures"  # check: its place in the contract; _row
_DIALECT = "postgres"  # what polars' own SQL is closest to


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractCheck:
    """A check of the contract, compiled over the records table."""

    check: Check
    failed: exp.Expr  # TRUE of rows that fail
    checked: exp.Expr  # TRUE of rows of which it can be told


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """The checks that can be run on a source, and the columns of the records table they read."""

    checks: tuple[ContractCheck, ...]
    columns: Columns


def compile_contract(
    checks: Sequence[Check], fields: Mapping[str, RuleField], as_of: date, lists: Mapping[str, Sequence[str]]
) -> Contract:
    """Compile the checks that have conditions.

    Args:
        checks: To be compiled; the fields they read are all there.
        fields: The rule fields by name.
        as_of: Day that conditions count from.
        lists: Words the operators is_free_mail and is_role_address look up.
    """
    columns = Columns()
    clauses = ClauseColumns(Context(columns=columns, as_of=as_of, fields=fields, lists=lists))
    compiled = []
    for check in checks:
        if check.expect is None:
            continue
        expect = _whole(check.expect, clauses)
        applies = _whole(check.when, clauses) if check.when is not None else exp.true()
        told = exp.not_(exp.Is(this=exp.paren(expect.copy()), expression=exp.null()))
        compiled.append(
            ContractCheck(
                check=check,
                failed=exp.and_(applies.copy(), exp.not_(exp.paren(expect))),
                checked=exp.and_(applies, told),
            )
        )
    return Contract(checks=tuple(compiled), columns=columns)


def _whole(condition: Condition, clauses: ClauseColumns) -> exp.Expr:
    """Return a condition's verdict over the records table itself, its clauses written out."""
    verdict = condition_verdict(condition, clauses)

    def written_out(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column) and node.name in clauses.expressions:
            return exp.paren(clauses.expressions[node.name].copy())
        return node

    return exp.paren(verdict.copy().transform(written_out))


def fields_of(check: Check) -> tuple[str, ...]:
    """Return the fields a check's conditions read."""
    conditions = [condition for condition in (check.when, check.expect) if condition is not None]
    return tuple(
        dict.fromkeys(name for part in conditions for clause in clauses_of(part) for name in _fields_of(clause))
    )


def _fields_of(clause: Clause) -> tuple[str, ...]:
    return (clause.field, str(clause.operand)) if clause.operator.endswith("_field") else (clause.field,)


def absent_field(check: Check, present: Container[str]) -> str | None:
    """Return a field without which nothing can be told of any row; None if the check can be run.

    Of alternatives one is enough.
    """
    if check.column not in present:
        return check.column
    conditions = [condition for condition in (check.when, check.expect) if condition is not None]
    return next((name for name in (_absent(condition, present) for condition in conditions) if name), None)


def _absent(condition: Condition, present: Container[str]) -> str | None:
    match condition:
        case Clause():
            return next((name for name in _fields_of(condition) if name not in present), None)
        case Group(kind=GroupKind.ALL | GroupKind.NOT):
            return next((name for name in (_absent(member, present) for member in condition.members) if name), None)
        case Group():
            absent = [_absent(member, present) for member in condition.members]
            return None if None in absent else absent[0]
        case PredicateRef():
            return _absent(condition.condition, present)
        case SegmentRef():
            return None


def create_failures(
    contract: Contract, data: RecordSource, fields: Mapping[str, RuleField], engine: Engine
) -> list[tuple[int, int]]:
    """Create the table of the rows that fail, and return for each check the rows checked and the rows failed.

    Raises:
        SegauditError: pandera passed over rows that fail; nothing it says can be relied on then.
    """
    if not contract.checks:
        engine.create(FAILURES, "SELECT CAST(NULL AS INTEGER) AS check, CAST(NULL AS BIGINT) AS _row WHERE FALSE")
        return []
    for check in contract.checks:  # the blamed column's own state is read even where no clause asks for it
        contract.columns.part(check.check.column, Part.STATE)
    create_records(data, fields, contract.columns, engine)
    judge = _Judge(contract)
    engine.map_batches(FAILURES, f"SELECT * FROM {RECORDS}", judge)
    return list(zip(judge.checked, judge.failed, strict=True))


class _Judge:
    """Validates one batch after the other against one schema, and keeps count."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self.checked = [0] * len(contract.checks)
        self.failed = [0] * len(contract.checks)
        self._schema, self._counts = _schema(contract)

    def __call__(self, batch: Any) -> Any:  # noqa: ANN401 - a pyarrow.RecordBatch, which has no types
        import polars as pl  # noqa: PLC0415 - heavy: needed by this check only
        import pyarrow as pa  # noqa: PLC0415 - as above

        frame = pl.from_arrow(batch)
        if not isinstance(frame, pl.DataFrame):
            raise TypeError(type(frame))
        failures = _failures(self._schema, frame)
        counts = frame.select(self._counts).row(0)
        for index in range(len(self._contract.checks)):
            checked, failed = int(counts[2 * index] or 0), int(counts[2 * index + 1] or 0)
            found = failures.filter(pl.col("check") == index).height
            if found != failed:
                check = self._contract.checks[index].check.id
                raise SegauditError(
                    f'pandera found {found:,} rows that fail "{check}", and there are {failed:,}',
                    where=str(self._contract.checks[index].check.place),
                    hint="install the versions in constraints.txt; the findings cannot be relied on",
                )
            self.checked[index] += checked
            self.failed[index] += failed
        rows = frame["_row"].gather(failures["index"])
        table = pl.DataFrame({"check": failures["check"].cast(pl.Int32), "_row": rows.cast(pl.Int64)})
        return pa.Table.combine_chunks(table.to_arrow()).to_batches()[0] if table.height else _no_rows()


def _no_rows() -> Any:  # noqa: ANN401 - a pyarrow.RecordBatch, which has no types
    import pyarrow as pa  # noqa: PLC0415 - heavy: needed by this check only

    schema = pa.schema([("check", pa.int32()), ("_row", pa.int64())])
    return pa.RecordBatch.from_pylist([], schema=schema)


def _schema(contract: Contract) -> tuple[Any, list[Any]]:
    """Return the contract as a pandera schema, and what counts rows checked and failed, in turn."""
    import polars as pl  # noqa: PLC0415 - heavy: needed by this check only

    pandera = load_pandera()
    by_column: dict[str, list[Any]] = {}
    counts: list[Any] = []
    for index, compiled in enumerate(contract.checks):
        failed = pl.sql_expr(compiled.failed.sql(dialect=_DIALECT)).fill_null(value=False)
        checked = pl.sql_expr(compiled.checked.sql(dialect=_DIALECT)).fill_null(value=False)
        state = contract.columns.part(compiled.check.column, Part.STATE).name
        by_column.setdefault(state, []).append(pandera.Check(_passes(failed), name=str(index)))
        counts += [checked.sum().alias(f"checked{index}"), failed.sum().alias(f"failed{index}")]
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
