"""Survive: golden records, the list of changes, merge lists, and undo."""

from segaudit.identity.survive.data import SurvivalData, SurvivalOutputs
from segaudit.identity.survive.run import survive

__all__ = ["SurvivalData", "SurvivalOutputs", "survive"]
