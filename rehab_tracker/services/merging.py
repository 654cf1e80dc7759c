"""Merging: a patient who was entered twice becomes one, and a mistaken merge is undone.

The duplicate only points to the record that is kept: each keeps its own rows and phones, and all of it is read, judged
and drawn as one person's.
"""

from collections.abc import Iterable, Set
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.domain.alert import Rule
from rehab_tracker.domain.entry import Entry
from rehab_tracker.domain.errors import InvalidValue, NotFound
from rehab_tracker.domain.person import checked_reason
from rehab_tracker.domain.red_flag import RedFlag, RedFlagReport
from rehab_tracker.services import audit
from rehab_tracker.services.alerts import Occasion, raise_flags, review_patient, supersede
from rehab_tracker.services.clinics import in_force
from rehab_tracker.services.people import change
from rehab_tracker.services.plan_following import go_on
from rehab_tracker.services.reach import lock_records, must_reach_patient
from rehab_tracker.services.site_ledger import drop_ledgers, make_ledgers
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.alerts import alerts_of_patient, closed_alerts, steps_of
from rehab_tracker.storage.history import red_flag_entries
from rehab_tracker.storage.merging import duplicates_of, raise_change_number
from rehab_tracker.storage.people import Patient, locked_patient
from rehab_tracker.storage.person import merged_at

MERGED = "merged"
ONE_DAY = timedelta(days=1)


def merge(session: Session, viewer: Viewer, duplicate_id: UUID, kept_id: UUID, reason: str, now: datetime) -> Patient:
    """Let a duplicate be part of the record that is kept from now on, ask the rules of the whole, and return that one.

    The duplicate's standing alerts end; what still holds of them is raised again about the person. Raises NotFound and
    ReasonNeeded about either record as every way to one does, InvalidValue where one of them is merged already.
    """
    must_be_allowed(viewer, Action.MERGE_RECORDS)
    why = checked_reason(reason)
    with transaction(session):
        for each in (kept_id, duplicate_id):
            must_reach_patient(session, viewer, each, now)
        # In one order whoever asks, so that two who join them the other way round don't wait for each other.
        locked = {each: _locked(session, viewer, each) for each in sorted((kept_id, duplicate_id))}
        kept, duplicate = locked[kept_id], locked[duplicate_id]
        _must_be_free(session, kept, duplicate)
        settings = in_force(session, viewer.clinic_id)
        _answer_no_other(session, kept, duplicate)
        _answer_no_other(session, duplicate, kept)
        flags = _end_alerts(Occasion(session, viewer, duplicate, settings, now))
        change(session, viewer, duplicate, {"merged_into": kept.id}, why, now)
        # Whoever saw either record as it was is told, whichever id is written to.
        kept.version = max(kept.version, duplicate.version) + 1
        raise_change_number(session, viewer.clinic_id, kept.id, duplicate.change_number)
        on = Occasion(session, viewer, kept, settings, now)
        _raise(on, flags)
        review_patient(on, date.min)
        drop_ledgers(session, duplicate)
        make_ledgers(session, kept, settings.rules)
        audit.note(session, viewer, "records-merged", now, patient_id=kept.id, subject=duplicate.id)
    return kept


def _locked(session: Session, viewer: Viewer, patient_id: UUID) -> Patient:
    """Return exactly this record, locked."""
    patient = locked_patient(session, viewer.clinic_id, patient_id)
    if patient is None:
        raise NotFound()
    return patient


def _must_be_free(session: Session, kept: Patient, duplicate: Patient) -> None:
    if kept.id == duplicate.id:
        raise InvalidValue("Choose two records.", code="same-record")
    if kept.merged_into or duplicate.merged_into:
        raise InvalidValue("One of these records was joined with another one already.", code="merged")
    if duplicates_of(session, duplicate.clinic_id, duplicate.id):
        raise InvalidValue(
            "Other records were joined with this one. Separate those first, or keep this one.", code="has-duplicates"
        )


