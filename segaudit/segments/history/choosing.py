"""Which recorded run a list is compared with, and what that comparison cannot tell."""

from collections.abc import Sequence
from datetime import date

from segaudit.errors import InputError
from segaudit.model.history import Run
from segaudit.model.segments import RuleBook


def choose_run(file: str, runs: Sequence[Run], number: int | None, day: date) -> Run:
    """Return the run of a number, or the newest of before a day; of that day if there is none before.

    Raises:
        InputError: There is no such run.
    """
    if number is not None:
        found = next((run for run in runs if run.number == number), None)
        if found is None:
            there = ", ".join(str(run.number) for run in runs) or "none"
            raise InputError(f"there is no run {number}", where=file, hint=f"its runs are: {there}")
        return found
    earlier = [run for run in runs if run.as_of < day] or [run for run in runs if run.as_of == day]
    if not earlier:
        raise InputError(
            f"no run of before {day.isoformat()} is recorded",
            where=file,
            hint="record one: segaudit overlap FILE --record; or compare two files: segaudit drift OLD NEW",
        )
    return earlier[-1]


def run_notes(run: Run, rules: RuleBook) -> list[str]:
    """Return in words what a comparison with a run cannot tell, or may tell wrongly."""
    notes = []
    if run.rules_sha256 != rules.sha256:
        notes.append(f"the rules have changed since {run.name}: moves may be due to that")
    if run.command == "assign" and (rules.exceptions or any(item.suppress for _, item in rules.segments())):
        notes.append(f"{run.name} was recorded by assign: exceptions, and labels by entity, are in its labels")
    if not run.followed:
        notes.append(f"{run.name} holds no ids: its records cannot be followed")
    else:
        notes.append("a run holds no cells: to see the clauses behind moves, compare two files")
    return notes
