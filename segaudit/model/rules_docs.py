"""What the segment dictionary is made of: the rules, and what data and proof say of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from segaudit.model.decisions import SchemaCounts, SegmentCounts
from segaudit.model.fields import CatalogueField
from segaudit.model.proofs import ProvedFacts
from segaudit.model.segments import RuleBook
from segaudit.model.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleRecord:
    """A member of a segment, as the dictionary shows it."""

    values: tuple[tuple[str, str], ...]  # field and cell, blank ones left out; masked where it points to a person
    masked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentedData:
    """What a file says of the segments."""

    source: Source
    absent_fields: tuple[str, ...]  # rules read them and no column provides them
    counts: Mapping[str, SchemaCounts]  # by schema
    coverage: Mapping[str, float]  # share of records in which a field is filled, 0-1; only fields with a column
    examples: Mapping[tuple[str, str], ExampleRecord]  # by schema and segment; none of small segments, unless asked for

    def counted(self, schema: str, segment: str) -> SegmentCounts:
        """Return the counts of a segment; KeyError if there is none."""
        for item in self.counts[schema].segments:
            if item.segment == segment:
                return item
        raise KeyError(segment)


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesDocs:
    """A rule book to be put down as a dictionary."""

    rules: RuleBook
    as_of: date
    catalogue: Mapping[str, CatalogueField]
    data: DocumentedData | None = None  # None: no file was given
    facts: ProvedFacts | None = None  # None: nothing was proved
