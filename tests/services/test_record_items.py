"""Record items: written once, corrected in versions, taken out with a reason, and every reading noted."""

from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest

from rehab_tracker.domain.background import Background, Fact
from rehab_tracker.domain.dxa import Dxa, DxaCategory, DxaResult, ScanRegion, WhyNoClass
from rehab_tracker.domain.errors import InvalidValue, NotAllowed, NotFound, OutOfDate, ReasonNeeded, WrongState
from rehab_tracker.domain.exclusion import Basis, Condition, Exclusion, ExclusionStatus
from rehab_tracker.domain.follow_up import Due, FollowUp, Task
from rehab_tracker.domain.imaging import Mri
from rehab_tracker.domain.partial_date import PartialDate, Precision
from rehab_tracker.domain.person import Sex
from rehab_tracker.domain.record_item import KIND, ItemContent, RecordItem
from rehab_tracker.domain.site import Compartment, Site, site
from rehab_tracker.services import involvements, record_items
from rehab_tracker.services.clinical import Clinical, clinical
from rehab_tracker.storage.people import Patient
from rehab_tracker.storage.record_items import RecordItemRow
from tests.cast import Cast, at
from tests.domain.diary import day

KNEE, MEDIAL, HIP = site("right-knee"), site("right-knee.medial-femoral-condyle"), site("right-hip")
EDEMA = Mri(compartments=(Compartment.MEDIAL_FEMORAL_CONDYLE,), collapse=False)


def new(content: ItemContent, place: Site | None = None, on: int | None = 0) -> RecordItem:
    return RecordItem(uuid4(), KIND[type(content)], 1, place, None if on is None else PartialDate(day(on)), content)


def writes(cast: Cast, item: RecordItem, on: int = 0, by=None, patient=None) -> record_items.Versions:
    who, whom = by or cast.boris, patient or cast.ana
    with cast.session(cast.clinic_of(who)) as session:
        return record_items.write_item(session, cast.viewer_of(who), whom.id, item, at(on))


def corrects(cast: Cast, item: RecordItem, seen: int, on: int = 1, by=None) -> record_items.Versions:
    with cast.session() as session:
        viewer = cast.viewer_of(by or cast.boris)
        return record_items.correct_item(session, viewer, cast.ana.id, item, seen, "misread", at(on))


def takes_out(cast: Cast, item: RecordItem, seen: int, on: int = 2) -> record_items.Versions:
    with cast.session() as session:
        viewer = cast.viewer_of(cast.boris)
        return record_items.mark_item_in_error(session, viewer, cast.ana.id, item.id, seen, "another patient's", at(on))


def pictured(cast: Cast, on: int = 0) -> Clinical:
    with cast.session() as session:
        return clinical(session, session.get_one(Patient, (cast.porto.id, cast.ana.id)), day(on))


def test_an_item_is_kept_with_its_author_and_its_precision(cast: Cast) -> None:
    month = replace(new(EDEMA, KNEE), on=PartialDate(day(-20), Precision.MONTH, "in December"))
    [written] = writes(cast, month)
    assert (written.item, written.at, written.by, written.name) == (month, at(0), cast.boris.id, cast.boris.name)
    with cast.session() as session:
        [read] = record_items.items_of(session, cast.viewer_of(cast.nuno), cast.ana.id, at(1))
    assert read == (written,)
    assert cast.audit() == ["item-written", "record-items-read"]


def test_the_same_item_again_changes_nothing_and_another_of_its_id_is_a_conflict(cast: Cast) -> None:
    item = new(EDEMA, KNEE)
    assert writes(cast, item) == writes(cast, item, on=1)
    with pytest.raises(WrongState) as refused:
        writes(cast, replace(item, content=Mri(collapse=True)))
    assert (refused.value.code, refused.value.pointer) == ("id-taken", "/id")
    assert len(cast.rows(RecordItemRow)) == 1 and cast.audit() == ["item-written"]


