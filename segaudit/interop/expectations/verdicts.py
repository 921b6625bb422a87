"""What the library says of an expectation, wherever the rows are: in pandas or on Spark."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any, Protocol

from segaudit.interop.expectations.frames import ClientTable, Held, held_as
from segaudit.interop.expectations.kinds import Domain
from segaudit.interop.expectations.suites import SuiteExpectation

FIRST_ROWS = 20
_ISO_DAY = 10  # characters of 2026-01-31


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How the library judges one expectation."""

    result: Any  # the library's own
    raw: dict[str, Any]  # the same, ready for JSON
    rows: tuple[int, ...] = ()  # _row of the first unexpected ones


class UntoldRowsError(Exception):
    """Which rows an expectation is about cannot be told: its condition compares what cannot be compared."""


def untold(item: SuiteExpectation, problem: str) -> Verdict:
    """Return that an expectation cannot be judged, as the library says it."""
    told = {"raised_exception": True, "exception_message": problem}
    config = {"type": item.type, "kwargs": dict(item.config["kwargs"]), "meta": {}, "severity": "critical"}
    raw = {"success": False, "expectation_config": config, "result": {}, "exception_info": told}
    return Verdict(result=SimpleNamespace(success=False, result={}, exception_info=told), raw=raw)


def compares_numbers(item: SuiteExpectation) -> bool:
    """Tell whether the library compares numbers by itself, of which pandas must have none that are not there."""
    return item.domain in {Domain.PAIR, Domain.SEVERAL} or item.type == "expect_column_kl_divergence_to_be_less_than"


class Rows(Protocol):
    """Rows that expectations are judged over."""

    remarks: tuple[str, ...]  # how columns were read

    def judge(self, group: Sequence[SuiteExpectation]) -> list[Verdict]:
        """Judge expectations about the same rows, in their order.

        Raises:
            UntoldRowsError: Which rows they are cannot be told.
            SegauditError: The library does not take one of them.
        """
        ...


def is_dated(column: str, table: ClientTable) -> bool:
    """Tell whether a column is handed over as days."""
    reading = table.reading_of(column)
    return reading is not None and held_as(reading) is Held.DATE


def config_of(item: SuiteExpectation, table: ClientTable) -> Mapping[str, Any]:
    """Return an expectation as this table needs it: days are moments at midnight, and bounds have to be so too."""
    if not any(is_dated(column, table) for column in item.columns):
        return item.config
    kwargs = {
        key: _moment(value) if key in {"min_value", "max_value"} else value
        for key, value in item.config["kwargs"].items()
    }
    return {**item.config, "kwargs": kwargs}


def _moment(value: Any) -> Any:  # noqa: ANN401 - from JSON
    if isinstance(value, str) and len(value) == _ISO_DAY:
        try:
            return f"{date.fromisoformat(value)}T00:00:00"
        except ValueError:
            return value
    return value
