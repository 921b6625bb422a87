"""DuckDB's SUMMARIZE over a CSV, types found by itself. Usage: summarize.py FILE."""

import sys

import duckdb

for row in duckdb.connect().execute("SUMMARIZE SELECT * FROM read_csv(?)", [sys.argv[1]]).fetchall():
    print(row)
