"""Two records joined by mistake: corrections, rests and plans go back with the record that they belong to."""

from functools import partial
from uuid import uuid4

import pytest

from rehab_tracker.domain.errors import InvalidValue, NotAllowed, OutOfDate, RehabError
from rehab_tracker.domain.hold import Hold, HoldReason
from rehab_tracker.domain.involvement import Involvement, InvolvementStatus
from rehab_tracker.domain.person import Detail
from rehab_tracker.domain.prescription import EVERY_DAY, Dose, Prescription
from rehab_tracker.domain.site import site
from rehab_tracker.domain.weight_bearing import Aids
from rehab_tracker.services import exercises, involvements, people, plans, record_items
from rehab_tracker.services.exercises import Written
from rehab_tracker.services.protocol import Standing, standing_of
from rehab_tracker.storage.people import Patient
from rehab_tracker.storage.plans import PlanRow
from tests.cast import Cast, at
from tests.domain.diary import day
from tests.services.test_plans import GAIT
from tests.services.test_record_items import EDEMA, KNEE, corrects, new, takes_out, writes
from tests.services.test_two_phones import at_once


@pytest.fixture
def twice(cast: Cast) -> Patient:
    """A second record that looked like Ana's, and is another person's."""
    return cast.twice(cast.nuno, cast.boris)


def items(cast: Cast, patient: Patient) -> list[list[tuple[int, bool]]]:
    """Return version and in-error of everything written in a record."""
    with cast.session() as session:
        found = record_items.items_of(session, cast.viewer_of(cast.boris), patient.id, at(20))
    return [[(each.item.version, each.item.in_error) for each in versions] for versions in found]


def ordered(cast: Cast, patient: Patient) -> exercises.Ordered:
    with cast.session() as session:
        return exercises.ordered_exercises(session, cast.viewer_of(cast.boris), patient.id, at(20))


def stands(cast: Cast, patient: Patient, on: int) -> Standing:
    with cast.session() as session:
        return standing_of(session, patient, day(on))


def records(cast: Cast, patient: Patient, place: str, status: str, on: int, by=None) -> None:
    said = Involvement(site(place), InvolvementStatus(status), day(on))
    with cast.session() as session:
        viewer = cast.viewer_of(by or cast.boris)
        involvements.record_involvement(session, viewer, patient.id, said, at(on), Aids.WHEELCHAIR)


def renames(cast: Cast, patient: Patient, seen: int, on: int) -> None:
    with cast.session() as session:
        people.change_details(session, cast.viewer_of(cast.nuno), patient.id, {Detail.NAME: "Anna"}, seen, at(on))


def test_a_correction_is_kept_in_the_record_that_holds_the_item(cast: Cast, twice: Patient) -> None:
    item = new(EDEMA, KNEE)
    writes(cast, item, patient=twice)
    cast.merges(twice, on=1)
    corrects(cast, item, 1)
    takes_out(cast, item, 2)
    assert items(cast, cast.ana) == [[(1, False), (2, False), (3, True)]]
    cast.separates(twice, on=3)
    assert items(cast, cast.ana) == []
    assert items(cast, twice) == [[(1, False), (2, False), (3, True)]]
    with cast.session() as session:
        viewer = cast.viewer_of(cast.boris)
        record_items.correct_item(session, viewer, twice.id, item, 3, "it was hers", at(4))
    assert items(cast, twice)[0][-1] == (4, False)


def test_an_order_and_a_rest_keep_to_their_record_and_can_be_changed_after(cast: Cast, twice: Patient) -> None:
    viewer = cast.viewer_of(cast.boris)
    order = Prescription(uuid4(), 1, "bridges", (KNEE,), Dose(sets=3, reps=10), EVERY_DAY, day(20))
    rest = Hold(uuid4(), None, day(0), None, HoldReason.ILLNESS)

    def says(patient: Patient, seen: int, on: int) -> None:
        with cast.session() as session:
            exercises.prescribe(session, viewer, patient.id, order, Written(seen, "stronger now"), at(on))
            exercises.hold_exercises(session, viewer, patient.id, rest, Written(seen, "a cold"), at(on))

    says(twice, 0, on=0)
    cast.merges(twice, on=1)
    says(cast.ana, 1, on=2)
    with cast.session() as session:
        exercises.lift_hold(session, viewer, cast.ana.id, rest.id, Written(2, "well again"), at(2))
    cast.separates(twice, on=3)
    assert (ordered(cast, cast.ana).exercises, ordered(cast, cast.ana).holds) == ((), ())
    [exercise], [hold] = ordered(cast, twice).exercises, ordered(cast, twice).holds
    assert (exercise.version, hold.version, hold.is_lifted) == (2, 3, True)
    with cast.session() as session:
        exercises.prescribe(session, viewer, twice.id, order, Written(2, "again"), at(4))


