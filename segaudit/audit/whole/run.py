"""The verb of the whole audit: the tables are read once, every part looks at what was read, one result comes of it."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date

from segaudit import __version__
from segaudit.audit.history import Recorder
from segaudit.audit.opening import InputChoices, OpenedInput, engine_chosen, today
from segaudit.audit.ruling import load_rules
from segaudit.audit.whole.segments import SEGMENT_STEPS, SegmentsAsked, audit_segments
from segaudit.audit.whole.steps import Steps, Tell
from segaudit.audit.whole.tables import EVENTS, audit_table, opened_table
from segaudit.audit.whole.writing import DataFiles
from segaudit.audit.workspace_opening import OpenedWorkspace, open_workspace
from segaudit.audit.workspaces import check_workspace
from segaudit.engine.protocol import Engine
from segaudit.errors import InputError
from segaudit.model.audit import AuditedSegments, AuditedTable, AuditResult, NotAssessed, Scored
from segaudit.model.branding import Branding
from segaudit.model.workspace import WorkspaceTable
from segaudit.rulebook.report_words import ENGLISH
from segaudit.rulebook.suggest import did_you_mean
from segaudit.segments.entities import create_shared

# Bytes: pandas, polars, pandera, pyarrow, scipy, z3, and what the finders found.
_LIBRARIES = 750_000_000
_KINDS = ("contacts", "companies", "other")  # whose records are segmented, best first


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditOptions:
    """What a user may choose about an audit."""

    main: str | None = None  # table whose records are segmented; None: contacts, else companies, else the largest
    assets: str | None = None  # folder of the files treatments name
    record: bool = False  # keep the segments of this run in the history, for the next one to compare with
    redact: bool = False
    language: str | None = None  # None: the workspace file's, else English


def run_audit(  # noqa: PLR0913 - each is a choice of its own
    paths: str | Sequence[str],
    choices: InputChoices | None = None,
    options: AuditOptions | None = None,
    *,
    as_of: date | None = None,
    files: DataFiles | None = None,
    tell: Tell = lambda _, __: None,
) -> AuditResult:
    """Measure everything; what it comes to (scores, plan) is not judged yet.

    Args:
        paths: A workspace file; or data files and folders, of which everything is guessed.
        choices: Which rules, how files are read of which no workspace file says it, the history.
        options: What else there is to choose.
        as_of: Day that rules and checks count from; today if not given.
        files: Writes what people work with; None: nothing is written.
        tell: Told what is being done, and what share of all is done.

    Raises:
        SegauditError: A file or the rules cannot be read, or there is no such table.
    """
    choices, options = choices or InputChoices(), options or AuditOptions()
    rules = load_rules(choices.rules)  # first: a mistake in the rules is told before a large file is read
    recorder = Recorder(file=choices.history) if options.record and choices.history is not None else None
    if recorder is not None:
        recorder.check()
    steps = Steps(tell)
    with ExitStack() as stack:
        engine = stack.enter_context(engine_chosen(choices, beside=_LIBRARIES))
        files = stack.enter_context(files or DataFiles(folder=None, redacted=options.redact))
        steps.say("Reading the tables")
        workspace = open_workspace(paths, choices, engine, fingerprint=True)
        asked = SegmentsAsked(
            rules=rules,
            choices=choices,
            day=as_of or today(),
            assets=options.assets,
            recorder=recorder,
            redacted=options.redact,
        )
        run = _Run(workspace=workspace, asked=asked, options=options, engine=engine, files=files, steps=steps)
        return run.audit()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What all parts of one audit have in common."""

    workspace: OpenedWorkspace
    asked: SegmentsAsked
    options: AuditOptions
    engine: Engine
    files: DataFiles
    steps: Steps

    def audit(self) -> AuditResult:
        """Judge the tables, then the segments of one of them."""
        main = _main(self.workspace, self.options.main)
        self._plan(main)
        checked = check_workspace(self.workspace, self.engine)
        # The main table comes last, so that its entities are those that stand in the engine when segments are counted.
        order = sorted(self.workspace.tables, key=lambda name: main is not None and name == main.name)
        opened = {name: opened_table(self.workspace, self.workspace.tables[name]) for name in order}
        tables = {name: self._table(name, opened[name]) for name in order}
        self.files.close_issues()
        segments, lacking = self._segments(main, tables, opened)
        self.steps.begin("report", "Putting it together")
        return AuditResult(
            version=__version__,
            as_of=self.asked.day,
            rules=self.asked.rules,
            branding=self._branding(),
            tables=tuple(tables[name] for name in self.workspace.tables),
            workspace=checked,
            segments=segments,
            not_assessed=tuple(lacking),
            scored=Scored(total=None, pillars=()),
            headlines=(),
            actions=(),
            comparison=None,
            files=tuple(self.files.written),
            redacted=self.options.redact,
        )

    def _plan(self, main: WorkspaceTable | None) -> None:
        for table in self.workspace.tables.values():
            self.steps.plan("quality", table.source.rows)
            if table.kind not in EVENTS:
                self.steps.plan("identity", table.source.rows)
        for step in SEGMENT_STEPS if main is not None else ():
            self.steps.plan(step, main.source.rows if main is not None else 0)
        self.steps.plan("report", 0)

    def _table(self, name: str, opened: OpenedInput) -> AuditedTable:
        table = self.workspace.tables[name]
        return audit_table(table, opened, self.asked.rules, self.asked.day, self.engine, self.files, self.steps)

    def _segments(
        self, main: WorkspaceTable | None, tables: Mapping[str, AuditedTable], opened: Mapping[str, OpenedInput]
    ) -> tuple[AuditedSegments | None, list[NotAssessed]]:
        """Judge the segments of the main table, if there is one whose rows can be in segments."""
        if main is None:
            reason = "none of the tables holds people or companies, and what happens is in no segment"
            hint = "hand in the contacts or companies, or name the table with --main"
            return None, [NotAssessed(part="segments", table="", reason=reason, hint=hint)]
        table = tables[main.name]
        # The rows of a table of events are no entities; those of another may be, and were looked for.
        resolution = create_shared(self.engine) if table.identity is not None else None
        return audit_segments(
            table, opened[main.name], self.workspace, resolution, self.asked, self.engine, self.files, self.steps
        )

    def _branding(self) -> Branding:
        said = self.workspace.file.report if self.workspace.file is not None else Branding()
        return replace(said, language=self.options.language or said.language or ENGLISH)


def _main(workspace: OpenedWorkspace, named: str | None) -> WorkspaceTable | None:
    """Return the table whose records are segmented: the one named; else contacts, companies, or any that may be.

    Raises:
        InputError: There is no such table.
    """
    if named is not None:
        if named not in workspace.tables:
            hint = did_you_mean(named, list(workspace.tables)) or "tables are " + ", ".join(workspace.tables)
            raise InputError(f'there is no table "{named}"', where="--main", hint=hint)
        return workspace.tables[named]
    for kind in _KINDS:
        tables = workspace.of_kind(kind)
        if tables:
            return max(tables, key=lambda table: table.source.rows)  # the first of those with as many
    return None
