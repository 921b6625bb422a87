"""What a merge came to: counts by column and rule, and the golden record with most to show."""

from collections.abc import Mapping

from segaudit.engine.protocol import Engine
from segaudit.identity.survive.data import (
    CELLS,
    COMBINED,
    EMPTIED,
    ENTITIES,
    FILLED,
    OUTCOMES,
    REPLACED,
    SurvivalData,
)
from segaudit.identity.survive.plan import Plan
from segaudit.model.survival import ColumnSurvival, GoldenCell, GoldenExample, MergeList, SurvivalResult

_CHANGED = f"what IN ('{FILLED}', '{REPLACED}', '{COMBINED}', '{EMPTIED}')"


def summarise(
    data: SurvivalData, plan: Plan, merges: MergeList, files: tuple[str, ...], engine: Engine
) -> SurvivalResult:
    """Count what merging a table came to."""
    records, entities = map(int, engine.fetch(f"SELECT count(*), count(DISTINCT entity_id) FROM {data.entities}")[0])
    merged, largest = engine.fetch(f"SELECT count(*), coalesce(max(records), 0) FROM {ENTITIES}")[0]
    rules = engine.fetch(f"SELECT rule, count(*) FROM {OUTCOMES} WHERE {_CHANGED} GROUP BY rule ORDER BY 2 DESC, 1")
    return SurvivalResult(
        records=records,
        entities=entities,
        merged_entities=int(merged),
        merged_records=records - entities,
        largest=int(largest) if merged else min(1, records),
        columns=_columns(data, plan, engine),
        rules={str(rule): int(count) for rule, count in rules},
        example=_example(data, engine),
        merges=merges,
        files=files,
    )


def _columns(data: SurvivalData, plan: Plan, engine: Engine) -> tuple[ColumnSurvival, ...]:
    counts = ", ".join(f"count(*) FILTER (what = '{what}')" for what in (FILLED, REPLACED, COMBINED, EMPTIED))
    found = engine.fetch(
        f"SELECT position, {counts}, count(*) FILTER (len(dropped) > 0) FROM {OUTCOMES} "
        "GROUP BY position ORDER BY position"
    )
    rules = _rules_in_words(plan)
    return tuple(
        ColumnSurvival(
            position=position,
            header=data.source.headers[position - 1],
            field=data.readings[position - 1].column.field,
            rules=rules[position],
            filled=filled,
            replaced=replaced,
            combined=combined,
            emptied=emptied,
            conflicts=conflicts,
        )
        for position, filled, replaced, combined, emptied, conflicts in (map(int, row) for row in found)
    )


def _rules_in_words(plan: Plan) -> Mapping[int, str]:
    grouped = {reading.column.position: group.text for group in plan.groups for reading in group.readings}
    return {column.reading.column.position: column.text for column in plan.columns} | grouped


def _example(data: SurvivalData, engine: Engine) -> GoldenExample | None:
    """Return the golden record in which most was decided, of the fewest records."""
    found = engine.fetch(
        f"SELECT o.e, n.entity_id FROM {OUTCOMES} o JOIN {ENTITIES} n USING (e) WHERE {_CHANGED} "
        "GROUP BY o.e, n.entity_id, n.records ORDER BY count(*) DESC, n.records, o.e LIMIT 1"
    )
    if not found:
        return None
    (number, entity_id), cells = found[0], ", ".join(data.columns())
    rows = engine.fetch(f"SELECT _row, {cells} FROM {CELLS} WHERE e = {int(number)} ORDER BY rank LIMIT 100")
    outcomes = {
        int(position): (becomes, from_row, rule, dropped)
        for position, becomes, from_row, rule, dropped in engine.fetch(
            f"SELECT position, becomes, from_row, rule, dropped FROM {OUTCOMES} WHERE e = {int(number)}"
        )
    }
    golden = []
    for reading in data.readings:
        position, own = reading.column.position, rows[0][reading.column.position]
        becomes, from_row, rule, dropped = outcomes.get(position, (own, rows[0][0], "", ()))
        definition = data.catalogue.get(reading.column.field or "")
        hidden = definition is not None and definition.sensitive
        golden.append(
            GoldenCell(
                header=reading.column.header,
                value=None if hidden else becomes or "",
                was=None if hidden else own or "",
                from_row=from_row,
                rule=rule,
                dropped=() if hidden else tuple(dropped),
            )
        )
    return GoldenExample(entity_id=str(entity_id), rows=tuple(int(row[0]) for row in rows), cells=tuple(golden))
