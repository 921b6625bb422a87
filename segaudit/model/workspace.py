"""Several related tables of one client: what each is, how they are joined, and what was found on checking them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from segaudit.model.branding import Branding
from segaudit.model.conditions import Place
from segaudit.model.fields import FieldMap
from segaudit.model.shown import Shown
from segaudit.model.source import Source

OTHER = "other"  # the kind of a table of which it can't be told
BY_ID = "id"
BY_NAME = "name"
BY_EMAIL = "email"
BY_DOMAIN = "email_domain"
FIRST_ROWS = 10  # row numbers a finding carries


@dataclass(frozen=True, slots=True, kw_only=True)
class KindGuess:
    """What a table was taken for, and why."""

    kind: str  # contacts, companies, deals, activities, campaign_outcomes or other
    score: float
    reasons: tuple[str, ...]  # in words, strongest first; no text of the client's in them


@dataclass(frozen=True, slots=True, kw_only=True)
class TableReading:
    """How a table's file is to be read, where a workspace file says so; None leaves it to the file."""

    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None  # one character; empty where nothing quotes
    escape: str | None = None  # before a quote within quotes
    skip: int | None = None  # lines above the header; rows in a workbook
    header_rows: int | None = None
    table: int | None = None  # of several tables in one file or sheet, 1-based


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSpec:
    """A table as a workspace file declares it."""

    name: str
    file: str  # as written: relative to the workspace file
    sheet: str = ""
    kind: str | None = None  # None: to be guessed
    system: str = ""  # where it was exported from; for people
    key: str | None = None  # header of its key
    columns: Mapping[str, str] = field(default_factory=dict)  # header -> field
    ignored: tuple[str, ...] = ()  # headers of columns that mean no field
    reading: TableReading = TableReading()
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinSpec:
    """A join as a workspace file declares it: rows of ``child`` point to rows of ``parent``."""

    child: str  # table
    child_column: str  # header
    parent: str
    parent_column: str
    separator: str = ""  # between the ids of one cell; empty if a cell holds one
    by: str = ""  # email_domain, or empty: the values are equal
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceFile:
    """What segaudit.yaml says."""

    path: str
    tables: tuple[TableSpec, ...]
    joins: tuple[JoinSpec, ...] | None  # None: it says nothing of joins, they are to be guessed
    report: Branding = field(default_factory=Branding)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceTable:
    """A table that was read."""

    name: str
    file: str  # as messages show it
    guess: KindGuess
    declared: bool  # the kind was said, not guessed
    source: Source
    fields: FieldMap
    key: int | None = None  # 1-based position of the key column

    @property
    def kind(self) -> str:
        """What a row of it is."""
        return self.guess.kind

    @property
    def where(self) -> str:
        """The file, and the sheet where there is one."""
        return f"{self.file} [{self.source.sheet}]" if self.source.sheet else self.file

    def header(self, position: int) -> str:
        """Return what the file prints above a column."""
        return self.source.headers[position - 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """A join between two tables that were read, ready for SQL.

    ``links`` is a table of the engine with ``child_row`` and ``parent_row``, the ``_row`` of each pair of rows that
    belong together, every pair once. It holds what trimming, separators and fallbacks made of the two columns.
    """

    child: str
    child_position: int  # 1-based
    parent: str
    parent_position: int
    separator: str = ""
    by: str = BY_ID  # id, name, email or email_domain
    fallback: bool = False  # email_domain beside another join of the two tables: only for rows that one leaves alone
    reason: str = ""  # why it is believed, in words
    links: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyCounts:
    """The key column of a table, counted."""

    rows: int
    blank: int
    distinct: int
    clashing_keys: int  # keys on several rows that differ
    clashing_rows: int
    repeated_keys: int  # keys on several rows that are alike in every cell
    repeated_rows: int
    differing: tuple[int, ...]  # positions of the columns in which rows of one key differ
    blank_first: tuple[int, ...]  # _row numbers
    clashing_first: tuple[int, ...]
    repeated_first: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinCounts:
    """A join, counted. Rows are the child's unless said otherwise.

    matched + orphans - partly + blank + unplaced = rows. What the columns below do not concern is 0.
    """

    rows: int
    blank: int  # nothing to join by
    matched: int = 0  # at least one parent
    orphans: int = 0  # at least one value that is found in no table this column points to
    partly: int = 0  # both
    unplaced: int = 0  # email_domain: free mail, ambiguous or unknown domains, and rows another join has placed already
    several: int = 0  # more than one parent by one single value
    values: int = 0  # different values
    values_found: int = 0
    chance: float = 0.0  # share of values that any number in the same range would find
    decimals: int = 0  # rows whose id ends in .0, as spreadsheets leave it
    scientific: int = 0  # rows whose id is written like 1.2E+15: its digits are lost
    folded: int = 0  # rows found only when capitals are ignored
    nearly: int = 0  # orphans that would be found if signs, blanks and leading zeros were ignored, too
    by_domain: int = 0  # orphans whose e-mail domain belongs to a parent that is there
    free_mail: int = 0  # rows at a free mail provider
    ambiguous: int = 0  # rows whose domain belongs to several parents
    ambiguous_domains: int = 0
    parents: int = 0  # rows of the parent
    childless: int = 0  # parents without a row
    fan_min: int = 0  # rows for each parent that has any
    fan_median: float = 0.0
    fan_max: int = 0
    orphans_first: tuple[int, ...] = ()  # _row numbers
    scientific_first: tuple[int, ...] = ()
    ambiguous_first: tuple[int, ...] = ()
    several_first: tuple[int, ...] = ()

    @property
    def share_found(self) -> float:
        """Share of the different values that are found."""
        return self.values_found / self.values if self.values else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceFinding:
    """Something about the tables that a person should know."""

    rule: str
    severity: str  # "error" or "warning"
    table: str
    column: str  # header as the file prints it; empty if it concerns the whole table
    rows_checked: int
    rows_failed: int
    rows: tuple[int, ...]  # the first _row numbers
    message: str
    hint: str

    @property
    def share_failed(self) -> float:
        """Share of the rows checked."""
        return self.rows_failed / self.rows_checked if self.rows_checked else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as JSON-ready values."""
        return {**asdict(self), "rows": list(self.rows), "share_failed": round(self.share_failed, 6)}


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinMeasured:
    """A join and what was counted of it."""

    join: Join
    counts: JoinCounts


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceResult(Shown):
    """The tables of a workspace, checked against each other."""

    file: str | None  # the workspace file; None if everything was guessed
    tables: tuple[WorkspaceTable, ...]
    keys: Mapping[str, KeyCounts]  # by table; a table without a key is absent
    joins: tuple[JoinMeasured, ...]
    findings: tuple[WorkspaceFinding, ...]
    notes: tuple[str, ...]

    def table(self, name: str) -> WorkspaceTable:
        """Return a table by name."""
        return next(table for table in self.tables if table.name == name)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON-ready values."""
        return {
            "file": self.file,
            "tables": [self._table(table) for table in self.tables],
            "joins": [self._join(item) for item in self.joins],
            "findings": [finding.to_dict() for finding in self.findings],
            "notes": list(self.notes),
        }

    def _table(self, table: WorkspaceTable) -> dict[str, Any]:
        key = self.keys.get(table.name)
        counted = {name: value for name, value in asdict(key).items() if name != "rows"} if key else None
        if counted is not None and key is not None:
            counted["differing"] = [table.header(position) for position in key.differing]
        return {
            "name": table.name,
            "file": table.file,
            "sheet": table.source.sheet or None,
            "rows": table.source.rows,
            "columns": len(table.source.headers),
            "kind": table.kind,
            "kind_declared": table.declared,
            "kind_reasons": list(table.guess.reasons),
            "system": table.fields.system,
            "object": table.fields.system_object,
            "key_column": table.header(table.key) if table.key else None,
            "key": counted,
            "fields": {column.header: column.field for column in table.fields.columns if column.field},
            "set_aside": [asdict(tally) for tally in table.source.set_aside],
            "repaired": [asdict(tally) for tally in table.source.repaired],
            "notes": list(table.source.notes),
        }

    def _join(self, item: JoinMeasured) -> dict[str, Any]:
        join = item.join
        return {
            "from": {"table": join.child, "column": self.table(join.child).header(join.child_position)},
            "to": {"table": join.parent, "column": self.table(join.parent).header(join.parent_position)},
            "by": join.by,
            "separator": join.separator or None,
            "fallback": join.fallback,
            "reason": join.reason,
            "share_found": round(item.counts.share_found, 6),
            **{name: _plain(value) for name, value in asdict(item.counts).items()},
        }


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    return round(value, 6) if isinstance(value, float) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class InitResult(Shown):
    """What `segaudit init` wrote, or found nothing to add to."""

    path: str
    created: bool
    changed: bool
    tables: tuple[WorkspaceTable, ...]
    joins: tuple[JoinMeasured, ...]  # those it has found
    added_tables: tuple[str, ...]
    added_columns: tuple[tuple[str, str, str | None], ...]  # table, header, field or None
    added_joins: tuple[JoinSpec, ...]
    gone: tuple[tuple[str, str], ...]  # table, file: declared and not there
    notes: tuple[str, ...]
