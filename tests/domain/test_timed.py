"""What time alone tells of Ana: that she is silent. Of pain that may be soreness it tells nothing."""

from datetime import datetime, time

import pytest

from rehab_tracker.domain.alert import Rule
from rehab_tracker.domain.arrival import Arrivals, arising
from rehab_tracker.domain.clinic import DEFAULT_RULES, RuleSettings
from rehab_tracker.domain.entry import Entry
from rehab_tracker.domain.exercise import ExerciseReport
from rehab_tracker.domain.pain import Feel, PainReading, PainScore
from rehab_tracker.domain.protocol import Phase, Rung
from rehab_tracker.domain.recorded import LimitOrder
from rehab_tracker.domain.site import Limb, site
from rehab_tracker.domain.weight_bearing import Grade, WeightLimit
from tests.domain.diary import LISBON, day, entry, flags, hurts, pain
from tests.domain.staff import moved, recorded, status

KNEE = "right-knee.medial-femoral-condyle"
STRENGTHENING = Rung(Phase.STRENGTHENING)
SPINE = status(0, "lumbar-spine", "suspected")
"""A suspected place has no plan: nothing is restricted, and she is asked daily."""


def came(pieces):
    received = [(p.received_at if isinstance(p, Entry) else p.at, p) for p in pieces]
    return sorted(received, key=lambda piece: piece[0])


def told(*pieces, rule=Rule.NOT_LOGGING, enrolled_on=None):
    """Return the level, day of raising and key of each alert of a rule."""
    found = arising(came(pieces), LISBON, enrolled_on=enrolled_on)
    return [
        (str(r.verdict.level), (r.raised_on - day(0)).days, r.verdict.key.partition(".")[2])
        for r in found
        if r.verdict.rule is rule
    ]


def log(*numbers):
    return [pain(n) for n in numbers]


def holding(*pieces, rule=Rule.NOT_LOGGING):
    """Return the midnights for which a rule has a verdict in the end."""
    arrivals = Arrivals(LISBON)
    for at, piece in came(pieces):
        arrivals.take(piece, at)
    return [(v.for_date - day(0)).days for v in arrivals.verdicts if v.rule is rule]


# Silence


def test_a_silence_begins_as_info_and_is_soon_after_a_week():
    assert told(SPINE, *log(1, 4)) == []
    assert told(SPINE, *log(1, 5)) == [("info", 5, "silent")]
    assert told(SPINE, *log(1, 9)) == [("info", 5, "silent"), ("soon", 9, "silent")]


def test_it_is_raised_at_the_midnight_of_her_own_place():
    [raised] = [r for r in arising(came([SPINE, *log(1, 5)]), LISBON) if r.verdict.rule is Rule.NOT_LOGGING]
    assert raised.raised_at == datetime.combine(day(5), time(), LISBON)
    assert (raised.late_days, raised.verdict.for_date) == (0, day(5))


def test_who_has_a_limb_restricted_is_missed_at_once():
    assert told(status(0, KNEE, "confirmed"), *log(1, 9)) == [("soon", 5, "silent")]
    order = recorded(0, LimitOrder(Limb.LEFT_LEG, WeightLimit(Grade.PWB, 50)))
    assert told(SPINE, order, *log(1, 9)) == [("soon", 5, "silent")]


def test_a_limit_given_in_a_silence_lifts_it_at_the_next_midnight():
    order = recorded(6, LimitOrder(Limb.LEFT_LEG, WeightLimit(Grade.PWB, 50)))
    assert told(SPINE, *log(1, 9), order) == [("info", 5, "silent"), ("soon", 7, "silent")]


@pytest.mark.parametrize(("flagged", "level"), [(1, "soon"), (-9, "soon"), (-10, "info")])
def test_an_alert_of_another_rule_within_14_days_makes_it_soon(flagged, level):
    assert told(flags(flagged, "fever"), SPINE, *log(1, 5)) == [(level, 5, "silent")]


def test_a_silence_of_40_days_is_one_alert_and_lasts_until_she_logs():
    assert told(SPINE, *log(1, 42)) == [("info", 5, "silent"), ("soon", 9, "silent")]
    assert told(SPINE, *log(1, 42, 47)) == told(SPINE, *log(1, 42))
    assert told(SPINE, *log(1, 42, *range(43, 57), 60))[2:] == [("info", 60, "silent")]


def test_who_never_logged_is_missed_from_enrolment_on_if_anybody_knows_when_that_was():
    assert told(SPINE, recorded(9, LimitOrder(Limb.LEFT_LEG, WeightLimit(Grade.FWB)))) == []
    later = recorded(9, LimitOrder(Limb.LEFT_LEG, WeightLimit(Grade.FWB)))
    assert told(SPINE, later, enrolled_on=day(0)) == [("info", 3, "never"), ("soon", 7, "never")]


def test_a_late_entry_for_a_day_of_the_silence_takes_its_verdicts_back_and_tells_nothing():
    late = entry(4, PainReading((), True), received_on=8)
    assert holding(SPINE, *log(1), flags(8, "fever")) == [5, 6, 7, 8]
    assert holding(SPINE, *log(1), late) == [8]
    assert told(SPINE, *log(1), late) == [("info", 5, "silent")]