def test_a_late_repeat_of_what_was_corrected_meanwhile_is_answered_with_all_versions(cast: Cast) -> None:
    item = new(EDEMA, KNEE)
    writes(cast, item)
    corrects(cast, replace(item, content=Mri(collapse=True)), seen=1)
    assert [each.item.version for each in writes(cast, item, on=2)] == [1, 2]


def test_an_id_that_another_patients_item_has_is_taken_and_nothing_is_said_of_it(cast: Cast) -> None:
    item, double = new(EDEMA, KNEE), cast.twice(cast.boris)
    writes(cast, item)
    with pytest.raises(WrongState) as refused:
        writes(cast, item, patient=double)
    assert refused.value.code == "id-taken"
    assert len(cast.rows(RecordItemRow)) == 1


def test_a_correction_is_the_next_version_and_the_one_before_stays(cast: Cast) -> None:
    item = new(EDEMA, KNEE)
    writes(cast, item, by=cast.nuno)
    first, second = corrects(cast, replace(item, content=Mri(collapse=True)), seen=1)
    assert (first.item, first.by) == (item, cast.nuno.id)
    assert (second.item.version, second.item.content, second.item.reason) == (2, Mri(collapse=True), "misread")
    assert second.by == cast.boris.id
    assert cast.audit() == ["item-written", "item-corrected"]


def test_of_two_writers_the_second_hears_of_the_first(cast: Cast) -> None:
    item = new(EDEMA, KNEE)
    writes(cast, item)
    corrects(cast, replace(item, content=Mri(collapse=True)), seen=1)
    for verb in (corrects, takes_out):
        with pytest.raises(OutOfDate) as refused:
            verb(cast, replace(item, content=Mri(collapse=False)), 1)
        assert refused.value.values == {"yours": 1, "now": 2}
    assert len(cast.rows(RecordItemRow)) == 2


def test_an_item_entered_in_error_leaves_the_picture_and_keeps_its_history(cast: Cast) -> None:
    item = new(Background(alcohol=Fact.PRESENT))
    writes(cast, item)
    assert [each.item.in_error for each in takes_out(cast, item, 1)] == [False, True]
    found = pictured(cast)
    assert found.items == () and len(found.versions[0]) == 2
    with pytest.raises(WrongState):
        takes_out(cast, item, 2)
    assert corrects(cast, item, seen=2, on=3)[-1].item.in_error is False
    assert [each.content for each in pictured(cast).items] == [item.content]


