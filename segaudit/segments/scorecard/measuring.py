"""What the scorecard's questions come to, counted in one scan."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine
from segaudit.model.scorecard import Channel, Standards
from segaudit.model.segments import RuleBook, Schema, Segment
from segaudit.segments.decide import DECISIONS
from segaudit.segments.overlap_tally import Sums, create_tally, holds
from segaudit.segments.program import membership_name, verdict_name
from segaudit.segments.scorecard.probes import ADDRESS, GRANTED, PROBES, REFUSED, without_probes
from segaudit.sql.operators.expressions import all_of, any_of

_TALLY = "scorecard_counts"
REACHED = "reached"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many records something is true of, and of how many it cannot be told."""

    true: int
    unknown: int
    total: int

    @property
    def sure(self) -> float:
        """Share of those it is surely true of; 0 of nobody."""
        return self.true / self.total if self.total else 0.0

    @property
    def possible(self) -> float:
        """Share of those it may be true of."""
        return (self.true + self.unknown) / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentMeasures:
    """One segment, measured."""

    members: int
    undecided: int
    probes: Mapping[str, Share]  # what is asked of records, of its members


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """All segments, measured."""

    rows: int
    segments: Mapping[tuple[str, str], SegmentMeasures]
    probes: Mapping[str, Share]  # of all records
    # Channels by what is known of them.
    channels: tuple[Channel, ...] = ()  # with a column that holds addresses
    unrecorded: tuple[str, ...] = field(default=())  # channels of which the file does not say who agreed


def measure_segments(rules: RuleBook, standards: Standards, here: Sequence[str], engine: Engine) -> Measures:
    """Count what the probes say, of all records and of each segment's members.

    Args:
        rules: With the probes.
        standards: What is asked.
        here: Fields that a column provides.
        engine: Where the decisions are.
    """
    own, probes = without_probes(rules), rules.schemas[-1]
    if probes.id != PROBES:
        raise KeyError(PROBES)
    asked = [segment.id for segment in probes.segments]
    columns = {
        probe: _column(verdict_name(probes, segment)) for probe, segment in zip(asked, probes.segments, strict=True)
    }
    for schema, segment in own.segments():
        columns[membership_name(schema, segment)] = _column(membership_name(schema, segment))
        columns[verdict_name(schema, segment)] = _column(verdict_name(schema, segment))
    create_tally(_TALLY, columns, DECISIONS, engine)
    first = Sums()
    first.ask("rows", exp.true())
    for probe in asked:
        first.ask(probe, _column(probe))
        first.ask(f"{probe} open", _column(probe).is_(exp.null()))
    first.fetch(_TALLY, engine)
    overall = {probe: Share(true=first[probe], unknown=first[f"{probe} open"], total=first["rows"]) for probe in asked}
    channels = tuple(channel for channel in standards.channels if set(channel.columns) & set(here))
    unrecorded = tuple(channel.name for channel in channels if not _is_recorded(channel, overall, here))
    verdicts: dict[str, exp.Expr] = {probe: _column(probe) for probe in asked}
    if channels:
        verdicts[REACHED] = any_of([_reached(channel, asked, unrecorded) for channel in channels])
    return Measures(
        rows=first["rows"],
        segments=_of_members(own, verdicts, engine),
        probes=overall,
        channels=channels,
        unrecorded=unrecorded,
    )


def _is_recorded(channel: Channel, overall: Mapping[str, Share], here: Sequence[str]) -> bool:
    """Tell whether the file says who agreed: a column can grant it, and grants it to somebody or refuses somebody."""
    granted = overall.get(GRANTED.format(channel.name))
    return granted is not None and granted.true > 0 and bool(set(channel.granting) & set(here))


def _reached(channel: Channel, asked: Sequence[str], unrecorded: Sequence[str]) -> exp.Expr:
    """Return whether a record can be reached; NULL if that hangs on consent of which the file says nothing."""
    parts: list[exp.Expr] = [exp.paren(_column(ADDRESS.format(channel.name)))]
    refused = REFUSED.format(channel.name)
    if refused in asked:
        parts.append(exp.not_(holds(_column(refused))))
    granted = GRANTED.format(channel.name)
    known = channel.name not in unrecorded and granted in asked
    parts.append(holds(_column(granted)) if known else exp.cast(exp.null(), "BOOLEAN"))
    return exp.paren(all_of(parts))


def _of_members(
    rules: RuleBook, verdicts: Mapping[str, exp.Expr], engine: Engine
) -> dict[tuple[str, str], SegmentMeasures]:
    sums = Sums()
    for key, schema, segment in _keyed(rules):
        member = holds(_column(membership_name(schema, segment)))
        sums.ask(f"{key} members", member)
        sums.ask(f"{key} open", _column(verdict_name(schema, segment)).is_(exp.null()))
        for probe, verdict in verdicts.items():
            sums.ask(f"{key} {probe}", exp.and_(member, verdict))
            sums.ask(f"{key} {probe} open", exp.and_(member, exp.paren(verdict).is_(exp.null())))
    sums.fetch(_TALLY, engine)
    return {
        (schema.id, segment.id): SegmentMeasures(
            members=sums[f"{key} members"],
            undecided=sums[f"{key} open"],
            probes={
                probe: Share(
                    true=sums[f"{key} {probe}"], unknown=sums[f"{key} {probe} open"], total=sums[f"{key} members"]
                )
                for probe in verdicts
            },
        )
        for key, schema, segment in _keyed(rules)
    }


def _keyed(rules: RuleBook) -> Iterator[tuple[str, Schema, Segment]]:
    for schema, segment in rules.segments():
        yield f"{schema.id}.{segment.id}", schema, segment


def _column(name: str) -> exp.Column:
    return exp.column(name, quoted=True)
