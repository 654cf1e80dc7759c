"""A desk: which of a clinic's alerts lie before somebody, in the digest as in the inbox and the worklist.

Near are those about their patients and about nobody's, and what they have in hand or are asked to take; further ones
are those of which the ladder has told them. What is about a duplicate is about the record that is kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.alert import AlertState, Level
from rehab_tracker.domain.moment import local_day, time_zone
from rehab_tracker.services.ladder import told_of
from rehab_tracker.storage.alerts import Alert, standing_alerts
from rehab_tracker.storage.clinics import Clinic
from rehab_tracker.storage.merging import kept_records
from rehab_tracker.storage.people import Patient
from rehab_tracker.storage.readings import patients_of_worklist


@dataclass(frozen=True)
class Desk:
    """What lies before somebody at an instant, read in as many statements for sixty alerts as for one."""

    session: Session
    clinic_id: int
    staff_id: UUID
    now: datetime

    @cached_property
    def own_and_nobodys(self) -> tuple[list[Patient], list[Patient]]:
        """Return the patients in somebody's care and those in nobody's, by name."""
        return patients_of_worklist(self.session, self.clinic_id, self.staff_id)

    @cached_property
    def patients(self) -> dict[UUID, Patient]:
        """Return both by the record that is kept."""
        own, nobodys = self.own_and_nobodys
        return {patient.id: patient for patient in (*own, *nobodys)}

    @cached_property
    def standing(self) -> list[Alert]:
        """Return every standing alert of the clinic, oldest first."""
        return standing_alerts(self.session, self.clinic_id)

    @cached_property
    def near(self) -> list[Alert]:
        """Return the standing alerts about these patients, and those in somebody's hands."""
        return [a for a in self.standing if self.is_known(a) or self.staff_id in (a.acknowledged_by, a.assigned_to)]

    @cached_property
    def told(self) -> list[Alert]:
        """Return the open alerts about further patients of which somebody was told in a letter or a digest."""
        near = {alert.id for alert in self.near}
        waiting = [a for a in self.standing if a.id not in near and a.state is AlertState.OPEN and self.is_told(a)]
        if not waiting:
            return []
        today = local_day(self.now, time_zone(self.session.get_one(Clinic, self.clinic_id).time_zone))
        of_patients = [(alert, self.whose(alert)) for alert in waiting]
        return told_of(self.session, self.clinic_id, self.staff_id, of_patients, today)

    def is_told(self, alert: Alert) -> bool:
        """Return whether an alert is one that is told at this instant, and does not only stand in lists."""
        return alert.level is not Level.INFO and not alert.is_quiet(self.now)

    def is_known(self, alert: Alert) -> bool:
        """Return whether an alert is about one of these patients."""
        return self.whose(alert) in self.patients

    def whose(self, alert: Alert) -> UUID:
        """Return the record that is kept of an alert's patient."""
        return self._kept.get(alert.patient_id, alert.patient_id)

    def by_patient(self, alerts: Iterable[Alert]) -> dict[UUID, list[Alert]]:
        """Return alerts by the record that is kept of their patient, in their order."""
        found: dict[UUID, list[Alert]] = {}
        for alert in alerts:
            found.setdefault(self.whose(alert), []).append(alert)
        return found

    @cached_property
    def _kept(self) -> dict[UUID, UUID]:
        return kept_records(self.session, self.clinic_id)
