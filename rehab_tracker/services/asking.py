"""Asking: which of many patients were asked to log on a day, by the rhythm that their plans and limits give it."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.course import courses
from rehab_tracker.domain.person import Activity
from rehab_tracker.services.standings import Stands, is_asked_on, standings
from rehab_tracker.storage.people import Patient
from rehab_tracker.storage.readings import pain_since

WEEKS_READ = timedelta(days=28)
"""How far back scores are read: a place is calm after 14 known days, which lie within these where it is logged."""


def asked_on(session: Session, patients: Iterable[Patient], day: date) -> list[UUID]:
    """Return those of a clinic's patients who were asked to log on a day: enrolled by then, not discharged, and due.

    Whoever has no plan is asked daily; where one runs, its phase says how often, and pain there is read.
    """
    there = [each for each in patients if each.enrolled_on <= day and not each.state.stops(Activity.ASKING)]
    if not there:
        return []
    clinic_id = there[0].clinic_id
    stands = standings(session, clinic_id, [each.id for each in there])
    seldom = [each.id for each in there if stands.get(each.id, Stands()).plans]
    pain = pain_since(session, clinic_id, seldom, day - WEEKS_READ) if seldom else {}
    return [
        each.id
        for each in there
        if is_asked_on(stands.get(each.id, Stands()), list(courses(pain.get(each.id, ()))), each.enrolled_on, day)
    ]
