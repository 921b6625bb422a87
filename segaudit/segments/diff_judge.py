"""Where two definitions part, held against what that does to the records: which differences somebody should settle."""

from collections.abc import Iterator, Sequence

from segaudit.model.decisions import Finding
from segaudit.model.proofs import witness_words
from segaudit.model.rules_diff import Comparison, MatchedBy, Relation, SchemaDiff, SegmentDiff
from segaudit.model.segments import Assignment, RuleBook, Schema


def judge_differences(
    a: RuleBook, b: RuleBook, schemas: Sequence[SchemaDiff], only_a: Sequence[str], only_b: Sequence[str]
) -> tuple[Finding, ...]:
    """Return the differences somebody should settle, errors first.

    That no record of one definition is in the other, and that records are no longer suppressed, are errors. What is
    said differently without moving a record, such as an owner, is no finding.
    """
    found: list[Finding] = []
    for name in only_a:
        found += _gone(a.schema(name))
    found += [_only(b.schema(name).place, f'schema "{name}" is in B only') for name in only_b]
    for diff in schemas:
        found += _of_schema(a.schema(diff.a), b.schema(diff.b), diff)
    return tuple(sorted(found, key=lambda item: item.severity != "error"))


def _gone(schema: Schema) -> Iterator[Finding]:
    yield _only(schema.place, f'schema "{schema.id}" is in A only')
    for segment in schema.segments:
        if segment.suppress:
            yield _suppress_lost(segment.place, f'"{schema.id}.{segment.id}" suppresses in A, and B does not have it')


def _of_schema(a: Schema, b: Schema, diff: SchemaDiff) -> Iterator[Finding]:
    if a.assign is not b.assign:
        yield Finding(
            rule="diff.assign",
            severity="warning",
            where=str(b.place),
            message=f'schema "{diff.b}" assigns {_ASSIGN[b.assign]} in B, and {_ASSIGN[a.assign]} in A',
            hint="a record may get another label even where criteria are the same",
        )
    for name in diff.only_a:
        segment = a.segment(name)
        if segment.suppress:
            lost = f'"{diff.a}.{name}" suppresses in A, and B does not have it'
            yield _suppress_lost(segment.place, lost)
        else:
            yield _only(segment.place, f'"{diff.a}.{name}" is in A only')
    for name in diff.only_b:
        yield _only(b.segment(name).place, f'"{diff.b}.{name}" is in B only')
    for item in diff.segments:
        yield from _of_segment(a, b, item)


_ASSIGN = {
    Assignment.FIRST_MATCH: "the first that matches",
    Assignment.EXACTLY_ONE: "exactly one",
    Assignment.ALL_MATCHES: "all that match",
}


def _only(place: object, message: str) -> Finding:
    return Finding(
        rule="diff.only-one",
        severity="warning",
        where=str(place),
        message=message,
        hint="if it goes by another name on the other side, say so: --match a=b",
    )


def _suppress_lost(place: object, message: str) -> Finding:
    return Finding(
        rule="diff.suppress-lost",
        severity="error",
        where=str(place),
        message=message,
        hint="whoever must not be written to will be: suppress them in both, or agree that they no longer are",
    )


def _of_segment(a: Schema, b: Schema, diff: SegmentDiff) -> Iterator[Finding]:
    ours, theirs = a.segment(diff.a), b.segment(diff.b)
    name = f'"{b.id}.{diff.b}"' if (a.id, diff.a) == (b.id, diff.b) else f'"{a.id}.{diff.a}" and "{b.id}.{diff.b}"'
    if ours.suppress and not theirs.suppress:
        yield _suppress_lost(theirs.place, f"{name}: A suppresses its members, B does not")
    order = diff.membership if diff.membership is not None else diff.criteria
    comparison = diff.criteria if diff.criteria.relation is not Relation.SAME else order
    if comparison.relation is Relation.SAME:
        return
    by_order = ""
    if diff.criteria.relation is Relation.SAME:
        open_ = comparison.relation is Relation.NOT_PROVEN
        by_order = f"; criteria are the same, what segments before it take {'may not be' if open_ else 'is not'}"
    proposed = " (taken for the same by name)" if diff.by is MatchedBy.NAME else ""
    yield Finding(
        rule=f"diff.{comparison.relation.value.replace('_', '-')}",
        severity="error" if comparison.relation is Relation.DISJOINT else "warning",
        where=str(theirs.place),
        message=f"{name}{proposed}: {comparison_words(comparison)}{by_order}",
        hint=_HINTS.get(comparison.relation, "agree on one definition, and let both use it"),
    )


_HINTS = {
    Relation.NOT_PROVEN: "compare them on data: --data FILE counts what each holds",
    Relation.NOT_COMPARABLE: "declare the field alike in both",
}


def comparison_words(comparison: Comparison) -> str:
    """Return in a sentence how two definitions lie to each other, with the records that show it."""
    because = ", ".join(comparison.because) or "no record was found that shows it"
    said = _INSIDE.get(comparison.inside, "") + _SAID[comparison.relation].format(because)
    shown = [
        f"{words}: {witness_words(witness)}"
        for words, witness in (("in A only", comparison.only_a), ("in B only", comparison.only_b))
        if witness is not None and comparison.relation is not Relation.DISJOINT
    ]
    return "; ".join([said, *shown])


_INSIDE = {
    "a_in_b": "every record of A's is in B's; whether B has more is ",
    "b_in_a": "every record of B's is in A's; whether A has more is ",
}
_SAID = {
    Relation.SAME: "the same records",
    Relation.NARROWER: "B is narrower, every record of B's is in A's",
    Relation.WIDER: "B is wider, every record of A's is in B's",
    Relation.OVERLAPPING: "they overlap, and each has records of its own",
    Relation.DISJOINT: "no record can be in both",
    Relation.NOT_PROVEN: "not proven ({})",
    Relation.NOT_COMPARABLE: "not comparable, A and B read {} as different types",
}
