"""The segments a CRM keeps by hand, held against the rules: which value means which segment, and who is in which."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.model.segments import RuleBook, Schema, Segment
from segaudit.segments.decide import DECISIONS
from segaudit.segments.overlap_tally import holds
from segaudit.segments.program import membership_name
from segaudit.segments.scorecard.shares import ListCounts
from segaudit.text.folding import fold

_MOST_VALUES = 20_000  # different cells of a column; more than these name no segments
_LONGEST = 200  # characters of a cell that may be a name, or several
_MOST_SHOWN = 5
_SIGNS = re.compile(r"[\W_]+")
_BETWEEN = re.compile(r"[;|,\n]")
_CELLS, _ROWS = "scorecard_list_cells", "scorecard_list_rows"
_Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListColumn:
    """A column of the file that holds segments as the CRM has them."""

    header: str
    table: str
    column: str


def compare_lists(
    rules: RuleBook, columns: Sequence[ListColumn], words: Collection[str], likeness: float, engine: Engine
) -> dict[_Key, ListCounts]:
    """Return for each segment that some value is called like how rule and list agree; the first column that has one.

    Args:
        rules: The segments.
        columns: Where lists may be, best first.
        words: Of list names, that do not say which segment they are of; folded.
        likeness: From which on two names are one, 0-100.
        engine: Where the decisions and the columns are.
    """
    found: dict[_Key, ListCounts] = {}
    for column in columns:
        cells = _cells(column, engine)
        named = _name_segments(rules, cells, words, likeness)
        new = {key: owned for key, owned in named.items() if key not in found}
        if not new:
            continue
        keys = list(new)
        pairs = [(cell, number) for number, key in enumerate(keys) for cell in new[key]]
        engine.create(
            _CELLS,
            "SELECT unnest(CAST($cells AS VARCHAR[])) AS v, unnest(CAST($owners AS BIGINT[])) AS owner",
            {"cells": [cell for cell, _ in pairs], "owners": [owner for _, owner in pairs]},
        )
        engine.create(
            _ROWS,
            f"SELECT r._row, c.owner FROM {column.table} r JOIN {_CELLS} c ON c.v = r.{column.column}",
        )
        for number, (schema_id, segment_id) in enumerate(keys):
            schema = rules.schema(schema_id)
            names = tuple(sorted(set(new[schema_id, segment_id].values())))[:_MOST_SHOWN]
            found[schema_id, segment_id] = _count(schema, schema.segment(segment_id), number, column, names, engine)
    return found


def _cells(column: ListColumn, engine: Engine) -> list[str]:
    text = column.column
    rows = engine.fetch(
        f"SELECT DISTINCT {text} FROM {column.table} WHERE {text} IS NOT NULL AND LENGTH({text}) <= {_LONGEST} "
        f"LIMIT {_MOST_VALUES + 1}"
    )
    return [] if len(rows) > _MOST_VALUES else sorted(str(cell) for (cell,) in rows)


def _name_segments(
    rules: RuleBook, cells: Sequence[str], words: Collection[str], likeness: float
) -> dict[_Key, dict[str, str]]:
    """Return for each segment the cells that name it, with the name they call it by."""
    called = {
        (schema.id, segment.id): {bare(segment.id, words), bare(segment.name, words)} - {""}
        for schema, segment in rules.segments()
    }
    meant: dict[str, list[_Key]] = {}
    named: dict[_Key, dict[str, str]] = {}
    for cell in cells:
        for item in _BETWEEN.split(cell):
            name = bare(item, words)
            if name not in meant:
                meant[name] = _meant(name, called, likeness) if name else []
            for key in meant[name]:
                named.setdefault(key, {})[cell] = item.strip()
    return named


def _meant(name: str, called: Mapping[_Key, Collection[str]], likeness: float) -> list[_Key]:
    """Return the segments a name means: in each schema the one it is most like, if it is like enough."""
    from rapidfuzz import fuzz  # noqa: PLC0415 - a compiled library that few commands need

    best: dict[str, tuple[float, _Key]] = {}
    for key, names in called.items():
        score = max((fuzz.ratio(name, other) for other in names), default=0.0)
        if score >= likeness and score > best.get(key[0], (0.0, key))[0]:
            best[key[0]] = (score, key)
    return [key for _, key in best.values()]


def bare(name: str, words: Collection[str]) -> str:
    """Return a name without case, signs, single letters and words that do not say which segment it is of."""
    told = [word for word in _SIGNS.sub(" ", fold(name)).split() if len(word) > 1 or word.isdecimal()]
    return " ".join([word for word in told if word not in words] or told)


def _count(  # noqa: PLR0913, PLR0917 - what it names
    schema: Schema, segment: Segment, owner: int, column: ListColumn, names: tuple[str, ...], engine: Engine
) -> ListCounts:
    member = holds(exp.column(membership_name(schema, segment), table="d", quoted=True)).sql(dialect=engine.dialect)
    row = engine.fetch(
        f"SELECT COUNT_IF({member} AND l._row IS NOT NULL), COUNT_IF({member} AND l._row IS NULL), "
        f"COUNT_IF(NOT {member} AND l._row IS NOT NULL) FROM {DECISIONS} d "
        f"LEFT JOIN (SELECT DISTINCT _row FROM {_ROWS} WHERE owner = {owner}) l ON l._row = d._row"
    )[0]
    both, only_rule, only_list = (int(count or 0) for count in row)
    return ListCounts(header=column.header, names=names, both=both, only_rule=only_rule, only_list=only_list)
