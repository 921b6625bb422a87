"""Job titles: capitals, and what is no title."""

import re
from collections.abc import Iterable

from segaudit.model.quality import Check, ColumnRemark, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.finders.asking import matching, positions, share_of
from segaudit.text.names import is_struck

_CONVENTION = 0.3
_FEW = 5
_ODD_CASE = "length(t) > 4 AND lower(t) <> upper(t) AND (t = lower(t) OR t = upper(t))"
_WORDS = re.compile(r"[^\W\d_]+")
_STRANGE = "regexp_matches(t, '^[^@ ]+@[^@ ]+[.][^@ ]+$') OR regexp_matches(t, '^[^a-zA-Z\u0080-\U0010ffff]+$')"
_SHORT = "length(t) BETWEEN 3 AND 12 AND NOT contains(t, ' ')"


def find_title_case(data: QualityData, check: Check) -> Iterable[Suspicion | ColumnRemark]:
    """Find titles in capitals or small letters that the same column also writes properly."""
    for position in positions(data, "job_title"):
        odd = matching(data, position, _ODD_CASE)
        filled, concerned = max(data.coverage[position].filled, 1), sum(rows for _, rows in odd)
        if concerned > _FEW and concerned >= share_of(check, "convention", _CONVENTION) * filled:
            message = f"{concerned:,} of {filled:,} titles are written in capitals or small letters throughout"
            yield ColumnRemark(
                check=check.id, positions=(position,), message=message, rows=concerned, rows_checked=filled
            )
            continue
        folded = sorted({value.lower() for value, _ in odd})
        usual: dict[str, tuple[str, int]] = {}
        others = f"lower(t) IN (SELECT unnest($folded)) AND NOT ({_ODD_CASE})"
        for value, rows in matching(data, position, others, folded=folded) if folded else ():
            usual.setdefault(value.lower(), (value, rows))
        for value, rows in odd:
            known, known_rows = usual.get(value.lower(), ("", 0))
            if known_rows >= rows:
                yield Suspicion(
                    check=check.id,
                    position=position,
                    value=value,
                    rows=rows,
                    suggestion=known,
                    confidence=0.95,
                    because=f"{known_rows:,} rows say {known}",
                )


def find_title_value(data: QualityData, check: Check) -> Iterable[Suspicion | ColumnRemark]:
    """Find what is no title: an address, digits alone, keys struck at random."""
    for position in positions(data, "job_title"):
        for value, rows in matching(data, position, f"({_STRANGE})"):
            because = "an e-mail address in the place of a title" if "@" in value else "a title without a letter"
            yield Suspicion(check=check.id, position=position, value=value, rows=rows, confidence=0.9, because=because)
        for value, rows in matching(data, position, _SHORT):
            words = _WORDS.findall(value)
            if value == value.lower() and all(map(is_struck, words)) and words:
                because = "keys struck at random"
                yield Suspicion(
                    check=check.id, position=position, value=value, rows=rows, confidence=0.85, because=because
                )
