"""The published case, replayed: a right knee that settles, and at three months a new left knee and a new left foot."""

import json
from datetime import date, timedelta

import pytest

from rehab_tracker.evaluation.case import DAY_ZERO, LAST_DAY, case_lines
from rehab_tracker.evaluation.events import patients
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
def test_each_new_site_is_raised_in_month_three_and_becomes_urgent(alerts, place):
    found = lines_for(alerts, place)
    assert [(a["rule"], a["level"]) for a in found] == [("new-site-pain", "soon"), ("new-site-pain", "urgent")]
    assert all(day_of(a["date"]) in MONTH_THREE and a["late_days"] == 0 for a in found)


@pytest.mark.parametrize("place", ["left-knee", "left-foot"])
def test_each_alert_brings_its_evidence_and_one_reason(alerts, place):
    for alert in lines_for(alerts, place):
        assert len(alert["evidence"]) >= 4
        assert all(e["site"] == place and e["value"] >= 3 for e in alert["evidence"])
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
