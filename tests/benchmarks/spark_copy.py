"""The peer of `segaudit assign --engine spark`: Spark reads a CSV as text and writes it again.

Usage: spark_copy.py IN OUT MASTER [--lines]. Cells may hold line breaks, so records are read as records; --lines splits
the file at every line end instead, which is faster (a file is read by all cores) and takes such cells apart.
"""

import shutil
import sys

from pyspark.sql import SparkSession


def main(source: str, target: str, master: str, *, whole_records: bool) -> None:
    """Copy."""
    shutil.rmtree(target, ignore_errors=True)
    session = SparkSession.builder.master(master).appName("copy").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    rows = session.read.csv(source, header=True, inferSchema=False, escape='"', multiLine=whole_records)
    rows.write.csv(target, header=True, escape='"')
    session.stop()


if __name__ == "__main__":
    main(*sys.argv[1:4], whole_records="--lines" not in sys.argv)
