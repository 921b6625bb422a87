"""The one family of errors a user can see: what is wrong, where, and the way out."""

from collections.abc import Sequence


class SegauditError(Exception):
    """The command cannot run; carries everything its one message needs.

    Attributes:
        problem: What is wrong, in one sentence without a full stop.
        where: File, ``file:line:column``, column or option it was found at; empty if nowhere in particular.
        hint: How to mend it; empty if there is nothing to suggest.
    """

    def __init__(self, problem: str, *, where: str = "", hint: str = "") -> None:
        """Keep the three parts apart so that a renderer can lay them out."""
        super().__init__(problem)
        self.problem = problem
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        """Return ``where: problem`` with the hint on a line of its own."""
        # A file's name may hold line breaks; what it says after them is no message of ours.
        where, problem = " ".join(self.where.splitlines()), " ".join(self.problem.splitlines())
        head = f"{where}: {problem}" if where else problem
        return f"{head}\n  hint: {self.hint}" if self.hint else head


class InputError(SegauditError):
    """A data file is missing, unreadable or not what it claims to be."""


class OutputError(SegauditError):
    """An output file exists already or cannot be written."""


class EngineError(SegauditError):
    """The engine refused a statement; ``statement`` holds the SQL it refused."""

    def __init__(self, problem: str, *, statement: str, hint: str = "") -> None:
        """Keep the refused SQL for whoever reports the fault."""
        super().__init__(problem, hint=hint)
        self.statement = statement


class RuleErrors(SegauditError):  # noqa: N818 - it is several
    """Every mistake found in the rules, all at once."""

    def __init__(self, errors: Sequence[SegauditError]) -> None:
        """Join the messages, in the order they stand in the files."""
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = tuple(errors)

    def __str__(self) -> str:
        """Return the messages one below the other."""
        return "\n".join(map(str, self.errors))
