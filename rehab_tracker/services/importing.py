"""Importing: a patient's story from an event file goes in by the same door; a second import of it changes nothing."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.domain.alert import Rule
from rehab_tracker.domain.arrival import Piece, Raised, arising
from rehab_tracker.domain.default_protocol import DEFAULT_TEMPLATE
from rehab_tracker.domain.entry import Entry, plain
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.moment import local_day, time_zone
from rehab_tracker.domain.recorded import Recorded
from rehab_tracker.domain.red_flag import RedFlag, RedFlagReport
from rehab_tracker.services import audit
from rehab_tracker.services.alerts import Occasion, mark_flags_withdrawn, raise_flags, review_patient
from rehab_tracker.services.clinics import in_force
from rehab_tracker.services.enrolment import PatientDetails, added
from rehab_tracker.services.keeping import Outcome, Stamped, keep_refused, withdrawn_flags
from rehab_tracker.services.recorded import keep_recorded
from rehab_tracker.services.site_ledger import keep_in_ledgers
from rehab_tracker.services.templates import template_in_force
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.alerts import Alert, alerts_of_patient
from rehab_tracker.storage.merging import Records
from rehab_tracker.storage.people import Patient, locked_patient, patient_of_record_number

NEWS_DAYS = 7
"""Entries about an older day make no letters: whoever imports the past does not want to be woken by it."""


BY_PLAN = (Rule.PHASE_REVIEW, Rule.EXERCISE_PAIN)
"""The rules that go by the numbers of a plan's protocol."""


@dataclass(slots=True)
class Story:
    """What a file tells of one patient."""

    details: PatientDetails
    entries: list[Entry] = field(default_factory=list)
    recorded: list[Recorded] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import changed: new entries, records and alerts, old alerts without a letter, and refused entries."""

    patient_id: UUID
    entries: int
    recorded: int
    alerts: int
    too_old: int
    refused: int


def import_story(session: Session, viewer: Viewer, story: Story, now: datetime) -> Imported:
    """Take in one patient's story, all of it or nothing, and return what was new.

    The patient is found by record number, else added. Alerts bear the day on which the file says they arose. Raises
    InvalidValue (``merged``) for the record number of a duplicate, and what ``keep_recorded`` raises.
    """
    must_be_allowed(viewer, Action.IMPORT_EVENTS)
    with transaction(session):
        patient = _patient(session, viewer, story, now)
        before = {alert.id for alert in alerts_of_patient(session, viewer.clinic_id, patient.id)}
        recorded = keep_recorded(session, viewer, patient, story.recorded, now)
        on = Occasion(session, viewer, patient, in_force(session, viewer.clinic_id), now)
        outcomes = keep_in_ledgers(on, Records(patient, patient), [Stamped(entry) for entry in story.entries])
        refused = [(_as_text(e), o.fault) for e, o in zip(story.entries, outcomes, strict=True) if o.fault]
        keep_refused(session, viewer, patient.id, refused, now)
        if recorded or refused or any(outcome.is_kept for outcome in outcomes):
            _judge(session, viewer, patient, story, outcomes, now)
        found = [a for a in alerts_of_patient(session, viewer.clinic_id, patient.id) if a.id not in before]
        _date_back(session, viewer, patient, story, found, now)
        created = _created(outcomes)
        audit.note(session, viewer, "events-imported", now, patient_id=patient.id, count=created)
    old = sum(alert.last_for_date < _news_since(patient, now) for alert in found)
    return Imported(patient.id, created, recorded, len(found), old, len(refused))


def _as_text(entry: Entry) -> str:
    return json.dumps(plain(entry), default=str, ensure_ascii=False)


def _patient(session: Session, viewer: Viewer, story: Story, now: datetime) -> Patient:
    patient = patient_of_record_number(session, viewer.clinic_id, story.details.record_number)
    if patient is None:
        patient = added(session, viewer, story.details, now)
    patient = locked_patient(session, viewer.clinic_id, patient.id) or patient
    if patient.merged_into:
        raise InvalidValue("This record was joined with another one. Use that one's record number.", code="merged")
    return patient


def _created(outcomes: Iterable[Outcome]) -> int:
    return sum(outcome.is_kept for outcome in outcomes)


def _news_since(patient: Patient, now: datetime) -> date:
    return local_day(now, time_zone(patient.time_zone)) - timedelta(days=NEWS_DAYS)


def _judge(
    session: Session, viewer: Viewer, patient: Patient, story: Story, outcomes: Sequence[Outcome], now: datetime
) -> None:
    settings = in_force(session, viewer.clinic_id)
    on = Occasion(session, viewer, patient, settings, now, letters_since=_news_since(patient, now))
    flags = _flags(story.entries)
    if flags:
        raise_flags(on, flags, _flags(e for e, o in zip(story.entries, outcomes, strict=True) if o.fault))
    withdrawn = withdrawn_flags(session, patient, story.entries, outcomes)
    if withdrawn:
        mark_flags_withdrawn(on, withdrawn)
    review_patient(on, date.min)


def _flags(entries: Iterable[Entry]) -> set[RedFlag]:
    return {flag for e in entries if isinstance(e.content, RedFlagReport) for flag in e.content.flags}


def _pieces(story: Story) -> list[tuple[datetime, Piece]]:
    pieces: list[tuple[datetime, Piece]] = [(entry.received_at, entry) for entry in story.entries]
    pieces += [(each.at, each) for each in story.recorded]
    return sorted(pieces, key=lambda piece: piece[0])


def _date_back(
    session: Session, viewer: Viewer, patient: Patient, story: Story, found: list[Alert], now: datetime
) -> None:
    """Give new alerts the instant and day on which the file says they arose, not those of the import."""
    if not found:
        return
    raised: dict[tuple[Rule, str], Raised] = {}
    asked = any(alert.rule in BY_PLAN for alert in found)
    template = template_in_force(session, viewer, now) if asked else DEFAULT_TEMPLATE
    rules = in_force(session, viewer.clinic_id).rules
    for each in arising(_pieces(story), time_zone(patient.time_zone), rules, template, patient.enrolled_on):
        raised.setdefault((each.verdict.rule, each.verdict.subject), each)
    for alert in found:
        arose = raised.get((alert.rule, alert.subject))
        if arose:
            alert.raised_at, alert.raised_on, alert.late_days = arose.raised_at, arose.raised_on, arose.late_days
