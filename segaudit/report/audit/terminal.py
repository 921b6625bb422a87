"""What the terminal says of an audit: the few facts that matter, the marks, the first steps, and where the rest is."""

from collections.abc import Iterator
from pathlib import PurePath

from segaudit.model.audit import AuditFile, AuditResult, PillarScore
from segaudit.model.quality import Severity
from segaudit.report.audit.headline_words import headline_words
from segaudit.report.audit.plan_words import action_words, first_steps
from segaudit.report.audit.summary import reason_words
from segaudit.report.document import Cell, Column, Document, Heading, Table, Text, Tone, cells
from segaudit.report.safety import shown
from segaudit.report.words import Words
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.report_words import ENGLISH, load_texts

_TONES = {"bad": Tone.BAD, "warn": Tone.WARN, "good": Tone.GOOD}
_GOOD_FROM, _POOR_BELOW = 80, 50  # marks of 100
_BAR = 20  # characters
_ACTIONS = 5
_LACKING = 4


def result_document(result: AuditResult) -> Document:
    """Return the summary of an audit in English, as a notebook shows it."""
    texts = load_texts(RulesLocation.at(None), ENGLISH)
    return summary_document(result, Words(language=ENGLISH, texts=texts, fallback=texts), "")


def summary_document(result: AuditResult, words: Words, folder: str) -> Document:
    """Return the summary of an audit that was written to a folder; empty: it was not."""
    blocks: list[Heading | Text | Table] = [Heading(text=words("terminal.title")), *_read(result, words)]
    for headline in result.headlines:
        fact, decision = headline_words(headline, result, words)
        blocks.append(Text(text=f"\N{BULLET} {fact} {decision}".rstrip(), tone=_TONES[headline.tone]))
    blocks += [Heading(text=_total(result, words)), _marks(result, words)]
    steps = first_steps(result, _ACTIONS)
    if steps:
        names = [action_words(action, result, words)[0] for action in steps]
        said = [f"{number}. {name}" for number, name in enumerate(names, start=1)]
        blocks += [Heading(text=words("terminal.first")), *(Text(text=text) for text in said)]
    if result.not_assessed:
        blocks += [Heading(text=words("terminal.lacking")), *_lacking(result, words)]
    if folder:
        blocks += [Heading(text=words("terminal.written", folder=shown(folder, longest=200))), *_files(result, words)]
    return Document(blocks=tuple(blocks))


def severities(result: AuditResult) -> set[str]:
    """Return the severities of all that was found."""
    found = {str(item.severity) for table in result.tables for item in table.quality.findings}
    found |= {item.severity for item in result.workspace.findings}
    if result.segments is not None:
        found |= {item.severity for item in result.segments.overlap.findings}
        found |= set(result.segments.scorecard.severities())
    return found & {Severity.ERROR.value, Severity.WARNING.value}


def _read(result: AuditResult, words: Words) -> Iterator[Text]:
    for table in result.tables:
        name = shown(PurePath(table.where).name or table.where, longest=60)
        kind = words(f"terminal.kind.{table.kind}") if words.has(f"terminal.kind.{table.kind}") else table.kind
        said = words("terminal.table", name=name, kind=kind, rows=table.source.rows)
        yield Text(text=said, tone=Tone.QUIET)


def _total(result: AuditResult, words: Words) -> str:
    total, before = result.scored.total, result.scored.before
    if total is None:
        return words("terminal.no-mark")
    if before is None:
        return words("terminal.mark", mark=words.number(total))
    return words("terminal.mark.before", mark=words.number(total), before=words.number(before))


def _marks(result: AuditResult, words: Words) -> Table:
    columns = (
        Column(title=words("terminal.pillar")),
        Column(title=words("terminal.of-100"), numeric=True),
        Column(title=""),
    )
    return Table(columns=columns, rows=tuple(_mark(item, words) for item in result.scored.pillars))


def _mark(item: PillarScore, words: Words) -> tuple[Cell, ...]:
    name = words(f"scores.pillar.{item.pillar.value}")
    if item.score is None:
        return cells([name, Cell("\N{EN DASH}", Tone.QUIET), Cell(words("terminal.cannot-tell"), Tone.QUIET)])
    tone = Tone.GOOD if item.score >= _GOOD_FROM else Tone.BAD if item.score < _POOR_BELOW else Tone.WARN
    filled = round(item.score / 100 * _BAR)
    bar = "\N{BLACK SQUARE}" * filled + "\N{MIDDLE DOT}" * (_BAR - filled)
    return cells([name, Cell(words.number(item.score), tone), Cell(bar, tone)])


def _lacking(result: AuditResult, words: Words) -> Iterator[Text]:
    for item in result.not_assessed[:_LACKING]:
        part = words(f"summary.part.{item.part}") if words.has(f"summary.part.{item.part}") else item.part
        yield Text(text=f"{part}: {reason_words(item.reason, words).text}", tone=Tone.QUIET)
        if item.hint:
            yield Text(text=f"  {reason_words(item.hint, words).text}", tone=Tone.QUIET)
    if len(result.not_assessed) > _LACKING:
        yield Text(text=words("terminal.more", n=len(result.not_assessed) - _LACKING), tone=Tone.QUIET)


def _files(result: AuditResult, words: Words) -> Iterator[Text]:
    """Yield the reports by name, and folders with how many files are in them."""
    folders: dict[str, list[AuditFile]] = {}
    for file in result.files:
        folder, _, name = file.name.partition("/")
        folders.setdefault(folder if name else "", []).append(file)
    names = ", ".join(file.name for file in folders.get("", []))
    if names:
        yield Text(text=names)
    for folder, files in folders.items():
        if folder:
            yield Text(text=words("terminal.folder", folder=f"{folder}/", n=len(files)))
