"""A client's expectations judged by great_expectations over pandas."""

from collections.abc import Sequence
from typing import Any

from segaudit.interop.expectations.frames import ROW, ClientTable, read_frame
from segaudit.interop.expectations.kinds import Domain
from segaudit.interop.expectations.library import load_pandas, run_expectations
from segaudit.interop.expectations.row_conditions import columns_of, rows_where
from segaudit.interop.expectations.suites import SuiteExpectation
from segaudit.interop.expectations.verdicts import (
    FIRST_ROWS,
    UntoldRowsError,
    Verdict,
    compares_numbers,
    config_of,
    is_dated,
)


class PandasRows:
    """Rows in pandas."""

    def __init__(self, name: str, table: ClientTable, headers: Sequence[str]) -> None:
        """Read columns.

        Args:
            name: Of the suite.
            table: The file.
            headers: Columns its expectations look at.

        Raises:
            InputError: There are more cells than pandas is given.
        """
        self._name = name
        self._table = table
        self._frame = read_frame(table, headers)
        self.remarks = self._frame.remarks

    def judge(self, group: Sequence[SuiteExpectation]) -> list[Verdict]:
        """Judge expectations about the same rows; see Rows."""
        try:
            cells = self._cells(group[0])
        except (TypeError, ValueError) as error:
            # Raised by pandas: a column of text compared to a number.
            raise UntoldRowsError from error
        results, document = run_expectations(self._name, [config_of(item, self._table) for item in group], cells)
        return [
            Verdict(result=result, raw=raw, rows=self._first_rows(item, result, cells))
            for item, result, raw in zip(group, results, document["results"], strict=True)
        ]

    def _cells(self, item: SuiteExpectation) -> Any:  # noqa: ANN401 - a pandas frame
        """Return the rows an expectation is about: headers alone, a count alone, or cells."""
        if item.domain is Domain.HEADERS:
            return headers_alone(self._table)
        cells = self._frame.cells
        if item.condition is not None:
            dated = [column for column in columns_of(item.condition) if is_dated(column, self._table)]
            cells = cells[rows_where(cells, item.condition, dated).astype(bool)]
        if compares_numbers(item):
            # Of whole numbers that may be missing the library can make nothing here.
            cells = cells.astype({name: "float64" for name, kind in cells.dtypes.items() if str(kind) == "Int64"})
        return cells if item.domain is not Domain.ROWS else cells[[]]

    def _first_rows(self, item: SuiteExpectation, result: Any, cells: Any) -> tuple[int, ...]:  # noqa: ANN401 - the library's, and pandas'
        """Return the first unexpected rows; the library lists them only at many times the cost of counting them."""
        found = result.result or {}
        if item.domain in {Domain.HEADERS, Domain.ROWS} or not found.get("unexpected_count"):
            return ()
        if item.type == "expect_column_values_to_not_be_null":
            mask = cells[item.columns[0]].isna()
        elif item.domain is Domain.CELLS:
            # A cell is unexpected by its value, and these are the first that are.
            mask = cells[item.columns[0]].isin(found.get("partial_unexpected_list") or [])
        elif item.domain in {Domain.PAIR, Domain.SEVERAL}:
            config = config_of(item, self._table)
            (listed,), _ = run_expectations(self._name, [config], cells, result_format="SUMMARY")
            places = (listed.result or {}).get("partial_unexpected_index_list") or []
            return tuple(int(place[ROW]) for place in places if ROW in place)[:FIRST_ROWS]
        else:
            return ()
        return tuple(int(row) for row in cells.index[mask.to_numpy()][:FIRST_ROWS])


def headers_alone(table: ClientTable) -> Any:  # noqa: ANN401 - a pandas frame
    """Return a table's headers without any rows."""
    return load_pandas().DataFrame({}, columns=list(table.source.headers))
