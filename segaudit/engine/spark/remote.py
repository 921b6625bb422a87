"""Storage with a scheme, which only Spark sees: whether a table there is whole, and removing what is ours."""

from typing import Any

WHOLE = "_SUCCESS"  # the last to be written, as Spark does
_MISSING = "PATH_NOT_FOUND"


def is_whole(session: Any, folder: str) -> bool:  # noqa: ANN401 - a SparkSession
    """Tell whether a folder was written to the end.

    Spark's readers skip the file that says so, but not without having looked for it: this needs no access to the
    storage but theirs, and works over Spark Connect.

    Args:
        session: Who sees the storage.
        folder: A URI.
    """
    from pyspark.errors import AnalysisException  # noqa: PLC0415 - no one pays for Spark who does not use it

    try:
        _ = session.read.schema("mark string").text(f"{folder}/{WHOLE}").schema
    except AnalysisException as error:
        if error.getCondition() == _MISSING:
            return False
        raise
    return True


def remove(session: Any, folder: str) -> bool:  # noqa: ANN401 - as above
    """Remove a folder with all that is in it; tell whether it is gone.

    Args:
        session: Who sees the storage; over Spark Connect nobody here can remove anything.
        folder: A URI.
    """
    from py4j.protocol import Py4JError  # noqa: PLC0415 - as above

    machine = getattr(session, "_jvm", None)
    if machine is None:
        return False
    try:
        path = machine.org.apache.hadoop.fs.Path(folder)
        storage = path.getFileSystem(session._jsc.hadoopConfiguration())  # noqa: SLF001 - there is no other way to it
        storage.delete(path, True)  # noqa: FBT003 - Java's: with what is in it
    except Py4JError:  # it may be written to and not removed from: what the run found is none the worse
        return False
    return True
