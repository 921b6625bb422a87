"""Treatments: offers that do not fit their members, and assets."""

from collections.abc import Iterator
from dataclasses import dataclass

from segaudit.model.segments import RuleBook, Schema, Segment
from segaudit.rulebook.lints.lint import LintContext, Noticed, counted, first_place, listed, named, texts_of
from segaudit.rulebook.lints.words import LintWords
from segaudit.text.folding import fold

_BETWEEN = 2  # words that may stand between those of a phrase
_BEFORE = 3  # words before an offer in which it can be turned round
_SIGNS = str.maketrans(dict.fromkeys(".,;:!?()[]{}\"'/\\|*-–—+", " "))


def find_offers_to_customers(context: LintContext) -> Iterator[Noticed]:
    """Find segments of customers that are offered what is meant for people who do not buy yet."""
    for offer in offers_of(context.rules, context.words):
        key = (offer.schema.id, offer.segment.id)
        reason = _why_customers(offer, context)
        customers = context.counts.customers.get(key, 0) if context.counts is not None else 0
        if reason or customers:
            told = f"; {counted(customers, 'member')} of it are customers" if customers else ""
            because = f", and {reason}" if reason else ""
            yield Noticed(
                place=offer.segment.place,
                severity="error" if reason else "warning",
                message=f'{named(offer.schema, offer.segment)} offers what is for new business ("{offer.phrase}")'
                f"{because}{told}",
                hint="offer customers what they do not use yet, or add exclude: [{is_customer: {is: true}}]",
                records=customers if context.counts is not None else None,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A segment that offers what is for new business."""

    schema: Schema
    segment: Segment
    phrase: str


def offers_of(rules: RuleBook, words: LintWords) -> tuple[Offer, ...]:
    """Return the segments whose treatment offers what is for new business, with the first phrase that does."""
    found = []
    for schema, segment in rules.segments():
        texts = texts_of(segment.documentation.get("treatment"))
        phrase = next((phrase for text in texts if (phrase := _offered(text, words))), None)
        if phrase is not None:
            found.append(Offer(schema=schema, segment=segment, phrase=phrase))
    return tuple(found)


def _offered(text: str, words: LintWords) -> str | None:
    """Return the first phrase a text offers, unless a word before turns it round."""
    spoken = fold(text).translate(_SIGNS).split()
    turning = [phrase.split() for phrase in words.unless]
    for phrase in words.offers:
        asked = phrase.translate(_SIGNS).split()
        start = _begin(asked, spoken)
        if start is None:
            continue
        before = spoken[max(0, start - _BEFORE) : start]
        if not any(_begin(turn, before) is not None for turn in turning):
            return phrase
    return None


def _begin(asked: list[str], spoken: list[str]) -> int | None:
    """Return where words stand in a text in their order, with few others between them."""
    for start, word in enumerate(spoken):
        if word != asked[0]:
            continue
        place = start
        for wanted in asked[1:]:
            ahead = spoken[place + 1 : place + 2 + _BETWEEN]
            if wanted not in ahead:
                break
            place += 1 + ahead.index(wanted)
        else:
            return start
    return None


def _why_customers(offer: Offer, context: LintContext) -> str:
    """Return why a segment's members are customers; nothing if that is not known."""
    if context.proofs is not None and (offer.schema.id, offer.segment.id) in context.proofs.customers:
        return "its criteria make every member a customer"
    names = {fold(offer.segment.name), fold(offer.segment.id).replace("_", " ")}
    if offer.schema.documentation.get("dimension") == "relationship" and names & set(context.words.customer_stages):
        return "its members are customers by its name"
    return ""


def find_assets(context: LintContext) -> Iterator[Noticed]:
    """Find assets that several segments name, and treatments that name none."""
    users: dict[str, list[tuple[Schema, Segment]]] = {}
    for schema, segment in context.rules.segments():
        for asset in assets_of(segment):
            users.setdefault(asset, []).append((schema, segment))
    for asset, segments in users.items():
        if len(segments) > 1:
            names = list(dict.fromkeys(named(*item) for item in segments))
            twice = f"{names[0]} names the asset {asset} twice" if len(names) == 1 else ""
            yield Noticed(
                place=segments[1][1].place,
                message=twice or f"{listed(names)} name the same asset, {asset}",
                hint="fine if it speaks to both; otherwise give each segment one of its own",
            )
    yield from _without_assets(context.rules)


def assets_of(segment: Segment) -> list[str]:
    """Return the assets a segment's treatment names."""
    treatment = segment.documentation.get("treatment")
    return texts_of(treatment.get("assets")) if isinstance(treatment, dict) else []


def _without_assets(rules: RuleBook) -> Iterator[Noticed]:
    for schema in rules.schemas:
        lacking = [
            (schema, segment)
            for segment in schema.segments
            if segment.documentation.get("treatment") and not segment.suppress and not assets_of(segment)
        ]
        if lacking:
            yield Noticed(
                place=first_place(lacking),
                message=f"the treatment of {listed(named(*item) for item in lacking)} names no assets",
                hint="name what is sent or shown: assets: [guide.html]",
            )
