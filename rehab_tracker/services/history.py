"""A patient's history as the rules need it to judge the days from one on, and no farther back than they look."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, timedelta
from functools import cache, partial
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.alert import QUIET_DAYS, Rule, Verdict
from rehab_tracker.domain.clinic import RuleSettings
from rehab_tracker.domain.exercise_pain import CALENDAR_DAYS
from rehab_tracker.domain.history import FARTHEST_BACK, Earlier, History
from rehab_tracker.domain.involvement import KnownSites
from rehab_tracker.domain.moment import time_zone
from rehab_tracker.domain.over_limit import REPORTED_DAYS
from rehab_tracker.domain.plan import Plan
from rehab_tracker.domain.review import review
from rehab_tracker.domain.site import Limb
from rehab_tracker.domain.weight_bearing import OverLimit
from rehab_tracker.services.protocol import Decided
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.involvements import declared_pains_of, involvements_of
from rehab_tracker.storage.look_back import (
    Read,
    entries_on_joint,
    entries_on_limb,
    entries_to_judge,
    most_before,
    worst_before,
)
from rehab_tracker.storage.people import Patient

Subject = tuple[Rule, str]
OfPatient = tuple[Session, int, UUID]


def judged(
    session: Session, patient: Patient, since: date, rules: RuleSettings, decided: Decided
) -> list[Verdict]:  # fmt: skip
    """Return what every rule says of the days from ``since`` on.

    Read are as many logged days before it as a rule sees, and the weeks that rules compare with: the first one of the
    patient, and of each plan. A joint or limb of which these say too little is read farther back.
    """
    history = history_since(session, patient, since, rules, decided)
    return review(history, rules, since, decided.plans, decided.orders)


def history_since(
    session: Session, patient: Patient, since: date, rules: RuleSettings, decided: Decided
) -> History:  # fmt: skip
    """Return a patient's history as rules need it that judge the days from ``since`` on."""
    of_patient = (session, patient.clinic_id, patient.id)
    # What hurts elsewhere at the same time is judged too.
    pain_since, reports_since = _back(since, rules.together_calendar_days), _back(since, CALENDAR_DAYS)
    days, weeks = FARTHEST_BACK + rules.together_calendar_days, _weeks(patient, decided.plans, pain_since)
    read = entries_to_judge(*of_patient, since, days, reports_since, weeks)
    history = History(
        read.entries,
        time_zone(patient.time_zone),
        KnownSites(involvements_of(*of_patient)),
        declared_pains_of(*of_patient),
        patient.enrolled_on,
        _earlier(of_patient, read.whole_since, reports_since),
    )
    for joint in sorted(history.joints, key=str):
        looks_before = partial(history.of(joint).looks_before, since=pain_since)
        _read_on(history, read.whole_since, looks_before, FARTHEST_BACK, partial(entries_on_joint, *of_patient, joint))
    for limb in Limb:
        looks_before = partial(_looks_before, history, limb, since)
        _read_on(history, reports_since, looks_before, REPORTED_DAYS, partial(entries_on_limb, *of_patient, limb))
    return history


def _back(day: date, number: int) -> date:
    return day - timedelta(days=min(number, (day - date.min).days))


def _weeks(patient: Patient, plans: tuple[Plan, ...], since: date) -> list[date]:
    """Return the first days of the weeks with which rules compare pain of days from ``since`` on."""
    running = (plan.started_on for plan in plans if plan.ended_on is None or plan.ended_on >= since)
    return sorted({patient.enrolled_on, *running})


def _earlier(of_patient: OfPatient, pain_since: date, reports_since: date) -> Earlier:
    """Return the most that was ever said on the days that are not read; looked up once, if a rule asks for it."""
    worst = cache(lambda: worst_before(*of_patient, pain_since))
    most = cache(lambda: most_before(*of_patient, reports_since))
    return Earlier(worst if pain_since > date.min else dict, most if reports_since > date.min else dict)


def _read_on(
    history: History,
    first: date,
    looks_before: Callable[[date], bool],
    days: int,
    read: Callable[[date, int], Read],
) -> None:
    """Read on, twice as far each time, until rules see what they may look at, or until nothing is left."""
    while first > date.min and looks_before(first):
        there = {entry.id for entry in history.entries}
        older = read(first, days)
        for entry in older.entries:
            if entry.id not in there:
                history.take(entry)
        first, days = older.whole_since, 2 * days


def _looks_before(history: History, limb: Limb, since: date, first: date) -> bool:
    """Return whether a rule that judges the reports of a limb may look at days before the first one."""
    reported = history.diary.limbs[limb]
    over = [day for day in reported.since(since) if reported.of[day].over_limit is not OverLimit.NO]
    return bool(over) and sum(first <= day <= over[0] for day in reported.days) < REPORTED_DAYS


def looked_back(
    since: date,
    standing: Mapping[Subject, Alert],
    concerned: Collection[Subject],
    judged_from: Callable[[date], list[Verdict]],
) -> tuple[date, list[Verdict]]:
    """Judge the days from ``since`` on, and so far back as alerts reach about which that says anything.

    An alert is told anew from its first day on, or not at all. Those are that are ``concerned`` anyway, those that may
    still run, and those about which there is a verdict. Of all others the verdicts rest on days before, and stay.
    Return the first judged day, and the verdicts.
    """
    told, first = set(concerned), since
    while True:
        first = _first_day(first, _back(since, QUIET_DAYS), standing, told)
        verdicts = judged_from(first)
        found = {subject for v in verdicts if (subject := (v.rule, v.subject)) in standing}
        if all(standing[subject].first_for_date >= first for subject in found):
            return first, verdicts
        told |= found


def _first_day(first: date, running: date, standing: Mapping[Subject, Alert], told: Collection[Subject]) -> date:
    """Return the first day of all alerts that are told anew, and of those that reach into their days."""
    while earlier := [
        alert.first_for_date
        for subject, alert in standing.items()
        if alert.first_for_date < first and (subject in told or alert.last_for_date >= min(first, running))
    ]:
        first = min(earlier)
    return first
