"""The program: finds the command, runs it, and turns every error into one message and an exit code."""

import errno
import io
import os
import sys
from importlib import import_module

import click

from segaudit import __version__
from segaudit.errors import EngineError, SegauditError

_COULD_NOT_RUN = 2
_NO_ROOM = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}
_INTERRUPTED = 130

# Command -> (module, one line for the list). Modules load when their command runs: --help stays instant.
_COMMANDS = {
    "init": ("segaudit.cli.init", "Write a workspace file: what each table is, how they join."),
    "workspace": ("segaudit.cli.workspace", "Check several tables against each other: keys, joins, orphans."),
    "coverage": ("segaudit.cli.coverage", "How much of each field is filled, and how good it is."),
    "overlap": ("segaudit.cli.overlap", "How segments divide the records: sizes, overlap, gaps."),
    "assign": ("segaudit.cli.assign", "Tag every record with its segments, and why."),
    "rules": ("segaudit.cli.rules", "The rules themselves: check them, test them, list operators."),
    "demo": ("segaudit.cli.demo", "Run the main job on the sample data that comes with segaudit."),
}


class _LazyGroup(click.Group):
    """A group that imports a command's module only when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the commands in the order people use them."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """Import and return a command."""
        if cmd_name not in _COMMANDS:
            return None
        command = getattr(import_module(_COMMANDS[cmd_name][0]), cmd_name)
        if not isinstance(command, click.Command):
            raise TypeError(cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; a name nearly right gets a suggestion."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in _COMMANDS:
            from difflib import get_close_matches  # noqa: PLC0415 - needed for a mistake only

            close = get_close_matches(name, _COMMANDS, n=1)
            hint = f'did you mean "{close[0]}"?' if close else "`segaudit --help` lists them"
            raise SegauditError(f'there is no command "{name}"', hint=hint)
        return super().resolve_command(ctx, args)


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="segaudit")
def cli() -> None:
    """Audit a CRM export and its segmentation.

    \b
    segaudit coverage export.csv              what is filled, and how good it is
    segaudit overlap export.csv               how the segments divide the records
    segaudit assign export.csv -o tagged.csv  the export, each record tagged

    Exit code 0: ran. 1: ran, and found what --fail-on asks for. 2: could not run.
    """


def main() -> None:
    """Run the program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a character the terminal cannot show is no reason to stop
    try:
        code = cli.main(standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except click.ClickException as error:
        error.show()
        code = _COULD_NOT_RUN
    except (click.Abort, KeyboardInterrupt):
        code = _interrupted()
    except (BrokenPipeError, SystemExit):  # click and rich make of the one the other
        code = _unheard()
    except Exception as error:  # noqa: BLE001 - a user is told of our own faults in one line, too
        code = _report(_explained(error))
    sys.exit(code if isinstance(code, int) else 0)


def _unheard() -> int:
    """Whoever read the output has seen enough; there is nobody left to tell."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _explained(error: Exception) -> SegauditError:
    """Return an error as one a user can act on.

    Raises:
        Exception: The error itself, if it is our own fault and SEGAUDIT_DEBUG asks for it.
    """
    match error:
        case SegauditError():
            return error
        case OSError() if error.errno in _NO_ROOM:
            return SegauditError(
                f"there is no room left on the disk ({error.strerror})",
                where=str(error.filename or ""),
                hint="make room, or let TMPDIR name a folder on another disk",
            )
        case OSError():
            return SegauditError(error.strerror or str(error), where=str(error.filename or ""))
        case MemoryError():
            return SegauditError("there is not enough memory", hint="set --memory-limit, like 2GB")
    if os.environ.get("SEGAUDIT_DEBUG"):
        raise error
    return SegauditError(
        f"segaudit itself is at fault here ({type(error).__name__}: {error})",
        hint="please report it with what SEGAUDIT_DEBUG=1 prints in addition; no output file was changed",
    )


def _interrupted() -> int:
    click.echo("Stopped. No output file was written or changed.", err=True)
    return _INTERRUPTED


def _report(error: SegauditError) -> int:
    from segaudit.report.safety import shown  # noqa: PLC0415 - needed for an error only

    for line in str(error).splitlines():
        click.echo(shown(line, longest=2000), err=True)
    if isinstance(error, EngineError) and os.environ.get("SEGAUDIT_DEBUG"):
        click.echo(error.statement, err=True)
    return _COULD_NOT_RUN
