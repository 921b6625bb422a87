"""What a run of identity comes to: the result, and the file of pairs."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import csv

from segaudit.audit.identity_records import Records
from segaudit.audit.opening import OpenedInput
from segaudit.files import whole_file
from segaudit.identity.clustering.believing import TRUST, sigmoid
from segaudit.identity.comparing.comparison import compare
from segaudit.identity.entities import Found
from segaudit.identity.evidence import Gathered
from segaudit.identity.explaining import field_weights, in_one_line
from segaudit.identity.resolve import Scored
from segaudit.ingest.table_kinds import guess_kind
from segaudit.model.identity import ChanceAgreement, EntityExample, IdentityResult
from segaudit.rulebook.kinds import load_table_rules

_EXAMPLES = 10
_EVENTS = ("deals", "activities", "campaign_outcomes")  # kinds of rules/tables.yaml
_AT_ONCE = 1 << 18  # pairs


def summarise_identity(opened: OpenedInput, day: date, gathered: Gathered, found: Found, table: Any) -> IdentityResult:  # noqa: ANN401 - a pyarrow.Table, which has no types
    """Return the result of a run, without what only its caller knows."""
    members = np.bincount(found.entity, minlength=len(found.entity))
    sizes = Counter(members[members > 0].tolist())
    scored, belief = found.scored, found.belief
    return IdentityResult(
        source=opened.source,
        fields=opened.fields,
        as_of=day,
        level="contact",
        of_people=gathered.of_people,
        of_events=_of_events(opened),
        entities=sum(sizes.values()),
        in_several=sum(size * count for size, count in sizes.items() if size > 1),
        sizes=dict(sorted(sizes.items())),
        precision=belief.precision,
        recall=belief.recall,
        pairs_within=belief.pairs,
        pairs_compared=len(scored.blocking.pairs),
        complete=scored.blocking.complete,
        keys=scored.blocking.keys,
        blocking_recall=scored.blocking.recall,
        left_out=scored.left_out,
        weights=field_weights([item.comparison for item in gathered.evidence], scored.mixture),
        threshold=found.threshold,
        doubtful=int(found.doubtful().sum()),
        decided=0,
        absent_decisions=0,
        examples=_examples(table),
        chance=_chance(scored),
    )


def _chance(scored: Scored) -> ChanceAgreement | None:
    chance = scored.chance
    if chance is None:
        return None
    return ChanceAgreement(agreeing=round(chance.agreeing), expected=round(chance.expected), refused=scored.refused)


def _of_events(opened: OpenedInput) -> str | None:
    """Return the kind of a table whose rows are things that happen, of which two that are alike are still two."""
    name = opened.source.name.rpartition("/")[2].partition(".")[0]
    kind = guess_kind(opened.fields, (name,), load_table_rules(opened.location)).kind
    return kind if kind in _EVENTS else None


def _examples(table: Any) -> tuple[EntityExample, ...]:  # noqa: ANN401 - as above
    """Return the entities with most records, the surest of those with as many first."""
    grouped = table.group_by("entity_id").aggregate([("_row", "count"), ("match_probability", "min")])
    several = grouped.filter(pa.compute.greater(grouped["_row_count"], 1))
    keys = [("_row_count", "descending"), ("match_probability_min", "descending"), ("entity_id", "ascending")]
    chosen = several.sort_by(keys).slice(0, _EXAMPLES)
    found = []
    for entity, probability in zip(
        chosen["entity_id"].to_pylist(), chosen["match_probability_min"].to_pylist(), strict=True
    ):
        rows = table.filter(pa.compute.equal(table["entity_id"], entity))["_row"].to_pylist()
        found.append(EntityExample(entity_id=entity, rows=tuple(sorted(rows)), probability=probability))
    return tuple(found)


def write_pairs(path: Path, found: Found, gathered: Gathered, records: Records) -> None:
    """Write the pairs that may be one entity: rows, keys, probability, whether they are, and what spoke for it."""
    comparisons = [item.comparison for item in gathered.evidence]
    rows = records.rows
    first = np.minimum(rows[found.pairs.left], rows[found.pairs.right])
    second = np.maximum(rows[found.pairs.left], rows[found.pairs.right])
    order = np.lexsort((second, first))
    options = csv.WriteOptions(quoting_style="needed")
    with whole_file(path) as part, part.open("wb") as sink:
        for start in range(0, max(len(order), 1), _AT_ONCE):
            some = order[start : start + _AT_ONCE]
            left, right = found.pairs.left[some], found.pairs.right[some]
            turned = rows[left] > rows[right]
            a, b = np.where(turned, right, left), np.where(turned, left, right)
            levels = compare(comparisons, left, right)
            held = found.scored.odds(levels) if len(levels) else None
            table = pa.table(
                {
                    "_row_l": pa.array(rows[a]),
                    "_row_r": pa.array(rows[b]),
                    "record_id_l": records.keys.take(pa.array(a)),
                    "record_id_r": records.keys.take(pa.array(b)),
                    "match_probability": pa.array(np.round(sigmoid(TRUST * found.pairs.log_odds[some]), 6)),
                    "same_entity": pa.array(found.entity[a] == found.entity[b]),
                    "evidence": pa.array(in_one_line(comparisons, found.scored.mixture, levels, held), pa.string()),
                }
            )
            csv.write_csv(table, sink, csv.WriteOptions(include_header=start == 0, quoting_style=options.quoting_style))
