"""Countries and states: one place in many spellings, and states that their country does not have."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from segaudit.model.fields import FieldType
from segaudit.model.quality import Check, ColumnRemark, Suspicion
from segaudit.quality.data import Counted, QualityData
from segaudit.quality.finders.asking import ask, few, placeholders, positions
from segaudit.quality.finders.countries import (
    Judged,
    beside_country,
    country_codes,
    country_kinds,
    home_of_states,
    load_countries,
    load_states,
    suspicions,
)
from segaudit.text.folding import fold_header
from segaudit.text.places import Countries, States, english_name

_MOST_SPELLINGS = 5_000
_MOSTLY = 0.8  # share of a column's cells that name countries, from which it is a column of countries
_NAME_LETTERS = 4  # from which a spelling is a name rather than a code
_CLEAR = 2  # times as frequent as another spelling
_COMMON_SHORT = frozenset({"usa", "uk", "uae"})


def find_country_names(data: QualityData, check: Check) -> Iterable[Suspicion | ColumnRemark]:
    """Find one country written in several ways, and countries misspelled."""
    countries, kinds = load_countries(data.location), country_kinds(data.location)
    for position in _country_columns(data, countries):
        values = data.values(position)
        spellings: dict[str, list[Counted]] = defaultdict(list)
        unread: list[Counted] = []
        for value, rows in values:
            code = countries.read(value)
            if code is None:
                unread.append((value, rows))
            else:
                spellings[code].append((value, rows))
        named = sum(rows for ones in spellings.values() for value, rows in ones if len(value) >= _NAME_LETTERS)
        in_names = named >= _MOSTLY * sum(rows for ones in spellings.values() for _, rows in ones)
        for code, ones in spellings.items():
            yield from _variants(check, position, code, ones, kinds, in_names=in_names)
        cities = _cities(data) if unread else frozenset()
        for value, rows in unread:
            if value.lower() not in cities:
                yield from _misspelled(check, position, value, rows, countries, spellings)


def _cities(data: QualityData) -> frozenset[str]:
    """Return the file's cities and states in small letters: Cambridge in the wrong column is not Cambodia."""
    return frozenset(
        value.lower() for position in positions(data, "city", "state") for value, _ in data.values(position)
    )


def _country_columns(data: QualityData, countries: Countries) -> Iterator[int]:
    """Yield the country column, and columns without a field in which nearly all cells name countries in full."""
    found = positions(data, "country")
    yield from (position for position in found if few(data, position, _MOST_SPELLINGS))
    for reading in data.of_type(FieldType.TEXT, FieldType.ENUM):
        position = reading.column.position
        if reading.column.field is not None or not few(data, position, 300) or position in found:
            continue
        kinds = country_kinds(data.location)
        values = data.values(position)
        full = [v for v in values if len(v[0]) >= _NAME_LETTERS and countries.read(v[0])]
        plain = [v for v in full if kinds.get(v[0].lower()) != "adjective"]
        total = sum(rows for _, rows in values)
        if _rows(full) >= _MOSTLY * total and _rows(plain) > total / _CLEAR and len(plain) > 1:
            yield position


def _rows(values: Sequence[Counted]) -> int:
    return sum(rows for _, rows in values)


def _variants(  # noqa: PLR0913 - a country, its spellings in a column and what is known of them
    check: Check, position: int, code: str, ones: Sequence[Counted], kinds: Mapping[str, str], *, in_names: bool
) -> Iterator[Suspicion]:
    whole = [one for one in ones if kinds.get(one[0].lower()) != "part"]
    usual, usual_rows = max(
        (one for one in whole if kinds.get(one[0].lower()) != "adjective"), key=lambda one: one[1], default=("", 0)
    )
    if in_names and _is_code(usual):
        usual, usual_rows = english_name(code), 0
    if not usual:
        return
    for value, rows in ones:
        kind = kinds.get(value.lower(), "")
        if value == usual or (kind == "part" and not usual_rows):
            continue
        clear = usual_rows >= _CLEAR * rows or kind == "adjective"
        clear = clear or (in_names and _is_code(value))
        confidence = 0.85 if not usual_rows else 0.9 if kind == "part" else 0.95 if clear else 0.85
        if kind == "part" and not clear:
            continue  # the parts of the kingdom are what this column holds
        because = f"{usual} stands in {usual_rows:,} rows" if usual_rows else "a code in a column of names"
        yield Suspicion(
            check=check.id,
            position=position,
            value=value,
            rows=rows,
            suggestion=usual,
            confidence=confidence,
            because=because,
        )


def _is_code(text: str) -> bool:
    folded = fold_header(text)
    return len(folded) < _NAME_LETTERS and text.isascii() and folded not in _COMMON_SHORT


def _misspelled(  # noqa: PLR0913, PLR0917 - a cell, and what may be meant by it
    check: Check, position: int, value: str, rows: int, countries: Countries, spellings: Mapping[str, list[Counted]]
) -> Iterator[Suspicion]:
    code = countries.guess(value)
    if code is None:
        return
    used = spellings.get(code)
    suggestion = used[0][0] if used else english_name(code)
    yield Suspicion(
        check=check.id,
        position=position,
        value=value,
        rows=rows,
        suggestion=suggestion,
        confidence=0.95,
        because=f"a misspelling of {suggestion}",
    )


