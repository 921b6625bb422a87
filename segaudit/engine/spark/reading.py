"""Files, folders and tables to DataFrames of texts c1, c2, ... and ``_row``, written as Parquet once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from segaudit.engine.protocol import CsvLayout, CsvLoad
from segaudit.engine.spark.ends import Ends, in_order, join_ends, misread
from segaudit.engine.spark.flows import Flow
from segaudit.engine.spark.landing import Fact, Landing, as_path, pattern_free
from segaudit.engine.spark.parsing import Parser, line_end_of
from segaudit.engine.spark.pieces import Pieces, cut_into_pieces
from segaudit.engine.spark.records import Records
from segaudit.engine.uris import is_uri
from segaudit.errors import EngineError

_HEAD = 1 << 20  # bytes in which the first line end is looked for
_TRIES = 4  # reads until it is known of each piece whether it begins within a cell
_LONGEST_LINE = "mapreduce.input.linerecordreader.line.maxlength"
_MOST = 2**31 - 1
_PACKED = (".gz", ".bz2", ".zst", ".snappy", ".lz4", ".deflate", ".xz")
# What a file's size may be beyond its lines: nothing, no line end at its end, a byte-order mark, or both of these.
_BEYOND = {0: (0, 0), -1: (0, 1), 3: (3, 0), 2: (3, 1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A file to read, by itself or one of many.

    Attributes:
        path: As Spark tells it.
        size: Bytes of it.
        key: By which its pieces are told.
        changed: When it was written, as Spark tells it.
    """

    path: str
    size: int
    key: int
    changed: str = ""

    @property
    def is_packed(self) -> bool:
        """Whether its bytes are not those of its text."""
        return self.path.lower().endswith(_PACKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartsLoad:
    """What was loaded from files, and where their bytes went.

    Attributes:
        load: The measures of all rows.
        mark: Bytes of byte-order marks.
        above: Bytes of the lines above the rows, the header and line ends included.
        quotes: Quotes below them that are no part of a cell.
        line_ends: Bytes of line ends below them that are no part of a cell.
        proved: Whether all of this adds up to the sizes of the files; it cannot be told of those that are packed.
    """

    load: CsvLoad
    mark: int
    above: int
    quotes: int
    line_ends: int
    proved: bool


def read_csv(
    session: Any,  # noqa: ANN401 - a SparkSession
    path: str,
    layout: CsvLayout,
    *,
    ordered: bool,
    folder: str,
) -> tuple[Flow, CsvLoad]:
    """Read a UTF-8 file; see Engine.load_csv.

    Args:
        session: Where to.
        path: A path of this machine that executors see, too.
        layout: How the file is laid out.
        ordered: Not looked at: rows are numbered in the file's order, which costs nothing here.
        folder: Where it is written: a path that driver and executors see, or a URI.

    Returns:
        Rows of ``_row``, c1, c2, ... and ``_breaks``, and its measures.

    Raises:
        EngineError: The file does not have this layout in every row.
    """
    del ordered
    file = Path(path)
    try:
        with file.open("rb") as opened:
            head = opened.read(_HEAD)
    except OSError as error:
        raise EngineError(f"the file cannot be opened ({error.strerror})", statement=path) from error
    part = Part(path=as_path(_sayable(file, folder)), size=file.stat().st_size, key=0)
    layout = replace(layout, line_end=layout.line_end or line_end_of(head, layout.quote.encode()).decode())
    data, told = _read(session, [part], Records(layout=layout), folder)
    return data, told.load


def read_csv_folder(
    session: Any,  # noqa: ANN401 - a SparkSession
    parts: Sequence[Part],
    layout: CsvLayout,
    *,
    header: tuple[str, ...] | None,
    folder: str,
) -> tuple[Flow, PartsLoad]:
    """Read UTF-8 files of one layout as one table, rows numbered through the files in the order given.

    Args:
        session: Where to.
        parts: The files; see list_parts.
        layout: How each is laid out: ``skip`` lines, then the header if there is one.
        header: Cells of it, in every file; None if no file has one.
        folder: Where they are written.

    Returns:
        Rows of ``_row``, c1, c2, ... and ``_breaks``, and its measures.

    Raises:
        EngineError: A file does not have this layout in every row, or another header.
    """
    return _read(session, parts, Records(layout=replace(layout, header=False), header=header), folder)


def list_parts(session: Any, paths: Sequence[str]) -> list[Part]:  # noqa: ANN401 - a SparkSession
    """Return the files that paths come to, in the order of their paths; what Spark hides is not among them.

    Args:
        session: Where to.
        paths: URIs of files and folders, which may be patterns; or files and folders of this machine.
    """
    named = [path if is_uri(path) else pattern_free(as_path(path)) for path in paths]
    files = session.read.format("binaryFile").load(named)
    found = files.selectExpr(
        "path", "length", "xxhash64(_metadata.file_path)", "CAST(modificationTime AS STRING)"
    ).collect()
    parts = [Part(path=path, size=size, key=key, changed=changed) for path, size, key, changed in found]
    return sorted(parts, key=lambda part: part.path)


def read_head(session: Any, part: Part, characters: int) -> str:  # noqa: ANN401 - a SparkSession
    """Return the first lines of a file, as many as come to a number of characters or a little more."""
    lines = session.read.option("lineSep", "\n").option(_LONGEST_LINE, str(characters)).text(pattern_free(part.path))
    wanted = 64
    while True:
        found = [row[0] for row in lines.limit(wanted).collect()]
        if len(found) < wanted or sum(map(len, found)) > characters:
            return "\n".join([*found, ""])
        wanted *= 8


def _read(session: Any, parts: Sequence[Part], job: Records, folder: str) -> tuple[Flow, PartsLoad]:  # noqa: ANN401 - a SparkSession
    cells = [f"c{number}" for number in range(1, job.layout.columns + 1)]
    landing = Landing(folder=folder, texts=cells, flags=["_breaks"])
    lines, job = _lines(session, parts, job)
    for number in range(_TRIES):
        facts = landing.write(session, lines, job, again=number > 0)
        files = in_order(facts, [part.key for part in parts])
        wrong = {key: inside for pieces in files for key, inside in misread(pieces).items()}
        if not wrong:
            break
        job = replace(job, inside={**job.inside, **wrong})
    else:
        raise EngineError("where quoted cells with line breaks end cannot be told", statement=parts[0].path)
    _check(files, parts)
    ends = join_ends(files, job.layout)
    if ends.table is not None:
        landing.add(session, ends.table)
    told = _told(files, parts, ends)
    return landing.numbered(session, ends.stretches), told


def _lines(session: Any, parts: Sequence[Part], job: Records) -> tuple[Any, Records]:  # noqa: ANN401 - SparkSession -> DataFrame
    """Return what tasks are given, and what they make records of: pieces of files, or lines if only Spark sees them."""
    seen = [(part.path.removeprefix("file:"), part.key, part.size) for part in parts]
    if all(_is_seen(part, path) for part, (path, _, _) in zip(parts, seen, strict=True)):
        pieces = cut_into_pieces(seen, session.conf.get("spark.sql.files.maxPartitionBytes"))
        reader = Pieces(pieces=pieces, longest=job.layout.longest_row + 2)
        return reader.wanted(session), replace(job, blocks=reader)
    return _lines_of_spark(session, parts, job.layout), job


def _is_seen(part: Part, path: str) -> bool:
    """Tell whether a part is a file as it lies on a disk: its bytes are those of its text."""
    return part.path.startswith("file:") and not part.is_packed and Path(path).is_file()


def _lines_of_spark(session: Any, parts: Sequence[Part], layout: CsvLayout) -> Any:  # noqa: ANN401 - SparkSession -> DataFrame
    """Return lines with the file and the byte that the piece of it begins at."""
    file = "CAST(0 AS BIGINT)" if len(parts) == 1 and not parts[0].key else "xxhash64(_metadata.file_path)"
    reader = session.read.option("lineSep", "\n").option(_LONGEST_LINE, str(min(layout.longest_row + 2, _MOST)))
    lines = reader.text([pattern_free(part.path) for part in parts])
    return lines.selectExpr("value", f"{file} AS _file", "_metadata.file_block_start AS _start")


def _check(files: Sequence[Sequence[Fact]], parts: Sequence[Part]) -> None:
    """Refuse what has a fault, and what did not arrive whole: Spark's reader of lines drops those that are too long.

    Raises:
        EngineError: It names the file where there are several.
    """
    for pieces, part in zip(files, parts, strict=True):
        fault = next((fact.said["fault"] for fact in pieces if fact.said["fault"]), "")
        if not fault and not part.is_packed and _beyond(pieces, part) not in _BEYOND:
            fault = "a line is too long, or the file changed while it was read"
        if fault:
            raise EngineError(f"{part.path}: {fault}" if len(parts) > 1 else fault, statement=part.path)


def _beyond(pieces: Sequence[Fact], part: Part) -> int:
    return part.size - sum(int(fact.said["bytes"] + fact.said["above"]) for fact in pieces)


def _told(files: Sequence[Sequence[Fact]], parts: Sequence[Part], ends: Ends) -> PartsLoad:
    facts = [fact.said for pieces in files for fact in pieces]
    total = {
        name: sum(said[name] for said in facts) + ends.measures.get(name, 0)
        for name in (*Parser.MEASURES, "quotes", "ends", "above")
    }
    sized = [(pieces, part) for pieces, part in zip(files, parts, strict=True) if pieces and not part.is_packed]
    beyond = [_BEYOND[_beyond(pieces, part)] for pieces, part in sized]
    load = CsvLoad(
        rows=total["rows"],
        cell_bytes=total["cell_bytes"],
        quotes_in_cells=total["quotes_in_cells"],
        rows_with_breaks=total["rows_with_breaks"],
        watched=total["watched"],
    )
    return PartsLoad(
        load=load,
        mark=sum(mark for mark, _ in beyond),
        above=total["above"],
        quotes=total["quotes"] - total["quotes_in_cells"],
        line_ends=total["ends"] - total["ends_in_cells"] - sum(missing for _, missing in beyond),
        proved=not any(part.is_packed for part in parts),
    )


def _sayable(file: Path, folder: str) -> str:
    """Return a path whose name tells Spark nothing: that it is hidden, or packed."""
    if not file.name.startswith((".", "_")) and not file.name.lower().endswith(_PACKED):
        return str(file)
    if is_uri(folder):
        raise EngineError(f'Spark reads no file called "{file.name}"', statement=str(file), hint="rename it")
    alias = Path(folder, "_source", "data.csv")
    alias.parent.mkdir(parents=True, exist_ok=True)
    alias.unlink(missing_ok=True)
    alias.symlink_to(file.resolve())
    return str(alias)
