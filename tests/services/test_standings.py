"""Standings: what lists tell of plans is written with each entry and act, agrees with the page, and grows old."""

from collections.abc import Mapping
from uuid import uuid4

import pytest
from sqlalchemy import update

from rehab_tracker.domain.co_intervention import CoIntervention, Taken, Treatment
from rehab_tracker.domain.entry import Sent
from rehab_tracker.domain.exercise import ExerciseReport
from rehab_tracker.domain.pain import PainReading, PainScore
from rehab_tracker.domain.partial_date import PartialDate
from rehab_tracker.domain.person import PatientState
from rehab_tracker.domain.plan import Act
from rehab_tracker.domain.protocol import Phase, Rung
from rehab_tracker.domain.questionnaire import Answer, Questionnaire
from rehab_tracker.domain.record_item import KIND, ItemContent, RecordItem
from rehab_tracker.domain.site import site
from rehab_tracker.services import people, record_items, worklist
from rehab_tracker.services.need import Need
from rehab_tracker.services.plan_reading import read_plans
from rehab_tracker.services.worklist import Row
from rehab_tracker.storage.plans import PlanRow
from tests.cast import Cast, at, logs, sent
from tests.domain.diary import day
from tests.services.test_plans import act, confirms, move, plan_of, tend

KNEE = "right-knee"
GAIT, THREE_QUARTERS = Rung(Phase.GAIT_TRAINING), Rung(Phase.GAIT_TRAINING, 1)
STRENGTH, RETURN = Rung(Phase.STRENGTHENING), Rung(Phase.RETURN_AND_SURVEILLANCE)


def row(cast: Cast, on: int) -> Row:
    """Ana's row in Boris's worklist."""
    with cast.session() as session:
        [found] = worklist.worklist(session, cast.viewer_of(cast.boris), at(on, 30)).own
    return found


def mornings(pain: Mapping[str, int], on: int) -> Sent:
    """What a good phone sends of a day: pain, and that of the next morning."""
    return sent(PainReading(tuple(PainScore(site(p), on_loading=x, next_morning=0) for p, x in pain.items()), True), on)


def logs_well(cast: Cast, *days: int, pain: int = 1) -> None:
    for n in days:
        cast.ana_sends(mornings({KNEE: pain}, n))


def ready_on(cast: Cast) -> object:
    return plan_of(cast, KNEE).standing["ready_since"]


def is_ready_on_the_page(cast: Cast, on: int) -> bool:
    with cast.session() as session:
        return read_plans(session, cast.viewer_of(cast.boris), cast.ana.id, at(on, 30)).plans[0].proposal.is_ready


def writes(cast: Cast, content: ItemContent, on: int) -> None:
    item = RecordItem(uuid4(), KIND[type(content)], 1, None, PartialDate(day(on)), content)
    with cast.session() as session:
        record_items.write_item(session, cast.viewer_of(cast.boris), cast.ana.id, item, at(on))


def test_a_plan_whose_criteria_are_met_waits_for_a_clinician_in_the_list(cast: Cast) -> None:
    confirms(cast, KNEE, on=0)
    logs_well(cast, *range(1, 21))
    assert (row(cast, 20).need, row(cast, 20).ready) == (Need.NOTHING, None)
    logs_well(cast, 21)
    found = row(cast, 21)
    assert (found.need, found.waiting_since) == (Need.PLAN_READY, at(21).replace(hour=0, minute=0))
    assert found.ready and (str(found.ready.site), found.ready.target) == (KNEE, GAIT)
    assert found.ready.target_limit and found.ready.target_limit.percent == 50


def test_the_wait_is_counted_from_the_day_on_which_it_was_known_until_somebody_moves_the_plan(cast: Cast) -> None:
    confirms(cast, KNEE, on=0)
    logs_well(cast, *range(1, 25))
    assert ready_on(cast) == day(21).isoformat()
    move(cast, KNEE, GAIT, on=24)
    assert ready_on(cast) is None and row(cast, 24).need is Need.NOTHING
    logs_well(cast, 25, 26, 27)
    found = row(cast, 27)
    assert found.ready and (found.ready.target, found.ready.ready_since) == (THREE_QUARTERS, day(27))


def test_too_much_pain_and_a_clinicians_hold_take_it_away(cast: Cast) -> None:
    confirms(cast, KNEE, on=0)
    logs_well(cast, *range(1, 22))
    tend(cast, KNEE, act(Act.HOLD, reason="waits for the MRI"), on=21)
    assert (ready_on(cast), row(cast, 21).need) == (None, Need.PLAN_HELD)
    tend(cast, KNEE, act(Act.RESUME, reason="the MRI is clean"), on=22)
    assert ready_on(cast) == day(22).isoformat()
    logs_well(cast, 22, pain=4)
    assert ready_on(cast) is None


@pytest.mark.parametrize(("silent", "need"), [(3, Need.PLAN_READY), (4, Need.NOT_LOGGING)])
def test_what_was_found_ready_is_so_no_longer_after_too_many_silent_days(cast: Cast, silent: int, need: Need) -> None:
    confirms(cast, KNEE, on=0)
    logs_well(cast, *range(1, 22))
    later = 21 + silent + 1
    assert row(cast, later).need is need
    assert (row(cast, later).ready is None) == (need is Need.NOT_LOGGING)
    if need is Need.NOT_LOGGING:
        assert not is_ready_on_the_page(cast, later)


