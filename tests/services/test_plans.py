"""Plans: they start with a confirmed place, rise only by a clinician, fall by themselves, and ask before both legs."""

from datetime import timedelta

import pytest

from rehab_tracker.domain.errors import BothLegs, InvalidValue, NotAllowed, NotFound, OutOfDate, WrongState
from rehab_tracker.domain.involvement import Involvement, InvolvementStatus
from rehab_tracker.domain.pain import PainReading, PainScore
from rehab_tracker.domain.plan import Act, PlanAct
from rehab_tracker.domain.protocol import Phase, Rung
from rehab_tracker.domain.site import Limb, site
from rehab_tracker.domain.weight_bearing import Aids, Grade, WeightLimit
from rehab_tracker.services import involvements, plans
from rehab_tracker.services.plan_facts import known_of, proposal_of
from rehab_tracker.services.protocol import standing_of
from rehab_tracker.storage.plans import LimbOrder, PlanActRow, PlanRow, ProtocolTemplate
from tests.cast import Cast, at, sent
from tests.domain.diary import day

GAIT, STRENGTH = Rung(Phase.GAIT_TRAINING), Rung(Phase.STRENGTHENING)


def plan_of(cast: Cast, place: str) -> PlanRow:
    return next(row for row in cast.rows(PlanRow) if str(row.site) == place and row.ended_on is None)


def stands(cast: Cast, place: str, on: int) -> tuple[str, int, str]:
    """Return phase, step and grade of a place's running plan at the end of a day."""
    with cast.session() as session:
        found = standing_of(session, cast.ana, day(on))
        course = next(c for c in found.running if str(c.plan.site) == place)
    return str(course.rung.phase), course.rung.step, str(course.limit.grade)


def limits(cast: Cast, on: int) -> dict[str, str]:
    with cast.session() as session:
        found = standing_of(session, cast.ana, day(on)).limits
    return {str(limb): f"{each.limit.grade} {each.limit.percent}" for limb, each in found.items()}


def move(cast: Cast, place: str, to: Rung, on: int, *, by=None, seen=None, **more) -> None:
    row, who = plan_of(cast, place), by or cast.boris
    with cast.session(cast.clinic_of(who)) as session:
        wanted = plans.Move(to, **more)
        plans.move_plan(
            session, cast.viewer_of(who), cast.ana.id, row.id, wanted, row.version if seen is None else seen, at(on)
        )


def tend(cast: Cast, place: str, act: PlanAct, on: int, *, by=None) -> None:
    row, who = plan_of(cast, place), by or cast.boris
    with cast.session(cast.clinic_of(who)) as session:
        plans.tend_plan(session, cast.viewer_of(who), cast.ana.id, row.id, act, row.version, at(on))


def act(kind: Act, **more) -> PlanAct:
    return PlanAct(kind, day(0), at(0), **more)


def confirms(cast: Cast, place: str, on: int, getting_about: Aids | None = None, by=None) -> None:
    with cast.session() as session:
        viewer, said = cast.viewer_of(by or cast.boris), Involvement(site(place), InvolvementStatus.CONFIRMED, day(on))
        involvements.record_involvement(session, viewer, cast.ana.id, said, at(on), getting_about)


def test_a_suspected_place_has_no_plan_and_sets_no_limit(cast: Cast) -> None:
    cast.records("right-knee", "suspected")
    assert cast.rows(PlanRow) == [] and limits(cast, 0) == {}


@pytest.mark.parametrize(
    ("place", "phase", "grade"),
    [("right-knee", "partial-weight-bearing", "PWB"), ("right-hip", "protect", "NWB")],
)
def test_a_confirmed_place_starts_its_plan_and_a_hip_is_protected(
    cast: Cast, place: str, phase: str, grade: str
) -> None:
    confirms(cast, place, on=0)
    assert stands(cast, place, 0) == (phase, 0, grade)
    [start] = cast.rows(PlanActRow)
    assert (start.act, start.on_day, start.written_by) == ("start", day(0), cast.boris.id)
    assert "plan-start" in cast.audit()


def test_a_place_that_is_confirmed_again_keeps_the_plan_it_has(cast: Cast) -> None:
    confirms(cast, "right-knee", on=0)
    confirms(cast, "right-knee", on=3)
    assert len(cast.rows(PlanRow)) == 1


def test_to_repeat_a_status_does_not_bring_back_a_plan_that_a_clinician_ended(cast: Cast) -> None:
    confirms(cast, "right-knee", on=0)
    tend(cast, "right-knee", act(Act.END, reason="not this disease"), on=3)
    confirms(cast, "right-knee", on=4)
    assert [row.ended_on for row in cast.rows(PlanRow)] == [day(3)]


