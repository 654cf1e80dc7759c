"""What the watchdog remembers from one look to the next: what it told, and what the machine's clocks showed."""

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from rehab_tracker.domain.watching import Reading, Told

NAME = "watch.json"
BOOT = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Memory:
    """What was told, by finding, and the clocks at the last look; nothing where nothing could be read."""

    told: Mapping[str, Told] = field(default_factory=dict)
    reading: Reading | None = None


def reading(now: datetime) -> Reading:
    """Return what the clocks show; on a machine that doesn't say when it started, nothing can be compared."""
    if not BOOT.exists():
        return Reading(now, f"{os.getpid()} {now.isoformat()}", 0.0)
    return Reading(now, BOOT.read_text().strip(), time.clock_gettime(time.CLOCK_BOOTTIME))


def recalled(folder: Path) -> Memory:
    """Return what was kept; of what can't be read nothing is believed, so that it is told again."""
    try:
        kept = json.loads((folder / NAME).read_text(encoding="utf-8"))
        told = {str(key): Told(_instant(at), bool(lasts)) for key, (at, lasts) in kept["told"].items()}
        at, booted, seconds = kept["reading"]
        return Memory(told, Reading(_instant(at), str(booted), float(seconds)))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return Memory()


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("an instant without its zone")
    return found


def keep(folder: Path, memory: Memory) -> None:
    """Keep it whole or not at all, also where the power fails meanwhile."""
    folder.mkdir(parents=True, exist_ok=True)
    told = {key: (each.at.isoformat(), each.lasts) for key, each in memory.told.items()}
    clocks = memory.reading and (memory.reading.at.isoformat(), *memory.reading[1:])
    new = folder / f"{NAME}.{os.getpid()}"
    with new.open("w", encoding="utf-8") as file:
        json.dump({"told": told, "reading": clocks}, file)
        file.flush()
        os.fsync(file.fileno())
    new.replace(folder / NAME)
    entry = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(entry)
    finally:
        os.close(entry)
