"""segaudit: audit a CRM database and its segmentation.

``segaudit.coverage("export.csv")`` and its siblings mirror the commands and return result objects.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

__version__ = "0.1.0"
__all__ = [
    "InputChoices",
    "__version__",
    "assign",
    "audit",
    "check_rules",
    "coverage",
    "dedupe",
    "derive",
    "diff_rules",
    "drift",
    "enrich",
    "explain",
    "fields",
    "history",
    "init_workspace",
    "link",
    "open_workspace",
    "overlap",
    "performance",
    "plan_test",
    "prove_rules",
    "quality",
    "read_test",
    "run_rule_tests",
    "scorecard",
    "suggest",
    "undo",
    "workspace",
]

_HOMES = {
    "InputChoices": "segaudit.audit.opening",
    "assign": "segaudit.audit.tagging",
    "audit": "segaudit.audit.whole.audit",
    "check_rules": "segaudit.audit.checking",
    "coverage": "segaudit.audit.measuring",
    "dedupe": "segaudit.audit.identity",
    "derive": "segaudit.audit.deriving",
    "diff_rules": "segaudit.audit.comparing",
    "drift": "segaudit.audit.drift",
    "enrich": "segaudit.audit.enriching",
    "explain": "segaudit.audit.explaining",
    "fields": "segaudit.audit.dictionary",
    "history": "segaudit.audit.history",
    "init_workspace": "segaudit.audit.workspaces",
    "link": "segaudit.audit.linking",
    "open_workspace": "segaudit.audit.workspaces",
    "overlap": "segaudit.audit.deciding",
    "performance": "segaudit.audit.performance",
    "plan_test": "segaudit.audit.experiments",
    "prove_rules": "segaudit.audit.proving",
    "quality": "segaudit.audit.quality",
    "read_test": "segaudit.audit.experiment_reading",
    "run_rule_tests": "segaudit.audit.ruling",
    "scorecard": "segaudit.audit.scorecard",
    "suggest": "segaudit.audit.suggesting",
    "undo": "segaudit.audit.undoing",
    "workspace": "segaudit.audit.workspaces",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module's attribute can be anything
    """Load a verb on first use: importing the package costs nothing, and coverage never loads what it does not need."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'segaudit' has no attribute {name!r}")


class _Room(ModuleType):
    """A room with the name of a verb: once imported it stands where ``segaudit.quality(...)`` looks the verb up."""

    def __call__(self, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - whatever the verb takes and returns
        """Do what the verb does."""
        name = self.__name__.rpartition(".")[2]
        return getattr(import_module(_HOMES[name]), name)(*arguments, **options)


def answer_as_verb(room: str) -> None:
    """Let a room of the package be called as the verb whose name it has."""
    sys.modules[room].__class__ = _Room