def find_state_names(data: QualityData, check: Check) -> Iterable[Suspicion | ColumnRemark]:
    """Find one state or province written in several ways, and misspelled ones."""
    states = load_states(data.location)
    for position in positions(data, "state"):
        codes, found = _states_beside(data, position)
        spellings: dict[str, Counter[str]] = defaultdict(Counter)
        read: dict[tuple[str, str], str] = {}
        for text, country, rows in found:
            state = states.read(country, text) if country else None
            if state is not None:
                spellings[state][text] += rows
                read[text, country] = state
        usual = {state: _usual_state(ones) for state, ones in spellings.items()}
        judged = [
            one
            for text, country, rows in found
            if (one := _judge_state(text, country, rows, states, spellings, usual, read)) is not None
        ]
        yield from suspicions(data, check.id, position, codes, judged)


def _usual_state(ones: Counter[str]) -> str:
    """Return the most frequent spelling; of two as frequent, the longer."""
    return max(ones, key=lambda text: (ones[text], len(text), text))


def _states_beside(data: QualityData, position: int) -> tuple[dict[str, str], list[tuple[str, str, int]]]:
    """Return the country spellings, and each different state and country with its rows.

    Where the file names no country, it is the one whose states the column holds, if there is such a one.
    """
    if not few(data, position, _MOST_SPELLINGS):
        return {}, []
    codes = country_codes(data)
    if not codes or data.of_field("country") is None:
        home = home_of_states(data)
        return {}, [(text, home, rows) for text, rows in data.values(position)]
    relation, parameters = beside_country(data, position, codes)
    missing = placeholders(data, position)
    query = (
        f"SELECT t, code, count(*) AS rows FROM {relation} WHERE t <> '' GROUP BY t, code ORDER BY rows DESC, t, code"
    )
    found = [(str(text), str(code), int(rows)) for text, code, rows in ask(data, query, **parameters)]
    return codes, [one for one in found if one[0].lower() not in missing]


def _judge_state(  # noqa: PLR0913, PLR0917 - a cell, its country, and the spellings of the column
    text: str,
    country: str,
    rows: int,
    states: States,
    spellings: Mapping[str, Counter[str]],
    usual: Mapping[str, str],
    read: Mapping[tuple[str, str], str],
) -> Judged | None:
    state = read.get((text, country))
    if state is None and not country:
        # A record without a country: its state is told by the others that say the same, if they agree.
        known = {code for (other, _), code in read.items() if other == text}
        elsewhere = {code for code in usual if fold_header(text) in states.of(code[:2])}
        state = known.pop() if len(known) == 1 and len({code[:2] for code in elsewhere}) <= 1 else None
        if state is None:
            return None
    if state is None:
        return _misspelled_state(text, country, rows, states, usual)
    form = usual[state]
    if form == text:
        return None
    most = spellings[state][form]
    confidence = 0.95 if most >= _CLEAR * spellings[state][text] else 0.8
    because = f"{form} stands in {most:,} rows"
    return Judged(text=text, code=country, rows=rows, suggestion=form, confidence=confidence, because=because)


def _misspelled_state(text: str, country: str, rows: int, states: States, usual: Mapping[str, str]) -> Judged | None:
    """Judge a text that names no state of its country but is a letter away from one the column holds."""
    folded = fold_header(text)
    names = {fold_header(form): form for code, form in usual.items() if code.startswith(f"{country}-")}
    near = process.extract(folded, list(names), scorer=OSA.distance, score_cutoff=1, limit=2)
    if len(folded) <= _NAME_LETTERS or len(near) != 1 or folded[0] != near[0][0][0]:
        return None
    form = names[near[0][0]]
    if states.read(country, form) is None:
        return None
    because = f"a misspelling of {form}"
    return Judged(text=text, code=country, rows=rows, suggestion=form, confidence=0.93, because=because)


def find_state_country(data: QualityData, check: Check) -> Iterable[Suspicion | ColumnRemark]:
    """Find states that the record's country does not have, and another country of the file has."""
    states = load_states(data.location)
    for position in positions(data, "state"):
        codes, found = _states_beside(data, position)
        present = Counter(codes.values())
        homes: dict[str, set[str]] = defaultdict(set)
        for text, country, _ in found:
            if country and len(fold_header(text)) >= _NAME_LETTERS and states.read(country, text):
                homes[fold_header(text)].add(country)
        judged = []
        for text, country, rows in found:
            others = homes.get(fold_header(text), set())
            if country not in present or country in others or len(others) != 1 or not states.of(country):
                continue
            other = english_name(next(iter(others)))
            because = f"{text} is in {other}; the record says {english_name(country)}"
            judged.append(Judged(text=text, code=country, rows=rows, suggestion=None, confidence=0.7, because=because))
        yield from suspicions(data, check.id, position, codes, judged)
