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
from segaudit.quality.contract_verdicts import read_verdict
from segaudit.sql.conditions import ClauseColumns
from segaudit.sql.operators import Columns, Context, Part
from segaudit.sql.records import RECORDS, RecordSource, create_records

FAILURES = "contract_failures"  # check: its place in the contract; _row
_DIALECT = "postgres"  # what polars' own SQL is closest to
_MOST_FIELDS = 50  # of the checks judged together; the time a join of n columns takes grows with the square of n


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractCheck:
    """A check of the contract, compiled over the records table."""

    check: Check
    state: str  # column with the state of the cell it blames; pandera wants to be told which column a check is of
    failed: exp.Expr  # TRUE of rows that fail
    checked: exp.Expr  # TRUE of rows of which it can be told


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractPart:
    """Checks that are judged together: the table they read has no more columns than an engine joins quickly."""

    checks: tuple[ContractCheck, ...]
    columns: Columns  # of the records table
    clauses: Mapping[str, exp.Expr]  # verdicts the engine works out over the records table, by column


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """The checks that can be run on a source."""

    parts: tuple[ContractPart, ...]

    @property
    def checks(self) -> tuple[ContractCheck, ...]:
        """Return the checks of all parts; their places are what failures call them."""
        return tuple(check for part in self.parts for check in part.checks)


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
    parts: list[list[Check]] = []
    read: set[str] = set()
    for check in checks:
        if check.expect is None:
            continue
        read |= {check.column, *fields_of(check)}
        if not parts or len(read) > _MOST_FIELDS:
            parts.append([])
            read = {check.column, *fields_of(check)}
        parts[-1].append(check)
    return Contract(parts=tuple(_part(together, fields, as_of, lists) for together in parts))


def _part(
    checks: Sequence[Check], fields: Mapping[str, RuleField], as_of: date, lists: Mapping[str, Sequence[str]]
) -> ContractPart:
    columns = Columns()
    clauses = ClauseColumns(Context(columns=columns, as_of=as_of, fields=fields, lists=lists))
    engines: dict[str, exp.Expr] = {}
    compiled = []
    for check in checks:
        if check.expect is None:
            continue
        expect = read_verdict(check.expect, clauses, engines)
        applies = read_verdict(check.when, clauses, engines) if check.when is not None else exp.true()
        told = exp.not_(exp.Is(this=exp.paren(expect.copy()), expression=exp.null()))
        compiled.append(
            ContractCheck(
                check=check,
                state=columns.part(check.column, Part.STATE).name,
                failed=exp.and_(applies.copy(), exp.not_(exp.paren(expect))),
                checked=exp.and_(applies, told),
            )
        )
    return ContractPart(checks=tuple(compiled), columns=columns, clauses=engines)


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
    counts: list[tuple[int, int]] = []
    tables = []
    for part in contract.parts:
        create_records(data, fields, part.columns, engine)
        judge = _Judge(part, first=len(counts))
        tables.append(f"{FAILURES}_{len(counts)}")
        engine.map_batches(tables[-1], _judged_columns(part).sql(dialect=engine.dialect), judge)
        counts += zip(judge.checked, judge.failed, strict=True)
    none = 'SELECT CAST(NULL AS INTEGER) AS "check", CAST(NULL AS BIGINT) AS _row WHERE FALSE'
    found = " UNION ALL ".join(f'SELECT "check", _row FROM {table}' for table in tables)
    engine.define(FAILURES, found or none)
    return counts


def _judged_columns(part: ContractPart) -> exp.Select:
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
    return exp.select(exp.column("_row"), *columns, *clauses).from_(exp.to_table(RECORDS))


class _Judge:
    """Validates one batch after the other against one schema, and keeps count."""

    def __init__(self, part: ContractPart, *, first: int) -> None:
        self._part = part
        self._first = first  # place of the part's first check in the contract
        self.checked = [0] * len(part.checks)
        self.failed = [0] * len(part.checks)
        self._schema, self._counts = _schema(part)

    def __call__(self, batch: Any) -> Any:  # noqa: ANN401 - a pyarrow.RecordBatch, which has no types
        import polars as pl  # noqa: PLC0415 - heavy: needed by this check only
        import pyarrow as pa  # noqa: PLC0415 - as above

        frame = pl.from_arrow(batch)
        if not isinstance(frame, pl.DataFrame):
            raise TypeError(type(frame))
        failures = _failures(self._schema, frame)
        counts = frame.select(self._counts).row(0)
        for index, compiled in enumerate(self._part.checks):
            checked, failed = int(counts[2 * index] or 0), int(counts[2 * index + 1] or 0)
            found = failures.filter(pl.col("check") == index).height
            if found != failed:
                raise SegauditError(
                    f'pandera found {found:,} rows that fail "{compiled.check.id}", and there are {failed:,}',
                    where=str(compiled.check.place),
                    hint="install the versions in constraints.txt; the findings cannot be relied on",
                )
            self.checked[index] += checked
            self.failed[index] += failed
        rows = frame["_row"].gather(failures["index"])
        table = pl.DataFrame({"check": failures["check"] + self._first, "_row": rows.cast(pl.Int64)})
        return pa.Table.combine_chunks(table.to_arrow()).to_batches()[0] if table.height else _no_rows()


def _no_rows() -> Any:  # noqa: ANN401 - a pyarrow.RecordBatch, which has no types
    import pyarrow as pa  # noqa: PLC0415 - heavy: needed by this check only

    schema = pa.schema([("check", pa.int32()), ("_row", pa.int64())])
    return pa.RecordBatch.from_pylist([], schema=schema)


def _schema(part: ContractPart) -> tuple[Any, list[Any]]:
    """Return a part of the contract as a pandera schema, and what counts rows checked and failed, in turn."""
    import polars as pl  # noqa: PLC0415 - heavy: needed by this check only

    pandera = load_pandera()
    by_column: dict[str, list[Any]] = {}
    counts: list[Any] = []
    for index, compiled in enumerate(part.checks):
        failed = pl.sql_expr(compiled.failed.sql(dialect=_DIALECT)).fill_null(value=False)
        checked = pl.sql_expr(compiled.checked.sql(dialect=_DIALECT)).fill_null(value=False)
        by_column.setdefault(compiled.state, []).append(pandera.Check(_passes(failed), name=str(index)))
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