def test_a_resolved_place_ends_its_plan_and_one_that_comes_back_starts_another(cast: Cast) -> None:
    confirms(cast, "right-knee", on=0)
    cast.records("right-knee", "resolved", on=30)
    assert limits(cast, 31) == {}
    cast.records("right-knee", "recurrent", on=900)
    assert [row.ended_on for row in sorted(cast.rows(PlanRow), key=lambda r: r.ended_on is None)] == [day(30), None]
    assert limits(cast, 900) == {"right-leg": "PWB 30"}


def test_the_plan_keeps_the_template_version_it_was_started_with(cast: Cast) -> None:
    confirms(cast, "right-knee", on=0)
    row = plan_of(cast, "right-knee")
    assert (row.template_code, row.template_version) == ("tmo", 1)
    assert [(t.code, t.version) for t in cast.rows(ProtocolTemplate)] == [("tmo", 1)]


def test_a_move_against_the_criteria_needs_a_reason_and_is_kept_as_an_override(cast: Cast) -> None:
    confirms(cast, "right-knee", on=0)
    with pytest.raises(InvalidValue) as refused:
        move(cast, "right-knee", GAIT, on=5)
    assert refused.value.code == "reason-needed"
    assert stands(cast, "right-knee", 5) == ("partial-weight-bearing", 0, "PWB")
    move(cast, "right-knee", GAIT, on=5, reason="walks well, MRI clean")
    assert stands(cast, "right-knee", 5) == ("gait-training", 0, "PWB")
    [kept] = [row for row in cast.rows(PlanActRow) if row.act == "move"]
    assert kept.is_override and kept.reason == "walks well, MRI clean"
    assert {each["key"] for each in kept.seen} >= {"days-at-most"}


def test_an_advance_is_ready_when_every_criterion_is_met_and_is_then_no_override(cast: Cast) -> None:
    confirms(cast, "right-knee", on=0)
    for n in range(1, 23):
        good = PainScore(site("right-knee"), on_loading=1, next_morning=0)
        cast.ana_sends(*([sent(PainReading((good,), True), n)] if n % 8 else []))
    with cast.session() as session:
        found = standing_of(session, cast.ana, day(22))
        known = known_of(session, cast.ana, found, at(22))
        proposed = proposal_of(found.running[0], found, known)
    assert proposed.is_ready, (proposed.blockers, [(m.key, m.is_met, m.value) for m in proposed.criteria])
    move(cast, "right-knee", GAIT, on=22)
    [kept] = [row for row in cast.rows(PlanActRow) if row.act == "move"]
    assert not kept.is_override and all(each["is_met"] for each in kept.seen)


def test_a_jump_over_a_phase_is_refused_without_a_reason(cast: Cast) -> None:
    confirms(cast, "right-knee", on=0)
    with pytest.raises(InvalidValue) as refused:
        move(cast, "right-knee", STRENGTH, on=5)
    assert refused.value.code == "phase-jump"
    assert len(cast.rows(PlanActRow)) == 1


def test_partial_weight_without_a_percentage_is_refused() -> None:
    with pytest.raises(InvalidValue) as refused:
        WeightLimit(Grade.PWB)
    assert refused.value.code == "percent-needed"


def test_of_two_writers_the_second_is_told_both_versions(cast: Cast) -> None:
    confirms(cast, "right-knee", on=0)
    seen = plan_of(cast, "right-knee").version
    move(cast, "right-knee", GAIT, on=5, seen=seen, reason="seen in the clinic")
    with pytest.raises(OutOfDate) as refused:
        move(cast, "right-knee", STRENGTH, on=5, seen=seen, reason="seen in the clinic")
    assert refused.value.values == {"yours": seen, "now": seen + 1}
    assert stands(cast, "right-knee", 5)[0] == "gait-training"


def test_only_a_physiatrist_moves_a_plan_and_a_nurse_may_hold_it(cast: Cast) -> None:
    confirms(cast, "right-knee", on=0)
    with pytest.raises(NotAllowed):
        move(cast, "right-knee", GAIT, on=5, by=cast.nuno, reason="asked by phone")
    tend(cast, "right-knee", act(Act.HOLD, reason="fever"), on=5, by=cast.nuno)
    with pytest.raises(NotAllowed):
        tend(cast, "right-knee", act(Act.RESUME, reason="no fever"), on=6, by=cast.nuno)
    tend(cast, "right-knee", act(Act.RESUME, reason="no fever"), on=6)
    assert plan_of(cast, "right-knee").standing["held_since"] is None


@pytest.mark.parametrize("kind", [Act.HOLD, Act.RESUME, Act.END])
@pytest.mark.parametrize("more", [{"item": "both-legs"}, {"item": "anything"}, {"value": Aids.WHEELCHAIR}])
def test_only_a_check_names_an_item(cast: Cast, kind: Act, more: dict[str, str]) -> None:
    confirms(cast, "right-knee", on=0)
    with pytest.raises(InvalidValue) as refused:
        tend(cast, "right-knee", act(kind, reason="seen in the clinic", **more), on=1)
    assert (refused.value.code, len(cast.rows(PlanActRow))) == ("item-not-allowed", 1)


