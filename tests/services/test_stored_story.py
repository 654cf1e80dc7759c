"""The stored story: what the record holds comes back as the pieces in which it came, and raises the same alerts."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rehab_tracker.domain.access import system
from rehab_tracker.domain.alert import Rule
from rehab_tracker.domain.arrival import arising
from rehab_tracker.domain.clinic import DEFAULT_RULES
from rehab_tracker.domain.entry import Entry
from rehab_tracker.domain.involvement import Involvement
from rehab_tracker.domain.pain import UsualPain
from rehab_tracker.domain.plan import Act, PlanAct
from rehab_tracker.domain.plan_story import PlanStory
from rehab_tracker.domain.protocol import Phase, Rung
from rehab_tracker.domain.recorded import LimitOrder, PhaseMove, Recorded
from rehab_tracker.domain.site import Limb, site
from rehab_tracker.domain.weight_bearing import Aids, Grade, WeightLimit
from rehab_tracker.evaluation.cohort import cohort
from rehab_tracker.evaluation.events import patients
from rehab_tracker.evaluation.replay import alert_line, replay
from rehab_tracker.evaluation.story import story
from rehab_tracker.services import involvements, plans
from rehab_tracker.services.enrolment import PatientDetails
from rehab_tracker.services.importing import import_story
from rehab_tracker.services.stored_story import stored_story
from rehab_tracker.storage.people import Patient
from rehab_tracker.storage.plans import plan_rows_of, plans_of
from tests.cast import at, logs, withdrawal
from tests.domain.diary import FIRST_VISIT, LISBON, day, known

CASE = Path(__file__).parents[1] / "promises" / "golden" / "case.jsonl"
NOW = datetime(2030, 1, 1, tzinfo=UTC)
PEOPLE, SEED, DAYS = 4, 11, 100


def of_file(lines):
    return list(patients(lines))


STORIES = {
    "the case": of_file(CASE.read_text(encoding="utf-8").splitlines()),
    "made up": of_file(line for patient in cohort(PEOPLE, SEED, DAYS) for line in patient.lines),
}


def imported(cast, patient):
    details = PatientDetails(
        patient.patient, patient.patient, "en-GB", patient.time_zone, enrolled_on=patient.enrolled_on
    )
    with cast.session() as session:
        return import_story(session, system(cast.porto.id), story(patient, details), NOW).patient_id


def stored(cast, patient_id=None):
    with cast.session() as session:
        return stored_story(session, session.get_one(Patient, (cast.porto.id, patient_id or cast.ana.id)))


def lines(raised):
    return [(alert_line("P", each), each.raised_at, each.rises_from) for each in raised]


@pytest.mark.parametrize("name", STORIES)
def test_an_imported_file_raises_what_its_replay_does(cast, name):
    raised = 0
    for patient in STORIES[name]:
        told = lines(stored(cast, imported(cast, patient)).raised(DEFAULT_RULES))
        assert told == lines(replay(patient))
        raised += len(told)
    assert raised >= 2


def test_every_version_comes_back_when_it_was_received(cast):
    cast.records("right-knee")
    item = cast.ana_logs({"left-knee": 8}, 1, received_on=3)
    cast.sends(cast.ana, withdrawal(item, 4))
    pieces = stored(cast).pieces
    assert [(at_, piece.rev, piece.withdrawn) for at_, piece in pieces if isinstance(piece, Entry)] == [
        (at(3), 1, False),
        (at(4), 2, True),
    ]
    [raised] = [each for each in stored(cast).raised(DEFAULT_RULES) if each.verdict.rule is Rule.SUDDEN_SEVERE_PAIN]
    assert (raised.verdict.level, raised.raised_on, raised.late_days) == ("soon", day(3), 2)


def test_what_staff_record_at_an_instant_comes_before_what_came_in_then(cast):
    cast.ana_logs({"left-knee": 4}, 1)
    cast.records("right-knee", on=1)
    assert [type(piece) for _, piece in stored(cast).pieces] == [Recorded, Entry]


def test_two_records_of_one_person_are_one_story(cast):
    cast.records("right-knee")
    again = cast.twice(cast.nuno, cast.boris)
    sent = [logs({"left-knee": 4}, n) for n in range(1, 6)]
    for number, item in enumerate(sent, start=1):
        cast.sends(again if number % 2 else cast.ana, item, now=at(number))
    apart = stored(cast).raised(DEFAULT_RULES)
    cast.merges(again, on=9)
    whole = stored(cast)
    assert [piece.id for _, piece in whole.pieces if isinstance(piece, Entry)] == [item.id for item in sent]
    assert lines(whole.raised(DEFAULT_RULES)) == lines(
        arising(whole.pieces, LISBON, DEFAULT_RULES, enrolled_on=FIRST_VISIT)
    )
    assert len(whole.raised(DEFAULT_RULES)) > len(apart)


def test_a_duplicate_that_came_first_says_since_when_the_person_is_a_patient(cast):
    again = cast.twice(cast.nuno, cast.boris)
    with cast.session() as session:
        session.get_one(Patient, (cast.porto.id, again.id)).enrolled_on = day(-30)
        session.commit()
    cast.merges(again, on=1)
    assert stored(cast).enrolled_on == day(-30)


def moves(cast, rung, on, place="right-knee", limit=None):
    with cast.session() as session:
        row = next(r for r in plan_rows_of(session, cast.porto.id, cast.ana.id) if r.site == site(place))
        move = plans.Move(rung, limit, "she can", Aids.WHEELCHAIR)
        viewer = cast.viewer_of(cast.boris)
        plans.move_plan(session, viewer, cast.ana.id, row.id, move, row.version, at(on))


def stood(told):
    """Return every plan's place with its starts and moves: the day, the rung, and the limit of its own."""
    return {
        (plan.site, tuple((act.on, act.rung, act.limit) for act in plan.acts if act.act in (Act.START, Act.MOVE)))
        for plan in told
    }


