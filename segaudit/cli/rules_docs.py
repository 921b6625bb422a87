"""``segaudit rules docs``."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from segaudit.audit.documenting import document_rules
from segaudit.cli.options import (
    InputOptions,
    as_of_option,
    day_of,
    input_options,
    name_of,
    related_option,
    warn_absent,
)
from segaudit.cli.progress import working
from segaudit.errors import InputError, OutputError
from segaudit.files import check_output, whole_file
from segaudit.model.rules_docs import RulesDocs
from segaudit.report.rules_docs_page import dictionary_page
from segaudit.report.words import Words
from segaudit.rulebook.location import RulesLocation
from segaudit.rulebook.report_words import ENGLISH, load_texts

_HTML = (".html", ".htm")
_MARKDOWN = (".md", ".markdown")


@click.command()
@click.argument("path", required=False)
@click.option(
    "--data", "files", multiple=True, metavar="FILE", help="Count segments in this file; repeat for parts of one table."
)
@click.option("-o", "--output", metavar="OUT", help="File to write: .md or .html, by its ending; else to the terminal.")
@click.option("--format", "output_format", type=click.Choice(["md", "html"]), help="Of what is printed; md.")
@click.option("--prove", is_flag=True, help="Say which segments can meet by the rules alone.")
@click.option("--examples", is_flag=True, help="Show example records as they are, not masked.")
@click.option("--force", is_flag=True, help="Replace the output file if there is one.")
@related_option
@as_of_option
@input_options
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but the result.")
def docs(
    *,
    path: str | None,
    files: tuple[str, ...],
    output: str | None,
    output_format: str | None,
    prove: bool,
    examples: bool,
    force: bool,
    related: tuple[str, ...],
    as_of: datetime | None,
    chosen: InputOptions,
    quiet: bool,
) -> None:
    """Write the segment dictionary: what each segment is, who is in it, what is done about it.

    PATH is a rules file or folder; the shipped rules if it is not given. With --data it also says how many records each
    segment has, why others cannot be told, how well the fields are filled, and shows one record of each segment, masked
    where it points to a person.

    \b
    segaudit rules docs segments.yaml -o segments.html
    segaudit rules docs segments.yaml --data export.csv -o segments.html
    segaudit rules docs segments.yaml > segments.md
    """
    rules = _one_of(path, chosen.rules)
    if not files and (examples or related):
        option = "--examples" if examples else "--with"
        raise InputError(f"{option} needs the file it belongs to", where=option, hint="add --data export.csv")
    target = _target(output, files, rules, force=force)
    as_html = _as_html(target, output_format)
    choices = replace(chosen.choices(output_format="md"), related=related)
    with working(f"Writing down the segments of {rules or 'the shipped rules'}", quiet=quiet):
        result = document_rules(rules, files, choices, as_of=day_of(as_of), prove=prove, examples=examples)
        text = _rendered(result, as_html=as_html)
    if result.data is not None:
        warn_absent(result.data.absent_fields, name_of(files), quiet=quiet)
    if target is None:
        click.echo(text, nl=False)
        return
    with whole_file(target) as temporary:
        temporary.write_text(text, encoding="utf-8")
    if not quiet:
        click.echo(f"Wrote {sum(1 for _ in result.rules.segments()):,} segments to {target}", err=True)


def _one_of(path: str | None, rules: str | None) -> str | None:
    if path is not None and rules is not None and path != rules:
        raise InputError(f'the rules are named twice: "{path}" and "{rules}"', where="--rules", hint="name them once")
    return path if path is not None else rules


def _target(output: str | None, files: tuple[str, ...], rules: str | None, *, force: bool) -> Path | None:
    if output is None:
        return None
    target = Path(output)
    if target.suffix.lower() not in (*_HTML, *_MARKDOWN):
        raise OutputError("a dictionary is .md or .html", where=output, hint="name it segments.html")
    inputs = (*files, rules) if rules is not None and Path(rules).is_file() else files
    check_output(target, inputs=inputs, force=force)
    return target


def _as_html(target: Path | None, output_format: str | None) -> bool:
    if target is None:
        return output_format == "html"
    by_name = target.suffix.lower() in _HTML
    if output_format is not None and by_name != (output_format == "html"):
        raise OutputError(f"--format {output_format} and this ending do not agree", where=str(target), hint="drop one")
    return by_name


def _rendered(result: RulesDocs, *, as_html: bool) -> str:
    page = dictionary_page(result)
    if as_html:
        from segaudit.report.page_html import render_html_page  # noqa: PLC0415 - needed for this form only

        texts = load_texts(RulesLocation.at(None), ENGLISH)
        return render_html_page(page, Words(language=ENGLISH, texts=texts, fallback=texts))
    from segaudit.report.page_md import render_markdown_page  # noqa: PLC0415 - needed for this form only

    return render_markdown_page(page)
