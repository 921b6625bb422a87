"""Mistakes collected on the way, so that a user sees all of them at once."""

from segaudit.errors import RuleErrors, SegauditError
from segaudit.model.conditions import Place


class Problems:
    """What is wrong with the rules so far."""

    def __init__(self) -> None:
        """Begin with none."""
        self._found: dict[str, tuple[Place, SegauditError]] = {}

    def add(self, place: Place, problem: str, hint: str = "") -> None:
        """Note a mistake."""
        error = SegauditError(problem, where=str(place), hint=hint)
        # A predicate is read anew wherever it is used; its mistake is one mistake all the same.
        self._found.setdefault(str(error), (place, error))

    def raise_if_any(self) -> None:
        """Raise all of them, in reading order.

        Raises:
            RuleErrors: There is at least one.
        """
        if self._found:
            ordered = sorted(self._found.values(), key=lambda item: (item[0].file, item[0].line, item[0].column))
            raise RuleErrors([error for _, error in ordered])
