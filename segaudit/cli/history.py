"""``segaudit history``, and the options by which other commands record runs and ask for them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import click

from segaudit.audit.history import Recorder, forget_runs, history_file, prune_history
from segaudit.audit.history import history as tell
from segaudit.cli.options import as_of_option, day_of, exit_on, output_options, print_result
from segaudit.errors import InputError
from segaudit.report.history import forgotten_line, history_document, history_json, recorded_line

_Command = TypeVar("_Command", bound=Callable[..., Any])
_BESIDE = ""  # the option without a file: the history beside the workspace file, or in this folder


def history_option(command: _Command) -> _Command:
    """Add the option that names recorded runs; the command gets ``history``, empty for the usual file."""
    return click.option(
        "--history",
        is_flag=False,
        flag_value=_BESIDE,
        metavar="[FILE]",
        help="Recorded runs, for rules that ask for them; segaudit-history.duckdb if no file is named.",
    )(command)


def record_options(command: _Command) -> _Command:
    """Add the options that record the run; the command gets ``record`` and ``record_without_ids``."""
    for option in (
        click.option("--record-without-ids", is_flag=True, help="Record counts only: no record's id is kept."),
        click.option(
            "--record",
            is_flag=False,
            flag_value=_BESIDE,
            metavar="[FILE]",
            help="Record the run there, for history and drift; segaudit-history.duckdb if no file is named.",
        ),
    ):
        command = option(command)
    return command


def to_history(
    files: tuple[str, ...], related: tuple[str, ...], history: str | None, record: str | None, *, without_ids: bool
) -> tuple[str | None, Recorder | None]:
    """Return the history rules may ask for, and what records the run; None where neither was asked for."""
    if without_ids and record is None:
        record = _BESIDE
    past = None if history is None else history_file(history, files, related)
    if record is None:
        return past, None
    file = history_file(record, files, related)
    if file in files:
        problem = "this is the list, which is never written to"
        raise InputError(problem, where=file, hint="name the history like this: --record=segaudit-history.duckdb")
    return past, Recorder(file=file, with_ids=not without_ids)


def say_recorded(recorder: Recorder | None, *, quiet: bool) -> None:
    """Say on standard error which run was recorded."""
    if recorder is not None and recorder.recorded is not None and not quiet:
        click.echo(recorded_line(recorder.recorded), err=True)


class _ListedUnlessTold(click.Group):
    """A group that takes what is no command of it for a file to list."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or args[0] not in {*self.commands, "--help", "-h"}:
            args = ["list", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_ListedUnlessTold)
def history() -> None:
    """Tell what was recorded: segment sizes over time, which segments came and went, what is overdue.

    Runs are recorded by `segaudit overlap FILE --record` and `segaudit assign ... --record`.

    \b
    segaudit history                          what segaudit-history.duckdb holds
    segaudit history client.duckdb --runs 24  the last 24 runs of another file
    segaudit history prune --keep 12          keep the newest twelve runs
    segaudit history forget 3                 take run 3 out for good
    """


file_argument = click.argument("file", required=False)


@history.command("list")
@file_argument
@click.option("--rules", metavar="PATH", help="Rules that say how often segments are refreshed.")
@click.option("--runs", type=click.IntRange(1), default=12, help="How many of the latest runs sizes are told of.")
@as_of_option
@output_options
def list_runs(
    *,
    file: str | None,
    rules: str | None,
    runs: int,
    as_of: datetime | None,
    output_format: str,
    fail_on: str,
    quiet: bool,  # noqa: ARG001 - every command takes it; nothing but the result is printed here
) -> None:
    """List recorded runs and the size of each segment over time; this is what `segaudit history` does."""
    result = tell(file, rules, as_of=day_of(as_of), runs=runs)
    print_result(output_format, lambda: history_document(result), lambda: history_json(result))
    exit_on(fail_on, {"warning"} if result.overdue else set())


@history.command
@file_argument
@click.option("--keep", type=click.IntRange(0), required=True, metavar="N", help="How many of the newest runs to keep.")
def prune(*, file: str | None, keep: int) -> None:
    """Take all but the newest runs out of a history; nothing of them stays in the file."""
    click.echo(forgotten_line(prune_history(file, keep=keep)))


@history.command
@click.argument("runs", nargs=-1, required=True, type=int, metavar="RUN...")
@click.option("--file", metavar="FILE", help="The history; segaudit-history.duckdb if not given.")
def forget(*, runs: tuple[int, ...], file: str | None) -> None:
    """Take single runs, by their numbers, out of a history; nothing of them stays in the file."""
    click.echo(forgotten_line(forget_runs(file, runs=runs)))
