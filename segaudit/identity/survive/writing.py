"""The files of a merge: golden records, the list of changes, and what an undo needs."""

from collections.abc import Sequence
from pathlib import Path

from segaudit.engine.protocol import Engine, Export
from segaudit.errors import OutputError
from segaudit.files import check_output, whole_file
from segaudit.identity.survive.data import CELLS, ENTITIES, OUTCOMES, SurvivalData, SurvivalOutputs
from segaudit.identity.survive.golden import GOLDEN_BESIDE, GOLDEN_CELLS, GOLDEN_EXTRA
from segaudit.model.fields import ColumnReading

TABLE_ENDINGS = (".csv", ".tsv", ".parquet")
UNDO_EXTRA = ("entity_id", "survivor", "record_key", "_row")  # headers behind the original ones
_UNDO_CELLS = "survival_undo_cells"  # view: _row (place in the file), c1...
_UNDO_BESIDE = "survival_undo_beside"  # view: _row, entity_id, survivor, record_key, in_row
_MADE_SAFE = (
    "survival_made_safe"  # e: null; u, _row, entity_id, record_key: rows that stand alone and are not as they were
)
_CHANGES = (
    "entity_id", "_row", "record_id", "column", "what", "was", "becomes", "from_row", "rule", "dropped",
)  # fmt: skip
_BETWEEN = " | "
# What text.spreadsheets.spreadsheet_safe puts an apostrophe before, and what needs none, as SQL: the list is long.
_STARTS = "-=+@\\t\\r\\n\uff1d\uff0b\uff0d\uff20"
_NUMBER = "[-+]?[0-9., ]+%?"
_LISTED = "survival_listed"  # _row: place in the file; the cells of the list of changes
_IN_ORDER, _BESIDE = "survival_listed_in_order", "survival_listed_beside"


def check_outputs(outputs: SurvivalOutputs, *, inputs: tuple[str, ...]) -> None:
    """Refuse files that cannot be written, before any work is done.

    Raises:
        OutputError: One of them cannot be written, has an ending nothing is written for, or is named twice.
    """
    named = {
        "--golden": outputs.golden,
        "--changes": outputs.changes,
        "--merges": outputs.merges,
        "--undo": outputs.undo,
    }
    seen: dict[Path, str] = {}
    for option, name in named.items():
        if name is None:
            continue
        path = Path(name)
        check_output(path, inputs=inputs, force=outputs.force)
        if option in {"--golden", "--undo"}:
            check_ending(path)
        if path.absolute() in seen:
            hint = "give each its own name"
            raise OutputError(f"{seen[path.absolute()]} and {option} name the same file", where=name, hint=hint)
        seen[path.absolute()] = option


def check_ending(path: Path) -> None:
    """Refuse a file ending no table is written for."""
    if path.suffix.lower() not in TABLE_ENDINGS:
        hint = "end in " + ", ".join(TABLE_ENDINGS)
        raise OutputError(f'cannot write files that end in "{path.suffix}"', where=str(path), hint=hint)


def write_golden(path: Path, data: SurvivalData, engine: Engine, *, safe: bool) -> None:
    """Write one row for each entity: the original columns, and behind them GOLDEN_EXTRA."""
    beside = ("entity_id", "records", "survivor", "in_row")
    headers = (*data.source.headers, *GOLDEN_EXTRA)
    export_table(path, (GOLDEN_CELLS, data.columns()), (GOLDEN_BESIDE, beside), headers, engine, safe=safe)


def write_undo(path: Path, data: SurvivalData, engine: Engine, *, safe: bool) -> None:
    """Write every record that the golden file does not hold as it was, cell for cell, and behind it UNDO_EXTRA.

    Args:
        path: File to write.
        data: The table.
        engine: Where it is.
        safe: The golden file was made safe for spreadsheets, so that it differs in other rows too.
    """
    create_undo(data, engine, safe=safe)
    beside = ("entity_id", "survivor", "record_key", "in_row")
    headers = (*data.source.headers, *UNDO_EXTRA)
    export_table(path, (_UNDO_CELLS, data.columns()), (_UNDO_BESIDE, beside), headers, engine, safe=False)


