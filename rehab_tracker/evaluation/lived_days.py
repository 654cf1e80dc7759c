"""The demo's last days, lived through: phones push, staff make their rounds, and the clock is asked again and again.

Nothing here writes alerts, letters or digests: the services do, each at its instant, as if the program had run.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from functools import partial
from heapq import heapify, heappop, heappush
from itertools import count, groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session, sessionmaker

from rehab_tracker.domain.access import Role, Viewer, system
from rehab_tracker.domain.entry import Entry, Sent
from rehab_tracker.domain.local_time import ONE_DAY
from rehab_tracker.evaluation.made_up_clinic import MadeUpClinic, MadeUpPatient, everybody, fill
from rehab_tracker.evaluation.made_up_rounds import ROUNDS, arrange, is_working_day, make_round
from rehab_tracker.evaluation.simulator import ZONE
from rehab_tracker.services import clinics, entries, leasing
from rehab_tracker.services.importing import Story, import_story
from rehab_tracker.services.letters import UNDO
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.clock import beats
from rehab_tracker.storage.database import read_only, under_clinic
from rehab_tracker.storage.people import Patient, patient_of_record_number

BEGINS = time(7)
"""When on the working day before today begins what is lived through: time enough to climb the whole ladder."""
CLOCK = (time(0, 1), time(3, 31), time(7, 31), time(8, 1), *(time(hour, 1) for hour in (10, 12, 14, 16, 17, 18)))
"""When the clock is asked on each day, besides whenever a letter waits: all that falls due is then done in time."""

Sessions = sessionmaker[Session]
Do = Callable[[datetime], object]


class Happening(NamedTuple):
    """Something that happens at an instant; ``order`` tells apart what happens at once."""

    at: datetime
    order: int
    do: Do


def grown(
    sessions: Sessions, clinics: Sequence[tuple[MadeUpClinic, int]], began: date, now: datetime, ask: Do
) -> Iterator[str]:
    """Make clinics with so many made-up patients each, up to now, and yield in words how far that is.

    What is long ago is filled in; the last days are lived through. ``began`` is the day of the first start, ``ask`` the
    clock: it does what is due at an instant, as the jobs process would. The sessions are the owner's.
    """
    since, tomorrow = lived_since(sessions, now), now.date() + ONE_DAY
    people = [(each, everybody(each, number, began, tomorrow)) for each, number in clinics]
    for made_up, patients in people:
        for step in fill(sessions, made_up, patients, since):
            yield f"{step.clinic}: patients {step.done}/{step.of}"
        arrange(sessions, made_up, began, now.astimezone(ZoneInfo(ZONE)).date(), since)
    for day in live(sessions, people, since, now, ask):
        yield f"{day}: lived through   "


def lived_since(sessions: Sessions, now: datetime) -> datetime:
    """Return from when on days are to be lived through: since the working day before, or since the clock was asked.

    What lies before is only filled in.
    """
    day = now.astimezone(ZoneInfo(ZONE)).date() - ONE_DAY
    while not is_working_day(day):
        day -= ONE_DAY
    first = datetime.combine(day, BEGINS, ZoneInfo(ZONE)).astimezone(UTC)
    with sessions() as session, transaction(read_only(session)):
        return min(now, max([first, *(beat.tried_at for beat in beats(session))]))


def live(
    sessions: Sessions,
    people: Sequence[tuple[MadeUpClinic, Sequence[MadeUpPatient]]],
    since: datetime,
    now: datetime,
    ask: Do,
) -> Iterator[date]:
    """Let everything happen that lies between two instants, in its order; yield each day as it begins."""
    order, once_more = count(), partial(ask)
    happenings = [Happening(at, next(order), do) for at, do in _between(sessions, people, since, now, ask)]
    heapify(happenings)
    day = date.min
    while happenings:
        at, _, do = heappop(happenings)
        if at.date() > day:
            yield (day := at.date())
        do(at)
        if do is not once_more and (then := at + UNDO) <= now and _letter_waits(sessions, then):
            heappush(happenings, Happening(then, next(order), once_more))


def _letter_waits(sessions: Sessions, at: datetime) -> bool:
    with sessions() as session:
        return bool(leasing.due_clinics(session, at))


def _between(
    sessions: Sessions,
    people: Sequence[tuple[MadeUpClinic, Sequence[MadeUpPatient]]],
    since: datetime,
    now: datetime,
    ask: Do,
) -> Iterator[tuple[datetime, Do]]:
    """Yield what happens: rounds, what patients tell and staff record, and that the clock is asked, also at the end."""
    for made_up, patients in people:
        with sessions() as session:
            clinic_id = clinics.named(session, made_up.slug).id
        for at in _each_day(ROUNDS, since, now):
            yield at, partial(make_round, sessions, clinic_id, made_up)
        for patient in patients:
            yield from _told(sessions, clinic_id, patient.story(since, now))
    for at in (since, *_each_day(CLOCK, since, now), now):
        yield at, ask


def _each_day(clocks: Sequence[time], since: datetime, now: datetime) -> Iterator[datetime]:
    """Yield the instants between two others at which local clocks show these times."""
    day = since.astimezone(ZoneInfo(ZONE)).date()
    while day <= now.date():
        for clock in clocks:
            at = datetime.combine(day, clock, ZoneInfo(ZONE)).astimezone(UTC)
            if since < at < now:
                yield at
        day += ONE_DAY


def _told(sessions: Sessions, clinic_id: int, told: Story) -> Iterator[tuple[datetime, Do]]:
    """Yield what a patient's phone sends, what is told at once in one push, and what staff record."""
    if not told.entries and not told.recorded:
        return
    with under_clinic(sessions(), clinic_id) as session, transaction(read_only(session)):
        patient = patient_of_record_number(session, clinic_id, told.details.record_number)
    assert patient is not None
    for at, together in groupby(told.entries, key=lambda entry: entry.received_at):
        yield at, partial(_push, sessions, patient, list(together))
    for recorded in told.recorded:
        yield recorded.at, partial(_record, sessions, clinic_id, Story(told.details, recorded=[recorded]))


def _push(sessions: Sessions, patient: Patient, told: Sequence[Entry], at: datetime) -> None:
    viewer = Viewer(patient.clinic_id, Role.PATIENT, patient.id, None, patient.language)
    with under_clinic(sessions(), patient.clinic_id) as session:
        entries.push(session, viewer, [_sent(entry) for entry in told], None, at)


def _sent(entry: Entry) -> Sent:
    """Return an entry as a phone sends it."""
    return Sent(
        id=entry.id,
        kind=entry.kind,
        rev=entry.rev,
        recorded_at=entry.recorded_at,
        time_zone=entry.time_zone,
        for_date=entry.for_date,
        withdrawn=entry.withdrawn,
        content=entry.content,
    )


def _record(sessions: Sessions, clinic_id: int, told: Story, at: datetime) -> None:
    with under_clinic(sessions(), clinic_id) as session:
        import_story(session, system(clinic_id), told, at)
