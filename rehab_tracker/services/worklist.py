"""The worklist: who of a clinician's patients needs somebody, and for which reason, most pressing first."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.domain.alert import AlertState
from rehab_tracker.domain.course import Course, courses
from rehab_tracker.domain.moment import local_day, time_zone
from rehab_tracker.domain.person import Activity, PatientState
from rehab_tracker.domain.suspicion import Suspicion
from rehab_tracker.services import audit
from rehab_tracker.services.desk import Desk
from rehab_tracker.services.need import OPEN_AS, Need
from rehab_tracker.services.standings import PlanStands, Stands, silent_days, standings
from rehab_tracker.services.suspicions import suspicions
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.calls import Call, calls_of
from rehab_tracker.storage.people import Patient
from rehab_tracker.storage.readings import Doubtful, LastLog, doubtful_since, last_logs, names_of, pain_since

WEEKS_SHOWN = timedelta(days=28)
DOUBTS_SHOWN = timedelta(days=14)
"""How long an entry to look at stays in the list, as long as patients can still correct it."""
SILENT_AFTER = {PatientState.ACTIVE: 3, PatientState.SURVEILLANCE: 7}
"""Asked days without a log after which the row says so, where no plan runs; nobody else is asked to log."""
SILENT_AFTER_RESTRICTED, SILENT_AFTER_LATER = 3, 7
"""The same while a limb is restricted, and later (ux notes, D-1)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One patient in the list; ``alerts`` are the standing ones, most pressing first, ``courses`` the last 28 days.

    ``calls`` are the requests to be called that nobody has answered yet, oldest first. ``stands`` is where the plans
    stand; ``silent_days`` are the days since the last log, ``silent_asked`` those of them on which we asked.
    ``suspected`` are the places that nobody has examined or imaged for 14 days, longest first.
    """

    patient: Patient
    now: datetime
    today: date
    need: Need
    alerts: tuple[Alert, ...]
    doubts: tuple[Doubtful, ...]
    courses: tuple[Course, ...]
    last_log: LastLog | None
    silent_days: int
    silent_asked: int
    calls: tuple[Call, ...] = ()
    stands: Stands = Stands()
    suspected: tuple[Suspicion, ...] = ()

    @property
    def waiting_since(self) -> datetime | None:
        """Return since when the oldest thing of this need waits, None where nothing waits for somebody."""
        if self.need is Need.ENTRIES:
            return self.doubts[0].received_at
        if self.need is Need.CALL_REQUEST:
            return self.calls[0].asked_at
        ready, overdue = self.ready, self.stands.overdue(self.today)
        suspected = self.suspected[0] if self.suspected else None
        days = {
            Need.PLAN_READY: ready and ready.ready_since,
            Need.PLAN_OVERDUE: overdue and overdue.overdue_on,
            Need.SUSPECTED: suspected and suspected.since,
        }
        if day := days.get(self.need):
            return datetime.combine(day, time(), time_zone(self.patient.time_zone))
        return min((a.raised_at for a in self.alerts if _need_of(a) is self.need and _is_open(a)), default=None)

    @property
    def overdue_since(self) -> datetime | None:
        """Return by when somebody should have taken an open alert of this need, the first; None where none is late."""
        late = (_overdue_since(alert, self.now) for alert in self.alerts if _need_of(alert) is self.need)
        return min((at for at in late if at), default=None)

    @property
    def ready(self) -> PlanStands | None:
        """Return the plan whose next step waits longest for a clinician; too many silent days since end a proposal."""
        if (plan := self.stands.ready) is None:
            return None
        silent = silent_days(self.stands, self.courses, self.patient.enrolled_on, plan.worked_out_on, self.today)
        return plan if silent <= plan.most_unknown else None


@dataclass(frozen=True, slots=True)
class Worklist:
    """The viewer's own patients and those whom nobody cares for; ``names`` are those of staff who took an alert."""

    own: list[Row]
    nobodys: list[Row]
    names: dict[UUID, str] = field(default_factory=dict)

    @property
    def rows(self) -> list[Row]:
        """Return all rows."""
        return [*self.own, *self.nobodys]

    def count(self, *needs: Need) -> int:
        """Return how many patients are in the list for one of these reasons."""
        return sum(row.need in needs for row in self.rows)


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read of all patients at once."""

    alerts: dict[UUID, list[Alert]]
    doubts: dict[UUID, list[Doubtful]]
    logs: dict[UUID, LastLog]
    courses: dict[UUID, list[Course]]
    calls: dict[UUID, list[Call]]
    stands: dict[UUID, Stands]
    suspected: dict[UUID, tuple[Suspicion, ...]]


def worklist(session: Session, viewer: Viewer, now: datetime) -> Worklist:
    """Return the list of the viewer's patients and of nobody's, each with its reason; the audit names all of them."""
    must_be_allowed(viewer, Action.SEE_WORKLIST)
    assert viewer.person is not None
    with transaction(session):
        desk = Desk(session, viewer.clinic_id, viewer.person, now)
        known, (own, nobodys) = _known(desk), desk.own_and_nobodys
        found = Worklist(_rows(own, known, now), _rows(nobodys, known, now), _names(session, viewer, known))
        shown = sorted(str(row.patient.id) for row in found.rows)
        audit.note(session, viewer, "worklist-read", now, patients=shown)
    return found


def _known(desk: Desk) -> _Known:
    session, clinic_id, patients, now = desk.session, desk.clinic_id, list(desk.patients), desk.now
    # No zone is more than a day from UTC's date: one day more, so that 28 local days are there everywhere.
    since = (now - WEEKS_SHOWN).date() - timedelta(days=1)
    pain = pain_since(session, clinic_id, patients, since)
    return _Known(
        alerts=desk.by_patient(sorted(desk.standing, key=lambda alert: _pressing(alert, now))),
        doubts=doubtful_since(session, clinic_id, patients, now - DOUBTS_SHOWN),
        logs=last_logs(session, clinic_id, patients, since),
        courses={patient: [c.since(since) for c in courses(entries)] for patient, entries in pain.items()},
        calls=calls_of(session, clinic_id, patients),
        stands=standings(session, clinic_id, patients),
        suspected=suspicions(session, clinic_id, patients, now),
    )


def _pressing(alert: Alert, now: datetime) -> tuple[int, float, bool, datetime]:
    return _need_of(alert).rank, _longest_first(_overdue_since(alert, now)), alert.is_quiet(now), alert.raised_at


def _need_of(alert: Alert) -> Need:
    return OPEN_AS[alert.level] if _is_open(alert) else Need.IN_HAND


def _is_open(alert: Alert) -> bool:
    return alert.state is AlertState.OPEN


def _overdue_since(alert: Alert, now: datetime) -> datetime | None:
    return alert.deadline_at if _is_open(alert) and alert.deadline_at and alert.deadline_at <= now else None


def _longest_first(since: datetime | None) -> float:
    return since.timestamp() if since else math.inf


def _names(session: Session, viewer: Viewer, known: _Known) -> dict[UUID, str]:
    taken = {a.acknowledged_by for found in known.alerts.values() for a in found if a.acknowledged_by}
    return names_of(session, viewer.clinic_id, taken)


def _rows(patients: Iterable[Patient], known: _Known, now: datetime) -> list[Row]:
    rows = [_row(patient, known, now) for patient in patients]
    shown = [row for row in rows if row.patient.state in SILENT_AFTER or row.need is not Need.NOTHING]
    return sorted(shown, key=lambda row: (row.need.rank, _waits(row)))


def _waits(row: Row) -> tuple[float, float, int]:
    """Return what puts first whose alert is longest overdue, then who waits longest, then who logged longest ago."""
    since = row.waiting_since or row.now
    return _longest_first(row.overdue_since), since.timestamp(), -row.silent_days


def _row(patient: Patient, known: _Known, now: datetime) -> Row:
    today = local_day(now, time_zone(patient.time_zone))
    log = known.logs.get(patient.id)
    last = max(patient.enrolled_on, log.for_date) if log else patient.enrolled_on
    silent = max(0, (today - last).days)
    alerts, doubts = known.alerts.get(patient.id, []), known.doubts.get(patient.id, [])
    calls = [call for call in known.calls.get(patient.id, ()) if call.is_open]
    stands, found = known.stands.get(patient.id, Stands()), known.courses.get(patient.id, [])
    asked = silent_days(stands, found, patient.enrolled_on, last if log else None, today)
    row = Row(
        patient=patient,
        now=now,
        today=today,
        need=Need.NOTHING,
        alerts=tuple(alerts),
        doubts=tuple(doubts),
        courses=tuple(sorted(found, key=_worst_first)),
        last_log=log,
        silent_days=silent,
        silent_asked=asked,
        calls=tuple(calls),
        stands=stands,
        suspected=known.suspected.get(patient.id, ()),
    )
    return replace(row, need=min(_needs(row), key=lambda need: need.rank, default=Need.NOTHING))


def _needs(row: Row) -> Iterator[Need]:
    """Yield every reason why somebody should look at a patient."""
    yield from {_need_of(alert) for alert in row.alerts}
    if row.doubts:
        yield Need.ENTRIES
    if row.calls:
        yield Need.CALL_REQUEST
    if row.patient.state.stops(Activity.TELLING_OF_SILENCE):
        return
    if row.silent_asked >= _silent_after(row):
        yield Need.NOT_LOGGING
    if row.suspected:
        yield Need.SUSPECTED
    yield from _needs_of_plans(row)


def _needs_of_plans(row: Row) -> Iterator[Need]:
    if row.ready:
        yield Need.PLAN_READY
    if row.stands.overdue(row.today):
        yield Need.PLAN_OVERDUE
    if row.stands.held:
        yield Need.PLAN_HELD


def _silent_after(row: Row) -> int:
    if not row.stands.plans:
        return SILENT_AFTER[row.patient.state]
    return SILENT_AFTER_RESTRICTED if row.stands.is_restricted(row.today) else SILENT_AFTER_LATER


def _worst_first(course: Course) -> tuple[int, str]:
    return -(course.latest.x if course.latest else -1), str(course.joint)
