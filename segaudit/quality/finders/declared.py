"""What the segment files of a run say of fields, for finders that hold the data against it."""

from collections.abc import Mapping
from functools import cache

from segaudit.model.segments import RuleField
from segaudit.rulebook.load import load_rules_at
from segaudit.rulebook.location import RulesLocation


@cache
def declared_fields(location: RulesLocation) -> Mapping[str, RuleField]:
    """Return the fields as the segment files of a run declare them.

    Raises:
        RuleErrors: The files have mistakes.
    """
    return load_rules_at(location).fields