def test_other_entries_do_not_keep_alive_what_silence_about_pain_has_ended(cast: Cast) -> None:
    confirms(cast, KNEE, on=0)
    logs_well(cast, *range(1, 22))
    for n in range(22, 27):
        cast.ana_sends(sent(ExerciseReport("quad-sets", done_sets=4), n))
    assert row(cast, 26).silent_asked == 0 and row(cast, 26).ready is None


def test_pressing_reasons_stand_before_it_and_it_stands_before_a_plan_that_lasts_too_long(cast: Cast) -> None:
    confirms(cast, KNEE, on=0)
    logs_well(cast, *range(1, 44))
    found = row(cast, 43)
    assert found.stands.overdue(day(43)) and found.need is Need.PLAN_READY
    cast.sends(cast.ana, logs({"left-hip": 8, KNEE: 1}, 44))
    assert row(cast, 44).need is Need.URGENT


def test_a_standing_of_an_older_version_is_not_ready(cast: Cast) -> None:
    confirms(cast, KNEE, on=0)
    logs_well(cast, *range(1, 22))
    older = {key: value for key, value in plan_of(cast, KNEE).standing.items() if key != "ready_since"}
    with cast.session() as session:
        session.execute(update(PlanRow).where(PlanRow.clinic_id == cast.porto.id).values(standing=older))
        session.commit()
    assert row(cast, 21).need is Need.NOTHING
    logs_well(cast, 22)
    assert ready_on(cast) == day(22).isoformat()


def test_a_new_medicine_takes_it_away_at_once(cast: Cast) -> None:
    confirms(cast, KNEE, on=0)
    logs_well(cast, *range(1, 22))
    assert ready_on(cast) == day(21).isoformat()
    writes(cast, CoIntervention(Treatment.NSAID, Taken.GIVEN, started=PartialDate(day(21))), on=21)
    assert ready_on(cast) is None


def test_a_place_of_which_nothing_is_known_for_weeks_is_not_ready_however_much_is_logged_of_others(cast: Cast) -> None:
    confirms(cast, KNEE, on=0)
    logs_well(cast, *range(1, 22))
    for n in range(22, 30):
        cast.ana_sends(logs({"left-foot": 1}, n, no_other_pain=False))
    assert ready_on(cast) is None and not is_ready_on_the_page(cast, 29)


def test_nothing_waits_for_a_patient_who_left(cast: Cast) -> None:
    confirms(cast, KNEE, on=0)
    logs_well(cast, *range(1, 22))
    with cast.session() as session:
        viewer = cast.viewer_of(cast.boris)
        people.set_state(session, viewer, cast.ana.id, PatientState.DISCHARGED, "went abroad", at(21))
        shown = worklist.worklist(session, viewer, at(21, 30))
    assert shown.own == []
    logs_well(cast, 22)
    assert ready_on(cast) is None


def test_of_strengthening_it_also_needs_exercises_checks_and_a_questionnaire(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    confirms(cast, KNEE, on=0)
    move(cast, KNEE, STRENGTH, on=1, reason="moved for the story")
    writes(cast, Questionnaire("lefs", "1999", tuple(Answer(n, 4) for n in range(1, 21))), on=2)
    asked = ("wall-squat", "mini-squat", "step-down", "straight-leg-raise", "bridges", "calf-raise")
    for n in range(2, 33):
        done = [sent(ExerciseReport(each), n) for each in asked] if n < 20 or n > 26 else []
        cast.ana_sends(mornings({KNEE: 1}, n), *done)
    for item in ("stands-on-one-leg-10-s", "single-leg-mini-squats-10", "stairs"):
        tend(cast, KNEE, act(Act.CHECK, item=item), on=32)
    assert ready_on(cast) is None and not is_ready_on_the_page(cast, 32)
    for n in range(33, 41):
        cast.ana_sends(mornings({KNEE: 1}, n), *(sent(ExerciseReport(each), n) for each in asked))
    assert ready_on(cast) and is_ready_on_the_page(cast, 40)
    found = row(cast, 40).ready
    assert found and found.target == RETURN


def test_list_and_page_agree_on_each_day_of_a_long_story(sqlite_cast: Cast) -> None:
    cast, seen = sqlite_cast, set()
    confirms(cast, KNEE, on=0)
    for first in range(1, 111, 10):
        cast.ana_sends(*(mornings({KNEE: 4, "left-foot": n % 40 // 36 * 4}, n) for n in range(first, first + 10)))
    for n in range(111, 160):
        if n == 125:
            move(cast, KNEE, GAIT, on=n)
        if n % 11 not in (3, 4, 5):
            cast.ana_sends(mornings({KNEE: 3 if n % 23 == 0 else 1}, n))
            told = ready_on(cast) is not None
            assert told == is_ready_on_the_page(cast, n), n
            seen.add(told)
    assert seen == {True, False}
