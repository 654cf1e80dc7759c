"""How loudly alerts are told: as the next round of a closed one, seldom when they come and go, not beside a louder."""

from datetime import timedelta

import pytest

from rehab_tracker.domain.alert import Rule
from rehab_tracker.domain.alert_life import HUSHED_FOR
from rehab_tracker.domain.closing import AlertOutcome
from rehab_tracker.domain.deadline import deadline
from rehab_tracker.services import deadlines
from rehab_tracker.services.clinics import calendar_of
from rehab_tracker.services.closing import close
from rehab_tracker.storage.alerts import Alert
from tests.cast import at, logs
from tests.domain.diary import day

HIP = ("sudden-severe-pain", "left-hip")


def closes(cast, alert, now):
    with cast.session() as session:
        return close(session, cast.viewer_of(cast.nuno), alert.id, AlertOutcome.OVERLOAD, "seen", None, now)


# The next round


def test_what_comes_within_two_weeks_of_a_closing_goes_on_from_it(cast):
    cast.records("right-knee")
    cast.ana_logs({"left-hip": 7}, 1)
    first = cast.alert(*HIP)
    closes(cast, first, at(1, 30))
    cast.ana_logs({"left-hip": 7}, 15)
    second = cast.alert(*HIP)
    assert (second.reopens, second.state, first.reopens) == (first.id, "open", None)


def test_what_comes_later_is_a_new_story(cast):
    cast.records("right-knee")
    cast.ana_logs({"left-hip": 7}, 1)
    closes(cast, cast.alert(*HIP), at(1, 30))
    cast.ana_logs({"left-hip": 7}, 16)
    assert cast.alert(*HIP).reopens is None and len(cast.rows(Alert)) == 2


# Coming and going


def comes_and_goes(cast, times):
    cast.records("right-knee")
    item = cast.ana_logs({"left-hip": 7}, 1)
    for number in range(times):
        worse = number % 2 == 1
        again = logs({"left-hip": 7 if worse else 0}, 1, id=item.id, rev=number + 2)
        cast.ana_sends(again, now=at(1, 10 * (number + 1)))
    return [a for a in cast.rows(Alert) if (a.rule, a.subject) == HIP]


def test_what_came_and_went_three_times_is_told_like_any_other(cast):
    found = comes_and_goes(cast, 6)
    assert len(found) == 4 and cast.alert(*HIP).quiet_until is None


def test_the_fifth_time_in_two_weeks_it_is_told_once_a_day_at_most(cast):
    found = sorted(comes_and_goes(cast, 8), key=lambda alert: alert.raised_at)
    assert [alert.state for alert in found] == ["superseded"] * 4 + ["open"]
    assert found[-1].quiet_until == found[-2].raised_at + timedelta(days=1)


def test_an_urgent_one_is_due_as_ever_however_often_it_came(cast):
    comes_and_goes(cast, 8)
    alert = cast.alert(*HIP)
    with cast.session() as session:
        hours = calendar_of(session, cast.porto.id)
    assert (alert.level, alert.is_quiet(alert.raised_at)) == ("urgent", False)
    assert alert.deadline_at == deadline(alert.level, False, alert.raised_at, hours)


def test_a_known_place_that_comes_and_goes_is_quiet_too(cast):
    cast.records("left-knee")
    flare(cast, on=(12, 13))
    item = cast.ana_logs({"left-knee": 6}, 14)
    for number in range(8):
        again = logs({"left-knee": 6 if number % 2 else 0}, 14, id=item.id, rev=number + 2)
        cast.ana_sends(again, now=at(14, 10 * (number + 1)))
    found = sorted((a for a in cast.rows(Alert) if a.rule == "known-site-flare"), key=lambda alert: alert.raised_at)
    assert [alert.state for alert in found] == ["superseded"] * 4 + ["open"]
    assert found[-1].quiet_until == found[-2].raised_at + timedelta(days=1)


# Beside a louder one


