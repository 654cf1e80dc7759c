"""Ana's file is replayed: every rule asked after every line, as if it had just come in."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rehab_tracker.domain.clinic import RuleSettings
from rehab_tracker.domain.entry import Entry, Kind
from rehab_tracker.domain.history import History
from rehab_tracker.domain.involvement import KnownSites
from rehab_tracker.domain.recorded import Recorded
from rehab_tracker.domain.review import review
from rehab_tracker.evaluation.replay import NEEDS, Rule, alert_lines, replay, skipped_rules
from tests.evaluation.lines import RIGHT_KNEE, pain, read, red_flags, without


def day(number):
    return (date(2026, 1, 5) + timedelta(days=number)).isoformat()


def raised(*lines):
    """Return rule, level, subject, day of raising and lateness of each alert, in order; silence apart."""
    return [alert for alert in with_silence(*lines) if alert[0] is not Rule.NOT_LOGGING]


def with_silence(*lines):
    first = date(2026, 1, 5)
    return [
        (r.verdict.rule, r.verdict.level, r.verdict.subject, (r.raised_on - first).days, r.late_days)
        for r in replay(read(RIGHT_KNEE, *lines))
    ]


def test_silence_is_raised_at_the_midnights_up_to_the_last_line():
    silent = ("not-logging", "soon", "whole-body")
    assert with_silence(*aching(1, 2, worst=0), pain(day(5), worst=0)) == []
    assert with_silence(*aching(1, 2, worst=0), pain(day(6), worst=0)) == [(*silent, 6, 0)]
    assert with_silence(*aching(1, 2, worst=0), red_flags(day(40), "fever"))[0] == (*silent, 6, 0)


def aching(*numbers, worst=3, place="left-knee"):
    return [pain(day(n), place, worst) for n in numbers]


def test_the_alert_is_raised_on_the_day_that_completes_it():
    mild = aching(1, 2, worst=2)
    assert raised(*mild, *aching(3, 4, 5)) == [("new-site-pain", "soon", "left-knee", 5, 0)]


def test_more_of_the_same_is_no_news():
    assert len(raised(*aching(1, 2, 3, 4), *aching(5, 6, 7, worst=0), *aching(8))) == 1


def test_a_rise_of_level_is_another_line():
    assert [(level, on) for _, level, _, on, _ in raised(*aching(*range(1, 12)))] == [("info", 4), ("urgent", 5)]


def test_a_fall_of_level_is_not():
    assert [level for _, level, *_ in raised(*aching(1, 2, 3, worst=6), *aching(*range(4, 15)))] == ["urgent"]


@pytest.mark.parametrize(("again", "alerts"), [(17, 1), (18, 1), (19, 2)])
def test_an_alert_ends_after_14_days_without_qualifying_data(again, alerts):
    flags = [red_flags(day(4), "fever"), red_flags(day(again), "fever")]
    assert len(raised(*flags)) == alerts


def test_each_qualifying_day_makes_an_alert_last_longer():
    assert len(raised(*[red_flags(day(n), "fever") for n in (1, 15, 29, 43)])) == 1


def test_a_late_entry_raises_on_the_day_it_comes_and_says_how_late():
    scores = enumerate((2, 2, 4, 4, 4), start=1)
    late = [pain(day(n), worst=x, received_at=f"{day(9)}T08:00:00+00:00") for n, x in scores]
    assert raised(*late) == [("new-site-pain", "soon", "left-knee", 9, 4)]


def test_the_entry_that_completes_an_alert_may_be_the_oldest():
    late = pain(day(1), worst=2, received_at=f"{day(7)}T08:00:00+00:00")
    assert raised(*aching(2, worst=2), *aching(3, 4, 5), late) == [("new-site-pain", "soon", "left-knee", 7, 2)]


def test_the_day_of_raising_is_the_patients_own():
    line = red_flags(day(1), "fever", recorded_at="2026-07-05T23:30:00Z")
    *_, alert = replay(read(line))
    assert alert.raised_on == date(2026, 7, 6)


def test_a_red_flag_of_an_entry_in_quarantine_is_raised_on_receipt():
    before_enrolment = red_flags("2025-10-01", "fever", received_at=f"{day(3)}T08:00:00+00:00")
    from_the_future = red_flags("2030-01-01", "calf-swelling", received_at=f"{day(4)}T08:00:00+00:00")
    assert raised(before_enrolment, from_the_future) == [
        ("red-flag", "urgent", "fever", 3, 0),
        ("red-flag", "urgent", "calf-swelling", 4, 0),
    ]


def test_a_red_flag_withdrawn_before_it_arrived_is_raised_too():
    own = {"id": "019b8e3c-7d2a-7c1e-9f00-3b6a2d9c4e11"}
    withdrawn = red_flags(day(2), "fever", **own, rev=2, withdrawn=True)
    assert [alert[2] for alert in raised(withdrawn)] == ["fever"]
    created_late = red_flags(day(2), "fever", **own, received_at=f"{day(5)}T08:00:00+00:00")
    assert raised(without(withdrawn, "flags"), created_late) == [("red-flag", "urgent", "fever", 5, 3)]


def test_withdrawing_a_flag_or_a_day_takes_no_line_back():
    own = {"id": "019b8e3c-7d2a-7c1e-9f00-3b6a2d9c4e11"}
    gone = {**without(pain(day(5), **own, rev=2, withdrawn=True), "scores", "no_other_pain")}
    assert raised(*aching(1, 2, 3), pain(day(4), **own), gone) == raised(*aching(1, 2, 3, 4))


def test_a_second_copy_of_a_line_changes_nothing():
    lines = aching(1, 2, 3, 4, 5)
    assert raised(*lines, *lines) == raised(*lines)


def test_a_place_recorded_as_involved_raises_no_more():
    found = {**RIGHT_KNEE, "site": "left-knee", "recorded_at": f"{day(5)}T09:00:00+00:00"}
    assert raised(*aching(2, 3, 4), found, *aching(5, 6, 7)) == []
    assert raised(*aching(2, 3, 4, 5, 6, 7))


def test_declared_long_standing_pain_is_taken_into_account():
    usual = {**without(RIGHT_KNEE, "status"), "event": "chronic-pain", "site": "neck", "usual_pain": 2}
    assert raised(usual, *aching(1, 2, 3, 4, place="neck")) == []
    assert raised(*aching(1, 2, 3, 4, place="neck"))


def test_without_any_involvement_it_says_that_none_is_recorded():
    [alert] = replay(read(*aching(1, 2, 3, 4, 5)))
    assert (alert.verdict.rule, alert.verdict.subject, alert.verdict.site) == ("no-site-recorded", "whole-body", None)


def test_other_settings_give_other_alerts():
    lines = [RIGHT_KNEE, *aching(1, 2, 3)]
    assert not replay(read(*lines))
    assert len(replay(read(*lines), RuleSettings(persistent_days=3))) == 1


@pytest.mark.parametrize("year", ["0001-01", "9999-12"])
def test_the_ends_of_the_calendar_are_no_crash(year):
    lines = [
        *[red_flags(f"{year}-{n:02}", "fever") for n in (2, 4)],
        *[pain(f"{year}-{n:02}", worst=9) for n in (2, 3, 4, 5, 6)],
    ]
    assert replay(read({**RIGHT_KNEE, "recorded_at": f"{year}-02T00:00:00Z"}, *lines))


NUMBERS = st.integers(1, 20)
LINES = st.lists(
    st.builds(
        lambda n, late, place, worst: pain(day(n), place, worst, received_at=f"{day(n + late)}T21:00:00+00:00"),
        NUMBERS, st.integers(0, 8), st.sampled_from(["left-knee", "right-knee", "left-hip"]), st.integers(0, 9),
    ),
    max_size=15,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(LINES)
def test_every_alert_that_stands_in_the_end_was_raised_and_at_that_level(lines):
    """Edits apart, what a whole review finds has come out of the replay, whenever the lines came in."""
    patient = read(RIGHT_KNEE, *lines)
    entries = [e for e in patient.events if isinstance(e, Entry)]
    known = KnownSites([e.what for e in patient.events if isinstance(e, Recorded)])
    told = [(r.verdict.rule, r.verdict.subject, r.verdict.level) for r in replay(patient)]
    for verdict in review(History(entries, patient.zone, known, enrolled_on=patient.enrolled_on)):
        levels = [level.rank for rule, subject, level in told if (rule, subject) == (verdict.rule, verdict.subject)]
        assert max(levels, default=-1) >= verdict.level.rank


# Skipped rules


def test_a_rule_whose_input_never_occurs_is_skipped_and_named():
    assert skipped_rules([Kind.PAIN]) == [Rule.RED_FLAG, Rule.OVER_LIMIT, Rule.EXERCISE_PAIN]
    assert set(skipped_rules([Kind.RED_FLAGS])) == set(Rule) - {Rule.RED_FLAG, Rule.PHASE_REVIEW}
    assert skipped_rules(Kind) == []
    assert set(skipped_rules([Kind.EXERCISE])) == set(Rule) - {Rule.EXERCISE_PAIN}
    assert set(skipped_rules([])) == set(NEEDS) == set(Rule)


# Plans

WALKS = {"event": "phase", "patient": "P1", "site": "right-knee", "phase": "gait-training", "step": 2}
LEFT_KNEE = {**RIGHT_KNEE, "site": "left-knee"}


def at(line, number):
    return {**line, "recorded_at": f"{day(number)}T09:00:00+00:00"}


def test_a_setback_while_the_other_leg_is_unloaded_is_a_question_about_the_phase():
    bad = pain(day(30), "right-knee", 6)
    assert raised(at(WALKS, 22), at(LEFT_KNEE, 29), bad) == [("phase-review", "soon", "right-knee", 30, 0)]
    assert raised(at(LEFT_KNEE, 29), bad) == raised(at(WALKS, 22), bad) == []


def test_prescriptions_and_holds_raise_nothing():
    order = {"event": "prescription", "patient": "P1", "exercise": "walking", "sites": ["right-knee"], "minutes": 30}
    rest = {"event": "hold", "patient": "P1", "scope": "patient", "reason": "illness"}
    lines = aching(1, 2, 3, 4)
    assert raised(*lines, at(order, 2), at(rest, 3)) == raised(*lines)


def test_a_phase_review_line_says_what_it_rests_on():
    lines = read(RIGHT_KNEE, at(WALKS, 22), at(LEFT_KNEE, 29), pain(day(30), "right-knee", 6))
    *_, line = map(json.loads, alert_lines(lines))
    assert (line["rule"], line["level"], line["site"], line["date"]) == ("phase-review", "soon", "right-knee", day(30))
    assert line["reason"] and "%" not in line["reason"]
    assert [(e["site"], e["field"], e["value"]) for e in line["evidence"]] == [("right-knee", "on_loading", 6)]


# Lines


def test_an_alert_line_says_everything():
    [line] = alert_lines(read(RIGHT_KNEE, *aching(1, 2, 3, 4)))
    assert json.loads(line) == {
        "patient": "P1",
        "rule": "new-site-pain",
        "rule_version": 4,
        "level": "info",
        "site": "left-knee",
        "area": None,
        "date": day(4),
        "late_days": 0,
        "reason": "Left knee: pain 3 or more on 4 of the last 4 logged days (3, 3, 3, 3). "
        "This place is not in the plan. Please review. Possible overload: the other leg has a weight limit.",
        "evidence": [
            {
                "for_date": day(n),
                "recorded_at": f"{day(n)}T20:10:00+00:00",
                "site": "left-knee",
                "field": "on_loading",
                "value": 3,
            }
            for n in (1, 2, 3, 4)
        ],
    }


def test_a_red_flag_has_no_site_and_a_new_part_names_its_part():
    [flag] = map(json.loads, alert_lines(read(red_flags(day(1), "fever"))))
    assert (flag["site"], flag["area"], flag["evidence"][0]["value"]) == (None, None, "fever")
    forefoot = {**RIGHT_KNEE, "site": "left-foot.forefoot"}
    heel = [{"site": "left-foot", "area": "heel", "at_rest": 3}]
    [part] = map(json.loads, alert_lines(read(forefoot, *[pain(day(n), scores=heel) for n in (1, 2, 3, 4)])))
    assert (part["rule"], part["site"], part["area"]) == ("new-compartment-pain", "left-foot.hindfoot", "heel")
