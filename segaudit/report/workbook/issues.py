"""The sheet of issues: the first cells of each finding, in the order of the findings, led to from them."""

from collections.abc import Iterator, Sequence

from segaudit.report.document import Tone
from segaudit.report.page import Block, Finding, Findings, Fold, Grid, Lines, Section, amount, cell
from segaudit.report.safety import hidden
from segaudit.report.words import Words
from segaudit.report.workbook.findings import issues_anchor
from segaudit.report.workbook.issue_rows import IssueRow, Issues
from segaudit.report.workbook.parts import Table

_MOST_GROUPS = 2_000
_COLUMNS = ("finding", "table", "row", "line", "column", "value", "suggestion", "rule")


class KeptIssues:
    """The issues a workbook has room for, by what they belong to."""

    def __init__(self, issues: Issues, findings: Sequence[Finding]) -> None:
        """Read the issues once; only what is kept is held."""
        self.total = 0
        self.titles = {finding.id: finding.title for finding in findings}
        self.redacted = issues.redacted
        self._kept: dict[str, list[IssueRow]] = {finding.id: [] for finding in findings}
        room = issues.most_in_all
        for issue in issues.rows:
            self.total += 1
            key = issue.finding or f"{issue.table}/{issue.rule}"
            kept = self._kept.get(key)
            if kept is None and len(self._kept) < _MOST_GROUPS:
                kept = self._kept.setdefault(key, [])
            if kept is not None and len(kept) < issues.most and room:
                kept.append(issue)
                room -= 1
        self.total = max(self.total, issues.total or 0)

    @property
    def listed(self) -> dict[str, int]:
        """How many rows each finding has on the sheet."""
        return {key: len(rows) for key, rows in self._kept.items() if rows}

    @property
    def rows(self) -> int:
        """How many rows the sheet has."""
        return sum(self.listed.values())

    def table(self, words: Words) -> Table:
        """Return the issues as a table; the first of each finding is where its link leads."""
        names = (words("workbook.table"), *(words(f"workbook.issue_{name}") for name in _COLUMNS[2:]))
        anchors: list[str] = []
        rows: list[tuple[Lines, ...]] = []
        for key, kept in self._kept.items():
            anchors += [issues_anchor(key) if place == 0 else "" for place in range(len(kept))]
            rows += [self._row(key, issue, words, first=place == 0) for place, issue in enumerate(kept)]
        grid = Grid(
            title=words("workbook.issues"),
            columns=(words("workbook.finding_title"), *names),
            rows=tuple(rows),
            numeric=frozenset((2, 3)),
            sortable=True,
        )
        return Table(grid=grid, name="issues", anchors=tuple(anchors), titled=False)

    def _row(self, key: str, issue: IssueRow, words: Words, *, first: bool) -> tuple[Lines, ...]:
        said = hidden if self.redacted else str
        line = cell("") if issue.line is None else amount(words.number(issue.line), issue.line)
        return (
            cell(self.titles.get(key, issue.rule), to=key if first and key in self.titles else ""),
            cell(issue.table),
            amount(words.number(issue.row), issue.row),
            line,
            cell(issue.column),
            cell(said(issue.value)),
            cell(said(issue.suggestion)),
            cell(issue.rule, tone=Tone.QUIET),
        )


def findings_in(blocks: Sequence[Block]) -> Iterator[Finding]:
    """Yield every finding of a page, in order."""
    for block in blocks:
        match block:
            case Findings():
                yield from block.items
            case Section() | Fold():
                yield from findings_in(block.blocks)
            case _:
                pass
