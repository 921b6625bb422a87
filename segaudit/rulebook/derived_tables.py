"""The tables that derivations are made from: phrases, endings, codes and look-ups, as CSV a person can edit."""

from collections.abc import Sequence
from pathlib import Path

from segaudit.errors import SegauditError
from segaudit.model.derived import CodeRange, Effect, Phrase
from segaudit.rulebook.tables import rows_of
from segaudit.text.folding import fold

SYSTEMS = ("NACE", "NAICS", "SIC")


def phrases_of(path: Path) -> tuple[Phrase, ...]:
    """Return a table of phrases: ``phrase,value,sure,effect``.

    Raises:
        SegauditError: The table cannot be read, a sureness is no share, or an effect is not known.
    """
    effects = {effect.value for effect in Effect}
    found = []
    for line, row in rows_of(path, ("phrase", "value", "sure", "effect")):
        if row["effect"] not in effects:
            words = ", ".join(sorted(filter(None, effects)))
            raise SegauditError(
                f'"{row["effect"]}" is no effect', where=f"{path}:{line}", hint=f"leave it empty, or write {words}"
            )
        found.append(
            Phrase(
                words=row["phrase"],
                value=row["value"],
                sure=_share(row["sure"], f"{path}:{line}"),
                effect=Effect(row["effect"]),
            )
        )
    return tuple(found)


def _share(text: str, where: str) -> float | None:
    if not text:
        return None
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise SegauditError(
            f'sure cannot be "{text}"', where=where, hint="leave it empty, or write a number from 0 to 1"
        )
    return share


def endings_of(path: Path) -> tuple[tuple[str, str], ...]:
    """Return a table of endings of words: ``ending,becomes``."""
    return tuple((row["ending"], row["becomes"]) for _, row in rows_of(path, ("ending", "becomes")))


def codes_of(path: Path) -> tuple[CodeRange, ...]:
    """Return a table of codes: ``system,first,last,value``.

    Raises:
        SegauditError: The table cannot be read, a system is not known, or a code is no number.
    """
    found = []
    for line, row in rows_of(path, ("system", "first", "last", "value")):
        last = row["last"] or row["first"]
        if row["system"] not in SYSTEMS or not row["first"].isdecimal() or len(last) != len(row["first"]):
            raise SegauditError(
                "this is no range of codes",
                where=f"{path}:{line}",
                hint=f"write {' or '.join(SYSTEMS)}, and two codes of as many digits",
            )
        found.append(CodeRange(system=row["system"], first=row["first"], last=last, value=row["value"]))
    return tuple(found)


def lookup_of(path: Path, key: str, value: str, among: Sequence[str]) -> dict[str, str]:
    """Return one column of a table by another, folded.

    Args:
        path: The table.
        key: Column to look in.
        value: Column that has the answer.
        among: The only answers that count, the first the best; none: any, and the first row decides.
    """
    rank = {name: position for position, name in enumerate(among)}
    found: dict[str, str] = {}
    for _, row in rows_of(path, (key, value)):
        answer = row[value]
        if among and answer not in rank:
            continue
        before = found.get(fold(row[key]))
        if before is None or (among and rank[answer] < rank[before]):
            found[fold(row[key])] = answer
    return {name: answer for name, answer in found.items() if answer}


def items_of(path: Path, key: str, value: str, also: str | None) -> dict[str, str]:
    """Return one column of a table by another and its other spellings (``a|b``), folded."""
    columns = tuple(dict.fromkeys([key, value, *([also] if also else [])]))
    found: dict[str, str] = {}
    for _, row in rows_of(path, columns):
        for spelling in (row[key], *(row[also].split("|") if also else ())):
            if spelling.strip():
                found.setdefault(fold(spelling), row[value])
    return found
