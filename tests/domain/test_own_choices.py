import pytest

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.own_choices import Choice, checked_choice, must_fit

LANGUAGES = ("en-GB", "pt-PT")


def checked(choice, value):
    return checked_choice(Choice(choice), value, LANGUAGES)


@pytest.mark.parametrize(
    ("choice", "value", "kept"),
    [
        ("language", "pt-PT", "pt-PT"),
        ("email", " Ana@Mail.example", "ana@mail.example"),
        ("email", None, None),
        ("mails", True, True),
        ("mails", False, False),
        ("reminder_at", "20:00", "20:00"),
        ("reminder_at", "00:05", "00:05"),
        ("reminder_at", None, None),
    ],
)
def test_a_choice_is_kept_as_it_is_meant(choice, value, kept):
    assert checked(choice, value) == kept


@pytest.mark.parametrize(
    ("choice", "value", "code"),
    [
        ("language", None, "unknown-code"),
        ("language", "fr-FR", "unknown-code"),
        ("email", "ana@mail", "bad-address"),
        ("email", False, "wrong-type"),
        ("mails", None, "wrong-type"),
        ("mails", 1, "wrong-type"),
        ("reminder_at", "24:00", "bad-clock-time"),
        ("reminder_at", "8 pm", "bad-clock-time"),
        ("reminder_at", "", "bad-clock-time"),
        ("reminder_at", "20:00:00", "bad-clock-time"),
    ],
)
def test_a_choice_out_of_bounds_is_refused_and_pointed_to(choice, value, code):
    with pytest.raises(InvalidValue) as refused:
        checked(choice, value)
    assert (refused.value.code, refused.value.pointer) == (code, f"/{choice}")


@pytest.mark.parametrize(
    ("kept", "wanted", "fits"),
    [
        (None, {"mails": True}, False),
        ("a@b.example", {"mails": True}, True),
        ("a@b.example", {"mails": True, "email": None}, False),
        (None, {"mails": True, "email": "a@b.example"}, True),
        (None, {"mails": False}, True),
        ("a@b.example", {"email": None}, True),
    ],
)
def test_mail_needs_an_address(kept, wanted, fits):
    said = {Choice(name): value for name, value in wanted.items()}
    if fits:
        must_fit({Choice.EMAIL: kept}, said)
        return
    with pytest.raises(InvalidValue, match="address") as refused:
        must_fit({Choice.EMAIL: kept}, said)
    assert (refused.value.code, refused.value.pointer) == ("address-needed", "/mails")
