"""Of more pairs than one machine should hold, the strongest of each record, ranked wherever the engine has room.

What a record is grouped with hangs on its strongest pairs; weaker ones between records of one group are compared again
when the group is looked at as a whole. So graphs of nearest neighbours lose little of what hangs together.
"""

from segaudit.engine.protocol import Engine

MOST_PAIRS = 10_000_000  # that may be one, in this process; or LEAST_EACH for each record, if these are more
LEAST_EACH = 2  # a partner, and the strongest rival of it

_RANKED, _STRONGEST = "identity_ranked", "identity_strongest"
_PLACES = 1000  # of a record's pairs: those beyond it count as one place


def keep_strongest(engine: Engine, promising: str, most: int) -> tuple[str, int]:
    """Rank the pairs of each record, and choose how many of them are kept.

    Args:
        engine: Where they are.
        promising: A table of ``pair``, packed, and ``log_odds``.
        most: As many as may be kept, unless LEAST_EACH of each record are more.

    Returns:
        A query of the pairs that are among the strongest of one of their two records, and how many it gives.
    """
    ends = " UNION ALL ".join(
        f"SELECT pair, log_odds, {record} AS record FROM {promising}" for record in ("pair >> 32", "pair & 4294967295")
    )
    place = "row_number() OVER (PARTITION BY record ORDER BY log_odds DESC, pair)"
    engine.create(_RANKED, f"SELECT pair, log_odds, {place} AS place FROM ({ends}) AS e")
    engine.create(
        _STRONGEST,
        f"SELECT pair, MIN(log_odds) AS log_odds, least(MIN(place), {_PLACES}) AS place FROM {_RANKED} GROUP BY pair",
    )
    counts = engine.fetch(f"SELECT place, COUNT(*) AS held FROM {_STRONGEST} GROUP BY place ORDER BY place")
    each, kept = 0, 0
    for place_of, held in counts:
        if place_of > LEAST_EACH and kept + held > most:
            break
        each, kept = int(place_of), kept + int(held)
    return f"SELECT pair, log_odds FROM {_STRONGEST} WHERE place <= {each}", kept
