"""Reading plans: the same story for staff and patient, through changes of zone, merged records and states."""

from datetime import date, timedelta

import pytest

from rehab_tracker.domain.errors import BothLegs, NotAllowed, NotFound, ReasonNeeded
from rehab_tracker.domain.involvement import Involvement, InvolvementStatus
from rehab_tracker.domain.person import Detail, PatientState
from rehab_tracker.domain.plan import Act, Turn
from rehab_tracker.domain.plan_news import recent_changes
from rehab_tracker.domain.protocol import Phase, Rung
from rehab_tracker.domain.site import Limb, site
from rehab_tracker.domain.weight_bearing import Aids, Grade, WeightLimit
from rehab_tracker.services import involvements, people, plan_reading, plans
from rehab_tracker.services.plan_reading import Told
from rehab_tracker.services.protocol import standing_now
from rehab_tracker.storage.people import Patient, Staff
from rehab_tracker.storage.plans import PlanRow
from tests.cast import Cast, at, logs
from tests.domain.diary import day
from tests.services.test_plans import act, confirms, move, tend

STRENGTH = Rung(Phase.STRENGTHENING)


def reads(cast: Cast, on: int, by: Staff | None = None, minutes: int = 0) -> Told:
    by = by or cast.boris
    with cast.session(cast.clinic_of(by)) as session:
        return plan_reading.read_plans(session, cast.viewer_of(by), cast.ana.id, at(on, minutes))


def moves_to(cast: Cast, zone: str, on: int, seen: int = 1, minutes: int = 0) -> None:
    """Let Nuno change Ana's time zone."""
    with cast.session() as session:
        viewer = cast.viewer_of(cast.nuno)
        people.change_details(session, viewer, cast.ana.id, {Detail.TIME_ZONE: zone}, seen, at(on, minutes))


def becomes(cast: Cast, state: PatientState, on: int) -> None:
    with cast.session() as session:
        people.set_state(session, cast.viewer_of(cast.boris), cast.ana.id, state, "told by phone", at(on))


# Who reads


def test_staff_read_with_an_audit_row_and_strangers_do_not(cast: Cast) -> None:
    confirms(cast, "right-knee", on=0)
    told = reads(cast, 1)
    assert [str(plan.course.plan.site) for plan in told.plans] == ["right-knee"]
    assert cast.audit()[-1] == "plans-read" and told.names == {cast.boris.id: cast.boris.name}
    for who, refusal in ((cast.carla, NotFound), (cast.dora, ReasonNeeded), (cast.alda, NotAllowed)):
        with pytest.raises(refusal):
            reads(cast, 1, by=who)


def test_ana_reads_the_same_plan_without_a_name_and_without_an_audit_row(cast: Cast) -> None:
    confirms(cast, "right-knee", on=0)
    before = cast.audit()
    with cast.session() as session:
        own = plan_reading.own_plan(session, cast.viewer_of(cast.ana), at(1))
    assert own.plans[0].course == reads(cast, 1).plans[0].course
    assert own.names == {} and before == cast.audit()[:-1]


def test_running_plans_stand_before_those_that_ended(cast: Cast) -> None:
    confirms(cast, "left-foot", on=0)
    confirms(cast, "right-knee", on=0, getting_about=Aids.WHEELCHAIR)
    cast.records("left-foot", "resolved", on=2)
    assert [str(plan.course.plan.site) for plan in reads(cast, 3).plans] == ["right-knee", "left-foot"]


def test_overrides_are_marked_with_what_was_seen(cast: Cast) -> None:
    confirms(cast, "right-knee", on=0)
    move(cast, "right-knee", STRENGTH, on=5, reason="moved for the story")
    told = reads(cast, 5)
    [moved] = [change for change in told.plans[0].course.changes if change.turn is Turn.MOVE]
    assert moved.act and moved.act.id in told.overrides


# What a plan did by itself


def test_what_a_plan_did_by_itself_is_told_newest_first_and_what_people_did_is_not(cast: Cast) -> None:
    confirms(cast, "right-knee", on=0)
    move(cast, "right-knee", STRENGTH, on=5, reason="moved for the story")
    cast.ana_logs({"right-knee": 6}, 6)
    cast.ana_logs({"right-knee": 0}, 8)
    course = reads(cast, 9).plans[0].course
    told = [(change.turn, change.on) for change in recent_changes(course, day(5))]
    assert told == [(Turn.LIFT, day(8)), (Turn.REGRESS, day(6))]
    assert [change.on for change in recent_changes(course, day(7))] == [day(8)]


