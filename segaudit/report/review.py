"""Doubtful pairs as a person judges them: side by side where there is room, the evidence, and how sure it is."""

from statistics import median
from typing import TypeAlias

from rich.console import Group
from rich.table import Table
from rich.text import Text

from segaudit.model.naming import NamingChanges
from segaudit.model.review import Evidence, ReviewOutcome, ReviewPair
from segaudit.report import document
from segaudit.report.safety import shown
from segaudit.text.folding import fold, fold_header

Block: TypeAlias = document.Heading | document.Text | document.Table

SAME, ALIKE, ONE_SIDED, DIFFERENT = "=", "~", ".", "!="
LEGEND = "=  same   ~  same but for case, spaces, signs or accents   .  only on one side   !=  different"

_SIDE_BY_SIDE_FROM = 60  # characters
_LONGEST_CELL = 300
_LONGEST_KEY = 40
_LEAST_BITS = 0.05  # what is less is shown as 0.0
_IN_WORDS = (
    (0.995, "almost surely the same"),
    (0.9, "very likely the same"),
    (0.7, "probably the same"),
    (0.3, "could be the same or not"),
    (0.1, "probably different"),
    (0.005, "very likely different"),
    (0.0, "almost surely different"),
)
_FEW_ANSWERS = 3  # that no pace can be told from
_LAST_ANSWERS = 20
_MINUTE = 60
_HOUR = 3600
_NAMED = 20  # merges and splits that are listed one by one


def pair_view(pair: ReviewPair, width: int) -> Group:
    """Return a pair as it is shown at a width in characters; fields that both sides lack are left out."""
    filled = [
        (_mark(left, right), _text(header), _text(left), _text(right))
        for header, left, right in pair.cells
        if left.strip() or right.strip()
    ]
    records = _side_by_side(pair, filled, width) if width >= _SIDE_BY_SIDE_FROM else _stacked(pair, filled)
    return Group(records, Text(), _evidence(pair.evidence, width), Text(), Text(in_words(pair.probability)))


def _text(cell: str) -> str:
    return shown(cell, longest=_LONGEST_CELL)


def _mark(left: str, right: str) -> str:
    """Return how two cells compare, as a sign: it is not told by colour alone."""
    if not left.strip() or not right.strip():
        return ONE_SIDED
    if left == right:
        return SAME
    signs = fold_header(left)
    alike = signs == fold_header(right) if signs else fold(left) == fold(right)
    return ALIKE if alike else DIFFERENT


def _titles(pair: ReviewPair) -> tuple[str, str]:
    keys = (pair.left_key, pair.left_row), (pair.right_key, pair.right_row)
    left, right = (f"{shown(key, longest=_LONGEST_KEY)} (row {row:,})" for key, row in keys)
    return left, right


