"""Segments without an outcome: the dimension that covers, balances and holds best, and that a team can act on."""

from collections.abc import Sequence

import numpy as np

from segaudit.model.suggestions import (
    Acting,
    CannotTell,
    Evidence,
    ProposedSchema,
    ProposedSegment,
    SuggestionKind,
)
from segaudit.segments.statistics.strata import association
from segaudit.segments.suggest.request import StartRequest
from segaudit.segments.suggest.start.conditions import TRUE, criteria_of, fields_of, truth_of, words_of
from segaudit.segments.suggest.start.dimensions import Dimension, dimension_of, measured, undecided
from segaudit.segments.suggest.start.drafts import Draft
from segaudit.segments.suggest.start.frame import Frame
from segaudit.segments.suggest.start.naming import ids_of, slug
from segaudit.segments.suggest.start.parts import Part
from segaudit.segments.suggest.start.regions import by_region
from segaudit.segments.suggest.start.settings import least_members
from segaudit.segments.suggest.start.sizes import with_sizes

UNDECIDED = "not_enough_known"
_SHOWN = 5  # dimensions that were not taken, and why


def by_structure(request: StartRequest, frame: Frame) -> Draft | CannotTell:
    """Propose segments by what is well filled, or say why nothing will do.

    Args:
        request: What there is.
        frame: The records with all features.
    """
    rows, least = frame.rows, least_members(request.rules, frame.rows)
    if rows < request.rules.limit("start_few_rows"):
        return _cannot(f"{rows:,} records are too few to part: read them one by one")
    listed, frame = with_sizes(request, frame)
    features = [item for item in listed if item.name not in request.rules.no_dimension]
    most = int(request.rules.limit("segments_most"))
    found = [dimension_of(item, frame, request, most=most, least=least) for item in features]
    found += [by_region(item, frame, request, least=least) for item in features]
    ranked = sorted((item for item in found if item is not None), key=lambda item: (-item.score, item.header))
    fit = [item for item in ranked if not _lacks(item, request)]
    chosen = next((item for item in fit if _enough(item, request)), None)
    crossed = _crossed(fit, frame, request) if chosen is None else None
    chosen = crossed or chosen
    if chosen is None:
        tried = "; ".join(f"{item.header}: {_lacks(item, request) or 'two parts only'}" for item in ranked[:_SHOWN])
        return _cannot(
            f"no field parts the records into 3 to {most} groups that will do ({tried or 'none has values'})"
        )
    return _draft(chosen, ranked, frame, request)


def _lacks(item: Dimension, request: StartRequest) -> str:
    """Return why a dimension will not do; empty if it will."""
    coverage, most = request.rules.limit("start_least_coverage"), request.rules.limit("start_most_share")
    if item.coverage < coverage:
        return f"places {item.coverage:.0%} of the records, below {coverage:.0%}"
    if item.largest > most:
        return f"one part holds {item.largest:.0%}, above {most:.0%}"
    return ""


def _enough(item: Dimension, request: StartRequest) -> bool:
    return len(item.parts) >= request.rules.limit("segments_least")


def _crossed(ranked: Sequence[Dimension], frame: Frame, request: StartRequest) -> Dimension | None:
    """Return the best two dimensions of two parts each, crossed; where one of three parts exists none is needed."""
    least, apart = least_members(request.rules, frame.rows), request.rules.limit("start_related_from")
    for place, one in enumerate(ranked):
        for other in ranked[place + 1 :]:
            parts = [Part(name=f"{a.name}, {b.name}", asks=(*a.asks, *b.asks)) for a in one.parts for b in other.parts]
            if len(parts) > request.rules.limit("segments_most") or _related(one, other, frame) >= apart:
                continue
            acting = Acting(use=min(one.action, other.action), why=f"{one.why}; {other.why}")
            found = measured((*one.features, *other.features), parts, (parts, parts), frame, acting)
            if found.smallest >= least and not _lacks(found, request):
                return found
    return None


