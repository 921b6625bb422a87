"""The program: finds the command, runs it, and turns every error into one message and an exit code."""

import io
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import TextIO

import click

from segaudit import __version__
from segaudit.cli.lazy import LazyGroup, Stopped, called
from segaudit.errors import EngineError, SegauditError
from segaudit.files import no_room

_COULD_NOT_RUN = 2
_MAKE_ROOM = "make room, or let TMPDIR name a folder on another disk"
_ENDED_BY = 128  # plus the signal's number, as shells have it
_ENDINGS = ("SIGINT", "SIGTERM", "SIGHUP")  # Ctrl-C, a scheduler that has waited long enough, a closed terminal
_OF_ENGINES = ("--engine", "--master", "--spark-conf", "--work")
_UNTOUCHED = (signal.SIG_DFL, signal.default_int_handler)

# Command -> (module, one line for the list). Modules load when their command runs: --help stays instant.
_COMMANDS = {
    "audit": ("segaudit.cli.audit", "Everything at once: a folder a client can be sent."),
    "init": ("segaudit.cli.init", "Write a workspace file: what each table is, how they join."),
    "workspace": ("segaudit.cli.workspace", "Check several tables against each other: keys, joins, orphans."),
    "coverage": ("segaudit.cli.coverage", "How much of each field is filled, and how good it is."),
    "quality": ("segaudit.cli.quality", "What is wrong, where, how sure it is, and what to do."),
    "dedupe": ("segaudit.cli.dedupe", "Which rows are one person or company, and how sure that is."),
    "link": ("segaudit.cli.link", "Which rows of a list are in a base, and which are new."),
    "undo": ("segaudit.cli.undo", "Take merges back: all, some entities, or single records."),
    "fields": ("segaudit.cli.fields", "The field dictionary: what each column is, and what reads it."),
    "overlap": ("segaudit.cli.overlap", "How segments divide the records: sizes, overlap, gaps."),
    "scorecard": ("segaudit.cli.scorecard", "Whether each segment is any good, question by question."),
    "assign": ("segaudit.cli.assign", "Tag every record with its segments, and why."),
    "history": ("segaudit.cli.history", "Recorded runs: sizes over time, and what is overdue."),
    "drift": ("segaudit.cli.drift", "What has changed: sizes, moves, values, coverage."),
    "explain": ("segaudit.cli.explain", "Why a record is in its segments, and what would move it."),
    "derive": ("segaudit.cli.derive", "Add what follows from other fields, and how sure that is."),
    "enrich": ("segaudit.cli.enrich", "Which missing fields are worth filling, and in which records."),
    "performance": ("segaudit.cli.performance", "What segments came to, and what is more than chance."),
    "suggest": ("segaudit.cli.suggest", "What could be better about segments, or how to start."),
    "test": ("segaudit.cli.test", "A/B tests and holdouts inside segments: plan, and read."),
    "rules": ("segaudit.cli.rules", "The rules: check, prove, test, document, compare, export."),
    "demo": ("segaudit.cli.demo", "Run the main job on the sample data that comes with segaudit."),
}


class _Ending(KeyboardInterrupt):
    """Raised by a signal. A class of its own: Python notes a KeyboardInterrupt and may end as if by Ctrl-C."""


@click.group(
    cls=LazyGroup,
    commands_in=_COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="segaudit")
def cli() -> None:
    """Audit a CRM export and its segmentation.

    \b
    segaudit audit contacts.csv deals.csv -o audit/   everything, as a report and files to work with
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
    with _endings() as came:
        code = _run(came)
    sys.exit(code)


def _run(came: list[int]) -> int:
    """Run the command; return the exit code.

    Args:
        came: Takes the signals that come meanwhile. Whatever goes wrong after one, it was the reason.
    """
    try:
        code = cli.main(standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except (Stopped, click.Abort, KeyboardInterrupt):
        code = _stopped(came)
    except click.NoSuchOption as error:
        code = _report(_without_engines(error)) if error.option_name in _OF_ENGINES else _shown(error)
    except click.ClickException as error:
        code = _shown(error)
    except (BrokenPipeError, SystemExit):  # click and rich make of the one the other
        code = _stopped(came) if came else _unheard()
    except Exception as error:  # noqa: BLE001 - a user is told of our own faults in one line, too
        code = _stopped(came) if came else _report(_explained(error))
    return code if isinstance(code, int) else 0


def _shown(error: click.ClickException) -> int:
    error.show()
    return _COULD_NOT_RUN


def _without_engines(error: click.NoSuchOption) -> SegauditError:
    """Return what to say of a command that has no choice of engine."""
    command = called(error.ctx) if error.ctx is not None else "segaudit"
    return SegauditError(
        f"`{command}` has no choice of engine: it always runs on this machine",
        where=error.option_name,
        hint="leave it out; commands that go through whole tables have it, like coverage, overlap, assign and audit",
    )


@contextmanager
def _endings() -> Iterator[list[int]]:
    """Let each signal that ends a program raise, so that all is tidied up; yield a list of those that come."""
    came: list[int] = []

    def stop(number: int, _: FrameType | None) -> None:
        tidying = bool(came)
        came.append(number)
        if not tidying or number == signal.SIGINT:  # only a person may be out of patience
            raise _Ending

    numbers = [number for name in _ENDINGS if (number := getattr(signal, name, None)) is not None]
    if threading.current_thread() is not threading.main_thread():
        numbers = []  # a program that runs this one has the say over its signals
    usual = {number: signal.getsignal(number) for number in numbers}
    taken = {number: handler for number, handler in usual.items() if handler in _UNTOUCHED}  # `nohup` has one ignored
    for number in taken:
        signal.signal(number, stop)
    try:
        yield came
    finally:
        for number, handler in taken.items():
            signal.signal(number, handler)


def _unheard() -> int:
    """Whoever read the output has seen enough; there is nobody left to tell."""
    _silence(sys.stdout)
    return 0


def _silence(stream: TextIO) -> None:
    """Let what is still to be written go nowhere: where it went is gone or full."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _explained(error: Exception) -> SegauditError:
    """Return an error as one a user can act on.

    Raises:
        Exception: The error itself, if it is our own fault and SEGAUDIT_DEBUG asks for it.
    """
    match error:
        case EngineError() | OSError() if words := no_room(error):
            where = str(error.filename or "") if isinstance(error, OSError) else ""
            return SegauditError(f"there is no room left on the disk ({words})", where=where, hint=_MAKE_ROOM)
        case SegauditError():
            return error
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


def _stopped(came: list[int]) -> int:
    """Say that it was stopped, if there is still somebody to tell."""
    try:
        click.echo("Stopped. No output file was written or changed.", err=True)
    except OSError:
        _silence(sys.stderr)
    if came:
        _silence(sys.stdout)
    return _ENDED_BY + (came[0] if came else signal.SIGINT)


def _report(error: SegauditError) -> int:
    from segaudit.report.safety import shown  # noqa: PLC0415 - needed for an error only

    for line in str(error).splitlines():
        click.echo(shown(line, longest=2000), err=True)
    if isinstance(error, EngineError) and os.environ.get("SEGAUDIT_DEBUG"):
        click.echo(error.statement, err=True)
    return _COULD_NOT_RUN
