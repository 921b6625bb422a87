"""What has changed, judged: what a person should look at, and how bad it is."""

from collections.abc import Iterator, Sequence
from datetime import date

from segaudit.model.decisions import Finding
from segaudit.model.drift import GONE, NEW, DriftResult, FieldDrift, SchemaDrift, Stability, ValueCount
from segaudit.model.segments import RuleBook
from segaudit.model.tagging import SchemaMoves, Transition
from segaudit.segments.drift_statistics import LARGE_SHIFT
from segaudit.segments.moves import judge_moves

_COVERAGE_MATTERS = 0.05  # points, as a share
_GONE_MATTERS = 0.10  # of the old side's records
_FLAPPING_FROM = (0.01, 10)  # share of the records followed, and records
_MOST_NAMED = 5


def judge_drift(result: DriftResult) -> tuple[Finding, ...]:
    """Return the findings of a comparison, worst first."""
    found = [
        *(finding for item in result.fields for finding in _of_field(item, result.rules)),
        *(finding for item in result.schemas for finding in _of_schema(item)),
        *_illegal(result),
        *_records_gone(result),
        *_overdue(result),
    ]
    return tuple(sorted(found, key=lambda item: item.severity != "error"))


def limit_said(found: Stability) -> str:
    """Return a limit with what it is for."""
    chance = f"{found.old:,} and {found.new:,} records in {found.bins} bins reach {found.by_chance:.3f} by chance"
    if found.limit > found.by_chance:
        return f"limit {found.limit:.2f}, below which a shift is small; {chance}"
    return f"limit {found.limit:.3f}: {chance}"


def _of_field(item: FieldDrift, rules: RuleBook) -> Iterator[Finding]:
    if item.only == GONE:
        yield Finding(
            rule="drift.column-gone",
            severity="error" if item.read_by_rules else "warning",
            where=item.name,
            message=f'the column "{item.header}" is not there any more'
            + (", and the rules read it" if item.read_by_rules else ""),
            hint="export it again, or say in a --map file which column it is now",
        )
    if item.only:
        return
    if item.type_changed:
        yield Finding(
            rule="drift.type",
            severity="error" if item.read_by_rules else "warning",
            where=item.name,
            message=item.why,
            hint="look at its cells: a format may have changed, or two columns changed places",
        )
    yield from _coverage(item, rules)
    if item.stability is not None and item.stability.is_shift:
        large = item.stability.index >= LARGE_SHIFT
        what = "ages of its dates" if item.of_ages else "its values"
        yield Finding(
            rule="drift.shift",
            severity="error" if large and item.read_by_rules else "warning",
            where=item.name,
            message=f"{what} are spread otherwise: stability index {item.stability.index:.3f} "
            f"({limit_said(item.stability)})",
            hint="find out whether the records changed or how it is filled; then look at boundaries that read it",
        )
    yield from _values(item, item.vanished, "drift.vanished-value", "not there any more")
    yield from _values(item, item.new_values, "drift.new-value", "new")


def _coverage(item: FieldDrift, rules: RuleBook) -> Iterator[Finding]:
    usable = item.usable
    if usable is None or usable.high >= 0 or usable.old - usable.new < _COVERAGE_MATTERS:
        return
    wanted = rules.fields[item.name].min_coverage if item.name in rules.fields else None
    lacking = item.read_by_rules and wanted is not None and usable.new < wanted
    least = f"; the rules want {wanted:.0%}" if wanted is not None else ""
    yield Finding(
        rule="drift.coverage",
        severity="error" if lacking else "warning",
        where=item.name,
        message=f"readable in {usable.new:.1%} of records after {usable.old:.1%}: {-usable.high * 100:.1f} to "
        f"{-usable.low * 100:.1f} points less{least}",
        hint="find out which import or form stopped filling it",
    )


def _values(item: FieldDrift, values: Sequence[ValueCount], rule: str, what: str) -> Iterator[Finding]:
    sure = [value for value in values if value.is_sure]
    if not sure:
        return
    named = ", ".join(f"{value.value} ({value.records:,})" for value in sure[:_MOST_NAMED])
    more = f" and {len(sure) - _MOST_NAMED:,} more" if len(sure) > _MOST_NAMED else ""
    yield Finding(
        rule=rule,
        severity="warning",
        where=item.name,
        message=f"{what}: {named}{more}; chance does not explain it",
        hint="a picklist may have changed; rules that name a value do not know its new name",
    )


def _of_schema(item: SchemaDrift) -> Iterator[Finding]:
    if item.mix is not None and item.mix.is_shift:
        yield Finding(
            rule="drift.mix",
            severity="error" if item.mix.index >= LARGE_SHIFT else "warning",
            where=item.schema,
            message=f"records are divided otherwise: stability index {item.mix.index:.3f} ({limit_said(item.mix)})",
            hint="see which moves are behind it, and whether the treatments still fit the sizes",
        )
    flapping, (share, least) = item.flapping, _FLAPPING_FROM
    if flapping is not None and flapping.records >= max(least, share * flapping.followed):
        yield Finding(
            rule="drift.flapping",
            severity="warning",
            where=item.schema,
            message=f"{flapping.records:,} of {flapping.followed:,} records left a label and came back to it within "
            f"{flapping.runs} runs",
            hint="widen the boundary they cross, or ask for a label that has lasted: history_since",
        )


def _illegal(result: DriftResult) -> Iterator[Finding]:
    moved = [
        SchemaMoves(
            schema=item.schema,
            transitions=tuple(
                Transition(was=move.was, now=move.now, records=move.records, illegal=move.illegal)
                for move in item.moves
                if move.illegal
            ),
        )
        for item in result.schemas
    ]
    yield from judge_moves(result.rules, [item for item in moved if item.transitions])


def is_illegal(rules: RuleBook, schema: str, was: str, now: str) -> bool:
    """Tell whether the schema's transitions forbid a move; to come and to go is always allowed."""
    transitions = rules.schema(schema).transitions
    return was != NEW and now != GONE and was in transitions and now not in transitions[was]


def _records_gone(result: DriftResult) -> Iterator[Finding]:
    matched = result.matched
    if matched is None or matched.gone <= _GONE_MATTERS * result.old.rows:
        return
    yield Finding(
        rule="drift.records-gone",
        severity="warning",
        where="records",
        message=f"{matched.gone:,} of {result.old.rows:,} records are not there any more",
        hint="check that both exports have the same filter",
    )


def _overdue(result: DriftResult) -> Iterator[Finding]:
    together: dict[tuple[str, date, int], list[str]] = {}
    for item in result.overdue:
        together.setdefault((item.refresh, item.last_on, item.late), []).append(item.where)
    for (refresh, last_on, late), names in together.items():
        yield Finding(
            rule="drift.overdue",
            severity="warning",
            where=names[0],
            message=f"to be refreshed {refresh}, last worked out for {last_on.isoformat()}, {late:,} days late: "
            f"{', '.join(names)}",
            hint="run it as often as it says, or say how often it is needed",
        )
