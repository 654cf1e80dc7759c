"""The event format: one JSON object a line, one patient's lines together, read strictly or refused by line number.

A contract for scripts outside: keys and codes only ever grow. The reader orders a patient's lines by ``received_at``.
"""

from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from hashlib import sha1
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from rehab_tracker.domain.entry import Entry, Kind, checked_day, checked_rev, clock_fault, entry_id
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.moment import instant, local_date, local_day, time_zone
from rehab_tracker.domain.recorded import Recorded
from rehab_tracker.domain.strict_json import checked_text, strict_json
from rehab_tracker.evaluation.entry_line import CONTENT_KEYS, Keys, checked_keys, content, text, yes_no
from rehab_tracker.evaluation.staff_line import RECORD_KEYS, recorded

LINE_IDS = UUID("6f1b6f0e-63a5-5d0b-9a3c-0d6a52b7f1c4")
"""Namespace of the ids that lines without one get: the same line always has the same id."""

NO_VERSION = ~(0xF000 << 64 | 0xC000 << 48)
VERSION_5 = 5 << 76 | 0x8000 << 48
"""Which bits of a UUID say that it is one, made by hashing a name (RFC 9562)."""

NAMESPACE = LINE_IDS.bytes

LONGEST_PATIENT = 64

ENTRY_KEYS = frozenset(("received_at", "for_date", "time_zone", "id", "rev", "withdrawn"))
KINDS: dict[str, Kind] = {str(kind): kind for kind in Kind}
STAFF_KEYS: dict[str, Keys] = {"patient": Keys(frozenset(("time_zone", "enrolled_on"))), **RECORD_KEYS}


class EventFault(Exception):
    """A line of an event file that cannot be read; the whole file is refused."""

    def __init__(self, line: int, fault: InvalidValue) -> None:
        self.line = line
        where = f" at {fault.pointer}" if fault.pointer else ""
        super().__init__(f"line {line}: {fault}{where} ({fault.code})")


Event = Recorded | Entry


@dataclass(slots=True)
class PatientEvents:
    """One patient of an event file, with the events in the order in which they were received."""

    patient: str
    time_zone: str
    enrolled_on: date
    events: list[Event] = field(default_factory=list)
    kinds: dict[UUID, Kind] = field(default_factory=dict)
    records: dict[tuple[UUID, int], Recorded] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        """Return the patient's time zone."""
        return time_zone(self.time_zone)


def received(event: Event) -> datetime:
    """Return when an event reached the clinic; staff's own records are received as they are made."""
    return event.received_at if isinstance(event, Entry) else event.at


def patients(lines: Iterable[str | bytes]) -> Iterator[PatientEvents]:
    """Yield the patients of an event file one by one; raise EventFault at the first line that cannot be read."""
    current: PatientEvents | None = None
    seen: set[str] = set()
    for number, raw in enumerate(_without_mark(lines), start=1):
        if not raw.strip():
            continue
        try:
            line = _object(raw)
            if line["event"] != "patient":
                _add(current, line, raw)
                continue
            found = _patient(line, seen)
        except InvalidValue as fault:
            raise EventFault(number, fault) from fault
        if current:
            yield _ordered(current)
        current = found
    if current:
        yield _ordered(current)


def _without_mark(lines: Iterable[str | bytes]) -> Iterator[str | bytes]:
    """Yield the lines without the byte-order mark that some editors write before the first one."""
    for number, line in enumerate(lines):
        mark = "\ufeff" if isinstance(line, str) else BOM_UTF8
        yield line.removeprefix(mark) if number == 0 else line  # type: ignore[arg-type]


def _ordered(patient: PatientEvents) -> PatientEvents:
    patient.events.sort(key=received)
    return patient


def _object(raw: str | bytes) -> dict[str, Any]:
    line = strict_json(raw)
    if not isinstance(line, dict):
        raise InvalidValue("Each line is one JSON object.", code="wrong-type")
    text(line, "event")
    _checked_name(text(line, "patient"))
    return line


@lru_cache
def _checked_name(name: str) -> None:
    checked_text(name)
    if len(name) > LONGEST_PATIENT or not name.strip() or not name.isprintable():
        raise InvalidValue("Name the patient in 1 to %(most)d characters.", code="bad-patient", most=LONGEST_PATIENT)