def create_undo(data: SurvivalData, engine: Engine, *, safe: bool) -> None:
    """Create the views of the undo file."""
    cells = ", ".join(data.columns())
    merged = f"SELECT u, _row, record_key, e, {cells} FROM {CELLS}"
    survivors = f"SELECT e, entity_id, record_key AS survivor FROM {ENTITIES} JOIN {CELLS} USING (e) WHERE rank = 1"
    beside = (
        f"SELECT u AS _row, entity_id, survivor, record_key, CAST(_row AS VARCHAR) AS in_row "
        f"FROM {CELLS} JOIN ({survivors}) USING (e)"
    )
    rows = f"SELECT u AS _row, {cells} FROM ({merged})"
    if safe:
        _create_made_safe(data, engine)
        beside += (
            " UNION ALL SELECT u AS _row, entity_id, record_key AS survivor, record_key, "
            "CAST(_row AS VARCHAR) AS in_row "
            f"FROM {_MADE_SAFE}"
        )
        rows += f" UNION ALL SELECT u AS _row, {cells} FROM {_MADE_SAFE} JOIN {data.source.table} USING (_row)"
    engine.define(_UNDO_CELLS, f"SELECT * FROM ({rows}) ORDER BY _row")
    engine.define(_UNDO_BESIDE, beside)


def _create_made_safe(data: SurvivalData, engine: Engine) -> None:
    """Create the table of the rows that stand alone and have a cell the golden file holds with an apostrophe."""
    starts = " OR ".join(f"regexp_matches(r.{column}, '^[{_STARTS}]')" for column in data.columns())
    engine.create(
        _MADE_SAFE,
        f"SELECT _row, entity_id, record_key, (SELECT count(*) FROM {CELLS}) + row_number() OVER (ORDER BY _row) AS u "
        f"FROM {data.source.table} r JOIN {data.entities} USING (_row) "
        f"WHERE ({starts}) AND entity_id NOT IN (SELECT entity_id FROM {ENTITIES})",
    )


def export_table(  # noqa: PLR0913 - a file needs all of it
    path: Path,
    cells: tuple[str, Sequence[str]],
    beside: tuple[str, Sequence[str]],
    headers: Sequence[str],
    engine: Engine,
    *,
    safe: bool,
) -> None:
    """Write two tables side by side, in the format the file's ending names."""
    kind = path.suffix.lower()
    export = Export(
        base=cells[0],
        base_columns=cells[1],
        beside=beside[0],
        beside_columns=beside[1],
        headers=headers,
        delimiter="\t" if kind == ".tsv" else ",",
        spreadsheet_safe=safe,
    )
    with whole_file(path) as temporary:
        if kind == ".parquet":
            engine.export_parquet(temporary, export)
        else:
            engine.export_csv(temporary, export)


def write_changes(path: Path, data: SurvivalData, key: ColumnReading | None, engine: Engine) -> None:
    """Write every value that a golden record has from elsewhere, or that is lost; no cell can run as a formula.

    Args:
        path: File to write.
        data: The table.
        key: The column of the rows' own ids, if it has one.
        engine: Where OUTCOMES is.

    Raises:
        OutputError: The file cannot be written.
    """
    record = f"coalesce(c.{data.source.column(key.column.position)}, '')" if key is not None else "c.record_key"
    cells = {
        "entity_id": "n.entity_id",
        "in_row": "CAST(c._row AS VARCHAR)",
        "record_id": record,
        "header": "list_extract($headers, o.position)",
        "what": "o.what",
        "was": "o.was",
        "becomes": "o.becomes",
        "given": "CAST(o.from_row AS VARCHAR)",
        "rule": "o.rule",
        "dropped": f"array_to_string(o.dropped, '{_BETWEEN}')",
    }
    shown = ", ".join(f"{shown_as_text(cell)} AS {name}" for name, cell in cells.items())
    engine.create(
        _LISTED,
        f"SELECT row_number() OVER (ORDER BY o.e, o.position) AS _row, {shown} "
        f"FROM {OUTCOMES} o JOIN {ENTITIES} n USING (e) JOIN {CELLS} c ON c.e = o.e AND c.rank = 1",
        {"headers": list(data.source.headers)},
    )
    engine.define(_IN_ORDER, f"SELECT * FROM {_LISTED} ORDER BY _row")
    engine.define(_BESIDE, f"SELECT _row FROM {_LISTED}")
    with whole_file(path) as temporary:
        export = Export(base=_IN_ORDER, base_columns=tuple(cells), beside=_BESIDE, beside_columns=(), headers=_CHANGES)
        engine.export_csv(temporary, export)


def shown_as_text(cell: str) -> str:
    """Return SQL for a cell that a spreadsheet shows and does not run; a plain number is none it would."""
    # Nearly all cells begin with a letter or a digit, which a comparison tells in no time.
    may_run = f"({cell} < '.' OR {cell} BETWEEN '=' AND '>' OR {cell} BETWEEN '@' AND 'A' OR {cell} > '~')"
    runs = f"{may_run} AND regexp_matches({cell}, '^[{_STARTS}]') AND NOT regexp_full_match({cell}, '{_NUMBER}')"
    return f"CASE WHEN {runs} THEN concat(chr(39), {cell}) ELSE {cell} END"
