"""The team, in Chromium: Alda sees whom mail does not reach, corrects an address, adds somebody; wide and narrow."""

import pytest
from playwright.sync_api import Page, expect

from rehab_tracker.domain.access import Role, system
from rehab_tracker.services import breaker
from rehab_tracker.services.staff import accept_invitation, add_staff
from rehab_tracker.storage.database import sessions
from rehab_tracker.storage.people import Staff
from tests.browser.conftest import Check, Clinic
from tests.dashboards.lived_in import NOON, PASSWORD


def _alda(clinic: Clinic) -> Staff:
    """An administrator; mail to the nurse does not arrive, and the mail server takes nothing."""
    place = clinic.people.clinic
    with clinic.store.session(place.id) as session:
        mail = "alda@ribeira.example"
        invited = add_staff(session, system(place.id), place, mail, "Alda Reis", Role.CLINIC_ADMIN, "en-GB", NOON)
        alda = accept_invitation(session, place, invited.token, PASSWORD, NOON)
        session.get_one(Staff, (place.id, clinic.people.nuno.id)).address_failed_at = NOON
        session.commit()
    with sessions(clinic.store.engine("jobs"))() as session:
        breaker.cut(session, "refused", False, NOON)
    return alda


def _opens(clinic: Clinic, page: Page, end: str = "") -> None:
    page.goto(f"{clinic.address}/c/ribeira/team{end}")


@pytest.mark.parametrize("width", [1280, 320])
def test_the_team_is_read_corrected_and_in_order(clinic: Clinic, must_be_in_order: Check, width: int) -> None:
    alda = clinic.signed_in(_alda(clinic), width=width)
    _opens(clinic, alda)
    expect(alda.get_by_text("mail does not arrive", exact=True)).to_be_visible()
    must_be_in_order(alda)
    alda.get_by_role("link", name=f"Change: {clinic.people.nuno.name}").click()
    must_be_in_order(alda)
    alda.locator("#email").fill("nuno at ribeira")
    alda.get_by_role("button", name="Save the address").click()
    expect(alda.get_by_role("alert")).to_be_visible()
    must_be_in_order(alda)
    alda.locator("#email").fill("nuno.new@ribeira.example")
    alda.get_by_role("button", name="Save the address").click()
    expect(alda.get_by_text("The address is saved.")).to_be_visible()
    expect(alda.get_by_text("mail does not arrive", exact=True)).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 320])
def test_somebody_is_added_and_the_link_is_shown(clinic: Clinic, must_be_in_order: Check, width: int) -> None:
    alda = clinic.signed_in(_alda(clinic), width=width)
    _opens(clinic, alda, "/add")
    must_be_in_order(alda)
    alda.get_by_label("Name").fill("Eva Prata")
    alda.locator("#email").fill("eva@ribeira.example")
    alda.get_by_label("Role").select_option("nurse")
    alda.get_by_role("button", name="Make an invitation").click()
    expect(alda.get_by_text("/c/ribeira/invitation/")).to_be_visible()
    must_be_in_order(alda)
