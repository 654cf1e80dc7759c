"""How the verbs of the record are called about porto's Ana: what staff write of her, her places, and who she is."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete
from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Viewer
from rehab_tracker.domain.imaging import Mri
from rehab_tracker.domain.involvement import InvolvementStatus
from rehab_tracker.domain.partial_date import PartialDate
from rehab_tracker.domain.record_item import ItemKind, RecordItem
from rehab_tracker.domain.site import site
from rehab_tracker.services import involvements, ledger_rebuild, person, record_items, site_ledger
from rehab_tracker.storage.site_ledger import SiteBoutRow
from tests.cast import Cast, at
from tests.domain.diary import day

Call = Callable[[Any, Session, Viewer], object]
NOW = at(2)
KNEE, MEDIAL = site("right-knee"), site("right-knee.medial-femoral-condyle")


def mri(item_id: UUID, words: str) -> RecordItem:
    return RecordItem(item_id, ItemKind.MRI, 1, KNEE, PartialDate(day(1)), Mri(text=words))


def written(cast: Cast, words: str) -> RecordItem:
    """Let Boris record a second place of Ana's and write of an MRI; return the item."""
    cast.records(str(MEDIAL), "suspected")
    item = mri(uuid4(), words)
    with cast.session() as session:
        record_items.write_item(session, cast.viewer_of(cast.boris), cast.ana.id, item, at(1))
    return item


def _merges(w: Any, s: Session, v: Viewer) -> object:
    return involvements.merge_involvements(s, v, w.cast.ana.id, KNEE, MEDIAL, f"{w.word}-one", NOW)


def rebuilds_ledgers(w: Any, s: Session, v: Viewer) -> object:
    """Lose the bouts of the viewer's clinic, and make them anew."""
    s.execute(delete(SiteBoutRow).where(SiteBoutRow.clinic_id == v.clinic_id))
    return ledger_rebuild.rebuild_ledgers(s, v, NOW)


def _records(w: Any, s: Session, v: Viewer) -> object:
    said = involvements.Said(words=f"{w.word}-words")
    return involvements.record_status(s, v, w.cast.ana.id, site("left-hip"), InvolvementStatus.SUSPECTED, said, NOW)


OF_THE_RECORD: dict[str, Call] = {
    "person.read_person": lambda w, s, v: person.read_person(s, v, w.cast.ana.id, NOW),
    "involvements.read_involvements": lambda w, s, v: involvements.read_involvements(s, v, w.cast.ana.id, NOW),
    "record_items.correct_item": lambda w, s, v: record_items.correct_item(
        s, v, w.cast.ana.id, mri(w.written.id, f"{w.word}-better"), 1, f"{w.word}-misread", NOW
    ),
    "record_items.items_of": lambda w, s, v: record_items.items_of(s, v, w.cast.ana.id, NOW),
    "record_items.mark_item_in_error": lambda w, s, v: record_items.mark_item_in_error(
        s, v, w.cast.ana.id, w.written.id, 1, f"{w.word}-wrong", NOW
    ),
    "site_ledger.read_ledgers": lambda w, s, v: site_ledger.read_ledgers(s, v, w.cast.ana.id, NOW),
    "record_items.write_item": lambda w, s, v: record_items.write_item(
        s, v, w.cast.ana.id, mri(uuid4(), f"{w.word}-new"), NOW
    ),
}
"""Verbs that only clinicians may ask."""

OF_PLACES: dict[str, Call] = {
    "involvements.mark_involvement_in_error": lambda w, s, v: involvements.mark_involvement_in_error(
        s, v, w.cast.ana.id, KNEE, f"{w.word}-wrong", NOW
    ),
    "involvements.merge_involvements": _merges,
    "involvements.record_status": _records,
}
"""Verbs that our own clock and command line may ask too."""

OF_LEDGERS = {
    f"site_ledger.{name}" for name in ("compared", "drop_ledgers", "keep_in_ledgers", "ledgers_of", "make_ledgers")
}
"""What keeps and compares the site ledgers within its caller's transaction."""
