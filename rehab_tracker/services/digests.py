"""Digests: what waits for a clinician, worked out when it is written, and sent also when nothing waits."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import CLINICIANS, Action, Viewer, must_be_allowed
from rehab_tracker.domain.alert import AlertState, Level
from rehab_tracker.domain.due import Job
from rehab_tracker.domain.mail_wishes import MailWishes
from rehab_tracker.mail.letters import DIGESTS, LetterKind
from rehab_tracker.services.asking import asked_on
from rehab_tracker.services.desk import Desk
from rehab_tracker.services.inbox import Tab
from rehab_tracker.services.letters import PLANNED, add, to_staff
from rehab_tracker.services.mail_choices import wishes_of
from rehab_tracker.services.pulse import JUDGING
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.clinics import Clinic
from rehab_tracker.storage.digest_counts import closed_since, forgotten, last_judging, not_arrived, who_logged
from rehab_tracker.storage.letter_reading import last_written
from rehab_tracker.storage.people import Staff

ONE_DAY = timedelta(days=1)

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
    told = _Figures(Desk(session, viewer.clinic_id, staff_id, now), for_date).counted()
    letter.values = {
        **told,
        "for_date": for_date.isoformat(),
        "is_morning": job is Job.DIGEST_MORNING,
        "time": time,
        "late": late,
        "next": _next(wishes, for_date, time),
        "path": _link(f"{home}/alerts", told),
        "mail_page": f"{home}/mail",
        "leave": f"{home}/unsubscribe/{letter.id.hex}.{secrets.token_urlsafe(LEAVE_BYTES)}",
    }
    return int(add(session, letter, joins=False))


def _next(wishes: MailWishes, for_date: date, time: str) -> list[str] | None:
    after = wishes.after(for_date, time)
    return [after[0].isoformat(), after[1]] if after else None


def _link(home: str, told: Mapping[str, Any]) -> str:
    """Return the list of the inbox in which what the digest tells of stands: new alerts before one's own."""
    if told["nobodys"]:
        return home
    asked = next((tab for tab, key in ((Tab.MINE, "yours"), (Tab.SNOOZED, "waking")) if told[key]), None)
    return f"{home}?tab={asked}" if asked else home


@dataclass(frozen=True)
class _Figures:
    """What a digest of a date counts: alerts of somebody's desk, and who of the patients there has logged."""

    desk: Desk
    for_date: date

    def counted(self) -> dict[str, Any]:
        """Return the figures of the digest; no patient, only how many."""
        desk, mine = self.desk, [alert for alert in self.desk.near if self.desk.is_told(alert)]
        waiting = [alert for alert in (*mine, *desk.told) if alert.state is AlertState.OPEN]
        levels = [max(alert.level.rank for alert in alerts) for alerts in desk.by_patient(waiting).values()]
        oldest = min((alert.raised_at for alert in waiting), default=None)
        return {
            "urgent": levels.count(Level.URGENT.rank),
            "soon": levels.count(Level.SOON.rank),
            "yours": sum(self._is_mine(alert) for alert in mine),
            "nobodys": sum(alert.assigned_to is None for alert in waiting),
            "waking": sum(self._wakes(alert) for alert in mine),
            "forgotten": forgotten(desk.session, desk.clinic_id, [alert.id for alert in waiting]),
            "oldest": oldest and oldest.isoformat(),
            **self._since_last(),
        }

    def _since_last(self) -> dict[str, Any]:
        session, clinic_id, day = self.desk.session, self.desk.clinic_id, self.for_date - ONE_DAY
        asked = asked_on(session, self.desk.patients.values(), day)
        last = last_written(session, clinic_id, self.desk.staff_id, tuple(sorted(DIGESTS))) or self.desk.now - ONE_DAY
        ran = last_judging(session, clinic_id, JUDGING)
        return {
            "closed": sum(self.desk.is_known(alert) for alert in closed_since(session, clinic_id, last)),
            "asked": len(asked),
            "logged": who_logged(session, clinic_id, asked, day),
            "undelivered": not_arrived(session, clinic_id, last),
            "ran": ran and ran.isoformat(),
        }

    def _is_mine(self, alert: Alert) -> bool:
        has_it = alert.acknowledged_by == self.desk.staff_id and alert.state is AlertState.ACKNOWLEDGED
        return has_it or alert.assigned_to == self.desk.staff_id

    def _wakes(self, alert: Alert) -> bool:
        return alert.acknowledged_by == self.desk.staff_id and alert.snoozed_until == self.for_date
