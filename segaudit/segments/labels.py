"""What a label says: the segments it names, alone or beside others."""

from sqlglot import expressions as exp

from segaudit.model.segments import Assignment, Schema
from segaudit.sql.operators.expressions import any_of, joined, literal


def named(name: str, table: str | None = None) -> exp.Column:
    """Return a column of tags."""
    return exp.column(name, table=table, quoted=True)


def holds(label: exp.Expr, segment: exp.Expr | str) -> exp.Expr:
    """Return whether a label names a segment, alone or beside others."""
    sought = literal(f"; {segment}; ") if isinstance(segment, str) else _between(segment)
    return exp.StrPosition(this=_between(label), substr=sought) > exp.Literal.number(0)


def _between(text: exp.Expr) -> exp.Expr:
    return joined("", [literal("; "), text, literal("; ")])


def suppressing(schema: Schema, label: exp.Expr) -> exp.Expr:
    """Return whether a label names a segment that suppresses."""
    return any_of([holds(label, segment.id) for segment in schema.segments if segment.suppress])


def with_segment(schema: Schema, label: exp.Expr, segment: exp.Expr) -> exp.Expr:
    """Return the label of a record that is put into a segment: beside its others where a record may have several."""
    if schema.assign is not Assignment.ALL_MATCHES:
        return segment
    names = [
        exp.Case().when(exp.or_(holds(label, item.id), segment.copy().eq(literal(item.id))), literal(item.id))
        for item in schema.segments
    ]
    return joined("; ", names)
