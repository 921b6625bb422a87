"""What --details shows of a schema: every segment that holds, and the fields that leave one open."""

from sqlglot import expressions as exp

from segaudit.model.conditions import segment_refs_of
from segaudit.model.segments import Assignment, Schema
from segaudit.segments.program import Layer, Program, clause_names, verdict_column
from segaudit.sql.conditions import membership_column
from segaudit.sql.operators.expressions import any_of, joined, literal


def detail_layer(schema: Schema, program: Program) -> Layer:
    """Return ``segment_<schema>_all``, where a record gets one label only, and ``segment_<schema>_undecided``."""
    verdicts = [(segment, verdict_column(schema, segment)) for segment in schema.segments]
    layer = {f"segment_{schema.id}_undecided": _open_fields(schema, program)}
    if schema.assign is Assignment.ALL_MATCHES:
        return layer
    holding = [exp.Case().when(verdict, literal(segment.id)) for segment, verdict in verdicts]
    return {f"segment_{schema.id}_all": _some(joined("; ", holding)), **layer}


def _open_fields(schema: Schema, program: Program) -> exp.Expr:
    """Return the fields and the segments referred to that leave some segment open, each once."""
    causes: dict[str, list[exp.Expr]] = {}
    for segment in schema.segments:
        is_open = verdict_column(schema, segment).is_(exp.null())
        for field, names in clause_names(segment, program.clauses).items():
            unknown = any_of([exp.column(name, quoted=True).is_(exp.null()) for name in names])
            causes.setdefault(field, []).append(exp.and_(is_open.copy(), unknown))
        for condition in (segment.criteria, *segment.exclude):
            for ref in segment_refs_of(condition):
                unknown = membership_column(ref).is_(exp.null())
                causes.setdefault(f"{ref.schema}.{ref.segment}", []).append(exp.and_(is_open.copy(), unknown))
    return _some(joined("; ", [exp.Case().when(any_of(found), literal(name)) for name, found in causes.items()]))


def _some(text: exp.Expr) -> exp.Expr:
    """Return a text, NULL if there is none."""
    return exp.Nullif(this=text, expression=literal(""))
