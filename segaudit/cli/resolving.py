"""The options of verbs that decide by entity."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., Any])


def resolve_options(command: _Command) -> _Command:
    """Add the options that say whether to decide by entity; the command gets ``resolve`` and ``entities``."""
    for option in (
        click.option("--entities", metavar="FILE", help="The --clusters file of `dedupe`, instead of looking again."),
        click.option("--resolve", is_flag=True, help="Find which records are one person or company, and go by that."),
    ):
        command = option(command)
    return command


def how_to_resolve(entities: str | None, *, resolve: bool) -> bool | str:
    """Return what the verbs take: whether to look for entities, or the file that has them."""
    return resolve if entities is None else entities
