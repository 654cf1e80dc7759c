"""A day turns: what time alone changes for the patients of one time zone, at the local midnight or whenever we wake.

Each patient is a transaction of its own, which may be made again with the same result, and in which is kept how far
that patient was judged: a turn that broke off goes on where it was. Not every midnight since the last turn needs a turn
of its own; one judges them all.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.domain.alert import AlertState, Level, Verdict
from rehab_tracker.domain.moment import local_day, time_zone
from rehab_tracker.domain.person import Activity
from rehab_tracker.services import deadlines, letters
from rehab_tracker.services.alert_steps import note_step
from rehab_tracker.services.alerts import Occasion, review_patient
from rehab_tracker.services.clinics import calendar_of, in_force
from rehab_tracker.services.one_by_one import one_by_one
from rehab_tracker.services.protocol import decided_of
from rehab_tracker.services.silence import Silent, silent, silent_since
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.alerts import Alert, steps_of
from rehab_tracker.storage.database import read_only
from rehab_tracker.storage.day import keep_turned, logged_pain_since, patients_of_zone, turned_until, with_a_plan
from rehab_tracker.storage.merging import locked_records

ONE_DAY = timedelta(days=1)

SILENT = "silent"
"""The step of an alert that a silence joins."""


def turn(
    sessions: Callable[[], Session],
    viewer: Viewer,
    zone: str,
    since: date,
    now: datetime,
    go_on: Callable[[], None] = lambda: None,
) -> int:
    """Let the day turn for a zone's patients and return for how many it did.

    ``since`` is the first day whose midnight nobody has judged yet. ``go_on`` is called before each patient and raises
    where the rest is not ours to do. Who was judged up to today by a turn that broke off is not judged again. Raises
    PatientsFailedError at the end when somebody's day could not be judged.
    """
    must_be_allowed(viewer, Action.KEEP_TIME)
    today = local_day(now, time_zone(zone))
    with sessions() as session, transaction(read_only(session)):
        patients = _concerned(session, viewer.clinic_id, zone, since, today)
        turned = turned_until(session, viewer.clinic_id, today + ONE_DAY)

    def turn_one(patient_id: UUID) -> None:
        with sessions() as session, transaction(session):
            turn_patient(session, viewer, patient_id, since, now)
            keep_turned(session, viewer.clinic_id, patient_id, today + ONE_DAY)

    left = (patient for patient in patients if patient not in turned)
    one_by_one(left, turn_one, go_on, "day-failed", viewer.clinic_id)
    return len(patients)


def _concerned(session: Session, clinic_id: int, zone: str, since: date, today: date) -> list[UUID]:
    """Return the patients for whom time alone may change something: whoever logs and has no plan is left out.

    After an outage nobody is: each midnight that passed is judged.
    """
    patients = patients_of_zone(session, clinic_id, zone)
    if since < today:
        return patients
    least = in_force(session, clinic_id).rules.silent_days
    logging = logged_pain_since(session, clinic_id, today - timedelta(days=least))
    concerned = with_a_plan(session, clinic_id)
    return [patient for patient in patients if patient in concerned or patient not in logging]


def turn_patient(session: Session, viewer: Viewer, patient_id: UUID, since: date, now: datetime) -> None:
    """Judge the midnights of one patient from a day on, within the caller's transaction; idempotent."""
    records = locked_records(session, viewer.clinic_id, patient_id)
    if records is None or records.kept.id != patient_id:
        return
    patient = records.kept
    if patient.state.stops(Activity.TELLING_OF_SILENCE):
        return
    today = local_day(now, time_zone(patient.time_zone))
    # The midnight before too: somebody may have come from a zone whose day had not turned yet.
    first = max(patient.enrolled_on, min(since, today) - ONE_DAY)
    on = Occasion(session, viewer, patient, in_force(session, viewer.clinic_id), now, midnights=(first, today))
    review_patient(on, first, is_push=True)
    decided = decided_of(session, patient)
    _join(on, silent(session, patient, on.settings.rules, decided, first, today), today)


def _join(on: Occasion, found: Silent, today: date) -> None:
    """Let a silence join the alert that stands: somebody must look sooner.

    A later silence is the same trouble while nobody has taken the alert. Whoever has it, or has put it to rest, has not
    seen that one: it is told once more, after as many days as a silence has at first.
    """
    if (joining := found.joining()) is None:
        return
    alert, verdict = joining
    before, since = alert.silent_since, silent_since(verdict)
    if before is not None and since <= before:
        return
    if before is not None and alert.state is AlertState.OPEN:
        alert.silent_since = since
    elif before is None or today > _told_on(on, alert) + timedelta(days=on.settings.rules.silent_days):
        alert.silent_since = since
        _tell(on, found, alert, verdict, today)


def _told_on(on: Occasion, alert: Alert) -> date:
    """Return the day on which a silence was last told with an alert."""
    told = (step.at for step in steps_of(on.session, alert.clinic_id, alert.id) if step.step == SILENT)
    return local_day(max(told, default=alert.raised_at), time_zone(on.patient.time_zone))


def _tell(on: Occasion, found: Silent, alert: Alert, verdict: Verdict, today: date) -> None:
    alert.evidence = [*alert.evidence, *(e for e in found.last_words(verdict) if e not in alert.evidence)]
    on.session.flush()
    note_step(on.session, on.viewer, alert, SILENT, on.now)
    if found.verdicts[-1].for_date < today:
        return  # the patient logs again by now
    hours = calendar_of(on.session, on.viewer.clinic_id)
    deadlines.shorten(on.session, alert, hours.noon_of_next_working_day(on.now))
    if alert.level is Level.URGENT:
        letters.write(on.session, alert, on.now, gathers=True)
