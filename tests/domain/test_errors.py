import pytest

from rehab_tracker.domain import errors
from rehab_tracker.domain.errors import InvalidValue, RehabError, TooManyAttempts

REFUSALS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, RehabError)]


def test_every_refusal_has_a_code_of_its_own():
    assert len({kind.code for kind in REFUSALS}) == len(REFUSALS) > 8


@pytest.mark.parametrize("kind", REFUSALS)
def test_every_message_says_how_to_go_on_in_a_sentence(kind):
    assert kind.message[0].isupper()
    assert kind.message.endswith(".")


def test_a_message_is_a_template_whose_values_travel_beside_it():
    refusal = TooManyAttempts(seconds=30)
    assert refusal.message == TooManyAttempts.message
    assert refusal.values == {"seconds": 30}
    assert "30 seconds" in str(refusal)


def test_a_pointer_grows_from_the_inside_out():
    assert InvalidValue(pointer="/area").at("/scores/3").pointer == "/scores/3/area"