def _answer_no_other(session: Session, closer: Patient, other: Patient) -> None:
    """Let closings in one record end before the days of what stands in the other: whoever closed had not seen that."""
    standing = alerts_of_patient(session, other.clinic_id, other.id, standing=True)
    unseen = {(alert.rule, alert.subject): alert.first_for_date for alert in standing}
    for alert in closed_alerts(session, closer.clinic_id, closer.id, date.min):
        since = unseen.get((alert.rule, alert.subject), date.max)
        # What answers a tick of a red flag is that it was seen.
        if alert.rule is not Rule.RED_FLAG and alert.closing.closed_on >= since:
            alert.closed_on = since - ONE_DAY


def _end_alerts(on: Occasion) -> set[RedFlag]:
    """End the standing alerts of one record, and return the red flags among them.

    Those of a rule that runs silently stay: nothing would raise them again.
    """
    alerts = alerts_of_patient(on.session, on.viewer.clinic_id, on.patient.id, standing=True)
    standing = [alert for alert in alerts if alert.rule not in on.settings.rules.shadow]
    for alert in standing:
        supersede(on, alert, MERGED)
    on.session.flush()
    return {RedFlag(alert.subject) for alert in standing if alert.rule is Rule.RED_FLAG}


def _raise(on: Occasion, flags: Set[RedFlag]) -> None:
    """Raise these red flags of a patient; one that came in a refused item only counts for today."""
    if flags:
        kept = red_flag_entries(on.session, on.viewer.clinic_id, on.patient.id)
        raise_flags(on, flags, flags - _ticked(kept))


def _ticked(entries: Iterable[Entry]) -> set[RedFlag]:
    return {flag for e in entries if isinstance(e.content, RedFlagReport) for flag in e.content.flags}


def undo_merge(session: Session, viewer: Viewer, duplicate_id: UUID, reason: str, now: datetime) -> Patient:
    """Separate a record that was merged by mistake, ask the rules of both, and return it.

    Whatever reached one of the two meanwhile stays with that one; a plan of the duplicate that ended by what was
    recorded of the kept one goes on. Red flags of the duplicate are raised again there, and stay with the record that
    was kept too, until a person closes them. Raises InvalidValue where nothing is merged.
    """
    must_be_allowed(viewer, Action.MERGE_RECORDS)
    why = checked_reason(reason)
    with transaction(session):
        must_reach_patient(session, viewer, duplicate_id, now)
        kept, duplicate = lock_records(session, viewer.clinic_id, duplicate_id)
        if kept is duplicate:
            raise InvalidValue("This record was not joined with another one.", code="not-merged")
        duplicate.version = max(kept.version, duplicate.version)
        change(session, viewer, duplicate, {"merged_into": None}, why, now)
        settings = in_force(session, viewer.clinic_id)
        on = Occasion(session, viewer, duplicate, settings, now)
        if since := merged_at(session, viewer.clinic_id, duplicate.id):
            _raise(on, _flags_since(on, since))
            go_on(on, kept, since, why)
            session.flush()
        for each in (on, Occasion(session, viewer, kept, settings, now)):
            review_patient(each, date.min)
            make_ledgers(session, each.patient, settings.rules)
        audit.note(session, viewer, "merge-undone", now, patient_id=kept.id, subject=duplicate.id)
    return duplicate


def _flags_since(on: Occasion, since: datetime) -> set[RedFlag]:
    """Return the red flags that stood about the duplicate when it was merged, or that it told of since."""
    of_duplicate = (on.session, on.viewer.clinic_id, on.patient.id)
    told = _ticked(entry for entry in red_flag_entries(*of_duplicate) if entry.received_at >= since)
    ended = [alert for alert in alerts_of_patient(*of_duplicate) if alert.rule is Rule.RED_FLAG]
    return told | {RedFlag(alert.subject) for alert in ended if _ended_at(on, alert.id) == since}


def _ended_at(on: Occasion, alert_id: UUID) -> datetime | None:
    """Return when an alert ended with a merge, None where it did not."""
    steps = steps_of(on.session, on.viewer.clinic_id, alert_id)
    return max((step.at for step in steps if step.step == MERGED), default=None)