def _related(one: Dimension, other: Dimension, frame: Frame) -> float:
    """Return Cramer's V of two dimensions."""
    columns = [frame.columns[item.features[0].name] for item in (one, other)]
    truths = [
        np.array([part.asks[0].truth(column) == 1 for part in item.parts])
        for item, column in zip((one, other), columns, strict=True)
    ]
    table = truths[0].astype(np.float64) @ truths[1].astype(np.float64).T
    return float(association(table))


def _draft(chosen: Dimension, ranked: Sequence[Dimension], frame: Frame, request: StartRequest) -> Draft:
    segments = [
        ProposedSegment(
            id=own,
            name=part.name,
            criteria=criteria_of(part.asks),
            notes=(f"{words_of(part.asks)}: {frame.told(truth_of(part.asks, frame) == TRUE)}",),
            extra={"required_fields": [item.feature.name for item in part.asks]},
        )
        for own, part in zip(ids_of(part.name for part in chosen.parts), chosen.parts, strict=True)
    ]
    others = [item for item in ranked if item.features != chosen.features][:_SHOWN]
    schema = ProposedSchema(
        id=slug(f"by_{'_and_'.join(item.name for item in chosen.features)}"),
        objective=f"a first parting of the records, by {chosen.header}",
        dimension=next((item.dimension for item in chosen.features if item.dimension), "other"),
        assign="exactly_one",
        segments=tuple(segments),
        otherwise="unplaced",
        undecided=UNDECIDED,
        notes=(
            "these segments are not made to differ in what became of the records: they are where to begin",
            f"why {chosen.header}: it {chosen.why}",
            _unplaced(chosen, frame),
            *(_against(item, chosen, request) for item in others),
        ),
        evidence=_evidence(chosen, frame, request),
    )
    asked = [ask for part in chosen.parts for ask in part.asks]
    return Draft(schema=schema, approach="structure", placed=chosen.coverage, fields=fields_of(asked))


def _unplaced(chosen: Dimension, frame: Frame) -> str:
    outside, missing = undecided(chosen.parts, frame)
    return (
        f'{frame.told(missing)} lack {chosen.header}, or it cannot be read: they are labelled "{UNDECIDED}"; '
        f"{int((outside & ~missing).sum()):,} others are in no segment"
    )


def _against(item: Dimension, chosen: Dimension, request: StartRequest) -> str:
    lack = _lacks(item, request)
    if not lack and not _enough(item, request):
        lack = f"has {len(item.parts)} parts only"
    return f"not {item.header}: {lack or f'{_figures(item)}, below {chosen.score:.3f}'}"


def _figures(item: Dimension) -> str:
    return (
        f"places {item.coverage:.0%} x balance {item.balance:.2f} x agreement of the halves {item.stability:.2f} x "
        f"use to a team {item.action:.1f} = {item.score:.3f}"
    )


def _evidence(chosen: Dimension, frame: Frame, request: StartRequest) -> tuple[Evidence, ...]:
    rules, rows = request.rules, frame.rows
    return (
        Evidence(statement=f"{chosen.header}: {_figures(chosen)}", value=chosen.score, rows=rows),
        Evidence(
            statement=f"{chosen.coverage:.1%} of the records are placed",
            value=chosen.coverage,
            threshold=rules.limit("start_least_coverage"),
            rows=rows,
        ),
        Evidence(
            statement=f"the largest segment holds {chosen.largest:.0%} of them, the smallest {chosen.smallest:,}",
            value=chosen.largest,
            threshold=rules.limit("start_most_share"),
            rows=rows,
        ),
        Evidence(
            statement=f"cut from either half, {chosen.stability:.0%} of the records are placed alike",
            value=chosen.stability,
            rows=rows,
            held_out=True,
        ),
    )


def _cannot(reason: str) -> CannotTell:
    return CannotTell(kind=SuggestionKind.START, reason=reason, schema="by structure")
