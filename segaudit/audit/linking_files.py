"""What linking writes: the pairs, the list with its partners, and the rows that have none."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import csv

from segaudit.audit.identity_records import Records
from segaudit.engine.protocol import Engine
from segaudit.files import whole_file
from segaudit.identity.blocking.pairs import pack
from segaudit.identity.comparing.comparison import compare
from segaudit.identity.evidence import Gathered
from segaudit.identity.explaining import in_one_line
from segaudit.identity.linking_fates import Fate, Links
from segaudit.identity.linking_pairs import Across
from segaudit.identity.survive.writing import export_table
from segaudit.model.linking import AMBIGUOUS, LINKED, NEW
from segaudit.model.source import Source

Ints = npt.NDArray[np.int64]

_AT_ONCE = 1 << 18  # pairs
_WORDS = {Fate.NEW: NEW, Fate.LINKED: LINKED, Fate.AMBIGUOUS: AMBIGUOUS}
_BESIDE, _ROWS, _NEW, _NOTHING = "link_beside", "link_rows", "link_new", "link_nothing"


@dataclass(frozen=True, kw_only=True)
class LinkedFiles:
    """Two files, and which rows of the one are which of the other."""

    left: Source
    records: Records
    others: Records
    across: Across
    links: Links
    gathered: Gathered
    said: Ints  # pairs that have the same id, packed
    entities: Any = None  # pyarrow array: the entity of each right record, null where it is not known; None: not asked

    @staticmethod
    def headers(*, with_entities: bool) -> tuple[str, ...]:
        """Return the columns that are appended to the list."""
        names = ("link_status", "linked_row", "linked_record_id", "match_probability")
        return (*names, "entity_id") if with_entities else names

    def left_rows(self) -> Ints:
        """Return the _row of each pair's left record."""
        return np.asarray(self.records.rows[self.links.left])

    def right_rows(self) -> Ints:
        """Return the _row of each pair's right record."""
        return np.asarray(self.others.rows[self.links.right - self.across.left])


def write_links(files: LinkedFiles, engine: Engine, *, pairs: str | None, output: str | None, new: str | None) -> None:
    """Write what is asked for.

    Raises:
        OutputError: A file cannot be written.
    """
    if pairs is not None:
        _write_pairs(Path(pairs), files)
    cells = tuple(files.left.column(place) for place in range(1, len(files.left.headers) + 1))
    if output is not None or new is not None:
        engine.load_arrow(_BESIDE, _beside(files))
    if output is not None:
        engine.define(_ROWS, f"SELECT * FROM {files.left.table} ORDER BY _row")
        names = files.headers(with_entities=files.entities is not None)
        headers = (*files.left.headers, *names)
        export_table(Path(output), (_ROWS, cells), (_BESIDE, names), headers, engine, safe=False)
    if new is not None:
        kept = f"SELECT _row FROM {_BESIDE} WHERE link_status = '{NEW}'"
        engine.define(
            _NEW,
            f"SELECT row_number() OVER (ORDER BY _row) AS _row, {', '.join(cells)} FROM {files.left.table} "
            f"WHERE _row IN ({kept}) ORDER BY _row",
        )
        engine.define(_NOTHING, f"SELECT row_number() OVER () AS _row FROM ({kept})")
        export_table(Path(new), (_NEW, cells), (_NOTHING, ()), files.left.headers, engine, safe=False)


def _beside(files: LinkedFiles) -> Any:  # noqa: ANN401 - a pyarrow.Table, which has no types
    """Return what is appended to each left row, in the order of rows; a partner of those that are linked only."""
    links, count = files.links, files.across.left
    at = np.full(count, -1, dtype=np.int64)  # the pair of each left record that tells
    shown = links.best & (links.fate[links.left] != Fate.NEW)
    at[links.left[shown]] = np.flatnonzero(shown)
    none = at < 0
    partner = np.append(links.right - files.across.left, 0)[at] if len(links.right) else np.zeros(count, dtype=np.int64)
    unlinked = links.fate != Fate.LINKED
    rows = pa.array(files.others.rows[partner] if len(files.others.rows) else partner, mask=unlinked)
    keys = files.others.keys.take(pa.array(partner, mask=unlinked))
    likely = np.round(np.append(links.probability, 0.0)[at], 6)
    columns = {
        "_row": pa.array(files.records.rows),
        "link_status": pa.array([_WORDS[Fate(fate)] for fate in links.fate.tolist()], pa.string()),
        "linked_row": rows.cast(pa.string()),
        "linked_record_id": keys.cast(pa.string()),
        "match_probability": pa.array(likely, mask=none).cast(pa.string()),
    }
    if files.entities is not None:
        columns["entity_id"] = files.entities.take(pa.array(partner, mask=unlinked)).cast(pa.string())
    return pa.table(columns).take(pa.array(np.argsort(files.records.order)))


def _write_pairs(path: Path, files: LinkedFiles) -> None:
    """Write the pairs that may be one: by left row, the likeliest first."""
    links = files.links
    left_rows, right_rows = files.left_rows(), files.right_rows()
    order = np.lexsort((right_rows, -links.probability, ~links.best, left_rows))
    with whole_file(path) as part, part.open("wb") as sink:
        for start in range(0, max(len(order), 1), _AT_ONCE):
            some = order[start : start + _AT_ONCE]
            table = pa.table(
                {
                    "_row_l": pa.array(left_rows[some]),
                    "_row_r": pa.array(right_rows[some]),
                    "match_probability": pa.array(np.round(links.probability[some], 6)),
                    "record_id_l": files.records.keys.take(pa.array(links.left[some])),
                    "record_id_r": files.others.keys.take(pa.array(links.right[some] - files.across.left)),
                    "linked": pa.array(links.linked[some]),
                    "best": pa.array(links.best[some]),
                    "evidence": pa.array(_evidence(files, some), pa.string()),
                }
            )
            csv.write_csv(table, sink, csv.WriteOptions(include_header=start == 0, quoting_style="needed"))


def _evidence(files: LinkedFiles, some: Ints) -> list[str]:
    """Return in a line each what spoke for and against pairs; an id that both files have goes before everything."""
    links = files.links
    left, right = links.left[some], links.right[some]
    by_id = np.isin(pack(left, right), files.said)
    lines = [""] * len(some)
    if links.scored is not None:
        comparisons = [item.comparison for item in files.gathered.evidence]
        lines = in_one_line(comparisons, links.scored.mixture, compare(comparisons, left, right))
    return ["; ".join(filter(None, ("same id" * bool(said), line))) for said, line in zip(by_id, lines, strict=True)]
