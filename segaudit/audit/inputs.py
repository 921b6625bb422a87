"""The files a run reads, none of which it may write to."""

from collections.abc import Sequence
from pathlib import Path

from segaudit.audit.opening import InputChoices
from segaudit.engine.uris import is_uri
from segaudit.ingest.files.paths import named_files
from segaudit.model.segments import RuleBook
from segaudit.rulebook.location import RulesLocation


def files_read(path: str | Sequence[str], choices: InputChoices, rules: RuleBook | None = None) -> tuple[str, ...]:
    """Return the files a run reads: data, the map, tables beside it, rules, and what the rules name.

    Args:
        path: The data.
        choices: What to read it with.
        rules: The rules, once they are read; their files are known without them.
    """
    found = [*named_files(path), *([choices.map] if choices.map is not None else []), *choices.related]
    if rules is not None:
        found += [*rules.files, *rules.beside]
    elif choices.rules is not None:
        found += [str(file) for file in RulesLocation.at(choices.rules).segment_files()]
    return tuple(name for name in found if name == "-" or is_uri(name) or Path(name).is_file())
