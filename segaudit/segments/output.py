"""The tagged file: every input row and column in its order, the tags behind them."""

from pathlib import Path
from tempfile import TemporaryDirectory

from sqlglot import expressions as exp

from segaudit.engine.protocol import Engine, Export
from segaudit.errors import OutputError
from segaudit.files import whole_file
from segaudit.model.segments import RuleBook
from segaudit.model.source import Source
from segaudit.segments.decide import TAGS

ENDINGS = (".csv", ".tsv", ".xlsx", ".parquet")
_EXCEL_ROWS = 1_048_576
_EXCEL_COLUMNS = 16_384
_EXCEL_CHARACTERS = 32_767


def check_format(path: Path) -> None:
    """Refuse a file ending nothing is written for.

    Raises:
        OutputError: The ending is none of ENDINGS.
    """
    if path.suffix.lower() not in ENDINGS:
        raise OutputError(
            f'cannot write files that end in "{path.suffix}"', where=str(path), hint="end in " + ", ".join(ENDINGS)
        )


def write_tagged(source: Source, path: Path, tags: tuple[str, ...], engine: Engine, *, safe: bool) -> None:
    """Write the input with its tags, in the format the file's ending names.

    Args:
        source: The input; its raw cells are written as they are.
        path: File to write; it appears when it is complete.
        tags: Columns of the tags table to append.
        engine: Where both are.
        safe: In CSV, put an apostrophe before cells that a spreadsheet would run as a formula.

    Raises:
        OutputError: The table does not fit the format, or the disk does not hold it.
    """
    kind = path.suffix.lower()
    columns = tuple(source.column(position) for position in range(1, len(source.headers) + 1))
    export = Export(
        base=source.table,
        base_columns=columns,
        beside=TAGS,
        beside_columns=tags,
        headers=(*source.headers, *tags),
        delimiter="\t" if kind == ".tsv" else ",",
        spreadsheet_safe=safe,
    )
    with whole_file(path) as temporary:
        if kind == ".xlsx":
            _write_workbook(temporary, path, source, export, engine)
        elif kind == ".parquet":
            engine.export_parquet(temporary, export)
        else:
            engine.export_csv(temporary, export)


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
        TemporaryDirectory(prefix="segaudit-") as folder,
        xlsxwriter.Workbook(str(temporary), {**options, "tmpdir": folder}) as book,
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


def count_tags(rules: RuleBook, engine: Engine) -> tuple[tuple[str, tuple[tuple[str, int], ...]], ...]:
    """Return for each schema its labels and how many records carry them, most first."""
    counted = []
    for schema in rules.schemas:
        label = exp.column(f"segment_{schema.id}", quoted=True)
        query = exp.select(label, exp.func("COUNT", exp.Star())).from_(TAGS).group_by(label.copy())
        rows = [(str(name), int(count)) for name, count in engine.fetch(query.sql(dialect=engine.dialect))]
        counted.append((schema.id, tuple(sorted(rows, key=lambda row: (-row[1], row[0])))))
    return tuple(counted)
