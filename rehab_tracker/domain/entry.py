"""Entries: what a patient sends about one local day, with its versions, its times and the doubts about its clock.

Arrival order does not matter: what stands is decided by id and revision, and a day by ``for_date``, never by receipt.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from rehab_tracker.domain.call_request import CallRequest
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.exercise import ExerciseReport
from rehab_tracker.domain.moment import local_day, time_zone
from rehab_tracker.domain.pain import PainReading
from rehab_tracker.domain.red_flag import RedFlagReport
from rehab_tracker.domain.site import Site
from rehab_tracker.domain.weight_bearing import WeightBearingReport

MOST_DAYS_BACK = 14
"""Days before the local day of recording that an entry may be about: recall of one day's pain fades (house rule)."""

HIGHEST_REV = 1_000_000
"""Upper bound of an entry's revision; nobody edits one entry that often."""

CLOCK_TOLERANCE = timedelta(minutes=10)
"""How far a phone may be ahead of us before an entry cannot have been recorded yet (house rule)."""

SUSPECT_SKEW = timedelta(minutes=5)
"""A phone whose clock differs by more is marked, and its times are corrected."""

GREATEST_SKEW = timedelta(hours=24)
"""A clock that differs by more cannot tell which day it is, so its entries wait for a person."""

ID_VERSIONS = (4, 5, 7)


class Kind(StrEnum):
    """What an entry is about; also the name of its event."""

    PAIN = "pain"
    RED_FLAGS = "red-flags"
    WEIGHT_BEARING = "weight-bearing"
    EXERCISE = "exercise"
    CALL_REQUEST = "call-request"


Content = PainReading | RedFlagReport | WeightBearingReport | ExerciseReport | CallRequest


class ClockFault(StrEnum):
    """Why an entry's times cannot be true, so that it waits for a person and no rule uses it."""

    RECORDED_IN_FUTURE = "recorded-in-future"
    RECORDED_BEFORE_ENROLMENT = "recorded-before-enrolment"
    CLOCK_FAR_OFF = "clock-far-off"


@dataclass(frozen=True, slots=True)
class Entry:
    """One version of what a patient sent.

    ``id`` is made by the phone; ``rev`` counts its edits from 1. ``for_date`` is the local day it is about. ``content``
    is None only for a withdrawal that repeats nothing. ``fault`` is set where its clock is impossible.
    """

    id: UUID
    kind: Kind
    recorded_at: datetime
    received_at: datetime
    for_date: date
    time_zone: str
    content: Content | None
    rev: int = 1
    withdrawn: bool = False
    fault: ClockFault | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """An entry as a phone sent it, before it has arrived: nothing of ours is on it yet."""

    id: UUID
    kind: Kind
    rev: int
    recorded_at: datetime
    time_zone: str
    for_date: date | None
    withdrawn: bool
    content: Content | None


def arrived(sent: Sent, received_at: datetime, enrolled_on: date, skew: timedelta = timedelta()) -> Entry:
    """Return the entry that this becomes on receipt; raise InvalidValue when it is about a day out of reach.

    ``skew`` is how far the phone's clock was behind ours when it sent.
    """
    zone = time_zone(sent.time_zone, "/time_zone")
    return Entry(
        id=sent.id,
        kind=sent.kind,
        recorded_at=sent.recorded_at,
        received_at=received_at,
        for_date=checked_day(sent.for_date, sent.recorded_at, zone),
        time_zone=sent.time_zone,
        content=sent.content,
        rev=sent.rev,
        withdrawn=sent.withdrawn,
        fault=clock_fault(sent.recorded_at, received_at, enrolled_on, zone, skew),
    )


def fingerprint(entry: Entry) -> str:
    """Return a digest of what the patient sent: equal for a repeated entry, whenever and wherever it arrives again."""
    stamp = (str(entry.kind), entry.recorded_at.isoformat(), entry.for_date.isoformat(), entry.time_zone)
    said = plain(entry.content) if entry.content else None
    return sha256(json.dumps([*stamp, entry.withdrawn, said], sort_keys=True).encode()).hexdigest()


