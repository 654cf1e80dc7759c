"""The staff's pages in Chromium: strict policy, keyboard only, 320 px, no scripts, both languages."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Check, Clinic

DRAWN = "[data-state=drawn]"
SUMMARY, TABLE = "section[aria-labelledby=course] summary", "section[aria-labelledby=course] details table"
HEADLINE = (
    "8 of 10 patients need you: 3 urgent, 2 soon, 1 with a plan to review, 1 not logging, 1 with a place to examine"
)
WIDTHS = pytest.mark.parametrize("width", [1280, 320])


def _worklist(clinic: Clinic, page: Page) -> None:
    expect(page.locator("h1")).to_have_text(HEADLINE)


def _record(clinic: Clinic, page: Page) -> None:
    clinic.record(page, query="?days=28")
    page.wait_for_selector(DRAWN)
    page.locator(SUMMARY).click()
    expect(page.locator(TABLE)).to_be_visible()


def _everything(clinic: Clinic, page: Page) -> None:
    clinic.record(page, query="?days=all")
    page.wait_for_selector(DRAWN)


def _alert(clinic: Clinic, page: Page) -> None:
    page.locator(".why a").first.click()
    expect(page.get_by_role("button", name="Acknowledge")).to_be_visible()


def _taken(clinic: Clinic, page: Page) -> None:
    _alert(clinic, page)
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.get_by_text("Boris Vilaça acknowledged this today 09:40")).to_be_visible()


def _reason(clinic: Clinic, page: Page) -> None:
    clinic.record(page, "Marta Quintela")
    expect(page.locator("h1")).to_have_text("Why do you need this record?")


def _reason_too_short(clinic: Clinic, page: Page) -> None:
    _reason(clinic, page)
    page.locator("#reason").fill("hm")
    page.get_by_role("button", name="Open the record").click()
    expect(page.get_by_role("alert")).to_be_visible()


def _not_found(clinic: Clinic, page: Page) -> None:
    page.goto(f"{clinic.address}/c/ribeira/patients/00000000-0000-4000-8000-000000000000")
    expect(page.locator("h1")).to_have_text("Not found")


def _opens(end: str) -> Callable[[Clinic, Page], None]:
    """Return what opens a page about Manuel by its address."""

    def opened(clinic: Clinic, page: Page) -> None:
        clinic.record(page, query=end)
        expect(page.locator("main h1")).to_be_visible()

    opened.__name__ = end.strip("/").replace("/", " ")
    return opened


def _plan(clinic: Clinic, page: Page) -> None:
    clinic.record(page)
    page.get_by_role("link", name="Move, hold or end this plan").first.click()
    expect(page.get_by_role("button", name="Move the plan")).to_be_visible()


def _plan_without_reason(clinic: Clinic, page: Page) -> None:
    _plan(clinic, page)
    page.locator("#phase").select_option(index=1)
    page.get_by_role("button", name="Move the plan").click()
    expect(page.locator("#reason-error")).to_be_visible()


def _item_with_a_fault(clinic: Clinic, page: Page) -> None:
    clinic.record(page, query="/items/new?kind=dxa")
    page.locator("#content-results-0-region").select_option("total-hip")
    page.locator("#content-results-0-t-score").fill("25")
    page.locator("#on").fill("2026-04")
    page.get_by_role("button", name="Write it into the record").click()
    page.get_by_role("link", name="A score of bone density").click()
    expect(page.locator("#content-results-0-t-score")).to_be_focused()


def _both_legs(clinic: Clinic, page: Page) -> None:
    clinic.record(page, "Rui Antunes", "/places/new")
    page.locator("#site").select_option("right-knee")
    page.locator("#status").select_option("confirmed")
    page.get_by_role("button", name="Record it").click()
    expect(page.locator("h1")).to_have_text("Both legs would be restricted")


def _written(clinic: Clinic, page: Page) -> None:
    clinic.record(page, query="/items/new?kind=mri")
    page.locator("#on").fill("2026-04")
    page.locator("#site").select_option("left-knee")
    page.get_by_role("group", name="Collapse").get_by_label("no", exact=True).check()
    page.get_by_role("button", name="Write it into the record").click()
    expect(page.get_by_text("It is written into the record.")).to_be_visible()
    page.get_by_role("link", name="Open or correct: MRI").click()
    expect(page.get_by_role("button", name="Strike it out")).to_be_visible()


def _changed_meanwhile(clinic: Clinic, page: Page) -> None:
    clinic.record(page, query="/person")
    other = page.context.new_page()
    clinic.record(other, query="/person")
    for each, phone in ((other, "+351 1"), (page, "+351 2")):
        each.locator("#phone").fill(phone)
        each.get_by_role("button", name="Save the details").click()
    expect(page.locator("h1")).to_have_text("Somebody changed this meanwhile")


def _protocol(clinic: Clinic, page: Page) -> None:
    page.get_by_role("link", name="Protocol").click()
    expect(page.get_by_role("button", name="Save as a new version")).to_be_visible()


def _phase(clinic: Clinic, page: Page) -> None:
    _protocol(clinic, page)
    page.get_by_role("link", name="Walking practice").click()
    expect(page.get_by_role("button", name="Save as a new version")).to_be_visible()


def _order_with_a_fault(clinic: Clinic, page: Page) -> None:
    clinic.record(page, query="/exercises/new")
    page.locator("#exercise").select_option("calf-raise")
    page.locator("#dose-sets").fill("2")
    page.get_by_role("button", name="Order it").click()
    page.get_by_role("link", name="Choose at least one day of the week.").click()
    expect(page.locator("#days")).to_be_focused()


def _orders_and_rests(clinic: Clinic, page: Page) -> None:
    for at in range(2):
        clinic.record(page, query="/exercises/new")
        page.locator("#exercise").select_option("calf-raise")
        page.get_by_label("Right knee, medial femoral condyle").check()
        page.locator("#dose-sets").fill("2")
        page.get_by_label("Tuesday").check()
        page.locator("#from-on").fill(f"2026-04-2{2 + at}")
        page.locator("#reason").fill("bears it well")
        page.get_by_role("button", name="Order it").click()
    clinic.record(page, query="/rests/new")
    page.locator("#scope").select_option("right-leg")
    page.locator("#cause").select_option("travel")
    page.locator("#reason").fill("a week abroad")
    page.get_by_role("button", name="Let them rest").click()
    expect(page.get_by_text("The rest is kept.")).to_be_visible()


def _one_order(clinic: Clinic, page: Page) -> None:
    _orders_and_rests(clinic, page)
    page.get_by_role("link", name="Change or stop: Heel raises").first.click()
    expect(page.get_by_role("button", name="Stop this order")).to_be_visible()


def _one_rest(clinic: Clinic, page: Page) -> None:
    _orders_and_rests(clinic, page)
    page.get_by_role("link", name="Change the end or take back: Right leg").click()
    expect(page.get_by_role("button", name="Take this rest back")).to_be_visible()


PLACE = "/places/right-knee.medial-femoral-condyle"
STANDS = [_worklist, _record, _everything, _alert, _taken, _reason, _reason_too_short, _not_found, _plan, _both_legs]
FORMS = [*map(_opens, ("/heard", "/person", "/twice", "/limits", "/places/new", PLACE, "/items/new?kind=laboratory")),
         _plan_without_reason, _item_with_a_fault, _written, _changed_meanwhile, _protocol, _phase,
         _order_with_a_fault, _orders_and_rests, _one_order, _one_rest]  # fmt: skip


@WIDTHS
@pytest.mark.parametrize("open_it", STANDS, ids=lambda f: f.__name__.strip("_"))
def test_every_page_is_in_order(
    clinic: Clinic, must_be_in_order: Check, open_it: Callable[[Clinic, Page], None], width: int
) -> None:
    page = clinic.signed_in(width=width)
    open_it(clinic, page)
    must_be_in_order(page)


@pytest.mark.parametrize("open_it", FORMS, ids=lambda f: f.__name__.strip("_"))
def test_every_form_is_in_order_on_a_narrow_screen(
    clinic: Clinic, must_be_in_order: Check, open_it: Callable[[Clinic, Page], None]
) -> None:
    page = clinic.signed_in(width=320)
    open_it(clinic, page)
    must_be_in_order(page)


@WIDTHS
def test_the_pages_before_signing_in_are_in_order(clinic: Clinic, must_be_in_order: Check, width: int) -> None:
    page = clinic.page(width=width)
    page.goto(f"{clinic.address}/c/ribeira/")
    must_be_in_order(page)
    page.locator("#email").fill("boris@ribeira.example")
    page.locator("#password").fill("a wrong password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    assert page.title().startswith("Error: ")
    must_be_in_order(page)
    page.goto(f"{clinic.address}/c/ribeira/invitation/none")
    must_be_in_order(page)


def test_an_alert_is_taken_with_two_keys(clinic: Clinic) -> None:
    page = clinic.signed_in(by_form=True)
    page.get_by_role("link", name="Left hip, groin: sudden severe pain").focus()
    page.keyboard.press("Enter")
    button = page.get_by_role("button", name="Acknowledge")
    expect(button).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.get_by_text("Boris Vilaça acknowledged this today 09:40")).to_be_visible()
    page.goto(f"{clinic.address}/c/ribeira/")
    expect(page.locator("h1")).to_contain_text("2 urgent")


def test_the_skip_link_leads_to_the_content(clinic: Clinic) -> None:
    page = clinic.signed_in()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_figure_is_drawn_named_and_without_buttons(clinic: Clinic) -> None:
    page = clinic.signed_in()
    clinic.record(page)
    page.wait_for_selector(DRAWN)
    figure = page.locator("[data-figure]")
    assert figure.get_attribute("role") == "img"
    name, sentence = (page.locator(f"#{figure.get_attribute(f'aria-{by}')}") for by in ("labelledby", "describedby"))
    expect(name).to_have_text("Timeline of pain and alerts.")
    expect(sentence).to_contain_text("Left knee: 6 yesterday", ignore_case=True)
    pictures = page.locator("[data-figure] svg")
    assert pictures.count() > 0
    assert {pictures.nth(at).get_attribute("aria-hidden") for at in range(pictures.count())} == {"true"}
    assert page.locator("[data-figure] button, .modebar").count() == 0
    assert "Share" not in figure.inner_text() and page.get_by_text("Share chart").count() == 0


def test_plotly_was_told_of_no_cloud(clinic: Clinic) -> None:
    page = clinic.signed_in()
    clinic.record(page)
    page.wait_for_selector(DRAWN)
    told = page.evaluate("document.querySelector('[data-figure]')._context")
    assert (told["showSendToCloud"], told["plotlyServerURL"], told["displaylogo"]) == (False, "", False)
    assert told["displayModeBar"] is False


def test_where_the_figure_fails_sentence_and_table_stay(clinic: Clinic) -> None:
    page = clinic.signed_in()
    page.route("**/timeline.json*", lambda route: route.abort())
    clinic.record(page)
    expect(page.locator("[data-figure]")).to_contain_text("could not be drawn")
    expect(page.locator("#figure-sentence")).to_contain_text("2 open alerts.")
    page.locator(SUMMARY).click()
    expect(page.locator(f"{TABLE} td").first).to_be_visible()


def test_everything_works_without_scripts(clinic: Clinic) -> None:
    page = clinic.signed_in(by_form=True, java_script_enabled=False)
    _worklist(clinic, page)
    page.get_by_role("link", name="Manuel Teixeira").click()
    expect(page.locator("#figure-sentence")).to_contain_text("Right knee: 0 to 1 for")
    expect(page.locator("noscript p")).to_be_visible()
    page.locator(SUMMARY).click()
    expect(page.locator(f"{TABLE} tbody tr")).to_have_count(90)
    page.locator(".open a").first.click()
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.get_by_text("Boris Vilaça acknowledged this")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("h1")).to_have_text("Sign in")


def test_a_nurse_reads_portuguese(clinic: Clinic, must_be_in_order: Check) -> None:
    page = clinic.signed_in(clinic.people.nuno, by_form=True)
    clinic.record(page)
    page.wait_for_selector(DRAWN)
    assert page.locator("html").get_attribute("lang") == "pt-PT"
    expect(page.locator("[data-figure]")).to_contain_text("abr")
    expect(page.locator(".identity")).to_contain_text("9 de março de 1968")
    must_be_in_order(page)


def test_a_reason_opens_the_record_it_was_given_for(clinic: Clinic) -> None:
    page = clinic.signed_in()
    _reason(clinic, page)
    page.locator("#reason").fill("She called the clinic")
    page.get_by_role("button", name="Open the record").click()
    expect(page.locator("h1")).to_have_text("Marta Quintela")


def test_on_paper_there_are_no_buttons(clinic: Clinic) -> None:
    page = clinic.signed_in()
    _alert(clinic, page)
    page.emulate_media(media="print")
    for button in page.get_by_role("button", include_hidden=True).all():
        expect(button).to_be_hidden()
    expect(page.get_by_text("RB-2000")).to_be_visible()


def test_forced_colours_keep_words_and_shapes(clinic: Clinic) -> None:
    page = clinic.signed_in(forced_colors="active")
    expect(page.locator(".tag.urgent").first).to_have_text("Urgent")
    assert page.locator(".tag.urgent svg").first.bounding_box() is not None
