"""How far back the rules read a patient's entries, so that what they read does not grow with the years."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Subquery, Table, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from rehab_tracker.domain.entry import Entry, Kind
from rehab_tracker.domain.exercise import ExerciseReport
from rehab_tracker.domain.site import SITES, Limb, Site
from rehab_tracker.domain.soreness import load_of
from rehab_tracker.storage.database import columns_of
from rehab_tracker.storage.entries import ExerciseRow, PainScoreRow, WeightBearingRow
from rehab_tracker.storage.history import ENTRY, entries_of
from rehab_tracker.storage.people import of_person

SCORE, LIMB, EXERCISE = columns_of(PainScoreRow), columns_of(WeightBearingRow), columns_of(ExerciseRow)
EARLIER = ENTRY.alias("earlier")
REPORTS = (Kind.EXERCISE, Kind.WEIGHT_BEARING)
WEEK = timedelta(days=6)


class Read(NamedTuple):
    """Entries with every version, oldest change first: all that there are of the days from ``whole_since`` on."""

    entries: list[Entry]
    whole_since: date


def entries_to_judge(
    session: Session, clinic_id: int, patient_id: UUID, since: date, logged_days: int, reports_since: date,
    weeks: Collection[date],
) -> Read:  # fmt: skip
    """Return what rules read of the days from ``since`` on, as far as it goes by the calendar.

    These are the pain entries from so many days with pain entries before ``since`` on, those of the weeks that begin on
    ``weeks``, reports of limbs and exercises from ``reports_since`` on, and all red flags. ``whole_since`` is of pain.
    """
    row = ENTRY.c
    pain_since = _day_back(clinic_id, patient_id, since, logged_days)
    pain = or_(row.for_date >= pain_since, *(row.for_date.between(week, week + WEEK) for week in weeks))
    reports = row.kind.in_(REPORTS) & (row.for_date >= reports_since)
    wanted = or_(row.kind == Kind.RED_FLAGS, and_(row.kind == Kind.PAIN, pain), reports)
    held = (row.clinic_id == clinic_id, of_person(row.patient_id, clinic_id, patient_id))
    touched = session.execute(select(row.client_id, row.kind, row.for_date).where(*held, wanted)).all()
    before = {kept.for_date for kept in touched if kept.kind is Kind.PAIN and kept.for_date < since}
    ids = [kept.client_id for kept in touched]
    return _read(session, clinic_id, patient_id, ids, sorted(before)[-logged_days:], logged_days)


def _day_back(clinic_id: int, patient_id: UUID, day: date, days: int) -> ColumnElement[date]:
    """Return the day since which there are so many days with pain entries before this one; the first one of all."""
    row = EARLIER.c
    wanted = (
        select(row.for_date)
        .where(row.clinic_id == clinic_id, of_person(row.patient_id, clinic_id, patient_id))
        .where(row.kind == Kind.PAIN, row.for_date < day)
        .distinct()
        .order_by(row.for_date.desc())
        .offset(days - 1)
        .limit(1)
    )
    return func.coalesce(wanted.scalar_subquery(), date.min, type_=ENTRY.c.for_date.type)


def _read(
    session: Session, clinic_id: int, patient_id: UUID, client_ids: Iterable[UUID], days: list[date], asked: int
) -> Read:
    """Return these entries; where there were fewer days than asked for, nothing is left before them."""
    entries = entries_of(session, clinic_id, patient_id, client_ids)
    return Read(entries, date.min if len(days) < asked else days[0])


def entries_on_joint(
    session: Session, clinic_id: int, patient_id: UUID, joint: Site, before: date, days: int
) -> Read:  # fmt: skip
    """Return the pain entries that say anything of a joint, explicit zeros too, on the last so many days before one."""
    row = ENTRY.c
    places = [place for place in SITES.values() if place.joint == joint]
    is_said = row.no_other_pain.is_(True) | _says(SCORE, SCORE.c.site.in_(places))
    return _older(session, clinic_id, patient_id, (row.kind == Kind.PAIN) & is_said, before, days)


def entries_on_limb(session: Session, clinic_id: int, patient_id: UUID, limb: Limb, before: date, days: int) -> Read:
    """Return the entries that report of a limb on the last so many such days before one."""
    is_said = (ENTRY.c.kind == Kind.WEIGHT_BEARING) & _says(LIMB, LIMB.c.limb == limb)
    return _older(session, clinic_id, patient_id, is_said, before, days)


def _says(table: Table, what: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that an entry says this in one of its rows."""
    keys = ("clinic_id", "patient_id", "change_number")
    return exists().where(*(table.c[key] == ENTRY.c[key] for key in keys), what)


