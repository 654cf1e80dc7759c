"""A token in an address or a form is revoked at once, and the audit knows."""

import pytest

from tests.served import House, code_of, pain


def test_in_the_query(house: House) -> None:
    answer = house.client.get(f"/api/v1/me?access_token={house.ana.token}", headers=house.ana.headers)
    assert (answer.status_code, code_of(answer)) == (400, "token-exposed")
    assert house.ana.token not in answer.text
    assert house.ana.push(pain()).status_code == 401
    assert house.cast.audit()[-1] == "device-revoked"


@pytest.mark.parametrize("path", ["/api/v1/me/{}", "/api/v1/{}/entries", "/api/v1/me?x=%20{}", "/c/nowhere/{}"])
def test_anywhere_in_the_address(sqlite_house: House, path: str) -> None:
    answer = sqlite_house.client.get(path.format(sqlite_house.ana.token))
    assert answer.status_code == 400
    assert sqlite_house.ana.push(pain()).status_code == 401


@pytest.mark.parametrize("path", ["/api/v1/me/sync/push", "/c/porto/sign-in"])
def test_in_a_form(sqlite_house: House, path: str) -> None:
    assert sqlite_house.client.post(path, data={"access_token": sqlite_house.ana.token}).status_code == 400
    assert sqlite_house.ana.push(pain()).status_code == 401


def test_one_that_is_no_phones_is_refused_by_the_api_alone(sqlite_house: House) -> None:
    other = sqlite_house.ana.token[:-1] + ("A" if sqlite_house.ana.token[-1] != "A" else "B")
    assert sqlite_house.client.get(f"/api/v1/meta?x={other}").status_code == 400
    invitation = sqlite_house.client.get(f"/c/{sqlite_house.cast.porto.slug}/invitation/{other}")
    assert invitation.status_code == 200
    assert sqlite_house.ana.push(pain()).status_code == 200
