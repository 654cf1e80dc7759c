"""Credentials: who asks, of which clinic; everything else is refused alike."""

import pytest

from rehab_tracker.domain.access import Role
from rehab_tracker.services.credentials import new_token
from tests.cast import OPENED, signed_in
from tests.served import House, code_of, pain

ME = "/api/v1/me"


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_phone_is_known_by_its_token(house: House) -> None:
    assert house.ana.get(ME).status_code == 200


def test_a_wrong_token_is_refused_and_says_how_to_go_on(house: House) -> None:
    answer = house.client.get(ME, headers=bearer(new_token(house.cast.porto.public_id)))
    assert (answer.status_code, code_of(answer)) == (401, "reauthenticate")
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


def test_no_token_is_only_asked_for_one(house: House) -> None:
    answer = house.client.get(ME)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_a_token_is_worth_nothing_under_another_clinic(house: House) -> None:
    theirs = house.cast.braga.public_id + house.ana.token[8:]
    assert house.client.get(ME, headers=bearer(theirs)).status_code == 401


def test_two_clinics_meet_each_other_nowhere(house: House) -> None:
    house.ana.results(pain())
    bento = house.phone_of(house.cast.bento)
    assert bento.entries() == []
    assert house.cast.braga.name in bento.get(ME).text
    assert house.cast.porto.name not in bento.get(ME).text


def test_a_staff_session_is_no_phone(house: House) -> None:
    token = signed_in(house.cast, house.cast.boris, house.clock.now)
    assert house.client.get(ME, headers=bearer(token)).status_code == 401


def test_a_phones_token_is_no_staff_session(house: House) -> None:
    client = house.client
    client.set_cookie("session", house.ana.token, domain="localhost")
    assert client.get(f"/c/{house.cast.porto.slug}/").status_code == 303


def test_staff_are_known_by_their_cookie_at_their_own_clinic_only(house: House) -> None:
    client = house.client
    client.set_cookie("session", signed_in(house.cast, house.cast.boris, house.clock.now), domain="localhost")
    assert client.get(f"/c/{house.cast.porto.slug}/").status_code == 200
    assert client.get(f"/c/{house.cast.braga.slug}/").status_code == 303
    assert client.get("/c/nowhere/").status_code == 404


def test_a_session_that_was_not_used_is_over(house: House) -> None:
    client = house.client
    client.set_cookie("session", signed_in(house.cast, house.cast.boris, OPENED), domain="localhost")
    assert client.get(f"/c/{house.cast.porto.slug}/").status_code == 303


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Origin": "http://localhost"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost:81"}, 403),
        ({"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_another_site_cannot_send_our_forms(sqlite_house: House, headers: dict[str, str], status: int) -> None:
    answer = sqlite_house.client.post(f"/c/{sqlite_house.cast.porto.slug}/sign-out", headers=headers)
    assert answer.status_code == status


def test_a_view_without_a_policy_is_refused(sqlite_house: House) -> None:
    sqlite_house.app.view_functions["meta.meta"] = lambda: "everything"
    answer = sqlite_house.client.get("/api/v1/meta")
    assert (answer.status_code, code_of(answer)) == (403, "not-allowed")


def test_roles_do_what_the_policy_says(sqlite_house: House) -> None:
    client, alda = sqlite_house.client, sqlite_house.cast.alda
    assert alda.role is Role.CLINIC_ADMIN
    client.set_cookie("session", signed_in(sqlite_house.cast, alda, sqlite_house.clock.now), domain="localhost")
    assert client.get(f"/c/{sqlite_house.cast.porto.slug}/").status_code == 403
