"""How far an audit is: its steps by name, and what part of the whole work each is."""

from collections.abc import Callable

Tell = Callable[[str, float], None]  # what is being done; share of the work that is done, 0-1

# What a step takes, in seconds: on its own, and for each million rows of 20 columns. Measured once, on two cores; only
# their proportions matter.
WORK = {
    "read": (0.3, 3.0),
    "quality": (3.0, 28.0),
    "identity": (0.7, 33.0),
    "decide": (0.4, 4.0),
    "prove": (1.5, 0.0),
    "scorecard": (0.5, 5.0),
    "performance": (2.0, 6.0),
    "enrich": (0.4, 3.0),
    "drift": (0.4, 5.0),
    "lists": (0.3, 4.0),
    "report": (3.0, 0.0),
}
_MILLION = 1_000_000


class Steps:
    """The steps of one audit; each begins once those before it are done."""

    def __init__(self, tell: Tell) -> None:
        """Begin with none."""
        self._tell = tell
        self._left: list[tuple[str, float]] = []
        self._done = 0.0
        self._all = 0.0

    def plan(self, step: str, rows: int) -> None:
        """Say that a step is to come, over so many rows."""
        fixed, each = WORK[step]
        work = fixed + each * rows / _MILLION
        self._left.append((step, work))
        self._all += work

    def begin(self, step: str, what: str) -> None:
        """Say that a planned step begins: those before it are done."""
        names = [name for name, _ in self._left]
        if step in names:
            place = names.index(step)
            self._done += sum(work for _, work in self._left[:place])
            self._left = self._left[place:]
        self._tell(what, min(1.0, self._done / self._all) if self._all else 0.0)

    def end(self, step: str) -> None:
        """Say that a step is done."""
        if self._left and self._left[0][0] == step:
            self._done += self._left.pop(0)[1]

    def say(self, what: str) -> None:
        """Say what is being done within a step."""
        self._tell(what, min(1.0, self._done / self._all) if self._all else 0.0)
