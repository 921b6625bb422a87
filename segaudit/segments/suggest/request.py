"""What a search is given: one table of records with their values, half, and outcome, and how to read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from segaudit.engine.protocol import Engine
from segaudit.model.segments import RuleField
from segaudit.model.suggestions import Feature, Outcome, SuggestRules
from segaudit.sql.records import RecordSource

SEARCH = "suggest_records"  # the table every search reads
SEARCH_HALF, CONFIRM_HALF = 0, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRequest:
    """Everything a starting segmentation is made from.

    ``table`` (= SEARCH) has one row for each record: ``_row``; ``half`` (SEARCH_HALF or CONFIRM_HALF, by a hash of the
    record's key); ``draw`` (a UBIGINT by another hash: ``ORDER BY draw LIMIT n`` is a sample that repeats); a column
    for each feature (NULL: missing, or cannot be read); and, with an outcome, ``y_n`` (1 if the record's outcome is
    known, else 0) and ``y`` (DOUBLE: 1.0 or 0.0 of a rate, an amount otherwise; NULL where ``y_n`` is 0).
    """

    table: str
    rows: int
    features: Sequence[Feature]  # what segments may be made of: neither ids, names nor private, nor made of the outcome
    outcome: Outcome | None
    data: RecordSource  # the main file, typed; ``data.related`` by kind of table: deals, activities, orders, ...
    fields: Mapping[str, RuleField]  # of the catalogue and the rules: what criteria may name
    lists: Mapping[str, Sequence[str]]  # word lists operators need
    rules: SuggestRules  # thresholds
    as_of: date
    engine: Engine
