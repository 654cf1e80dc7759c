"""Exercises: orders and holds are versions; what is past stays as it was asked; a hold silences no alert."""

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest

from rehab_tracker.domain.errors import InvalidValue, NotAllowed, NotFound, OutOfDate, ReasonNeeded, WrongState
from rehab_tracker.domain.exercise import ExerciseReport
from rehab_tracker.domain.hold import Hold, HoldReason, silences_reminders
from rehab_tracker.domain.prescription import EVERY_DAY, Dose, Prescription
from rehab_tracker.domain.protocol import Phase, Rung
from rehab_tracker.domain.site import Limb, Site, site
from rehab_tracker.domain.weight_bearing import Grade
from rehab_tracker.services import exercises
from rehab_tracker.services.exercises import Written
from rehab_tracker.services.plan_reading import Told, told_of
from rehab_tracker.storage.people import Patient, Staff
from rehab_tracker.storage.schedule import HoldRow, PrescriptionRow
from tests.cast import Cast, at, sent
from tests.domain.diary import day
from tests.services.test_plans import move

KNEE = site("right-knee")
WHY = "seen in the clinic"


def order(first: int = 0, last: int | None = None, name: str = "bridges", **more) -> Prescription:
    told = {"id": more.pop("id", None) or uuid4(), "version": 1, "dose": Dose(sets=3, reps=10), "days": EVERY_DAY}
    until_on = None if last is None else day(last)
    return Prescription(exercise=name, sites=(KNEE,), from_on=day(first), until_on=until_on, **(told | more))


def prescribes(
    cast: Cast, wanted: Prescription, seen: int = 0, on: int = 0, by: Staff | None = None, who: Patient | None = None
) -> Prescription:
    by, who = by or cast.boris, who or cast.ana
    with cast.session(cast.clinic_of(by)) as session:
        return exercises.prescribe(session, cast.viewer_of(by), who.id, wanted, Written(seen, WHY), at(on))


def rest(first: int, last: int | None = None, scope: Limb | Site | None = None, id: UUID | None = None) -> Hold:
    return Hold(id or uuid4(), scope, day(first), None if last is None else day(last), HoldReason.ILLNESS)


def rests(cast: Cast, hold: Hold, seen: int = 0, on: int = 0, by: Staff | None = None) -> int:
    by = by or cast.nuno
    with cast.session(cast.clinic_of(by)) as session:
        return exercises.hold_exercises(session, cast.viewer_of(by), cast.ana.id, hold, Written(seen, "fever"), at(on))


def lifts(cast: Cast, hold: UUID, seen: int, on: int = 0) -> int:
    with cast.session() as session:
        viewer = cast.viewer_of(cast.nuno)
        return exercises.lift_hold(session, viewer, cast.ana.id, hold, Written(seen, "she is well"), at(on))


def told(cast: Cast, on: int) -> Told:
    with cast.session() as session:
        return told_of(session, session.get_one(Patient, (cast.porto.id, cast.ana.id)), at(on))


def states(cast: Cast, on: int, exercise: str = "bridges") -> dict[int, str]:
    """Return how each day of an exercise stands, up to and with a day."""
    found = [r for r in told(cast, on).known.results if r.occurrence.exercise == exercise]
    return {(r.occurrence.day - day(0)).days: str(r.state) for r in found if r.occurrence.day <= day(on)}


# Orders


def test_an_ordered_exercise_is_due_from_its_first_day_to_its_last(cast: Cast) -> None:
    prescribes(cast, order(1, 3))
    assert states(cast, 5) == {1: "missed", 2: "missed", 3: "missed", 4: "cancelled", 5: "cancelled"}
    assert "exercise-ordered" in cast.audit()


def test_the_same_new_order_sent_twice_is_kept_once(cast: Cast) -> None:
    wanted = order()
    assert prescribes(cast, wanted) == prescribes(cast, wanted)
    assert len(cast.rows(PrescriptionRow)) == 1


def test_another_order_with_the_same_id_is_out_of_date(cast: Cast) -> None:
    wanted = order()
    prescribes(cast, wanted)
    with pytest.raises(OutOfDate) as refused:
        prescribes(cast, order(id=wanted.id, name="walking"))
    assert refused.value.values == {"yours": 0, "now": 1}
    assert len(cast.rows(PrescriptionRow)) == 1


def test_an_id_that_another_patients_order_has_is_refused(cast: Cast) -> None:
    eva, wanted = cast.twice(cast.boris), order()
    prescribes(cast, wanted)
    with pytest.raises(WrongState) as refused:
        prescribes(cast, wanted, who=eva)
    assert refused.value.code == "id-taken"
    assert {row.patient_id for row in cast.rows(PrescriptionRow)} == {cast.ana.id}


