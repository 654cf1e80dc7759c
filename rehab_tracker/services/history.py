"""A patient's history as the rules need it to judge the days from one on, however far back they look."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from rehab_tracker.domain.alert import Verdict
from rehab_tracker.domain.clinic import RuleSettings
from rehab_tracker.domain.entry import Entry, Kind
from rehab_tracker.domain.exercise_pain import CALENDAR_DAYS
from rehab_tracker.domain.history import History
from rehab_tracker.domain.involvement import KnownSites
from rehab_tracker.domain.moment import time_zone
from rehab_tracker.domain.review import review
from rehab_tracker.domain.topology import NEW_SITE
from rehab_tracker.domain.weight_bearing import OverLimit, WeightBearingReport
from rehab_tracker.services.protocol import Decided
from rehab_tracker.storage.history import entries_since, red_flag_entries
from rehab_tracker.storage.involvements import declared_pains_of, involvements_of
from rehab_tracker.storage.people import Patient

REPORTS = (Kind.EXERCISE, Kind.WEIGHT_BEARING)


@dataclass(frozen=True, slots=True)
class Judged:
    """A patient's history, every pain and red-flag entry of it, and what the rules say of its days."""

    history: History
    verdicts: list[Verdict]


def judged(session: Session, patient: Patient, since: date, rules: RuleSettings, decided: Decided) -> Judged:
    """Return what every rule says of the days from ``since`` on.

    Pain is read as far back as it goes: plans need all of it, and rules look at the first week, and at the worst that
    a place ever was. What was ever reported of exercises and limbs is read only where a rule asks for it.
    """
    start = since - min(timedelta(days=CALENDAR_DAYS), since - date.min)
    pain = red_flag_entries(session, patient.clinic_id, patient.id, Kind.PAIN)
    reports = entries_since(session, patient.clinic_id, patient.id, start, *REPORTS)
    known = KnownSites(involvements_of(session, patient.clinic_id, patient.id))
    declared = declared_pains_of(session, patient.clinic_id, patient.id)

    def by(entries: list[Entry]) -> Judged:
        history = History([*pain, *entries], time_zone(patient.time_zone), known, declared, patient.enrolled_on)
        return Judged(history, review(history, rules, since, decided.plans, decided.orders))

    found = by(reports)
    if start == date.min or not (_says_new_site(found.verdicts) or _says_too_much(reports, since)):
        return found
    return by(entries_since(session, patient.clinic_id, patient.id, date.min, *REPORTS))


def _says_new_site(verdicts: list[Verdict]) -> bool:
    """Return whether it matters when the patient did more of an exercise than ever before."""
    return any(verdict.rule in NEW_SITE for verdict in verdicts)


def _says_too_much(reports: list[Entry], since: date) -> bool:
    """Return whether the last reports of a limb matter, however long ago they were."""
    said = (each.content for each in reports if each.for_date >= since)
    return any(isinstance(each, WeightBearingReport) and each.over_limit is not OverLimit.NO for each in said)
