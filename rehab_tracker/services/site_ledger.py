"""The site ledgers: kept up as entries come in, asked by pages, and made anew from the entries by one command.

What is kept proves itself: it names the numbers it was made by and how many declarations of long-standing pain there
were. Where those are others now it counts for nothing; readers work it out, and the next entry makes it anew.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import zip_longest
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.domain.alert import QUIET_DAYS
from rehab_tracker.domain.clinic import RuleSettings
from rehab_tracker.domain.entry import Entry, Kind
from rehab_tracker.domain.history import History
from rehab_tracker.domain.moment import local_day, time_zone
from rehab_tracker.domain.site import Site
from rehab_tracker.domain.site_ledger import VERSION, SiteLedger, anew, gone_on, site_ledgers
from rehab_tracker.services import audit
from rehab_tracker.services.alerts import Occasion
from rehab_tracker.services.clinics import in_force
from rehab_tracker.services.keeping import Outcome, Stamped, keep
from rehab_tracker.services.reach import must_reach_patient
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.history import entries_since
from rehab_tracker.storage.involvements import declared_pains_of
from rehab_tracker.storage.merging import Records
from rehab_tracker.storage.people import Patient
from rehab_tracker.storage.site_ledger import (
    Kept,
    MadeBy,
    forget_ledgers,
    keep_ledgers,
    keep_made_by,
    kept_ledgers,
    last_bouts,
)

Ledgers = dict[Site, SiteLedger]


def keep_in_ledgers(on: Occasion, records: Records, entries: Sequence[Stamped]) -> list[Outcome]:
    """Keep entries as ``keep`` does, take their pain into the ledgers, and return each one's outcome.

    Within the caller's transaction, which holds the lock of the records. Entries in order extend the last bouts by what
    they say; anything else makes the ledgers anew from some days before the first day that it changes.
    """
    pain = [stamped.entry for stamped in entries if stamped.entry.kind is Kind.PAIN and not stamped.entry.fault]
    if not pain:
        return keep(on.session, on.viewer, records, entries, on.now)
    kept = last_bouts(on.session, on.viewer.clinic_id, on.patient.id, min(entry.for_date for entry in pain))
    outcomes = keep(on.session, on.viewer, records, entries, on.now)
    told = [(s.entry, o) for s, o in zip(entries, outcomes, strict=True) if s.entry.kind is Kind.PAIN]
    changed = [day for _, outcome in told for day in outcome.changed_days]
    if not changed:
        return outcomes
    if kept.made_by != _made_by(on.settings.rules, kept):
        make_ledgers(on.session, on.patient, on.settings.rules)
    elif kept.is_later or any(outcome.status != "created" for _, outcome in told if outcome.changed_days):
        _make_from(on, min(changed))
    else:
        _extend(on, kept, [entry for entry, outcome in told if outcome.changed_days])
    return outcomes


def _made_by(rules: RuleSettings, kept: Kept) -> MadeBy:
    """Return by what ledgers are made now."""
    return MadeBy(VERSION, rules.pain_counts_from, rules.above_usual_by, kept.declared)


def _extend(on: Occasion, kept: Kept, entries: Iterable[Entry]) -> None:
    """Extend the last bout of each joint by new entries, none of which is about a day before the newest known one."""
    history = _history(on.session, on.patient, entries, kept.declared)
    before = kept.ledgers
    after = {
        joint: gone_on(before.get(joint, SiteLedger()), history, joint, on.settings.rules)
        for joint in before.keys() | history.joints
    }
    _keep(on.session, on.patient, kept, after)


def _make_from(on: Occasion, changed: date) -> None:
    """Make the ledgers anew after days from ``changed`` on were told differently."""
    kept = kept_ledgers(on.session, on.viewer.clinic_id, on.patient.id)
    before = kept.ledgers
    since = changed - min(timedelta(days=QUIET_DAYS), changed - date.min)
    after = _made_from(on, before, kept.declared, changed, since)
    if after is None:
        # A bout with no day that counts shortly before the change: it is known in full from its first day on.
        begun = [bout.first for ledger in before.values() if (bout := ledger.within(changed))]
        after = _made_from(on, before, kept.declared, changed, min([since, *begun])) or {}
    _keep(on.session, on.patient, kept, after)


def _made_from(on: Occasion, before: Ledgers, declared: int, changed: date, since: date) -> Ledgers | None:
    """Return every ledger from what is told of the days from ``since`` on, None where that is not far enough."""
    entries = entries_since(on.session, on.viewer.clinic_id, on.patient.id, since, Kind.PAIN)
    history, rules = _history(on.session, on.patient, entries, declared), on.settings.rules
    found: Ledgers = {}
    for joint in before.keys() | history.joints:
        ledger = anew(before.get(joint, SiteLedger()), history, joint, rules, changed, since)
        if ledger is None:
            return None
        found[joint] = ledger
    return found


def _keep(session: Session, patient: Patient, kept: Kept, ledgers: Mapping[Site, SiteLedger]) -> None:
    keep_ledgers(session, patient.clinic_id, patient.id, kept.rows, ledgers)
    session.flush()


def _history(session: Session, patient: Patient, entries: Iterable[Entry], declared: int) -> History:
    """Return a history of these entries with the declared pains, read only where there are any."""
    pains = declared_pains_of(session, patient.clinic_id, patient.id) if declared else []
    return History(entries, time_zone(patient.time_zone), declared=pains)


def _worked_out(session: Session, patient: Patient, rules: RuleSettings, declared: int) -> Ledgers:
    """Return the ledgers as they follow from everything the person's records hold."""
    entries = entries_since(session, patient.clinic_id, patient.id, date.min, Kind.PAIN)
    return site_ledgers(_history(session, patient, entries, declared), rules)


