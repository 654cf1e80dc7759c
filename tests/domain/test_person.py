from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.moment import local_day, time_zone
from rehab_tracker.domain.person import (
    STOPPED,
    Activity,
    Detail,
    PatientState,
    Sex,
    ZoneChange,
    changed,
    checked_detail,
    checked_reason,
    zone_on,
    zones,
)

TODAY = date(2026, 1, 5)
LANGUAGES = ("en-GB", "pt-PT")


def checked(detail, value):
    return checked_detail(Detail(detail), value, TODAY, LANGUAGES)


@pytest.mark.parametrize(
    ("detail", "value", "kept"),
    [
        ("name", "  Ana Silva ", "Ana Silva"),
        ("record_number", "17-A", "17-A"),
        ("born", date(1900, 1, 1), date(1900, 1, 1)),
        ("born", TODAY, TODAY),
        ("born", None, None),
        ("sex", "not-recorded", "not-recorded"),
        ("sex", Sex.FEMALE, "female"),
        ("phone", " ", None),
        ("phone", None, None),
        ("phone", "+351 22 000 00 00", "+351 22 000 00 00"),
        ("email", " Ana.Silva@Mail.example ", "ana.silva@mail.example"),
        ("email", " ", None),
        ("email", None, None),
        ("language", "pt-PT", "pt-PT"),
        ("time_zone", "Atlantic/Azores", "Atlantic/Azores"),
    ],
)
def test_a_detail_is_kept_as_it_is_meant(detail, value, kept):
    assert checked(detail, value) == kept


@pytest.mark.parametrize(
    ("detail", "value", "code"),
    [
        ("name", " ", "missing-key"),
        ("name", None, "missing-key"),
        ("name", "x" * 201, "too-long"),
        ("name", "a\x00b", "bad-text"),
        ("record_number", "", "missing-key"),
        ("record_number", "1" * 65, "too-long"),
        ("born", TODAY + timedelta(days=1), "date-in-future"),
        ("born", date(1899, 12, 31), "too-long-ago"),
        ("born", "1984-02-29", "bad-date"),
        ("sex", "woman", "unknown-code"),
        ("sex", None, "unknown-code"),
        ("phone", "1" * 41, "too-long"),
        ("email", "ana at mail.example", "bad-address"),
        ("email", "ana@mail", "bad-address"),
        ("email", "x" * 250 + "@mail.example", "too-long"),
        ("language", "fr-FR", "unknown-code"),
        ("time_zone", "Mars/Olympus", "bad-time-zone"),
        ("time_zone", None, "bad-time-zone"),
    ],
)
def test_a_detail_out_of_bounds_is_refused_and_pointed_to(detail, value, code):
    with pytest.raises(InvalidValue) as refused:
        checked(detail, value)
    assert (refused.value.code, refused.value.pointer) == (code, f"/{detail}")


def test_only_what_differs_is_a_change():
    before = {Detail.NAME: "Ana", Detail.PHONE: None, Detail.SEX: Sex.FEMALE}
    after = {Detail.NAME: "Ana", Detail.PHONE: "+351 9", Detail.SEX: "female"}
    assert changed(before, after) == {Detail.PHONE: (None, "+351 9")}


def test_a_reason_says_something():
    assert checked_reason(" moved to Faro ") == "moved to Faro"
    for nothing in ("", "  ", "x" * 281):
        with pytest.raises(InvalidValue):
            checked_reason(nothing)


# States


def test_each_state_stops_what_the_one_before_it_stops_and_only_two_close_the_diary():
    assert set(STOPPED) == set(PatientState)
    stopped = [STOPPED[state] for state in PatientState]
    assert all(before <= after for before, after in zip(stopped, stopped[1:], strict=False))
    closed = {state for state in PatientState if state.stops(Activity.ACCEPTING)}
    assert closed == {PatientState.MOVED, PatientState.DECEASED}


@pytest.mark.parametrize("activity", sorted(set(Activity) - {Activity.ACCEPTING}))
def test_after_discharge_nobody_is_asked_reminded_or_written_about(activity):
    assert PatientState.DISCHARGED.stops(activity)
    assert not PatientState.ACTIVE.stops(activity) and not PatientState.SURVEILLANCE.stops(activity)


# Time zones

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def change(at, before, after):
    return ZoneChange(at, before, after)


def test_who_never_moved_has_one_zone_since_ever():
    assert zones("Europe/Lisbon", []) == [(date.min, "Europe/Lisbon")]


def test_a_zone_holds_from_the_day_of_its_change():
    found = zones("America/New_York", [change(NOON, "Europe/Lisbon", "America/New_York")])
    assert found == [(date.min, "Europe/Lisbon"), (date(2026, 3, 10), "America/New_York")]
    assert [zone_on(found, date(2026, 3, n)) for n in (9, 10)] == ["Europe/Lisbon", "America/New_York"]


def test_a_day_that_has_passed_is_not_told_again_further_west():
    early = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)  # the 10th in Lisbon, still the 9th in New York
    found = zones("America/New_York", [change(early, "Europe/Lisbon", "America/New_York")])
    assert found[1].from_date == date(2026, 3, 10)


def test_over_the_date_line_to_the_east_no_day_is_left_out():
    found = zones("Pacific/Kiritimati", [change(NOON, "Europe/Lisbon", "Pacific/Kiritimati")])
    assert found[1].from_date == date(2026, 3, 11)


def test_of_two_changes_on_one_day_the_later_one_holds():
    there, back = NOON, NOON + timedelta(hours=1)
    changes = [change(there, "Europe/Lisbon", "Europe/Madrid"), change(back, "Europe/Madrid", "Europe/Lisbon")]
    assert zones("Europe/Lisbon", changes[::-1]) == [
        (date.min, "Europe/Lisbon"),
        (date(2026, 3, 10), "Europe/Lisbon"),
    ]


PLACES = ("Europe/Lisbon", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Atlantic/Azores")


@given(st.lists(st.tuples(st.integers(0, 24 * 40), st.sampled_from(PLACES)), max_size=8, unique_by=lambda x: x[0]))
def test_every_local_date_has_one_zone_and_none_goes_back(journeys):
    journeys.sort()
    stops = ["Europe/Lisbon", *(zone for _, zone in journeys)]
    changes = [
        change(NOON + timedelta(hours=hours), before, after)
        for (hours, after), before in zip(journeys, stops, strict=False)
    ]
    found = zones(stops[-1], changes)
    days = [since.from_date for since in found]
    assert days == sorted(set(days)) and days[0] == date.min
    assert found[-1].time_zone == stops[-1]
    for at, before, after in changes:
        passed = min(local_day(at, time_zone(before)), local_day(at, time_zone(after))) - timedelta(days=1)
        earlier = [c for c in changes if c.at < at]
        assert zone_on(found, passed) == zone_on(zones(before, earlier), passed), "a passed day keeps its zone"