def test_carla_of_another_clinic_finds_no_plan(cast: Cast) -> None:
    confirms(cast, "right-knee", on=0)
    with pytest.raises(NotFound):
        move(cast, "right-knee", GAIT, on=5, by=cast.carla, reason="just looking")


def test_pain_brings_the_plan_a_step_back_by_itself_and_the_list_knows(cast: Cast) -> None:
    confirms(cast, "right-knee", on=0)
    move(cast, "right-knee", STRENGTH, on=5, reason="moved for the story")
    cast.ana_logs({"right-knee": 6}, 6)
    row = plan_of(cast, "right-knee")
    assert (row.standing["phase"], row.standing["step"]) == ("gait-training", 2)
    assert row.standing["held_since"] == day(6).isoformat()


def test_a_red_flag_alone_brings_the_plan_a_step_back_too(cast: Cast) -> None:
    confirms(cast, "right-knee", on=0)
    move(cast, "right-knee", STRENGTH, on=5, reason="moved for the story")
    cast.ana_ticks("fever", day=6)
    assert plan_of(cast, "right-knee").standing["phase"] == "gait-training"


def test_a_late_entry_brings_the_plan_where_it_would_have_been(cast: Cast) -> None:
    confirms(cast, "right-knee", on=0)
    move(cast, "right-knee", STRENGTH, on=5, reason="moved for the story")
    cast.ana_logs({"right-knee": 1}, 8)
    cast.ana_logs({"right-knee": 6}, 6, received_on=9)
    assert stands(cast, "right-knee", 9)[0] == "gait-training"


def test_both_legs_restricted_is_a_question_that_blocks_until_it_is_answered(cast: Cast) -> None:
    confirms(cast, "right-knee", on=0)
    with pytest.raises(BothLegs):
        confirms(cast, "left-knee", on=3)
    assert [str(row.site) for row in cast.rows(PlanRow)] == ["right-knee"]
    confirms(cast, "left-knee", on=3, getting_about=Aids.WHEELCHAIR)
    assert limits(cast, 3) == {"right-leg": "PWB 30", "left-leg": "PWB 30"}
    [answer] = [row for row in cast.rows(PlanActRow) if row.act == "check"]
    assert (answer.item, answer.value) == ("both-legs", "wheelchair")


def test_a_regress_that_would_restrict_the_second_leg_only_holds_and_raises_a_phase_review(cast: Cast) -> None:
    confirms(cast, "right-knee", on=0)
    move(cast, "right-knee", Rung(Phase.GAIT_TRAINING, 2), on=5, reason="moved for the story")
    confirms(cast, "left-knee", on=6)
    cast.ana_logs({"right-knee": 6, "left-knee": 6}, 7)
    assert ("phase-review", "soon", "right-knee", 7) in cast.standing()
    assert limits(cast, 7) == {"right-leg": "WBAT None", "left-leg": "PWB 30"}


def test_the_strictest_site_sets_the_limit_of_a_limb_and_an_order_can_only_tighten_it(cast: Cast) -> None:
    confirms(cast, "left-knee", on=0)
    confirms(cast, "left-hip", on=0)
    assert limits(cast, 0) == {"left-leg": "NWB None"}
    with cast.session() as session:
        plans.order_limit(
            session, cast.viewer_of(cast.boris), cast.ana.id, Limb.LEFT_LEG, WeightLimit(Grade.FWB), "for the story",
            None, at(1),
        )  # fmt: skip
    assert limits(cast, 1) == {"left-leg": "NWB None"} and len(cast.rows(LimbOrder)) == 1


def test_an_ended_plan_is_not_moved(cast: Cast) -> None:
    confirms(cast, "right-knee", on=0)
    row = plan_of(cast, "right-knee")
    cast.records("right-knee", "resolved", on=3)
    with cast.session() as session, pytest.raises(WrongState):
        wanted = plans.Move(GAIT, reason="too late for this")
        plans.move_plan(session, cast.viewer_of(cast.boris), cast.ana.id, row.id, wanted, row.version + 1, at(4))


def test_a_record_entered_in_error_ends_the_plan_and_a_merged_one_hands_it_on(cast: Cast) -> None:
    confirms(cast, "right-knee", on=0)
    merged = Involvement(
        site("right-knee"), InvolvementStatus.ENTERED_IN_ERROR, day(4),
        merged_into=site("right-knee.medial-femoral-condyle"), reason="one place",
    )  # fmt: skip
    with cast.session() as session:
        involvements.record_involvement(session, cast.viewer_of(cast.boris), cast.ana.id, merged, at(4))
    assert stands(cast, "right-knee.medial-femoral-condyle", 4)[0] == "partial-weight-bearing"
    assert at(4) - at(0) == timedelta(days=4)