# Days


def days_due(told: Told, exercise: str) -> list[date]:
    return [r.occurrence.day for r in told.known.results if r.occurrence.exercise == exercise]


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Los_Angeles", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_move_to_another_zone_leaves_one_exercise_for_each_local_day(cast: Cast, zone: str) -> None:
    confirms(cast, "right-knee", on=0)
    moves_to(cast, zone, on=3)
    found = days_due(reads(cast, 10), "quad-sets")
    assert len(found) == len(set(found)) and set(found) >= {day(n) for n in range(11)}
    assert found == [found[0] + timedelta(days=n) for n in range(len(found))]


@pytest.mark.parametrize("minutes", [0, 235])
def test_who_flies_to_where_it_is_still_yesterday_keeps_plan_and_limit(cast: Cast, minutes: int) -> None:
    """At five past midnight in Lisbon a plan starts; a minute later Ana's clock is one of Los Angeles."""
    confirms(cast, "left-hip", on=0)
    late = 240
    with cast.session() as session:
        viewer = cast.viewer_of(cast.boris)
        said = Involvement(site("left-knee"), InvolvementStatus.CONFIRMED, day(1))
        involvements.record_involvement(session, viewer, cast.ana.id, said, at(0, late))
    moves_to(cast, "America/Los_Angeles", on=0, minutes=late + 1)
    told = reads(cast, 0, minutes=late + 2 + minutes)
    assert [str(plan.course.plan.site) for plan in told.plans] == ["left-hip", "left-knee"]
    assert told.limits[Limb.LEFT_LEG].limit.grade is Grade.NWB
    knee = next(plan for plan in told.plans if str(plan.course.plan.site) == "left-knee")
    with cast.session() as session:
        wanted = plans.Move(Rung(Phase.GAIT_TRAINING), reason="moved for the story")
        plan_id, now = knee.course.plan.id, at(0, late + 3 + minutes)
        plans.move_plan(session, cast.viewer_of(cast.boris), cast.ana.id, plan_id, wanted, knee.version, now)
    assert [str(p.course.rung.phase) for p in reads(cast, 1).plans] == ["protect", "gait-training"]


def test_a_clock_that_was_set_back_between_two_acts_breaks_no_plan(cast: Cast) -> None:
    confirms(cast, "right-knee", on=3)
    with cast.session() as session:
        [row] = [row for row in cast.rows(PlanRow) if str(row.site) == "right-knee"]
        held = act(Act.HOLD, reason="fever")
        plans.tend_plan(session, cast.viewer_of(cast.nuno), cast.ana.id, row.id, held, row.version, at(3, -5))
    course = reads(cast, 3).plans[0].course
    assert [each.act for each in course.plan.acts] == [Act.START, Act.HOLD] and course.held_by_clinician


# Records that were joined


def test_a_joined_record_reads_its_plans_as_one_persons_and_both_end_together(cast: Cast) -> None:
    double = cast.twice(cast.boris, cast.nuno)
    confirms(cast, "right-knee", on=0)
    with cast.session() as session:
        said = Involvement(site("right-knee"), InvolvementStatus.CONFIRMED, day(1))
        involvements.record_involvement(session, cast.viewer_of(cast.boris), double.id, said, at(1))
    cast.merges(double, on=2)
    cast.ana_logs({"right-knee": 3}, 3)
    for who in (cast.ana, double):
        with cast.session() as session:
            told = plan_reading.read_plans(session, cast.viewer_of(cast.boris), who.id, at(3))
        assert [(str(p.course.plan.site), p.course.is_held) for p in told.plans] == [("right-knee", True)] * 2
    cast.records("right-knee", "resolved", on=4)
    assert {row.ended_on for row in cast.rows(PlanRow)} == {day(4)}
    assert reads(cast, 5).limits == {}


