"""Options that commands share, as decorators; and what they do with a result."""

import json
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import wraps
from typing import Any, TypeVar

import click

from segaudit.audit.opening import InputChoices
from segaudit.engine.opening import ENGINES
from segaudit.errors import InputError
from segaudit.report.document import Document
from segaudit.rulebook.workspace_options import ESCAPES, MOST_HEADER_ROWS, QUOTES, delimiter_meant, escape_meant

_Command = TypeVar("_Command", bound=Callable[..., Any])

FORMATS = ("table", "json", "csv", "md")
FAIL_LEVELS = ("never", "error", "warning")


@dataclass(frozen=True, slots=True, kw_only=True)
class InputOptions:
    """What a user said about how the data file is read."""

    rules: str | None
    map: str | None
    sheet: str | None
    encoding: str | None
    delimiter: str | None
    quote: str | None
    escape: str | None
    skip: int | None
    header_rows: int | None
    table: int | None
    strict: bool
    rejects: str | None
    memory_limit: str | None
    # Of commands that run on Spark as well.
    engine: str | None = None
    master: str | None = None
    spark_conf: tuple[str, ...] = ()
    work: str | None = None

    def choices(self, *, output_format: str) -> InputChoices:
        """Return them as the library takes them."""
        return InputChoices(
            rules=self.rules,
            map=self.map,
            sheet=self.sheet,
            encoding=self.encoding,
            delimiter=delimiter_text(self.delimiter),
            quote=None if self.quote is None else QUOTES[self.quote],
            escape=None if self.escape is None else escape_meant(self.escape, self.quote),
            skip=self.skip,
            header_rows=self.header_rows,
            table=self.table,
            strict=self.strict,
            rejects=self.rejects,
            memory_limit=self.memory_limit,
            engine=self.engine,
            master=self.master,
            spark_conf=self.spark_conf,
            work=self.work,
            fingerprint=output_format == "json",  # no other form shows it
        )


_INPUT = (
    click.option("--rules", metavar="PATH", help="Rules file or folder, instead of the shipped rules."),
    click.option("--map", metavar="FILE", help="Which column is which field (CSV or YAML)."),
    click.option("--sheet", metavar="NAME", help="Sheet of a workbook, by name or number."),
    click.option("--encoding", metavar="NAME", help="Encoding of a text file; detected if not given."),
    click.option("--delimiter", metavar="CHAR", help="What separates cells; detected if not given."),
    click.option("--quote", type=click.Choice([*QUOTES]), help="What stands around cells; detected if not given."),
    click.option("--escape", type=click.Choice(ESCAPES), help="How quotes stand within cells; detected."),
    click.option("--skip", type=click.IntRange(0), metavar="LINES", help="Lines above the header; detected."),
    click.option(
        "--header-rows", type=click.IntRange(0, MOST_HEADER_ROWS), help="Rows of the header, 0 for none; detected."
    ),
    click.option(
        "--table", type=click.IntRange(1), help="Which of several tables in one file; the longest if not given."
    ),
    click.option("--strict", is_flag=True, help="Refuse a file that is anything but one plain table."),
    click.option("--rejects", metavar="FILE", help="Write what is set aside there: line, reason, text (CSV)."),
    click.option("--memory-limit", metavar="SIZE", help="Most memory to use, like 512MB."),
)

_ENGINE = (
    click.option("--engine", type=click.Choice(ENGINES), help="What does the work; duckdb, unless there is --master."),
    click.option("--master", metavar="URL", help="Spark: local[*], spark://host:7077, yarn, k8s://..., sc://host."),
    click.option("--spark-conf", metavar="KEY=VALUE", multiple=True, help="A setting of Spark; once for each."),
    click.option("--work", metavar="DIR", help="Where Spark keeps tables meanwhile; on a cluster, all must see it."),
)


def input_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say how a data file is read; the command gets them as one, ``chosen``."""

    @wraps(command)
    def with_chosen(**given: Any) -> None:  # noqa: ANN401 - click passes options of every type
        names = [field.name for field in fields(InputOptions)]
        chosen = InputOptions(**{name: given.pop(name) for name in names if name in given})
        command(chosen=chosen, **given)

    decorated: Callable[..., None] = with_chosen
    for option in reversed(_INPUT):
        decorated = option(decorated)
    return decorated


def engine_options(command: _Command) -> _Command:
    """Add the options that say which engine does the work; to be put below ``input_options``, which hands them on."""
    for option in reversed(_ENGINE):
        command = option(command)
    return command


files_argument = click.argument("files", nargs=-1, required=True, metavar="FILE...")


def name_of(files: tuple[str, ...]) -> str:
    """Return what messages call the files."""
    return files[0] if len(files) == 1 else f"{files[0]} and {len(files) - 1:,} more"


def output_options(command: _Command) -> _Command:
    """Add the options that say how a result is shown."""
    for option in reversed(
        [
            click.option(
                "--format",
                "output_format",
                type=click.Choice(FORMATS),
                default="table",
                help="How to print the result.",
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


def related_option(command: _Command) -> _Command:
    """Add the option that names tables whose rows belong to the records; the command gets ``related``."""
    return click.option(
        "--with",
        "related",
        multiple=True,
        metavar="FILE",
        help="A table whose rows belong to the records (deals, activities), or their companies; "
        "a folder or segaudit.yaml too.",
    )(command)


def read_day(_: click.Context, param: click.Parameter, text: str | None) -> datetime | None:
    """Return the day an option names, as its callback.

    Raises:
        InputError: It is written otherwise than 2026-06-30, or there is no such day.
    """
    if text is None:
        return None
    try:
        return datetime.strptime(text.strip(), "%Y-%m-%d")  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise InputError(
            f'"{text}" is no day', where=param.opts[0], hint="write year, month and day, like 2026-06-30"
        ) from None


def as_of_option(command: _Command) -> _Command:
    """Add the option that fixes the day rules count from."""
    return click.option(
        "--as-of",
        callback=read_day,
        metavar="DATE",
        help="Day that rules like within_last count from (YYYY-MM-DD); today if not given.",
    )(command)


def day_of(as_of: datetime | None) -> date | None:
    """Return the day an option names."""
    return as_of.date() if as_of else None


def warn_absent(absent: tuple[str, ...], file: str, *, quiet: bool) -> None:
    """Say on standard error which fields of the rules no column provides."""
    if absent and not quiet:
        click.echo(
            f"{file}: no column provides {', '.join(absent)}; every record counts as blank there\n"
            "  hint: name the columns in a --map file if the data is there under another name; give tables with --with",
            err=True,
        )


def delimiter_text(text: str | None) -> str | None:
    """Return the character a user means by ``\\t``, ``tab`` or itself."""
    if text is None:
        return None
    character = delimiter_meant(text)
    if character is None:
        raise click.BadParameter(
            f'"{text}" cannot separate cells; write one character, like ;', param_hint="--delimiter"
        )
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
