"""Alerts: the review after something new, what it raises, lifts and takes back, and acknowledging one."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.domain.alert import QUIET_DAYS, AlertState, Level, Rule, Verdict, acknowledged
from rehab_tracker.domain.alert_life import TAKEN
from rehab_tracker.domain.entry import Entry, Kind
from rehab_tracker.domain.history import History
from rehab_tracker.domain.moment import local_day, time_zone
from rehab_tracker.domain.red_flag import RedFlag, RedFlagReport
from rehab_tracker.domain.review import red_flags
from rehab_tracker.services import alert_ask, deadlines, letters
from rehab_tracker.services.alert_evidence import gathered, tell, worst
from rehab_tracker.services.alert_rest import risen_in_rest, snoozed_alerts
from rehab_tracker.services.alert_steps import as_it_is, note_step, reached
from rehab_tracker.services.alert_volume import hush, place_in_line
from rehab_tracker.services.clinics import InForce
from rehab_tracker.services.credentials import REFERENCE_CHARACTERS, readable
from rehab_tracker.services.history import judged, looked_back
from rehab_tracker.services.protocol import decided_of
from rehab_tracker.services.silence import judged_silence
from rehab_tracker.services.standings import plans_reviewed
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.alerts import Alert, alerts_of_patient, closed_alerts
from rehab_tracker.storage.history import red_flag_entries
from rehab_tracker.storage.people import Patient

Subject = tuple[Rule, str]


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a review happens on: whose patient, by which settings, on whose behalf and when.

    ``letters_since`` is the first day that may still make a letter; older ones are for the worklist only. Where a day
    turns, ``midnights`` are the first and the last day whose beginning is judged.
    """

    session: Session
    viewer: Viewer
    patient: Patient
    settings: InForce
    now: datetime
    letters_since: date = date.min
    midnights: tuple[date, date] | None = None


def review_patient(on: Occasion, since: date, is_push: bool = False) -> list[Verdict]:
    """Ask every rule of the days from ``since`` on, make the alerts say what the verdicts say, and return these.

    Belongs to the caller's transaction. An alert that no verdict supports any more is superseded, never deleted. What
    staff did may concern any alert; a push (``is_push``) leaves those alone whose days lie well before it.
    """
    standing = _standing(on, flags=False)
    concerned = [s for s, alert in standing.items() if not is_push or alert.settings_version != on.settings.version]
    on.session.flush()
    decided = decided_of(on.session, on.patient)
    asked = plans_reviewed(on.session, on.patient, on.now, decided)

    of_patient = (on.session, on.patient, on.settings.rules, decided)
    silent = judged_silence(*of_patient, standing.values(), on.midnights)

    def judged_from(day: date) -> list[Verdict]:
        found = (*judged(on.session, on.patient, day, on.settings.rules, decided), *asked, *silent(day))
        # Red flags have raised their alerts when they came, whatever the day.
        return [v for v in found if v.rule is not Rule.RED_FLAG and v.for_date >= day]

    since, verdicts = looked_back(since, standing, concerned, judged_from)
    news = _unanswered(on, verdicts)
    _stand(on, news, standing)
    supported = {(v.rule, v.subject) for v in news}
    for subject, alert in standing.items():
        if subject not in supported and alert.last_for_date >= since:
            supersede(on, alert)
    _wake(on, risen_in_rest(on.session, on.patient), "woken-by-pain")
    return verdicts


def raise_flags(on: Occasion, flags: Set[RedFlag], refused: Set[RedFlag] = frozenset()) -> None:
    """Raise the alerts that these red flags are, within the caller's transaction; nothing takes one back.

    ``refused`` are those among them that came in items that could not be kept; they count for today.
    """
    entries = red_flag_entries(on.session, on.viewer.clinic_id, on.patient.id)
    history = History([*entries, *_as_entry(on, refused)], time_zone(on.patient.time_zone))
    verdicts = [v for v in red_flags(history) if v.subject in flags]
    _stand(on, _unanswered(on, verdicts), _standing(on, flags=True))


def _as_entry(on: Occasion, flags: Set[RedFlag]) -> Iterator[Entry]:
    """Yield red flags of which nothing else is kept as an entry of now, for the rules only."""
    if flags:
        today = local_day(on.now, time_zone(on.patient.time_zone))
        ticked = RedFlagReport(tuple(sorted(flags)))
        yield Entry(uuid4(), Kind.RED_FLAGS, on.now, on.now, today, on.patient.time_zone, ticked)


def _standing(on: Occasion, flags: bool) -> dict[Subject, Alert]:
    """Return the patient's standing alerts by rule and subject: of red flags, or all others but of rules in shadow."""
    shadow = on.settings.rules.shadow
    alerts = alerts_of_patient(on.session, on.viewer.clinic_id, on.patient.id, standing=True)
    return {(a.rule, a.subject): a for a in alerts if (a.rule is Rule.RED_FLAG) is flags and a.rule not in shadow}


def _unanswered(on: Occasion, verdicts: list[Verdict]) -> list[Verdict]:
    """Return the verdicts that no closed alert answers; one that does gets their evidence and stays closed."""
    if not verdicts:
        return []
    for alert in closed_alerts(on.session, on.viewer.clinic_id, on.patient.id, min(v.for_date for v in verdicts)):
        answered, verdicts = alert.closing.parted(verdicts)
        if answered:
            alert.evidence = gathered(alert.evidence, answered, worst(answered))
    return verdicts


