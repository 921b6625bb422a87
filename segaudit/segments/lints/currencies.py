"""The currencies of amounts that rules compare as bare numbers, for no currency was declared."""

from collections.abc import Iterator, Mapping

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.model.fields import FieldType
from segaudit.model.segments import RuleBook
from segaudit.rulebook.lints.reading import fields_behind
from segaudit.sql.operators import Columns, Part
from segaudit.sql.records import RecordSource, create_records

_TABLE = "currencies_of"


def count_currencies(rules: RuleBook, data: RecordSource, engine: Engine) -> dict[str, Mapping[str, int]]:
    """Return the rows in each currency of every amount that rules read without saying in which one.

    Args:
        rules: Of which the fields are looked at.
        data: The records, with the rows of other tables that belong to them.
        engine: Where they are.

    Returns:
        Field -> ISO code -> rows, most first; rows that name no currency are left out, and so are fields without any.
    """
    read = {name for _, segment in rules.segments() for name in fields_behind(rules, segment)}
    asked = [name for name in rules.fields if name in read and _is_asked(rules, name)]
    sources = [data, *(rows.data for rows in data.related.values())]
    found = (item for source in sources for item in _of_table(source, asked, rules, engine))
    return {name: counts for name, counts in found if counts}


def _is_asked(rules: RuleBook, name: str) -> bool:
    field = rules.fields[name]
    return field.type is FieldType.MONEY and field.currency is None


def _of_table(
    source: RecordSource, asked: list[str], rules: RuleBook, engine: Engine
) -> Iterator[tuple[str, dict[str, int]]]:
    names = [name for name in asked if name in source.readings]
    if not names:
        return
    columns = Columns()
    for name in names:
        columns.part(name, Part.VALUE)
        columns.part(name, Part.CURRENCY)
    table = f"{_TABLE}_{source.source.table}"
    create_records(source, rules.fields, columns, engine, name=table)
    for name in names:
        currency, rows = columns.part(name, Part.CURRENCY), exp.func("COUNT", exp.Star()).as_("n")
        filled = exp.and_(exp.not_(columns.part(name, Part.VALUE).is_(exp.null())), exp.not_(currency.is_(exp.null())))
        query = exp.select(currency.copy(), rows).from_(table).where(filled).group_by(currency.copy())
        counted = engine.fetch(query.sql(dialect=engine.dialect))
        pairs = sorted(((str(code), int(n)) for code, n in counted), key=lambda pair: (-pair[1], pair[0]))
        yield name, dict(pairs)
