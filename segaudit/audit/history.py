"""The history of runs as a library: recording one, listing and forgetting them, and asking for them in rules."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from segaudit import __version__
from segaudit.audit.keying import create_keys, find_key
from segaudit.audit.opening import InputChoices, OpenedInput, today
from segaudit.audit.preparing import Prepared
from segaudit.audit.ruling import load_rules
from segaudit.engine.protocol import Engine
from segaudit.errors import InputError
from segaudit.model.fields import ColumnReading
from segaudit.model.history import FieldMeasures, Forgotten, HistoryResult, Recorded, Run
from segaudit.model.segments import RuleBook
from segaudit.quality.coverage import measure_columns
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.related import HISTORY
from segaudit.rulebook.tables import load_rows
from segaudit.rulebook.workspace_file import WORKSPACE_FILE
from segaudit.segments.history.distributions import measure_field, name_of
from segaudit.segments.history.forgetting import forget_runs as forget
from segaudit.segments.history.forgetting import keep_runs
from segaudit.segments.history.overdue import find_overdue, last_runs
from segaudit.segments.history.reading import read_runs, sizes_over_time
from segaudit.segments.history.rows import asks_for_history, load_history_rows, runs_before
from segaudit.segments.history.store import open_history
from segaudit.segments.history.writing import gather_run, names_of, write_run

HISTORY_FILE = "segaudit-history.duckdb"
_KEYS = "history_record_keys"
_MOST_SHOWN = 12  # runs whose sizes are shown, unless more are asked for


@dataclass(slots=True, kw_only=True)
class Recorder:
    """Where a run is to be recorded, and how that went."""

    file: str
    with_ids: bool = True  # else no record can be told from another: only counts are kept
    recorded: Recorded | None = None

    def check(self) -> None:
        """Refuse a file that is no history, before any work is done.

        Raises:
            SegauditError: The file is not one, or others have it for too long.
        """
        if Path(self.file).exists():
            with open_history(Path(self.file)):
                pass

    def record(self, found: Prepared, labels: str, command: str, engine: Engine) -> None:
        """Record a run.

        Args:
            found: What was decided.
            labels: Table or view of ``_row`` and each schema's ``segment_<schema>``.
            command: overlap or assign.
            engine: Where the tables are.
        """
        key = find_key(found.opened, engine) if self.with_ids else None
        keys = create_keys(_KEYS, found.opened, key, engine) if key is not None else None
        fields = tuple(item for _, item in measure_fields(found.opened, found.rules, engine, as_of=found.day))
        data = gather_run(found.rules, labels, keys, fields, engine)
        run = Run(
            number=0,
            recorded_at=datetime.now(tz=UTC).replace(tzinfo=None, microsecond=0),
            as_of=found.day,
            command=command,
            input=Path(found.source.name).name,
            rows=found.source.rows,
            sha256=found.source.sha256,
            rules=names_of(found.rules),
            rules_sha256=found.rules.sha256,
            version=__version__,
            key=key.column.header if key is not None else "",
            followed=data.keyed,
        )
        self.recorded = write_run(Path(self.file), run, data, engine)


def recorded_choices(choices: InputChoices, recorder: Recorder | None) -> InputChoices:
    """Return what a file is read with where the run may be recorded, having checked that it can be."""
    if recorder is None:
        return choices
    recorder.check()
    return replace(choices, fingerprint=True)


def history_file(named: str | None, paths: Sequence[str] = (), related: Sequence[str] = ()) -> str:
    """Return the history file that is meant: the one named; else beside the workspace file; else in this folder."""
    if named:
        return named
    workspaces = [Path(path) for path in related if Path(path).name == WORKSPACE_FILE]
    workspaces += [Path(path).parent / WORKSPACE_FILE for path in paths if path != "-"]
    folder = next((path.parent for path in workspaces if path.is_file()), Path())
    return str(folder / HISTORY_FILE)


def measure_fields(
    opened: OpenedInput, rules: RuleBook, engine: Engine, *, as_of: date | None
) -> list[tuple[ColumnReading, FieldMeasures]]:
    """Return the columns of a file with what is recorded of each, by how each is read; a name stands once."""
    once: dict[str, ColumnReading] = {}
    for reading in opened.readings:
        once.setdefault(name_of(reading), reading)
    measured = measure_columns(
        opened.source, list(once.values()), opened.fields, opened.placeholders, engine, keep=True
    )
    return [
        (
            reading,
            measure_field(
                opened.source, reading, counts, engine, as_of=as_of, sensitive=_is_sensitive(reading, opened, rules)
            ),
        )
        for reading, counts in measured
    ]


def _is_sensitive(reading: ColumnReading, opened: OpenedInput, rules: RuleBook) -> bool:
    field = reading.column.field
    if field is None:
        return False
    declared = rules.fields[field].sensitive if field in rules.fields else None
    return declared if declared is not None else field in opened.catalogue and opened.catalogue[field].sensitive


def with_history(found: Prepared, file: str | None, engine: Engine) -> Prepared:
    """Return what is to be decided with the recorded runs rules ask for; without a file nothing is told of them.

    Raises:
        InputError: The file is no history, or its records cannot be found again by their ids.
    """
    if file is None or not asks_for_history(found.rules):
        return found

    key = find_key(found.opened, engine)
    if key is None:
        raise InputError(
            "the list has no column of ids, by which its records could be found in the history",
            where=found.source.name,
            hint="export it with the ids of its records; --map can say which column they are: record_id",
        )
    keys = create_keys(_KEYS, found.opened, key, engine)
    with open_history(Path(file)) as history:
        runs = runs_before(read_runs(history), found.day)
        if not runs:
            return found
        rows = load_history_rows(history, runs, found.rules, (found.source.table, keys), engine)
    return replace(found, data=replace(found.data, related={**found.data.related, HISTORY: rows}))


def history(
    file: str | None = None, rules: str | None = None, *, as_of: date | None = None, runs: int = _MOST_SHOWN
) -> HistoryResult:
    """Tell what a history holds: its runs, the size of each segment over time, and what is overdue.

    Args:
        file: The history; None is the one beside the workspace file, or in this folder.
        rules: Rules that say how often segments are worked out; None is the shipped ones.
        as_of: Day that overdue counts from; today if not given.
        runs: How many of the latest runs sizes are told of.

    Raises:
        SegauditError: The history or the rules cannot be read.
    """
    path, day = Path(history_file(file)), as_of or today()
    book = load_rules(rules)
    with open_history(path) as opened:
        known = read_runs(opened)
        latest = known[-runs:]
        sizes, sprawl = sizes_over_time(opened, latest)
        last_on = last_runs(opened)
    return HistoryResult(
        file=str(path),
        bytes=path.stat().st_size,
        as_of=day,
        runs=known,
        sizes=sizes,
        shown=tuple(run.number for run in latest),
        sprawl=sprawl,
        overdue=find_overdue(book, last_on, cadences(rules), day),
        notes=_notes(known, book),
    )


def _notes(runs: Sequence[Run], rules: RuleBook) -> tuple[str, ...]:
    """Return in words what the reader should know of the runs."""
    notes = []
    if runs and runs[-1].rules_sha256 != rules.sha256:
        notes.append("the rules are not those of the latest run: sizes may have changed because they have")
    if len({run.rules_sha256 for run in runs}) > 1:
        notes.append("the runs were decided by different rules")
    if any(not run.followed for run in runs):
        notes.append("some runs were recorded without ids: their records cannot be found again")
    return tuple(notes)


def cadences(rules: str | None) -> dict[str, str]:
    """Return what words such as ``monthly`` mean in days; nothing for words that mean no number of days."""
    rows = load_rows(RulesLocation.at(rules), "refresh_words", ("word", "days"))
    return {word: days for word, _, days in (row.partition("\t") for row in rows)}


def prune_history(file: str | None = None, *, keep: int) -> Forgotten:
    """Take all but the newest runs out of a history, for good."""
    return keep_runs(Path(history_file(file)), keep)


def forget_runs(file: str | None = None, *, runs: Sequence[int]) -> Forgotten:
    """Take single runs out of a history, for good."""
    return forget(Path(history_file(file)), runs)
