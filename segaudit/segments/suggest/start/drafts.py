"""One schema of a start, with all that the rules file must say for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from segaudit.model.suggestions import Plain, ProposedSchema


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A proposed schema, and what it reads."""

    schema: ProposedSchema
    approach: str  # "outcome", "rfm", "icp" or "structure"
    placed: float  # share of the records that are in a segment
    fields: Mapping[str, Mapping[str, Plain]]  # to declare
    scores: Mapping[str, Plain] = field(default_factory=dict)
    needs: tuple[str, ...] = ()  # kinds of tables (--with)
    notes: tuple[str, ...] = ()
