"""The tables of a workspace read: into the engine, their columns mapped to fields, their kinds decided."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from segaudit.audit.table_keys import table_key
from segaudit.audit.workspace_rejects import TableRejects
from segaudit.engine.protocol import Engine
from segaudit.errors import InputError
from segaudit.ingest.columns.fieldmap import UserMap
from segaudit.ingest.columns.meanings import map_source
from segaudit.ingest.options import ReadOptions
from segaudit.ingest.read import read_source
from segaudit.ingest.table_files import TableFile, free_name
from segaudit.ingest.table_kinds import guess_kind
from segaudit.model.fields import CatalogueField, Placeholder
from segaudit.model.source import Source
from segaudit.model.workspace import OTHER, KindGuess, TableReading, TableSpec, WorkspaceTable
from segaudit.rulebook.kinds import TableRules, load_table_rules
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.tables import (
    Footers,
    Preset,
    load_catalogue,
    load_footers,
    load_list,
    load_placeholders,
    load_presets,
)
from segaudit.rulebook.workspace_options import as_keys

_LOOKUP_ROWS = 20  # at most, of a list that says what words of other tables mean


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceRules:
    """What is known before any file is read."""

    location: RulesLocation
    catalogue: Mapping[str, CatalogueField]
    presets: Sequence[Preset]
    placeholders: Sequence[Placeholder]
    tables: TableRules
    free_mail: Sequence[str]
    footers: Footers

    @classmethod
    def at(cls, path: str | None) -> "WorkspaceRules":
        """Read them from the shipped folder, and from the client's in its place."""
        location = RulesLocation.at(path)
        return cls(
            location=location,
            catalogue=load_catalogue(location),
            presets=load_presets(location),
            placeholders=load_placeholders(location),
            tables=load_table_rules(location),
            free_mail=load_list(location, "free_mail_domains", "domain"),
            footers=load_footers(location),
        )

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return what a table can be."""
        return (*(kind.name for kind in self.tables.kinds), OTHER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What a workspace file declares and the data does not have."""

    rule: str  # file-missing, unreadable, column-missing
    table: str
    column: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """How all tables of a workspace are read."""

    engine: Engine
    rules: WorkspaceRules
    rejects: TableRejects
    strict: bool = False  # refuse a file that is anything but one plain table
    reading: TableReading = field(default_factory=TableReading)  # of files a workspace file says nothing of
    fingerprint: bool = False  # work out each file's SHA-256

    def read(self, path: str, spec: TableSpec, number: int) -> Source:
        """Read a table into the engine as its workspace file says.

        Args:
            path: The file.
            spec: What is said of it.
            number: A number of its own.

        Raises:
            InputError: The file cannot be read as a table.
        """
        said = spec.reading
        options = ReadOptions(
            label=path,
            table=f"w{number}",
            sheet=spec.sheet or None,
            encoding=said.encoding,
            delimiter=said.delimiter,
            quote=said.quote,
            escape=said.escape,
            skip=said.skip,
            header_rows=said.header_rows,
            table_number=said.table,
            strict=self.strict,
            rejects=self.rejects.of(spec.name),
            footers=self.rules.footers,
        )
        try:
            return read_source(path, self.engine, options, fingerprint=self.fingerprint)
        except InputError as error:
            where = path if error.where.startswith("--") else error.where
            raise InputError(as_keys(error.problem), where=where, hint=as_keys(error.hint)) from error


