"""The verb that tells what has changed: two lists decided by the same rules, or a recorded run and a list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from segaudit.audit.history import cadences, history_file, measure_fields, with_history
from segaudit.audit.keying import create_keys, find_key, same_column
from segaudit.audit.opening import InputChoices, today
from segaudit.audit.preparing import Prepared, Progress, engine_for, prepare
from segaudit.audit.ruling import load_rules
from segaudit.engine.protocol import Engine
from segaudit.model.drift import DriftResult, Flapping, Matched, Move, SchemaDrift, Side, SizeChange
from segaudit.model.fields import ColumnReading
from segaudit.model.history import Distribution, FieldMeasures
from segaudit.model.segments import RuleBook, Schema
from segaudit.segments.decide import create_labels
from segaudit.segments.drift_fields import compare_fields
from segaudit.segments.drift_judge import is_illegal, judge_drift
from segaudit.segments.drift_moves import (
    NEW_ALL,
    NEW_SIDE,
    OLD_ALL,
    OLD_SIDE,
    count_moves,
    create_pairs,
    create_paths,
    create_side,
    find_causes,
    find_flapping,
    followed_layer,
    mix_of,
)
from segaudit.segments.drift_statistics import judge_stability
from segaudit.segments.history.choosing import choose_run, run_notes
from segaudit.segments.history.distributions import recount
from segaudit.segments.history.overdue import find_overdue
from segaudit.segments.history.reading import load_labels, read_fields, read_mixes, read_runs
from segaudit.segments.history.store import open_history
from segaudit.segments.moves import clauses_of_the_day

_OLD_KEYS, _NEW_KEYS = "drift_old_keys", "drift_new_keys"
_EARLIER = "drift_run_{}"
_MOST_RUNS = 4  # earlier ones that flapping looks at


@dataclass(frozen=True, slots=True, kw_only=True)
class _Old:
    """The old side, in the engine as far as records are followed (OLD_SIDE)."""

    side: Side
    fields: tuple[FieldMeasures, ...]
    mixes: Mapping[str, Mapping[str, int]]  # schema -> label -> records
    key: ColumnReading | None  # of a list; None: its records are not followed
    header: str = ""  # of the ids of a run; empty: they are not followed
    of_the_day: frozenset[str] | None = None  # None: a run, of which no clause is known
    earlier: Mapping[str, Sequence[str]] = field(default_factory=dict)  # table of a run before -> schemas; oldest first
    notes: tuple[str, ...] = ()

    @property
    def is_followed(self) -> bool:
        """Tell whether its records can be found again."""
        return self.key is not None or bool(self.header)


def drift(  # noqa: PLR0913 - each is a choice of its own
    new: str | Sequence[str],
    old: str | Sequence[str] | None = None,
    choices: InputChoices | None = None,
    *,
    run: int | None = None,
    as_of: date | None = None,
    old_as_of: date | None = None,
    old_related: Sequence[str] = (),
    progress: Progress = lambda _: None,
) -> DriftResult:
    """Tell what has changed since: sizes, moves and the clauses behind them, values, coverage, distributions.

    Args:
        new: CSV, TSV, workbook or Parquet file; several are parts of one table.
        old: An earlier list, decided by the same rules. None: a run of the history that ``choices`` name.
        choices: What to read lists with, and which rules; tables beside the new list; the history.
        run: Number of the run; the newest before ``as_of`` if not given.
        as_of: Day the new list is of; today if not given.
        old_as_of: Day the old list is of. Not given: it is decided as of the same day, and dates are not compared.
        old_related: Tables beside the old list; none: those beside the new one.
        progress: Told what is being done.

    Raises:
        SegauditError: A file, the rules or the history cannot be read, or there is no such run.
    """
    choices = choices or InputChoices()
    rules = load_rules(choices.rules)  # first: a mistake in the rules is told before a large file is read
    day = as_of or today()
    with engine_for(choices, resolve=False) as engine:
        if old is None:
            before = _recorded(history_file(choices.history), run, rules, day, engine)
        else:
            # Tables beside the new list that nobody gave for the old one are those of both: accounts, deals.
            own = replace(choices, related=tuple(old_related) or choices.related, rejects=None)
            before = _list(old, own, rules, (old_as_of, day), engine, progress)
        found = prepare(new, choices, rules, day, engine, resolve=False, progress=progress)
        found = with_history(found, choices.history, engine)
        progress(f"Comparing with {before.side.name}")
        return _compared(before, found, rules, cadences(choices.rules), engine)


def drift_since(found: Prepared, history: str, rules_path: str | None, engine: Engine) -> DriftResult:
    """Tell what has changed since the newest run of a history that is older than a list that is open.

    Raises:
        SegauditError: The history cannot be read, or holds no such run.
    """
    before = _recorded(history, None, found.rules, found.day, engine)
    return _compared(before, found, found.rules, cadences(rules_path), engine)


def _list(  # noqa: PLR0913, PLR0917 - what prepare takes
    paths: str | Sequence[str],
    choices: InputChoices,
    rules: RuleBook,
    days: tuple[date | None, date],
    engine: Engine,
    progress: Progress,
) -> _Old:
    """Decide the old list; all that is needed of it stands in tables of its own afterwards."""
    as_of, day = days
    found = with_history(
        prepare(paths, choices, rules, as_of or day, engine, resolve=False, progress=progress), choices.history, engine
    )
    hanging = clauses_of_the_day(found.program, found.lists) if as_of not in {None, day} else frozenset()
    create_labels(found.program, found.data, engine, table=OLD_ALL, beside=followed_layer(found.program, hanging))
    key = find_key(found.opened, engine)
    if key is not None:
        create_side(OLD_SIDE, OLD_ALL, create_keys(_OLD_KEYS, found.opened, key, engine), _names(rules), engine)
    return _Old(
        side=Side(name=found.source.name, rows=found.source.rows, as_of=as_of),
        fields=tuple(item for _, item in measure_fields(found.opened, rules, engine, as_of=as_of)),
        mixes=mix_of(OLD_ALL, _names(rules), engine),
        key=key,
        of_the_day=hanging,
        notes=() if as_of else ("dates are not compared: --old-as-of says on which day the old list was exported",),
    )


def _names(rules: RuleBook) -> list[str]:
    return [schema.id for schema in rules.schemas]


def _recorded(file: str, number: int | None, rules: RuleBook, day: date, engine: Engine) -> _Old:
    """Read a recorded run, and the labels of some before the day."""
    with open_history(Path(file)) as history:
        runs = read_runs(history)
        run = choose_run(file, runs, number, day)
        if run.followed:
            load_labels(history, run.number, OLD_SIDE, engine)
        followed = [item for item in runs if item.followed and item.as_of < day][-_MOST_RUNS:]
        earlier: dict[str, tuple[str, ...]] = {}
        for item in followed if len(followed) > 1 else ():
            table = _EARLIER.format(item.number)
            earlier[table] = load_labels(history, item.number, table, engine)
        mixes: dict[str, dict[str, int]] = {}
        for mix in read_mixes(history, run.number):
            mixes.setdefault(mix.schema, {})[mix.label] = mix.records
        fields = read_fields(history, run.number)
    return _Old(
        side=Side(name=run.input, rows=run.rows, as_of=run.as_of, run=run.number),
        fields=fields,
        mixes=mixes,
        key=None,
        header=run.key if run.followed else "",
        earlier=earlier,
        notes=tuple(run_notes(run, rules)),
    )


def _compared(old: _Old, found: Prepared, rules: RuleBook, refresh: Mapping[str, str], engine: Engine) -> DriftResult:
    beside = {} if old.of_the_day is None else followed_layer(found.program, old.of_the_day)
    create_labels(found.program, found.data, engine, table=NEW_ALL, beside=beside)
    matched, notes = _match(old, found, engine)
    measured = measure_fields(found.opened, rules, engine, as_of=old.side.as_of and found.day)
    spreads = {item.name: item.distribution for item in old.fields if item.distribution is not None}
    recounted: dict[str, Distribution | None] = {
        item.name: recount(spreads[item.name], found.source, reading, engine, as_of=old.side.as_of and found.day)
        for reading, item in measured
        if item.name in spreads
    }
    mixes = mix_of(NEW_ALL, _names(rules), engine)
    both = [schema for schema in rules.schemas if schema.id in old.mixes]
    fields = compare_fields(
        old.fields,
        [item for _, item in measured],
        recounted,
        frozenset(rules.fields_read()),
        schemas=len(both),
    )
    tests = max(1, len(both) + sum(1 for item in fields if not item.only))
    last_on = {schema.id: old.side.as_of for schema in both if old.side.as_of is not None}
    result = DriftResult(
        old=old.side,
        new=Side(name=found.source.name, rows=found.source.rows, as_of=found.day),
        source=found.source,
        rules=rules,
        matched=matched,
        fields=fields,
        schemas=tuple(
            _schema(schema, old, mixes[schema.id], found, engine, tests=tests, is_followed=matched is not None)
            for schema in both
        ),
        overdue=find_overdue(rules, last_on, refresh, found.day),
        absent_fields=found.absent(),
        findings=(),
        notes=(*old.notes, *notes, *_other_schemas(old, rules)),
    )
    return replace(result, findings=judge_drift(result))


def _other_schemas(old: _Old, rules: RuleBook) -> list[str]:
    known = _names(rules)
    added, retired = (
        [name for name in known if name not in old.mixes],
        [name for name in old.mixes if name not in known],
    )
    notes = [f"{old.side.name} was not decided by: {', '.join(added)}"] if added else []
    return [*notes, f"the rules no longer have: {', '.join(retired)}"] if retired else notes


def _match(old: _Old, found: Prepared, engine: Engine) -> tuple[Matched | None, list[str]]:
    """Find the records of both sides in each other, by their ids."""
    if not old.is_followed:
        return None, [] if old.side.run else [f"{old.side.name} has no column of ids: its records are not followed"]
    if old.key is not None:
        key = same_column(old.key, found.opened)
    else:
        named = (item for item in found.opened.readings if item.column.header.strip() == old.header.strip())
        key = next(named, None) or find_key(found.opened, engine)
    if key is None:
        return None, [f"{found.source.name} has no column of those ids: records are not followed"]
    keys = create_keys(_NEW_KEYS, found.opened, key, engine)
    names = _names(found.rules)
    create_side(NEW_SIDE, NEW_ALL, keys, names, engine)
    both, new, gone = create_pairs([name for name in names if name in old.mixes], engine, of_lists=old.key is not None)
    if old.earlier:
        create_paths(_paths(old, found.rules), engine)
    return (
        Matched(
            key=key.column.header,
            both=both,
            new=new,
            gone=gone,
            unclear=found.source.rows - both - new,
        ),
        [],
    )


def _schema(  # noqa: PLR0913 - what is compared, and of what
    schema: Schema,
    old: _Old,
    now: Mapping[str, int],
    found: Prepared,
    engine: Engine,
    *,
    tests: int,
    is_followed: bool,
) -> SchemaDrift:
    before = old.mixes[schema.id]
    labels = list(dict.fromkeys([*(segment.id for segment in schema.segments), *now, *before]))
    segments = {segment.id for segment in schema.segments}
    moves: list[Move] = []
    staying, flapping = 0, None
    if is_followed:
        moves, staying = _moves(schema, old, found, engine)
        flapping = _flapping(schema, old, found.rules, engine)
    return SchemaDrift(
        schema=schema.id,
        sizes=tuple(
            SizeChange(label=label, is_segment=label in segments, old=before.get(label, 0), new=now.get(label, 0))
            for label in labels
        ),
        mix=judge_stability(
            [before.get(label, 0) for label in labels],
            [now.get(label, 0) for label in labels],
            ordered=False,
            tests=tests,
        ),
        moves=tuple(moves),
        staying=staying,
        flapping=flapping,
    )


def _moves(schema: Schema, old: _Old, found: Prepared, engine: Engine) -> tuple[list[Move], int]:
    moves, staying = count_moves(schema.id, engine)
    causes = {} if old.of_the_day is None else find_causes(schema, found.program, old.of_the_day, engine)
    told = [
        replace(
            move,
            causes=causes.get((move.was, move.now), ()),
            illegal=move.records if is_illegal(found.rules, schema.id, move.was, move.now) else 0,
        )
        for move in moves
    ]
    return told, staying


def _flapping(schema: Schema, old: _Old, rules: RuleBook, engine: Engine) -> Flapping | None:
    return find_flapping(schema.id, _paths(old, rules), engine) if old.earlier else None


def _paths(old: _Old, rules: RuleBook) -> dict[str, Sequence[str]]:
    """Return the sides records are followed through, with the schemas of each that the rules still have."""
    names = _names(rules)
    return {**{table: [n for n in schemas if n in names] for table, schemas in old.earlier.items()}, NEW_SIDE: names}
