"""Event lines of patient P1, as text."""

import json
from collections.abc import Iterable
from typing import Any

from rehab_tracker.evaluation.events import Event, PatientEvents, patients

PATIENT = {"event": "patient", "patient": "P1", "time_zone": "Europe/Lisbon", "enrolled_on": "2026-01-05"}
RIGHT_KNEE = {
    "event": "involvement",
    "patient": "P1",
    "site": "right-knee",
    "status": "confirmed",
    "recorded_at": "2026-01-05T09:00:00+00:00",
}


def pain(day: str, place: str = "left-knee", worst: int = 3, **more: Any) -> dict[str, Any]:
    score = {"site": place, "on_loading": worst}
    stamp = {"event": "pain", "patient": "P1", "recorded_at": f"{day}T20:10:00+00:00"}
    return {**stamp, "no_other_pain": True, "scores": [score], **more}


def red_flags(day: str, *flags: str, **more: Any) -> dict[str, Any]:
    return {
        "event": "red-flags", "patient": "P1", "recorded_at": f"{day}T20:10:00+00:00", "flags": list(flags), **more,
    }  # fmt: skip


def text(*lines: dict[str, Any] | str) -> list[str]:
    return [line if isinstance(line, str) else json.dumps(line) for line in lines]


def read(*lines: dict[str, Any] | str) -> PatientEvents:
    """Return patient P1 with these lines after her own."""
    [found] = patients(text(PATIENT, *lines))
    return found


def event(line: dict[str, Any] | str) -> Event:
    [found] = read(line).events
    return found


def without(line: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in line.items() if key not in keys}


def file_of(lines: Iterable[dict[str, Any] | str]) -> str:
    return "".join(f"{line}\n" for line in text(*lines))
