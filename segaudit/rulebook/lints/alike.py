"""Segments that are hard to tell apart: the same decision, the same treatment, nearly the same name."""

import re
from collections.abc import Iterator, Sequence

from segaudit.model.segments import Schema, Segment
from segaudit.rulebook.lints.lint import LintContext, Noticed, listed, named, texts_of
from segaudit.text.folding import fold

_LONGEST = 2000  # characters of a treatment that are compared
_MOST = 200  # segments of which every two are compared
_NUMBERS = re.compile(r"\d+")
_SIGNS = re.compile(r"[\W_]+")
_APART = "give each a name that says what sets it apart"
_Owned = tuple[Schema, Segment]


def find_same_decisions(context: LintContext) -> Iterator[Noticed]:
    """Find segments that drive the same decision; those that all suppress may."""
    by_text: dict[str, list[_Owned]] = {}
    for schema, segment in context.rules.segments():
        text = " ".join(fold(text) for text in texts_of(segment.documentation.get("decision")))
        if text:
            by_text.setdefault(text, []).append((schema, segment))
    for users in by_text.values():
        if len(users) > 1 and not all(segment.suppress for _, segment in users):
            yield Noticed(
                place=users[1][1].place,
                message=f"{listed(named(*user) for user in users)} drive the same decision",
                hint="merge them, or say what is done differently for each",
            )


def find_same_treatments(context: LintContext) -> Iterator[Noticed]:
    """Find segments whose members get the same, anywhere; and nearly the same, within a schema."""
    texts = _treatments(context)
    by_text: dict[str, list[_Owned]] = {}
    for owner, text in texts:
        by_text.setdefault(text, []).append(owner)
    for users in by_text.values():
        if len(users) > 1 and not all(segment.suppress for _, segment in users):
            yield Noticed(
                place=users[1][1].place,
                message=f"{listed(named(*user) for user in users)} get the same treatment",
                hint="merge them: what is treated alike is one segment; or say what each gets that the others do not",
            )
    firsts = [(users[0], text[:_LONGEST]) for text, users in by_text.items()]
    for users, likeness in _near(firsts[:_MOST], context.words.likeness["treatment"]):
        yield Noticed(
            place=users[1][1].place,
            message=f"{listed(named(*user) for user in users)} get nearly the same treatment "
            f"({min(likeness, 99):.0f} of 100 alike)",
            hint="merge them, or say what each gets that the others do not",
        )


def _treatments(context: LintContext) -> list[tuple[_Owned, str]]:
    found = []
    for schema, segment in context.rules.segments():
        text = " ".join(fold(text) for text in texts_of(segment.documentation.get("treatment")))
        if text:
            found.append(((schema, segment), text))
    return found


def _near(texts: Sequence[tuple[_Owned, str]], limit: float) -> Iterator[tuple[list[_Owned], float]]:
    """Yield segments of one schema whose texts are so like the first one's, whatever the order of words.

    Each stands in one group only; its likeness is the least in it, 0-100.
    """
    from rapidfuzz import fuzz  # noqa: PLC0415 - a compiled library that few commands need

    told: set[int] = set()
    for index, (a, one) in enumerate(texts):
        users, least = [a], 100.0
        for number, (b, other) in enumerate(texts[index + 1 :], start=index + 1):
            if index in told or number in told or a[0] is not b[0] or (a[1].suppress and b[1].suppress):
                continue
            likeness = fuzz.token_sort_ratio(one, other, score_cutoff=limit)
            if likeness:
                told.add(number)
                users, least = [*users, b], min(least, likeness)
        if len(users) > 1:
            yield users, least


def find_close_names(context: LintContext) -> Iterator[Noticed]:
    """Find names that people will take for each other: the same anywhere, or nearly the same within a schema."""
    from rapidfuzz import fuzz  # noqa: PLC0415 - a compiled library that few commands need

    by_name: dict[str, list[_Owned]] = {}
    for owner in context.rules.segments():
        by_name.setdefault(_bare(owner[1].name), []).append(owner)
    for name, users in by_name.items():
        if len(users) > 1 and name:
            together = "are both" if len(users) == 2 else "are all"  # noqa: PLR2004 - both
            yield Noticed(
                place=users[1][1].place,
                message=f'{listed(named(*user) for user in users)} {together} called "{users[0][1].name}"',
                hint=_APART,
            )
    firsts = [(users[0], name) for name, users in by_name.items()][:_MOST]
    told: set[int] = set()
    for index, (a, one) in enumerate(firsts):
        for number, (b, other) in enumerate(firsts[index + 1 :], start=index + 1):
            if number in told or a[0] is not b[0] or _NUMBERS.findall(one) != _NUMBERS.findall(other):
                continue
            if fuzz.ratio(one, other, score_cutoff=context.words.likeness["name"]):
                told.add(number)
                yield Noticed(
                    place=b[1].place,
                    message=f'{named(*b)} is called "{b[1].name}", which is close to "{a[1].name}" of {named(*a)}',
                    hint=_APART,
                )


def _bare(name: str) -> str:
    """Return a name without case and signs."""
    return _SIGNS.sub(" ", fold(name)).strip()
