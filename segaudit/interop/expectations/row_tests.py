"""What some expectations ask of a row, answered in Python as pandas answers it: it runs in Spark's workers.

Spark's own ideas of a regular expression, of a missing value in a pair or of a number's text are not Python's. So a
column of answers is made for each such expectation, and the library judges that: ``+`` as expected, ``-`` not, missing
where the row is passed over, ``!`` and a reason where nobody can tell.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from segaudit.interop.expectations.deadline import TooLongError, limited
from segaudit.interop.expectations.row_answers import ANSWERS, Answer

LONGEST_BATCH = 60  # seconds for one test of one batch: a regular expression can be made to run for ever
TOO_LONG = "it took too long"
EXPECTED, UNEXPECTED, UNTOLD = "+", "-", "!"

Cells: TypeAlias = Sequence[Any]

_given_up: set[str] = set()  # tests of which a batch has taken too long in this process


@dataclass(frozen=True, slots=True, kw_only=True)
class RowTest:
    """One expectation as a question about each row.

    Attributes:
        type: As the library calls it.
        kwargs: As the suite has them.
        columns: Those of the batch it looks at, in order.
        into: Column for the answers.
    """

    type: str
    kwargs: Mapping[str, Any]
    columns: tuple[str, ...]
    into: str

    def answer(self) -> Answer:
        """Return the function that answers it.

        Raises:
            Exception: It asks for what cannot be told of any row; whatever the libraries raise.
        """
        return ANSWERS[self.type](self.kwargs)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowTests:
    """Puts the answers of several tests beside a batch."""

    tests: tuple[RowTest, ...]
    longest: int = LONGEST_BATCH  # seconds, for each test

    def __call__(self, batch: Any) -> Any:  # noqa: ANN401 - pyarrow.RecordBatch, which has no types
        """Return the batch with a column of text for each test."""
        import pyarrow as pa  # noqa: PLC0415 - on the executor

        held: dict[str, list[Any]] = {}
        columns = dict(zip(batch.schema.names, batch.columns, strict=True))
        for test in self.tests:
            for name in test.columns:
                if name not in held:
                    held[name] = batch.column(name).to_pylist()
            answers = _answers(test, [held[name] for name in test.columns], self.longest)
            columns[test.into] = pa.array(answers, pa.string())
        return pa.RecordBatch.from_pydict(columns)


def _answers(test: RowTest, columns: Sequence[Cells], longest: int) -> list[str | None]:
    told: list[str | None] = []
    key = json.dumps([test.type, test.kwargs], default=str)
    if key not in _given_up:
        try:
            with limited(longest):
                told.extend(_told(test.answer(), columns))
        except TooLongError:
            _given_up.add(key)
        except ImportError as error:
            told.extend(f"{UNTOLD}the workers lack what it needs ({error.name})" for _ in columns[0][len(told) :])
    told.extend(f"{UNTOLD}{TOO_LONG}" for _ in columns[0][len(told) :])
    return told


def _told(answer: Answer, columns: Sequence[Cells]) -> Iterator[str | None]:
    for cells in zip(*columns, strict=True):
        try:
            found = answer(cells)
        except (TypeError, ValueError) as error:
            yield f"{UNTOLD}{(str(error).splitlines() or [type(error).__name__])[0]}"
            continue
        if found is None:
            yield None
        else:
            shown = cells[0] if len(cells) == 1 and isinstance(cells[0], str) else ""
            yield (EXPECTED if found else UNEXPECTED) + shown
