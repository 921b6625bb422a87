"""Witnesses put to the program that decides real records: what it does not confirm is not claimed.

The proof and the program read the rules on their own, so a witness that both agree on is a record a person can paste
into the rules' tests.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.model.fields import Placeholder
from segaudit.model.proofs import PairProof, PairVerdict, ProvedFacts, Witness
from segaudit.segments.given import cell_of, load_given
from segaudit.segments.program import Program, verdict_name
from segaudit.sql.records import RECORDS
from segaudit.sql.related import create_whole_records

_TABLE = "witnesses"
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
    cells = [{name: cell_of(value) for name, value in witness.items()} for witness in witnesses]
    data = load_given(_TABLE, cells, program.rules, engine, placeholders=placeholders)
    create_whole_records(data, program.clauses.context, engine)
    keys = [(schema, segment) for schema, segment in program.rules.segments()]
    columns = [exp.column(verdict_name(*key), quoted=True) for key in keys]
    query = exp.select(*columns).from_(program.decided(RECORDS).subquery("d")).order_by(exp.column("_row"))
    names = [(schema.id, segment.id) for schema, segment in keys]
    return [dict(zip(names, row, strict=True)) for row in engine.fetch(query.sql(dialect=engine.dialect))]
