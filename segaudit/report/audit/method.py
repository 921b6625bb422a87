"""How it was worked out: inputs with their fingerprints, thresholds, what words mean, what was done with the data."""

from collections.abc import Iterator
from pathlib import PurePath

from segaudit.model.audit import AuditResult
from segaudit.model.identity import IdentityResult
from segaudit.model.quality import CERTAIN_FROM
from segaudit.model.source import Source
from segaudit.report.audit.data_words import SMALL, Says, file_named, name_of
from segaudit.report.document import Tone
from segaudit.report.page import Block, Facts, Fold, Form, Grid, Lines, Section, amount, cell, span
from segaudit.report.words import Words

_FILES = 100
_RULE_FILES = 60
_PARTS = ("reading", "coverage", "quality", "duplicates", "segments", "performance", "enrichment")
_CONFIDENCE = ("certain", "likely", "estimated", "proved", "cant_tell", "doubtful")
_TERMS = (
    "record", "field", "coverage", "placeholder", "picklist", "duplicate", "golden_record", "pair", "entity",
    "precision", "recall", "interval", "schema", "segment", "waterfall", "overlap", "undecided", "consent",
    "suppression", "holdout", "drift", "correction", "fingerprint", "orphan",
)  # fmt: skip


def section(result: AuditResult, words: Words) -> Section | None:
    """Return how the audit came to what it says."""
    says = Says.of(result, words)
    blocks: list[Block] = [
        Facts(rows=tuple(_frame(result, says))),
        _part("files", tuple(_files(result, says)), words),
        _part("thresholds", (_thresholds(result, says), says.para("method.thresholds_note", Tone.QUIET)), words),
        _facts("method.how", _PARTS, says),
        _facts("method.confidence", _CONFIDENCE, says),
        *_privacy(says),
        Fold(title=words("method.glossary"), blocks=(Facts(rows=_defined("method.term", _TERMS, says)),)),
    ]
    return Section(title=words("method.title"), anchor="method", level=2, blocks=tuple(blocks))


def _part(name: str, blocks: tuple[Block, ...], words: Words) -> Section:
    return Section(title=words(f"method.{name}"), anchor=f"method-{name}", level=3, blocks=blocks)


def _frame(result: AuditResult, says: Says) -> Iterator[tuple[str, Lines]]:
    words = says.words
    yield words("method.as_of"), cell(words("method.as_of_is", day=words.day(result.as_of)))
    yield words("method.version"), cell(words("method.version_is", version=result.version))
    rules = result.rules
    files = [name_of(PurePath(file.replace("\\", "/")).name) for file in rules.files]
    yield (
        words("method.rules"),
        (span(says.listed(files, _RULE_FILES)), span(words("method.rules_hash", hash=rules.sha256))),
    )


def _files(result: AuditResult, says: Says) -> Iterator[Block]:
    words, tables = says.words, result.workspace.tables
    read = {table.name: table.source for table in result.tables}
    names = ("file", "rows", "hash")
    yield Grid(
        title=words("method.files"),
        columns=tuple(words(f"method.file.{name}") for name in names),
        rows=tuple(_file(table.where, read.get(table.name, table.source), says) for table in tables[:_FILES]),
        numeric=frozenset({1}),
    )
    if len(tables) > _FILES:
        yield says.para("method.files_more", Tone.QUIET, n=len(tables) - _FILES)
    yield says.para("method.files_note", Tone.QUIET)


def _file(where: str, source: Source, says: Says) -> tuple[Lines, ...]:
    return (
        cell(file_named(where)),
        says.count(source.rows),
        cell(source.sha256 or "–"),
    )


def _thresholds(result: AuditResult, says: Says) -> Grid:
    words = says.words
    return Grid(
        title=words("method.thresholds"),
        columns=(words("method.threshold"), words("method.value"), words("method.where")),
        rows=tuple(_limits(result, says)),
        numeric=frozenset({1}),
    )


def _limits(result: AuditResult, says: Says) -> Iterator[tuple[Lines, ...]]:
    words = says.words

    def limit(name: str, value: Lines, where: str) -> tuple[Lines, ...]:
        return (cell(words(f"method.limit.{name}")), value, cell(where))

    for table in result.tables[:1]:
        cutoffs = table.coverage.cutoffs
        yield limit("good_from", _share(cutoffs.good_from, words), "rules/quality/cutoffs.csv")
        yield limit("source_below", _share(cutoffs.source_below, words), "rules/quality/cutoffs.csv")
    yield limit("certain_from", _share(CERTAIN_FROM, words), "–")
    governance = result.rules.governance
    yield limit("warn_above", _count(governance.warn_above, words), "governance.yaml")
    yield limit("stop_above", _count(governance.stop_above, words), "governance.yaml")
    yield limit("largest_share", _share(governance.largest_share, words), "governance.yaml")
    yield limit("smallest_share", _share(governance.smallest_share, words), "governance.yaml")
    yield limit("smallest_members", _count(governance.smallest_members, words), "governance.yaml")
    if result.segments is not None:
        for item in result.segments.scorecard.standards.limits.values():
            name = f"scorecard.{item.name}"
            what: Lines = (says.english(item.means),)
            if words.has(f"method.limit.{name}"):
                what = cell(words(f"method.limit.{name}"))
            value = _share(item.value, words) if item.value <= 1 else _count(round(item.value), words)
            yield what, value, cell("rules/scorecard.yaml")
        performance = result.segments.performance
        if performance is not None:
            yield limit("alpha", _share(performance.alpha, words), "rules/performance/metrics.yaml")
            yield limit("correction", cell(words(f"method.correction.{performance.correction}")), "–")
    yield limit("small_groups", _count(SMALL, words), "–")
    for table in result.tables:
        if table.identity is not None and table.identity.weights:
            yield _merging(table.name, table.identity, words)


def _merging(name: str, found: IdentityResult, words: Words) -> tuple[Lines, ...]:
    text = words("method.limit.merging", table=name_of(name, 40))
    return (
        cell(text),
        amount(words.decimal(found.threshold), found.threshold, Form.AMOUNT),
        cell(words("method.chosen")),
    )


def _share(value: float, words: Words) -> Lines:
    return amount(words.share(value), value, Form.SHARE)


def _count(value: int, words: Words) -> Lines:
    return amount(words.number(value), value)


def _facts(name: str, parts: tuple[str, ...], says: Says) -> Section:
    anchor = name.replace(".", "-")
    rows = _defined(name, parts, says)
    return Section(title=says.words(name), anchor=anchor, level=3, blocks=(Facts(rows=rows),))


def _defined(name: str, parts: tuple[str, ...], says: Says) -> tuple[tuple[str, Lines], ...]:
    words = says.words
    return tuple((words(f"{name}.{part}"), cell(words(f"{name}.{part}.is"))) for part in parts)


def _privacy(says: Says) -> Iterator[Block]:
    words = says.words
    lines = (
        says.para("method.privacy_text"),
        says.para("method.privacy_redacted" if says.redacted else "method.privacy_open"),
    )
    yield Section(title=words("method.privacy"), anchor="method-privacy", level=3, blocks=lines)
