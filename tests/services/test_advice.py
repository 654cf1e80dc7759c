"""Advice: what a patient reads at once, in the clinic's words, numbers and the patient's language."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from rehab_tracker.domain.advice import DEFAULT_TEXTS, OF_PATH, AdviceKind
from rehab_tracker.domain.deadline import ON_WEEKDAY, THAT_DAY_NOON
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.red_flag import PATHS, Path, RedFlag
from rehab_tracker.mail.language import gettext_in
from rehab_tracker.services import entries
from rehab_tracker.services.alerts import acknowledge
from rehab_tracker.services.clinics import change_settings
from rehab_tracker.services.entries import Unreadable
from rehab_tracker.storage.clinics import ClinicText
from tests.cast import at, canary, logs, ticks, withdrawal
from tests.domain.diary import LISBON, day, evening


def advised(cast, *items, now=None, **viewer):
    """What Ana reads after this: the advice of each item, or None."""
    with cast.session() as session:
        seen_by = replace(cast.viewer_of(cast.ana), **viewer)
        results = entries.push(session, seen_by, items, None, now or at(3))
    return [result.advice for result in results]


def kinds(cast, *items, **more):
    return [advice and str(advice.kind) for advice in advised(cast, *items, **more)]


@pytest.mark.parametrize("path", Path)
def test_every_red_flag_path_has_its_advice(cast, path):
    flag = next(flag for flag in RedFlag if PATHS[flag] is path)
    [advice] = advised(cast, ticks(flag, day=3), language="en-GB")
    assert advice.kind is OF_PATH[path]
    assert advice.phone == canary(cast.porto.slug, "clinic-phone")
    assert advice.emergency_number == "112"
    assert (advice.phone in advice.text) or ("112" in advice.text)
    assert canary(cast.porto.slug, "clinic-hours") in advice.not_monitored


def test_the_most_urgent_of_several_flags_decides(sqlite_cast):
    assert kinds(sqlite_cast, ticks("weight-loss", "bladder-or-bowel", "fever", day=3)) == ["emergency"]


def test_each_item_has_its_own_advice(sqlite_cast):
    sqlite_cast.records("right-knee")
    batch = [ticks("weight-loss", day=3), logs({"left-knee": 1}, 3), ticks("fever", day=3)]
    assert kinds(sqlite_cast, *batch) == ["within-three-days", None, "now"]


def test_a_repeated_item_is_answered_as_it_was_the_first_time(cast):
    cast.records("right-knee")
    batch = [ticks("fever", day=3), logs({"left-hip": 9}, 3)]
    assert kinds(cast, *batch) == kinds(cast, *batch) == ["now", "answer-red-flags"]


def test_what_could_not_be_kept_is_answered_too(sqlite_cast):
    unreadable = Unreadable("{", InvalidValue("?", code="unknown-key"), flags=(RedFlag.FEVER,))
    batch = [unreadable, ticks("calf-swelling", day=3, about=9), ticks("fever", day=3, recorded_at=evening(800))]
    assert kinds(sqlite_cast, *batch) == ["now", "now", "now"]


def test_a_withdrawal_needs_no_advice(sqlite_cast):
    item = ticks("fever", day=3)
    assert kinds(sqlite_cast, item, withdrawal(item, 3)) == ["now", None]
    assert kinds(sqlite_cast, replace(item, rev=3, withdrawn=True)) == [None]


def test_sudden_severe_pain_asks_the_red_flag_questions(sqlite_cast):
    sqlite_cast.records("right-knee")
    assert kinds(sqlite_cast, logs({"left-knee": 7}, 3)) == ["answer-red-flags"]
    assert kinds(sqlite_cast, logs({"left-knee": 6}, 3)) == ["clinic-looks"]
    assert kinds(sqlite_cast, logs({"left-knee": 1}, 2), logs({"left-hip": 8}, 2)) == [None, "answer-red-flags"]


def test_severe_pain_where_it_has_long_been_severe_is_no_news(sqlite_cast):
    sqlite_cast.records("right-knee")
    sqlite_cast.sends(sqlite_cast.ana, *(logs({"right-knee": 7}, n) for n in range(1, 8)))
    assert kinds(sqlite_cast, logs({"right-knee": 8}, 8), now=at(8)) == [None]


@pytest.mark.parametrize("language", ["en-GB", "pt-PT"])
def test_the_shipped_words_come_in_the_patients_language(sqlite_cast, language):
    [advice] = advised(sqlite_cast, ticks("fever", day=3), language=language)
    shipped = gettext_in(language)(DEFAULT_TEXTS[AdviceKind.NOW])
    assert advice.text == shipped % {"phone": advice.phone, "emergency_number": "112"}


def test_a_clinics_own_words_and_numbers_take_the_place_of_the_shipped_ones(cast):
    with cast.session() as session:
        for version, words in ((1, "Old words"), (2, "Ligue a %(phone)s ou %(emergency_number)s, Ana.")):
            own = {"author": None, "reason": "ours", "created_at": at(0), "text": words}
            session.add(ClinicText(clinic_id=cast.porto.id, key="now", language="pt-PT", version=version, **own))
        session.commit()
        change_settings(
            session, cast.viewer_of(cast.alda), {"phone": "+351 1", "emergency_number": "999"}, "moved", at(0)
        )
    [advice] = advised(cast, ticks("fever", day=3), language="pt-PT")
    assert advice.text == "Ligue a +351 1 ou 999, Ana."
    assert (advice.phone, advice.emergency_number) == ("+351 1", "999")
    [english] = advised(cast, ticks("fever", day=3), language="en-GB")
    assert "Ligue" not in english.text and "+351 1" in english.text


def test_the_words_of_one_clinic_are_not_read_in_another(cast):
    with cast.session(cast.braga) as session:
        own = {"author": None, "reason": "ours", "created_at": at(0), "text": canary("braga", "text")}
        session.add(ClinicText(clinic_id=cast.braga.id, key="now", language="pt-PT", version=1, **own))
        session.commit()
    [advice] = advised(cast, ticks("fever", day=3), language="pt-PT")
    assert "zqbraga" not in repr(advice)


def friday(clock: str) -> datetime:
    return datetime.fromisoformat(f"{day(4)}T{clock}").replace(tzinfo=LISBON)


def promised(cast, clock: str, item, again_at: str = "", **viewer) -> str:
    """What Ana is promised for what she tells at a time of a Friday; it is sent then, or once more later."""
    now = friday(again_at or clock)
    [found] = advised(cast, replace(item, recorded_at=friday(clock)), now=now.astimezone(UTC), **viewer)
    return found.promise if found else ""


def severe(place: str = "left-elbow"):
    return logs({place: 7}, 4)


def test_pain_in_a_quiet_place_on_friday_evening_is_looked_at_by_noon_on_monday(cast):
    cast.records("right-knee")
    said = promised(cast, "18:00", severe(), language="en-GB")
    assert said == "Your clinic will look at this by 12 noon on Monday."
    assert cast.alert("sudden-severe-pain", "left-elbow").deadline_at == friday("12:00") + timedelta(days=3)


def test_the_promise_comes_in_the_patients_language(sqlite_cast):
    sqlite_cast.records("right-knee")
    in_portuguese = gettext_in("pt-PT")
    said = in_portuguese(THAT_DAY_NOON) % {"on_day": in_portuguese(ON_WEEKDAY[0])}
    assert promised(sqlite_cast, "18:00", severe(), language="pt-PT") == said


def test_before_a_holiday_it_is_the_working_day_after(sqlite_cast):
    sqlite_cast.records("right-knee")
    with sqlite_cast.session() as session:
        holidays = {"calendar": {"holidays": [str(day(n)) for n in range(7, 12)]}}
        change_settings(session, sqlite_cast.viewer_of(sqlite_cast.alda), holidays, "away", at(0))
    said = promised(sqlite_cast, "18:00", severe(), language="en-GB")
    assert said == "Your clinic will look at this by 12 noon on Monday 19 January."


def test_a_red_flag_keeps_its_emergency_text_first(sqlite_cast):
    now = friday("10:00")
    item = replace(ticks("bladder-or-bowel", day=4), recorded_at=now)
    [found] = advised(sqlite_cast, item, now=now.astimezone(UTC), language="en-GB")
    assert found.text.startswith("Call 112 now.")
    assert found.promise == "Your clinic will look at this by 12 noon today."


def test_what_comes_twice_is_promised_the_same_until_somebody_has_it(sqlite_cast):
    cast, item = sqlite_cast, ticks("fever", day=4)
    first = promised(cast, "16:30", item, language="en-GB")
    assert first == "Your clinic will look at this by 09:30 on Monday."
    assert promised(cast, "16:30", item, again_at="16:40", language="en-GB") == first
    with cast.session() as session:
        acknowledge(session, cast.viewer_of(cast.nuno), cast.alert("red-flag", "fever").id, friday("16:45"))
    assert promised(cast, "16:30", item, again_at="16:50", language="en-GB") == ""


def test_pain_that_is_no_news_is_promised_nothing(sqlite_cast):
    sqlite_cast.records("right-knee")
    assert advised(sqlite_cast, logs({"right-knee": 3}, 3)) == [None]


def test_pain_that_cannot_wait_for_a_person_to_read_has_a_number_to_call(sqlite_cast):
    [found] = advised(sqlite_cast, logs({"left-elbow": 4}, 3), language="en-GB")
    assert found.kind is AdviceKind.CLINIC_LOOKS
    assert canary(sqlite_cast.porto.slug, "clinic-phone") in found.text
    assert found.promise == "Your clinic will look at this by 12 noon tomorrow."