def test_a_withdrawn_log_is_none_and_the_silence_is_told_at_the_next_midnight():
    gone = entry(4, None, name="pain 4", rev=2, withdrawn=True, received_on=6)
    assert holding(SPINE, *log(1, 4), gone) == [5, 6]
    assert told(SPINE, *log(1, 4), gone) == []
    assert told(SPINE, *log(1, 4), gone, *log(7)) == [("info", 7, "silent")]


def test_what_was_never_told_makes_no_alert_last_that_loses_one_of_its_midnights():
    put_right = entry(6, PainReading((), True), rev=2, received_on=33)
    gone = [entry(n, None, name=f"pain {n}", rev=2, withdrawn=True, received_on=32) for n in range(13, 24)]
    story = [SPINE, *(pain(n, name=f"pain {n}") for n in (1, *range(10, 33)))]
    before = told(*story)
    assert before == [("info", 5, "silent"), ("soon", 9, "silent")]
    for late in ([], [put_right]):
        assert told(*story, *gone, *late, *log(40)) == [*before, ("info", 36, "silent"), ("soon", 40, "silent")]


def test_a_silence_is_looked_at_for_a_year():
    years = flags(2000, "fever")
    assert holding(SPINE, *log(1), years)[-1] == 367


# Below the daily rhythm

STRONG = [status(0, KNEE, "confirmed"), moved(0, KNEE, STRENGTHENING, 10)]
CALM = log(*range(1, 21))


def test_who_is_asked_three_times_a_week_is_missed_later():
    """Day 0 is a Monday: after Sunday the 20th she is asked on the 21st, 23rd and 25th."""
    assert told(*STRONG, *CALM, *log(25)) == []
    assert told(*STRONG, *CALM, *log(26)) == [("info", 26, "silent")]


def test_pain_in_a_quiet_place_below_the_daily_rhythm_makes_3_days_without_a_log_soon():
    hurt = pain(20, hurts("left-hip", 3))
    assert told(*STRONG, *CALM[:-1], hurt, *log(23)) == []
    assert told(*STRONG, *CALM[:-1], hurt, *log(24)) == [("soon", 24, "after-pain")]


def test_after_it_she_is_asked_daily_for_14_days():
    hurt = pain(20, hurts("left-hip", 3))
    assert told(*STRONG, *CALM[:-1], hurt, *log(21, 25)) == [("info", 25, "silent")]


# Soreness: the first calf raises, and both calves ache

LOOK_EARLY = RuleSettings(sum_from=9, persistent_urgent_days=7)
"""With these numbers muscle pain of 4 is soon within its week, and may still be called soreness."""


def calves(*numbers):
    """Return days on which the left calf aches by 4, and the right one by 2."""
    sides = (("left-shin", 4), ("right-shin", 2))
    scores = tuple(PainScore(site(place), on_loading=x, feel=Feel.MUSCLE) for place, x in sides)
    return [entry(n, PainReading(scores, True)) for n in numbers]


FIRST_RAISES = [*log(*range(-10, 0)), SPINE, entry(1, ExerciseReport("calf-raise", done_sets=3, done_reps=12))]


def told_of_calves(*pieces, settings=LOOK_EARLY):
    """Return level, day and label of each alert of the calves."""
    found = arising(came([*FIRST_RAISES, *pieces]), LISBON, settings)
    return [
        (str(r.verdict.level), (r.raised_on - day(0)).days, r.verdict.values.get("label"))
        for r in found
        if r.verdict.subject == "left-shin"
    ]


def test_sore_calves_are_called_so_and_somebody_looks_all_the_same():
    assert told_of_calves(*calves(1, 2, 4, 5, 6)) == [("info", 5, "soreness"), ("soon", 6, "soreness")]


def test_what_does_not_go_within_a_week_is_called_soreness_no_more():
    arrivals = Arrivals(LISBON, LOOK_EARLY)
    for at, piece in came([*FIRST_RAISES, *calves(1, 2, 4, 6, 7, 8)]):
        arrivals.take(piece, at)
    called = {(v.for_date - day(0)).days: v.values.get("label") for v in arrivals.verdicts if v.subject == "left-shin"}
    assert called[7] == "soreness"
    assert called[8] is None


def test_no_midnight_tells_more_of_it_than_she_did():
    aching = calves(1, 2, 4, 5, 6)
    assert told_of_calves(*aching, *log(30)) == told_of_calves(*aching)


def test_by_the_numbers_we_ship_sore_calves_are_info_until_they_add_up():
    assert told_of_calves(*calves(1, 2, 3, 4, 5), *log(6, 7, 8, 9), settings=DEFAULT_RULES) == [("info", 4, "soreness")]
    stays = told_of_calves(*calves(*range(1, 10)), settings=DEFAULT_RULES)
    assert stays == [("info", 4, "soreness"), ("urgent", 6, None)]