def _patient(line: dict[str, Any], seen: set[str]) -> PatientEvents:
    checked_keys(line, STAFF_KEYS["patient"])
    if line["patient"] in seen:
        raise InvalidValue("One patient's lines stand together.", code="patient-twice", pointer="/patient")
    seen.add(line["patient"])
    zone = time_zone(line["time_zone"], "/time_zone")
    return PatientEvents(line["patient"], zone.key, local_date(line["enrolled_on"], "/enrolled_on"))


def _add(patient: PatientEvents | None, line: dict[str, Any], raw: str | bytes) -> None:
    if patient is None or patient.patient != line["patient"]:
        raise InvalidValue("A patient's first line is its patient event.", code="patient-first", pointer="/patient")
    event = _event(patient, line, _line_id(raw))
    if isinstance(event, Entry) and patient.kinds.setdefault(event.id, event.kind) is not event.kind:
        raise InvalidValue("An entry can't change its kind.", code="kind-changed", pointer="/event")
    if isinstance(event, Recorded) and _stands_there(patient, event):
        return
    patient.events.append(event)


def _line_id(raw: str | bytes) -> UUID:
    """Return the UUIDv5 of a line, put together quickly."""
    written = raw.encode() if isinstance(raw, str) else raw
    digest = sha1(NAMESPACE + written.strip(), usedforsecurity=False).digest()
    return UUID(int=int.from_bytes(digest[:16], "big") & NO_VERSION | VERSION_5)


def _stands_there(patient: PatientEvents, event: Recorded) -> bool:
    """Return whether the very same thing was recorded already; raise InvalidValue for another of its id and version."""
    there = patient.records.setdefault(event.key, event)
    if there != event:
        raise InvalidValue("Give what has changed the next version.", code="version-twice", pointer="/version")
    return there is not event


def _event(patient: PatientEvents, line: dict[str, Any], line_id: UUID) -> Event:
    name = line["event"]
    kind = KINDS.get(name)
    if kind is not None:
        return _entry(patient, line, kind, line_id)
    if name not in RECORD_KEYS:
        raise InvalidValue("There is no event of this name.", code="unknown-event", pointer="/event")
    checked_keys(line, RECORD_KEYS[name])
    return recorded(line, line_id, patient.zone)


def _entry(patient: PatientEvents, line: dict[str, Any], kind: Kind, line_id: UUID) -> Entry:
    withdrawn = yes_no(line, "withdrawn") or False
    told = not withdrawn or any(name in line for name in CONTENT_KEYS[kind].needed)
    checked_keys(line, _entry_keys(kind, told))
    recorded_at = _instant(line["recorded_at"], "/recorded_at")
    received_at = _instant(line["received_at"], "/received_at") if "received_at" in line else recorded_at
    received_at = received_at if received_at.tzinfo is UTC else received_at.astimezone(UTC)
    zone = time_zone(line["time_zone"], "/time_zone") if "time_zone" in line else patient.zone
    for_date = local_date(line["for_date"], "/for_date") if "for_date" in line else None
    own, today = entry_id(line["id"]) if "id" in line else line_id, _local_day(line["recorded_at"], zone)
    in_time = recorded_at <= received_at and patient.enrolled_on <= today
    return Entry(
        id=own,
        kind=kind,
        recorded_at=recorded_at,
        received_at=received_at,
        for_date=checked_day(for_date, recorded_at, zone) if for_date else today,
        time_zone=zone.key,
        content=content(kind, line) if told else None,
        rev=checked_rev(line.get("rev", 1)),
        withdrawn=withdrawn,
        fault=None if in_time else clock_fault(recorded_at, received_at, patient.enrolled_on, zone),
    )


def _instant(said: object, pointer: str) -> datetime:
    """Return the instant that a line names; what is told at one time is told in several lines."""
    return _read_instant(said, pointer) if type(said) is str else instant(said, pointer)


_read_instant = lru_cache(instant)


@lru_cache
def _local_day(said: str, zone: ZoneInfo) -> date:
    return local_day(_read_instant(said, "/recorded_at"), zone)


@cache
def _entry_keys(kind: Kind, told: bool) -> Keys:
    """Return the keys of an entry's line; a withdrawal may leave out what it withdraws."""
    needed, optional = CONTENT_KEYS[kind]
    return Keys((needed if told else frozenset()) | {"recorded_at"}, optional | ENTRY_KEYS)
