"""Suggestions as rules files: loaded and counted before anybody sees them, then written whole."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from os.path import relpath
from pathlib import Path

from segaudit.engine.duck import DuckEngine
from segaudit.errors import InputError, SegauditError
from segaudit.files import TemporaryFolder, check_output, whole_file
from segaudit.model.segments import RuleBook
from segaudit.model.suggestions import SegmentMeasure, StartProposal, Suggestion
from segaudit.rulebook.load import load_rulebook
from segaudit.rulebook.tables import load_catalogue
from segaudit.segments.decide import create_decisions
from segaudit.segments.folders import check_folder, whole_folder
from segaudit.segments.program import build_program
from segaudit.segments.suggest.figures import Counts, count_groups, measure
from segaudit.segments.suggest.work import Work, create_members
from segaudit.segments.suggest.writing import changed_files, merged_files, without_tests
from segaudit.segments.testing import run_tests

_ENDINGS = (".yaml", ".yml")
_BOOK = "suggested.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where suggestions are written."""

    path: Path

    @property
    def is_file(self) -> bool:
        """Tell whether all of it goes into one file."""
        return self.path.suffix.lower() in _ENDINGS

    @classmethod
    def at(cls, output: str | None, rules: RuleBook, inputs: tuple[str, ...], *, force: bool) -> "Target | None":
        """Return the place a user names; None if none is.

        Raises:
            OutputError: Nothing can be written there.
        """
        if output is None:
            return None
        target = cls(path=Path(output))
        given = (*inputs, *rules.files, *rules.beside)
        if target.is_file:
            check_output(target.path, inputs=given, force=force)
        else:
            names = [_BOOK, *(Path(file).name for file in rules.files)]
            check_folder(target.path, names, inputs=given, force=force)
        return target


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A rule book with suggestions in it: the text of each file, and what it says."""

    texts: Mapping[str, str]  # name of a file -> its text, in the order they are read
    rules: RuleBook
    left_out: int = 0  # tests that expected what is no longer so


def changed_book(suggestions: Sequence[Suggestion], rules: RuleBook, work: Work) -> Book | None:
    """Return the rules with all suggestions in them that can stand together; None if there are none."""
    changes = [item.change for item in suggestions if item.written and item.change is not None]
    if not changes:
        return None
    changed = changed_files(rules.files, changes)
    texts = {Path(file).name: changed.get(file) or Path(file).read_text(encoding="utf-8-sig") for file in rules.files}
    with _laid_out(texts, rules) as files:
        book = Book(texts=texts, rules=_load(files, work))
    gone = _outdated(rules, book.rules, work)
    if not gone:
        return book
    for file, places in gone.items():
        texts[Path(file).name] = without_tests(texts[Path(file).name], places)
    with _laid_out(texts, rules) as files:
        return Book(texts=texts, rules=_load(files, work), left_out=sum(map(len, gone.values())))


def starting_rules(text: str, work: Work) -> Book:
    """Return a starting segmentation as a rule book."""
    with TemporaryFolder() as folder:
        file = folder / _BOOK
        file.write_text(text, encoding="utf-8")
        return Book(texts={_BOOK: text}, rules=_load([file], work))


def _load(files: Sequence[Path], work: Work) -> RuleBook:
    return load_rulebook(tuple(files), load_catalogue(work.location), work.location)


@contextmanager
def _laid_out(texts: Mapping[str, str], rules: RuleBook) -> Iterator[list[Path]]:
    with TemporaryFolder() as folder:
        inner = folder / "rules"
        inner.mkdir()
        for name, text in texts.items():
            (inner / name).write_text(text, encoding="utf-8", newline="")
        for source, name in _beside(rules).items():
            copy = inner / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(Path(source).read_bytes())
        yield [inner / name for name in texts]


def _beside(rules: RuleBook) -> dict[str, str]:
    """Return the files that rules name, and where they are, seen from the rules file nearest to them."""
    folders = sorted({str(Path(file).parent) for file in rules.files})
    return {file: min((relpath(file, folder) for folder in folders), key=len) for file in rules.beside}


def _outdated(before: RuleBook, after: RuleBook, work: Work) -> dict[str, list[int]]:
    """Return by file which of its tests held before and no longer do, by their place in the file."""
    if not before.tests or len(before.tests) != len(after.tests):
        return {}
    with DuckEngine() as engine:
        held = [item.passed for item in run_tests(before, work.day, work.lists, engine)]
    with DuckEngine() as engine:
        holds = [item.passed for item in run_tests(after, work.day, work.lists, engine)]
    gone: dict[str, list[int]] = {}
    places: dict[str, int] = {}
    for test, was, now in zip(before.tests, held, holds, strict=True):
        place = places.get(test.place.file, 0)
        places[test.place.file] = place + 1
        if was and not now:
            gone.setdefault(test.place.file, []).append(place)
    return gone


def decided(book: Book, work: Work, schemas: Sequence[str]) -> dict[tuple[str, str], Counts]:
    """Decide every record by a book, and count the segments of some of its schemas."""
    program = build_program(book.rules, work.day, work.lists)
    create_decisions(program, work.data, work.engine)
    columns = create_members([book.rules.schema(name) for name in schemas], work.engine)
    counts = count_groups(list(columns.values()), work.outcome, work.engine)
    return dict(zip(columns, counts, strict=True))


def recounted(book: Book, suggestions: Sequence[Suggestion], work: Work) -> tuple[Suggestion, ...]:
    """Return suggestions with what their segments come to in the rules as written, counted by these rules."""
    counts = decided(book, work, list(dict.fromkeys(item.schema for item in suggestions if item.written)))
    return tuple(
        replace(item, after=tuple(_measured(item.schema, name, counts, work) for name in _names(item)))
        if item.written
        else item
        for item in suggestions
    )


def _names(item: Suggestion) -> list[str]:
    change = item.change
    own = [segment.id for segment in change.added] if change is not None else []
    return list(dict.fromkeys([*own, *(measured.segment for measured in item.after)]))


def _measured(schema: str, name: str, counts: Mapping[tuple[str, str], Counts], work: Work) -> SegmentMeasure:
    told = {"alpha": work.limits.limit("alpha"), "power": work.limits.limit("power")}
    return measure(schema, name, counts[schema, name], work.rows, **told)


def start_measures(
    book: Book, proposal: StartProposal, work: Work
) -> tuple[tuple[SegmentMeasure, ...], dict[str, int]]:
    """Return what the segments of a starting segmentation come to, and how many records each schema leaves out."""
    names = [schema.id for schema in proposal.schemas]
    counts = decided(book, work, names)
    measures = tuple(_measured(schema, name, counts, work) for schema, name in counts)
    apart = {schema.id for schema in proposal.schemas if not schema.shows_outcome}
    measures = tuple(
        SegmentMeasure(schema=item.schema, segment=item.segment, members=item.members, share=item.share)
        if item.schema in apart
        else item
        for item in measures
    )
    unplaced: dict[str, int] = {}
    for schema in names:
        columns = [f"m{place}" for place, key in enumerate(counts) if key[0] == schema]
        nobody = f"NOT ({' OR '.join(columns)})"
        unplaced[schema] = count_groups([nobody], None, work.engine)[0].members
    return measures, unplaced


def write_book(book: Book, target: Target, rules: RuleBook) -> str:
    """Write a rule book where the user wants it; return the path.

    Raises:
        InputError: The rules name files that could not be found from there.
        OutputError: It cannot be written.
    """
    beside = _beside(rules) if len(book.texts) > 1 or _BOOK not in book.texts else {}
    away = next((name for name in beside.values() if ".." in Path(name).parts), None)
    folder = target.path.parent if target.is_file else target.path
    apart = (
        bool(beside) and target.is_file and all(folder.resolve() != Path(file).parent.resolve() for file in rules.files)
    )
    if away is not None or apart:
        raise InputError(
            f"the rules name other files ({', '.join(sorted(beside.values())[:3])}), which are not found from there",
            where=str(target.path),
            hint="name a file in the folder of the rules" if len(rules.files) == 1 else "name a folder",
        )
    if target.is_file:
        text = next(iter(book.texts.values())) if len(book.texts) == 1 else merged_files(list(book.texts.values()))
        with whole_file(target.path) as temporary:
            temporary.write_text(text, encoding="utf-8", newline="")
        return str(target.path)
    with whole_folder(target.path) as temporary:
        for name, text in book.texts.items():
            (temporary / name).write_text(text, encoding="utf-8", newline="")
        for source, name in beside.items():
            (temporary / name).parent.mkdir(parents=True, exist_ok=True)
            (temporary / name).write_bytes(Path(source).read_bytes())
    return str(target.path)


def check_readable(path: str, work: Work) -> None:
    """Refuse to leave behind rules that cannot be read.

    Raises:
        SegauditError: They cannot; that is a fault of ours.
    """
    target = Path(path)
    files = [target] if target.is_file() else sorted(target.glob("*.yaml"))
    try:
        _load(files, work)
    except SegauditError as error:
        raise SegauditError(f"the rules were written and cannot be read: {error}", where=path) from error
