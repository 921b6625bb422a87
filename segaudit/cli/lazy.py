"""Groups of commands that load a command's module only when it runs, so that ``--help`` stays instant."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from segaudit.errors import SegauditError


class Stopped(Exception):  # noqa: N818 - no error
    """The command was interrupted."""


def called(ctx: click.Context) -> str:
    """Return how a group is called, however the program was started."""
    names: list[str] = []
    here: click.Context | None = ctx
    while here is not None and here.parent is not None:
        names.insert(0, str(here.info_name))
        here = here.parent
    return " ".join(["segaudit", *names])


class LazyGroup(click.Group):
    """A group that imports a command's module only when the command is asked for."""

    def __init__(self, *args: Any, commands_in: Mapping[str, tuple[str, str]], **kwargs: Any) -> None:  # noqa: ANN401 - click's
        """Make the group.

        Args:
            args: Of click.Group.
            commands_in: Command -> the module it is in, and one line for the list. ``module:name`` where the function
                has another name than the command.
            kwargs: Of click.Group.
        """
        super().__init__(*args, **kwargs)
        self._commands_in = commands_in

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the commands in the order people use them."""
        return list(self._commands_in)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """Import and return a command."""
        if cmd_name not in self._commands_in:
            return None
        module, _, name = self._commands_in[cmd_name][0].partition(":")
        command = getattr(import_module(module), name or cmd_name)
        if not isinstance(command, click.Command):
            raise TypeError(cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self._commands_in.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; a name nearly right gets a suggestion."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in self._commands_in:
            from difflib import get_close_matches  # noqa: PLC0415 - needed for a mistake only

            close = get_close_matches(name, self._commands_in, n=1)
            hint = f'did you mean "{close[0]}"?' if close else f"`{called(ctx)} --help` lists them"
            raise SegauditError(f'there is no command "{name}"', hint=hint)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; click would answer an interruption with a line on a terminal that may be gone."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise Stopped from None
