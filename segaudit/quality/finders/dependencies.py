"""Cells that break what nearly all other rows agree on: a ZIP code lies in one state, a company has one website."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from segaudit.model.quality import Check, ColumnRemark, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import once, placeholders
from segaudit.quality.finders.cells.blaming import blame_cells
from segaudit.quality.finders.cells.cleaned import clean_columns
from segaudit.quality.finders.cells.groups import Groups, count_groups
from segaudit.quality.finders.cells.screening import MOST_COLUMNS, most_counted, screen_dependencies
from segaudit.quality.finders.cells.settings import Blamed
from segaudit.quality.finders.misplaced import slipped_rows
from segaudit.sql.kinds import WHITE_SPACE

_FEW_ROWS, _SURE_OF_FEW = 2, 0.85
# What nobody has from whom they live with; neither a mailbox nor a telephone says whose it is.
_OF_ONE_PERSON = frozenset(
    "email secondary_email mobile secondary_phone linkedin_url birth_date birth_year age national_id bank_account "
    "income credit_score health_condition religion ethnicity".split()
)
_TELLS_PEOPLE = frozenset(("record_id", "contact_id", "national_id"))
_LEAST = 0.5  # confidence below which nothing is said


def find_broken_dependencies(data: QualityData, check: Check) -> Iterable[Suspicion | ColumnRemark]:
    """Find the cells that break a dependency between two columns, nobody having said that there is one."""
    return [
        replace(found, check=check.id)
        for found in _all_found(data)
        if not isinstance(found, Suspicion) or not _is_missing(data, found)
    ]


def find_fillable_gaps(data: QualityData, check: Check) -> Iterable[Suspicion]:
    """Find the cells without a value of which other rows say that there is one, and mostly which."""
    return [
        replace(found, check=check.id)
        for found in _all_found(data)
        if isinstance(found, Suspicion) and _is_missing(data, found)
    ]


def _all_found(data: QualityData) -> list[Suspicion | ColumnRemark]:
    return once(data, "broken dependencies", lambda: _of_rows_in_place(data, broken_dependencies(data, "")))


def _of_rows_in_place(data: QualityData, found: Iterable[Suspicion | ColumnRemark]) -> list[Suspicion | ColumnRemark]:
    """Return what was found but for the rows that slipped: they are mended first, and judged the next time."""
    slipped = slipped_rows(data)
    return [one for one in found if not isinstance(one, Suspicion) or one.row not in slipped]


def _is_missing(data: QualityData, found: Suspicion) -> bool:
    cell = found.value.strip(WHITE_SPACE)
    return not cell or cell.lower() in placeholders(data, found.position)


def broken_dependencies(data: QualityData, check: str) -> Iterator[Suspicion | ColumnRemark]:
    """Yield a suspicion for each cell, and a remark for each dependency of which not all could be looked at."""
    screened = screen_dependencies(data)
    dependencies = screened[: most_counted(data)]
    if len(data.readings) > MOST_COLUMNS:
        yield _remark(check, (MOST_COLUMNS,), f"only the first {MOST_COLUMNS} columns were compared with each other")
    if not dependencies:
        return
    for each in screened[len(dependencies) :]:
        names = (data.reading(number).column.header for number in (each.right, each.left))
        message = "{} was not compared within {}: the table is too large to count every dependency".format(*names)
        yield _remark(check, (each.right, each.left), message)
    clean_columns(data, {side for dependency in dependencies for side in (dependency.left, dependency.right)})
    groups = [count_groups(data, dependency) for dependency in dependencies]
    for cell in blame_cells(data, groups):
        if cell.confidence < _LEAST:
            continue
        found = _suspicion(data, cell, check)
        if not (_is_missing(data, found) and _may_be_anothers(data, cell)):
            yield found
    yield from (_left_out(data, counted, check) for counted in groups if counted.left_out)


def _may_be_anothers(data: QualityData, cell: Blamed) -> bool:
    """Tell whether what a gap could be filled with is one person's own, and the rows with it those of a home."""
    own, known_by = (data.reading(place).column.field for place in (cell.position, cell.strongest.left))
    return own in _OF_ONE_PERSON and known_by not in _TELLS_PEOPLE


def _suspicion(data: QualityData, cell: Blamed, check: str) -> Suspicion:
    header = data.reading(cell.strongest.left).column.header
    vote = cell.strongest
    if cell.value:
        because = f"{vote.rows} of {vote.of} rows with {header} {vote.group} say {vote.right_value}"
    else:
        because = f"the {vote.of} other rows with {header} {vote.group} say something else, not all of them the same"
    # Two rows against one, and no other column: either may be the wrong one.
    alone = cell.votes <= 1 and bool(cell.value) and bool(cell.raw.strip()) and vote.rows <= _FEW_ROWS
    if cell.votes > 1:
        because += f"; {cell.votes} columns say so"
    return Suspicion(
        check=check,
        position=cell.position,
        value=cell.raw,
        row=cell.row,
        suggestion=cell.value or None,
        confidence=round(min(cell.confidence, _SURE_OF_FEW if alone else 1.0), 3),
        because=because,
    )


def _left_out(data: QualityData, groups: Groups, check: str) -> ColumnRemark:
    left, right = groups.dependency.left, groups.dependency.right
    names = data.reading(left).column.header, data.reading(right).column.header
    message = f"{names[1]} was compared within the largest groups of {names[0]} only; {groups.left_out} combinations "
    return _remark(check, (right, left), f"{message}were not looked at")


def _remark(check: str, positions: tuple[int, ...], message: str) -> ColumnRemark:
    return ColumnRemark(check=check, positions=positions, message=message, of_search=True)
