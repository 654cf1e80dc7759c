import pytest

from rehab_tracker.domain.advice import DEFAULT_TEXTS, NOT_MONITORED, OF_PATH, AdviceKind, advice
from rehab_tracker.domain.red_flag import Path
from rehab_tracker.domain.translation import as_written

NUMBERS = {"phone": "+351 210 000 000", "hours": "Mon to Fri, 9 to 17", "emergency_number": "112"}


@pytest.mark.parametrize("kind", AdviceKind)
def test_every_advice_names_a_number_and_says_that_nobody_watches_all_day(kind):
    told = advice(kind, {}, NUMBERS, as_written)
    assert NUMBERS["phone"] in told.text or NUMBERS["emergency_number"] in told.text
    assert "not an emergency service" in told.not_monitored and NUMBERS["hours"] in told.not_monitored
    assert (told.phone, told.emergency_number) == (NUMBERS["phone"], NUMBERS["emergency_number"])


def test_an_emergency_does_not_wait_for_the_clinic():
    told = advice(AdviceKind.EMERGENCY, {}, NUMBERS, as_written)
    assert told.text.startswith("Call 112 now.")
    assert NUMBERS["phone"] not in told.text


def test_every_path_has_its_advice_and_every_advice_a_text():
    assert set(OF_PATH) == set(Path)
    assert set(DEFAULT_TEXTS) == {*AdviceKind, NOT_MONITORED}


@pytest.mark.parametrize("text", DEFAULT_TEXTS.values())
def test_no_advice_says_that_anything_is_safe(text):
    assert not [word for word in ("safe", "diagnos", "migration", "normal", "no need") if word in text.lower()]


def test_a_clinics_own_text_takes_the_place_of_the_default():
    own = {AdviceKind.NOW: "Ring the ward on %(phone)s.", NOT_MONITORED: ""}
    told = advice(AdviceKind.NOW, own, NUMBERS, as_written)
    assert told.text == "Ring the ward on +351 210 000 000."
    assert told.not_monitored.startswith("This diary is not an emergency service")
