"""Names of people: capitals, and what does not belong into a name."""

import re
from collections.abc import Iterable, Iterator

from segaudit.model.quality import Check, ColumnRemark, Suspicion
from segaudit.quality.data import QualityData
from segaudit.quality.fillers import MERGE_TAG
from segaudit.quality.finders.asking import ask, cells, matching, positions, share_of
from segaudit.quality.finders.lost_letters import lost_letters
from segaudit.quality.finders.misread import misread_cells
from segaudit.quality.finders.test_records import load_evidence
from segaudit.text.folding import fold_header
from segaudit.text.names import is_struck, names_in_local_part, proper_case

_NAMES = ("first_name", "middle_name", "last_name", "full_name")
_CONVENTION = 0.3  # share of a column's cells from which its capitals are how the source writes
_ODD_CASE = (
    "regexp_matches(t, '\\pL\\pL') AND lower(t) <> upper(t) AND (t = lower(t) OR t = upper(t)) "
    "AND NOT regexp_matches(t, '[@()]')"
)
_SHORT = 3  # letters up to which capitals may be initials
_FEW_CELLS = 5  # of one odd case, always taken for accidents
_STRANGE = "contains(t, '@') OR contains(t, '://') OR regexp_matches(lower(t), '^www[.]|[0-9]')"
_ORDINAL = re.compile(r"(?i)\b(?:\d(?:st|nd|rd|th)|[ivx]+)\b")
_PHONE = re.compile(r"\+?[\d\s()./-]{7,}")
_ADDRESSED = (
    "regexp_full_match(t, '(?i)(?:mr|mrs|ms|miss|mx|herr|frau|mme|mlle|monsieur|madame|señora?)[.]? +\\pL[^&]*')"
)
_EDGES = "/\\._,;:*#|=+~^<>?!"  # never the first sign of a name, and all but the dot never the last
_STRAY = "regexp_matches(t, '^[^\\pL0-9(\"''‘’-]|[/\\\\_,;:*#|=+~^<>!]$')"


def find_name_case(data: QualityData, check: Check) -> Iterable[Suspicion | ColumnRemark]:
    """Find names in capitals or in small letters among names that are written properly."""
    for position in positions(data, *_NAMES):
        yield from odd_cases(data, check, position, _CONVENTION)


def odd_cases(data: QualityData, check: Check, position: int, convention: float) -> Iterator[Suspicion | ColumnRemark]:
    """Yield a column's cells in one case, or one remark where that is how the column is written."""
    evidence, stand_ins = load_evidence(data.location), {item.value for item in data.placeholders}
    odd = [
        (value, rows)
        for value, rows in matching(data, position, _ODD_CASE)
        if not any(map(str.isdigit, value))
        and not is_struck(value)
        and not evidence.of_cell(value)
        and value.lower() not in stand_ins
        and not MERGE_TAG.search(value)
    ]
    filled = max(data.coverage[position].filled, 1)
    for capitals in (True, False):
        mine = [(value, rows) for value, rows in odd if value.isupper() == capitals]
        concerned = sum(rows for _, rows in mine)
        if concerned >= share_of(check, "convention", convention) * filled and concerned > _FEW_CELLS:
            yield ColumnRemark(
                check=check.id,
                positions=(position,),
                message=f"{concerned:,} of {filled:,} cells are in {'capitals' if capitals else 'small letters'}",
                rows=concerned,
                rows_checked=filled,
            )
            continue
        yield from _recased(data, check, position, mine)


def _recased(data: QualityData, check: Check, position: int, odd: list[tuple[str, int]]) -> Iterator[Suspicion]:
    """Yield cells in one case with the spelling most of the column uses, or with the usual capitals."""
    folded = sorted({value.lower() for value, _ in odd})
    usual: dict[str, tuple[str, int]] = {}
    condition = f"list_contains($folded, lower(t)) AND NOT ({_ODD_CASE})"
    for value, rows in matching(data, position, condition, folded=folded) if folded else ():
        usual.setdefault(value.lower(), (value, rows))
    for value, rows in odd:
        known, known_rows = usual.get(value.lower(), (None, 0))
        if known is not None and known_rows * 2 >= rows:
            suggestion, confidence, because = known, 0.97, f"{known_rows:,} rows say {known}"
        else:
            suggestion, sure = proper_case(value)
            confidence = 0.9 if sure and len(value) > _SHORT else 0.7
            because = f"written in {'capitals' if value.isupper() else 'small letters'} among names that are not"
            if len(value) < _SHORT and value.isupper():
                continue  # initials
        if suggestion != value:
            yield Suspicion(
                check=check.id,
                position=position,
                value=value,
                rows=rows,
                suggestion=suggestion,
                confidence=confidence,
                because=because,
            )


