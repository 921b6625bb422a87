"""Names that were nearly right."""

from collections.abc import Iterable

_CLOSE_FROM = 70.0


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``did you mean "..."?`` for the nearest known name, or nothing if none is near."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - needed for a mistake only

    found = process.extractOne(name.lower(), list(known), scorer=fuzz.ratio, score_cutoff=_CLOSE_FROM)
    return f'did you mean "{found[0]}"?' if found else ""
