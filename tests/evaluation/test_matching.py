"""Alerts held against the truth: what counts as found, what as false, and who counts as engaged."""

from datetime import timedelta

from rehab_tracker.domain.alert import Level, Rule, Verdict
from rehab_tracker.domain.arrival import Raised
from rehab_tracker.domain.site import site
from rehab_tracker.evaluation.matching import Alarm, alarms, held_against
from rehab_tracker.evaluation.truth import Migration, PatientTruth
from tests.domain.diary import day, evening

NEW = (Rule.NEW_SITE_PAIN, Rule.NEW_COMPARTMENT_PAIN)
EVERY_DAY = {day(n) for n in range(1, 200)}


def _truth(*migrations: Migration) -> PatientTruth:
    return PatientTruth("Ana", day(1), day(180), migrations)


def _migration(
    place: str = "left-knee", onset: int = 90, passes_2: int | None = 96, passes_3: int | None = 99
) -> Migration:
    return Migration(site(place), day(onset), day(passes_2) if passes_2 else None, day(passes_3) if passes_3 else None)


def _alarm(place: str, on: int) -> Alarm:
    return Alarm(Rule.NEW_SITE_PAIN, Level.SOON, site(place), day(on))


def _raised(level: Level, on: int, place: str | None = "left-knee", rises_from: Level | None = None) -> Raised:
    rule = Rule.NEW_SITE_PAIN if place else Rule.RED_FLAG
    where = site(place) if place else None
    verdict = Verdict(rule, 1, level, place or "fever", day(on), str(rule), site=where)
    return Raised(verdict, evening(on), day(on), rises_from)


def test_the_first_alarm_about_the_joint_from_onset_on_has_found_it() -> None:
    trial = held_against(_truth(_migration()), [_alarm("left-knee", 99), _alarm("left-knee", 120)], EVERY_DAY)
    assert [f.delay for f in trial.found] == [3] and trial.false == 0
    assert trial.found[0].followed == 180 - 96


def test_an_alarm_before_the_onset_or_elsewhere_is_false_and_finds_nothing() -> None:
    wrong = [_alarm("left-knee", 89), _alarm("right-hip", 99), _alarm("right-knee", 99)]
    trial = held_against(_truth(_migration()), wrong, EVERY_DAY)
    assert [f.delay for f in trial.found] == [None] and trial.false == 3


def test_another_part_of_a_known_joint_is_found_by_an_alarm_about_that_joint() -> None:
    truth = _truth(_migration("right-knee.lateral-femoral-condyle"))
    assert [f.delay for f in held_against(truth, [_alarm("right-knee", 100)], EVERY_DAY).found] == [4]


def test_two_migrations_at_once_are_found_or_missed_each_for_itself() -> None:
    truth = _truth(_migration(), _migration("left-foot", 91, 97))
    assert [f.delay for f in held_against(truth, [_alarm("left-foot", 99)], EVERY_DAY).found] == [None, 2]


def test_one_that_never_passed_2_counts_as_no_migration_but_alarms_about_it_are_not_false() -> None:
    trial = held_against(_truth(_migration(passes_2=None, passes_3=None)), [_alarm("left-knee", 95)], EVERY_DAY)
    assert trial.found == () and trial.false == 0


def test_alarms_outside_follow_up_count_for_nothing() -> None:
    trial = held_against(_truth(), [_alarm("left-knee", 0), _alarm("left-knee", 181)], EVERY_DAY)
    assert trial.false == 0 and trial.days == 180


def test_engaged_is_five_of_seven_days_from_onset_to_day_30() -> None:
    first, truth = day(90), _truth(_migration())
    days = [first + timedelta(days=n) for n in range(31)]
    enough, too_few = set(days[:23]), set(days[:22])
    assert held_against(truth, [], enough).found[0].is_engaged
    assert not held_against(truth, [], too_few).found[0].is_engaged
    assert not held_against(truth, [], enough).is_engaged


def test_an_onset_is_fast_from_a_fifth_of_a_point_a_day() -> None:
    def fast(passes_2: int, passes_3: int | None) -> bool:
        return held_against(_truth(_migration("left-knee", 90, passes_2, passes_3)), [], EVERY_DAY).found[0].is_fast

    assert fast(100, 105) and not fast(101, 106)
    assert fast(100, None) and not fast(101, None)


def test_only_alerts_of_these_rules_that_first_reach_soon_are_alarms() -> None:
    told = [
        _raised(Level.INFO, 1),
        _raised(Level.SOON, 2, rises_from=Level.INFO),
        _raised(Level.URGENT, 3, rises_from=Level.SOON),
        _raised(Level.URGENT, 4, "left-foot"),
        _raised(Level.URGENT, 5, None),
    ]
    assert [(str(a.joint), a.on) for a in alarms(told, NEW)] == [("left-knee", day(2)), ("left-foot", day(4))]
    assert alarms(told, (Rule.RED_FLAG,)) == []


def test_the_day_of_an_alarm_is_that_on_which_it_was_raised_not_the_one_it_is_about() -> None:
    late = Raised(_raised(Level.SOON, 2).verdict, evening(9), day(9), None)
    assert [a.on for a in alarms([late], NEW)] == [day(9)]
