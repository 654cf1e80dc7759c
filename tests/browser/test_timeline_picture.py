"""The timeline's picture in Chromium: words only where they have room, titles at the edge, wide and narrow."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page

from dashboards.figures.figured import Figured
from dashboards.pages.plotly_language import plotly_language
from tests.browser.conftest import Clinic
from tests.dashboards.drawing import drawn, plain
from tests.domain.diary import logged
from tests.domain.plans import HALF, RIGHT, STRENGTH, course, move, plan, start

BODY = logged(RIGHT, *(3, 2, 2, None) * 60)
PLAN = course(plan(RIGHT, start(7), move(47, HALF), move(90, STRENGTH)), (), 240)
WORDS = {"Partial weight", "Walking practice", "Strengthening", "Partial", "Walking", "Strength"}


def _opens(clinic: Clinic, figured: Figured, width: int) -> Page:
    """Open a patient's page with this figure in the place of the patient's own."""
    body = json.dumps({**plain(figured), "language": plotly_language("en_GB")})
    page = clinic.signed_in(width=width)
    page.route("**/timeline.json*", lambda route: route.fulfill(body=body, content_type="application/json"))
    clinic.record(page)
    page.wait_for_selector("[data-state=drawn]")
    return page


def _boxes(page: Page, selector: str) -> list[dict[str, Any]]:
    """Return text and edges of what is written, from left to right."""
    script = """nodes => nodes.map(node => ({text: node.textContent, ...node.getBoundingClientRect().toJSON()}))
        .sort((one, other) => one.left - other.left)"""
    found: list[dict[str, Any]] = page.locator(f"[data-figure] {selector}").evaluate_all(script)
    return found


def _words(page: Page, width: int) -> list[str]:
    """Return what is written in the bands at this width of the window, once nothing changes any more."""
    page.set_viewport_size({"width": width, "height": 800})
    page.wait_for_timeout(600)
    words = [box for box in _boxes(page, ".shapelayer text") if box["text"] in WORDS]
    assert all(one["right"] < other["left"] for one, other in zip(words, words[1:], strict=False))
    return [box["text"] for box in words]


def test_a_phase_is_written_as_long_as_its_band_has_room_for(clinic: Clinic) -> None:
    page = _opens(clinic, drawn([PLAN], BODY, 240), 360)
    narrow, wide = _words(page, 360), _words(page, 1600)
    assert narrow in (["Strengthening"], ["Strength"])
    assert wide == ["Partial weight", "Walking practice", "Strengthening"]
    between = [_words(page, width) for width in (1000, 800, 600)]
    assert any("Partial" in words for words in between)
    assert _words(page, 360) == narrow


@pytest.mark.parametrize("width", [1280, 360])
def test_titles_begin_at_the_left_edge_and_end_before_the_right_one(clinic: Clinic, width: int) -> None:
    page = _opens(clinic, drawn([PLAN], BODY, 240), width)
    frame = page.locator("[data-figure]").bounding_box()
    titles = [box for box in _boxes(page, ".annotation-text-g") if not box["text"].endswith(" leg")]
    assert frame and {box["text"] for box in titles} == {"Right knee", "Weight on the legs (× too much)"}
    for box in titles:
        assert abs(box["left"] - frame["x"]) < 8 and box["right"] <= frame["x"] + frame["width"]


@pytest.mark.parametrize("width", [1280, 360])
def test_dates_stand_apart(clinic: Clinic, width: int) -> None:
    page = _opens(clinic, drawn([PLAN], BODY, 240), width)
    dates = _boxes(page, ".xtick text")
    assert len(dates) >= 2
    assert all(one["right"] < other["left"] for one, other in zip(dates, dates[1:], strict=False))


def test_the_pointer_tells_scores_in_ink_not_in_the_colour_of_an_open_dot(clinic: Clinic) -> None:
    page = _opens(clinic, drawn((), logged("left-knee", *(5,) * 20), 20, involved=(), days=28), 1280)
    page.locator("[data-figure]").scroll_into_view_if_needed()
    dot = page.locator("[data-figure] .points path").nth(10).bounding_box()
    assert dot
    page.mouse.move(dot["x"] + 3, dot["y"] + 3)
    page.wait_for_selector("[data-figure] .hovertext")
    (told,) = _boxes(page, ".hovertext text.nums")
    assert told["text"] == "5" and _boxes(page, ".hovertext text.name") in ([], [{**told, "text": ""}])