def make_ledgers(session: Session, patient: Patient, rules: RuleSettings) -> None:
    """Make the ledgers of the person whose kept record this is anew from all entries, whatever is kept of them.

    Within the caller's transaction, which holds the patient's lock.
    """
    session.flush()
    kept = kept_ledgers(session, patient.clinic_id, patient.id)
    found = _worked_out(session, patient, rules, kept.declared)
    keep_made_by(session, patient.clinic_id, patient.id, kept, _made_by(rules, kept))
    _keep(session, patient, kept, dict.fromkeys(kept.rows, SiteLedger()) | found)


def drop_ledgers(session: Session, patient: Patient) -> None:
    """Throw away the ledgers kept under a record, within the caller's transaction."""
    session.flush()
    forget_ledgers(session, kept_ledgers(session, patient.clinic_id, patient.id))


def ledgers_of(session: Session, patient: Patient, rules: RuleSettings) -> Ledgers:
    """Return the ledger of every joint that ever hurt enough: as kept, or worked out where that is out of date."""
    kept = kept_ledgers(session, patient.clinic_id, patient.id)
    if kept.made_by == _made_by(rules, kept):
        return kept.ledgers
    return _worked_out(session, patient, rules, kept.declared)


class Compared(NamedTuple):
    """What is kept of a patient against what follows from the entries: places, rows that differ, whether it counts."""

    places: int
    differ: int
    is_current: bool


def compared(session: Session, patient: Patient, rules: RuleSettings) -> Compared:
    """Compare what is kept of a patient with what follows from the entries; within the caller's transaction."""
    kept = kept_ledgers(session, patient.clinic_id, patient.id)
    before, found = kept.ledgers, _worked_out(session, patient, rules, kept.declared)
    pairs = [(before.get(joint, SiteLedger()), found.get(joint, SiteLedger())) for joint in before.keys() | found]
    differ = sum(one != other for pair in pairs for one, other in zip_longest(*(ledger.bouts for ledger in pair)))
    return Compared(len(found), differ, kept.made_by == _made_by(rules, kept))


@dataclass(frozen=True, slots=True)
class PatientLedgers:
    """The ledgers of a patient's joints, and the patient's today."""

    patient_id: UUID
    today: date
    ledgers: Ledgers


def read_ledgers(session: Session, viewer: Viewer, patient_id: UUID, now: datetime) -> PatientLedgers:
    """Return a patient's site ledgers, and note in the audit that they were read.

    Raises NotFound for a patient of another clinic or none, ReasonNeeded for a clinician outside the care team.
    """
    must_be_allowed(viewer, Action.READ_RECORD)
    with transaction(session):
        patient = must_reach_patient(session, viewer, patient_id, now)
        found = ledgers_of(session, patient, in_force(session, viewer.clinic_id).rules)
        audit.note(session, viewer, "site-ledgers-read", now, patient_id=patient.id)
    return PatientLedgers(patient.id, local_day(now, time_zone(patient.time_zone)), found)
