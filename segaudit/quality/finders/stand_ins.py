"""Disguised missing values: what people, forms and programs put where nothing was known.

Evidence is what a value is made of, how often it recurs, and what stands beside it; never a list of known faults
alone. What the list of placeholders recognises is counted as missing before and not reported here.
"""

import re
from collections.abc import Iterable, Iterator

from segaudit.model.fields import NUMERIC_TYPES, ColumnReading, FieldType
from segaudit.model.quality import Check, ColumnRemark, Suspicion
from segaudit.quality.data import Counted, QualityData
from segaudit.quality.finders.asking import ask, names_of, placeholders, share_of
from segaudit.quality.finders.reading import FEW, picked, sample_of
from segaudit.quality.finders.stand_in_companies import find_company_words
from segaudit.quality.finders.stand_in_dates import days_of, find_spikes, judge_days
from segaudit.quality.finders.stand_in_numbers import judge_numbers
from segaudit.quality.finders.stand_in_words import Evidence, judge_word
from segaudit.quality.finders.stand_in_zeros import find_zeros
from segaudit.sql.kinds import trimmed

_MOSTLY = 0.5  # what most cells of a column are made of is how it is written
_NEVER = frozenset({FieldType.BOOL})
_END = "\\s*$"
_SAME_DIGIT = "|".join(f"[^0-9]*(?:{digit}[^0-9]*){{4,}}" for digit in range(1, 10))
_COUNTED = "[^0-9]*(?:0?1[^0-9]*2[^0-9]*3[^0-9]*4[^0-9]*5|9[^0-9]*8[^0-9]*7[^0-9]*6)[0-9() -]*"
_ZEROS = "[^0-9A-Za-z]*0[0.,]*[^0-9A-Za-z+]*"
_END_IN_ZEROS = ".*(?:0[^0-9A-Za-z]*){7}"
_MARKS = r"[!-/:-@\[-`{-~ ]+"
_MAIL = (
    r"(?i)(?:not?|na|n[.]a|nil|null|unknown|missing|invalid|fake|dummy|blank|empty|keine?|sin|sem|pas|without|donot)"
    r"[-._]?(?:@|e?-?mail|addr|adre|correo|one|body|prov|avail|given|known|appl|have|de)"
    r"|(?i)(?:test|asdf|qwert|xx|abc|aaa|bbb|foo|bar|sample|user|sdf|dfg|fgh|jkl|zxc|.@)|[^@]*$"
)
_WORDS = (
    r"(?i)\W*(?:test|dummy|tbc|asd|qwer|azerty|zxcv|yxcv|hjkl|sdf|dfg|fgh|xx|(?:please |bitte |veuillez |por favor,? )?"
    r"(?:select|choose|pick|enter|specify|fill|(?:aus)?w.hlen|s.lectionn|choisi|selec|elij|elegi|escoj|escolh|kies)"
    r"|auswahl|maak|to be |do(?: not|n.?t) know|not |no (?:data|value|entry|info)|unbekannt|wei|keine |nicht "
    r"|inconnu|non "
    r"|pas de|desco|sin dato|no sabe|n.o s|sconosc|onbekend|unknown|n/?a\W|null\W|none\W|[(\[{<]|\*\||%\w)"
)
# What may be a stand-in, by how a cell begins: picked out by the engine where a column has very many values.
_PICKED: dict[FieldType, str] = {
    FieldType.EMAIL: _MAIL,
    FieldType.PHONE: f"(?:{_SAME_DIGIT}|{_ZEROS}|{_COUNTED}|{_END_IN_ZEROS}|[^0-9]*|[(]?[+][0-9]{{1,3}}[)]?){_END}",
    FieldType.DATE: f"[^1-9]*{_END}",
    FieldType.URL: f"(?:{_MARKS}|(?i)(?:https?:?/*)?(?:www[.]?)?(?:com)?/*|[^./]*){_END}",
    **dict.fromkeys(NUMERIC_TYPES, f"(?:{_SAME_DIGIT}|{_ZEROS}|{_COUNTED}|-[19]){_END}"),
}
_SEEN_UNREAD = frozenset({FieldType.DATE, FieldType.URL})  # whose stand-ins cannot be read as one


