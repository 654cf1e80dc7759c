"""Digests: what waits for a clinician, worked out when it is written, and sent also when nothing waits."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import CLINICIANS, Action, Viewer, must_be_allowed
from rehab_tracker.domain.alert import AlertState, Level
from rehab_tracker.domain.due import Job
from rehab_tracker.domain.mail_wishes import MailWishes
from rehab_tracker.domain.person import Activity
from rehab_tracker.mail.letters import DIGESTS, LetterKind
from rehab_tracker.services.ladder import rungs
from rehab_tracker.services.letters import PLANNED, add, to_staff
from rehab_tracker.services.mail_choices import wishes_of
from rehab_tracker.services.pulse import JUDGING
from rehab_tracker.storage.alerts import Alert, standing_alerts
from rehab_tracker.storage.clinics import Clinic
from rehab_tracker.storage.digest_counts import closed_since, forgotten, last_judging, not_arrived, who_logged
from rehab_tracker.storage.letter_reading import last_written
from rehab_tracker.storage.people import Patient, Staff
from rehab_tracker.storage.readings import patients_of_worklist

OF_USE = timedelta(hours=12)
"""How long a digest may wait to be sent; then the next one says all that it said."""

LEAVE_BYTES = 16
"""128 random bits of the link by which a digest can be left."""


def write_digest(
    session: Session, viewer: Viewer, staff_id: UUID, job: Job, for_date: date, now: datetime, late: bool
) -> int:
    """Write somebody's digest of a local date within the caller's transaction; return how many letters that made.

    It makes none for who left the clinic or the digests, has no working address, or has that date's digest already.
    """
    must_be_allowed(viewer, Action.SEND_LETTERS)
    staff = session.get(Staff, (viewer.clinic_id, staff_id))
    if staff is None or staff.role not in CLINICIANS or staff.disabled_at or staff.address_failed_at:
        return 0
    wishes = wishes_of(session, viewer.clinic_id, staff_id)
    time = wishes.morning_at if job is Job.DIGEST_MORNING else wishes.evening_at
    if time is None:
        return 0
    letter = to_staff(staff, LetterKind(str(job)), for_date.isoformat(), PLANNED, now, now)
    letter.expires_at = now + OF_USE
    home = f"/c/{session.get_one(Clinic, viewer.clinic_id).slug}"
    letter.values = {
        **_Desk(session, staff, for_date, now).counted(),
        "for_date": for_date.isoformat(),
        "is_morning": job is Job.DIGEST_MORNING,
        "time": time,
        "late": late,
        "next": _next(wishes, for_date, time),
        "path": f"{home}/",
        "mail_page": f"{home}/mail",
        "leave": f"{home}/unsubscribe/{letter.id.hex}.{secrets.token_urlsafe(LEAVE_BYTES)}",
    }
    return int(add(session, letter, joins=False))


def _next(wishes: MailWishes, for_date: date, time: str) -> list[str] | None:
    after = wishes.after(for_date, time)
    return [after[0].isoformat(), after[1]] if after else None


@dataclass(frozen=True)
class _Desk:
    """What lies on somebody's desk on a day: alerts of their patients, of nobody's, and what the ladder gave them."""

    session: Session
    staff: Staff
    for_date: date
    now: datetime

    def counted(self) -> dict[str, Any]:
        """Return the figures of the digest; no patient, only how many."""
        waiting = [alert for alert in self._alerts if alert.state is AlertState.OPEN]
        worst: dict[UUID, int] = {}
        for alert in waiting:
            worst[alert.patient_id] = max(alert.level.rank, worst.get(alert.patient_id, 0))
        levels = list(worst.values())
        oldest = min((alert.raised_at for alert in waiting), default=None)
        return {
            "urgent": levels.count(Level.URGENT.rank),
            "soon": levels.count(Level.SOON.rank),
            "yours": sum(self._is_mine(alert) for alert in self._alerts),
            "nobodys": sum(alert.assigned_to is None for alert in waiting),
            "waking": sum(self._wakes(alert) for alert in self._alerts),
            "forgotten": forgotten(self.session, self.staff.clinic_id, [alert.id for alert in waiting]),
            "oldest": oldest and oldest.isoformat(),
            **self._since_last(),
        }

    def _since_last(self) -> dict[str, Any]:
        clinic_id, patients = self.staff.clinic_id, [p.id for p in self._patients if _is_asked(p)]
        kinds = tuple(sorted(DIGESTS))
        last = last_written(self.session, clinic_id, self.staff.id, kinds) or self.now - timedelta(days=1)
        closed = [alert for alert in closed_since(self.session, clinic_id, last) if self._concerns(alert)]
        ran = last_judging(self.session, clinic_id, JUDGING)
        return {
            "closed": len(closed),
            "asked": len(patients),
            "logged": who_logged(self.session, clinic_id, patients, self.for_date - timedelta(days=1)),
            "undelivered": not_arrived(self.session, clinic_id, last),
            "ran": ran and ran.isoformat(),
        }

    @cached_property
    def _patients(self) -> list[Patient]:
        own, nobodys = patients_of_worklist(self.session, self.staff.clinic_id, self.staff.id)
        return [*own, *nobodys]

    @cached_property
    def _alerts(self) -> list[Alert]:
        """Return the standing alerts that somebody must look at and that concern this desk."""
        standing = standing_alerts(self.session, self.staff.clinic_id)
        return [alert for alert in standing if self._is_told(alert) and self._concerns(alert)]

    def _is_told(self, alert: Alert) -> bool:
        is_quiet = alert.quiet_until is not None and alert.quiet_until > self.now
        return alert.level is Level.URGENT or (alert.level is Level.SOON and not is_quiet)

    def _concerns(self, alert: Alert) -> bool:
        if self.staff.id in (alert.acknowledged_by, alert.assigned_to):
            return True
        patient = self.session.get_one(Patient, (alert.clinic_id, alert.patient_id))
        if (patient.merged_into or patient.id) in {each.id for each in self._patients}:
            return True
        return any(self.staff.id == each.id for each in self._told(alert))

    def _told(self, alert: Alert) -> Iterator[Staff]:
        """Yield who was told of an alert so far: the ladder up to its rung, standing in for others included."""
        ladder = rungs(self.session, alert.clinic_id, alert.patient_id, self.for_date)
        for rung in ladder[: alert.rung + 1]:
            yield from rung

    def _is_mine(self, alert: Alert) -> bool:
        has_it = alert.acknowledged_by == self.staff.id and alert.state is AlertState.ACKNOWLEDGED
        return has_it or alert.assigned_to == self.staff.id

    def _wakes(self, alert: Alert) -> bool:
        return alert.acknowledged_by == self.staff.id and alert.snoozed_until == self.for_date


def _is_asked(patient: Patient) -> bool:
    return not patient.state.stops(Activity.ASKING)