def test_a_plan_of_a_duplicate_is_tended_under_the_record_that_is_kept_and_goes_back_with_it(cast: Cast) -> None:
    double = cast.twice(cast.boris, cast.nuno)
    with cast.session() as session:
        said = Involvement(site("left-foot"), InvolvementStatus.CONFIRMED, day(1))
        involvements.record_involvement(session, cast.viewer_of(cast.boris), double.id, said, at(1))
    cast.merges(double, on=2)
    tend(cast, "left-foot", act(Act.HOLD, reason="fever"), on=3)
    cast.separates(double, on=4)
    with cast.session() as session:
        own = standing_now(session, session.get_one(Patient, (cast.porto.id, double.id)), at(5))
        assert [str(course.plan.site) for course in own.running] == ["left-foot"] and own.running[0].is_held
    assert reads(cast, 5).plans == ()


# States


@pytest.mark.parametrize("state", [PatientState.DISCHARGED, PatientState.MOVED, PatientState.DECEASED])
def test_for_whom_care_has_ended_nothing_is_proposed_and_a_move_is_an_override(cast: Cast, state: PatientState) -> None:
    confirms(cast, "right-knee", on=0)
    items = [logs({"right-knee": 1}, n) for n in range(1, 23)]
    cast.sends(cast.ana, *items, now=at(22))
    becomes(cast, state, on=22)
    proposal = reads(cast, 23).plans[0].proposal
    assert "not-in-care" in {blocker.code for blocker in proposal.blockers} and not proposal.is_ready


def test_in_surveillance_proposals_go_on(cast: Cast) -> None:
    confirms(cast, "right-knee", on=0)
    becomes(cast, PatientState.SURVEILLANCE, on=1)
    assert "not-in-care" not in {blocker.code for blocker in reads(cast, 2).plans[0].proposal.blockers}


# Both legs


def test_how_she_gets_about_is_told_with_the_limits_until_a_further_leg_is_restricted(cast: Cast) -> None:
    confirms(cast, "right-knee", on=0)
    confirms(cast, "left-knee", on=3, getting_about=Aids.WHEELCHAIR)
    told = reads(cast, 3)
    assert {limit.limit.aids for limit in told.limits.values()} == {Aids.WHEELCHAIR}
    move(cast, "left-knee", STRENGTH, on=4, reason="moved for the story")
    assert reads(cast, 4).limits[Limb.RIGHT_LEG].limit.aids is Aids.TWO_CRUTCHES


def test_only_a_physiatrist_answers_for_both_legs(cast: Cast) -> None:
    confirms(cast, "right-knee", on=0)
    answer = act(Act.CHECK, item="both-legs", value=str(Aids.WHEELCHAIR))
    with pytest.raises(NotAllowed):
        tend(cast, "right-knee", answer, on=1, by=cast.nuno)
    tend(cast, "right-knee", answer, on=1)
    assert reads(cast, 1).standing.getting_about is Aids.WHEELCHAIR


def test_an_order_that_restricts_the_second_leg_keeps_its_answer(cast: Cast) -> None:
    confirms(cast, "right-knee", on=0)
    with cast.session() as session:
        plans.order_limit(
            session, cast.viewer_of(cast.boris), cast.ana.id, Limb.LEFT_LEG, WeightLimit(Grade.NWB), "a sore ankle",
            Aids.FRAME, at(2),
        )  # fmt: skip
    told = reads(cast, 2)
    assert (told.standing.getting_about, told.limits[Limb.LEFT_LEG].limit.aids) == (Aids.FRAME, Aids.FRAME)
    assert "both-legs" not in {blocker.code for blocker in told.plans[0].proposal.blockers}


def test_legs_that_are_free_again_are_asked_about_anew_when_both_are_restricted_once_more(cast: Cast) -> None:
    confirms(cast, "right-knee", on=0)
    confirms(cast, "left-knee", on=3, getting_about=Aids.WHEELCHAIR)
    move(cast, "left-knee", STRENGTH, on=4, reason="moved for the story")
    with pytest.raises(BothLegs):
        move(cast, "left-knee", Rung(Phase.PARTIAL_WEIGHT_BEARING), on=30, reason="pain is back")
    move(cast, "left-knee", Rung(Phase.PARTIAL_WEIGHT_BEARING), on=30, reason="pain is back",
         getting_about=Aids.FRAME)  # fmt: skip
    assert reads(cast, 30).standing.getting_about is Aids.FRAME
