"""Values that are one though they are spelled in several ways: France, French and FRA."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from segaudit.engine.protocol import Engine
from segaudit.model.suggestions import FeatureKind, SuggestRules
from segaudit.segments.suggest.columns import Candidate
from segaudit.sql.records import RecordSource
from segaudit.text.folding import fold

_COUNTRY = "country"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spellings:
    """A column whose spellings rules read as one."""

    read_by: str  # the operator that does
    table: str  # folded, same: each spelling, and what it is read as; nothing of what cannot be read
    names: Mapping[str, str]  # what it is read as -> as it stands in a rules file


def spellings_of(
    item: Candidate, data: RecordSource, aliases: Sequence[str], rules: SuggestRules, engine: Engine
) -> Spellings | None:
    """Return how a column's spellings are read as one; None if it is not of countries, or each has one spelling only.

    Args:
        item: The column.
        data: The file.
        aliases: Spellings of countries no standard has: spelling, tab, ISO code.
        rules: How many of the cells must name a country.
        engine: Where the file is; the table is created there.
    """
    from segaudit.text.places import Countries, english_name  # noqa: PLC0415 - brings pycountry; for such columns only

    if item.kind is not FeatureKind.CATEGORY or _COUNTRY not in item.name or not aliases:
        return None
    cell = data.source.column(item.reading.column.position)
    found = engine.fetch(
        f"SELECT {cell}, count(*) FROM {data.source.table} WHERE trim({cell}) <> '' GROUP BY 1 ORDER BY 1"
    )
    countries = Countries((spelling, code) for spelling, code in (alias.split("\t") for alias in aliases))
    missing = {word.value for word in data.placeholders}
    cells = [(fold(text), countries.read(text), int(n)) for text, n in found if fold(text) not in missing]
    codes = {folded: code for folded, code, _ in cells if code is not None}
    read = sum(n for _, code, n in cells if code is not None)
    if len(set(codes.values())) == len(codes) or read < rules.limit("same_spelling") * sum(n for *_, n in cells):
        return None
    table = f"suggest_same_{item.name}"
    engine.load_arrow(table, pa.table({"folded": list(codes), "same": list(codes.values())}))
    names = {code: english_name(code) for code in codes.values()}
    # A name that is read as another country, or as none, stands as its code.
    return Spellings(
        read_by="country_in",
        table=table,
        names={code: name if countries.read(name) == code else code for code, name in names.items()},
    )
