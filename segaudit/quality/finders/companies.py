"""Names of companies: capitals, legal forms, and what is no company."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from segaudit.model.quality import Check, ColumnRemark, Suspicion
from segaudit.quality.data import Counted, QualityData
from segaudit.quality.finders.asking import ask, different, matching, placeholders, positions, share_of
from segaudit.sql.kinds import trimmed
from segaudit.sql.values import KEPT_TRIMMED
from segaudit.text.companies import company_case, has_legal_form, same_company

_CONVENTION = 0.3  # share of names in capitals from which that is how the source writes
_FEW = 5
_CLEAR = 3  # times as frequent as another spelling
_CAPITALS = "length(t) > 3 AND lower(t) <> upper(t) AND t = upper(t)"
_SMALL = "length(t) > 3 AND lower(t) <> upper(t) AND t = lower(t) AND NOT contains(t, '@') AND NOT contains(t, '.')"


def find_company_case(data: QualityData, check: Check) -> Iterable[Suspicion | ColumnRemark]:
    """Find company names in capitals or small letters that the column also writes properly, or of long words only."""
    for position in positions(data, "company"):
        filled = max(data.coverage[position].filled, 1)
        for condition, how in ((_CAPITALS, "capitals"), (_SMALL, "small letters")):
            odd = matching(data, position, condition)
            concerned = sum(rows for _, rows in odd)
            if concerned > _FEW and concerned >= share_of(check, "convention", _CONVENTION) * filled:
                message = f"{concerned:,} of {filled:,} names are written in {how}"
                yield ColumnRemark(
                    check=check.id, positions=(position,), message=message, rows=concerned, rows_checked=filled
                )
                continue
            yield from _recased(data, check, position, odd, condition, how)


def _recased(  # noqa: PLR0913, PLR0917 - a column, its odd names and how they are odd
    data: QualityData, check: Check, position: int, odd: list[Counted], condition: str, how: str
) -> Iterator[Suspicion]:
    folded = sorted({value.lower() for value, _ in odd})
    usual: dict[str, Counted] = {}
    others = f"lower(t) IN (SELECT unnest($folded)) AND NOT ({condition})"
    for value, rows in matching(data, position, others, folded=folded) if folded else ():
        usual.setdefault(value.lower(), (value, rows))
    for value, rows in odd:
        known, known_rows = usual.get(value.lower(), (None, 0))
        if known is not None and known_rows >= rows:
            # Capitals that recur nearly as often come from another record of the company, not from a slip.
            confidence = 0.95 if known_rows >= _CLEAR * rows else 0.8
            suggestion, because = known, f"{known_rows:,} rows say {known}"
        elif known is None and (cased := company_case(value)) is not None:
            suggestion, confidence, because = cased, 0.75, f"written in {how} among names that are not"
        else:
            continue
        yield Suspicion(
            check=check.id,
            position=position,
            value=value,
            rows=rows,
            suggestion=suggestion,
            confidence=confidence,
            because=because,
        )


def find_company_legal_form(data: QualityData, check: Check) -> Iterable[Suspicion | ColumnRemark]:
    """Find companies whose name and legal form are written in several ways: Acme Ltd, Acme, Limited."""
    for position in positions(data, "company"):
        query = (
            f"SELECT t, rows, name FROM (SELECT t, rows, {same_company('t')} AS name FROM {different(data, position)}) "
            "WHERE name <> '' QUALIFY count(*) OVER (PARTITION BY name) > 1 ORDER BY rows DESC, t"
        )
        missing = placeholders(data, position)
        groups: dict[str, list[Counted]] = defaultdict(list)
        for value, rows, name in data.engine.fetch(query):
            if str(value).lower() not in missing and has_legal_form(str(name)):
                groups[str(name)].append((str(value), int(rows)))
        for ones in groups.values():
            yield from _spellings(check, position, ones)


def _spellings(check: Check, position: int, ones: list[Counted]) -> Iterator[Suspicion]:
    """Yield the spellings of one name and legal form that are not the usual one."""
    usual, most = max(ones, key=lambda one: one[1])
    for value, rows in ones:
        if value != usual and value.lower() != usual.lower() and most > rows:
            because = f"{most:,} rows say {usual}"
            yield Suspicion(
                check=check.id,
                position=position,
                value=value,
                rows=rows,
                suggestion=usual,
                confidence=0.6,
                because=because,
            )


def find_company_value(data: QualityData, check: Check) -> Iterable[Suspicion | ColumnRemark]:
    """Find what is no company: an address, a web address, the person's own name."""
    found = {field: position for field in ("company", "first_name", "last_name") for position in positions(data, field)}
    if "company" not in found:
        return
    position = found["company"]
    strange = "regexp_matches(t, '^[^@ ]+@[^@ ]+[.][^@ ]+$') OR regexp_matches(lower(t), '^(https?://|www[.])')"
    for value, rows in matching(data, position, f"({strange})"):
        what = "an e-mail address" if "@" in value else "a web address"
        yield Suspicion(
            check=check.id,
            position=position,
            value=value,
            rows=rows,
            confidence=0.95 if "@" in value else 0.85,
            because=f"{what} in the place of a name",
        )
    if len(found) == len(("company", "first_name", "last_name")):
        yield from _own_names(data, check, found)


def _own_names(data: QualityData, check: Check, found: Mapping[str, int]) -> Iterator[Suspicion]:
    """Yield companies called exactly like the person beside them."""
    names = {field: different(data, found[field]) for field in ("first_name", "last_name")}
    # Only names that consist of a first and a last name of the file can be that of a person in it.
    likely = data.engine.fetch(
        f"SELECT t FROM {different(data, found['company'])} WHERE contains(t, ' ') AND ("
        f"lower(split_part(t, ' ', 1)) IN (SELECT lower(split_part(t, ' ', 1)) FROM {names['first_name']}) "
        f"AND lower(split_part(t, ' ', -1)) IN (SELECT lower(split_part(t, ' ', -1)) FROM {names['last_name']}))"
    )
    if not likely:
        return
    first, last, firm = (data.source.column(found[field]) for field in ("first_name", "last_name", "company"))
    # Looked for as they are written, so that only what stands beside them is trimmed; not said as a plain equality,
    # which the engine would make part of the join and work out for every row.
    written = f"SELECT v, t FROM (SELECT v, {KEPT_TRIMMED} AS t FROM {data.grouped(found['company'])})"
    query = (
        f"SELECT _row, t FROM {data.source.table} JOIN ({written} WHERE t IN (SELECT unnest($likely))) ON v = {firm} "
        f"WHERE CASE WHEN lower(t) = lower(concat({trimmed(first)}, ' ', {trimmed(last)})) THEN TRUE ELSE FALSE END "
        "ORDER BY _row"
    )
    for row, value in ask(data, query, likely=[text for (text,) in likely]):
        yield Suspicion(
            check=check.id,
            position=found["company"],
            value=str(value),
            row=int(row),
            confidence=0.5,
            because="the person's own name: perhaps a sole trader",
        )
