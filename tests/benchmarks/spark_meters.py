"""What a run on Spark uses: processor time and memory of its processes, disk, and what tasks moved. Linux only.

Processes belong to a part by their session: whoever starts a part makes it the leader of a session of its own. Memory
is resident size summed over a part's processes, so pages that forked Python workers share are counted for each.
"""

import json
import os
import threading
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

PROC = Path("/proc")
MEGABYTE = 1_000_000
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_SECONDS = 0.25  # between two looks at the processes
_LOOKS_A_DISK = 8  # a folder is looked at every eighth time


@dataclass(slots=True)
class Used:
    """What the processes of one part used."""

    peak_bytes: int = 0
    cpu_seconds: float = 0.0


@dataclass(slots=True)
class Meter:
    """Looks at processes from a thread of its own while it is entered."""

    parts: Mapping[int, str]  # session -> name; several sessions may have one name
    folder: Path  # whose size is followed
    left_out: frozenset[int] = frozenset()  # processes that are no part of it
    used: dict[str, Used] = field(default_factory=lambda: defaultdict(Used))
    peak_folder_bytes: int = 0
    _ticks: dict[tuple[str, int], int] = field(default_factory=dict)
    _before: dict[tuple[str, int], int] = field(default_factory=dict)
    _done: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Begin; what processes have used until now does not count."""
        self._look()
        self._before = dict(self._ticks)
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End, and add up."""
        self._done.set()
        if self._thread is not None:
            self._thread.join()
        self._look()
        for (part, pid), ticks in self._ticks.items():
            self.used[part].cpu_seconds += (ticks - self._before.get((part, pid), 0)) / _TICKS

    def _watch(self) -> None:
        looks = 0
        while not self._done.wait(_SECONDS):
            self._look()
            if looks % _LOOKS_A_DISK == 0:
                self.peak_folder_bytes = max(self.peak_folder_bytes, folder_bytes(self.folder))
            looks += 1

    def _look(self) -> None:
        now: dict[str, int] = defaultdict(int)
        for entry in PROC.iterdir():
            if not entry.name.isdigit() or int(entry.name) in self.left_out:
                continue
            try:
                # The name stands in parentheses and may hold anything; fields are counted from behind it.
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has ended
            if part := self.parts.get(int(fields[3])):
                now[part] += int(fields[21]) * _PAGE
                # One number may be used twice; the sum of the two is what counts.
                key = (part, int(entry.name))
                self._ticks[key] = max(self._ticks.get(key, 0), int(fields[11]) + int(fields[12]))
        for part, size in now.items():
            self.used[part].peak_bytes = max(self.used[part].peak_bytes, size)


def folder_bytes(folder: Path) -> int:
    """Return the bytes of all files below a folder; those that go while it is looked at count nothing."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(place) / name).stat().st_size
            except OSError:
                continue
    return total


@dataclass(slots=True)
class Moved:
    """What the tasks of one application did, from its event log."""

    stages: int = 0
    tasks: int = 0
    shuffle_bytes: int = 0
    spilled_bytes: int = 0
    read_bytes: int = 0
    written_bytes: int = 0
    task_cpu_seconds: float = 0.0  # of the Java machines; Python workers come on top
    gc_seconds: float = 0.0
    longest_task_seconds: float = 0.0


def read_events(folder: Path) -> Moved:
    """Add up the tasks of the applications logged in a folder."""
    moved, stages = Moved(), set()
    for log in sorted(path for path in folder.rglob("*") if path.is_file()):
        with log.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if not line.startswith('{"Event":"SparkListenerTaskEnd"'):
                    continue
                event = json.loads(line)
                stages.add((log.name, event["Stage ID"]))
                _add(moved, event.get("Task Metrics") or {})
                moved.tasks += 1
    moved.stages = len(stages)
    return moved


def _add(moved: Moved, told: dict[str, object]) -> None:
    def number(*path: str) -> float:
        value: object = told
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        return float(value) if isinstance(value, (int, float)) else 0.0

    moved.shuffle_bytes += int(number("Shuffle Write Metrics", "Shuffle Bytes Written"))
    moved.spilled_bytes += int(number("Disk Bytes Spilled"))
    moved.read_bytes += int(number("Input Metrics", "Bytes Read"))
    moved.written_bytes += int(number("Output Metrics", "Bytes Written"))
    moved.task_cpu_seconds += number("Executor CPU Time") / 1e9
    moved.gc_seconds += number("JVM GC Time") / 1e3
    moved.longest_task_seconds = max(moved.longest_task_seconds, number("Executor Run Time") / 1e3)
