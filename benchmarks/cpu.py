"""CPU-seconds of a process and everything it started, from /proc; a noisy machine changes the clock, hardly these."""

import os
from collections.abc import Iterator
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
USED = slice(11, 15)
"""utime, stime, cutime and cstime, counted from the field behind the command's name."""


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _tree(root: int) -> Iterator[int]:
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                parents.setdefault(int(_stat(int(entry.name))[1]), []).append(int(entry.name))
            except (FileNotFoundError, ProcessLookupError):
                continue
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        yield pid
        waiting += parents.get(pid, [])


def seconds(root: int) -> float:
    """Return the CPU-seconds that a process, its living descendants and its ended children have used."""
    ticks = 0
    for pid in _tree(root):
        try:
            ticks += sum(int(field) for field in _stat(pid)[USED])
        except (FileNotFoundError, ProcessLookupError):
            continue
    return ticks / TICKS
