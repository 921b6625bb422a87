"""The verb that finds which rows of a table are one person, one company, one thing."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from segaudit.audit.identity_records import Records
from segaudit.audit.identity_result import summarise_identity, write_pairs
from segaudit.audit.identity_review import Queue
from segaudit.audit.opening import InputChoices, OpenedInput, engine_chosen, open_input, today
from segaudit.engine.protocol import Engine
from segaudit.files import check_output
from segaudit.identity.cells import Part
from segaudit.identity.decision_file import read_decisions
from segaudit.identity.decisions import Decisions
from segaudit.identity.entities import Found, decided_pairs, find_entities
from segaudit.identity.evidence import Gathered, Table, gather
from segaudit.identity.naming import name_entities, read_base, write_entities
from segaudit.identity.survive.data import SurvivalData, SurvivalOutputs
from segaudit.identity.survive.run import survive
from segaudit.ingest.files.paths import named_files
from segaudit.model.identity import IdentityResult
from segaudit.model.review import ReviewPair
from segaudit.model.survival import SurvivalResult
from segaudit.rulebook.evidence import load_evidence
from segaudit.rulebook.standards import load_standards
from segaudit.rulebook.survivorship import load_merge_formats, load_survivorship

ENTITIES = "entities"
_LIBRARIES = 450_000_000  # bytes: pyarrow, numpy, scipy, rapidfuzz


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityOutputs:
    """Files to write beside the result; None: not asked for."""

    clusters: str | None = None  # which entity each row is: .csv or .parquet
    pairs: str | None = None  # pairs of rows, with what spoke for and against them
    golden: str | None = None
    changes: str | None = None
    merges: str | None = None
    undo: str | None = None
    force: bool = False

    def named(self) -> tuple[str, ...]:
        """Return the files that are asked for."""
        asked = (self.clusters, self.pairs, self.golden, self.changes, self.merges, self.undo)
        return tuple(name for name in asked if name is not None)


Review = Callable[[Iterator[ReviewPair], int], object]


def dedupe(  # noqa: PLR0913 - each is a choice of its own
    path: str | Sequence[str],
    choices: InputChoices | None = None,
    outputs: IdentityOutputs | None = None,
    *,
    as_of: date | None = None,
    base: str | None = None,
    decisions: str | None = None,
    level: str = "contact",
    review: Review | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> IdentityResult:
    """Find which rows of a table are one entity.

    Args:
        path: CSV, TSV, workbook or Parquet file; ``-`` is standard input. Several are parts of one table.
        choices: What to read it with.
        outputs: What to write.
        as_of: Day that what is recent counts from; today if not given.
        base: The clusters an earlier run wrote: entities keep their ids.
        decisions: What people decided on pairs of records.
        level: What an entity is: "contact" (a person, or whatever a row is), "account" or "household".
        review: Is handed the doubtful pairs, most worthwhile first, and how many they are.
        progress: Told what is being done.

    Raises:
        SegauditError: A file or the rules cannot be read, or an output cannot be written.
    """
    choices, outputs = choices or InputChoices(), outputs or IdentityOutputs()
    for name in outputs.named():
        check_output(Path(name), inputs=named_files(path), force=outputs.force)
    earlier = read_base(Path(base)) if base is not None else None
    said = read_decisions(Path(decisions)) if decisions is not None and Path(decisions).exists() else Decisions()
    day = as_of or today()
    with engine_chosen(choices, beside=_LIBRARIES) as engine:
        opened = open_input(path, choices, engine, ordered=True)
        run = find_identity(opened, day, engine, level=level, earlier=earlier, said=said, progress=progress)
        if outputs.clusters is not None:
            write_entities(Path(outputs.clusters), run.table)
        if outputs.pairs is not None:
            write_pairs(Path(outputs.pairs), run.found, run.gathered, run.records)
        survival = _survive(opened, day, outputs, named_files(path), engine)
        if review is not None:
            queue = Queue(opened, run.records, run.gathered, run.found, engine)
            places = queue.order(*said.links(run.records.keys))
            review(queue.pairs(places), len(places))
        return replace(run.result, survival=survival)


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityRun:
    """What finding the entities of an opened table left behind."""

    records: Records
    gathered: Gathered
    found: Found
    table: Any  # a pyarrow.Table: _row, record_key, entity_id, match_probability; it stands in ENTITIES, too
    result: IdentityResult


def find_identity(  # noqa: PLR0913 - each is a choice of its own
    opened: OpenedInput,
    day: date,
    engine: Engine,
    *,
    level: str = "contact",
    earlier: Any = None,  # noqa: ANN401 - a pyarrow.Table, which has no types
    said: Decisions | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> IdentityRun:
    """Find which rows of a table that is open are one entity."""
    said = said or Decisions()
    records = Records(opened, engine)
    gathered = gather_evidence(opened, records.part(), engine, level=level)
    must, cannot = said.links(records.keys)
    copies = records.written_twice(cannot)
    found = find_entities(gathered, len(records.keys), engine, decided_pairs(must, cannot), progress, copies=copies)
    naming = name_entities(records.keys, found.entity, earlier)
    table = records.entities(naming, found)
    engine.load_arrow(ENTITIES, table)
    result = replace(
        summarise_identity(opened, day, gathered, found, table),
        level=level,
        decided=len(must) + len(cannot),
        absent_decisions=len(said.absent(records.keys)),
        changes=naming.changes,
    )
    return IdentityRun(records=records, gathered=gathered, found=found, table=table, result=result)


def gather_evidence(
    opened: OpenedInput, part: Part, engine: Engine, *, level: str, other: Part | None = None
) -> Gathered:
    """Return the evidence of an opened table, or of two."""
    table = Table(
        parts=(part,) if other is None else (part, other),
        readings=opened.readings,
        placeholders=opened.placeholders,
        kinds=load_evidence(opened.location),
        lists=load_standards(opened.location),
        engine=engine,
    )
    return gather(table, level=level)


def _survive(
    opened: OpenedInput, day: date, outputs: IdentityOutputs, inputs: tuple[str, ...], engine: Engine
) -> SurvivalResult | None:
    """Return what merging the records comes to, if a file of it is asked for."""
    wanted = SurvivalOutputs(
        golden=outputs.golden, changes=outputs.changes, merges=outputs.merges, undo=outputs.undo, force=outputs.force
    )
    if not any((wanted.golden, wanted.changes, wanted.merges, wanted.undo)):
        return None
    return merge_records(opened, day, wanted, inputs, engine)


def merge_records(
    opened: OpenedInput, day: date, wanted: SurvivalOutputs, inputs: tuple[str, ...], engine: Engine
) -> SurvivalResult:
    """Return what merging the records comes to whose entities stand in ENTITIES, and write the files asked for."""
    data = SurvivalData(
        source=opened.source,
        fields=opened.fields,
        readings=opened.readings,
        placeholders=opened.placeholders,
        catalogue=opened.catalogue,
        rules=load_survivorship(opened.location, opened.catalogue),
        as_of=day,
        entities=ENTITIES,
    )
    return survive(data, load_merge_formats(opened.location), engine, wanted, inputs=inputs)
