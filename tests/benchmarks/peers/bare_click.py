"""The least a click program can be: what `segaudit --help` is timed against."""

import click


@click.command()
@click.argument("file")
@click.option("--format", "output_format", default="table", help="How to print.")
def main(file: str, output_format: str) -> None:
    """Print the name of a file."""
    click.echo(f"{file} {output_format}")


if __name__ == "__main__":
    main()