def find_stand_ins(data: QualityData, check: Check) -> Iterable[Suspicion | ColumnRemark]:
    """Yield values that stand for a missing one, with "" as suggestion, and days that stand out as a remark.

    Settings: ``not_in`` (fields to leave alone), ``most_values`` and ``most_days`` (different values of a column that
    are all looked at), ``spike`` (times the usual rows of a day), ``least_compared`` (zeros to learn from).
    """
    spared = frozenset(names_of(check, "not_in", ()))
    for reading in data.readings:
        if (
            reading.type in _NEVER
            or reading.column.field in spared
            or not data.coverage[reading.column.position].filled
        ):
            continue
        values = _values(data, reading, check)
        yield from _of_column(data, reading, check, values)
        yield from find_zeros(data, reading, check, values)
        yield from find_company_words(data, reading, check, values)


def _of_column(
    data: QualityData, reading: ColumnReading, check: Check, values: list[Counted]
) -> Iterator[Suspicion | ColumnRemark]:
    position = reading.column.position
    found: dict[str, tuple[int, Evidence]] = {}
    missing = placeholders(data, position)
    for value, rows in values:
        if evidence := judge_word(value, rows, reading, missing):
            found[value] = (rows, evidence)
    if reading.type in NUMERIC_TYPES:
        found |= _numbers(data, position, values)
    if reading.type is FieldType.DATE:
        days = days_of(data, reading, check)
        found |= {day.text: (day.rows, evidence) for day, evidence in judge_days(days, reading.column.field)}
        for spike in find_spikes(days, position, reading.column.field, check):
            if isinstance(spike, ColumnRemark):
                yield spike
            else:
                found.setdefault(spike[0].text, (spike[0].rows, spike[1]))
    if sum(rows for rows, _ in found.values()) > _MOSTLY * data.coverage[position].filled:
        return
    for value, (rows, evidence) in found.items():
        yield Suspicion(
            check=check.id,
            position=position,
            value=value,
            rows=rows,
            suggestion="",
            confidence=evidence.confidence,
            because=evidence.because,
        )


def _numbers(data: QualityData, position: int, values: list[Counted]) -> dict[str, tuple[int, Evidence]]:
    """Return the fillers among a column's numbers; of very many numbers, a part is enough to compare them with."""
    distinct = data.coverage[position].distinct
    if distinct <= len(values) or not values:
        return {value: (rows, evidence) for value, rows, evidence in judge_numbers(values, values)}
    column = data.source.column(position)
    query = f"SELECT {trimmed(column)} AS t, count(*) FROM {sample_of(data)} WHERE {column} <> '' GROUP BY t"
    beside = [(str(value), int(rows)) for value, rows in ask(data, query)]
    found = judge_numbers(values, beside, share=min(1.0, len(beside) / distinct))
    return {value: (rows, evidence) for value, rows, evidence in found}


def _values(data: QualityData, reading: ColumnReading, check: Check) -> list[Counted]:
    """Return the different values of a column; of one with very many, the frequent ones and those that look it."""
    position = reading.column.position
    measures = data.coverage[position]
    if measures.distinct == len(measures.frequent):
        return [(value.strip(), rows) for value, rows in measures.frequent]
    if reading.type is FieldType.ID and measures.distinct == measures.filled:
        return []  # what numbers the rows
    if reading.type in _SEEN_UNREAD and not measures.invalid:
        return []
    pattern = _PICKED.get(reading.type, f"{_MARKS}{_END}|{_WORDS}")
    if reading.column.field == "company":
        pattern += "|(?i)(?:" + "|".join(re.escape(item.value) for item in data.placeholders) + ")" + _END
    if reading.column.field == "postal_code":
        pattern = f"(?:{_MARKS}|[^0-9]*|0+|9+){_END}"
    few = 0 if reading.type is FieldType.DATE else int(share_of(check, "most_values", FEW))
    frequent = {value.strip(): rows for value, rows in measures.frequent}
    return list((frequent | dict(picked(data, position, pattern, few=few))).items())
