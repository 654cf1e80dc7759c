"""Involvements: what staff record about a patient's sites, and what the rules say after it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.involvement import MISTAKE, Involvement, InvolvementStatus, last_of_each
from rehab_tracker.domain.moment import local_day, time_zone
from rehab_tracker.domain.pain import UsualPain
from rehab_tracker.domain.partial_date import PartialDate, impossible_date
from rehab_tracker.domain.person import checked_reason
from rehab_tracker.domain.review import first_changed
from rehab_tracker.domain.site import Area, Site
from rehab_tracker.domain.weight_bearing import Aids
from rehab_tracker.services import audit
from rehab_tracker.services.alerts import Occasion, review_patient
from rehab_tracker.services.clinics import in_force
from rehab_tracker.services.plan_following import follow
from rehab_tracker.services.reach import lock_records, must_reach_patient
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.involvements import (
    InvolvementRow,
    UsualPainRow,
    involvement_of,
    involvement_rows_of,
    involvements_of,
)
from rehab_tracker.storage.people import Patient
from rehab_tracker.storage.readings import names_of

A_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Recorded:
    """One record of a site's status, when it was made and by whom; ``name`` is the author's, empty for the system."""

    involvement: Involvement
    at: datetime
    by: UUID | None
    name: str


@dataclass(frozen=True, slots=True)
class Said:
    """What is known of a place besides its status: since when, what the patient says of it, and why it is recorded."""

    onset: PartialDate | None = None
    area: Area | None = None
    words: str = ""
    reason: str = ""


SiteHistory = tuple[Recorded, ...]
"""Everything recorded of one site, in the order of recording; the last one holds."""


def record_involvement(
    session: Session,
    viewer: Viewer,
    patient_id: UUID,
    involvement: Involvement,
    now: datetime,
    getting_about: Aids | None = None,
) -> None:
    """Record a site's status from its local day on, let its plan follow, and ask the rules again.

    ``getting_about`` says how the patient moves where this restricts both legs; without it that raises BothLegs. Raises
    NotFound and ReasonNeeded as every way to a record does, InvalidValue for an onset that can't be.
    """
    with _at_work(session, viewer, patient_id, now) as on:
        _record(on, involvement, "involvement-recorded", getting_about)


def record_status(
    session: Session,
    viewer: Viewer,
    patient_id: UUID,
    place: Site,
    status: InvolvementStatus,
    said: Said,
    now: datetime,
    getting_about: Aids | None = None,
) -> None:
    """Record a site's status from the patient's today on, with what is known of the place besides.

    The same once more on the same day changes nothing. Raises what ``record_involvement`` does.
    """
    with _at_work(session, viewer, patient_id, now) as on:
        involvement = Involvement(place, status, _today(on), said.onset, said.area, said.words, None, said.reason)
        if involvement != last_of_each(_recorded(on)).get(place):
            _record(on, involvement, "involvement-recorded", getting_about)


def merge_involvements(
    session: Session, viewer: Viewer, patient_id: UUID, place: Site, into: Site, reason: str, now: datetime
) -> None:
    """Let one site's record count as that of another of the same joint from today on; nothing of it is lost.

    Its plan goes on there, where none runs yet. Raises InvalidValue for sites of two joints, for one that is not
    recorded, and (``resolved``) where that would make a joint quiet that is not.
    """
    why = checked_reason(reason)
    with _at_work(session, viewer, patient_id, now) as on:
        merged = Involvement(place, MISTAKE, _today(on), merged_into=into, reason=why)
        mistaken, kept = _must_be_recorded(on, place, "/site"), _must_be_recorded(on, into, "/merged_into")
        if mistaken.status.is_active and not kept.status.is_active:
            raise InvalidValue(
                "The other place is resolved. Record its status first.", code="resolved", pointer="/merged_into"
            )
        _record(on, merged, "involvements-merged")


def mark_involvement_in_error(
    session: Session, viewer: Viewer, patient_id: UUID, place: Site, reason: str, now: datetime
) -> None:
    """Say from today on that a site was never involved; what was recorded of it stays in its history.

    Raises InvalidValue (``not-recorded``) for a site without a record that could be mistaken.
    """
    why = checked_reason(reason)
    with _at_work(session, viewer, patient_id, now) as on:
        _must_be_recorded(on, place, "/site")
        _record(on, Involvement(place, MISTAKE, _today(on), reason=why), "involvement-marked-in-error")


@contextmanager
def _at_work(session: Session, viewer: Viewer, patient_id: UUID, now: datetime) -> Iterator[Occasion]:
    """Lock the record that is kept of a patient for one act of somebody who may reach it."""
    must_be_allowed(viewer, Action.RECORD_INVOLVEMENT)
    with transaction(session):
        reached = must_reach_patient(session, viewer, patient_id, now)
        patient = lock_records(session, viewer.clinic_id, reached.id).kept
        yield Occasion(session, viewer, patient, in_force(session, viewer.clinic_id), now)


def _today(on: Occasion) -> date:
    return local_day(on.now, time_zone(on.patient.time_zone))


def _recorded(on: Occasion) -> list[Involvement]:
    return involvements_of(on.session, on.viewer.clinic_id, on.patient.id)


def _must_be_recorded(on: Occasion, place: Site, pointer: str) -> Involvement:
    """Return the record of a site that holds."""
    found = last_of_each(_recorded(on)).get(place)
    if found is None or found.status is MISTAKE:
        raise InvalidValue("This place is not recorded. Check left and right.", code="not-recorded", pointer=pointer)
    return found


def _record(on: Occasion, involvement: Involvement, action: str, getting_about: Aids | None = None) -> None:
    """Keep a record of a site's status, let its plan follow, and ask the rules again."""
    _check_onset(involvement, on.patient)
    on.session.add(involvement_row(on.viewer, on.patient.id, involvement, _moment(on), None))
    on.session.flush()
    audit.note(on.session, on.viewer, action, on.now, patient_id=on.patient.id, subject=involvement.site)
    follow(on, involvement, getting_about)
    # Once a record is read as that of another site, every day may be told differently.
    changed = date.min if involvement.merged_into else first_changed(involvement.recorded_on, on.settings.rules)
    review_patient(on, changed)