def plain(value: Any) -> Any:
    """Return a content as plain JSON values under its own field names; what was not said is left out."""
    if is_dataclass(value) and not isinstance(value, Site):
        said = ((f.name, getattr(value, f.name)) for f in fields(value))
        return {name: plain(item) for name, item in said if item is not None}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return str(value) if isinstance(value, Site | StrEnum) else value


def entry_id(text: object, pointer: str = "/id") -> UUID:
    """Return the UUID (version 4, 5 or 7) of 36 canonical characters; raise InvalidValue (``bad-uuid``) otherwise."""
    if isinstance(text, str) and len(text) == 36 and text.isascii():
        try:
            found = UUID(text)
        except ValueError:
            found = None
        if found and found.version in ID_VERSIONS and str(found) == text.lower():
            return found
    raise InvalidValue("Give the entry an id of its own (a UUID of version 7).", code="bad-uuid", pointer=pointer)


def checked_day(for_date: date | None, recorded_at: datetime, zone: ZoneInfo) -> date:
    """Return the day an entry is about: the one given, else the local day of recording.

    Raises InvalidValue for a day after the local day of recording, or more than 14 days before it.
    """
    today = local_day(recorded_at, zone)
    if for_date is None:
        return today
    if for_date > today:
        raise InvalidValue("The date must be today or earlier.", code="date-in-future", pointer="/for_date")
    if (today - for_date).days > MOST_DAYS_BACK:
        raise InvalidValue(
            "You can add entries for the last %(days)d days. For older days, tell your clinic.",
            code="too-long-ago",
            pointer="/for_date",
            days=MOST_DAYS_BACK,
        )
    return for_date


def clock_fault(
    recorded_at: datetime, received_at: datetime, enrolled_on: date, zone: ZoneInfo, skew: timedelta = timedelta()
) -> ClockFault | None:
    """Return why these times cannot be true, or None.

    ``skew`` is how far the phone's clock was behind ours when it sent. A corrected time after receipt (10 minutes are
    forgiven) or more than a day before enrolment is impossible; a clock off by more than a day can't name the day.
    """
    if abs(skew) > GREATEST_SKEW:
        return ClockFault.CLOCK_FAR_OFF
    if recorded_at - received_at > CLOCK_TOLERANCE - skew:
        return ClockFault.RECORDED_IN_FUTURE
    if enrolled_on - local_day(recorded_at, zone) > timedelta(days=1):
        return ClockFault.RECORDED_BEFORE_ENROLMENT
    return None


def standing(entries: Iterable[Entry]) -> list[Entry]:
    """Return the versions that count, oldest day first: of each id the highest revision, unless withdrawn.

    Two versions with one revision are a conflict: both stand, so that rules use the worse value. A version with an
    impossible clock does not stand, and takes the place of none: until a person has looked, the one before it counts.
    """
    newest: dict[UUID, list[Entry]] = {}
    for entry in (e for e in entries if e.fault is None):
        versions = newest.setdefault(entry.id, [])
        if versions and entry.rev > versions[0].rev:
            versions.clear()
        if not versions or entry.rev == versions[0].rev:
            versions.append(entry)
    kept = [e for versions in newest.values() for e in versions if not e.withdrawn]
    return sorted(kept, key=lambda e: (e.for_date, e.recorded_at, e.id))


def checked_rev(rev: int, pointer: str = "/rev") -> int:
    """Return the revision, a whole number from 1 to 1,000,000; raise InvalidValue otherwise."""
    if type(rev) is not int or not 1 <= rev <= HIGHEST_REV:
        raise InvalidValue(
            "Count the entry's versions from 1 to %(most)d.", code="out-of-range", pointer=pointer, most=HIGHEST_REV
        )
    return rev
