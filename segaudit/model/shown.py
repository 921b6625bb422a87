"""What lets a notebook show a result as its command prints it."""

from importlib import import_module

# Results know nothing of renderers; only where one is to be found, should a notebook ask.
_RENDERER = "segaudit.report.notebook"


class Shown:
    """A result that notebooks show as a document instead of a list of fields."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        """Return what the command prints, as HTML; nothing in it can run or load anything."""
        return str(import_module(_RENDERER).html_of(self))
