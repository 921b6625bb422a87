"""DuckDB copying a CSV to a CSV, each cell as it was. Usage: bare_copy.py FILE OUT."""

import sys

import duckdb

source, target = (path.replace("'", "''") for path in sys.argv[1:3])
duckdb.connect().execute(f"COPY (SELECT * FROM read_csv('{source}', all_varchar = true)) TO '{target}' (HEADER)")