def test_what_settled_in_one_person_does_not_take_the_limit_of_the_other(cast: Cast, twice: Patient) -> None:
    for patient in (cast.ana, twice):
        records(cast, patient, "right-knee", "confirmed", on=0)
    [own] = stands(cast, twice, 0).rows
    cast.merges(twice, on=1)
    records(cast, cast.ana, "right-knee", "resolved", on=2)
    assert stands(cast, cast.ana, 3).limits == {}
    cast.separates(twice, on=4)
    assert stands(cast, cast.ana, 5).limits == {}
    [course] = (found := stands(cast, twice, 5)).running
    assert (course.plan.id != own, course.plan.started_on, course.plan.acts[0].reason) == (True, day(4), "two people")
    assert [str(limit.limit.grade) for limit in found.limits.values()] == ["PWB"]
    assert {row.standing["phase"] for row in cast.rows(PlanRow) if row.ended_on is None} == {"partial-weight-bearing"}


def test_a_plan_goes_on_on_the_step_where_it_ended(cast: Cast, twice: Patient) -> None:
    for patient in (cast.ana, twice):
        records(cast, patient, "right-knee", "confirmed", on=0)
    [own] = stands(cast, twice, 0).rows.values()
    with cast.session() as session:
        wanted = plans.Move(GAIT, reason="seen in the clinic")
        plans.move_plan(session, cast.viewer_of(cast.boris), twice.id, own.id, wanted, own.version, at(1))
    cast.merges(twice, on=2)
    records(cast, cast.ana, "right-knee", "resolved", on=3)
    cast.separates(twice, on=4)
    [course] = stands(cast, twice, 4).running
    assert (course.rung, course.limit.percent) == (GAIT, 50)


def test_a_plan_that_ended_before_the_records_were_joined_does_not_come_back(cast: Cast, twice: Patient) -> None:
    for status, on in (("confirmed", 0), ("resolved", 1)):
        records(cast, twice, "right-knee", status, on=on)
    cast.merges(twice, on=2)
    cast.separates(twice, on=3)
    assert stands(cast, twice, 4).running == ()


def test_two_plans_of_one_place_do_not_both_go_on_where_it_is_merged(cast: Cast, twice: Patient) -> None:
    for patient in (cast.ana, twice):
        records(cast, patient, "right-knee", "confirmed", on=0)
    cast.merges(twice, on=1)
    records(cast, cast.ana, "right-knee.patella", "suspected", on=1)
    with cast.session() as session:
        involvements.merge_involvements(
            session, cast.viewer_of(cast.boris), cast.ana.id, KNEE, site("right-knee.patella"), "one place", at(2)
        )
    assert [str(course.plan.site) for course in stands(cast, cast.ana, 3).running] == ["right-knee.patella"]


def test_what_was_seen_of_one_record_does_not_pass_for_the_other(cast: Cast, twice: Patient) -> None:
    cast.merges(twice, on=1)
    for stale in (1, 2):
        with pytest.raises(OutOfDate):
            renames(cast, twice, stale, on=1)
    renames(cast, twice, 3, on=1)
    cast.separates(twice, on=2)
    with pytest.raises(OutOfDate):
        renames(cast, twice, 4, on=3)
    assert {row.name for row in cast.rows(Patient) if row.id == twice.id} == {twice.name}


def test_of_two_who_join_two_records_the_other_way_round_one_is_told(cast: Cast) -> None:
    for _ in range(5):
        one, other = cast.twice(cast.nuno), cast.twice(cast.nuno)
        said = at_once(partial(cast.merges, one, other, on=1), partial(cast.merges, other, one, on=1))
        assert sum(isinstance(answer, RehabError) for answer in said) == 1, said


def test_a_nurse_does_not_lift_a_limit_by_calling_the_place_settled(cast: Cast) -> None:
    records(cast, cast.ana, "right-knee", "confirmed", on=0)
    for status in ("resolved", "entered-in-error"):
        with pytest.raises(NotAllowed) as refused:
            records(cast, cast.ana, "right-knee", status, on=2, by=cast.nuno)
        assert refused.value.code == "ends-plan"
    assert set(stands(cast, cast.ana, 3).limits) == {"right-leg"}
    records(cast, cast.ana, "left-hip", "suspected", on=2, by=cast.nuno)
    records(cast, cast.ana, "left-hip", "resolved", on=3, by=cast.nuno)


def test_two_patients_do_not_get_one_record_number_at_one_moment(cast: Cast) -> None:
    def numbers(patient: Patient) -> object:
        with cast.session() as session:
            wanted = {Detail.RECORD_NUMBER: "SAME"}
            people.change_details(session, cast.viewer_of(cast.nuno), patient.id, wanted, 1, at(1))
        return None

    one, other = cast.twice(cast.nuno), cast.twice(cast.nuno)
    said = at_once(lambda: numbers(one), lambda: numbers(other))
    [refused] = [answer for answer in said if answer is not None]
    assert isinstance(refused, InvalidValue) and refused.code == "taken"
