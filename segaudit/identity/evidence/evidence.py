"""Evidence: a comparison of two records, and the handles by which records that may agree in it are found."""

from dataclasses import dataclass

from segaudit.identity.attributes import Codes
from segaudit.identity.comparing.comparison import Comparison


@dataclass(frozen=True, kw_only=True)
class Handle:
    """Something of a value that is equal in most records of one entity: the value, how it sounds, how it begins."""

    name: str  # "last_name: how it sounds"
    codes: Codes  # (records,) MISSING where there is none
    share: float  # how often two records of one entity agree on it, before the data is asked


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One piece of evidence."""

    comparison: Comparison
    handles: tuple[Handle, ...]  # the likelier ones to agree behind the others
