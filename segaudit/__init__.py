"""segaudit: audit a CRM database and its segmentation.

``segaudit.coverage("export.csv")`` and its siblings mirror the commands and return result objects.
"""

from typing import Any

__version__ = "0.1.0"
__all__ = ["__version__", "assign", "coverage", "overlap"]

_VERBS = frozenset({"assign", "coverage", "overlap"})


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module's attribute can be anything
    """Load the verbs on first use, so that importing the package costs nothing."""
    if name in _VERBS:
        from segaudit import audit  # noqa: PLC0415 - loads the engine, which --version and --help do without

        return getattr(audit, name)
    raise AttributeError(f"module 'segaudit' has no attribute {name!r}")
