"""First and last names in each other's place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from math import log10

from nicknames import name_triplets

from segaudit.model.quality import Check, ColumnRemark, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import ask, cells, matching, placeholders, share_of
from segaudit.text.folding import fold_header
from segaudit.text.names import names_in_local_part

_PRIOR = -2.0  # decimal log-odds: one record in a hundred
_SMOOTH = 0.3  # rows; what a word that was never seen counts for
_GIVEN = 0.7  # decimal log-odds that a word on the list of given names adds
_EMAIL = 1.5  # that the order in the address adds, where the column's addresses agree on one
_AGREE = 10  # times as many addresses in one order as in the other
_ASKED = 100_000  # first rows that are asked for the order of names in addresses
_LEAST = 0.5
_MOST_SURE = 0.97


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counts:
    first: Mapping[str, int]  # rows of each folded word among the first names
    last: Mapping[str, int]
    email_weight: float  # 0 where addresses say nothing about the order of names


@cache
def given_names() -> frozenset[str]:
    """Return the given names and nicknames of the nicknames package, in lower case."""
    return frozenset(name for triplet in name_triplets() for name in (triplet.name1, triplet.name2))


def find_names_swapped(data: QualityData, check: Check) -> Iterable[Suspicion | ColumnRemark]:
    """Find records whose first name is a last name elsewhere in the file, and the other way round."""
    first, last, email = (data.of_field(name) for name in ("first_name", "last_name", "email"))
    if first is None or last is None:
        return
    columns = {"first": first.column.position, "last": last.column.position}
    firsts_of, lasts_of = (matching(data, position, "TRUE") for position in columns.values())
    counts = _Counts(first=_folded(firsts_of), last=_folded(lasts_of), email_weight=0.0)
    lasts = [value for value, _ in firsts_of if _leaning(fold_header(value), counts) > 0]
    firsts = [value for value, _ in lasts_of if _leaning(fold_header(value), counts) < 0]
    if not lasts or not firsts:
        return
    address = "''"
    if email is not None:
        columns["email"] = email.column.position
        address = "email"
        counts = _Counts(first=counts.first, last=counts.last, email_weight=_email_weight(data, columns))
    query = (
        f"SELECT _row, first, last, {address} FROM {cells(data, **columns)} "
        "WHERE first IN (SELECT unnest($lasts)) AND last IN (SELECT unnest($firsts)) ORDER BY _row"
    )
    missing = placeholders(data, columns["first"]) | placeholders(data, columns["last"])
    least = share_of(check, "least_probability", _LEAST)
    for row, first_name, last_name, mail in ask(data, query, lasts=lasts, firsts=firsts):
        probability, because = _judge(str(first_name), str(last_name), str(mail), counts)
        if probability < least or {str(first_name).lower(), str(last_name).lower()} & missing:
            continue
        for position, value, other in (
            (columns["first"], first_name, last_name),
            (columns["last"], last_name, first_name),
        ):
            yield Suspicion(
                check=check.id,
                position=position,
                value=str(value),
                row=int(row),
                suggestion=str(other),
                confidence=round(min(probability, _MOST_SURE), 2),
                because=because,
            )


def _folded(values: Iterable[tuple[str, int]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for value, rows in values:
        key = fold_header(value)
        counts[key] = counts.get(key, 0) + rows
    return counts


def _leaning(word: str, counts: _Counts) -> float:
    """Return how much more a word is a last name (above 0) than a first name, as a decimal logarithm."""
    seen = log10((counts.last.get(word, 0) + _SMOOTH) / (counts.first.get(word, 0) + _SMOOTH))
    return seen - (_GIVEN if word in given_names() else 0.0)


def _judge(first: str, last: str, email: str, counts: _Counts) -> tuple[float, str]:
    """Return the probability that two names are swapped, with the evidence in words.

    The row's own cells are taken out of the counts: they are what is in question.
    """
    f, l = fold_header(first), fold_header(last)  # noqa: E741 - first and last
    if not f or not l or f == l:
        return 0.0, ""
    as_last = log10((counts.last.get(f, 0) + _SMOOTH) / (counts.first.get(f, 0) - 1 + _SMOOTH))
    as_first = log10((counts.first.get(l, 0) + _SMOOTH) / (counts.last.get(l, 0) - 1 + _SMOOTH))
    odds = _PRIOR + as_last + as_first
    odds += _GIVEN * ((l in given_names()) - (f in given_names()))
    because = [
        f"{first} is a last name in {counts.last.get(f, 0):,} rows, {last} a first name in {counts.first.get(l, 0):,}"
    ]
    words = names_in_local_part(email)
    if words == (l, f):
        odds += counts.email_weight
        because.append(f"the address says {last} {first}")
    elif words == (f, l):
        odds -= counts.email_weight
    return 1 / (1 + 10**-odds), "; ".join(because)


def _email_weight(data: QualityData, columns: Mapping[str, int]) -> float:
    """Return what the order of names in addresses is worth: nothing unless nearly all agree, below 0 for last.first."""
    query = (
        "SELECT count(*) FILTER (WHERE local = first || sep || last), "
        "count(*) FILTER (WHERE local = last || sep || first) "
        "FROM (SELECT lower(strip_accents(first)) AS first, lower(strip_accents(last)) AS last, "
        f"lower(split_part(email, '@', 1)) AS local FROM {cells(data, **columns)} "
        f"WHERE _row <= {_ASKED} AND first <> '' AND last <> ''), "
        "(SELECT unnest(['.', '_', '-']) AS sep)"
    )
    ((ordered, turned),) = ask(data, query)
    if ordered >= _AGREE * max(turned, 1):
        return _EMAIL
    return -_EMAIL if turned >= _AGREE * max(ordered, 1) else 0.0
