"""How the columns have changed: shares that can be read, how values are spread, values that are new or gone."""

from collections.abc import Iterator, Sequence

from segaudit.model.drift import GONE, NEW, DriftResult, FieldDrift, ValueCount
from segaudit.report.audit.segment_words import Teller, note, shortened
from segaudit.report.document import Tone
from segaudit.report.page import Block, Form, Grid, Lines, Section, amount, cell
from segaudit.report.safety import masked

_MOST_FIELDS = 30
_MOST_VALUES = 5
_LONGEST_VALUE = 40


def column_section(tell: Teller, found: DriftResult) -> Iterator[Block]:
    """Yield the columns of both sides, those that changed most first; nothing where no column changed."""
    words = tell.words
    both = [item for item in found.fields if not item.only]
    changed = [item for item in both if _is_changed(item)]
    changed.sort(key=lambda item: -(item.stability.index if item.stability else 0.0))
    blocks: list[Block] = []
    if changed:
        names = ("field", "before", "now", "index", "limit", "new", "gone")
        blocks.append(
            Grid(
                title=words("drift.columns.title"),
                columns=tuple(words(f"drift.columns.{name}") for name in names),
                rows=tuple(_row(tell, item) for item in changed[:_MOST_FIELDS]),
                numeric=frozenset({1, 2, 3, 4}),
                sortable=True,
            )
        )
        blocks.append(note(words("drift.columns.index_means")))
    if len(changed) > _MOST_FIELDS:
        blocks.append(note(words("drift.columns.more", n=len(changed) - _MOST_FIELDS)))
    for side, name in ((NEW, "drift.columns.added"), (GONE, "drift.columns.lost")):
        headers = [shortened(item.header, _LONGEST_VALUE) for item in found.fields if item.only == side]
        if headers:
            read = any(item.read_by_rules for item in found.fields if item.only == side)
            tone = Tone.BAD if side == GONE and read else Tone.WARN
            blocks.append(note(words(name, names=tell.listed(headers, _MOST_FIELDS)), tone))
    if not blocks:
        return
    lead = note(words("drift.columns.lead", n=len(changed), all=len(both)), Tone.PLAIN)
    yield Section(title=words("drift.columns.title"), anchor="drift-changed-columns", level=3, blocks=(lead, *blocks))


def _is_changed(item: FieldDrift) -> bool:
    """Tell whether more than chance has changed a column."""
    usable = item.usable is not None and (item.usable.low > 0 or item.usable.high < 0)
    shifted = item.stability is not None and item.stability.is_shift
    values = any(value.is_sure for value in (*item.new_values, *item.vanished))
    return usable or shifted or values or item.type_changed


def _row(tell: Teller, item: FieldDrift) -> tuple[Lines, ...]:
    words, usable, found = tell.words, item.usable, item.stability
    shifted = found is not None and found.is_shift
    return (
        cell(shortened(item.header, _LONGEST_VALUE), strong=item.read_by_rules),
        cell("–") if usable is None else amount(words.share(usable.old), usable.old, Form.SHARE),
        cell("–") if usable is None else amount(words.share(usable.new), usable.new, Form.SHARE),
        cell("–")
        if found is None
        else amount(words.decimal(found.index, 3), found.index, Form.AMOUNT, tone=Tone.WARN if shifted else Tone.PLAIN),
        cell("–") if found is None else amount(words.decimal(found.limit, 3), found.limit, Form.AMOUNT),
        _values(tell, item.new_values),
        _values(tell, item.vanished),
    )


def _values(tell: Teller, values: Sequence[ValueCount]) -> Lines:
    """Return values only one side has, with their records; masked where the report leaves the house."""
    told = [
        f"{masked(shortened(item.value, _LONGEST_VALUE)) if tell.redacted else shortened(item.value, _LONGEST_VALUE)} "
        f"({tell.number(item.records)})"
        for item in values
        if item.is_sure
    ]
    return cell(tell.listed(told, _MOST_VALUES))
