"""Options that commands share, as decorators; and what they do with a result."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

import click

from segaudit.report.document import Document

_Command = TypeVar("_Command", bound=Callable[..., Any])

FORMATS = ("table", "json", "csv", "md")
FAIL_LEVELS = ("never", "error", "warning")


def input_options(command: _Command) -> _Command:
    """Add the options that say how a data file is read."""
    for option in reversed(
        [
            click.option("--rules", metavar="PATH", help="Rules file or folder, instead of the shipped rules."),
            click.option("--map", "map_file", metavar="FILE", help="Which column is which field (CSV or YAML)."),
            click.option("--sheet", metavar="NAME", help="Sheet of a workbook, by name or number."),
            click.option("--encoding", metavar="NAME", help="Encoding of a text file; detected if not given."),
            click.option("--delimiter", metavar="CHAR", help="What separates cells; detected if not given."),
            click.option("--memory-limit", metavar="SIZE", help="Most memory to use, like 512MB."),
        ]
    ):
        command = option(command)
    return command


def output_options(command: _Command) -> _Command:
    """Add the options that say how a result is shown."""
    for option in reversed(
        [
            click.option(
                "--format", "output_format", type=click.Choice(FORMATS), default="table", help="How to print the result."
            ),
            click.option(
                "--fail-on",
                type=click.Choice(FAIL_LEVELS),
                default="never",
                help="Exit with 1 if there are findings of this severity or worse.",
            ),
            click.option("--quiet", "-q", is_flag=True, help="Print nothing but the result."),
        ]
    ):
        command = option(command)
    return command


def as_of_option(command: _Command) -> _Command:
    """Add the option that fixes the day rules count from."""
    return click.option(
        "--as-of",
        type=click.DateTime(formats=["%Y-%m-%d"]),
        metavar="DATE",
        help="Day that rules like within_last count from (YYYY-MM-DD); today if not given.",
    )(command)


def delimiter_character(text: str | None) -> str | None:
    """Return the character a user means by ``\\t``, ``tab`` or itself."""
    if text is None:
        return None
    named = {"\\t": "\t", "tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "bar": "|"}
    character = named.get(text.lower(), text)
    if len(character) != 1:
        raise click.BadParameter(f'"{text}" is not one character', param_hint="--delimiter")
    return character


def print_result(output_format: str, document: Callable[[], Document], as_json: Callable[[], dict[str, Any]]) -> None:
    """Print a result to standard output in the format asked for."""
    if output_format == "json":
        click.echo(json.dumps(as_json(), ensure_ascii=False, indent=2))
        return
    if output_format == "table":
        from segaudit.report.terminal import render_terminal  # noqa: PLC0415 - rich is needed for tables only

        render_terminal(document())
        return
    from segaudit.report.plain import render_csv, render_markdown  # noqa: PLC0415 - needed for these formats only

    click.echo((render_csv if output_format == "csv" else render_markdown)(document()), nl=False)


def exit_on(fail_on: str, severities: set[str]) -> None:
    """Leave with exit code 1 if a severity reaches the level asked for."""
    failing = {"never": set[str](), "error": {"error"}, "warning": {"error", "warning"}}[fail_on]
    if severities & failing:
        click.get_current_context().exit(1)
