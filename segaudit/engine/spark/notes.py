"""What is noted of tables that are not made, as the planner asks for it."""

from collections.abc import Sequence
from typing import Protocol

from segaudit.engine.spark.relations import Frame


class Notes(Protocol):
    """Tables that any part of a file's rows gives its part of; see replay.py."""

    def is_noted(self, name: str) -> bool:
        """Tell whether a table is noted, and not made."""
        ...

    def asked_for(self, name: str, columns: Sequence[str]) -> Frame | None:
        """Return the columns of a noted table; None if it has become a table of the driver."""
        ...
