"""A profile in a page of code: click, DuckDB's SUMMARIZE, a rich table."""

import click
import duckdb
from rich.console import Console
from rich.table import Table


@click.command()
@click.argument("file")
def main(file: str) -> None:
    """Profile a CSV file."""
    result = duckdb.connect().execute("SUMMARIZE SELECT * FROM read_csv(?)", [file])
    table = Table(*(column[0] for column in result.description))
    for row in result.fetchall():
        table.add_row(*(str(cell) for cell in row))
    Console().print(table)


if __name__ == "__main__":
    main()
