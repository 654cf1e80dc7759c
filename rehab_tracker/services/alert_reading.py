"""What was done with an alert and can be done next: calls and what they led to, who has seen it, whom to ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Viewer
from rehab_tracker.domain.alert_call import CallResult
from rehab_tracker.domain.record_item import ItemKind, RecordItem, standing_items
from rehab_tracker.services.alert_life import colleagues
from rehab_tracker.services.alert_undo import undoable
from rehab_tracker.services.alert_volume import ended_lately
from rehab_tracker.services.record_items import every_version
from rehab_tracker.storage.activity import readers_of
from rehab_tracker.storage.alert_calls import AlertCall, calls_about
from rehab_tracker.storage.alerts import Alert, AlertStep, alert_of, reopening
from rehab_tracker.storage.people import Patient, Staff

IMAGING = frozenset((ItemKind.RADIOGRAPH, ItemKind.MRI))


@dataclass(frozen=True, slots=True)
class Call:
    """One call with the imaging of the alert's joint that was recorded since it was requested, oldest first."""

    call: AlertCall
    results: tuple[RecordItem, ...]


@dataclass(frozen=True, slots=True)
class AlertLife:
    """What staff did and can do with an alert.

    ``seen`` are those who opened it and when first, ``colleagues`` those who can be asked to take it, by name.
    ``undoable`` is the reader's step that can be taken back now. ``goes_on_from`` is the closed alert before this one,
    ``went_on_in`` the one after it. ``came_back`` says how often the same was raised and ended in 14 days.
    """

    calls: tuple[Call, ...]
    seen: dict[UUID, datetime]
    colleagues: tuple[Staff, ...]
    undoable: AlertStep | None
    goes_on_from: Alert | None
    went_on_in: Alert | None
    came_back: int

    @property
    def people(self) -> set[UUID]:
        """Return the staff whose names are needed to tell it, besides those of the steps."""
        return {*self.seen, *(staff.id for staff in self.colleagues), *(each.call.called_by for each in self.calls)}


def life_of(
    session: Session, viewer: Viewer, alert: Alert, patient: Patient, steps: Sequence[AlertStep], now: datetime
) -> AlertLife:
    """Return what was and can be done with an alert, for the caller's transaction."""
    return AlertLife(
        calls=_calls(session, alert, patient),
        seen=readers_of(session, patient.clinic_id, patient.id, alert.id),
        colleagues=tuple(sorted(colleagues(session, patient, now).values(), key=lambda staff: staff.name)),
        undoable=undoable(steps, viewer, now),
        goes_on_from=alert_of(session, alert.clinic_id, alert.reopens) if alert.reopens else None,
        went_on_in=reopening(session, alert),
        came_back=len(ended_lately(session, alert)),
    )


def _calls(session: Session, alert: Alert, patient: Patient) -> tuple[Call, ...]:
    calls = calls_about(session, alert.clinic_id, alert.id)
    if not any(call.result is CallResult.IMAGING_REQUESTED for call in calls):
        return tuple(Call(call, ()) for call in calls)
    versions = every_version(session, patient)
    written_at = {of_item[0].item.id: of_item[0].at for of_item in versions}
    images = [i for i in standing_items(w.item for of_item in versions for w in of_item) if _is_of(i, alert)]
    return tuple(Call(call, tuple(i for i in images if _answers(call, written_at[i.id]))) for call in calls)


def _is_of(item: RecordItem, alert: Alert) -> bool:
    """Return whether an item is imaging of an alert's joint, or of any where the alert is about none."""
    if item.kind not in IMAGING:
        return False
    return alert.site is None or item.site is None or item.site.joint == alert.site.joint


def _answers(call: AlertCall, written_at: datetime) -> bool:
    return call.result is CallResult.IMAGING_REQUESTED and written_at >= call.at