def retold(told):
    follows = PlanStory(told.template)
    for _, piece in told.pieces:
        if isinstance(piece, Recorded):
            follows.take(piece)
    return follows.plans


def plans_kept(cast):
    with cast.session() as session:
        return plans_of(session, cast.porto.id, plan_rows_of(session, cast.porto.id, cast.ana.id))


def test_plans_stand_where_clinicians_let_them_stand(cast):
    cast.records("right-knee")
    cast.records("left-foot", on=20)
    moves(cast, Rung(Phase.GAIT_TRAINING), 30)
    own = WeightLimit(Grade.TTWB, aids=Aids.TWO_CRUTCHES)
    moves(cast, Rung(Phase.PARTIAL_WEIGHT_BEARING), 31, limit=own)
    cast.records("left-foot", "resolved", on=40)
    cast.records("left-foot", "recurrent", on=80)
    kept = plans_kept(cast)
    assert len(kept) == 3
    assert stood(retold(stored(cast))) == stood(kept)


def test_a_plan_that_was_handed_on_to_another_place_is_moved_where_it_was(cast):
    cast.records("right-knee")
    moves(cast, Rung(Phase.GAIT_TRAINING), 30)
    with cast.session() as session:
        merged = known("right-knee", "entered-in-error", since=40)
        into = Involvement(
            merged.site, merged.status, merged.recorded_on, merged_into=site("right-knee.patella"), reason="nearer"
        )
        involvements.record_involvement(session, cast.viewer_of(cast.boris), cast.ana.id, into, at(40))
    moves(cast, Rung(Phase.PARTIAL_WEIGHT_BEARING), 50, "right-knee.patella")
    told = stored(cast)
    assert [piece.what.site for _, piece in told.pieces if isinstance(piece.what, PhaseMove)] == [
        site("right-knee"),
        site("right-knee.patella"),
    ]
    assert stood(retold(told)) == stood(plans_kept(cast))


def test_limits_and_usual_pain_come_back_as_they_were_recorded(cast):
    cast.records("right-knee")
    limit = WeightLimit(Grade.PWB, 50)
    with cast.session() as session:
        viewer = cast.viewer_of(cast.boris)
        plans.order_limit(session, viewer, cast.ana.id, Limb.LEFT_LEG, limit, "sore", Aids.WHEELCHAIR, at(2))
        row = involvements.usual_pain_row(viewer, cast.ana.id, UsualPain(site("neck"), 3), at(3), day(3), None)
        session.add(row)
        session.commit()
    told = [piece for _, piece in stored(cast).pieces if isinstance(piece, Recorded)][1:]
    assert [(piece.at, piece.on, piece.what) for piece in told] == [
        (at(2), day(2), LimitOrder(Limb.LEFT_LEG, limit, "sore")),
        (at(3), day(3), UsualPain(site("neck"), 3)),
    ]


def test_holds_and_checks_are_not_told(cast):
    cast.records("right-knee")
    with cast.session() as session:
        [row] = plan_rows_of(session, cast.porto.id, cast.ana.id)
        act = PlanAct(Act.HOLD, day(5), at(5), reason="swollen")
        plans.tend_plan(session, cast.viewer_of(cast.boris), cast.ana.id, row.id, act, row.version, at(5))
    assert len(plans_kept(cast)[0].acts) == 2
    assert len(stored(cast).pieces) == 1


def test_the_pieces_come_in_the_order_of_receipt(cast):
    cast.records("right-knee")
    for number, received in ((1, 9), (2, 2), (3, 30)):
        cast.ana_logs({"left-knee": 4}, number, received_on=received if received < 15 else 14)
    times = [received_at for received_at, _ in stored(cast).pieces]
    assert times == sorted(times)
    assert times[-1] - times[0] == timedelta(days=14)


def test_time_runs_to_a_day_and_no_further(cast):
    cast.records("lumbar-spine", "suspected")
    cast.ana_logs({"left-knee": 8}, 1)
    cast.ana_logs({"left-hip": 9}, 3)
    whole = stored(cast).raised(DEFAULT_RULES)
    early = stored(cast).raised(DEFAULT_RULES, day(2))
    assert [each.raised_on for each in whole][-1] == day(3)
    assert early == [each for each in whole if each.raised_on <= day(2)]
    later = stored(cast).raised(DEFAULT_RULES, day(40))
    assert later[: len(whole)] == whole
    assert [each.verdict.rule for each in later[len(whole) :]][:1] == [Rule.NOT_LOGGING]
