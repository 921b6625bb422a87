"""How the segments of a schema meet in the records: combinations, likeness, what an earlier one takes, conflicts."""

from collections.abc import Iterator

from segaudit.model.decisions import Combinations, PairOverlap, SchemaCounts
from segaudit.model.segments import Assignment, Schema
from segaudit.report.audit.data_words import SMALL
from segaudit.report.audit.segment_words import Teller, note
from segaudit.report.charts import MatrixChart, SetChart
from segaudit.report.document import Tone
from segaudit.report.page import Block, Fold, Form, Grid, Lines, Para, Section, amount, cell, span

_MOST_SETS = 10
_MOST_MEETS = 15
_MOST_NAMES = 16  # of the matrix
_MOST_PAIRS = 15
_MOST_ACROSS = 15


def meeting_section(tell: Teller, schema: Schema, counted: SchemaCounts) -> Iterator[Block]:
    """Yield how segments meet; a sentence where none does."""
    words = tell.words
    overlapping = sorted(
        (pair for pair in counted.overlaps if pair.both), key=lambda pair: (-pair.both, pair.a, pair.b)
    )
    if len(schema.segments) < 2:  # noqa: PLR2004 - one segment meets no other
        return
    if not overlapping:
        yield note(words("segments.meet.none"), Tone.GOOD)
        return
    blocks: list[Block] = [Para(line=span(_lead(tell, schema, counted, overlapping)), tone=_tone(schema))]
    if counted.combinations is not None:
        blocks.append(_sets(tell, counted, counted.combinations))
    if len(schema.segments) > 2:  # noqa: PLR2004 - of two segments the pair says it all
        blocks.append(_matrix(tell, counted, overlapping))
    blocks += [*_conflicts(tell, counted), *_taken(tell, counted)]
    blocks.append(
        Fold(title=words("segments.meet.pairs"), blocks=(_pairs(tell, overlapping), *_more(tell, overlapping)))
    )
    yield Section(title=words("segments.meet.title"), anchor="", level=4, blocks=tuple(blocks))


def _tone(schema: Schema) -> Tone:
    return Tone.BAD if schema.assign is Assignment.EXACTLY_ONE else Tone.PLAIN


def _lead(tell: Teller, schema: Schema, counted: SchemaCounts, overlapping: list[PairOverlap]) -> str:
    name = {
        Assignment.EXACTLY_ONE: "segments.meet.conflict",
        Assignment.FIRST_MATCH: "segments.meet.first",
        Assignment.ALL_MATCHES: "segments.meet.several",
    }[schema.assign]
    most = overlapping[0]
    told = tell.words(
        name,
        rows=tell.value(counted.in_several),
        share=tell.share(counted.in_several, tell.segments.overlap.source.rows),
    )
    worst = tell.words(
        "segments.meet.most",
        a=tell.segment(counted.schema, most.a),
        b=tell.segment(counted.schema, most.b),
        rows=tell.value(most.both),
    )
    return f"{told} {worst}"


def _sets(tell: Teller, counted: SchemaCounts, found: Combinations) -> SetChart:
    """Return the combinations of the largest segments as an UpSet chart."""
    items = [item for item in counted.segments if item.matched and not tell.hides(item.matched)]
    largest = sorted(items, key=lambda item: -item.matched)[:_MOST_SETS]
    shown = [item for item in items if item in largest]
    places = {item.segment: place for place, item in enumerate(shown)}
    meets = tuple(
        (tuple(places[name] for name in item.segments), item.rows)
        for item in found.listed
        if item.segments and all(name in places for name in item.segments) and not tell.hides(item.rows)
    )[:_MOST_MEETS]
    # Records that meet none are no combination of sets, and are told of among the unplaced.
    every = sum(bool(item.segments) for item in found.listed) + found.others
    summary = tell.words("segments.meet.summary", n=sum(len(meet) > 1 for meet, _ in meets))
    left = every - len(meets)
    if left:
        summary = f"{summary} {tell.words('segments.meet.left', n=left)}"
    if tell.redacted:
        summary = f"{summary} {tell.words('segments.redacted', least=SMALL)}"
    sets = tuple((tell.segment(item.schema, item.segment), item.matched) for item in shown)
    return SetChart(
        title=tell.words("segments.meet.chart", schema=tell.schema(counted.schema)),
        summary=summary,
        sets=sets,
        meets=meets,
    )


def _matrix(tell: Teller, counted: SchemaCounts, overlapping: list[PairOverlap]) -> MatrixChart:
    """Return how alike segments are, those that meet most where there are too many."""
    shares = {frozenset({pair.a, pair.b}): 0.0 if tell.hides(pair.both) else pair.jaccard for pair in counted.overlaps}
    meeting = list(dict.fromkeys(name for pair in overlapping for name in (pair.a, pair.b)))
    order = [item.segment for item in counted.segments]
    chosen = (meeting if len(order) > _MOST_NAMES else order)[:_MOST_NAMES]
    names = [name for name in order if name in chosen]
    titles = tuple(tell.segment(counted.schema, name) for name in names)
    rows = tuple(
        (title, tuple(None if name == other else shares.get(frozenset({name, other}), 0.0) for other in names), "")
        for title, name in zip(titles, names, strict=True)
    )
    alike = max(overlapping, key=lambda pair: pair.jaccard)
    return MatrixChart(
        title=tell.words("segments.meet.matrix", schema=tell.schema(counted.schema)),
        summary=tell.words(
            "segments.meet.matrix_summary",
            a=tell.segment(counted.schema, alike.a),
            b=tell.segment(counted.schema, alike.b),
            share="–" if tell.hides(alike.both) else alike.jaccard,
        ),
        columns=titles,
        rows=rows,
    )


