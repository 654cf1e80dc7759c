"""A patient's history as far back as the rules can see from a day, and not further."""

from datetime import date

from sqlalchemy.orm import Session

from rehab_tracker.domain.entry import Kind
from rehab_tracker.domain.history import History
from rehab_tracker.domain.involvement import KnownSites
from rehab_tracker.domain.moment import time_zone
from rehab_tracker.domain.review import FARTHEST_BACK
from rehab_tracker.domain.site import Site
from rehab_tracker.storage.history import day_before, entries_since, older_entries
from rehab_tracker.storage.involvements import declared_pains_of, involvements_of
from rehab_tracker.storage.people import Patient

LOGGED_DAYS_BACK = FARTHEST_BACK + 6
"""Logged days, three weeks of them, read before the first judged one. A joint that is known on fewer than FARTHEST_BACK
of them (nobody named it, and there were hardly any explicit zeros; or it has only just become quiet or involved) is
read as far back as it goes."""


def history_for(session: Session, patient: Patient, since: date) -> History:
    """Return what the rules need to judge the days from ``since`` on."""
    clinic_id = patient.clinic_id
    start = day_before(session, clinic_id, patient.id, since, LOGGED_DAYS_BACK)
    entries = entries_since(session, clinic_id, patient.id, start or date.min, Kind.PAIN)
    zone = time_zone(patient.time_zone)
    known = KnownSites(involvements_of(session, clinic_id, patient.id))
    declared = declared_pains_of(session, clinic_id, patient.id)
    history = History(entries, zone, known, declared)
    seldom = _seldom_known(history, since) if start else frozenset()
    if not start or not seldom:
        return history
    there = {entry.id for entry in entries}
    older = older_entries(session, clinic_id, patient.id, seldom, start)
    return History([*(e for e in older if e.id not in there), *entries], zone, known, declared)


def _seldom_known(history: History, since: date) -> frozenset[Site]:
    """Return the joints that hurt on a judged day and are known on too few days before it."""
    judged = {said.score.site.joint for day in history.painful_days() if day.day >= since for said in day.said}
    return frozenset(joint for joint in judged if _known_days(history, joint, since) < FARTHEST_BACK)


def _known_days(history: History, joint: Site, since: date) -> int:
    """Return on how many earlier days the joint is known in the way it is judged: as a quiet or as an involved one."""
    ways = (history.quiet_days(joint), history.known_days(joint), history.other_area_days(joint))
    judged = [days for days in ways if any(day.day >= since and day.x > 0 for day in days)]
    return min((sum(day.day < since for day in days) for days in judged), default=FARTHEST_BACK)
