"""An audit held against an earlier one: what became better, what worse, and what cannot be compared."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from segaudit.audit.whole.reading_back import Fact, Facts, facts_of, read_earlier
from segaudit.errors import InputError
from segaudit.model.audit import AuditResult, Change, Comparison, Scored
from segaudit.report.audit_json import audit_json

# Less than this is no change worth a word: half a point of 100, half a percent of a share.
_POINTS = 0.5
_SHARE = 0.005
_OF_RULES = frozenset({"unplaced", "leakage", "members"})  # what depends on what the rules say
_ORDER = ("total", "score", "coverage", "duplicates", "finding", "unplaced", "leakage", "members", "rows")


def compare(result: AuditResult, folder: Path) -> Comparison:
    """Return what became better and worse since the audit in a folder.

    Tables are held against those of the same name and kind, or of the same kind where there is one of it on each side.

    Raises:
        InputError: There is no audit in the folder, it cannot be read, or it is of other tables.
    """
    return _compared(facts_of(audit_json(result)), read_earlier(folder), folder)


def with_comparison(result: AuditResult, folder: Path) -> AuditResult:
    """Return an audit with what became better and worse, and each mark beside the one before.

    Raises:
        InputError: There is no audit in the folder, it cannot be read, or it is of other tables.
    """
    earlier = read_earlier(folder)
    comparison = _compared(facts_of(audit_json(result)), earlier, folder)
    return replace(result, comparison=comparison, scored=_with_before(result.scored, earlier))


def _with_before(scored: Scored, earlier: Facts) -> Scored:
    before = {where: fact.value for (what, _, where), fact in earlier.numbers.items() if what == "score"}
    total = earlier.numbers.get(("total", "", ""))
    pillars = tuple(replace(item, before=before.get(item.pillar.value)) for item in scored.pillars)
    return replace(scored, pillars=pillars, before=total.value if total is not None else None)


def _compared(now: Facts, earlier: Facts, folder: Path) -> Comparison:
    same = _same_tables(now, earlier)
    if not same:
        problem = f"the earlier audit is of other tables ({_named(earlier)}) than this one ({_named(now)})"
        hint = "name the folder of an audit of the same client's tables"
        raise InputError(problem, where=str(folder), hint=hint)
    rules_changed = now.rules != earlier.rules
    old = _renamed(earlier, same)
    changes = tuple(_changes(now, old, rules_changed=rules_changed))
    comparable = {*same.values(), ""}
    then = {rule for table, rule in _comparable(old, now) if table in comparable}
    today = {rule for table, rule in _comparable(now, old) if table in comparable}
    return Comparison(
        folder=str(folder),
        as_of=earlier.as_of,
        rules_changed=rules_changed,
        changes=tuple(sorted(changes, key=lambda item: _ORDER.index(item.id))),
        gone=tuple(sorted(then - today)),
        new=tuple(sorted(today - then)),
        not_compared=tuple(_not_compared(now, earlier, same)),
    )


def _comparable(mine: Facts, other: Facts) -> Iterator[tuple[str, str]]:
    """Yield the findings of one side that the other has looked for, too; of segments where both have judged them."""
    for table, rule in mine.findings:
        if rule.startswith("quality."):
            if (table, rule) in other.checks:
                yield table, rule
        elif table or (mine.segmented and mine.segmented == other.segmented):
            yield table, rule


def _named(facts: Facts) -> str:
    return ", ".join(f"{name}: {kind}" for name, kind in list(facts.tables.items())[:5])


def _same_tables(now: Facts, earlier: Facts) -> dict[str, str]:
    """Return the tables both audits have: name then -> name now."""
    same = {name: name for name, kind in earlier.tables.items() if now.tables.get(name) == kind}
    left_then = {name: kind for name, kind in earlier.tables.items() if name not in same}
    left_now = {name: kind for name, kind in now.tables.items() if name not in same.values()}
    once_then, once_now = Counter(left_then.values()), Counter(left_now.values())
    for name, kind in left_then.items():
        fellows = [other for other, its in left_now.items() if its == kind]
        if kind != "other" and once_then[kind] == once_now[kind] == 1:
            same[name] = fellows[0]
    return same


def _renamed(earlier: Facts, same: Mapping[str, str]) -> Facts:
    """Return earlier numbers under the names tables have now; those of tables that are gone are left out."""
    names = {**same, "": ""}
    return replace(
        earlier,
        segmented=names.get(earlier.segmented, ""),
        numbers={
            (what, names[table], where): fact
            for (what, table, where), fact in earlier.numbers.items()
            if table in names
        },
        findings=frozenset((names[table], rule) for table, rule in earlier.findings if table in names),
        checks=frozenset((names[table], rule) for table, rule in earlier.checks if table in names),
    )


def _changes(now: Facts, old: Facts, *, rules_changed: bool) -> Iterator[Change]:
    both_segmented = now.segmented and now.segmented == old.segmented
    comparable = {*(table for _, table, _ in old.numbers), ""}
    for key in dict.fromkeys([*now.numbers, *old.numbers]):
        what, table, where = key
        before, after = old.numbers.get(key), now.numbers.get(key)
        if table not in comparable or (what in _OF_RULES and not both_segmented):
            continue
        if before is None or after is None:
            if what == "finding":
                if not {(table, where)} <= now.checks & old.checks:  # one of the two has not looked for it
                    continue
                before, after = before or _none_of(after), after or _none_of(before)
            elif what != "score":
                continue
        change = _change(key, before, after, judged=not (rules_changed and what in _OF_RULES))
        if change is not None:
            yield change


def _none_of(fact: Fact | None) -> Fact | None:
    return replace(fact, value=0.0) if fact is not None else None


def _change(key: tuple[str, str, str], before: Fact | None, after: Fact | None, *, judged: bool) -> Change | None:
    known = after or before
    if known is None:
        return None
    better = _better(before, after) if judged else None
    if before is not None and after is not None:
        if before.of and after.of and before.of != after.of and after.good:
            # Of a table that grew or shrank, counts would tell the opposite of what is so.
            before, after = (replace(side, value=side.weighed, of=0.0, share=True) for side in (before, after))
            known = after
        if before.value == after.value or (known.share and round(before.value, 2) == round(after.value, 2)):
            return None
    return Change(
        id=key[0],
        table=key[1],
        where=key[2],
        before=before.value if before is not None else None,
        now=after.value if after is not None else None,
        share=known.share,
        better=better,
    )


def _better(before: Fact | None, after: Fact | None) -> bool | None:
    """Tell whether a number became better; None where that makes no difference, or cannot be told."""
    if before is None or after is None or not after.good:
        return None
    difference = (after.weighed - before.weighed) * after.good
    least = _SHARE if after.share or after.of else _POINTS
    # The first of a kind, or the last, is worth a word however few there are.
    is_turn = 0 in {before.value, after.value}
    return None if abs(difference) < least and not is_turn else difference > 0


def _not_compared(now: Facts, earlier: Facts, same: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield from (("table-gone", name) for name in earlier.tables if name not in same)
    yield from (("table-new", name) for name in now.tables if name not in same.values())
    if now.rules != earlier.rules:
        yield "rules", ""
    if same.get(earlier.segmented, "") != now.segmented:
        yield "segments", ""
    if earlier.as_of > now.as_of:
        yield "later", earlier.as_of.isoformat()
