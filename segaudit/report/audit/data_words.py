"""How the sections about the data say counts, shares and cells; what a redacted report does not number or show."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from segaudit.model.audit import AuditedTable, AuditFile, AuditResult
from segaudit.report.document import Tone
from segaudit.report.page import Form, Line, Lines, Para, Span, amount, span
from segaudit.report.safety import hidden, shown
from segaudit.report.words import Words

SMALL = 5  # groups of fewer are not numbered in a redacted report
NAME = 60  # characters of a header, a file or a table that are shown
CELL = 48
SENTENCE = 400
TABLES = 20  # that have a part of their own
_FEW = re.compile(r"(?<![\w.,%<-])[1-4](?= (?:of|rows?|records?|values?|cells?|pairs?|entit(?:y|ies)|would|have)\b)")
_QUOTED = re.compile(r'"([^"]*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Says:
    """What the sections about the data say things with."""

    words: Words
    redacted: bool

    @classmethod
    def of(cls, result: AuditResult, words: Words) -> "Says":
        """Return one for an audit."""
        return cls(words=words, redacted=result.redacted)

    def hides(self, count: int) -> bool:
        """Tell whether a count would single out a few."""
        return self.redacted and 0 < count < SMALL

    def value(self, count: int) -> int | str:
        """Return a count as a place of a text takes it."""
        return f"<{SMALL}" if self.hides(count) else count

    def number(self, count: int) -> str:
        """Return a count as it is read."""
        return f"<{SMALL}" if self.hides(count) else self.words.number(count)

    def count(self, count: int, tone: Tone = Tone.PLAIN) -> Lines:
        """Return a count as a cell."""
        return amount(self.number(count), None if self.hides(count) else count, tone=tone)

    def share(self, part: int, whole: int) -> str:
        """Return a part of a whole in percent; a dash of nothing, or where it would give a hidden count away."""
        return "–" if not whole or self.hides(part) else self.words.share(part / whole)

    def share_cell(self, part: int, whole: int, tone: Tone = Tone.PLAIN) -> Lines:
        """Return the same as a cell."""
        known = None if not whole or self.hides(part) else part / whole
        return amount(self.share(part, whole), known, Form.SHARE, tone=tone)

    def drawn(self, count: int) -> float:
        """Return a count as a chart draws it."""
        return 0.0 if self.hides(count) else float(count)

    def para(self, name: str, tone: Tone = Tone.PLAIN, /, **values: float | str) -> Para:
        """Return a paragraph of one text."""
        return Para(line=span(self.words(name, **values)), tone=tone)

    def english(
        self, text: str, *, longest: int = SENTENCE, tone: Tone = Tone.PLAIN, quotes_cells: bool = False
    ) -> Line:
        """Return a sentence of evidence, which is built in English; one no translation is known of as it is."""
        if self.redacted:
            text = _FEW.sub(f"<{SMALL}", text)
            text = _QUOTED.sub(lambda found: f'"{hidden(found[1])}"', text) if quotes_cells else text
        said = self.words.evidence(text)
        language = "en" if said is None and self.words.language != "en" else ""
        return (Span(text=shown(said or text, longest=longest), tone=tone, language=language),)

    def cell(self, text: str) -> str:
        """Return a cell of the file as it may be shown."""
        if not text.strip():
            return self.words("tables.blank_cell")
        return shown(hidden(text) if self.redacted else text, longest=CELL)

    def listed(self, items: Sequence[str], most: int) -> str:
        """Return the first of some texts, and how many more there are."""
        told, more = ", ".join(items[:most]), len(items) - most
        return self.words("tables.and_more", items=told, n=more) if more > 0 else told

    def beside(self, share: float, limits: Sequence[float]) -> str:
        """Return a share so that one sees on which side of the limits it lies: 79.6 % is not 80 %."""
        rounded = round(share, 2)
        if any(share < limit <= rounded for limit in limits):
            return self.words.share(int(share * 1000) / 1000, 1)
        return self.words.share(share)


def name_of(text: str, longest: int = NAME) -> str:
    """Return a header or the name of a table as it may be shown."""
    return shown(text, longest=longest) or "–"


def file_named(where: str) -> str:
    """Return a file and its sheet as a reader knows them: without the folders of whoever ran the audit."""
    return name_of(where.replace("\\", "/").rpartition("/")[2], 120)


def in_detail(result: AuditResult) -> tuple[AuditedTable, ...]:
    """Return the tables that have a part of their own: of very many, those with most rows, in the audit's order."""
    chosen = sorted(result.tables, key=lambda table: -table.source.rows)[:TABLES]
    return tuple(table for table in result.tables if table in chosen)


def file_of(result: AuditResult, what: str, table: str = "") -> AuditFile | None:
    """Return the file of the folder that holds something, of one table if it is named."""
    found = (item for item in result.files if item.what == what)
    return next((item for item in found if not table or f"/{table}/" in f"/{item.name}"), None)
