"""What goes wrong on the cluster, as errors of our own."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from segaudit.engine.spark.starting.faults import hint_for
from segaudit.errors import EngineError, SegauditError

# The last line of a worker's traceback says what it was.
_WORKER = re.compile(r"^(?:[\w.]+\.)?(\w*(?:Error|Exception)): (.+)$", re.MULTILINE)


@contextmanager
def faults_told(statement: str) -> Iterator[None]:
    """Raise what goes wrong with a statement as an EngineError, in one line."""
    try:
        yield
    except (SegauditError, KeyboardInterrupt):
        raise
    except Exception as error:
        kind = type(error)
        if not kind.__module__.startswith(("pyspark", "py4j", "grpc")):
            raise
        raise EngineError(_said(error), statement=statement, hint=hint_for(str(error))) from error


def _said(error: Exception) -> str:
    text = str(error)
    found = _WORKER.findall(text)
    if found:
        return str(found[-1][1]).strip()
    return text.strip().split("\n", 1)[0][:300] or type(error).__name__
