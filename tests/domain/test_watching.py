"""The watchdog's judgement: what is wrong with clock and letters, and what of it is news."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.watching import (
    USUAL,
    Beat,
    Finding,
    Limits,
    Reading,
    Several,
    Wrong,
    news,
    of_breaker,
    of_clock,
    of_jobs,
    of_letters,
    of_reading,
)

NOW = datetime(2026, 3, 2, 9, 54, tzinfo=UTC)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


def beat(tried, well=None, every=timedelta(seconds=10)):
    """A line that was tried, and went well, so long before now."""
    return Beat("due", every, None if tried is None else NOW - tried, None if well is None else NOW - well)


def codes(found):
    return [finding.code for finding in found]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (beat(5 * SECOND, 5 * SECOND), []),
        (beat(8 * MINUTE + 20 * SECOND, 8 * MINUTE + 20 * SECOND), []),
        (beat(8 * MINUTE + 21 * SECOND, 8 * MINUTE + 21 * SECOND), [Wrong.CLOCK_DEAD]),
        (beat(9 * MINUTE, 9 * MINUTE, every=MINUTE), []),
        (beat(10 * MINUTE + SECOND, 11 * MINUTE, every=MINUTE), [Wrong.CLOCK_DEAD]),
        (beat(None), [Wrong.CLOCK_DEAD]),
        (beat(5 * SECOND, None), [Wrong.CLOCK_FAILING]),
        (beat(0 * SECOND, 10 * MINUTE), []),
        (beat(0 * SECOND, 10 * MINUTE + SECOND), [Wrong.CLOCK_FAILING]),
        (beat(-2 * MINUTE, -2 * MINUTE), []),
        (beat(-2 * MINUTE - SECOND, 0 * SECOND), [Wrong.CLOCK_AHEAD]),
    ],
)
def test_a_line_of_the_timetable_is_dead_failing_or_ahead(line, expected):
    assert codes(of_clock([line], NOW)) == expected


def working(said, tried=None, well=None):
    """A line with long work: when that last said that it goes on, and when a try before it ended and went well."""
    return beat(tried, well)._replace(worked_at=NOW - said)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        # It works for an hour, and has just said so.
        (working(10 * SECOND, 60 * MINUTE, 60 * MINUTE), []),
        (working(10 * SECOND), []),
        # It has said nothing for as long as a line that nobody tries.
        (working(8 * MINUTE + 21 * SECOND, 60 * MINUTE, 60 * MINUTE), [Wrong.CLOCK_DEAD]),
        (working(8 * MINUTE + 21 * SECOND), [Wrong.CLOCK_DEAD]),
        # It was long work that failed: that it went on does not count as going well.
        (working(30 * SECOND, 5 * SECOND, 61 * MINUTE), [Wrong.CLOCK_FAILING]),
        (working(60 * MINUTE, 5 * SECOND, 5 * SECOND), []),
        # A clock that was ahead said so, of work that is over; or it says so now.
        (working(-60 * MINUTE, 5 * SECOND, 5 * SECOND), []),
        (working(-60 * MINUTE, 60 * MINUTE, 60 * MINUTE), [Wrong.CLOCK_DEAD]),
    ],
)
def test_long_work_that_goes_on_is_told_from_work_that_hangs_or_fails(line, expected):
    assert codes(of_clock([line], NOW)) == expected


def test_where_it_hangs_is_said():
    [finding] = of_clock([working(9 * MINUTE, 60 * MINUTE, 60 * MINUTE)], NOW)
    assert finding.sentence == "The clock hangs in “due” since 2026-03-02 09:45 UTC. Is `jobs` running?"


def test_whatever_stops_is_noticed_within_fifteen_minutes_by_a_look_every_five():
    slowest = timedelta(minutes=1)
    assert max(2 * slowest + USUAL.grace, USUAL.failing, USUAL.overdue) + 5 * MINUTE <= 15 * MINUTE


def test_each_sentence_says_what_and_since_when_and_names_no_more_than_the_clinics_short_name():
    some = Several("digest-morning", 3, NOW - 20 * MINUTE, NOW)
    found = [*of_jobs("porto", [some], [some]), *of_breaker(NOW - MINUTE)]
    found += of_letters("porto", Several("an urgent letter", 1, NOW, NOW), None, Several("a letter", 2, NOW, NOW))
    assert [finding.sentence for finding in found] == [
        "Clinic porto: “digest-morning” has been due since 2026-03-02 09:34 UTC (3 in all).",
        "Clinic porto: “digest-morning” failed at 2026-03-02 09:54 UTC (3 in all).",
        "The mail server has taken no letters since 2026-03-02 09:53 UTC; all of them wait.",
        "Clinic porto: an urgent letter has waited to be sent since 2026-03-02 09:54 UTC.",
        "Clinic porto: a letter will not arrive since 2026-03-02 09:54 UTC (2 in all).",
    ]
    assert len({finding.key for finding in found}) == len(found)


def test_nothing_is_wrong_while_nothing_is():
    assert [*of_breaker(None), *of_letters("porto", None, None, None), *of_jobs("porto", [], [])] == []


@pytest.mark.parametrize(
    ("wall", "counted", "booted", "jumps"),
    [
        (60, 60, "a", False),
        (86_400 + 60, 60, "a", True),
        (-3_600 + 60, 60, "a", True),
        (180, 60, "a", False),
        (181, 60, "a", True),
        (86_400, 5, "b", False),
    ],
)
def test_a_clock_that_jumps_against_the_one_that_only_counts_is_noticed(wall, counted, booted, jumps):
    before = Reading(NOW, "a", 1_000.0)
    after = Reading(NOW + wall * SECOND, booted, 1_000.0 + counted)
    assert codes(of_reading(before, after)) == [Wrong.CLOCK_JUMPED] * jumps
    assert codes(of_reading(None, after)) == []


LASTING = Finding(Wrong.CLOCK_DEAD, "due", "It stands still.", NOW)


def over(at):
    return Finding(Wrong.LETTERS_ENDED, "porto", "One will not arrive.", at, at)


class Watcher:
    """Somebody who remembers what was told."""

    def __init__(self):
        self.told = {}

    def hears(self, minute, *found):
        """What is told at a minute: trouble, that all is well again, or nothing."""
        new = news(found, self.told, NOW + minute * MINUTE)
        self.told = new.told
        return "trouble" * new.trouble + " and " * (new.trouble and new.well_again) + "well" * new.well_again


def test_trouble_is_told_at_once_again_every_hour_and_its_end_once():
    watcher = Watcher()
    heard = {at: watcher.hears(at, LASTING) for at in range(0, 130, 5)}
    assert [at for at, what in heard.items() if what] == [0, 60, 120]
    assert [watcher.hears(at) for at in (130, 135, 200)] == ["well", "", ""]


def test_what_is_over_is_told_once_and_its_end_is_none():
    watcher = Watcher()
    assert [watcher.hears(at, over(NOW)) for at in (0, 5, 65, 700)] == ["trouble", "", "", ""]
    assert watcher.hears(705, over(NOW + 700 * MINUTE)) == "trouble"
    assert watcher.hears(2_000) == ""


def test_a_second_trouble_does_not_wait_for_the_hour_of_the_first():
    watcher = Watcher()
    other = Finding(Wrong.LETTERS_PAUSED, "", "None is taken.", NOW)
    assert [watcher.hears(0, LASTING), watcher.hears(5, LASTING, other)] == ["trouble", "trouble"]
    assert [watcher.hears(10, other), watcher.hears(15)] == ["", "well"]
    assert watcher.hears(20, LASTING) == "trouble"


def test_a_clock_that_was_set_back_keeps_nobody_silent():
    watcher = Watcher()
    assert [watcher.hears(0, LASTING), watcher.hears(-600, LASTING), watcher.hears(-595, LASTING)] == [
        "trouble", "trouble", "",
    ]  # fmt: skip


@given(st.lists(st.booleans(), min_size=1, max_size=200), st.integers(1, 30))
def test_whatever_comes_and_goes_nobody_is_left_believing_the_wrong_thing(wrong, step):
    watcher, believed, since = Watcher(), False, None
    for look, is_wrong in enumerate(wrong):
        heard = watcher.hears(look * step, *([LASTING] if is_wrong else []))
        assert heard in ("", "trouble" if is_wrong else "well")
        believed = is_wrong if heard else believed
        assert believed == is_wrong
        since = look * step if heard == "trouble" else since
        assert not is_wrong or look * step - since < 60


def test_limits_may_be_tightened_for_all_at_once():
    tight = Limits(grace=SECOND)
    assert codes(of_clock([beat(22 * SECOND, 22 * SECOND)], NOW, tight)) == [Wrong.CLOCK_DEAD]
