"""The ladder: to whom a patient's alerts are told, rung by rung."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain import duty
from rehab_tracker.domain.duty import Away, Person, Rota, Shift
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.duty import Absence, DutyShift, absences_between, shifts_between
from rehab_tracker.storage.merging import kept_record_of
from rehab_tracker.storage.people import Staff, care_team_of, staff_of_clinic
from rehab_tracker.storage.readings import care_teams

Rungs = tuple[tuple[Staff, ...], tuple[Staff, ...], tuple[Staff, ...], tuple[Staff, ...]]


def rungs(session: Session, clinic_id: int, patient_id: UUID, today: date) -> Rungs:
    """Return who looks after it, the second nurse, the lead, and all clinicians; somebody, while there is anybody.

    Nobody is among them who has left, nor whose address failed while anybody else is there.
    """
    staff = staff_of_clinic(session, clinic_id)
    rota, known = _rota(session, clinic_id, staff, today), {member.id: member for member in staff}
    kept = kept_record_of(session, clinic_id, patient_id)
    found = duty.rungs(rota, care_team_of(session, clinic_id, kept.id if kept else patient_id))
    first, second, lead, everybody = (tuple(known[person.id] for person in rung) for rung in found)
    return first, second, lead, everybody


def _rota(session: Session, clinic_id: int, staff: Iterable[Staff], day: date) -> Rota:
    shifts, absences = shifts_between(session, clinic_id, day, day), absences_between(session, clinic_id, day, day)
    return rota_of(staff, shifts, absences, day)


def told_of(
    session: Session, clinic_id: int, staff_id: UUID, alerts: Iterable[tuple[Alert, UUID]], today: date
) -> list[Alert]:
    """Return those of a clinic's alerts of which somebody is told by now: on the rung that each has reached, or below.

    Each comes with the record that is kept of its patient. Whoever stands in for others is told, care team or not.
    """
    rota, teams = _rota(session, clinic_id, staff_of_clinic(session, clinic_id), today), care_teams(session, clinic_id)
    of_team = cache(lambda team: duty.rungs(rota, team))
    reached = ((each, of_team(teams.get(kept, frozenset()))[: each.rung + 1]) for each, kept in alerts)
    return [each for each, found in reached if any(person.id == staff_id for rung in found for person in rung)]


def rota_of(staff: Iterable[Staff], shifts: Iterable[DutyShift], absences: Iterable[Absence], day: date) -> Rota:
    """Return who is there on a day; a deputy counts once the deputy has accepted."""
    return Rota(
        [Person(member.id, member.role, member.address_failed_at is None) for member in staff],
        [shift_of(row) for row in shifts],
        [_away(row) for row in absences],
        day,
    )


def shift_of(row: DutyShift) -> Shift:
    """Return a shift as it was set."""
    return Shift(row.staff_id, row.duty, tuple(row.weekdays), row.first_day, row.last_day)


def _away(row: Absence) -> Away:
    return Away(row.staff_id, row.deputy_id if row.accepted_at else None, row.first_day, row.last_day)


def names(people: Sequence[Staff]) -> str:
    """Return people's names in one line."""
    return ", ".join(person.name for person in people)