def _side_by_side(pair: ReviewPair, rows: list[tuple[str, str, str, str]], width: int) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0), expand=True)
    table.add_column("", no_wrap=True, width=2)
    table.add_column("", overflow="fold", max_width=width // 4)
    for title in _titles(pair):
        table.add_column(Text(title), overflow="fold", ratio=1)
    for mark, header, left, right in rows:
        table.add_row(mark, Text(header), *(Text(cell, style=_style(mark)) for cell in (left, right)))
    return table


def _stacked(pair: ReviewPair, rows: list[tuple[str, str, str, str]]) -> Group:
    """Return the fields below each other, what is the same once."""
    left_title, right_title = _titles(pair)
    lines = [Text(f"1: {left_title}", style="bold"), Text(f"2: {right_title}", style="bold")]
    for mark, header, left, right in rows:
        if mark == SAME:
            lines.append(Text(f"{mark:<2} {header}: {left}", style=_style(mark)))
        else:
            lines += [
                Text(f"{mark:<2} {header}"),
                *(
                    Text(f"   {side}: {cell.strip() or '(nothing)'}", style=_style(mark))
                    for side, cell in (("1", left), ("2", right))
                ),
            ]
    return Group(*lines)


def _style(mark: str) -> str:
    return {SAME: "dim", DIFFERENT: "bold"}.get(mark, "")


def _evidence(evidence: tuple[Evidence, ...], width: int) -> Table | Text:
    """Return what speaks for and against, the weightiest first."""
    weighty = sorted((item for item in evidence if abs(item.weight) >= _LEAST_BITS), key=lambda item: -abs(item.weight))
    if not weighty:
        return Text("Nothing speaks for or against it.")
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("bits", justify="right", no_wrap=True)
    table.add_column("what speaks for (+) and against it (-)", overflow="fold")
    if width >= _SIDE_BY_SIDE_FROM:
        table.add_column("", overflow="fold")
    for item in weighty:
        said = Text(f"{_text(item.field)}: {_text(item.level)}")
        compared = Text(_compared(item), style="dim")
        table.add_row(f"{item.weight:+.1f}", *((said, compared) if width >= _SIDE_BY_SIDE_FROM else (said,)))
    return table


def _compared(item: Evidence) -> str:
    left, right = (shown(text, longest=_LONGEST_KEY) for text in (item.left, item.right))
    return left if left == right else f"{left or 'nothing'} / {right or 'nothing'}"


def in_words(probability: float) -> str:
    """Return a probability as people read it."""
    words = next(words for least, words in _IN_WORDS if probability >= least)
    percent = document.percent(probability).rstrip("%")
    few = {"<1": "fewer than 1", ">99": "more than 99"}.get(percent, percent)
    return f"{words[0].upper()}{words[1:]}: of 100 such pairs {few} are."


def progress_in_words(done: int, total: int, seconds: list[float]) -> str:
    """Return how far a review is.

    Args:
        done: Pairs that are dealt with.
        total: Pairs in all.
        seconds: What each answer has taken so far.
    """
    place = f"{min(done + 1, total):,} of {total:,}"
    if len(seconds) < _FEW_ANSWERS:
        return place
    return f"{place}, {_duration(median(seconds[-_LAST_ANSWERS:]) * (total - done))} left"


def _duration(seconds: float) -> str:
    if seconds < _MINUTE:
        return "less than a minute"
    unit, size = ("minute", _MINUTE) if seconds < _HOUR else ("hour", _HOUR)
    number = round(seconds / size)
    return f"about {number} {unit}{'' if number == 1 else 's'}"


def outcome_in_words(outcome: ReviewOutcome, file: str) -> str:
    """Return what came of a review, and how to go on."""
    name = shown(file, longest=200)
    said = f"{outcome.same:,} same, {outcome.different:,} different, {outcome.unsure:,} unsure"
    lines = [f"Kept in {name}: {said}." if outcome.answered else "No answer was given."]
    if outcome.known:
        lines.append(f"No answer needed: {outcome.known:,}, decided before or following from other answers.")
    if outcome.left:
        lines.append(f"Left: {outcome.left:,}. The same command with {name} goes on there.")
    return "\n".join(lines)


def changes_blocks(changes: NamingChanges) -> tuple[Block, ...]:
    """Return what has become of the entities of the base."""
    figures = (
        f"{changes.kept:,} entities keep their id. {len(changes.new):,} are new, {len(changes.vanished):,} are gone, "
        f"{len(changes.merged):,} hold what were several, {len(changes.split):,} were parted. "
        f"{changes.rows_new:,} records are new, {changes.rows_vanished:,} are gone."
    )
    merged = [("merged", item.previous, (item.entity_id,)) for item in changes.merged[:_NAMED]]
    split = [("parted", (item.previous,), item.entity_ids) for item in changes.split[:_NAMED]]
    rows = tuple(document.cells([what, _listed(before), _listed(after)]) for what, before, after in (*merged, *split))
    columns = tuple(document.Column(title=title) for title in ("What happened", "Before", "Now"))
    blocks: list[Block] = [document.Heading(text="Since the base"), document.Text(text=figures)]
    if rows:
        blocks.append(document.Table(columns=columns, rows=rows))
    if hidden := len(changes.merged) + len(changes.split) - len(rows):
        more = f"{hidden:,} more merged or parted; --format json lists all."
        blocks.append(document.Text(text=more, tone=document.Tone.QUIET))
    return tuple(blocks)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(shown(name, longest=_LONGEST_KEY) for name in names[:5]) + (", ..." if len(names) > 5 else "")  # noqa: PLR2004


def changes_json(changes: NamingChanges) -> dict[str, object]:
    """Return the same as JSON-ready values."""
    return {
        "kept": changes.kept,
        "merged": [{"entity_id": item.entity_id, "previous": list(item.previous)} for item in changes.merged],
        "split": [{"previous": item.previous, "entity_ids": list(item.entity_ids)} for item in changes.split],
        "new": list(changes.new),
        "vanished": list(changes.vanished),
        "rows_new": changes.rows_new,
        "rows_vanished": changes.rows_vanished,
    }
