"""The person: who a patient is, where a patient stands with the clinic, and what stops there."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.mail_address import outside_address
from rehab_tracker.domain.moment import local_day, time_zone
from rehab_tracker.domain.strict_json import checked_text

EARLIEST_BIRTH = date(1900, 1, 1)
"""Nobody alive was born before; an earlier year is a typing error (house rule)."""

LONGEST_REASON = 280


class Sex(StrEnum):
    """A patient's sex as the record has it."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    NOT_RECORDED = "not-recorded"


class PatientState(StrEnum):
    """Where a patient stands with the clinic; ``STOPPED`` says what each state stops, and none stops reading."""

    ACTIVE = "active"
    SURVEILLANCE = "surveillance"
    DISCHARGED = "discharged"
    MOVED = "moved"
    DECEASED = "deceased"

    def stops(self, activity: "Activity") -> bool:
        """Return whether this goes on no longer for a patient in this state."""
        return activity in STOPPED[self]


class Activity(StrEnum):
    """What goes on around a patient and may stop; red flags go on for as long as anything is accepted."""

    REMINDING = "reminding"
    ASKING = "asking"
    TELLING_OF_SILENCE = "telling-of-silence"
    PROPOSING = "proposing"
    ACCEPTING = "accepting"


QUIET = frozenset((Activity.REMINDING, Activity.ASKING, Activity.TELLING_OF_SILENCE, Activity.PROPOSING))

# In surveillance nothing stops: the plan's rhythm asks seldom. Whoever is discharged may go on logging unasked, and is
# still judged. A diary that nobody reads any more must not take anything in as if somebody did.
STOPPED: dict[PatientState, frozenset[Activity]] = {
    PatientState.ACTIVE: frozenset(),
    PatientState.SURVEILLANCE: frozenset(),
    PatientState.DISCHARGED: QUIET,
    PatientState.MOVED: QUIET | {Activity.ACCEPTING},
    PatientState.DECEASED: QUIET | {Activity.ACCEPTING},
}


class Detail(StrEnum):
    """What is known of a person and may be corrected, by the name of its field."""

    RECORD_NUMBER = "record_number"
    NAME = "name"
    BORN = "born"
    SEX = "sex"
    PHONE = "phone"
    EMAIL = "email"
    LANGUAGE = "language"
    TIME_ZONE = "time_zone"


Value = str | date | None


def checked_detail(detail: Detail, value: Value, today: date, languages: Iterable[str]) -> Value:
    """Return a detail as it is kept; raise InvalidValue, pointing to the detail, when it is out of bounds.

    A birth date, a phone or an e-mail address may be None, which is not known. ``today`` is the last day to be born on;
    ``languages`` are those we write in.
    """
    try:
        match detail:
            case Detail.BORN:
                return _checked_birth(value, today)
            case Detail.SEX:
                return _checked_code(value, list(Sex), "Choose an answer from the list.")
            case Detail.LANGUAGE:
                return _checked_code(value, languages, "Choose a language from the list.")
            case Detail.TIME_ZONE:
                return time_zone(value).key
            case Detail.EMAIL:
                return checked_email(value)
            case _:
                return _checked_line(detail, value)
    except InvalidValue as fault:
        raise fault.at(f"/{detail}") from None


def _checked_birth(born: Value, today: date) -> date | None:
    if born is not None and not isinstance(born, date):
        raise InvalidValue("Give the day like 2026-01-05.", code="bad-date")
    if born and born > today:
        raise InvalidValue("The birth date must be in the past.", code="date-in-future")
    if born and born < EARLIEST_BIRTH:
        year = EARLIEST_BIRTH.year
        raise InvalidValue("The birth date must be in %(year)d or later.", code="too-long-ago", year=year)
    return born


def _checked_code(code: Value, codes: Iterable[str], otherwise: str) -> str:
    if not isinstance(code, str) or code not in codes:
        raise InvalidValue(otherwise, code="unknown-code")
    return str(code)


def checked_email(text: Value) -> str | None:
    """Return a patient's e-mail address as it is kept, None for nothing; raise InvalidValue for what is none."""
    said = text.strip() if isinstance(text, str) else ""
    return outside_address(said) if said else None


LONGEST = {Detail.NAME: 200, Detail.RECORD_NUMBER: 64, Detail.PHONE: 40}
"""Characters of what is written in one line."""


def _checked_line(detail: Detail, text: Value) -> str | None:
    said = text.strip() if isinstance(text, str) else ""
    if not said and detail is Detail.PHONE:
        return None
    if not said:
        raise InvalidValue("Give a name and a record number.", code="missing-key")
    return checked_text(said, LONGEST[detail])


def checked_reason(text: str) -> str:
    """Return why something is done, at most 280 characters; raise InvalidValue where nothing is said."""
    said = checked_text(text.strip(), LONGEST_REASON)
    if not said:
        raise InvalidValue("Say in a few words why.", code="too-short", pointer="/reason")
    return said


def changed(before: Mapping[Detail, Value], after: Mapping[Detail, Value]) -> dict[Detail, tuple[Value, Value]]:
    """Return the details that differ, each with the value before and the value after."""
    return {detail: (before[detail], value) for detail, value in after.items() if before[detail] != value}


class ZoneSince(NamedTuple):
    """The time zone that a patient's local days are told in, from one of them on."""

    from_date: date
    time_zone: str


class ZoneChange(NamedTuple):
    """One change of a patient's time zone."""

    at: datetime
    before: str
    after: str


def zones(present: str, changes: Iterable[ZoneChange]) -> list[ZoneSince]:
    """Return a patient's zones, each from its first day on, so that every local date has exactly one.

    A new zone holds from the later of the two local days of its change, so that no day that has passed in either is
    told again. The first holds since ever; of two changes with one day the later one holds.
    """
    ordered = sorted(changes, key=lambda change: change.at)
    found = [ZoneSince(date.min, ordered[0].before if ordered else present)]
    for at, before, after in ordered:
        day = max(local_day(at, time_zone(before)), local_day(at, time_zone(after)), found[-1].from_date)
        if found[-1].from_date == day:
            found.pop()
        found.append(ZoneSince(day, after))
    return found


def zone_on(history: Iterable[ZoneSince], day: date) -> str:
    """Return the time zone that a local day is told in."""
    return [since.time_zone for since in history if since.from_date <= day][-1]
