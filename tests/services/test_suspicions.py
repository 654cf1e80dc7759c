"""The worklist tells of a place that was suspected for two weeks and not examined."""

from uuid import uuid4

from rehab_tracker.domain.imaging import Mri
from rehab_tracker.domain.partial_date import PartialDate
from rehab_tracker.domain.record_item import ItemKind, RecordItem
from rehab_tracker.domain.site import site
from rehab_tracker.services import record_items, worklist
from rehab_tracker.services.need import Need
from tests.cast import at
from tests.domain.diary import day


def row(cast, on):
    with cast.session() as session:
        [found] = worklist.worklist(session, cast.viewer_of(cast.boris), at(on)).own
    return found


def logs_every_day(cast, last):
    for number in range(1, last + 1):
        cast.ana_logs({"right-knee": 1}, number)


def test_on_the_14th_day_the_row_says_so_until_somebody_has_looked(cast):
    cast.records("right-knee", "suspected")
    logs_every_day(cast, 15)
    assert row(cast, 13).suspected == ()
    found = row(cast, 14)
    assert found.need is Need.SUSPECTED and found.waiting_since.date() == day(0)
    mri = RecordItem(uuid4(), ItemKind.MRI, 1, site("right-knee"), PartialDate(day(14)), Mri(text="edema"))
    with cast.session() as session:
        record_items.write_item(session, cast.viewer_of(cast.boris), cast.ana.id, mri, at(14, 10))
    assert row(cast, 15).need is Need.NOTHING
    with cast.session() as session:
        viewer, why = cast.viewer_of(cast.boris), "of another patient"
        record_items.mark_item_in_error(session, viewer, cast.ana.id, mri.id, 1, why, at(15))
    assert row(cast, 15).need is Need.SUSPECTED


def test_a_place_that_is_confirmed_is_no_task(cast):
    cast.records("right-knee", "suspected")
    cast.records("right-knee", "confirmed", on=3)
    logs_every_day(cast, 20)
    assert row(cast, 20).suspected == ()
