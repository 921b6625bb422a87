"""Purchases as rows of another table: the won deals of each record."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlglot import expressions as exp

from segaudit.model.suggestions import Plain
from segaudit.segments.suggest.request import StartRequest
from segaudit.segments.suggest.start.conditions import FALSE, TRUE, Truth, day_number, told
from segaudit.segments.suggest.start.cutoffs import LIVE_DAYS, cut_at
from segaudit.segments.suggest.start.frame import Mask, Numbers
from segaudit.segments.suggest.start.measures import Held, Measure, nearest_age, old_note
from segaudit.segments.suggest.start.purchases import Purchases
from segaudit.sql.operators import Columns, Part
from segaudit.sql.records import RecordSource, create_records

DEALS = "deals"
_ROWS, _OWN = "start_deals", "start_own_deals"
_DATES = ("deal_closed_on", "deal_created_on")
_EPOCH = date(1970, 1, 1)


def won_where(request: StartRequest) -> dict[str, Plain] | None:
    """Return what makes a deal a won one, as a rules file has it; None if the deals do not say."""
    readings = request.data.related[DEALS].data.readings if DEALS in request.data.related else {}
    if "is_won" in readings:
        return {"is_won": {"is": True}, "missing": "exclude"}
    if "deal_stage" in readings:
        stages: list[Plain] = [*sorted(request.rules.won)]
        return {"deal_stage": {"in": stages}, "missing": "exclude"}
    return None


def _won(data: RecordSource, columns: Columns, stages: frozenset[str]) -> exp.Expr | None:
    """Return whether a row is a won deal; None if its table does not say."""
    if "is_won" in data.readings:
        return columns.part("is_won", Part.VALUE)
    if "deal_stage" in data.readings:
        return columns.part("deal_stage", Part.FOLD).isin(*sorted(stages))
    return None


def own_deals(request: StartRequest, rows: NDArray[np.int64]) -> Numbers | None:
    """Return whether each record, being a deal itself, was won; None if records say nothing of it."""
    columns = Columns()
    won = _won(request.data, columns, request.rules.won)
    if won is None:
        return None
    create_records(request.data, request.fields, columns, request.engine, name=_OWN)
    told = won.sql(dialect=request.engine.dialect)
    table = request.engine.arrow(f"SELECT _row FROM {_OWN} WHERE {told} ORDER BY _row")
    return np.isin(rows, table.column("_row").to_numpy()).astype(np.float64)


def deals_of(request: StartRequest, rows: NDArray[np.int64]) -> tuple[Numbers, Numbers, Numbers] | None:
    """Return for each record how many won deals it has, what they add up to, and the day of the last (NaN: none).

    Args:
        request: With the table of deals.
        rows: ``_row`` of the records, in order.

    Returns:
        None if there are no deals, or they do not say which were won.
    """
    related, columns = request.data.related.get(DEALS), Columns()
    won = _won(related.data, columns, request.rules.won) if related is not None else None
    if related is None or won is None:
        return None
    readings = related.data.readings
    day = next((name for name in _DATES if name in readings), None)
    last: exp.Expr = columns.part(day, Part.VALUE) if day else exp.null()
    amount: exp.Expr = columns.part("deal_amount", Part.VALUE) if "deal_amount" in readings else exp.null()
    create_records(related.data, request.fields, columns, request.engine, name=_ROWS)
    won_sql, day_sql, amount_sql = (item.sql(dialect=request.engine.dialect) for item in (won, last, amount))
    table = request.engine.arrow(
        f"SELECT l._row AS row, COUNT(*) AS n, SUM(CAST({amount_sql} AS DOUBLE)) AS amount, "
        f"MAX(date_diff('day', DATE '1970-01-01', CAST({day_sql} AS DATE))) AS day "
        f"FROM {related.links} l JOIN {_ROWS} d ON d._row = l.related_row WHERE {won_sql} GROUP BY 1 ORDER BY 1"
    )
    given = table.column("row").to_numpy()
    here = np.isin(given, rows)
    places = np.searchsorted(rows, given[here])
    count, total, newest = np.zeros(len(rows)), np.zeros(len(rows)), np.full(len(rows), np.nan)
    count[places] = table.column("n").to_numpy()[here]
    total[places] = np.nan_to_num(_floats(table, "amount")[here])
    newest[places] = _floats(table, "day")[here]
    return count, total, newest


def _floats(table: Any, name: str) -> Numbers:  # noqa: ANN401 - a pyarrow.Table, which has no types
    floats: Numbers = table.column(name).to_numpy().astype(np.float64)
    return floats


def related_purchases(request: StartRequest, rows: NDArray[np.int64]) -> Purchases | None:
    """Return what won deals tell of purchases; None if there are none."""
    where, found = won_where(request), deals_of(request, rows)
    if where is None or found is None or not found[0].any():
        return None
    count, amount, day = found
    readings = request.data.related[DEALS].data.readings
    by = next((name for name in _DATES if name in readings), None)
    ever = _held(count >= 1, {DEALS: {"exists": {"where": where}}}, "has won deals")
    dated = by is not None and bool((~np.isnan(day)).any())
    return Purchases(
        recency=_recency(request, day, where, str(by), ever) if dated else None,
        frequency=_amount(count, "frequency = number of won deals", ever, lambda n: _often(n, where, count)),
        money=_amount(amount, "money = sum of won deals", ever, lambda n: _much(n, where, amount))
        if "deal_amount" in readings
        else None,
    )


def _held(holds: Mask, criteria: Plain, words: str) -> Held:
    truth: Truth = np.where(holds, TRUE, FALSE).astype(np.int8)
    return Held(truth=truth, criteria=criteria, words=words)


def _often(bound: float, where: dict[str, Plain], count: Numbers) -> Held:
    criteria: Plain = {DEALS: {"at_least": {"n": int(bound), "where": where}}}
    return _held(count >= bound, criteria, f"{told(bound)} won deals or more")


def _much(bound: float, where: dict[str, Plain], amount: Numbers) -> Held:
    both: list[Plain] = [where, {"deal_amount": {"known": True}}]
    cut: Plain = int(bound) if bound == int(bound) else bound
    criteria: Plain = {DEALS: {"sum": {"of": "deal_amount", "where": {"all": both}, "gte": cut}}}
    return _held(amount >= bound, criteria, f"won deals of {told(bound)} and more together")


def _amount(values: Numbers, words: str, ever: Held, beyond: Callable[[float], Held]) -> Measure:
    def cut(among: Mask, share: float) -> float | None:
        filled = np.sort(values[among & (values > 0)])
        return cut_at(filled, share) if len(filled) else None

    return Measure(words=words, values=values, cut=cut, beyond=beyond, fields={}, needs=(DEALS,), ever=ever)


def _recency(request: StartRequest, day: Numbers, where: dict[str, Plain], by: str, ever: Held) -> Measure:
    today, newest = day_number(request.as_of), float(np.nanmax(day))
    live = today - newest <= LIVE_DAYS
    since = float(today) if live else newest

    def cut(among: Mask, share: float) -> float | None:
        return nearest_age(since - day[among & ~np.isnan(day)], share)

    def within(bound: float) -> Held:
        first = (_EPOCH + timedelta(days=int(since - bound))).isoformat()
        window: dict[str, Plain] = {"within_last": f"{int(bound)}d"} if live else {"on_or_after": first}
        words = f"a won deal within {int(bound)} days" if live else f"a won deal since {first}"
        with np.errstate(invalid="ignore"):
            holds = day >= since - bound
        return _held(holds, {DEALS: {"exists": {"where": where, "by": by, **window}}}, words)

    header = request.data.related[DEALS].data.readings[by].column.header
    return Measure(
        words=f"recency = {header} of the last won deal",
        values=since - day,
        cut=cut,
        beyond=within,
        fields={},
        needs=(DEALS,),
        ever=ever,
        notes=() if live else (old_note(header),),
    )
