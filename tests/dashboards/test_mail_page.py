"""The mail page and the page behind a digest's link: what is chosen, and who may leave without signing in."""

from datetime import timedelta

import pytest

from rehab_tracker.domain.mail_wishes import MailWishes
from rehab_tracker.services import mail_choices
from tests.cast import at, digest_of
from tests.dashboards.conftest import House

MAIL = "/c/porto/mail"


def _wishes(house: House) -> MailWishes:
    with house.cast.session() as session:
        return mail_choices.mail_choices(session, house.cast.viewer_of(house.cast.nuno))


def _link(house: House) -> str:
    link: str = digest_of(house.cast, house.cast.nuno, at(0))["leave"]
    return link


def _nobody_else_reads(house: House) -> None:
    with house.cast.session() as session:
        for other in (house.cast.boris, house.cast.dora):
            mail_choices.choose_mail(session, house.cast.viewer_of(other), MailWishes(None, None), at(0))


def test_the_page_shows_what_is_chosen_and_keeps_a_new_choice(house: House) -> None:
    nuno = house.browser(house.cast.nuno)
    page = nuno.get(MAIL)
    assert page.status_code == 200 and 'value="07:30"' in page.text and 'value="16:00"' in page.text
    typed = {"morning_at": "06:45", "evening_at": "", "time_zone": "Atlantic/Azores"}
    assert nuno.post(MAIL, data=typed).status_code == 303
    assert _wishes(house) == MailWishes("06:45", None, "Atlantic/Azores", frozenset(("plan-change",)))
    nuno.post(MAIL, data={**typed, "wanted": "plan-change"})
    assert _wishes(house).unwanted == frozenset()


@pytest.mark.parametrize("bad", [{"morning_at": "7"}, {"evening_at": "06:00"}, {"time_zone": "Mars/Base"}])
def test_what_is_not_possible_comes_back_beside_its_field_with_what_was_typed(
    sqlite_house: House, bad: dict[str, str]
) -> None:
    typed = {"morning_at": "07:30", "evening_at": "16:00", "time_zone": ""} | bad
    page = sqlite_house.browser(sqlite_house.cast.nuno).post(MAIL, data=typed)
    [(name, value)] = bad.items()
    assert (
        page.status_code == 422 and f'value="{value}"' in page.text and f'href="#{name.replace("_", "-")}"' in page.text
    )
    assert _wishes(sqlite_house) == MailWishes()


def test_the_last_reader_is_refused_on_the_page_too(sqlite_house: House) -> None:
    _nobody_else_reads(sqlite_house)
    page = sqlite_house.browser(sqlite_house.cast.nuno).post(MAIL, data={"wanted": "plan-change"})
    assert page.status_code == 409 and _wishes(sqlite_house).wants_digests


def test_opening_the_link_shows_a_button_and_changes_nothing(house: House) -> None:
    link, stranger = _link(house), house.app.test_client()
    page = stranger.get(link)
    assert page.status_code == 200 and f'action="{link}"' in page.text
    assert stranger.head(link).status_code == 200
    assert house.cast.nuno.name not in page.text and house.cast.nuno.email not in page.text
    assert _wishes(house).wants_digests


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}])
def test_one_post_leaves_without_cookie_sign_in_or_token(sqlite_house: House, headers: dict[str, str]) -> None:
    """As RFC 8058 has it: the mail program sends this form by itself."""
    answer = sqlite_house.app.test_client().post(
        _link(sqlite_house), data={"List-Unsubscribe": "One-Click"}, headers=headers
    )
    assert answer.status_code == 200 and not _wishes(sqlite_house).wants_digests


def test_every_other_form_from_another_site_is_still_refused(sqlite_house: House) -> None:
    stranger = sqlite_house.app.test_client()
    headers = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}
    assert stranger.post("/c/porto/sign-in", data={}, headers=headers).status_code == 403


def test_the_last_reader_is_shown_how_to_hand_over(sqlite_house: House) -> None:
    link = _link(sqlite_house)
    _nobody_else_reads(sqlite_house)
    page = sqlite_house.app.test_client().post(link)
    assert page.status_code == 409 and MAIL in page.text
    assert _wishes(sqlite_house).wants_digests


def test_a_link_that_is_unknown_old_or_of_another_clinic_opens_nothing(sqlite_house: House) -> None:
    link, stranger = _link(sqlite_house), sqlite_house.app.test_client()
    for bad in (link[:-1] + "!", link.replace("/porto/", "/braga/"), "/c/porto/unsubscribe/x"):
        assert stranger.get(bad).status_code == stranger.post(bad).status_code == 404
    sqlite_house.now += timedelta(days=61)
    assert stranger.post(link).status_code == 404 and _wishes(sqlite_house).wants_digests


def test_an_administrator_has_no_digest_to_choose(sqlite_house: House) -> None:
    assert sqlite_house.browser(sqlite_house.cast.alda).get(MAIL).status_code == 403
