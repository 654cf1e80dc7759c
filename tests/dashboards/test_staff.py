"""Signing in and out in a browser: one answer for every wrong pair, no way out of the clinic, nothing done by GET."""

from datetime import timedelta

import pytest

from rehab_tracker.domain.access import system
from rehab_tracker.services.staff import add_staff
from rehab_tracker.storage.people import StaffSession
from tests.cast import PASSWORD, Cast, canary
from tests.dashboards.conftest import House

SIGN_IN = "/c/porto/sign-in"


def _pair(house: House, email: str | None = None, password: str = PASSWORD, **more: str) -> dict[str, str]:
    return {"email": email or house.cast.boris.email, "password": password, **more}


def _boris_has_a_password(house: House) -> None:
    house.browser(house.cast.boris)


def test_a_right_pair_opens_the_worklist(house: House) -> None:
    _boris_has_a_password(house)
    browser = house.browser()
    answer = browser.post(SIGN_IN, data=_pair(house))
    assert (answer.status_code, answer.location) == (303, "/c/porto/")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert browser.get("/c/porto/").status_code == 200


def test_every_wrong_pair_gets_the_same_answer(house: House) -> None:
    _boris_has_a_password(house)
    wrong = [
        _pair(house, password="a wrong but long password"),
        _pair(house, email="nobody@clinic.example"),
        _pair(house, email=house.cast.carla.email),
        _pair(house, email=house.cast.alda.email),  # invited, without a password yet
        _pair(house, password=""),
    ]
    answers = [house.browser().post(SIGN_IN, data=pair) for pair in wrong]
    pages = {a.text.replace(pair["email"], "…") for a, pair in zip(answers, wrong, strict=True)}
    assert {a.status_code for a in answers} == {422} and len(pages) == 1
    assert not any("Set-Cookie" in a.headers for a in answers)
    assert PASSWORD not in pages.pop()


def test_ten_wrong_tries_are_free_then_there_is_a_wait(house: House) -> None:
    _boris_has_a_password(house)
    browser = house.browser()
    answers = [browser.post(SIGN_IN, data=_pair(house, password="wrong")).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]
    waiting = browser.post(SIGN_IN, data=_pair(house))
    assert waiting.status_code == 429 and int(waiting.headers["Retry-After"]) >= 1
    house.now += timedelta(minutes=20)
    assert browser.post(SIGN_IN, data=_pair(house)).status_code == 303


def test_signing_in_leads_back_to_the_page_that_was_asked_for(house: House) -> None:
    _boris_has_a_password(house)
    browser, page = house.browser(), f"/c/porto/patients/{house.cast.ana.id}?days=28"
    refused = browser.get(page)
    assert refused.status_code == 303 and refused.location.startswith(SIGN_IN + "?next=")
    form = browser.get(refused.location)
    assert page in form.text
    assert browser.post(SIGN_IN, data=_pair(house, next=page)).location == page


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/c/porto/", "//evil.example/c/porto/", "/c/porto/..//evil.example", "/c/braga/",
        "/c/porto/\\evil.example", "/c/porto/\r\nSet-Cookie: a=b", "javascript:alert(1)", "/c/portoevil/", "c/porto/",
        "",
    ],
)  # fmt: skip
def test_signing_in_never_leads_out_of_the_clinic(house: House, elsewhere: str) -> None:
    _boris_has_a_password(house)
    assert house.browser().post(SIGN_IN, data=_pair(house, next=elsewhere)).location == "/c/porto/"


def test_signing_out_ends_the_session_itself(house: House) -> None:
    browser, thief = house.browser(house.cast.boris), house.browser()
    cookie = browser.get_cookie("session")
    assert cookie is not None
    thief.set_cookie("session", cookie.value)
    assert thief.get("/c/porto/").status_code == 200
    assert browser.post("/c/porto/sign-out").location == SIGN_IN
    assert browser.get_cookie("session") is None
    assert thief.get("/c/porto/").status_code == 303
    assert browser.get("/c/porto/sign-out").status_code == 405


def test_a_session_ends_after_half_an_hour_without_a_request(house: House) -> None:
    browser = house.browser(house.cast.boris)
    house.now += timedelta(minutes=29)
    assert browser.get("/c/porto/").status_code == 200
    house.now += timedelta(minutes=31)
    assert browser.get("/c/porto/").status_code == 303


def test_a_session_of_one_clinic_opens_nothing_of_another(house: House) -> None:
    browser = house.browser(house.cast.boris)
    assert browser.get("/c/braga/").location.startswith("/c/braga/sign-in")
    assert browser.get("/c/nowhere/").status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
    ],
)
def test_a_form_of_another_site_is_refused(house: House, headers: dict[str, str]) -> None:
    browser = house.browser(house.cast.boris)
    assert browser.post("/c/porto/sign-out", headers=headers).status_code == 403
    assert browser.get("/c/porto/").status_code == 200


def _invited(cast: Cast, house: House) -> str:
    with cast.session() as session:
        viewer = system(cast.porto.id)
        invited = add_staff(
            session, viewer, cast.porto, "new@clinic.example", "Nelson Novo", cast.nuno.role, "en-GB", house.now
        )
    return f"/c/porto/invitation/{invited.token}"


def test_an_invitation_is_used_by_its_form_not_by_opening_it(house: House) -> None:
    link, new = _invited(house.cast, house), "four words that match nothing"
    scanner = house.browser()
    assert [scanner.get(link).status_code for _ in range(3)] == [200] * 3
    browser = house.browser()
    assert browser.post(link, data={"password": new, "again": new}).location == SIGN_IN
    assert browser.post(SIGN_IN, data=_pair(house, email="NEW@clinic.example", password=new)).status_code == 303
    used = house.browser().post(link, data={"password": new, "again": new})
    assert used.status_code == 422 and "no longer valid" in used.text


@pytest.mark.parametrize("password", ["short", "passwordpassword", "nelson novo", "aaaaaaaaaaaaaaaaaaaa"])
def test_a_weak_password_is_refused_and_the_invitation_stays(house: House, password: str) -> None:
    link = _invited(house.cast, house)
    refused = house.browser().post(link, data={"password": password, "again": password})
    assert refused.status_code == 422 and 'role="alert"' in refused.text and password not in refused.text
    unlike = house.browser().post(link, data={"password": PASSWORD, "again": PASSWORD + "!"})
    assert unlike.status_code == 422 and "not the same" in unlike.text
    good = {"password": PASSWORD, "again": PASSWORD}
    assert house.browser().post(link, data=good).status_code == 303


def test_an_invitation_lasts_72_hours(house: House) -> None:
    link = _invited(house.cast, house)
    house.now += timedelta(hours=73)
    assert house.browser().post(link, data={"password": PASSWORD, "again": PASSWORD}).status_code == 422


def test_the_forms_before_signing_in_show_nothing_of_anybody(house: House) -> None:
    pages = [house.browser().get(SIGN_IN).text, house.browser().get("/c/porto/invitation/none").text]
    named = canary("porto", "clinic-name")
    assert all(page.replace(named, "").count("zqporto") == 0 for page in pages)


def test_looking_at_the_forms_keeps_no_session(house: House) -> None:
    before = len(house.cast.rows(StaffSession))
    house.browser().get(SIGN_IN)
    assert len(house.cast.rows(StaffSession)) == before
