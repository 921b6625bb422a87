"""The file with its derived fields behind it: joined by what they were told from, and only those that are needed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlglot import expressions as exp

from segaudit.model.source import Source

_FILE = "b"
VALUE, WHY, SURE, GIVEN = "value", "why", "sure", "given"
_COLUMNS_OF_STEP = 3  # value, why and sure


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One derived field: a table with a row for each different combination of cells it was told from."""

    field: str
    sources: tuple[str, ...]
    table: str  # k0, k1, ..., value, why, sure as text, and given: whether there was anything to tell it from
    keys: tuple[int, ...]  # positions of the columns k0, k1, ... stand for
    position: int  # of its value; why and sure stand behind it
    shown: int  # how many of the keys are cells of sources


@dataclass(slots=True)
class Relation:
    """A file and the fields derived so far; columns are numbered on from those of the file."""

    source: Source
    steps: list[Step] = field(default_factory=list)

    @property
    def next_position(self) -> int:
        """Return where the next derived column goes."""
        return len(self.source.headers) + 1 + _COLUMNS_OF_STEP * len(self.steps)

    def column(self, position: int) -> exp.Column:
        """Return a column of the file or of a derived field."""
        step = self._step_at(position)
        if step is None:
            return exp.column(self.source.column(position), table=_FILE)
        return exp.column((VALUE, WHY, SURE)[position - step.position], table=step.table)

    def select(self, positions: Iterable[int], columns: Sequence[exp.Expr]) -> exp.Select:
        """Return a query over the rows, with as many joins as the positions need.

        Args:
            positions: What is read.
            columns: What to select.
        """
        needed = self._needed(positions)
        query = exp.select(*columns, copy=False).from_(exp.to_table(self.source.table).as_(_FILE))
        for step in self.steps:
            if step.table in needed:
                query = query.join(exp.to_table(step.table), on=self._on(step), join_type="left", copy=False)
        return query

    def all_columns(self) -> list[exp.Expr]:
        """Return ``_row``, the file's columns and the derived ones, named by position."""
        columns: list[exp.Expr] = [exp.column("_row", table=_FILE)]
        columns += [self.column(position) for position in range(1, len(self.source.headers) + 1)]
        for step in self.steps:
            columns += [
                exp.alias_(self.column(position), self.source.column(position))
                for position in range(step.position, step.position + _COLUMNS_OF_STEP)
            ]
        return columns

    def _step_at(self, position: int) -> Step | None:
        behind = position - len(self.source.headers) - 1
        return self.steps[behind // _COLUMNS_OF_STEP] if behind >= 0 else None

    def _needed(self, positions: Iterable[int]) -> set[str]:
        needed: set[str] = set()
        left = list(positions)
        while left:
            step = self._step_at(left.pop())
            if step is not None and step.table not in needed:
                needed.add(step.table)
                left += step.keys
        return needed

    def _on(self, step: Step) -> exp.Expr:
        """Return how a step's table is joined; missing cells are a combination like any other."""
        pairs = [(self.column(key), exp.column(f"k{number}", table=step.table)) for number, key in enumerate(step.keys)]
        return exp.and_(*(exp.NullSafeEQ(this=cell, expression=key) for cell, key in pairs))
