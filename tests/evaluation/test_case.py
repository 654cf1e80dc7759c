"""The published case, replayed: a right knee that settles, and at three months a new left knee and a new left foot."""

import json
from datetime import date, datetime, time, timedelta

import pytest

from rehab_tracker.domain.criterion import Checked, DaysSince
from rehab_tracker.domain.entry import Entry
from rehab_tracker.domain.history import History
from rehab_tracker.domain.limb import limit_spans
from rehab_tracker.domain.plan import Turn
from rehab_tracker.domain.plan_run import run
from rehab_tracker.domain.plan_story import PlanStory
from rehab_tracker.domain.proposal import Facts, proposal
from rehab_tracker.domain.recorded import LimitOrder, Recorded
from rehab_tracker.evaluation.case import DAY_ZERO, LAST_DAY, case_lines
from rehab_tracker.evaluation.events import patients, received
from rehab_tracker.evaluation.replay import alert_lines, replay

MONTH_THREE = range(88, 121)


@pytest.fixture(scope="module")
def alerts():
    [patient] = patients(case_lines())
    return [json.loads(line) for line in alert_lines(patient)]


def day_of(text):
    return (date.fromisoformat(text) - DAY_ZERO).days


def lines_for(alerts, place):
    return [alert for alert in alerts if alert["site"] == place]


@pytest.mark.parametrize("place", ["left-knee", "left-foot"])
def test_each_new_site_is_raised_in_month_three_and_is_urgent_by_what_lies_around_it(alerts, place):
    """The left knee is the other side of the settled right one, and the left foot hurts in the same week."""
    found = lines_for(alerts, place)
    assert [(a["rule"], a["level"]) for a in found] == [("new-site-pain", "urgent")]
    assert all(day_of(a["date"]) in MONTH_THREE and a["late_days"] == 0 for a in found)


@pytest.mark.parametrize("place", ["left-knee", "left-foot"])
def test_each_alert_brings_its_evidence_and_one_reason(alerts, place):
    for alert in lines_for(alerts, place):
        assert len(alert["evidence"]) >= 4
        assert all(e["site"] == place and e["value"] >= 1 for e in alert["evidence"])
        assert all(day_of(e["for_date"]) in MONTH_THREE for e in alert["evidence"])
        assert alert["reason"].count("Please review.") == 1
        assert alert["reason"].startswith(place.replace("-", " ").capitalize())


def test_the_settling_right_knee_and_the_sore_shoulder_raise_nothing(alerts):
    assert {alert["site"] for alert in alerts} == {"left-knee", "left-foot"}


def test_the_case_needs_no_other_rule(alerts):
    assert {alert["rule"] for alert in alerts} == {"new-site-pain"}


def test_two_months_into_the_case_nobody_need_look():
    [patient] = patients(case_lines(last=60))
    assert replay(patient) == []


def test_the_first_days_show_no_future():
    lines = list(case_lines(last=30))
    assert all(json.loads(line).get("recorded_at", "")[:10] <= str(DAY_ZERO + timedelta(days=30)) for line in lines)
    assert len(list(case_lines())) > len(lines)


def test_a_demo_can_put_the_case_on_any_day():
    start = date(2027, 3, 1)
    [patient] = patients(case_lines(start))
    assert {(r.raised_on - start).days in MONTH_THREE for r in replay(patient)} == {True}
    assert patient.enrolled_on == start


def test_the_file_says_that_its_scores_are_made_up():
    assert all("made-up" in json.loads(line)["patient"] for line in case_lines())


def test_some_days_are_unknown_and_no_entry_has_an_impossible_clock():
    [patient] = patients(case_lines())
    logged = {e.for_date for e in patient.events if getattr(e, "kind", None) == "pain"}
    assert 0 < LAST_DAY + 1 - len(logged) < 40
    assert all(getattr(e, "fault", None) is None for e in patient.events)


# The protocol


def courses(until=LAST_DAY):
    """Return the plans as they stand on the morning of a day at half past ten, before the clinicians of that day."""
    [patient] = patients(case_lines())
    morning = datetime.combine(DAY_ZERO + timedelta(days=until), time(10, 30), patient.zone)
    events = [e for e in patient.events if until == LAST_DAY or received(e) < morning]
    story, orders = PlanStory(), []
    for each in (e for e in events if isinstance(e, Recorded)):
        story.take(each)
        if isinstance(each.what, LimitOrder):
            orders.append((each.what.limb, each.what.limit, each.on))
    history = History([e for e in events if isinstance(e, Entry)], patient.zone)
    return {str(c.plan.site): c for c in run(story.plans, history, morning.date(), orders)}, orders


