"""What a source is worth: measured in one scan, judged by pure functions."""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any


class _Room(ModuleType):
    """The room has the name of a verb: once imported it stands where ``segaudit.quality(...)`` looks the verb up."""

    def __call__(self, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - whatever the verb takes and returns
        """Check a table's quality; see segaudit.audit.quality."""
        return import_module("segaudit.audit.quality").quality(*arguments, **options)


sys.modules[__name__].__class__ = _Room