def read_new(
    files: Iterable[TableFile], known: Mapping[str, WorkspaceTable], reader: Reader
) -> tuple[dict[str, WorkspaceTable], tuple[str, ...]]:
    """Read tables nothing was said of; one that nobody named and that cannot be read is passed over.

    Raises:
        InputError: A file that was named cannot be read, or strictness refuses one that can.
    """
    rules = reader.rules
    tables: dict[str, WorkspaceTable] = {}
    notes = []
    for file in files:
        name = free_name(file, {*known, *tables})
        spec = TableSpec(name=name, file=file.path, sheet=file.sheet, reading=reader.reading)
        try:
            source = reader.read(file.path, spec, len(known) + len(tables) + 1)
        except InputError as error:
            if (file.named and file.alone) or (reader.strict and _can_be_read(file, spec, reader)):
                raise
            notes.append(f"{file.label} passed over: {error.problem}")
            continue
        fields = map_source(source, rules.catalogue, rules.presets, UserMap())
        names = (Path(file.path).stem, file.sheet) if file.alone else (file.sheet,)
        guess = guess_kind(fields, names, rules.tables)
        table = WorkspaceTable(name=name, file=file.path, guess=guess, declared=False, source=source, fields=fields)
        tables[name] = replace(table, key=table_key(table, rules.tables, reader.engine))
    if not tables and not known:
        raise InputError("none of the files can be read as a table", hint="; ".join(notes))
    return {name: _unless_lookup(table, tables.values()) for name, table in tables.items()}, tuple(notes)


def _unless_lookup(table: WorkspaceTable, tables: Iterable[WorkspaceTable]) -> WorkspaceTable:
    """Return a table; without its kind if it is a few rows without a key beside a list of that kind: stages, bands."""
    if table.key is not None or table.source.rows > _LOOKUP_ROWS or table.kind == OTHER:
        return table
    of_kind = (other for other in tables if other.kind == table.kind and other.key is not None)
    if not any(other.source.rows > _LOOKUP_ROWS for other in of_kind):
        return table
    reason = f"a few rows without a key, beside a list of {table.kind}"
    return replace(table, guess=KindGuess(kind=OTHER, score=table.guess.score, reasons=(reason,)))


def _can_be_read(file: TableFile, spec: TableSpec, reader: Reader) -> bool:
    """Tell whether only strictness stands in a table's way; an empty sheet, for instance, is no table anyhow."""
    try:
        replace(reader, strict=False).read(file.path, spec, 0)
    except InputError:
        return False
    return True


def declared_table(spec: TableSpec, source: Source, reader: Reader, trouble: list[Trouble]) -> WorkspaceTable:
    """Map a table's columns as its workspace file says; what it says nothing of is guessed."""
    rules = reader.rules
    named = (*spec.columns, *([spec.key] if spec.key else []))
    trouble.extend(missing(spec.name, header) for header in named if find_header(source.headers, header) is None)
    said: dict[str, str | None] = dict.fromkeys(spec.ignored)
    said |= spec.columns
    by_header = {header: said[name] for header in source.headers if (name := _said(header, said)) is not None}
    user = UserMap(fields=by_header)
    fields = map_source(source, rules.catalogue, rules.presets, user)
    guess = guess_kind(fields, (Path(spec.file).stem, spec.sheet), rules.tables)
    if spec.kind is not None:
        guess = KindGuess(kind=spec.kind, score=guess.score, reasons=("declared",))
    table = WorkspaceTable(
        name=spec.name,
        file=source.name,
        guess=guess,
        declared=spec.kind is not None,
        source=source,
        fields=fields,
    )
    key = find_header(source.headers, spec.key) if spec.key else table_key(table, rules.tables, reader.engine)
    return replace(table, key=key)


def _said(header: str, said: Mapping[str, object]) -> str | None:
    """Return the name by which a workspace file speaks of a header: as it is, or without the blanks around it."""
    return header if header in said else next((name for name in said if name.strip() == header.strip()), None)


def missing(table: str, header: str) -> Trouble:
    """Return that a column is declared and not there."""
    return Trouble(
        rule="column-missing",
        table=table,
        column=header,
        message="the workspace file names this column, which the file does not have",
        hint="correct the header in the workspace file, or take the line out",
    )


def find_header(headers: Sequence[str], wanted: str) -> int | None:
    """Return the 1-based position of a header: as it is, or else without the blanks around it."""
    if wanted in headers:
        return headers.index(wanted) + 1
    stripped = [header.strip() for header in headers]
    return stripped.index(wanted.strip()) + 1 if wanted.strip() in stripped else None