def test_a_change_holds_from_its_day_on_and_leaves_what_was_asked(cast: Cast) -> None:
    wanted = prescribes(cast, order(0))
    cast.ana_sends(sent(ExerciseReport("bridges", done_sets=2, done_reps=10), 1))
    prescribes(cast, order(3, id=wanted.id, dose=Dose(sets=2, reps=10)), seen=1, on=2)
    cast.ana_sends(sent(ExerciseReport("bridges", done_sets=2, done_reps=10), 4))
    assert states(cast, 6) == {0: "missed", 1: "partial", 2: "missed", 3: "missed", 4: "done", 5: "missed", 6: "open"}


@pytest.mark.parametrize(
    "changed",
    [{"dose": Dose(sets=1, reps=1)}, {"exercise": "walking"}, {"sites": (site("left-knee"),)}, {"strengthens": True}],
)
def test_what_was_asked_yesterday_is_not_rewritten(cast: Cast, changed: dict[str, object]) -> None:
    wanted = prescribes(cast, order(0))
    with pytest.raises(InvalidValue) as refused:
        prescribes(cast, replace(wanted, **changed), seen=1, on=4)
    assert refused.value.code == "date-passed"
    assert len(cast.rows(PrescriptionRow)) == 1


def test_an_order_is_stopped_by_its_last_day_and_stopped_days_are_not_made_due_again(cast: Cast) -> None:
    wanted = prescribes(cast, order(0))
    prescribes(cast, order(0, 3, id=wanted.id), seen=1, on=4)
    assert [day for day, state in states(cast, 6).items() if state == "missed"] == [0, 1, 2, 3]
    with pytest.raises(InvalidValue):
        prescribes(cast, order(0, 2, id=wanted.id), seen=2, on=6)
    with pytest.raises(InvalidValue):
        prescribes(cast, order(0, 20, id=wanted.id), seen=2, on=10)
    prescribes(cast, order(10, id=wanted.id), seen=2, on=10)
    assert [day for day, state in states(cast, 12).items() if state == "missed"] == [0, 1, 2, 3, 10, 11]


def test_an_exercise_against_the_limit_is_refused_and_allowed_once_the_limit_is_looser(cast: Cast) -> None:
    cast.records("right-knee")
    with pytest.raises(InvalidValue) as refused:
        prescribes(cast, order(needs=Grade.WBAT))
    assert (refused.value.code, refused.value.pointer) == ("against-limit", "/exercise")
    move(cast, "right-knee", Rung(Phase.STRENGTHENING), on=1, reason="moved for the story")
    prescribes(cast, order(1, needs=Grade.WBAT), on=1)


def test_to_end_an_order_sooner_is_fine_whatever_the_limit_and_later_is_not(cast: Cast) -> None:
    kept = prescribes(cast, order(0, 9, needs=Grade.WBAT))
    cast.records("right-knee", on=1)
    with pytest.raises(InvalidValue) as refused:
        prescribes(cast, replace(kept, until_on=day(12)), seen=1, on=1)
    assert refused.value.code == "against-limit"
    assert prescribes(cast, replace(kept, until_on=day(1)), seen=1, on=1).until_on == day(1)


def test_a_step_back_takes_out_what_needs_more_than_the_leg_may_take(cast: Cast) -> None:
    cast.records("right-knee")
    move(cast, "right-knee", Rung(Phase.GAIT_TRAINING, 2), on=1, reason="moved for the story")
    assert states(cast, 3, "mini-squat")[2] == "missed"
    cast.ana_logs({"right-knee": 6}, 3)
    found = states(cast, 5, "mini-squat")
    assert found[2] == "missed" and {found.get(n, "cancelled") for n in (3, 4, 5)} <= {"cancelled", "excused"}


def test_an_order_of_an_exercise_takes_the_place_of_the_plans_own(cast: Cast) -> None:
    cast.records("right-knee")
    prescribes(cast, order(2, name="quad-sets", dose=Dose(sets=1, reps=5)), on=2)
    doses = {
        (r.occurrence.day - day(0)).days: r.occurrence.dose.repetitions
        for r in told(cast, 3).known.results
        if r.occurrence.exercise == "quad-sets" and r.occurrence.day <= day(3)
    }
    assert doses == {0: 100, 1: 100, 2: 5, 3: 5}


def test_carla_orders_nothing_and_alda_neither(cast: Cast) -> None:
    for who, refusal in ((cast.carla, NotFound), (cast.dora, ReasonNeeded), (cast.alda, NotAllowed)):
        with pytest.raises(refusal):
            prescribes(cast, order(), by=who)
    assert cast.rows(PrescriptionRow) == []


# Holds