def find_name_characters(data: QualityData, check: Check) -> Iterable[Suspicion | ColumnRemark]:
    """Find text that was misread on its way in any column, and signs, digits and forms of address that no name has."""
    yield from misread_cells(data, check)
    yield from lost_letters(data, check)
    yield from _forms_of_address(data, check)
    for position in positions(data, *_NAMES):
        yield from _stray_signs(data, check, position)
    for position in positions(data, "first_name", "last_name"):
        for value, rows in matching(data, position, "regexp_matches(t, '[0-9]') AND NOT contains(t, '@')"):
            if not _ORDINAL.search(value) and not _PHONE.fullmatch(value) and not set(".&") & set(value):
                because = "a name holds a digit"
                yield Suspicion(
                    check=check.id, position=position, value=value, rows=rows, confidence=0.8, because=because
                )


def _forms_of_address(data: QualityData, check: Check) -> Iterator[Suspicion]:
    """Yield given names with a form of address before them; where many have one, the column is meant to."""
    for position in positions(data, "first_name"):
        found = matching(data, position, _ADDRESSED)
        if sum(rows for _, rows in found) > _CONVENTION * data.coverage[position].filled:
            continue
        for value, rows in found:
            form, _, name = value.partition(" ")
            yield Suspicion(
                check=check.id,
                position=position,
                value=value,
                rows=rows,
                suggestion=name.strip(),
                confidence=0.9,
                because=f"{form} is a form of address; it has a field of its own",
            )


def _stray_signs(data: QualityData, check: Check, position: int) -> Iterator[Suspicion]:
    """Yield names with signs around them."""
    for value, rows in matching(data, position, _STRAY):
        if MERGE_TAG.search(value):
            continue  # no name with signs around it, but the place for one
        bare = value.lstrip(_EDGES).rstrip(_EDGES.replace(".", "")).strip()
        if len(bare) > 1 and bare != value and bare[0].isalpha() and not set("@?") & set(value):
            yield Suspicion(
                check=check.id,
                position=position,
                value=value,
                rows=rows,
                suggestion=bare,
                confidence=0.95,
                because="stray signs around a name",
            )


def find_email_in_name(data: QualityData, check: Check) -> Iterable[Suspicion | ColumnRemark]:
    """Find addresses, telephone numbers and web addresses in names, and where they should have gone."""
    beside = {field: data.of_field(field) for field in ("email", "phone", "website", "first_name", "last_name")}
    columns = {field: reading.column.position for field, reading in beside.items() if reading is not None}
    for position in positions(data, *_NAMES):
        if not matching(data, position, _STRANGE):
            continue
        selected = ", ".join(columns)
        query = f"SELECT _row, t, {selected} FROM {cells(data, t=position, **columns)} WHERE {_STRANGE} ORDER BY _row"
        for number, text, *rest in ask(data, query):
            record = dict(zip(columns, map(str, rest), strict=True))
            kind = _kind_of(str(text))
            if kind is not None:
                yield from _misplaced(data, check, columns, position, int(number), str(text), kind, record)


def _kind_of(text: str) -> str | None:
    """Return the field a text belongs into that stands in a name."""
    if re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@]+", text):
        return "email"
    if re.match(r"(?i)(?:https?://|www\.)\S+$", text):
        return "website"
    return "phone" if _PHONE.fullmatch(text) else None


def _misplaced(  # noqa: PLR0913, PLR0917 - what a record, a place in it and its other cells are
    data: QualityData,
    check: Check,
    columns: dict[str, int],
    position: int,
    row: int,
    text: str,
    kind: str,
    record: dict[str, str],
) -> Iterator[Suspicion]:
    what = {"email": "an e-mail address", "website": "a web address", "phone": "a telephone number"}[kind]
    field = data.reading(position).column.field or ""
    name = _name_from(text, field, record) if kind == "email" else None
    if name is not None:
        written = matching(data, position, "strip_accents(lower(t)) = $name AND t <> lower(t)", name=name.lower())
        name = written[0][0] if written else name
    home = record.get(kind)
    said = f", which says {name}" if name else ""
    if home and fold_header(home) == fold_header(text):
        said += f"; {data.source.headers[columns[kind] - 1]} holds it too"
    yield Suspicion(
        check=check.id,
        position=position,
        value=text,
        row=row,
        suggestion=name,
        confidence=0.95,
        because=f"{what} in the place of a name{said}",
    )
    if kind in columns and home == "":
        because = f"the name column holds {what}, and this one is empty"
        yield Suspicion(
            check=check.id,
            position=columns[kind],
            value="",
            row=row,
            suggestion=text,
            confidence=0.9,
            because=because,
        )


def _name_from(address: str, field: str, record: dict[str, str]) -> str | None:
    """Return the name an address gives away, if its other half is the record's other name."""
    words = names_in_local_part(address)
    other = {"first_name": "last_name", "last_name": "first_name"}.get(field)
    if len(words) != len(("first", "last")) or other is None:
        return None
    known = fold_header(record.get(other, ""))
    left = [word for word in words if word != known]
    return left[0].capitalize() if known and len(left) == 1 and len(left[0]) > 1 else None
