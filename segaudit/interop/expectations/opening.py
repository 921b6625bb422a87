"""What --gate names: thresholds in YAML, or a suite in JSON that is about figures or about rows."""

from collections.abc import Collection, Sequence
from pathlib import Path

from segaudit.errors import InputError
from segaudit.interop.expectations.gate_file import read_gate_file
from segaudit.interop.expectations.suites import Suite, read_suite
from segaudit.model.gates import Metric, Threshold

_SUBJECT = " of "


def read_gate(path: Path, metrics: Collection[str]) -> tuple[Threshold, ...] | Suite:
    """Read a gate in either of its forms; a file that begins with a brace or ends in .json is a suite.

    Args:
        path: The file.
        metrics: Names of the figures there are.

    Raises:
        SegauditError: The file cannot be read, or what is in it is neither.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            beginning = file.read(1_000).lstrip()[:1]
    except (OSError, UnicodeDecodeError) as error:
        problem = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise InputError(f"the gate cannot be read ({problem})", where=str(path), hint="check --gate") from error
    if beginning == "{" or path.suffix.lower() == ".json":
        return read_suite(path)
    return read_gate_file(path, metrics)


def is_about_metrics(suite: Suite, metrics: Sequence[Metric], headers: Sequence[str]) -> bool:
    """Tell whether a suite is about the figures of an audit and not about the rows of the file.

    Raises:
        InputError: It is about both.
    """
    names = {metric.name for metric in metrics}
    figures = [
        column for column in suite.columns if column not in headers and column.partition(_SUBJECT)[0].strip() in names
    ]
    if not figures:
        return False
    others = [item for item in suite.expectations if not item.columns or set(item.columns) - set(figures)]
    if others:
        raise InputError(
            f'the suite is about figures ("{figures[0]}") and about rows',
            where=f"{suite.path}: expectation {others[0].number} ({others[0].type})",
            hint="make two suites of it",
        )
    return True