def test_sick_days_leave_what_is_due_and_do_not_count_as_missed(cast: Cast) -> None:
    prescribes(cast, order(0))
    rests(cast, rest(1, 3), on=1)
    assert states(cast, 5) == {0: "missed", 1: "excused", 2: "excused", 3: "excused", 4: "missed", 5: "open"}
    total = told(cast, 5).total
    assert (total.missed, total.excused, total.due, total.ratio) == (2, 3, 2, 0.0)


def test_what_was_done_on_a_sick_day_counts_all_the_same(cast: Cast) -> None:
    prescribes(cast, order(0, 0))
    rests(cast, rest(0, 0))
    cast.ana_sends(sent(ExerciseReport("bridges"), 0))
    assert (told(cast, 3).total.done, told(cast, 3).total.ratio) == (1, 1.0)


def test_a_sickness_that_is_told_later_excuses_what_was_missed(cast: Cast) -> None:
    prescribes(cast, order(0))
    assert states(cast, 3)[1] == "missed"
    rests(cast, rest(1, 1), on=3)
    assert states(cast, 3)[1] == "excused"


@pytest.mark.parametrize("scope", [None, Limb.RIGHT_LEG, site("right-knee")])
def test_a_hold_silences_reminders_of_the_whole_patient_only_and_no_alert(
    cast: Cast, scope: Limb | Site | None
) -> None:
    cast.records("right-knee")
    rests(cast, rest(0, 9, scope))
    with_hold = told(cast, 2)
    assert silences_reminders(with_hold.known.holds, day(2)) is (scope is None)
    assert day(2) in with_hold.known.asked, "asked days and silence go on"
    cast.ana_logs({"left-hip": 8}, 2)
    cast.ana_ticks("fever", day=3)
    assert {rule for rule, *_ in cast.standing()} >= {"sudden-severe-pain", "red-flag"}


def test_while_a_limb_rests_no_loading_is_proposed_for_it(cast: Cast) -> None:
    cast.records("right-knee")
    move(cast, "right-knee", Rung(Phase.GAIT_TRAINING, 2), on=1, reason="moved for the story")
    rests(cast, rest(1, 5, Limb.RIGHT_LEG), on=1)
    assert "limb-held" in {b.code for b in told(cast, 3).plans[0].proposal.blockers}
    assert "limb-held" not in {b.code for b in told(cast, 6).plans[0].proposal.blockers}


def test_a_hold_is_made_longer_and_taken_back(cast: Cast) -> None:
    prescribes(cast, order(0))
    hold = rest(1, 1)
    assert (rests(cast, hold, on=1), rests(cast, hold, on=1)) == (1, 1), "sent twice, kept once"
    assert rests(cast, rest(1, 2, id=hold.id), seen=1, on=2) == 2
    assert states(cast, 4)[2] == "excused"
    with pytest.raises(OutOfDate):
        rests(cast, rest(1, 3, id=hold.id), seen=1, on=2)
    assert lifts(cast, hold.id, seen=2, on=3) == 3
    assert states(cast, 4)[2] == "missed"
    with pytest.raises(WrongState):
        lifts(cast, hold.id, seen=3, on=3)
    with pytest.raises(WrongState):
        rests(cast, rest(1, 3, id=hold.id), seen=3, on=3)
    assert len(cast.rows(HoldRow)) == 3


def test_a_hold_that_is_not_there_is_not_lifted_and_strangers_hold_nothing(cast: Cast) -> None:
    with pytest.raises(NotFound):
        lifts(cast, uuid4(), seen=0)
    for who, refusal in ((cast.carla, NotFound), (cast.alda, NotAllowed)):
        with pytest.raises(refusal):
            rests(cast, rest(0), by=who)
    assert cast.rows(HoldRow) == []


# What is derived


def test_an_exercise_that_was_done_offline_and_comes_late_is_done(cast: Cast) -> None:
    prescribes(cast, order(0))
    assert states(cast, 5)[1] == "missed"
    cast.ana_sends(sent(ExerciseReport("bridges"), 1), now=at(5))
    assert states(cast, 5)[1] == "done"


def test_what_was_ordered_by_hand_is_read_with_its_newest_version(cast: Cast) -> None:
    wanted, hold = prescribes(cast, order(0)), rest(0, 1)
    prescribes(cast, order(0, 5, id=wanted.id), seen=1)
    rests(cast, hold)
    with cast.session() as session:
        found = exercises.ordered_exercises(session, cast.viewer_of(cast.nuno), cast.ana.id, at(1))
    assert [(row.version, row.until_on) for row in found.exercises] == [(2, day(5))]
    assert [(row.id, row.note) for row in found.holds] == [(hold.id, "fever")]
    assert cast.audit()[-1] == "exercises-read" and found.exercises[0].from_on == date(2026, 1, 5)