def _moment(on: Occasion) -> datetime:
    """Return now, or a moment later where something was recorded at this very instant, so that the order is told."""
    taken = {row.recorded_at for row in involvement_rows_of(on.session, on.viewer.clinic_id, on.patient.id)}
    return next(at for n in count() if (at := on.now + n * A_MOMENT) not in taken)


def _check_onset(involvement: Involvement, patient: Patient) -> None:
    onset, born = involvement.onset, patient.born
    if onset and (onset.earliest > involvement.recorded_on or (born is not None and onset.latest < born)):
        raise impossible_date("/onset")


def read_involvements(session: Session, viewer: Viewer, patient_id: UUID, now: datetime) -> dict[Site, SiteHistory]:
    """Return everything recorded of a patient's sites, by site, and note in the audit that it was read."""
    must_be_allowed(viewer, Action.READ_RECORD)
    with transaction(session):
        patient = must_reach_patient(session, viewer, patient_id, now)
        found = involvement_history(session, patient)
        audit.note(session, viewer, "involvements-read", now, patient_id=patient.id)
    return found


def involvement_history(session: Session, patient: Patient) -> dict[Site, SiteHistory]:
    """Return the same for the caller's transaction, which has let the viewer in and notes the reading."""
    rows = involvement_rows_of(session, patient.clinic_id, patient.id)
    names = names_of(session, patient.clinic_id, {row.recorded_by for row in rows if row.recorded_by})
    found: dict[Site, SiteHistory] = {}
    for row in rows:
        name = names.get(row.recorded_by, "") if row.recorded_by else ""
        told = Recorded(involvement_of(row), row.recorded_at, row.recorded_by, name)
        found[row.site] = (*found.get(row.site, ()), told)
    return found


def involvement_row(
    viewer: Viewer, patient_id: UUID, involvement: Involvement, at: datetime, source_id: UUID | None
) -> InvolvementRow:
    """Return the row that keeps an involvement; ``source_id`` names the line of an import."""
    return InvolvementRow(
        clinic_id=viewer.clinic_id,
        patient_id=patient_id,
        site=involvement.site,
        status=involvement.status,
        onset=involvement.onset and involvement.onset.day,
        onset_precision=involvement.onset and involvement.onset.precision,
        onset_text=involvement.onset and involvement.onset.source_text,
        area=involvement.area,
        words=involvement.words,
        merged_into=involvement.merged_into,
        reason=involvement.reason,
        recorded_at=at,
        recorded_on=involvement.recorded_on,
        recorded_by=viewer.person,
        source_id=source_id,
    )


def usual_pain_row(
    viewer: Viewer, patient_id: UUID, usual: UsualPain, at: datetime, on: date, source_id: UUID | None
) -> UsualPainRow:
    """Return the row that keeps a declaration of long-standing pain."""
    return UsualPainRow(
        clinic_id=viewer.clinic_id,
        patient_id=patient_id,
        site=usual.site,
        usual_pain=usual.usual_pain,
        declared_at=at,
        declared_on=on,
        declared_by=viewer.person,
        source_id=source_id,
    )