def _pairs(tell: Teller, overlapping: list[PairOverlap]) -> Grid:
    names = ("a", "b", "both", "jaccard", "a_in_b", "b_in_a", "lift")
    return Grid(
        title=tell.words("segments.meet.pairs"),
        columns=tuple(tell.words(f"segments.pair.{name}") for name in names),
        rows=tuple(_pair(tell, pair) for pair in overlapping[:_MOST_PAIRS]),
        numeric=frozenset(range(2, len(names))),
        sortable=True,
    )


def _pair(tell: Teller, pair: PairOverlap) -> tuple[Lines, ...]:
    hidden = tell.hides(pair.both)
    shares = [
        cell("–") if hidden else amount(tell.words.share(share), share, Form.SHARE)
        for share in (pair.jaccard, pair.a_in_b, pair.b_in_a)
    ]
    return (
        tell.segment_cell(pair.schema, pair.a),
        tell.segment_cell(pair.schema, pair.b),
        tell.count(pair.both),
        *shares,
        cell(tell.words("segments.pair.few")) if hidden else _lift(tell, pair),
    )


def _lift(tell: Teller, pair: PairOverlap) -> Lines:
    if pair.lift is None or pair.lift_ends is None:
        return cell(tell.words("segments.pair.few"), tone=Tone.QUIET)
    lift, low, high = (tell.words.decimal(value, 2) for value in (pair.lift, *pair.lift_ends))
    return amount(f"{lift} ({low}–{high})", pair.lift, Form.AMOUNT)


def _more(tell: Teller, overlapping: list[PairOverlap]) -> Iterator[Block]:
    yield note(tell.words("segments.pair.lift_means"))
    if len(overlapping) > _MOST_PAIRS:
        yield note(tell.words("segments.more_pairs", n=len(overlapping) - _MOST_PAIRS))


def _taken(tell: Teller, counted: SchemaCounts) -> Iterator[Block]:
    """Yield what later segments of a waterfall lose to earlier ones."""
    if not counted.taken:
        return
    words = tell.words
    matched = {item.segment: item.matched for item in counted.segments}
    ranked = sorted(counted.taken, key=lambda item: -item.rows)[:_MOST_PAIRS]
    yield Grid(
        title=words("segments.taken.title"),
        columns=tuple(words(f"segments.taken.{name}") for name in ("segment", "by", "rows", "share")),
        rows=tuple(
            (
                tell.segment_cell(counted.schema, item.segment),
                tell.segment_cell(counted.schema, item.by),
                tell.count(item.rows),
                tell.share_cell(item.rows, matched[item.segment]),
            )
            for item in ranked
        ),
        numeric=frozenset({2, 3}),
        sortable=True,
    )


def _conflicts(tell: Teller, counted: SchemaCounts) -> Iterator[Block]:
    """Yield the records that two segments claim where only one may."""
    if not counted.conflict_pairs:
        return
    words = tell.words
    names = ("a", "b", "rows", *(() if tell.redacted else ("first",)))
    yield Grid(
        title=words("segments.conflict.title"),
        columns=tuple(words(f"segments.conflict.{name}") for name in names),
        rows=tuple(
            (
                tell.segment_cell(counted.schema, item.a),
                tell.segment_cell(counted.schema, item.b),
                tell.count(item.rows, Tone.BAD),
                *(() if tell.redacted else (cell(", ".join(words.number(row) for row in item.first_rows)),)),
            )
            for item in counted.conflict_pairs[:_MOST_PAIRS]
        ),
        numeric=frozenset({2}),
        sortable=True,
    )


def across_fold(tell: Teller) -> Iterator[Block]:
    """Yield how the members of all schemas' segments meet; nothing where nobody asked."""
    found, words = tell.segments.overlap.across, tell.words
    if found is None or not found.listed:
        return
    told = [item for item in found.listed if not tell.hides(item.rows)][:_MOST_ACROSS]
    rows = tuple(
        (
            cell(_together(tell, item.segments)),
            tell.count(item.rows),
            tell.share_cell(item.rows, tell.segments.overlap.source.rows),
        )
        for item in told
    )
    grid = Grid(
        title=words("segments.across.title"),
        columns=tuple(words(f"segments.across.{name}") for name in ("segments", "rows", "share")),
        rows=rows,
        numeric=frozenset({1, 2}),
        sortable=True,
    )
    left = len(found.listed) - len(told) + found.others
    more = (note(words("segments.meet.left", n=left)),) if left else ()
    yield Fold(title=words("segments.across.title"), blocks=(note(words("segments.across.means")), grid, *more))


def _together(tell: Teller, segments: tuple[str, ...]) -> str:
    names = [tell.segment(*name.partition(".")[::2]) for name in segments]
    return " + ".join(names) or tell.words("segments.across.none")
