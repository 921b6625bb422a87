"""``segaudit rules schema``."""

import json
from pathlib import Path

import click

from segaudit.audit.documenting import rules_schema
from segaudit.files import check_output, whole_file


@click.command()
@click.argument("path", required=False)
@click.option("-o", "--output", metavar="FILE", help="File to write, else to the terminal.")
@click.option("--force", is_flag=True, help="Replace the output file if there is one.")
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but the result.")
def schema(*, path: str | None, output: str | None, force: bool, quiet: bool) -> None:
    """Write the JSON Schema of segment files: with it an editor completes field names and operators, and checks them.

    PATH is a rules file or folder whose own fields are to be known too; without it those of the catalogue are.
    A file names its schema in its first line:

    \b
    # yaml-language-server: $schema=segments.schema.json

    \b
    segaudit rules schema -o segments.schema.json
    """
    text = json.dumps(rules_schema(path), ensure_ascii=False, indent=1) + "\n"
    if output is None:
        click.echo(text, nl=False)
        return
    target = Path(output)
    check_output(target, inputs=(path,) if path is not None and Path(path).is_file() else (), force=force)
    with whole_file(target) as temporary:
        temporary.write_text(text, encoding="utf-8")
    if not quiet:
        click.echo(f"Wrote {target}. First line of a segment file: # yaml-language-server: $schema={target}", err=True)
