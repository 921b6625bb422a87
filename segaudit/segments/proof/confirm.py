"""Witnesses put to the program that decides real records: what it does not confirm is not claimed.

The proof and the program read the rules on their own, so a witness that both agree on is a record a person can paste
into the rules' tests.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.model.fields import ColumnReading, FieldMap, FieldType, MappedColumn, Placeholder
from segaudit.model.proofs import PairProof, PairVerdict, ProvedFacts, Witness, WitnessValue
from segaudit.model.segments import RuleBook
from segaudit.model.source import Source
from segaudit.segments.program import Program, verdict_name
from segaudit.sql.kinds import KINDS
from segaudit.sql.records import RECORDS, RecordSource, create_records

_TABLE = "witnesses"
_SEPARATOR = ";"
_Verdicts = Mapping[tuple[str, str], bool | None]  # schema and segment -> TRUE, FALSE or None for UNKNOWN


def confirm_facts(
    facts: ProvedFacts, program: Program, placeholders: Sequence[Placeholder], engine: Engine
) -> ProvedFacts:
    """Return the facts without the witnesses that the program decides differently.

    An overlap that loses its witness is not proven; what is proved of every record needs none.
    """
    pairs = [pair for pair in facts.pairs if pair.witness is not None]
    witnesses = [*(pair.witness or {} for pair in pairs), *(gap.witness for gap in facts.gaps)]
    if not witnesses:
        return facts
    decided = _decide(witnesses, program, placeholders, engine)
    lost = [
        pair
        for pair, verdicts in zip(pairs, decided, strict=False)
        if not (verdicts[pair.schema, pair.a] and verdicts[pair.schema, pair.b])
    ]
    gaps = tuple(
        gap
        for gap, verdicts in zip(facts.gaps, decided[len(pairs) :], strict=True)
        if all(verdict is False for (schema, _), verdict in verdicts.items() if schema == gap.schema)
    )
    return replace(facts, pairs=tuple(_without_witness(p) if p in lost else p for p in facts.pairs), gaps=gaps)


def _without_witness(pair: PairProof) -> PairProof:
    verdict = PairVerdict.NOT_PROVEN if pair.verdict is PairVerdict.OVERLAP else pair.verdict
    return replace(pair, verdict=verdict, witness=None)


def _decide(
    witnesses: Sequence[Witness], program: Program, placeholders: Sequence[Placeholder], engine: Engine
) -> list[_Verdicts]:
    """Return the program's verdicts on each witness."""
    create_records(
        _given(witnesses, program.rules, placeholders, engine), program.rules.fields, program.columns, engine
    )
    keys = [(schema, segment) for schema, segment in program.rules.segments()]
    columns = [exp.column(verdict_name(*key), quoted=True) for key in keys]
    query = exp.select(*columns).from_(program.decided(RECORDS).subquery("d")).order_by(exp.column("_row"))
    names = [(schema.id, segment.id) for schema, segment in keys]
    return [dict(zip(names, row, strict=True)) for row in engine.fetch(query.sql(dialect=engine.dialect))]


def _given(
    witnesses: Sequence[Witness], rules: RuleBook, placeholders: Sequence[Placeholder], engine: Engine
) -> RecordSource:
    """Load witnesses as a raw table, one column for each field that matters to some of them."""
    names = list(dict.fromkeys(name for witness in witnesses for name in witness)) or ["record_id"]
    cells = {f"c{index}": [_cell(witness.get(name)) for witness in witnesses] for index, name in enumerate(names, 1)}
    selected = ", ".join(f"unnest(CAST(${column} AS VARCHAR[])) AS {column}" for column in cells)
    query = f"SELECT unnest($rows) AS _row, {selected}"
    engine.create(_TABLE, query, {**cells, "rows": list(range(1, len(witnesses) + 1))})
    kinds = {name: rules.fields[name].type if name in rules.fields else FieldType.ID for name in names}
    columns = tuple(
        MappedColumn(position=index, header=name, field=name, type=kinds[name], source="rules")
        for index, name in enumerate(names, 1)
    )
    return RecordSource(
        source=Source(name=_TABLE, table=_TABLE, headers=tuple(names), rows=len(witnesses), kind="csv"),
        fields=FieldMap(columns=columns, system=None, system_object=None, known_headers=0),
        readings={
            name: ColumnReading(
                column=column,
                type=kinds[name],
                type_source="field",
                style=KINDS[kinds[name]].default_style,
                separator=_SEPARATOR,
            )
            for name, column in zip(names, columns, strict=True)
        },
        placeholders=placeholders,
    )


def _cell(value: WitnessValue) -> str | None:
    """Return the cell a value is written as."""
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case tuple():
            return _SEPARATOR.join(value) or _SEPARATOR
        case date():
            return value.isoformat()
        case float():
            return f"{value:.10f}".rstrip("0").rstrip(".")
        case _:
            return str(value)
