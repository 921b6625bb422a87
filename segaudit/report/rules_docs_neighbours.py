"""What a segment shares with others of its schema, in the dictionary."""

from collections.abc import Iterator

from segaudit.model.decisions import PairOverlap
from segaudit.model.proofs import PairProof, PairVerdict, pair_words
from segaudit.model.rules_docs import RulesDocs
from segaudit.model.segments import Assignment, Schema, Segment
from segaudit.report.document import percent
from segaudit.report.page import Block, Item, Outline, Section, Span, span
from segaudit.report.rules_docs_names import Names, segment_anchor

_MOST_NEIGHBOURS = 8


def neighbours(docs: RulesDocs, names: Names, schema: Schema, segment: Segment) -> Iterator[Block]:
    """Yield what else records of a segment meet: by the data, and by the proof where the data is silent."""
    items: list[Item] = []
    met: list[set[str]] = []
    if docs.data is not None:
        matched = docs.data.counted(schema.id, segment.id).matched
        pairs = [pair for pair in docs.data.counts[schema.id].overlaps if pair.both and segment.id in {pair.a, pair.b}]
        pairs.sort(key=lambda pair: (-pair.both, pair.a, pair.b))
        items += [_meeting(names, schema, segment, pair, matched) for pair in pairs]
        met += [{pair.a, pair.b} for pair in pairs]
    if docs.facts is not None:
        proved = [pair for pair in docs.facts.pairs if pair.schema == schema.id and segment.id in {pair.a, pair.b}]
        open_ = [pair for pair in proved if pair.verdict is not PairVerdict.DISJOINT and {pair.a, pair.b} not in met]
        items += [_proved(names, schema, segment, pair) for pair in open_]
    if items:
        more = len(items) - _MOST_NEIGHBOURS
        rest = (Item(line=span(f"and {more} more")),) if more > 0 else ()
        outline = Outline(items=(*items[:_MOST_NEIGHBOURS], *rest))
        yield Section(title="Neighbours it overlaps", anchor="", level=5, blocks=(outline,))


def _meeting(names: Names, schema: Schema, segment: Segment, pair: PairOverlap, matched: int) -> Item:
    other = pair.b if pair.a == segment.id else pair.a
    told = f": {pair.both:,} records meet both ({share_of(pair.both, matched)} of those that meet this one)"
    first = f"; {names.segment_name(f'{schema.id}.{pair.a}')} comes first and takes them"
    told += first if schema.assign is Assignment.FIRST_MATCH else ""
    return Item(line=(_link(names, schema, other), Span(text=told)))


def _proved(names: Names, schema: Schema, segment: Segment, pair: PairProof) -> Item:
    other = pair.b if pair.a == segment.id else pair.a
    return Item(line=(_link(names, schema, other), Span(text=f": by the rules alone, {pair_words(pair)}")))


def _link(names: Names, schema: Schema, segment: str) -> Span:
    return Span(text=names.segment_name(f"{schema.id}.{segment}"), to=segment_anchor(schema.id, segment))


def share_of(count: int, rows: int) -> str:
    """Return a share as people read it; a dash where there is nothing to have a share of."""
    return percent(count / rows) if rows else "–"
