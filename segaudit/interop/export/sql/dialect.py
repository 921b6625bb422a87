"""What databases do differently: functions and notes of rules/export, one column or row for each dialect."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlglot
from sqlglot import expressions as exp

from segaudit.errors import SegauditError
from segaudit.model.exports import SQL_TARGETS, Fidelity, Target
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.tables import rows_of

_LONGEST_NAME = {Target.POSTGRES: 63, Target.SNOWFLAKE: 255, Target.SPARK: 255, Target.BIGQUERY: 300}
_UNBOUNDED = 10_000
# A backslash in LIKE stands for itself in some, and for "take the next sign as it is" in others.
_LIKE_ESCAPES = frozenset({Target.POSTGRES, Target.BIGQUERY, Target.SPARK})


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One database's ways."""

    target: Target
    functions: Mapping[str, exp.Expr]  # name -> tree over the columns x and y
    notes: Mapping[str, tuple[Fidelity, str]]  # what is done -> how well

    @property
    def name(self) -> str:
        """Return sqlglot's name for it."""
        return self.target.value

    @property
    def longest_name(self) -> int:
        """Return how many bytes a column's name may have."""
        return _LONGEST_NAME.get(self.target, _UNBOUNDED)

    @property
    def like_escapes(self) -> bool:
        """Tell whether a backslash in a LIKE pattern escapes."""
        return self.target in _LIKE_ESCAPES

    def coined(self, name: str) -> str:
        """Return a name of ours as people of that database would write it without quotes."""
        return name.upper() if self.target is Target.SNOWFLAKE else name

    def call(self, function: str, x: exp.Expr, y: exp.Expr | None = None) -> exp.Expr:
        """Return a function of the table over one or two expressions."""
        put = {"x": x, "y": y}

        def fill(node: exp.Expr) -> exp.Expr:
            given = put.get(node.name) if isinstance(node, exp.Column) and not node.table else None
            return given.copy() if given is not None else node

        return self.functions[function].copy().transform(fill)

    def note(self, what: str) -> tuple[Fidelity, str] | None:
        """Return how what is done differs; None if it does not."""
        found = self.notes.get(what)
        return found if found is not None and found[0] is not Fidelity.EXACT else None


def load_dialect(target: Target, location: RulesLocation) -> Dialect:
    """Read a dialect's functions and notes from rules/export.

    Raises:
        SegauditError: A table cannot be read, or a function in it is no SQL.
    """
    path = location.file("export/sql_functions.csv")
    functions = {}
    for line, row in rows_of(path, ("function", *(item.value for item in SQL_TARGETS))):
        try:
            functions[row["function"]] = sqlglot.parse_one(row[target.value], dialect=target.value)
        except sqlglot.errors.SqlglotError:
            raise SegauditError(
                f'"{row[target.value]}" is no SQL of {target.value}',
                where=f"{path}:{line}",
                hint="compare it with the shipped rules/export/sql_functions.csv",
            ) from None
    path = location.file("export/sql_notes.csv")
    notes = {
        row["what"]: (Fidelity(row["fidelity"]), row["why"])
        for _, row in rows_of(path, ("dialect", "what", "fidelity", "why"))
        if row["dialect"] in {"*", target.value}
    }
    return Dialect(target=target, functions=functions, notes=notes)
