import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.involvement import (
    Involvement,
    InvolvementStatus,
    KnownSites,
    covers,
    last_of_each,
    opened_on,
    read_as,
)
from rehab_tracker.domain.site import SITES, Area, site
from tests.domain.diary import day, known

KNEE = site("right-knee")
MEDIAL = site("right-knee.medial-femoral-condyle")
LATERAL = site("right-knee.lateral-femoral-condyle")


@pytest.mark.parametrize(
    ("status", "active"),
    [
        ("suspected", True),
        ("confirmed", True),
        ("resolving", True),
        ("recurrent", True),
        ("resolved", False),
        ("entered-in-error", False),
    ],
)
def test_only_a_resolved_or_mistaken_site_is_quiet_again(status, active):
    assert len(InvolvementStatus) == 6
    assert KnownSites([known(status=status)]).active(KNEE, day(0)) == ({MEDIAL} if active else set())


def test_a_site_is_known_from_the_day_of_its_record_and_not_before():
    sites = KnownSites([known(since=10)])
    assert not sites.is_known(KNEE, None, day(9))
    assert sites.is_known(KNEE, None, day(10))
    assert sites.recorded_since == day(10)


def test_the_knee_that_heals_and_comes_back_is_known_quiet_and_known_again():
    sites = KnownSites([known(since=0), known(status="resolved", since=90), known(status="recurrent", since=200)])
    assert [bool(sites.active(KNEE, day(n))) for n in (0, 89, 90, 199, 200)] == [True, True, False, False, True]


def test_of_two_records_of_one_day_the_later_holds():
    sites = KnownSites([known(since=3), known(status="entered-in-error", since=3)])
    assert not sites.active(KNEE, day(3))


def test_the_order_of_records_of_different_days_does_not_matter():
    records = [known(since=0), known(status="resolved", since=90)]
    assert KnownSites(records[::-1]).active(KNEE, day(95)) == KnownSites(records).active(KNEE, day(95)) == set()


def test_parts_of_one_joint_have_their_own_course():
    sites = KnownSites([known(str(MEDIAL)), known(str(LATERAL), since=5), known(str(MEDIAL), "resolved", since=8)])
    assert sites.active(KNEE, day(6)) == {MEDIAL, LATERAL}
    assert sites.active(KNEE, day(8)) == {LATERAL}


def test_the_other_knee_stays_quiet():
    assert not KnownSites([known()]).is_known(site("left-knee"), Area.INNER, day(1))


def test_without_any_record_nothing_is_known():
    assert KnownSites().recorded_since is None
    assert not KnownSites().active(KNEE, day(0))


@pytest.mark.parametrize(
    ("place", "area", "covered"),
    [
        ("right-knee", None, True),
        ("right-knee", "inner", True),
        ("right-knee", "front", True),
        ("right-knee", "all-over", True),
        ("right-knee", "outer", False),
        ("right-knee.medial-femoral-condyle", None, True),
        ("right-knee.patella", None, False),
    ],
)
def test_which_words_can_mean_the_inner_condyle(place, area, covered):
    assert covers([MEDIAL], site(place), Area(area) if area else None) is covered


@given(st.sampled_from(sorted(SITES)), st.sampled_from([None, *Area]))
def test_an_involvement_without_a_part_covers_its_whole_joint(code, area):
    assert covers([site(code).joint], site(code), area)


@given(st.sampled_from(sorted(SITES)))
def test_pain_said_without_an_area_counts_as_known(code):
    assert covers([site(code)], site(code).joint, None)


# Records that are read as those of another part of the joint


def merged(place, into, on):
    status = InvolvementStatus.ENTERED_IN_ERROR
    return Involvement(site(place), status, day(on), merged_into=site(into), reason="one place")


def test_a_merge_loses_no_turn_of_the_joint_and_no_day_on_which_it_was_known():
    story = [known(str(MEDIAL)), known(str(MEDIAL), "resolved", 30), known(str(MEDIAL), "recurrent", 60)]
    before = KnownSites([*story, known(str(LATERAL), since=61)])
    after = KnownSites([*story, known(str(LATERAL), since=61), merged(str(MEDIAL), str(LATERAL), 70)])
    assert [after.turns(KNEE, day(n)) for n in (0, 35, 65, 69, 70, 90)] == [1, 2, 3, 3, 3, 3]
    assert [after.turns(KNEE, day(n)) for n in range(100)] == [before.turns(KNEE, day(n)) for n in range(100)]
    assert [after.active(KNEE, day(n)) for n in (10, 35, 65, 70)] == [{MEDIAL}, set(), {MEDIAL, LATERAL}, {LATERAL}]


def test_a_plain_mistake_still_counts_for_nothing():
    sites = KnownSites([known(since=0), known(status="entered-in-error", since=3)])
    assert (sites.turns(KNEE, day(2)), sites.turns(KNEE, day(3))) == (1, 0)


def test_a_merged_record_is_read_as_the_last_of_its_chain():
    rows = [known(str(KNEE)), known(str(MEDIAL)), known(str(LATERAL)), merged(str(KNEE), str(MEDIAL), 1)]
    assert read_as(rows)[KNEE] == MEDIAL
    rows.append(merged(str(MEDIAL), str(LATERAL), 2))
    assert read_as(rows) == {KNEE: LATERAL, MEDIAL: LATERAL, LATERAL: LATERAL}
    rows.append(known(str(LATERAL), "entered-in-error", 3))
    assert set(read_as(rows).values()) == {None}


@given(st.lists(st.tuples(st.sampled_from([KNEE, MEDIAL, LATERAL]), st.sampled_from([KNEE, MEDIAL, LATERAL, None]))))
def test_whatever_is_merged_into_what_the_answer_ends(steps):
    rows = [
        known(str(place), since=n) if into in (None, place) else merged(str(place), str(into), n)
        for n, (place, into) in enumerate(steps)
    ]
    assert set(read_as(rows)) == {place for place, _ in steps}
    assert KnownSites(rows).turns(KNEE, day(len(rows))) <= len(rows)


def test_the_last_record_of_each_site_and_since_when_it_is_involved():
    rows = [known(str(MEDIAL)), known(str(MEDIAL), "resolved", 30), known(str(LATERAL), since=5)]
    last = {place: row.status for place, row in last_of_each(rows).items()}
    assert last == {MEDIAL: "resolved", LATERAL: "confirmed"}
    assert opened_on(rows) == {LATERAL: day(5)}
    assert opened_on([*rows, known(str(MEDIAL), "recurrent", 900), known(str(MEDIAL), "resolving", 950)]) == {
        LATERAL: day(5), MEDIAL: day(900),
    }  # fmt: skip
