from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.partial_date import ABOUT_DAYS, PartialDate, Precision, partial_date

FIFTH = date(2026, 3, 5)
DATES = st.builds(
    PartialDate,
    st.dates(date(1900, 1, 1), date(2199, 12, 31)),
    st.sampled_from(Precision),
    st.none() | st.sampled_from(["three weeks ago", "há três semanas"]),
)


@pytest.mark.parametrize(
    ("said", "precision", "earliest", "latest"),
    [
        ("2026-03-05", "day", date(2026, 3, 5), date(2026, 3, 5)),
        ("2026-03", "month", date(2026, 3, 1), date(2026, 3, 31)),
        ("2024-02", "month", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026", "year", date(2026, 1, 1), date(2026, 12, 31)),
        ({"date": "2026-03-05", "precision": "week"}, "week", date(2026, 3, 2), date(2026, 3, 8)),
        ({"date": "2026-03-05", "precision": "month"}, "month", date(2026, 3, 1), date(2026, 3, 31)),
        ({"date": "2026-03-05", "precision": "about"}, "about", date(2026, 1, 18), date(2026, 4, 20)),
        ({"date": "2026-03", "precision": "about"}, "about", date(2026, 1, 28), date(2026, 4, 30)),
    ],
)
def test_a_date_means_the_days_that_it_can_mean(said, precision, earliest, latest):
    found = partial_date(said)
    assert (found.precision, found.earliest, found.latest) == (precision, earliest, latest)


def test_the_three_week_history_keeps_its_words():
    onset = PartialDate(date(2026, 1, 5) - timedelta(weeks=3), Precision.WEEK, "three-week history")
    assert onset.plain() == {"date": "2025-12-15", "precision": "week", "source_text": "three-week history"}
    assert onset.latest - onset.earliest == timedelta(days=6)


def test_two_days_of_one_month_are_the_same_month():
    assert PartialDate(FIFTH, Precision.MONTH) == PartialDate(date(2026, 3, 30), Precision.MONTH)
    assert PartialDate(FIFTH, Precision.YEAR) == partial_date("2026")
    assert PartialDate(FIFTH) != PartialDate(FIFTH, Precision.WEEK)


def test_an_estimate_covers_the_widest_doubt_of_the_published_course():
    doubt = date(2026, 1, 5) + timedelta(days=183), date(2026, 1, 5) + timedelta(days=275)
    middle = PartialDate(doubt[0] + (doubt[1] - doubt[0]) / 2, Precision.ABOUT)
    assert (middle.earliest, middle.latest) == doubt
    assert (doubt[1] - doubt[0]).days == 2 * ABOUT_DAYS


@pytest.mark.parametrize(
    ("precision", "key", "values"),
    [
        ("day", "date.day", {"year": 2026, "month": 3, "day": 5}),
        ("week", "date.week", {"year": 2026, "month": 3, "day": 5}),
        ("month", "date.month", {"year": 2026, "month": 3}),
        ("year", "date.year", {"year": 2026}),
        ("about", "date.about", {"year": 2026, "month": 3}),
    ],
)
def test_a_sentence_says_no_more_than_is_known(precision, key, values):
    assert PartialDate(FIFTH, Precision(precision)).key_and_values() == (key, values)


@given(DATES)
def test_a_date_is_read_back_as_it_was(found):
    assert partial_date(found.plain()) == found
    assert found.earliest <= found.day <= found.latest


@pytest.mark.parametrize(
    ("said", "code", "pointer"),
    [
        (None, "bad-date", ""),
        (20260305, "bad-date", ""),
        (True, "bad-date", ""),
        ("", "bad-date", ""),
        ("2026-13", "bad-date", ""),
        ("2026-02-30", "bad-date", ""),
        ("5.3.2026", "bad-date", ""),
        ("2026-3", "bad-date", ""),
        ("٢٠٢٦", "bad-date", ""),
        ("0026-03-05", "impossible-date", ""),
        ("0026", "impossible-date", ""),
        ("1899", "impossible-date", ""),
        ("2200-01", "impossible-date", ""),
        ({}, "bad-date", "/date"),
        ({"date": "2026-02-30"}, "bad-date", "/date"),
        ({"date": "2026", "precision": "day"}, "bad-date", "/date"),
        ({"date": "2026", "precision": "month"}, "bad-date", "/date"),
        ({"date": "2026", "precision": "about"}, "bad-date", "/date"),
        ({"date": "2026-03", "precision": "week"}, "bad-date", "/date"),
        ({"date": "2026-03-05", "precision": "decade"}, "unknown-code", "/precision"),
        ({"date": "2026-03-05", "precision": 1}, "unknown-code", "/precision"),
        ({"date": "2026-03-05", "precision": None}, "unknown-code", "/precision"),
        ({"date": "2026-03-05", "pre/ci~sion": "day"}, "unknown-key", "/pre~1ci~0sion"),
        ({"date": "2026-03-05", "source_text": 3}, "wrong-type", "/source_text"),
        ({"date": "2026-03-05", "source_text": None}, "wrong-type", "/source_text"),
        ({"date": "2026-03-05", "source_text": " "}, "empty-text", "/source_text"),
        ({"date": "2026-03-05", "source_text": "\x00"}, "bad-text", "/source_text"),
        ({"date": "2026-03-05", "source_text": "a" * 201}, "too-long", "/source_text"),
    ],
)
def test_no_date_is_guessed(said, code, pointer):
    with pytest.raises(InvalidValue) as refusal:
        partial_date(said, "/on")
    assert (refusal.value.code, refusal.value.pointer) == (code, "/on" + pointer)