def _stand(on: Occasion, verdicts: Iterable[Verdict], standing: Mapping[Subject, Alert]) -> None:
    """Make one alert of all verdicts about one subject: a new one, or the one that is there with more evidence."""
    grouped: dict[Subject, list[Verdict]] = {}
    for verdict in sorted(verdicts, key=lambda v: v.for_date):
        grouped.setdefault((verdict.rule, verdict.subject), []).append(verdict)
    for subject, found in grouped.items():
        alert = standing.get(subject)
        if alert is None:
            _raise(on, found)
        else:
            _follow(on, alert, found)


def _raise(on: Occasion, verdicts: list[Verdict]) -> None:
    raised_on = local_day(on.now, time_zone(on.patient.time_zone))
    alert = Alert(
        clinic_id=on.viewer.clinic_id,
        patient_id=on.patient.id,
        rule=verdicts[0].rule,
        subject=verdicts[0].subject,
        raised_at=on.now,
        raised_on=raised_on,
        late_days=max(0, (raised_on - verdicts[0].for_date).days),
        reference=readable(REFERENCE_CHARACTERS),
        evidence=[],
    )
    tell(alert, verdicts, on.settings.version)
    place_in_line(on.session, alert)
    on.session.add(alert)
    on.session.flush()
    hush(on.session, alert, on.now)
    note_step(on.session, on.viewer, alert, "raised", on.now)
    _call_for_somebody(on, alert)
    _wake_others(on, alert)


def _follow(on: Occasion, alert: Alert, verdicts: list[Verdict]) -> None:
    """Let a standing alert say what the verdicts say now.

    A rise of level opens it again and is a new letter; so is, of an alert that somebody took, what is news to them.
    """
    before, is_new = alert.level, _is_new(alert, verdicts)
    tell(alert, verdicts, on.settings.version)
    if alert.level.rank > before.rank:
        _open_again(on, alert, "risen")
        if before is Level.INFO:
            _wake_others(on, alert)
    elif is_new and alert.state in TAKEN:
        _open_again(on, alert, "reopened")
    elif alert.level.rank < before.rank:
        on.session.flush()
        note_step(on.session, on.viewer, alert, "lowered", on.now)
        _call_for_somebody(on, alert, letters.write_again)


def _is_new(alert: Alert, verdicts: list[Verdict]) -> bool:
    """Return whether this is more than the course of the same trouble: a further red flag, or pain after quiet days."""
    if alert.rule is Rule.RED_FLAG:
        told = [e.plain() for verdict in verdicts for e in verdict.evidence]
        return any(each not in alert.evidence for each in told)
    return any(v.for_date > alert.last_for_date + timedelta(days=QUIET_DAYS) for v in verdicts)


def _open_again(on: Occasion, alert: Alert, step: str) -> None:
    alert_ask.take_back(on.session, alert)
    alert.enter(AlertState.OPEN)
    alert.acknowledged_by = alert.acknowledged_at = alert.assigned_to = None
    on.session.flush()
    note_step(on.session, on.viewer, alert, step, on.now)
    _call_for_somebody(on, alert)


def _wake_others(on: Occasion, alert: Alert) -> None:
    """Wake what rests when an alert comes that is more than something to see in a list."""
    if alert.level is not Level.INFO:
        _wake(on, (other for other in snoozed_alerts(on.session, on.patient) if other is not alert), "woken-by-alert")


def _wake(on: Occasion, resting: Iterable[Alert], step: str) -> None:
    for alert in resting:
        _open_again(on, alert, step)


def _call_for_somebody(
    on: Occasion, alert: Alert, how: Callable[[Session, Alert, datetime], None] = letters.write
) -> None:
    """Say by when somebody must look, and write that in letters; what is older than those is for the list alone."""
    if alert.last_for_date < on.letters_since:
        deadlines.stay_in_list(on.session, alert)
        if alert.level is Level.INFO:
            letters.cancel(on.session, alert)
        return
    deadlines.renew(on.session, alert, alert.told_from(on.now))
    if not alert.is_quiet(on.now):
        how(on.session, alert, on.now)


def supersede(on: Occasion, alert: Alert, step: str = "superseded") -> None:
    """Close an alert that later data no longer support; what was not sent of it yet is not sent any more."""
    alert.enter(AlertState.SUPERSEDED)
    note_step(on.session, on.viewer, alert, step, on.now)
    alert_ask.take_back(on.session, alert)
    letters.cancel(on.session, alert)
    deadlines.renew(on.session, alert, on.now)
    hush(on.session, alert, on.now)


def mark_flags_withdrawn(on: Occasion, flags: Set[str]) -> None:
    """Mark the standing alerts of red flags that the patient withdrew; they stay, for a person to close."""
    for (_, subject), alert in _standing(on, flags=True).items():
        if subject in flags:
            note_step(on.session, on.viewer, alert, "withdrawn-by-patient", on.now)


def acknowledge(session: Session, viewer: Viewer, alert_id: UUID, now: datetime) -> Alert:
    """Take an open alert, so that everybody sees who looks after it, and return it.

    Raises NotFound for an alert of another clinic, ReasonNeeded outside the care team, WrongState when it is not open.
    """
    must_be_allowed(viewer, Action.ACKNOWLEDGE_ALERT)
    with transaction(session):
        alert, _ = reached(session, viewer, alert_id, now)
        before = as_it_is(alert)
        alert.enter(acknowledged(alert.state))
        alert_ask.take_back(session, alert)
        alert.acknowledged_by, alert.acknowledged_at, alert.assigned_to = viewer.person, now, None
        note_step(session, viewer, alert, "acknowledged", now, before=before)
        deadlines.renew(session, alert, now)
    return alert
