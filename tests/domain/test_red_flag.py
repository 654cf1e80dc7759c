import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.red_flag import PATHS, Path, RedFlag, RedFlagReport, most_urgent

# How soon somebody must act: a house rule for the clinic to confirm.
NOW = ["fever", "hot-swollen-joint", "cannot-bear-weight", "calf-swelling", "numbness-or-weakness", "bladder-or-bowel"]
EMERGENCY = ["chest-pain-or-breathless"]
SAME_DAY = ["hip-pain-on-standing", "fall-or-injury", "pregnant-or-post-partum"]
WITHIN_THREE_DAYS = ["colour-or-temperature-change", "night-pain-most-nights", "weight-loss"]


@pytest.mark.parametrize(
    ("codes", "at_least"),
    [
        (EMERGENCY, Path.EMERGENCY),
        (NOW, Path.NOW),
        (SAME_DAY, Path.SAME_DAY),
        (WITHIN_THREE_DAYS, Path.WITHIN_THREE_DAYS),
    ],
    ids=["emergency", "now", "same-day", "within-three-days"],
)
def test_no_flag_is_answered_later_than_the_fact_sheet_says(codes, at_least):
    assert all(PATHS[RedFlag(code)] >= at_least for code in codes)


def test_every_flag_has_a_path_and_every_path_a_place_in_the_order():
    assert set(PATHS) == set(RedFlag) == {RedFlag(c) for c in NOW + EMERGENCY + SAME_DAY + WITHIN_THREE_DAYS}
    assert sorted(Path) == [Path.WITHIN_THREE_DAYS, Path.SAME_DAY, Path.NOW, Path.EMERGENCY]


@given(st.lists(st.sampled_from(RedFlag), min_size=1))
def test_the_most_urgent_path_of_several_flags_holds(flags):
    path = most_urgent(flags)
    assert path in {PATHS[f] for f in flags}
    assert all(PATHS[f] <= path for f in flags)


def test_a_report_ticks_at_least_one_flag_and_none_twice():
    with pytest.raises(InvalidValue) as none:
        RedFlagReport(())
    with pytest.raises(InvalidValue) as twice:
        RedFlagReport((RedFlag.FEVER, RedFlag.FEVER))
    assert (none.value.code, twice.value.code) == ("flag-needed", "duplicate")
    assert len(RedFlagReport(tuple(RedFlag)).flags) == 13