@pytest.mark.parametrize(
    ("item", "code", "pointer"),
    [
        (new(EDEMA, KNEE, on=1), "impossible-date", "/on"),
        (new(EDEMA, KNEE, on=-366 * 60), "impossible-date", "/on"),
        (new(EDEMA), "site-needed", "/site"),
        (new(EDEMA, HIP), "wrong-place", "/content/compartments/0"),
        (new(Background(), KNEE), "site-not-allowed", "/site"),
        (
            new(Exclusion(Condition.GOUT, ExclusionStatus.BEING_WORKED_UP, source_item=uuid4()), KNEE),
            "unknown-item",
            "/content/source_item",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    cast: Cast, item: RecordItem, code: str, pointer: str
) -> None:
    with pytest.raises(InvalidValue) as refused:
        writes(cast, item)
    assert (refused.value.code, refused.value.pointer) == (code, pointer)
    assert cast.rows(RecordItemRow) == [] and cast.audit() == []


def test_the_day_is_the_patients(cast: Cast) -> None:
    with cast.session() as session:
        session.get_one(Patient, (cast.porto.id, cast.ana.id)).time_zone = "Pacific/Kiritimati"
        session.commit()
    writes(cast, new(EDEMA, KNEE, on=1))
    assert len(cast.rows(RecordItemRow)) == 1


def test_the_kind_of_an_item_stays(cast: Cast) -> None:
    item = new(Background(alcohol=Fact.ABSENT))
    writes(cast, item)
    with pytest.raises(InvalidValue, match="another kind"):
        corrects(cast, replace(new(EDEMA, KNEE), id=item.id), seen=1)
    with pytest.raises(NotFound):
        corrects(cast, new(EDEMA, KNEE), seen=1)


def test_who_may_not_reach_the_record_writes_and_reads_nothing(cast: Cast) -> None:
    for person, refusal in (
        (cast.dora, ReasonNeeded),
        (cast.alda, NotAllowed),
        (cast.ana, NotAllowed),
        (cast.carla, NotFound),
    ):
        with pytest.raises(refusal):
            writes(cast, new(EDEMA, KNEE), by=person)
        with cast.session(cast.clinic_of(person)) as session, pytest.raises(refusal):
            record_items.items_of(session, cast.viewer_of(person), cast.ana.id, at(0))
    assert cast.rows(RecordItemRow) == cast.rows(RecordItemRow, cast.braga) == []


def test_what_was_written_of_a_duplicate_is_read_with_the_kept_record(cast: Cast) -> None:
    double = cast.twice(cast.nuno, cast.boris)
    item = new(EDEMA, KNEE)
    writes(cast, item, patient=double)
    cast.merges(double, on=0)
    assert [each.id for each in pictured(cast).items] == [item.id]
    corrected = corrects(cast, replace(item, content=Mri(collapse=True)), seen=1)
    assert [each.item.version for each in corrected] == [1, 2]


# What follows from what was written


def test_a_new_place_starts_with_an_empty_checklist_beside_what_concerns_the_whole_body(cast: Cast) -> None:
    cast.records("left-knee")
    cast.records("right-knee", on=1)
    judged = Exclusion(Condition.OSTEONECROSIS, ExclusionStatus.EXCLUDED, basis=(Basis.IMAGING,))
    history = new(Background(alcohol=Fact.ABSENT))
    for item in (new(judged, site("left-knee")), new(EDEMA, site("left-knee")), history):
        writes(cast, item)
    left, right = pictured(cast, on=1).checklists
    assert (str(left.place), left.excluded, left.sites_added_since) == ("left-knee", 1, (KNEE,))
    assert (right.excluded, right.lines[0].judged, right.lines[0].evidence) == (0, None, (history,))


def test_what_was_judged_of_a_merged_place_counts_at_the_other(cast: Cast) -> None:
    cast.records("right-knee")
    cast.records(str(MEDIAL))
    writes(cast, new(Exclusion(Condition.GOUT, ExclusionStatus.EXCLUDED, basis=(Basis.CLINICAL,)), KNEE))
    with cast.session() as session:
        who = cast.viewer_of(cast.boris)
        involvements.merge_involvements(session, who, cast.ana.id, KNEE, MEDIAL, "one place", at(1))
    [only] = pictured(cast, on=1).checklists
    assert (only.place, only.excluded) == (MEDIAL, 1)


def test_follow_ups_stand_where_the_day_puts_them(cast: Cast) -> None:
    due = PartialDate(day(60), Precision.MONTH)
    writes(cast, new(FollowUp(Task.MRI, due=due), KNEE))
    writes(cast, new(FollowUp(Task.VISIT, due=PartialDate(day(30)))))
    assert [(item.content.task, stands) for item, stands in pictured(cast, on=31).follow_ups] == [
        (Task.VISIT, Due.OVERDUE),
        (Task.MRI, Due.LATER),
    ]


def test_bone_density_is_classed_by_what_is_known_of_the_person(cast: Cast) -> None:
    scan = new(Dxa((DxaResult(ScanRegion.FEMORAL_NECK, t_score=Decimal("-1.3"), z_score=Decimal("-0.9")),)))
    writes(cast, scan)
    assert pictured(cast).bone_density[scan.id].why_not is WhyNoClass.SEX_NOT_RECORDED
    with cast.session() as session:
        session.get_one(Patient, (cast.porto.id, cast.ana.id)).sex = Sex.FEMALE
        session.commit()
    assert pictured(cast).bone_density[scan.id].why_not is WhyNoClass.MENOPAUSE_NOT_RECORDED
    writes(cast, new(Background(post_menopausal=Fact.ABSENT)))
    assert pictured(cast).bone_density[scan.id].category is DxaCategory.WITHIN_EXPECTED
