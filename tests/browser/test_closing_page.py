"""Closing an alert in a real browser: in both languages, by keys, without scripts, and in order on every screen."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Check, Clinic


def _alert(page: Page) -> None:
    page.locator(".why a").first.click()
    expect(page.locator("form.closing")).to_be_visible()


def test_closing_is_in_order_and_asks_for_usual_pain_only_where_it_is_old(
    clinic: Clinic, must_be_in_order: Check
) -> None:
    page = clinic.signed_in(width=320)
    _alert(page)
    usual = page.get_by_label("Usual pain there")
    expect(usual).not_to_be_visible()
    page.locator('[value="long-standing"]').check()
    expect(usual).to_be_visible()
    must_be_in_order(page)
    page.get_by_role("button", name="Close the alert").click()
    expect(page.get_by_role("alert")).to_contain_text("Say how much it usually hurts")
    must_be_in_order(page)
    page.get_by_role("alert").get_by_role("link").click()
    expect(usual).to_be_focused()
    usual.fill("3")
    page.get_by_role("button", name="Close the alert").click()
    expect(page.get_by_text("The alert is closed.")).to_be_visible()
    expect(page.locator(".take")).to_contain_text("Boris Vilaça closed this today")
    expect(page.locator("form.closing")).to_have_count(0)
    must_be_in_order(page)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_nurse_closes_it_in_portuguese_and_it_leaves_the_list(clinic: Clinic, scripts: bool) -> None:
    page = clinic.signed_in(clinic.people.nuno, java_script_enabled=scripts)
    first = page.locator(".why a").first.get_attribute("href")
    _alert(page)
    assert page.locator("html").get_attribute("lang") == "pt-PT"
    page.locator('[value="overload"]').check()
    page.locator("#note").fill("andou o dia todo")
    page.locator("form.closing button").click()
    expect(page.locator(".steps")).to_contain_text("(andou o dia todo)")
    page.goto(f"{clinic.address}/c/ribeira/")
    expect(page.locator(f'a[href="{first}"]')).to_have_count(0)
