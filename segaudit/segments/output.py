"""The tagged file: every input row and column in its order, the tags behind them. Lists made of it."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlglot import expressions as exp

from segaudit.engine.protocol import Counts, Engine, Export
from segaudit.engine.uris import is_uri
from segaudit.errors import OutputError
from segaudit.files import TemporaryFolder, check_output, whole_file
from segaudit.model.segments import RuleBook
from segaudit.model.source import Source
from segaudit.segments.decide import TAGS
from segaudit.segments.folders import check_folder, whole_folder

ENDINGS = (".csv", ".tsv", ".xlsx", ".parquet")
_EXCEL_ROWS = 1_048_576
_EXCEL_COLUMNS = 16_384
_EXCEL_CHARACTERS = 32_767
_NO_TEXT = "''"
_MEMBERS, _LISTED = "members_written", "list_written"


def check_format(path: Path) -> None:
    """Refuse a file ending nothing is written for.

    Raises:
        OutputError: The ending is none of ENDINGS.
    """
    if path.suffix.lower() not in ENDINGS:
        raise OutputError(
            f'cannot write files that end in "{path.suffix}"', where=str(path), hint="end in " + ", ".join(ENDINGS)
        )


def check_target(output: str, *, on_cluster: bool, inputs: tuple[str, ...], force: bool) -> None:
    """Refuse a file, or a folder of part files, that cannot be written, before any work is done.

    Args:
        output: As the user named it; on a cluster it may be a folder of parts.
        on_cluster: Whether Spark is at work.
        inputs: Files that are read, and never written to.
        force: Replace what exists.

    Raises:
        OutputError: It cannot be written, is an input, or exists already.
    """
    if is_uri(output) and not on_cluster:
        hint = "add --engine spark, or name a file here"
        raise OutputError("this storage is written to by Spark only", where=output, hint=hint)
    if not (on_cluster and is_folder_of_parts(output)):
        check_format(Path(output))
        check_output(Path(output), inputs=inputs, force=force)
        return
    path = Path(output)
    if path.suffix.lower() not in {"", ".csv", ".tsv", ".parquet"}:
        hint = "end in .parquet, .csv or .tsv; without an ending, parts are CSV"
        raise OutputError(f'a folder of parts cannot be "{path.suffix}"', where=output, hint=hint)
    if output.rstrip("/") in {name.rstrip("/") for name in inputs}:
        raise OutputError("this is the input, which is never written to", where=output, hint="choose another name")
    if not is_uri(output):
        check_folder(path, (), inputs=inputs, force=force)


def is_folder_of_parts(output: str) -> bool:
    """Tell whether an output is a folder that Spark fills with part files."""
    return is_uri(output) or output.endswith(("/", os.sep)) or Path(output).is_dir()


@contextmanager
def whole_target(output: str) -> Iterator[Path]:
    """Yield a temporary file, or an empty folder for parts; it takes its place only if all goes well.

    Other storage is yielded as it is: there, Spark's own committer sees to that. Parts that stand in a folder since an
    earlier run go; whatever else is in it stays.

    Raises:
        OutputError: It cannot be written.
    """
    path = Path(output)
    if is_uri(output):
        yield path
    elif not is_folder_of_parts(output):
        with whole_file(path) as temporary:
            yield temporary
    else:
        with whole_folder(path) as temporary:
            parts = temporary / "parts"
            parts.mkdir()
            yield parts
            for old in path.glob("part-*"):
                old.unlink()
            for part in parts.iterdir():
                part.rename(temporary / part.name)
            parts.rmdir()


def write_tagged(source: Source, path: Path, tags: Sequence[str], engine: Engine, *, safe: bool) -> None:
    """Write the input with its tags, as write_tags does, to a file that appears when it is complete."""
    with whole_file(path) as temporary:
        write_tags(source, temporary, path, tags, engine, safe=safe)


def write_tags(  # noqa: PLR0913 - a file needs all of it
    source: Source,
    temporary: Path,
    path: Path,
    tags: Sequence[str],
    engine: Engine,
    *,
    safe: bool,
    counted: Sequence[str] = (),
) -> Counts:
    """Write the input with its tags, in the format the file's ending names; return what the engine counted meanwhile.

    Args:
        source: The input; its raw cells are written as they are.
        temporary: Where to write; a folder takes parts.
        path: What the file or folder will be called.
        tags: Columns of the tags table to append.
        engine: Where both are.
        safe: In CSV, put an apostrophe before cells that a spreadsheet would run as a formula.
        counted: Those of the tags whose texts are worth counting.

    Raises:
        OutputError: The table does not fit the format, or the disk does not hold it.
    """
    kind = path.suffix.lower()
    export = Export(
        base=source.table,
        base_columns=cells_of(source),
        beside=TAGS,
        beside_columns=tags,
        headers=(*source.headers, *tags),
        delimiter="\t" if kind == ".tsv" else ",",
        spreadsheet_safe=safe,
        counted=counted,
    )
    if kind == ".xlsx":
        _write_workbook(temporary, path, source, export, engine)
        return {}
    return engine.export_parquet(temporary, export) if kind == ".parquet" else engine.export_csv(temporary, export)


def cells_of(source: Source) -> tuple[str, ...]:
    """Return the SQL names of a source's columns."""
    return tuple(source.column(position) for position in range(1, len(source.headers) + 1))


