"""The verb that finds which rows of a list are which rows of a base."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from segaudit.audit.identity_records import Records
from segaudit.audit.linking_files import LinkedFiles, write_links
from segaudit.audit.linking_ids import pairs_of_ids, shared_ids
from segaudit.audit.linking_result import summarise_links
from segaudit.audit.opening import InputChoices, OpenedInput, engine_chosen, open_input
from segaudit.engine.protocol import Engine
from segaudit.errors import InputError, OutputError
from segaudit.files import check_output
from segaudit.identity.cells import Part
from segaudit.identity.evidence import ACCOUNT, Evidence, Gathered, Table, gather
from segaudit.identity.linking import find_links
from segaudit.identity.linking_columns import PairedColumns, guess_level, pair_columns
from segaudit.identity.linking_pairs import Across
from segaudit.identity.naming import read_base
from segaudit.identity.survive.writing import check_ending
from segaudit.ingest.files.paths import named_files
from segaudit.model.linking import LinkResult
from segaudit.rulebook.evidence import load_evidence
from segaudit.rulebook.standards import load_standards

_LIBRARIES = 450_000_000  # bytes: pyarrow, numpy, scipy, rapidfuzz
_LEFT = "link_left"
_NAMED = 12  # columns named in an error


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkOutputs:
    """Files to write beside the result; None: not asked for."""

    pairs: str | None = None  # pairs of rows that may be one, with what spoke for and against them: .csv
    output: str | None = None  # the list, each row with its partner: .csv, .tsv or .parquet
    new: str | None = None  # the rows of the list that have none: as above
    force: bool = False

    def named(self) -> dict[str, str]:
        """Return the files that are asked for, by option."""
        asked = {"--pairs": self.pairs, "--output": self.output, "--new": self.new}
        return {option: name for option, name in asked.items() if name is not None}


def link(  # noqa: PLR0913 - each is a choice of its own
    left: str,
    right: str,
    choices: InputChoices | None = None,
    outputs: LinkOutputs | None = None,
    *,
    right_choices: InputChoices | None = None,
    base: str | None = None,
    level: str | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> LinkResult:
    """Find which rows of a list are which rows of a base.

    Args:
        left: The list: CSV, TSV, workbook or Parquet file; ``-`` is standard input.
        right: The base.
        choices: What to read the list with.
        outputs: What to write.
        right_choices: What to read the base with; rules and memory are those of the list.
        base: The clusters that dedupe wrote for the base: linked rows get their entity's id.
        level: What is linked: "contact" (a person, or whatever a row is), "account" or "household"; None leaves it to
            the columns: people are attached to companies if the base has no people.
        progress: Takes what is being done.

    Raises:
        SegauditError: A file cannot be read, the two have nothing in common, or an output cannot be written.
    """
    choices, outputs = choices or InputChoices(), outputs or LinkOutputs()
    _check_files(left, right, outputs)
    earlier = read_base(Path(base)) if base is not None else None
    with engine_chosen(choices, beside=_LIBRARIES) as engine:
        ours = _kept(open_input(left, choices, engine, ordered=True), engine)
        theirs = open_input(right, _of_base(right_choices or InputChoices(), choices), engine, ordered=True)
        _check_headers(ours, outputs, with_entities=earlier is not None)
        records, others = Records(ours, engine), Records(theirs, engine)
        across = Across(left=len(records.keys), right=len(others.keys))
        level = level or guess_level(ours.readings, theirs.readings)
        ids = shared_ids(ours, theirs, engine, level)
        columns = pair_columns(
            ours.readings, theirs.readings, load_evidence(ours.location), level=level, shared_ids=ids
        )
        known = None if earlier is None else _entities_of(others.keys, earlier)
        gathered = Gathered(evidence=(), of_people=False)
        if across.total:
            gathered = _gathered(ours, (records, others), columns, engine, level)
            if not gathered.evidence and not ids:
                raise _nothing_common(ours, theirs, columns)
        said = pairs_of_ids(ids, (ours, records), (theirs, others), engine)
        links = find_links(
            gathered,
            across,
            engine,
            attach=level == ACCOUNT,
            known=None if known is None else known.codes,
            said=said,
            progress=progress,
        )
        files = LinkedFiles(
            left=ours.source, records=records, others=others, across=across, links=links, gathered=gathered,
            said=said, entities=None if known is None else known.names,
        )  # fmt: skip
        write_links(files, engine, pairs=outputs.pairs, output=outputs.output, new=outputs.new)
        result = summarise_links(files, theirs.source)
        of_base = 0 if known is None else int((known.codes >= 0).sum())
        return replace(result, level=level, columns=tuple(columns.said), of_base=of_base)


def _check_files(left: str, right: str, outputs: LinkOutputs) -> None:
    """Refuse what cannot work before any work is done."""
    if left == right == "-":
        raise InputError("only one of the two can be standard input", hint="save the other to a file and name it")
    if left == right or ("-" not in {left, right} and Path(left).exists() and _same_file(left, right)):
        raise InputError(
            "LEFT and RIGHT are the same file", where=left, hint="segaudit dedupe FILE finds the duplicates within one"
        )
    inputs = (*named_files(left), *named_files(right))
    seen: dict[Path, str] = {}
    for option, name in outputs.named().items():
        path = Path(name)
        check_output(path, inputs=inputs, force=outputs.force)
        if option != "--pairs":
            check_ending(path)
        if path.absolute() in seen:
            raise OutputError(
                f"{seen[path.absolute()]} and {option} name the same file", where=name, hint="give each its own name"
            )
        seen[path.absolute()] = option


def _same_file(left: str, right: str) -> bool:
    return Path(right).exists() and Path(left).samefile(right)


def _of_base(right: InputChoices, left: InputChoices) -> InputChoices:
    """Return what the base is read with."""
    return replace(
        right, rules=left.rules, strict=left.strict, memory_limit=left.memory_limit, fingerprint=left.fingerprint
    )


def _kept(opened: OpenedInput, engine: Engine) -> OpenedInput:
    """Return an opened table under a name of its own, so that a second one can be opened."""
    engine.create(_LEFT, f"SELECT * FROM {opened.source.table}")
    return replace(opened, source=replace(opened.source, table=_LEFT))


def _check_headers(opened: OpenedInput, outputs: LinkOutputs, *, with_entities: bool) -> None:
    """Refuse a list that has the columns already which are to be appended."""
    if outputs.output is None:
        return
    taken = {header.strip().lower() for header in opened.source.headers}
    for name in LinkedFiles.headers(with_entities=with_entities):
        if name in taken:
            raise OutputError(
                f'the list already has a column "{name}"',
                where=opened.source.name,
                hint="link the file as it was exported, or rename the column",
            )


def _gathered(
    ours: OpenedInput, sides: tuple[Records, Records], columns: PairedColumns, engine: Engine, level: str
) -> Gathered:
    """Return the evidence that records of both files have."""
    parts = tuple(
        Part(source=side.part().source, readings=readings, order=side.order)
        for side, readings in zip(sides, (columns.left, columns.right), strict=True)
    )
    table = Table(
        parts=parts,
        readings=columns.readings,
        placeholders=ours.placeholders,
        kinds=load_evidence(ours.location),
        lists=load_standards(ours.location),
        engine=engine,
    )
    found = gather(table, level=level)
    first = len(sides[0].keys)
    both = [
        item
        for item in found.evidence
        if (item.comparison.main.codes[:first] >= 0).any() and (item.comparison.main.codes[first:] >= 0).any()
    ]
    if level != ACCOUNT:
        return replace(found, evidence=tuple(both))
    # A contact has a town and a telephone of its own, as one who has moved; and no two companies share a domain.
    return replace(found, evidence=tuple(_with_domains_as_anchors(both)), of_people=True)


def _with_domains_as_anchors(evidence: Sequence[Evidence]) -> Iterator[Evidence]:
    for item in evidence:
        is_domain = item.comparison.main.form == "domain"
        yield replace(item, comparison=replace(item.comparison, anchor=True)) if is_domain else item


def _nothing_common(ours: OpenedInput, theirs: OpenedInput, columns: PairedColumns) -> InputError:
    """Return what to say of two files that have nothing in common that tells records apart."""
    both = [pair.left for pair in columns.said if pair.left is not None and pair.right is not None]
    if both:
        return InputError(
            f"what the two files have in common is empty or the same in every row: {', '.join(both[:_NAMED])}",
            hint="link files in which those columns are filled, or name others with --map and --right-map",
        )
    told = [
        f"{opened.source.name} has {', '.join(opened.source.headers[:_NAMED])}"
        + (f" and {len(opened.source.headers) - _NAMED:,} more" if len(opened.source.headers) > _NAMED else "")
        for opened in (ours, theirs)
    ]
    return InputError(
        f"the two files have no column in common that tells records apart: {'; '.join(told)}",
        hint="say with --map and --right-map which columns are a name, an e-mail address, a company, ...",
    )


@dataclass(frozen=True, kw_only=True)
class _Known:
    codes: np.ndarray  # (right records,) place in names, -1 where the base has none
    names: pa.Array  # (right records,) entity ids, null where the base has none


def _entities_of(keys: pa.Array, base: pa.Table) -> _Known:
    """Return the entities of the base's records as an earlier run named them."""
    ids = base["entity_id"].combine_chunks()
    names = ids.take(pc.index_in(keys, value_set=base["record_key"].combine_chunks()))
    encoded = names.dictionary_encode()
    return _Known(codes=encoded.indices.fill_null(-1).to_numpy().astype(np.int64), names=names)