def _older(
    session: Session, clinic_id: int, patient_id: UUID, is_said: ColumnElement[bool], before: date, days: int
) -> Read:
    row = ENTRY.c
    held = (row.clinic_id == clinic_id, of_person(row.patient_id, clinic_id, patient_id))
    found = select(row.for_date).where(*held, is_said, row.for_date < before).distinct()
    last = session.scalars(found.order_by(row.for_date.desc()).limit(days)).all()[::-1]
    if not last:
        return Read([], date.min)
    since = select(row.client_id).where(*held, is_said, row.for_date.between(last[0], last[-1]))
    return _read(session, clinic_id, patient_id, session.scalars(since), list(last), days)


def worst_before(session: Session, clinic_id: int, patient_id: UUID, day: date) -> dict[Site, int]:
    """Return the highest score (0 to 10) that stands of each joint on the days before one."""
    stands, score, found = _standing_versions(clinic_id, patient_id, Kind.PAIN), SCORE.c, dict[Site, int]()
    wanted = (
        select(score.site, func.max(score.on_loading), func.max(score.at_rest))
        .join_from(SCORE, stands, _of(SCORE, stands))
        .where(score.clinic_id == clinic_id, _stands_before(stands, day))
        .group_by(score.site)
    )
    for place, *worst in session.execute(wanted):
        found[place.joint] = max(found.get(place.joint, 0), *(each or 0 for each in worst))
    return found


def most_before(session: Session, clinic_id: int, patient_id: UUID, day: date) -> dict[str, int]:
    """Return the greatest load of each exercise that stands on the days before one."""
    stands, said, found = _standing_versions(clinic_id, patient_id, Kind.EXERCISE), EXERCISE.c, dict[str, int]()
    wanted = (
        select(said.exercise, said.done_sets, said.done_reps, said.done_minutes)
        .join_from(EXERCISE, stands, _of(EXERCISE, stands))
        .where(said.clinic_id == clinic_id, _stands_before(stands, day), said.not_done.is_(None))
        .distinct()
    )
    for exercise, *done in session.execute(wanted):
        found[exercise] = max(found.get(exercise, 0), load_of(ExerciseReport(exercise, *done)))
    return found


def _standing_versions(clinic_id: int, patient_id: UUID, kind: Kind) -> Subquery:
    """Return the versions of one kind, each with its place among those of its entry: the highest revisions first.

    A version with an impossible clock takes the place of none, as in ``domain.diary``.
    """
    row = ENTRY.c
    place = func.rank().over(partition_by=row.client_id, order_by=row.rev.desc()).label("place")
    return (
        select(row.clinic_id, row.patient_id, row.change_number, row.for_date, row.withdrawn, place)
        .where(row.clinic_id == clinic_id, of_person(row.patient_id, clinic_id, patient_id))
        .where(row.kind == kind, row.fault.is_(None))
        .subquery()
    )


def _of(table: Table, versions: Subquery) -> ColumnElement[bool]:
    return and_(*(table.c[key] == versions.c[key] for key in ("clinic_id", "patient_id", "change_number")))


def _stands_before(versions: Subquery, day: date) -> ColumnElement[bool]:
    row = versions.c
    return and_(row.place == 1, row.withdrawn.is_(False), row.for_date < day)