@pytest.fixture(scope="module")
def ended():
    return courses()


def phases(course):
    """Return on which day each phase began."""
    began = {}
    for each in course.days:
        began.setdefault(str(each.rung.phase), (each.day - DAY_ZERO).days)
    return began


RIGHT, LEFT, TOES = "right-knee.medial-femoral-condyle", "left-knee.medial-femoral-condyle", "left-foot.forefoot"


def test_its_phases_replay_three_weeks_of_partial_weight_then_gait_then_strength(ended):
    found, _ = ended
    assert phases(found[RIGHT]) == {
        "partial-weight-bearing": 7, "gait-training": 28, "strengthening": 49, "return-and-surveillance": 133,
    }  # fmt: skip


@pytest.mark.parametrize("place", [LEFT, TOES])
def test_the_two_plans_of_the_left_side_start_in_month_three_and_go_the_same_way(ended, place):
    found, _ = ended
    assert found[place].plan.started_on - DAY_ZERO == timedelta(days=105) and 105 in MONTH_THREE
    assert list(phases(found[place]).values()) == [105, 126, 147, 231]


def test_the_plan_of_the_right_knee_stays_where_it_was_meanwhile(ended):
    found, _ = ended
    during = [each for each in found[RIGHT].days if (each.day - DAY_ZERO).days in range(100, 133)]
    assert {(str(each.rung.phase), each.is_held) for each in during} == {("strengthening", False)}
    assert not found[RIGHT].pauses


def test_the_limits_of_each_leg_are_those_of_its_plans(ended):
    found, orders = ended
    spans = limit_spans(list(found.values()), orders, DAY_ZERO, DAY_ZERO + timedelta(days=LAST_DAY))
    told = {
        limb: [((first - DAY_ZERO).days, (last - DAY_ZERO).days, f"{limit.grade} {limit.percent or ''}".strip())
               for first, last, limit in own]
        for limb, own in spans.items()
    }  # fmt: skip
    assert told["right-leg"] == [
        (7, 27, "PWB 30"), (28, 34, "PWB 50"), (35, 41, "PWB 75"), (42, 132, "WBAT"), (133, 275, "FWB"),
    ]  # fmt: skip
    assert told["left-leg"] == [
        (7, 104, "FWB"), (105, 125, "PWB 30"), (126, 132, "PWB 50"), (133, 139, "PWB 75"), (140, 230, "WBAT"),
        (231, 275, "FWB"),
    ]  # fmt: skip


def test_nothing_regresses_and_nothing_asks_about_both_legs(ended):
    found, _ = ended
    turns = {change.turn for course in found.values() for change in course.changes}
    assert Turn.REGRESS not in turns and not any(course.reviews for course in found.values())


def test_all_places_are_resolved_and_all_plans_ended_on_the_last_day(ended):
    found, _ = ended
    assert {(course.ended_on - DAY_ZERO).days for course in found.values()} == {LAST_DAY}


STEPS = [(RIGHT, 7 + n) for n in (21, 28, 35, 42)] + [(place, 105 + n) for place in (LEFT, TOES) for n in (21, 28, 35)]


@pytest.mark.parametrize(("place", "day"), STEPS)
def test_every_score_that_the_protocol_asks_for_is_met_before_a_plan_is_moved(place, day):
    found, orders = courses(day)
    offered = proposal(found[place], found.values(), DAY_ZERO + timedelta(days=day), Facts(), orders)
    assert not offered.blockers
    assert {type(met.criterion) for met in offered.criteria if not met.is_met} <= {Checked}
    assert offered.is_ready or day == 49


def test_a_day_before_three_weeks_are_over_nothing_is_proposed():
    found, orders = courses(27)
    offered = proposal(found[RIGHT], found.values(), DAY_ZERO + timedelta(days=27), Facts(), orders)
    assert [type(met.criterion) for met in offered.criteria if not met.is_met] == [DaysSince]