def write_members(  # noqa: PLR0913 - a file needs all of it
    source: Source,
    temporary: Path,
    members: str,
    tags: Sequence[str],
    engine: Engine,
    *,
    positions: Sequence[int],
    safe: bool,
) -> int:
    """Write the rows of a query of ``_row`` as CSV, with their tags, in the input's order; return how many.

    Args:
        source: The input.
        temporary: Where to write.
        members: The query.
        tags: Columns of the tags table to append.
        engine: Where both are.
        positions: Which of the input's columns to write, from 1.
        safe: Put an apostrophe before cells that a spreadsheet would run as a formula.
    """
    columns = [source.column(position) for position in positions]
    engine.create(_MEMBERS, f"SELECT _row AS old, row_number() OVER (ORDER BY _row) AS _row FROM ({members}) m")
    cells = ", ".join(["m._row", *(f"r.{column}" for column in columns)])
    joined = f"FROM {_MEMBERS} m JOIN {{}} r ON r._row = m.old"
    engine.define(f"{_MEMBERS}_cells", f"SELECT {cells} {joined.format(source.table)} ORDER BY m._row")
    told = [exp.column(name, table="r", quoted=True) for name in tags]
    beside = exp.select("m._row", *told).from_(f"{_MEMBERS} AS m").join(f"{TAGS} AS r", on="r._row = m.old")
    engine.define(f"{_MEMBERS}_tags", beside.sql(dialect=engine.dialect))
    export = Export(
        base=f"{_MEMBERS}_cells",
        base_columns=columns,
        beside=f"{_MEMBERS}_tags",
        beside_columns=tags,
        headers=(*(source.headers[position - 1] for position in positions), *tags),
        spreadsheet_safe=safe,
    )
    engine.export_csv(temporary, export)
    return int(engine.fetch(f"SELECT COUNT(*) FROM {_MEMBERS}")[0][0])


def write_list(temporary: Path, query: str, headers: Sequence[str], engine: Engine, *, safe: bool) -> int:
    """Write a query of c1, c2, ... and ``place``, which orders its rows, as CSV; return how many rows it has."""
    cells = [f"c{position}" for position in range(1, len(headers) + 1)]
    query = f"SELECT place, {', '.join(f'NULLIF({cell}, {_NO_TEXT}) AS {cell}' for cell in cells)} FROM ({query}) q"
    engine.create(
        _LISTED,
        f"SELECT row_number() OVER (ORDER BY place, {', '.join(cells)}) AS _row, {', '.join(cells)} FROM ({query}) l",
    )
    engine.define(f"{_LISTED}_in_order", f"SELECT * FROM {_LISTED} ORDER BY _row")
    engine.define(f"{_LISTED}_beside", f"SELECT _row FROM {_LISTED}")
    export = Export(
        base=f"{_LISTED}_in_order",
        base_columns=cells,
        beside=f"{_LISTED}_beside",
        beside_columns=(),
        headers=headers,
        spreadsheet_safe=safe,
    )
    engine.export_csv(temporary, export)
    return int(engine.fetch(f"SELECT COUNT(*) FROM {_LISTED}")[0][0])


def _write_workbook(temporary: Path, path: Path, source: Source, export: Export, engine: Engine) -> None:
    """Write cells as text, so that none is run as a formula and no code loses its zeros; tags too."""
    import xlsxwriter  # noqa: PLC0415 - only workbooks need it

    if source.rows >= _EXCEL_ROWS or len(export.headers) > _EXCEL_COLUMNS:
        raise OutputError(
            f"a sheet holds {_EXCEL_ROWS:,} rows and {_EXCEL_COLUMNS:,} columns, and this table is larger",
            where=str(path),
            hint="write .csv or .parquet",
        )
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    # The writer leaves its own copies behind where it fails.
    with (
        TemporaryFolder() as folder,
        xlsxwriter.Workbook(str(temporary), {**options, "tmpdir": str(folder)}) as book,
    ):
        sheet = book.add_worksheet("tagged")
        sheet.freeze_panes(1, 0)
        bold = book.add_format({"bold": True})
        for column, header in enumerate(export.headers):
            sheet.write_string(0, column, header[:_EXCEL_CHARACTERS], bold)
        for number, row in enumerate(engine.rows(export), start=1):
            for column, cell in enumerate(row):
                if cell is None or cell == "":
                    continue
                if len(cell) > _EXCEL_CHARACTERS:
                    raise OutputError(
                        f"row {number:,} has a cell of {len(cell):,} characters, and a sheet's holds "
                        f"{_EXCEL_CHARACTERS:,}",
                        where=str(path),
                        hint="write .csv or .parquet",
                    )
                sheet.write_string(number, column, cell)


def count_tags(
    rules: RuleBook, engine: Engine, *, labels: str = TAGS, counted: Counts | None = None
) -> tuple[tuple[str, tuple[tuple[str, int], ...]], ...]:
    """Return for each schema its labels and how many records carry them, most first.

    Args:
        rules: The schemas.
        engine: Where the tags are.
        labels: Table or view that has their labels.
        counted: What of it is counted already.
    """
    found: list[list[tuple[str, int]]] = [
        list((counted or {}).get(f"segment_{schema.id}", {}).items()) for schema in rules.schemas
    ]
    each = []
    for number, schema in enumerate(rules.schemas):
        if found[number]:
            continue
        label = exp.column(f"segment_{schema.id}", quoted=True)
        place = exp.alias_(exp.Literal.number(number), "schema")
        counts = exp.select(place, exp.alias_(label, "label"), exp.alias_(exp.func("COUNT", exp.Star()), "records"))
        each.append(counts.from_(labels).group_by(label.copy()))
    if each:
        together = exp.union(*each, distinct=False) if len(each) > 1 else each[0]
        for number, name, count in engine.fetch(together.sql(dialect=engine.dialect)):
            found[number].append((str(name), int(count)))
    return tuple(
        (schema.id, tuple(sorted(rows, key=lambda row: (-row[1], row[0]))))
        for schema, rows in zip(rules.schemas, found, strict=True)
    )
