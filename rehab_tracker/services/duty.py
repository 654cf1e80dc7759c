"""Duty and absences: who looks after the clinic's alerts on which day, who is away, and who stands in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import CLINICIANS, POLICY, Action, Viewer, must_be_allowed
from rehab_tracker.domain.duty import Away, Duty, Person, Shift
from rehab_tracker.domain.errors import InvalidValue, NotAllowed, NotFound, WrongState
from rehab_tracker.domain.working_hours import WorkingHours
from rehab_tracker.services import audit
from rehab_tracker.services.clinics import calendar_of
from rehab_tracker.services.ladder import rota_of, shift_of
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.duty import Absence, DutyShift, absences_between, shifts_between
from rehab_tracker.storage.people import Staff, staff_of_clinic

DAYS_SHOWN = 7


def set_duty(session: Session, viewer: Viewer, shift: Shift, now: datetime) -> DutyShift:
    """Put somebody on duty on these days, and return the shift; the same once more changes nothing.

    Raises InvalidValue for somebody who is no clinician of this clinic.
    """
    must_be_allowed(viewer, Action.SET_DUTY)
    with transaction(session):
        _clinician(session, viewer, shift.staff, "/staff_id")
        known = shifts_between(session, viewer.clinic_id, shift.first_day, shift.first_day)
        found = next((row for row in known if shift_of(row) == shift), None)
        return found or _new_shift(session, viewer, shift, now)


def _new_shift(session: Session, viewer: Viewer, shift: Shift, now: datetime) -> DutyShift:
    row = DutyShift(
        clinic_id=viewer.clinic_id,
        staff_id=shift.staff,
        duty=shift.duty,
        weekdays=list(shift.weekdays),
        first_day=shift.first_day,
        last_day=shift.last_day,
        created_at=now,
        created_by=viewer.person,
    )
    session.add(row)
    session.flush()
    audit.note(session, viewer, "duty-set", now, subject=row.id)
    return row


def end_duty(session: Session, viewer: Viewer, shift_id: UUID, now: datetime) -> None:
    """Take a shift back; once more changes nothing. Raises NotFound for a shift of another clinic or none."""
    must_be_allowed(viewer, Action.SET_DUTY)
    with transaction(session):
        row = session.get(DutyShift, (viewer.clinic_id, shift_id), with_for_update=True)
        if row is None:
            raise NotFound()
        if row.ended_at is None:
            row.ended_at = now
            audit.note(session, viewer, "duty-ended", now, subject=row.id)


def announce_absence(session: Session, viewer: Viewer, away: Away, now: datetime) -> Absence:
    """Say when somebody is away and who is asked to stand in, and return the absence; the same again changes nothing.

    Until the deputy accepts, alerts go to whoever else is there. Raises NotAllowed for somebody else's absence unless
    the viewer sets the duty, InvalidValue for a deputy who is no clinician of this clinic and for days that are over.
    """
    must_be_allowed(viewer, Action.ANNOUNCE_ABSENCE)
    _must_be_own_or_set_duty(viewer, away.staff)
    with transaction(session):
        _member(session, viewer, away.staff, "/staff_id")
        if away.deputy:
            _clinician(session, viewer, away.deputy, "/deputy_id")
        if away.last_day < calendar_of(session, viewer.clinic_id).today(now):
            raise InvalidValue("Give days that are not over yet.", code="over", pointer="/last_day")
        known = absences_between(session, viewer.clinic_id, away.first_day, away.last_day)
        found = next((row for row in known if _asked(row) == away), None)
        return found or _new_absence(session, viewer, away, now)


def _asked(row: Absence) -> Away:
    """Return an absence as it was announced."""
    return Away(row.staff_id, row.deputy_id, row.first_day, row.last_day)


def _new_absence(session: Session, viewer: Viewer, away: Away, now: datetime) -> Absence:
    row = Absence(
        clinic_id=viewer.clinic_id,
        staff_id=away.staff,
        deputy_id=away.deputy,
        first_day=away.first_day,
        last_day=away.last_day,
        created_at=now,
        created_by=viewer.person,
    )
    session.add(row)
    session.flush()
    audit.note(session, viewer, "absence-announced", now, subject=row.id)
    return row


def accept_absence(session: Session, viewer: Viewer, absence_id: UUID, now: datetime) -> None:
    """Accept to stand in for somebody; once more changes nothing.

    Raises NotFound for an absence of another clinic or none, NotAllowed for anybody but the deputy who was asked,
    WrongState when it was taken back.
    """
    must_be_allowed(viewer, Action.ANNOUNCE_ABSENCE)
    with transaction(session):
        row = _absence(session, viewer, absence_id)
        if row.deputy_id is None or row.deputy_id != viewer.person:
            raise NotAllowed("Only who was asked to stand in can accept.", code="not-asked")
        if row.ended_at:
            raise WrongState(state="ended")
        if row.accepted_at is None:
            row.accepted_at = now
            audit.note(session, viewer, "absence-accepted", now, subject=row.id)


def end_absence(session: Session, viewer: Viewer, absence_id: UUID, now: datetime) -> None:
    """Take an absence back; once more changes nothing. Raises as ``accept_absence`` and ``announce_absence`` do."""
    must_be_allowed(viewer, Action.ANNOUNCE_ABSENCE)
    with transaction(session):
        row = _absence(session, viewer, absence_id)
        _must_be_own_or_set_duty(viewer, row.staff_id)
        if row.ended_at is None:
            row.ended_at = now
            audit.note(session, viewer, "absence-ended", now, subject=row.id)


def _absence(session: Session, viewer: Viewer, absence_id: UUID) -> Absence:
    row = session.get(Absence, (viewer.clinic_id, absence_id), with_for_update=True)
    if row is None:
        raise NotFound()
    return row


def _must_be_own_or_set_duty(viewer: Viewer, staff_id: UUID) -> None:
    if viewer.person != staff_id and viewer.role not in POLICY[Action.SET_DUTY]:
        raise NotAllowed("You can only tell of your own absence.", code="not-own")


def _member(session: Session, viewer: Viewer, staff_id: UUID, pointer: str) -> Staff:
    member = next((each for each in staff_of_clinic(session, viewer.clinic_id) if each.id == staff_id), None)
    if member is None:
        raise InvalidValue("Choose somebody from the list.", code="unknown-code", pointer=pointer)
    return member


def _clinician(session: Session, viewer: Viewer, staff_id: UUID, pointer: str) -> None:
    if _member(session, viewer, staff_id, pointer).role not in CLINICIANS:
        raise InvalidValue("Choose a nurse or a doctor.", code="no-clinician", pointer=pointer)


@dataclass(frozen=True, slots=True)
class DayOfDuty:
    """One day of the rota: who has which duty, deputies in place of the absent, and who is away."""

    day: date
    is_working_day: bool
    on_duty: dict[Duty, tuple[Staff, ...]]
    away: tuple[Staff, ...]


@dataclass(frozen=True, slots=True)
class WhoIsThere:
    """The rota from today on: its days, the shifts and absences behind it, the staff, and the working hours."""

    days: Sequence[DayOfDuty]
    shifts: Sequence[DutyShift]
    absences: Sequence[Absence]
    staff: Sequence[Staff]
    hours: WorkingHours

    @property
    def names(self) -> dict[UUID, str]:
        """Return the name of everybody of the staff, by id."""
        return {member.id: member.name for member in self.staff}


def who_is_there(session: Session, viewer: Viewer, now: datetime) -> WhoIsThere:
    """Return who is on duty today and in the six days after, with all that was announced; it tells of no patient."""
    must_be_allowed(viewer, Action.SEE_DUTY)
    with transaction(session):
        hours = calendar_of(session, viewer.clinic_id)
        first = hours.today(now)
        staff = staff_of_clinic(session, viewer.clinic_id)
        shifts = shifts_between(session, viewer.clinic_id, first, date.max)
        absences = absences_between(session, viewer.clinic_id, first)
    week = [first + timedelta(days=n) for n in range(DAYS_SHOWN)]
    days = [_day_of_duty(day, hours, staff, shifts, absences) for day in week]
    return WhoIsThere(days, shifts, absences, staff, hours)


def _day_of_duty(
    day: date, hours: WorkingHours, staff: Sequence[Staff], shifts: Sequence[DutyShift], absences: Sequence[Absence]
) -> DayOfDuty:
    rota = rota_of(staff, shifts, absences, day)

    def members(people: Sequence[Person]) -> tuple[Staff, ...]:
        ids = {person.id for person in people}
        return tuple(member for member in staff if member.id in ids)

    away = tuple(member for member in staff if rota.is_away(member.id))
    return DayOfDuty(day, hours.is_working_day(day), {duty: members(rota.on_duty(duty)) for duty in Duty}, away)
