"""The other questions: can it be placed, is it fresh, is it looked after, is it acted on."""

from segaudit.model.conditions import clauses_of
from segaudit.model.scorecard import Answer, Mark
from segaudit.rulebook.lints.lint import said
from segaudit.rulebook.lints.treatments import assets_of
from segaudit.segments.scorecard.measuring import Share
from segaudit.segments.scorecard.probes import RECENT
from segaudit.segments.scorecard.shares import Asked, judged, not_asked, percents, unanswered
from segaudit.text.folding import fold

_WINDOWS = frozenset({"within_last", "not_within_last", "before_last", "newer_than", "older_than"})
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_MOST_NAMED = 4
_ADDRESS = "://"


def ask_placeable(asked: Asked) -> Mark:
    """Ask of how many records it can be told whether they are members."""
    rows = asked.facts.measures.rows
    if not rows:
        return unanswered("placeable", "the file has no records")
    decided = rows - asked.measured.undecided
    return Mark(
        question="placeable",
        answer=Answer.YES if decided >= asked.limit("placeable_at_least") * rows else Answer.NO,
        evidence=f"it can be told of {decided:,} of {rows:,} records ({decided / rows:.0%})",
        values={"share": round(decided / rows, 6)},
        limits=("placeable_at_least",),
    )


def ask_fresh(asked: Asked) -> Mark:
    """Ask how old the values are that it goes by."""
    dated = [(asked.facts.ages[name], name) for name in asked.segment.fields if name in asked.facts.ages]
    if dated:
        ages, name = min(dated, key=lambda item: (item[0].share.sure, item[1]))
        evidence = (
            f"{percents(ages.share)} of the values of {name} were looked at within {ages.days:,} days, by {ages.header}"
        )
        return _share_mark("fresh", ages.share, "fresh_at_least", asked, evidence)
    recent = asked.measured.probes.get(RECENT)
    if recent is None or "updated_on" not in asked.facts.here:
        return unanswered("fresh", "no date column says when the fields it reads were looked at")
    if not recent.total:
        return unanswered("fresh", "nobody is in it")
    evidence = (
        f"{percents(recent)} of its members were changed within {asked.limit('fresh_days'):,.0f} days (updated_on); "
        "which of their fields is not known"
    )
    # A record that was not touched has no fresh field; one that was may have old ones all the same.
    mark = _share_mark("fresh", recent, "fresh_at_least", asked, evidence)
    if mark.answer is Answer.YES:
        return Mark(
            question="fresh", answer=Answer.OPEN, evidence=evidence, values=mark.values, limits=("fresh_at_least",)
        )
    return mark


def _share_mark(question: str, share: Share, limit: str, asked: Asked, evidence: str) -> Mark:
    return Mark(
        question=question,
        answer=judged(share, asked.limit(limit)),
        evidence=evidence,
        values={"share": round(share.sure, 6), "share_possible": round(share.possible, 6)},
        limits=(limit,),
    )


def ask_owner(asked: Asked) -> Mark:
    """Ask who answers for it."""
    owner = said(asked.schema, asked.segment, "owner")
    if not owner:
        return Mark(question="owner", answer=Answer.NO, evidence="nobody answers for it", values={})
    return Mark(question="owner", answer=Answer.YES, evidence=str(owner), values={"owner": str(owner)})


def ask_cadence(asked: Asked) -> Mark:
    """Ask how often it is worked out anew, and whether that is often enough for the days its criteria count."""
    word = said(asked.schema, asked.segment, "refresh")
    if not word:
        return Mark(question="cadence", answer=Answer.NO, evidence="nothing says how often it is refreshed", values={})
    days = _days_of(str(word), asked)
    if days is None:
        evidence = f'"{word}" is no rhythm; write weekly, monthly or a length such as 30d'
        return Mark(question="cadence", answer=Answer.NO, evidence=evidence, values={"refresh": str(word)})
    window = _shortest_window(asked)
    late = window is not None and days > window
    evidence = str(word) if days <= 1 else f"{word}: every {days:,} days"
    if window is not None:
        evidence += f"; its criteria count {window:,} days" + (": members are out of date before" if late else "")
    return Mark(
        question="cadence",
        answer=Answer.NO if late else Answer.YES,
        evidence=evidence,
        values={"refresh": str(word), "days": days, "window": window},
    )


