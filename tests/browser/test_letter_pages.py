"""Letters as a mail program shows them: they stand alone, read well in both languages, by day and by night."""

import pytest
from playwright.sync_api import Browser

from rehab_tracker.mail.language import LANGUAGES
from rehab_tracker.mail.letters import LetterKind
from tests.browser.conftest import AXE, RULES
from tests.mail.test_words import said


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_letter_is_in_order_by_day_and_by_night(chromium: Browser, scheme: str) -> None:
    """On the width of a phone, without any script of its own and without fetching anything."""
    context = chromium.new_context(viewport={"width": 360, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page, fetched = context.new_page(), []
    page.on("request", lambda request: fetched.append(request.url))
    for kind in LetterKind:
        for language in LANGUAGES:
            page.set_content(said(kind, language).html(language))
            assert page.locator("html").get_attribute("lang") == language
            page.evaluate(AXE.read_text(encoding="utf-8"))
            found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
            assert [(v["id"], v["nodes"][0]["html"]) for v in found["violations"]] == [], (kind, language)
            button = page.locator("a")
            assert button.count() == 0 or button.bounding_box()["height"] >= 44  # type: ignore[index]
            width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            assert width[0] <= width[1], (kind, language)
    context.close()
    assert fetched == []
