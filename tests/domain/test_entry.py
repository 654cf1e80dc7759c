from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.entry import (
    HIGHEST_REV,
    ClockFault,
    Kind,
    checked_day,
    checked_rev,
    clock_fault,
    entry_id,
    standing,
)
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.pain import PainReading
from tests.domain.diary import LISBON, day, entry, evening, hurts, pain

KIRITIMATI = ZoneInfo("Pacific/Kiritimati")


@pytest.mark.parametrize(
    "text",
    [
        "019b8e3c-7d2a-7c1e-9f00-3b6a2d9c4e11",
        "019B8E3C-7D2A-7C1E-9F00-3B6A2D9C4E11",
        "6f1b6f0e-63a5-5d0b-9a3c-0d6a52b7f1c4",
        "c2d29867-3d0b-4497-9191-18a9d8ee7830",
    ],
)
def test_an_id_is_a_uuid_of_version_4_5_or_7(text):
    assert str(entry_id(text)) == text.lower()


@pytest.mark.parametrize(
    "text",
    [
        None,
        7,
        "",
        "019b8e3c7d2a7c1e9f003b6a2d9c4e11",
        "{019b8e3c-7d2a-7c1e-9f00-3b6a2d9c4e1}",
        "019b8e3c-7d2a-1c1e-9f00-3b6a2d9c4e11",
        "00000000-0000-0000-0000-000000000000",
        "urn:uuid:019b8e3c-7d2a-7c1e-9f00-3b6",
        "019b8e3c-7d2a-7c1e-9f00-3b6a2d9c4e1g",
    ],
)
def test_any_other_id_is_refused(text):
    with pytest.raises(InvalidValue) as refusal:
        entry_id(text)
    assert refusal.value.code == "bad-uuid"


@given(st.text())
def test_no_text_crashes_the_reader_of_ids(text):
    try:
        entry_id(text)
    except InvalidValue as refusal:
        assert refusal.pointer == "/id"


def test_without_a_day_an_entry_is_about_the_local_day_of_recording():
    just_after_midnight = datetime(2026, 1, 5, 10, 30, tzinfo=UTC)
    assert checked_day(None, just_after_midnight, KIRITIMATI) == date(2026, 1, 6)
    assert checked_day(None, just_after_midnight, LISBON) == date(2026, 1, 5)


@pytest.mark.parametrize(("back", "refused"), [(0, None), (14, None), (15, "too-long-ago"), (-1, "date-in-future")])
def test_an_entry_is_about_today_or_one_of_the_14_days_before(back, refused):
    about = evening(20).date() - timedelta(days=back)
    if refused is None:
        assert checked_day(about, evening(20), LISBON) == about
        return
    with pytest.raises(InvalidValue) as refusal:
        checked_day(about, evening(20), LISBON)
    assert (refusal.value.code, refusal.value.pointer) == (refused, "/for_date")


@pytest.mark.parametrize(
    ("recorded", "received", "fault"),
    [
        (timedelta(0), timedelta(0), None),
        (timedelta(0), timedelta(days=30), None),
        (timedelta(minutes=10), timedelta(0), None),
        (timedelta(minutes=10, seconds=1), timedelta(0), ClockFault.RECORDED_IN_FUTURE),
    ],
)
def test_an_entry_cannot_have_been_recorded_after_it_came(recorded, received, fault):
    assert clock_fault(evening(5) + recorded, evening(5) + received, day(0), LISBON) is fault


@pytest.mark.parametrize(("recorded", "fault"), [(-1, None), (-2, ClockFault.RECORDED_BEFORE_ENROLMENT)])
def test_an_entry_from_before_enrolment_has_an_impossible_clock(recorded, fault):
    assert clock_fault(evening(recorded), evening(3), day(0), LISBON) is fault


