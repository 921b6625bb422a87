"""Large values that functions on the cluster hold: written once, and mapped into memory by whoever works there.

The arrays of a value lie in the file as they lie in memory, so all workers of a machine share one copy of them, and of
that only what they look at.
"""

import hashlib
import mmap
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segaudit.errors import EngineError

_ALIGNED = 64  # bytes
_loaded: dict[str, Any] = {}  # of this process, by file


@dataclass(frozen=True, slots=True, kw_only=True)
class InFile:
    """A value in a file that all who hold it see."""

    path: str
    digest: str  # of the first part: nothing is unpickled but what was written
    parts: tuple[tuple[int, int], ...]  # where each begins and its length, in bytes: the pickle, and its buffers

    @property
    def value(self) -> Any:  # noqa: ANN401 - whatever was shared
        """The value; read when it is first asked for.

        Raises:
            EngineError: The file is not what was written.
        """
        if self.path not in _loaded:
            _loaded.clear()  # a worker that goes on to the next value has done with the one before
            _loaded[self.path] = self._read()
        return _loaded[self.path]

    def _read(self) -> Any:  # noqa: ANN401 - as above
        with Path(self.path).open("rb") as source:
            mapped = memoryview(mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ))
        content, *buffers = (mapped[start : start + length] for start, length in self.parts)
        if hashlib.sha256(content).hexdigest() != self.digest:
            raise EngineError(
                f"{self.path} is not what was written there",
                statement="sharing a value",
                hint="let nobody else write to the work folder",
            )
        return pickle.loads(content, buffers=buffers)  # noqa: S301 - its digest came with the function


def share(value: Any, folder: str) -> InFile:  # noqa: ANN401 - anything cloudpickle takes
    """Write a value into a folder; this process goes on with the one it has."""
    from pyspark import cloudpickle  # noqa: PLC0415 - no one pays for Spark who does not use it

    taken: list[pickle.PickleBuffer] = []
    content: bytes = cloudpickle.dumps(value, protocol=5, buffer_callback=taken.append)
    buffers = [memoryview(content), *(buffer.raw() for buffer in taken)]
    parts, end, name = [], 0, hashlib.sha256()
    for buffer in buffers:
        parts.append((end, buffer.nbytes))
        end += -(-buffer.nbytes // _ALIGNED) * _ALIGNED
        name.update(buffer)
    path = Path(folder, f"{name.hexdigest()[:24]}.shared")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as sink:
        for (start, _), buffer in zip(parts, buffers, strict=True):
            sink.seek(start)
            sink.write(buffer)
        sink.truncate(end)
    _loaded[str(path)] = value
    return InFile(path=str(path), digest=hashlib.sha256(content).hexdigest(), parts=tuple(parts))


def forget() -> None:
    """Let go of what this process holds."""
    _loaded.clear()
