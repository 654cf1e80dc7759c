import pytest

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.mail_address import mail_address, outside_address


@pytest.mark.parametrize(
    "text", ["ana@mail.example", " Ana.Silva+diary@Mail.Example ", "a@b-c.d", "o'neill@x.pt", "1@2.3"]
)
def test_an_address_is_kept_casefolded(text):
    assert mail_address(text) == outside_address(text) == text.strip().casefold()


@pytest.mark.parametrize(
    "text",
    [
        "", "ana", "@mail.example", "ana@", "ana@@mail.example", "ana mail@mail.example",
        "ana@mail.example, b@c.example",
        "Ana <ana@mail.example>", ".ana@mail.example", "ana.@mail.example", "a..b@mail.example", "ana@mail..example",
        "ana@.example", "ana@mail.", "ana@-mail.example", "ana@mail-.example", "ana@mail,example", "joão@mail.example",
        "ana@mail.example\nBcc: x@y.example",
    ],
)  # fmt: skip
def test_what_is_none_is_refused_and_pointed_to(text):
    with pytest.raises(InvalidValue) as refused:
        mail_address(text, "/email")
    assert (refused.value.code, refused.value.pointer) == ("bad-address", "/email")


def test_outside_the_clinic_a_domain_has_a_dot():
    assert mail_address("alda@clinic") == "alda@clinic"
    with pytest.raises(InvalidValue, match="like ana@"):
        outside_address("ana@gmail")
