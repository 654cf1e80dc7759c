"""An alert's life in a real browser, on a narrow screen: taken, called about, undone, found in the inbox."""

import os
from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.browser.conftest import Check, Clinic
from tests.dashboards.lived_in import NOON


def _alert(page: Page) -> None:
    page.locator(".why a").first.click()
    expect(page.locator("form.closing")).to_be_visible()


def _picture(page: Page, name: str) -> None:
    """Keep a picture where somebody asks for one, to look at."""
    if folder := os.environ.get("REHAB_LOOK_AT"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_the_steps_of_an_alert_are_in_order_at_360_pixels(clinic: Clinic, must_be_in_order: Check) -> None:
    page = clinic.signed_in(width=360)
    _alert(page)
    page.get_by_role("button", name="Acknowledge", exact=True).click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    must_be_in_order(page)
    _picture(page, "alert")
    page.get_by_label("nobody answered").check()
    page.get_by_role("button", name="Keep the call").click()
    expect(page.get_by_role("alert")).to_contain_text("Give the day")
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.locator("#due-on")).to_be_focused()
    must_be_in_order(page)
    page.locator("#due-on").fill((NOON.date() + timedelta(days=1)).isoformat())
    page.get_by_role("button", name="Keep the call").click()
    expect(page.get_by_text("The call is kept.")).to_be_visible()


def test_the_inbox_is_in_order_and_its_lists_are_reached_by_keys(clinic: Clinic, must_be_in_order: Check) -> None:
    page = clinic.signed_in(width=360)
    page.get_by_role("link", name="Alerts", exact=True).click()
    expect(page.locator(".tabs a[aria-current]")).to_contain_text("New")
    must_be_in_order(page)
    _picture(page, "inbox")
    page.locator(".tabs a").nth(4).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".tabs a[aria-current]")).to_contain_text("Closed")
    must_be_in_order(page)


def test_nuno_reads_the_inbox_in_portuguese(clinic: Clinic, must_be_in_order: Check) -> None:
    page = clinic.signed_in(clinic.people.nuno, java_script_enabled=True)
    page.goto(f"{clinic.address}/c/ribeira/alerts?tab=mine")
    must_be_in_order(page)
