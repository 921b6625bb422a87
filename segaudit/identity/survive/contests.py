"""A contest between the records of each entity: sorted by criteria, with what the others lost by."""

import re
from collections.abc import Sequence

from segaudit.engine.protocol import Parameters
from segaudit.identity.survive.criteria import RECORD_ORDER, VALID_FIRST, Criterion
from segaudit.identity.survive.members import sort_order
from segaudit.sql.cells import OK


def contest(entrants: str, criteria: Sequence[Criterion], *, by_state: bool, carried: Sequence[str] = ()) -> str:
    """Return the query of a contest.

    Args:
        entrants: Relation with e, rank, state, f and whatever the criteria read; equal ``f`` say the same.
        criteria: Asked in their order; a last tie goes to the lower rank.
        by_state: What can be read goes first, and what cannot goes by rank alone.
        carried: Columns whose value in the winner is wanted beside each row, as ``won_<column>``.

    Returns:
        The entrants with ``place`` (1 won), ``won_f``, ``won_state`` and ``lost``: the number of the criterion by which
        the row lost to the winner; NULL where it says the same as the winner.
    """
    terms = [term for criterion in criteria for term in criterion.terms]
    scores = "".join(f", {term.sql} AS s{number}" for number, term in enumerate(terms))
    order = [f"state DESC, CASE WHEN state < {OK} THEN rank END"] if by_state else []
    order += [sort_order((type(term)(f"s{number}", term.descending),)) for number, term in enumerate(terms)]
    compared = [*(f"s{number}" for number in range(len(terms))), "state", "f", *carried]
    won = ", ".join(f"first_value({column}) OVER w AS won_{column}" for column in dict.fromkeys(compared))
    sorted_rows = (
        f"SELECT *, row_number() OVER w AS place, {won} FROM (SELECT *{scores} FROM ({entrants})) "
        f"WINDOW w AS (PARTITION BY e ORDER BY {', '.join([*order, 'rank'])})"
    )
    cases = ["WHEN f = won_f THEN NULL", *(["WHEN state <> won_state THEN 0"] if by_state else [])]
    number = 0
    for place, criterion in enumerate(criteria, start=1):
        for _ in criterion.terms:
            cases.append(f"WHEN s{number} IS DISTINCT FROM won_s{number} THEN {place}")
            number += 1
    return f"SELECT *, CASE {' '.join(cases)} ELSE {len(criteria) + 1} END AS lost FROM ({sorted_rows})"


def read_by(criteria: Sequence[Criterion]) -> str:
    """Return the columns of CELLS that criteria read, as more of a SELECT list; all others would be sorted too."""
    text = " ".join(term.sql for criterion in criteria for term in criterion.terms)
    return "".join(f", {name}" for name in dict.fromkeys(re.findall(r"\b(?:a\d+|filled)\b", text)))


def criteria_parameters(criteria: Sequence[Criterion]) -> Parameters:
    """Return the parameters of a contest's query, and ``labels``: what ``lost`` stands for, by its number."""
    parameters: Parameters = {"labels": [VALID_FIRST, *(criterion.label for criterion in criteria), RECORD_ORDER]}
    for criterion in criteria:
        parameters |= criterion.parameters
    return parameters
