"""The clinical picture: what staff wrote of a patient, with what follows from it today, for pages and the API."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.background import Background, Fact
from rehab_tracker.domain.checklist import Checklist, checklist
from rehab_tracker.domain.dxa import Dxa, DxaClass, dxa_class
from rehab_tracker.domain.follow_up import Due, FollowUp
from rehab_tracker.domain.involvement import Involvement, opened_on, read_as
from rehab_tracker.domain.record_item import RecordItem, standing_items
from rehab_tracker.services.record_items import Versions, every_version
from rehab_tracker.storage.involvements import involvements_of
from rehab_tracker.storage.people import Patient


@dataclass(frozen=True, slots=True)
class Clinical:
    """What counts of a record, and every version behind it.

    ``items`` are the last versions that were not entered in error, oldest date first; ``versions`` hold all. There is a
    checklist for each active place, ``follow_ups`` are the soonest first, and ``bone_density`` is by the scan's id.
    """

    items: tuple[RecordItem, ...]
    versions: tuple[Versions, ...]
    checklists: tuple[Checklist, ...]
    follow_ups: tuple[tuple[RecordItem, Due], ...]
    bone_density: dict[UUID, DxaClass]


def clinical(session: Session, patient: Patient, today: date) -> Clinical:
    """Return a patient's clinical picture for the caller's transaction; ``today`` is the patient's local day."""
    versions = every_version(session, patient)
    items = standing_items(written.item for of_item in versions for written in of_item)
    involvements = involvements_of(session, patient.clinic_id, patient.id)
    return Clinical(
        items=tuple(items),
        versions=tuple(versions),
        checklists=checklists(items, involvements),
        follow_ups=_follow_ups(items, today),
        bone_density=_bone_density(items, patient),
    )


def checklists(items: Sequence[RecordItem], involvements: Sequence[Involvement]) -> tuple[Checklist, ...]:
    """Return the exclusion checklist of each active place, longest involved first.

    What was judged of a place that was merged into another one counts there.
    """
    since, meant = opened_on(involvements), read_as(involvements)
    moved = [replace(item, site=meant.get(item.site) or item.site) if item.site else item for item in items]
    return tuple(checklist(place, since, moved) for place in sorted(since, key=lambda p: (since[p], str(p))))


def _follow_ups(items: Sequence[RecordItem], today: date) -> tuple[tuple[RecordItem, Due], ...]:
    found = [(item, item.content) for item in items if isinstance(item.content, FollowUp)]
    found.sort(key=lambda each: each[1].due.day if each[1].due else date.max)
    return tuple((item, content.stands(today)) for item, content in found)


def _bone_density(items: Sequence[RecordItem], patient: Patient) -> dict[UUID, DxaClass]:
    """Return the class of each scan, by what was said last of the menopause."""
    said = [item.content.post_menopausal for item in items if isinstance(item.content, Background)]
    answer = next((fact for fact in reversed(said) if fact is not None), None)
    post_menopausal = {Fact.PRESENT: True, Fact.ABSENT: False}.get(answer) if answer else None
    return {
        item.id: dxa_class(item.content.results, patient.sex, patient.born, item.on.day, post_menopausal)
        for item in items
        if isinstance(item.content, Dxa) and item.on
    }