def flare(cast, place="left-knee", on=(12, 13, 14)):
    """The known left knee hurts more for three days, after two quiet weeks."""
    for number in range(1, on[0]):
        cast.ana_logs({place: 1}, number)
    for number in on:
        cast.ana_logs({place: 6}, number)
    return next((a for a in cast.rows(Alert) if (a.rule, a.subject) == ("known-site-flare", place)), None)


@pytest.fixture
def known(cast):
    """Ana's left knee is known."""
    cast.records("left-knee")
    return cast


def test_more_pain_in_a_known_place_is_kept_quiet_for_48_hours_beside_a_new_one_of_the_same_leg(known):
    known_flare = flare(known)
    assert known_flare.quiet_until is None
    known.ana_logs({"left-knee": 6, "left-hip": 8}, 15)
    loud = known.alert(*HIP)
    quiet = known.alert("known-site-flare", "left-knee")
    assert quiet.quiet_until == loud.raised_at + HUSHED_FOR
    assert quiet.is_quiet(at(16)) and not quiet.is_quiet(at(17, 1))
    assert quiet.deadline_at is None or quiet.deadline_at >= quiet.quiet_until


def test_a_flare_that_comes_after_the_louder_one_is_quiet_as_long(known):
    known.ana_logs({"left-hip": 8}, 13)
    assert flare(known).quiet_until == known.alert(*HIP).raised_at + HUSHED_FOR


def test_another_leg_or_an_arm_hushes_nothing(known):
    flare(known)
    known.ana_logs({"left-knee": 6, "right-hip": 8, "left-wrist": 8}, 15)
    assert known.alert("known-site-flare", "left-knee").quiet_until is None


@pytest.mark.parametrize("how", ["withdrawn", "closed"])
def test_when_the_louder_one_ends_the_flare_is_told_again(known, how):
    flare(known)
    item = known.ana_logs({"left-knee": 6, "left-hip": 8}, 15)
    if how == "closed":
        closes(known, known.alert(*HIP), at(15, 30))
    else:
        known.ana_sends(logs({"left-knee": 6, "left-hip": 0}, 15, id=item.id, rev=2), now=at(15, 30))
    assert known.alert("known-site-flare", "left-knee").quiet_until is None


@pytest.mark.parametrize("ends", [False, True])
def test_what_a_silence_made_due_sooner_stays_so_when_it_is_kept_quiet_or_told_again(known, ends):
    alert = flare(known)
    sooner = alert.deadline_at - timedelta(hours=2)
    with known.session() as session:
        row = session.get_one(Alert, (known.porto.id, alert.id))
        row.silent_since = day(14)
        deadlines.shorten(session, row, sooner)
        session.commit()
    item = known.ana_logs({"left-knee": 6, "left-hip": 8}, 15)
    hushed = known.alert("known-site-flare", "left-knee")
    assert hushed.quiet_until and hushed.deadline_at == sooner
    if ends:
        known.ana_sends(logs({"left-knee": 6, "left-hip": 0}, 15, id=item.id, rev=2), now=at(15, 30))
        told = known.alert("known-site-flare", "left-knee")
        assert told.quiet_until is None and told.deadline_at == sooner


def test_what_stands_does_not_depend_on_which_of_the_two_came_first(known):
    entries = [logs({"left-knee": 1}, number) for number in range(1, 12)]
    entries += [logs({"left-knee": 6}, number) for number in (12, 13)]
    last = [logs({"left-knee": 6, "left-hip": 8}, 14)]
    known.sends(known.ana, *last, now=at(14))
    known.sends(known.ana, *entries, now=at(14, 5))
    rules = {alert.rule for alert in known.rows(Alert) if alert.state == "open"}
    assert {Rule.KNOWN_SITE_FLARE, Rule.SUDDEN_SEVERE_PAIN} <= rules
    assert known.alert("known-site-flare", "left-knee").first_for_date == day(14)
    assert known.alert("known-site-flare", "left-knee").quiet_until == at(14) + HUSHED_FOR
