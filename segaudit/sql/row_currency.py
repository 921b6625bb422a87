"""The currency that a column beside an amount names for its row: 60000 in one column, JPY in the next."""

import re

from sqlglot import expressions as exp

from segaudit.model.fields import OF_COMPANY, FieldMap, FieldType, MappedColumn
from segaudit.model.source import Source
from segaudit.sql.kinds.currencies import CODES, SYMBOLS, named_currency
from segaudit.text.folding import fold_header

_FIELD = "currency"
_WORDS = (
    *("currency", "currencycode", "currencyisocode", "ccy", "wahrung"),
    *("devise", "moneda", "divisa", "moeda", "valuta"),
)
# An amount that says its own currency, or that all rows were converted to one, is not in the row's.
_CONVERTED = re.compile(r"convert|umgerechnet|(?:home|company|corporate|base|reporting|account)currency")
_NAMED_IN_HEADER = frozenset([*(code.lower() for code in CODES), *SYMBOLS]) - {"all", "top", "try", "s$", "rs", "rs."}


def row_currency(fields: FieldMap, source: Source, amount: MappedColumn, alias: str) -> exp.Expr | None:
    """Return the ISO code that another column of a row names for an amount, NULL where it names none.

    A column that is the amount's own comes first ("Amount Currency"), then the one of the row ("Currency").

    Args:
        fields: What the columns mean.
        source: The raw table.
        amount: The column of the amount.
        alias: What the raw table is called where the code is asked for.

    Returns:
        None: no column names one, or the amount's header says that it is not in the row's.
    """
    column = currency_column(fields, amount)
    if column is None:
        return None
    cell = f'{alias}."{source.column(column.position)}"'
    return exp.maybe_parse(named_currency(cell), dialect="duckdb")


def currency_column(fields: FieldMap, amount: MappedColumn) -> MappedColumn | None:
    """Return the column that names the currency of an amount: its own, else the row's; None if none does."""
    column = _own(fields, amount) or _of_row(fields, amount)
    return None if column is None or column.position == amount.position else column


def _own(fields: FieldMap, amount: MappedColumn) -> MappedColumn | None:
    own = fold_header(amount.header)
    headers = {name for word in _WORDS for name in (own + word, f"{word}of{own}", word + own)}
    return next((column for column in fields.columns if fold_header(column.header) in headers), None)


def _of_row(fields: FieldMap, amount: MappedColumn) -> MappedColumn | None:
    if amount.source == OF_COMPANY:
        return None  # the row is a deal's, say, and the amount its company's
    words = re.split(r"[^\w$€£¥₹₽₩]+|_", amount.header.lower())
    if _CONVERTED.search(fold_header(amount.header)) or not _NAMED_IN_HEADER.isdisjoint(words):
        return None
    named = fields.column_of(_FIELD)
    if named is None or named.type is FieldType.MONEY:
        return None
    others = {fold_header(column.header) for column in fields.columns if column.position != amount.position}
    header = fold_header(named.header)
    # "Tax Currency" beside "Tax" is the tax's.
    if any(header == other + word for other in others for word in _WORDS if other):
        return None
    return named
