"""What filling fields would decide: gains of single fields, the best small sets, and the order to fill them in."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from segaudit.engine.protocol import Engine, Parameters
from segaudit.model.enrichment import LARGEST_SET, FieldGain, FieldSet, Need, SchemaNeeds
from segaudit.model.segments import RuleBook
from segaudit.segments.enrichment_logic import FALSE, TRUE, UNKNOWN, Verdicts, filled_in
from segaudit.segments.enrichment_tables import CLAUSES, SchemaPatterns, state_column
from segaudit.segments.program import Program
from segaudit.sql.cells import OK

_LEAST_ROWS = 30  # filled in, to say how the missing ones would be spread
_MOST_COMPARED = 16  # fields whose pairs and triples are all compared; of more, those that matter most

Spread = Sequence[tuple[Mapping[str, int], int]]  # what the clauses of a field say of its values, rows


def measure_schema(patterns: SchemaPatterns, program: Program, spreads: Mapping[str, Spread]) -> SchemaNeeds:
    """Return what is open in a schema and what would decide it."""
    fields = sorted({name for need in patterns.needs for name in need.matters})
    gains = [_gain(name, patterns.needs, _likely(name, patterns, program, spreads.get(name, ()))) for name in fields]
    return SchemaNeeds(
        schema=patterns.schema.id,
        unplaced=sum(need.rows for need in patterns.needs if need.unplaced),
        provisional=sum(need.rows for need in patterns.needs if not need.unplaced),
        gains=ranked(gains),
        best=best_sets(patterns.needs),
    )


def ranked(gains: Sequence[FieldGain]) -> tuple[FieldGain, ...]:
    """Return gains, most decided first."""
    return tuple(sorted(gains, key=lambda gain: (-gain.alone, -(gain.likely or 0), -gain.matters, gain.field)))


def add_up(schemas: Sequence[SchemaNeeds]) -> tuple[FieldGain, ...]:
    """Return the gains of each field over all schemas, in placements."""
    by_field: dict[str, list[FieldGain]] = {}
    for schema in schemas:
        for gain in schema.gains:
            by_field.setdefault(gain.field, []).append(gain)
    return ranked(
        [
            FieldGain(
                field=name,
                matters=sum(gain.matters for gain in gains),
                alone=sum(gain.alone for gain in gains),
                places=sum(gain.places for gain in gains),
                likely=None
                if all(gain.likely is None for gain in gains)
                else sum(gain.likely if gain.likely is not None else gain.alone for gain in gains),
            )
            for name, gains in by_field.items()
        ]
    )


def _gain(name: str, needs: Sequence[Need], likely: int | None) -> FieldGain:
    alone = [need for need in needs if need.decided_by(frozenset({name}))]
    return FieldGain(
        field=name,
        matters=sum(need.rows for need in needs if name in need.matters),
        alone=sum(need.rows for need in alone),
        places=sum(need.rows for need in alone if need.unplaced),
        likely=likely,
    )


def _likely(name: str, patterns: SchemaPatterns, program: Program, spread: Spread) -> int | None:
    """Return how many placements a field would decide if its missing values were spread like those filled in."""
    total = sum(rows for _, rows in spread)
    if total < _LEAST_ROWS:
        return None
    alike: dict[tuple[tuple[str, int], ...], int] = {}  # values that say the same in this schema
    for verdicts, rows in spread:
        said = tuple(item for item in verdicts.items() if item[0] in patterns.leaves)
        alike[said] = alike.get(said, 0) + rows
    expected = 0.0
    for values, filled, rows, place in patterns.patterns:
        need = patterns.needs[place]
        if name not in need.matters:
            continue
        if need.decided_by(frozenset({name})):
            expected += rows
            continue
        after = filled_in(values, patterns.leaves, filled, frozenset({name}))
        for said, weight in alike.items():
            if not Verdicts(program.rules, program.clauses, after | dict(said)).is_open(patterns.schema):
                expected += rows * weight / total
    return round(expected)


def find_spreads(patterns: Sequence[SchemaPatterns], fields: Sequence[str], engine: Engine) -> dict[str, Spread]:
    """Return what the clauses of each field that leaves something open say of its readable values."""
    wanted = sorted({name for item in patterns for need in item.needs for name in need.matters})
    columns: dict[str, list[str]] = {}
    for name in wanted:
        leaves = {key: leaf for item in patterns for key, leaf in item.leaves.items() if leaf.fields == (name,)}
        if leaves:
            columns[name] = sorted(leaves)
    said = {name: ", ".join(names) for name, names in columns.items()}
    queries: list[tuple[str, Parameters]] = [
        (f"SELECT {said[name]}, count(*) FROM {CLAUSES} WHERE {state_column(fields, name)} = {OK} GROUP BY ALL", {})
        for name in columns
    ]
    results = engine.fetch_all(queries) if queries else []
    bits = {None: UNKNOWN, True: TRUE, False: FALSE}
    return {
        name: [({key: bits[value] for key, value in zip(names, row, strict=False)}, int(row[-1])) for row in rows]
        for (name, names), rows in zip(columns.items(), results, strict=True)
    }


def best_sets(needs: Sequence[Need], without: frozenset[str] = frozenset()) -> tuple[FieldSet, ...]:
    """Return the single field, the pair and the triple that decide most; all are compared.

    A larger set is told only if it decides more than the smaller one. Equal ones go by name.
    """
    weight: dict[str, int] = {}
    for need in needs:
        for name in need.matters - without:
            weight[name] = weight.get(name, 0) + need.rows
    names = sorted(sorted(weight), key=lambda name: -weight[name])[:_MOST_COMPARED]
    best: list[FieldSet] = []
    for size in range(1, LARGEST_SET + 1):
        sets = (decided_by(needs, item) for item in combinations(sorted(names), size))
        top = max(sets, key=lambda item: item.decides, default=None)
        if top is not None and top.decides > (best[-1].decides if best else 0):
            best.append(top)
    return tuple(best)


def decided_by(needs: Sequence[Need], fields: Sequence[str]) -> FieldSet:
    """Return what some fields decide together."""
    together = frozenset(fields)
    decided = [need for need in needs if need.decided_by(together)]
    return FieldSet(
        fields=tuple(fields),
        decides=sum(need.rows for need in decided),
        places=sum(need.rows for need in decided if need.unplaced),
    )


def fill_order(needs: Sequence[Need], after: frozenset[str] = frozenset()) -> Iterator[FieldSet]:
    """Yield sets of fields to fill one after the other, each with what it decides on top of those before.

    Greedy: of all sets of up to three further fields the one that decides most for each field of it is next. What it
    decides is counted, not added up.
    """
    filled = after
    left = [need for need in needs if not need.decided_by(filled)]
    while left:
        step = _next_step(left, filled)
        if step is None:
            return
        yield step
        filled |= frozenset(step.fields)
        left = [need for need in left if not need.decided_by(filled)]


def _next_step(needs: Sequence[Need], filled: frozenset[str]) -> FieldSet | None:
    """Return the set that decides most per field; candidates are what single needs still lack."""
    lacking = {item - filled for need in needs for item in _ways(need)}
    candidates = sorted(tuple(sorted(item)) for item in lacking if item)
    steps = []
    for names in candidates:
        together = decided_by(needs, (*filled, *names))
        steps.append(FieldSet(fields=names, decides=together.decides, places=together.places))
    gaining = [step for step in steps if step.decides]
    return max(gaining, key=lambda step: step.decides / len(step.fields), default=None)


def _ways(need: Need) -> set[frozenset[str]]:
    """Return the sets that decide a need, those left out that hold a smaller one."""
    least = {item for item in need.deciding if not any(other < item for other in need.deciding)}
    return least | {need.whole}


def schemas_of(field: str, rules: RuleBook) -> tuple[str, ...]:
    """Return the schemas that read a field."""
    return tuple(schema.id for schema in rules.schemas if any(field in segment.fields for segment in schema.segments))