@pytest.mark.parametrize(
    ("skew", "fault"),
    [
        (timedelta(hours=24), None),
        (timedelta(hours=24, seconds=1), ClockFault.CLOCK_FAR_OFF),
        (timedelta(hours=-24, seconds=-1), ClockFault.CLOCK_FAR_OFF),
    ],
)
def test_a_clock_more_than_a_day_off_cannot_name_the_day(skew, fault):
    assert clock_fault(evening(3), evening(5), day(0), LISBON, skew) is fault


def test_a_phone_known_to_run_an_hour_ahead_is_believed_after_correction():
    recorded, received = evening(5) + timedelta(hours=1), evening(5)
    assert clock_fault(recorded, received, day(0), LISBON) is ClockFault.RECORDED_IN_FUTURE
    assert clock_fault(recorded, received, day(0), LISBON, skew=timedelta(hours=-1)) is None


@pytest.mark.parametrize("year", [1, 9999])
def test_the_ends_of_the_calendar_are_no_crash(year):
    end = datetime(year, 1, 1, tzinfo=UTC)
    clock_fault(end, end, date.min, LISBON)
    clock_fault(end, end, date.max, LISBON)
    assert checked_day(None, end, KIRITIMATI).year == year


@pytest.mark.parametrize("rev", [0, -1, HIGHEST_REV + 1, True, 1.0, "1", None])
def test_a_revision_counts_from_1(rev):
    with pytest.raises(InvalidValue) as refusal:
        checked_rev(rev)
    assert refusal.value.pointer == "/rev"


def test_both_ends_of_the_revisions_are_revisions():
    assert (checked_rev(1), checked_rev(HIGHEST_REV)) == (1, HIGHEST_REV)


def versions(*spec, name="the evening of day 3"):
    """Return versions of one entry: (rev, score), or (rev, None) for a withdrawal without content."""
    told = [(rev, PainReading((hurts("left-knee", x),)) if x is not None else None) for rev, x in spec]
    return [entry(3, content, name=name, rev=rev, withdrawn=content is None) for rev, content in told]


def scores(entries):
    return sorted(e.content.scores[0].worst for e in standing(entries))


@pytest.mark.parametrize(
    ("sent", "counts"),
    [
        ([(1, 6)], [6]),
        ([(1, 6), (2, 3)], [3]),
        ([(1, 6), (2, None)], []),
        ([(1, 6), (2, None), (3, 5)], [5]),
        ([(1, 6), (1, 4)], [4, 6]),
        ([(1, 6), (1, 4), (2, 2)], [2]),
        ([(2, 4), (2, None)], [4]),
    ],
    ids=["create", "edit", "withdrawn", "written-again", "conflict", "conflict-edited", "conflict-with-withdrawal"],
)
def test_the_highest_revision_counts_in_any_order_of_arrival(sent, counts):
    made = versions(*sent)
    assert scores(made) == scores(made[::-1]) == counts


def test_two_entries_of_one_day_both_stand():
    assert len(standing([*versions((1, 6)), *versions((1, 2), name="the morning of day 3")])) == 2


def test_an_edit_by_a_broken_clock_takes_the_place_of_nothing():
    good = entry(3, PainReading((hurts("left-knee", 6),)), name="one")
    edit = entry(3, PainReading((hurts("left-knee", 0),)), name="one", rev=2, fault=ClockFault.CLOCK_FAR_OFF)
    undo = entry(3, None, name="one", rev=3, withdrawn=True, fault=ClockFault.RECORDED_IN_FUTURE)
    assert standing([good, edit, undo]) == [good]
    assert standing([edit]) == []


@given(st.permutations([pain(n, hurts("left-knee", 3)) for n in range(5)] + versions((1, 6), (2, 3), (2, 5))))
def test_what_stands_is_sorted_by_its_day_whatever_came_first(entries):
    found = standing(entries)
    assert [e.for_date for e in found] == sorted(e.for_date for e in found)
    assert len(found) == 7


def test_the_five_kinds_of_entry_are_the_events_of_the_format():
    assert {str(kind) for kind in Kind} == {"pain", "red-flags", "weight-bearing", "exercise", "call-request"}
