"""What checking the quality of a source came to: checks, suspicions, findings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from segaudit.model.conditions import Condition, Place

CERTAIN_FROM = 0.9  # confidence from which an issue is reported as certain


class Dimension(StrEnum):
    """The dimensions of data quality, as the field names them."""

    COMPLETENESS = "completeness"
    VALIDITY = "validity"
    UNIQUENESS = "uniqueness"
    CONSISTENCY = "consistency"
    TIMELINESS = "timeliness"


class Severity(StrEnum):
    """How much a finding matters: an error makes decisions wrong, a warning makes them worse."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckTest:
    """A row that a check of the row contract has to fail, or to pass."""

    cells: Mapping[str, str]  # by field; "it" is the column of a check that is for a type of column
    fails: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check, as rules/quality/*.yaml describes it.

    Either ``expect`` says what has to hold of a row (a check of the row contract), or ``finder`` names the function
    that looks for what nobody can state in advance.
    """

    id: str  # kebab-case, without the "quality." that findings put before it
    dimension: Dimension
    severity: Severity
    title: str  # what is wrong, as a heading: "Addresses that no mail can reach"
    why: str
    mend: str
    place: Place
    expect: Condition | None = None  # has to hold of every row of which it can be told ...
    when: Condition | None = None  # ... and of which this holds
    column: str = ""  # rule field whose cell the check blames
    finder: str = ""
    settings: Mapping[str, object] = field(default_factory=dict)  # of the finder: thresholds, lists, fields
    confidence: float = 1.0  # that a row that fails really is wrong
    tests: tuple[CheckTest, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """A value that is probably wrong: in one row, or in every row of the column that holds it."""

    check: str  # id
    position: int  # column, 1-based
    value: str  # the raw cell
    row: int | None = None  # _row; None: every row with this value in this column
    rows: int = 1  # rows it concerns
    suggestion: str | None = None  # what the cell should say; "" to empty it; None where nobody can tell
    confidence: float = 1.0  # 0-1: that the cell is wrong (and the suggestion, if there is one, is right)
    because: str = ""  # the evidence, in words: "38 of 39 rows with ZIP Code 35233 say AL"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnRemark:
    """Something about a whole column or pair of columns: constant, nearly empty, a copy of another."""

    check: str  # id
    positions: tuple[int, ...]
    message: str
    rows: int = 0  # rows it concerns, of the filled
    rows_checked: int = 0
    confidence: float = 1.0
    first_rows: tuple[int, ...] = ()  # _row of the first it concerns
    rows_certain: int | None = None  # of the rows; None: all of them if the confidence is 1, else none
    stands_for_cells: bool = False  # the check's suspicions are told with it, and not column by column
    of_search: bool = False  # it says how far was looked, and nothing of the column


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A failing value, for the report."""

    value: str
    rows: int
    suggestion: str | None = None
    because: str = ""
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityFinding:
    """What one check found in one column (or set of columns)."""

    rule: str  # "quality.email-syntax"
    dimension: Dimension
    severity: Severity
    title: str
    message: str  # in numbers: "1,204 of 6,078 addresses ..."
    columns: tuple[str, ...]  # headers; the first is the one to blame
    positions: tuple[int, ...]
    rows_checked: int
    rows_failed: int
    rows_certain: int  # of the failed, those with a confidence of CERTAIN_FROM or more
    first_rows: tuple[int, ...]  # _row of the first failing rows
    examples: tuple[Example, ...]
    why: str
    mend: str
    remark: str = ""  # what is to be said of the column as a whole
    sensitive: bool = False  # examples may never be shown
    plain: bool = False  # examples name no person and may be shown unasked
    reasoned: bool = False  # a cell alone does not say what is wrong; why does, and quotes no other column's cells

    @property
    def share_failed(self) -> float:
        """Share of the rows it could be told of."""
        return self.rows_failed / self.rows_checked if self.rows_checked else 0.0
