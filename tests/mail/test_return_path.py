"""Return paths: each letter goes out under an address of its own, which nobody else can make."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehab_tracker.config import LONGEST_NAME
from rehab_tracker.mail.return_path import LONGEST_LOCAL_PART, TOKEN_CHARACTERS, Returned, ReturnPath
from tests.mail.office import RETURN_PATH, flags
from tests.smtp import Order

CLINIC, LETTER = 7, UUID("01890a5d-ac96-774b-bcce-b302099a8057")
PATH = ReturnPath("Diary <bounces@clinic.example>", ("new", "old"))


@given(st.integers(1, 2**31 - 1), st.uuids())
def test_a_return_path_names_its_letter_in_whatever_case_it_comes_back(clinic_id, letter_id):
    address = PATH.of(clinic_id, letter_id)
    name, host = address.split("@")
    assert host == "clinic.example" and name.startswith("bounces+") and len(name) <= LONGEST_LOCAL_PART
    for text in (address, f"<{address.upper()}>", f"rfc822; {address}"):
        assert PATH.named_in(["", "nonsense@x", text]) == Returned(clinic_id, letter_id)


def test_a_path_signed_with_the_key_before_is_known_and_one_of_a_stranger_is_not():
    signed = {key: ReturnPath(PATH.address, (key,)).of(CLINIC, LETTER) for key in ("new", "old", "another")}
    assert PATH.of(CLINIC, LETTER) == signed["new"]
    assert [PATH.named_in([address]) is not None for address in signed.values()] == [True, True, False]


@given(st.integers(0, TOKEN_CHARACTERS - 1), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_no_character_of_a_token_can_be_changed(at, other):
    token = PATH.of(CLINIC, LETTER).split("+")[1].split("@")[0]
    changed = token[:at] + other + token[at + 1 :]
    assert (PATH.named_in([changed]) is None) == (changed != token)


@given(st.lists(st.text(), max_size=5))
def test_nonsense_names_no_letter(texts):
    assert PATH.named_in(texts) is None


# Letters that Python takes for a k and an s when it ignores case, and that no base 32 knows.
@pytest.mark.parametrize("strange", ["\u212a" * TOKEN_CHARACTERS, "\u017f" * TOKEN_CHARACTERS, "a" * 1_000_000])
def test_letters_that_only_look_right_name_none(strange):
    assert PATH.named_in([strange]) is None


def test_without_a_key_all_letters_share_one_address():
    assert ReturnPath("alerts@clinic.example").of(CLINIC, LETTER) == "alerts@clinic.example"


def test_the_longest_name_that_the_settings_take_leaves_room_for_a_token():
    longest = ReturnPath(f"{'a' * LONGEST_NAME}@clinic.example", ("key",)).of(CLINIC, LETTER)
    assert len(longest.partition("@")[0]) == LONGEST_LOCAL_PART
    assert ReturnPath(longest, ("key",)).named_in([longest]) == Returned(CLINIC, LETTER)


def test_every_letter_and_every_copy_of_it_goes_out_under_its_own_return_path(office):
    office.push(office.enrol([office.nurse, office.hire("second@clinic.example")]), flags())
    office.server.order(Order(cut=True))
    office.deliver()
    office.later(minutes=1)
    office.deliver()
    paths = {letter.message_id: RETURN_PATH.of(office.clinic.id, letter.id) for letter in office.letters()}
    assert len(set(paths.values())) == 2
    assert len(office.server.mails) == 3
    for mail in office.server.mails:
        assert mail.return_path == paths[mail.message_id.strip("<>").partition("@")[0]]
        assert "bounces" not in mail.raw.decode()


def test_two_clinics_never_share_one():
    assert PATH.of(1, LETTER) != PATH.of(2, LETTER) != PATH.of(2, uuid4())