def _days_of(word: str, asked: Asked) -> int | None:
    folded = fold(word)
    if folded in asked.facts.cadences:
        return asked.facts.cadences[folded]
    return _length(folded)


def _length(text: str) -> int | None:
    number, unit = text[:-1], text[-1:]
    return int(number) * _DAYS[unit] if number.isdecimal() and unit in _DAYS else None


def _shortest_window(asked: Asked) -> int | None:
    conditions = (asked.segment.criteria, *asked.segment.exclude)
    clauses = [clause for condition in conditions for clause in clauses_of(condition)]
    lengths = [_length(str(clause.operand)) for clause in clauses if clause.operator in _WINDOWS]
    return min((length for length in lengths if length is not None), default=None)


def ask_treatment(asked: Asked) -> Mark:
    """Ask whether its treatment says all that has to be said."""
    treatment = asked.segment.documentation.get("treatment")
    wanted = ("next_action",) if asked.segment.suppress else asked.facts.standards.treatment
    given = treatment if isinstance(treatment, dict) else {}
    lacking = [key for key in wanted if not given.get(key)]
    filled = len(wanted) - len(lacking)
    evidence = f"{filled} of {len(wanted)} said" + (f"; nothing on {', '.join(lacking)}" if lacking else "")
    return Mark(
        question="treatment",
        answer=Answer.NO if lacking else Answer.YES,
        evidence=evidence,
        values={"said": filled, "wanted": len(wanted)},
    )


def ask_assets(asked: Asked) -> Mark:
    """Ask whether the files its treatment names are there."""
    named, found = list(dict.fromkeys(assets_of(asked.segment))), asked.facts.assets
    names = [name for name in named if _ADDRESS not in name]
    if named and not names:
        return unanswered("assets", f"{len(named)} named, all of them on the web, where nobody looks")
    if not names:
        if asked.segment.suppress:
            return not_asked("assets", "it suppresses: nothing is sent")
        return Mark(question="assets", answer=Answer.NO, evidence="its treatment names none", values={"named": 0})
    if found is None:
        return unanswered("assets", f"{len(names)} named; nobody looked: give their folder with --assets")
    lacking = [name for name in names if not found.get(name)]
    evidence = f"{len(names) - len(lacking)} of {len(names)} are there"
    evidence += f"; missing: {', '.join(lacking[:_MOST_NAMED])}" if lacking else ""
    return Mark(
        question="assets",
        answer=Answer.NO if lacking else Answer.YES,
        evidence=evidence,
        values={"named": len(names), "missing": len(lacking)},
    )


def ask_in_sync(asked: Asked) -> Mark:
    """Ask whether the list in the CRM holds the members the rules say."""
    facts = asked.facts
    counts = facts.lists.get((asked.schema.id, asked.segment.id))
    if counts is None:
        if not facts.list_headers:
            wanted = ", ".join(facts.standards.lists)
            return unanswered("in_sync", f"no column holds the segment the CRM keeps ({wanted})")
        headers = ", ".join(facts.list_headers)
        others = any(schema == asked.schema.id for schema, _ in facts.lists)
        if others and asked.measured.members:
            evidence = f"{headers} has lists for others of {asked.schema.id} and none for it"
            return Mark(question="in_sync", answer=Answer.NO, evidence=evidence, values={})
        return unanswered("in_sync", f"nothing in {headers} is called like it")
    evidence = (
        f"{counts.both:,} by both, {counts.only_rule:,} by the rules and not in the list, {counts.only_list:,} in the "
        f"list and not by the rules; Jaccard {counts.jaccard:.2f} ({counts.header})"
    )
    return Mark(
        question="in_sync",
        answer=Answer.YES if counts.jaccard >= asked.limit("in_sync_at_least") else Answer.NO,
        evidence=evidence,
        values={
            "both": counts.both,
            "in_rule_not_list": counts.only_rule,
            "in_list_not_rule": counts.only_list,
            "jaccard": round(counts.jaccard, 6),
            "names": "; ".join(counts.names),
        },
        limits=("in_sync_at_least",),
    )
