"""Who is there, in Chromium: Boris sets the duty, the nurse tells of her absence, he stands in; wide and narrow."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Check, Clinic
from tests.dashboards.lived_in import NOON


def _opens(clinic: Clinic, page: Page, end: str = "") -> None:
    page.goto(f"{clinic.address}/c/ribeira/duty{end}")


def _sets_duty(clinic: Clinic, page: Page) -> None:
    _opens(clinic, page)
    page.get_by_role("link", name="Put somebody on duty").click()
    page.locator("#staff-id").select_option(index=1)
    page.locator("#duty").select_option("nurse")
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Save the duty").click()
    expect(page.get_by_text("The duty is saved.")).to_be_visible()


def _is_away(clinic: Clinic, page: Page, deputy: str) -> None:
    page.get_by_role("link", name="Tell of an absence").click()
    page.locator("#first-day").fill(str(NOON.date() + timedelta(days=1)))
    page.locator("#last-day").fill(str(NOON.date() + timedelta(days=3)))
    page.locator("#deputy-id").select_option(deputy)
    page.get_by_role("button", name="Save the absence").click()
    expect(page.get_by_text("has not accepted yet")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 320])
def test_the_week_is_set_read_and_in_order(clinic: Clinic, must_be_in_order: Check, width: int) -> None:
    boris = clinic.signed_in(width=width)
    _sets_duty(clinic, boris)
    nuno = clinic.signed_in(clinic.people.nuno, width=width, locale="en-GB")
    _opens(clinic, nuno)
    must_be_in_order(nuno)
    _opens(clinic, boris)
    _is_away(clinic, boris, str(clinic.people.nuno.id))
    must_be_in_order(boris)
    for form in ("/shift", "/absence"):
        _opens(clinic, boris, form)
        must_be_in_order(boris)
        boris.get_by_role("button", name="Save").click()
        expect(boris.get_by_role("alert")).to_be_visible()
        must_be_in_order(boris)
