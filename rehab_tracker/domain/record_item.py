"""Record items: everything that staff write of a patient besides the person, the affected places and their plans.

An item keeps its id; a correction is the next version of it, and one that was entered in error says so in its last
version. Nothing is overwritten. What an item says is a frozen content of its kind.

Facts have three values: a key that is left out (None) is **not recorded**, False is **absent** (somebody looked),
True is **present**. Where a patient may not know, the answer is ``present``, ``absent`` or ``unknown``. A list that is
left out is not recorded, an empty one says that there was none.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from rehab_tracker.domain import examination, imaging
from rehab_tracker.domain.background import Background, Consent, Occupation, Pregnancy
from rehab_tracker.domain.co_intervention import CoIntervention, Programme
from rehab_tracker.domain.complaint import Complaint
from rehab_tracker.domain.diagnosis import Diagnosis, Scope
from rehab_tracker.domain.dxa import Dxa
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.examination import Examination
from rehab_tracker.domain.exclusion import Exclusion
from rehab_tracker.domain.follow_up import FollowUp
from rehab_tracker.domain.imaging import Mri, Radiograph
from rehab_tracker.domain.laboratory import Laboratory
from rehab_tracker.domain.outcome import Outcome
from rehab_tracker.domain.partial_date import PartialDate, impossible_date
from rehab_tracker.domain.questionnaire import Questionnaire
from rehab_tracker.domain.reader import fields_of, plain, read
from rehab_tracker.domain.site import Site


class ItemKind(StrEnum):
    """What an item is about; the codes are a contract and only ever grow."""

    RADIOGRAPH = "radiograph"
    MRI = "mri"
    DXA = "dxa"
    LABORATORY = "laboratory"
    EXAMINATION = "examination"
    COMPLAINT = "complaint"
    BACKGROUND = "background"
    OCCUPATION = "occupation"
    PREGNANCY = "pregnancy"
    DIAGNOSIS = "diagnosis"
    CO_INTERVENTION = "co-intervention"
    PROGRAMME = "programme"
    OUTCOME = "outcome"
    QUESTIONNAIRE = "questionnaire"
    FOLLOW_UP = "follow-up"
    EXCLUSION = "exclusion"
    CONSENT = "consent"


ItemContent = (
    Radiograph
    | Mri
    | Dxa
    | Laboratory
    | Examination
    | Complaint
    | Background
    | Occupation
    | Pregnancy
    | Diagnosis
    | CoIntervention
    | Programme
    | Outcome
    | Questionnaire
    | FollowUp
    | Exclusion
    | Consent
)

CONTENT: dict[ItemKind, type[ItemContent]] = {
    ItemKind.RADIOGRAPH: Radiograph,
    ItemKind.MRI: Mri,
    ItemKind.DXA: Dxa,
    ItemKind.LABORATORY: Laboratory,
    ItemKind.EXAMINATION: Examination,
    ItemKind.COMPLAINT: Complaint,
    ItemKind.BACKGROUND: Background,
    ItemKind.OCCUPATION: Occupation,
    ItemKind.PREGNANCY: Pregnancy,
    ItemKind.DIAGNOSIS: Diagnosis,
    ItemKind.CO_INTERVENTION: CoIntervention,
    ItemKind.PROGRAMME: Programme,
    ItemKind.OUTCOME: Outcome,
    ItemKind.QUESTIONNAIRE: Questionnaire,
    ItemKind.FOLLOW_UP: FollowUp,
    ItemKind.EXCLUSION: Exclusion,
    ItemKind.CONSENT: Consent,
}
KIND = {content: kind for kind, content in CONTENT.items()}

NEEDS_SITE = frozenset((ItemKind.RADIOGRAPH, ItemKind.MRI, ItemKind.COMPLAINT, ItemKind.EXCLUSION))
BODY_WIDE = frozenset(
    (
        ItemKind.DXA,
        ItemKind.LABORATORY,
        ItemKind.BACKGROUND,
        ItemKind.OCCUPATION,
        ItemKind.PREGNANCY,
        ItemKind.CONSENT,
    )
)
NEEDS_DATE = NEEDS_SITE | {
    ItemKind.DXA,
    ItemKind.LABORATORY,
    ItemKind.EXAMINATION,
    ItemKind.PREGNANCY,
    ItemKind.OUTCOME,
    ItemKind.QUESTIONNAIRE,
}

MAY_LIE_AHEAD = {
    (ItemKind.FOLLOW_UP, "due"): timedelta(days=3_660),
    (ItemKind.PREGNANCY, "due"): timedelta(days=300),
}
"""Dates that may be later than today, and how far: ten years of appointments; a pregnancy (house rule)."""


@dataclass(frozen=True, slots=True)
class RecordItem:
    """One version of one item; ``version`` counts from 1, ``on`` is the date it was done or is about.

    ``site`` is the place it is about, None for what concerns the whole body. ``in_error`` takes it out of everything
    but its history, with the ``reason``. Raises InvalidValue (``wrong-kind``) where content and kind differ.
    """

    id: UUID
    kind: ItemKind
    version: int
    site: Site | None
    on: PartialDate | None
    content: ItemContent
    in_error: bool = False
    reason: str = ""

    def __post_init__(self) -> None:
        if type(self.content) is not CONTENT[self.kind]:
            raise InvalidValue("This content is of another kind.", code="wrong-kind", pointer="/kind")
        if type(self.version) is not int or self.version < 1:
            raise InvalidValue("Count the versions from 1.", code="out-of-range", pointer="/version")


def plain_content(content: ItemContent) -> dict[str, Any]:
    """Return a content as JSON values under its field names; what was not said is left out."""
    said: dict[str, Any] = plain(content)
    return said


def content_of(kind: ItemKind, said: object, pointer: str = "/content") -> ItemContent:
    """Return the content of this kind that plain JSON values say; ``content_of(k, plain_content(c)) == c``.

    Raises InvalidValue with the place of the fault below ``pointer`` (see ``reader.read`` for its codes).
    """
    return read(CONTENT[kind], said, pointer)


def check_item(item: RecordItem, born: date | None, today: date) -> None:
    """Raise InvalidValue unless place and dates of an item fit its kind, its content and the patient.

    ``site-needed``, ``site-not-allowed``, ``wrong-place``, ``date-needed``, ``impossible-date`` (in the future, or
    before birth). What a date leaves open is read in its favour.
    """
    _check_place(item)
    if item.on is None and item.kind in NEEDS_DATE:
        raise InvalidValue("Say when this was; a month or a year will do.", code="date-needed", pointer="/on")
    for pointer, found, ahead in _dates(item):
        if found.earliest > today + ahead or (born is not None and found.latest < born):
            raise impossible_date(pointer)


def _check_place(item: RecordItem) -> None:
    needed, allowed = _place_rule(item)
    if needed and item.site is None:
        raise InvalidValue("Say which place this is about.", code="site-needed", pointer="/site")
    if not allowed and item.site is not None:
        raise InvalidValue(
            "This is about the whole person. Leave the place out.", code="site-not-allowed", pointer="/site"
        )
    try:
        if isinstance(item.content, Mri) and item.site:
            imaging.must_be_of(item.content, item.site)
        if isinstance(item.content, Examination):
            examination.must_be_of(item.content, item.site)
    except InvalidValue as fault:
        raise fault.at("/content") from None


def _place_rule(item: RecordItem) -> tuple[bool, bool]:
    """Return whether this item must and may have a place: recovery and a working diagnosis are of one."""
    match item.content:
        case Diagnosis():
            return item.content.scope is Scope.WORKING, item.content.scope is Scope.WORKING
        case Outcome():
            return item.content.recovery is not None, True
    return item.kind in NEEDS_SITE, item.kind not in BODY_WIDE


def _dates(item: RecordItem) -> Iterator[tuple[str, PartialDate, timedelta]]:
    """Return each date of an item with its pointer and how far ahead of today it may lie."""
    if item.on is not None:
        yield "/on", item.on, timedelta()
    for name in fields_of(type(item.content)):
        value = getattr(item.content, name)
        if isinstance(value, PartialDate):
            yield f"/content/{name}", value, MAY_LIE_AHEAD.get((item.kind, name), timedelta())


def standing_items(items: Iterable[RecordItem]) -> list[RecordItem]:
    """Return the items that count: the highest version of each id, unless it was entered in error; oldest first."""
    newest: dict[UUID, RecordItem] = {}
    for item in items:
        if item.id not in newest or item.version > newest[item.id].version:
            newest[item.id] = item
    kept = (item for item in newest.values() if not item.in_error)
    return sorted(kept, key=lambda item: (item.on.day if item.on else date.min, item.id))


def drug_starts(items: Iterable[RecordItem], today: date) -> tuple[date, ...]:
    """Return the days on which drugs were begun, oldest first; only what was given has a start.

    Of a loose date it is the last day that it can mean, today at most: so long pain may have changed for this reason.
    """
    treatments = (i.content for i in standing_items(items) if isinstance(i.content, CoIntervention))
    return tuple(sorted(min(t.started.latest, today) for t in treatments if t.started))
