"""The words and limits lints go by, from rules/lists/: a person can edit them."""

from collections.abc import Mapping
from dataclasses import dataclass

from segaudit.errors import SegauditError
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.tables import load_list, rows_of
from segaudit.text.folding import fold

_LIMITS = ("treatment", "name", "proposal")
_MOST = 100.0  # the likeness of what is the same


@dataclass(frozen=True, slots=True, kw_only=True)
class LintWords:
    """Words and limits, folded."""

    offers: tuple[str, ...]  # what is offered to people who do not buy from us yet
    unless: tuple[str, ...]  # words before an offer that turn it round
    customer_stages: tuple[str, ...]
    refresh: tuple[str, ...]
    likeness: Mapping[str, float]  # treatment, name, proposal -> likeness from which on two are told, 0-100


def load_lint_words(location: RulesLocation) -> LintWords:
    """Read the words of a rules location.

    Raises:
        SegauditError: A table cannot be read, lacks a column, or holds something it cannot hold.
    """
    phrases = location.file("lists/new_business_phrases.csv")
    kinds: dict[str, list[str]] = {"offer": [], "unless": []}
    for line, row in rows_of(phrases, ("phrase", "kind")):
        if row["kind"] not in kinds:
            raise SegauditError(
                f'"{row["kind"]}" is no kind of phrase', where=f"{phrases}:{line}", hint="write offer or unless"
            )
        kinds[row["kind"]].append(fold(row["phrase"]))
    return LintWords(
        offers=tuple(kinds["offer"]),
        unless=tuple(kinds["unless"]),
        customer_stages=load_list(location, "customer_stages", "stage"),
        refresh=load_list(location, "refresh_words", "word"),
        likeness=load_likeness(location),
    )


def load_likeness(location: RulesLocation) -> Mapping[str, float]:
    """Return from which likeness on two things are told, by what they are.

    Raises:
        SegauditError: The table cannot be read, or a limit is missing or no number from 0 to 100.
    """
    path = location.file("lists/likeness_limits.csv")
    limits: dict[str, float] = {}
    for line, row in rows_of(path, ("what", "at_least")):
        try:
            limits[row["what"]] = float(row["at_least"])
        except ValueError:
            limits[row["what"]] = -1.0
        if not 0 <= limits[row["what"]] <= _MOST:
            raise SegauditError(
                f'"{row["at_least"]}" is no likeness', where=f"{path}:{line}", hint="write a number from 0 to 100"
            )
    lacking = [name for name in _LIMITS if name not in limits]
    if lacking:
        raise SegauditError(
            f"the table has no limit for {', '.join(lacking)}", where=str(path), hint="copy the row of the shipped file"
        )
    return limits
