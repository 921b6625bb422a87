"""Recorded runs on paper: which there are, how large segments were, what is overdue."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from segaudit.model.history import OTHER, Forgotten, HistoryResult, Recorded, Run, SizeHistory
from segaudit.report.document import Cell, Column, Document, Heading, Table, Text, Tone, cells
from segaudit.report.safety import shown
from segaudit.report.sources import counted

_LEVELS = "▁▂▃▄▅▆▇█"
_NOT_THERE = "·"
_MOST_RUNS = 30  # listed


def recorded_line(recorded: Recorded) -> str:
    """Return in a line which run was recorded."""
    run = recorded.run
    again = f"; the same file, rules and day as run {recorded.again}" if recorded.again is not None else ""
    ids = f"{run.followed:,} of {counted(run.rows, 'record')} by their id" if run.followed else "counts only"
    return f"Recorded as run {run.number} in {shown(recorded.file, longest=200)}: {ids}{again}"


def forgotten_line(found: Forgotten) -> str:
    """Return in a line which runs were taken out."""
    left = f"{counted(found.left, 'run')} left"
    if not found.runs:
        return f"Nothing to take out of {shown(found.file, longest=200)}: {left}"
    gone = ", ".join(map(str, found.runs))
    size = f"{found.bytes_before:,} bytes became {found.bytes:,}"
    noun = "run" if len(found.runs) == 1 else "runs"
    return f"Took {noun} {gone} out of {shown(found.file, longest=200)}: {left}, {size}"


def history_document(result: HistoryResult) -> Document:
    """Return what a history holds, as people read it; the first table has its runs, the second the sizes."""
    name = shown(result.file, longest=200)
    blocks: list[Heading | Text | Table] = [
        Heading(text=f"History in {name}"),
        Text(text=f"{counted(len(result.runs), 'run')}, {result.bytes:,} bytes; as of {result.as_of.isoformat()}"),
        *(Text(text=f"Note: {note}", tone=Tone.QUIET) for note in result.notes),
    ]
    if not result.runs:
        return Document(blocks=(*blocks, Text(text="No run has been recorded.", tone=Tone.WARN)))
    blocks += [_run_table(result.runs[-_MOST_RUNS:])]
    if len(result.runs) > _MOST_RUNS:
        blocks.append(Text(text=f"{len(result.runs) - _MOST_RUNS:,} earlier runs are not shown", tone=Tone.QUIET))
    blocks += [Heading(text=f"Sizes over the last {counted(len(result.shown), 'run')}"), _size_table(result.sizes)]
    blocks += _sprawl_blocks(result)
    blocks += _overdue_blocks(result)
    return Document(blocks=tuple(blocks))


def _run_table(runs: Sequence[Run]) -> Table:
    columns = (
        Column(title="Run", numeric=True),
        Column(title="As of"),
        Column(title="Input"),
        Column(title="Records", numeric=True),
        Column(title="By id", numeric=True),
        Column(title="Rules"),
        Column(title="Recorded (UTC)", optional=True),
        Column(title="By", optional=True),
    )
    rows = tuple(
        cells(
            [
                str(run.number),
                run.as_of.isoformat(),
                shown(run.input),
                f"{run.rows:,}",
                f"{run.followed:,}" if run.followed else "-",
                run.rules_sha256[:8],
                run.recorded_at.isoformat(" ", "minutes"),
                shown(run.command),
            ]
        )
        for run in runs
    )
    return Table(columns=columns, rows=rows)


def _size_table(sizes: Sequence[SizeHistory]) -> Table:
    columns = (
        Column(title="Schema"),
        Column(title="Segment"),
        Column(title="First", numeric=True),
        Column(title="Latest", numeric=True),
        Column(title="Change", numeric=True),
        Column(title="Over time"),
    )
    return Table(columns=columns, rows=tuple(_size_row(item) for item in sizes))


def _size_row(item: SizeHistory) -> tuple[Cell, ...]:
    told = [records for records in item.records if records is not None]
    first, latest = told[0], item.records[-1]
    label = f"({shown(item.label)})" if item.kind == OTHER else shown(item.label)
    change = "retired" if latest is None else f"{latest - first:+,}" if latest != first else "0"
    return cells(
        [
            shown(item.schema),
            label,
            f"{first:,}",
            "-" if latest is None else f"{latest:,}",
            Cell(change, Tone.QUIET if change == "0" else Tone.PLAIN),
            sparkline(item.records),
        ]
    )


def sparkline(values: Sequence[int | None]) -> str:
    """Return numbers as bars, from 0 to the largest; a dot where there is none."""
    most = max((value for value in values if value is not None), default=0)

    def bar(value: int | None) -> str:
        if value is None:
            return _NOT_THERE
        return _LEVELS[value * (len(_LEVELS) - 1) // most] if most else _LEVELS[0]

    return "".join(map(bar, values))


def _sprawl_blocks(result: HistoryResult) -> list[Heading | Text | Table]:
    if not result.sprawl:
        return []
    columns = (
        Column(title="In run", numeric=True),
        Column(title="Schema"),
        Column(title="Segments", numeric=True),
        Column(title="Added"),
        Column(title="Retired"),
    )
    rows = tuple(
        cells(
            [
                str(item.run),
                shown(item.schema),
                f"{item.segments:,}",
                ", ".join(map(shown, item.added)),
                ", ".join(map(shown, item.retired)),
            ]
        )
        for item in result.sprawl
    )
    return [Heading(text="Segments that came and went"), Table(columns=columns, rows=rows)]


def _overdue_blocks(result: HistoryResult) -> list[Heading | Text | Table]:
    if not result.overdue:
        return [Text(text="Nothing is overdue.", tone=Tone.GOOD)]
    columns = (
        Column(title="Overdue"),
        Column(title="Refreshed"),
        Column(title="Last run of it"),
        Column(title="Days late", numeric=True),
    )
    rows = tuple(
        cells([item.where, shown(item.refresh), item.last_on.isoformat(), Cell(f"{item.late:,}", Tone.WARN)])
        for item in result.overdue
    )
    return [Heading(text="Overdue"), Table(columns=columns, rows=rows)]


def run_json(run: Run) -> dict[str, Any]:
    """Return a run as JSON-ready values."""
    return {
        **asdict(run),
        "recorded_at": f"{run.recorded_at.isoformat()}Z",
        "as_of": run.as_of.isoformat(),
        "key": run.key or None,
    }


def history_json(result: HistoryResult) -> dict[str, Any]:
    """Return what a history holds, as JSON-ready values."""
    return {
        "schema_version": "1",
        "command": "history",
        "file": result.file,
        "bytes": result.bytes,
        "as_of": result.as_of.isoformat(),
        "runs": [run_json(run) for run in result.runs],
        "sizes": {
            "runs": list(result.shown),
            "segments": [{**asdict(item), "records": list(item.records)} for item in result.sizes],
        },
        "sprawl": [
            {**asdict(item), "added": list(item.added), "retired": list(item.retired)} for item in result.sprawl
        ],
        "overdue": [{**asdict(item), "last_on": item.last_on.isoformat()} for item in result.overdue],
        "notes": list(result.notes),
    }
