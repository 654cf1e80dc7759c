"""A working day's clinic behind a real server, and Debian's Chromium in front of it."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from rehab_tracker.services.staff import sign_in
from rehab_tracker.storage.people import Staff
from tests.conftest import Store, copied_to
from tests.dashboards.lived_in import NOON, PASSWORD, LivedIn, lived_in
from tests.served import Clock, serving

HERE = Path(__file__).parent
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
AXE = HERE.parents[1] / "rehab_tracker/assets/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
QUIET = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WATCH = """window.__csp = [];
addEventListener("securitypolicyviolation", e => __csp.push(`${e.effectiveDirective} ${e.blockedURI} ${e.sample}`))"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives Chromium, and skip it with the one command that helps where there is none."""
    own = [item for item in items if HERE in item.path.parents]
    absent = not Path(CHROMIUM).exists() and os.environ.get("REHAB_REQUIRE_BROWSER") != "1"
    for item in own:
        item.add_marker(pytest.mark.browser)
        if absent:
            item.add_marker(pytest.mark.skip(reason="no Chromium here: apt-get install -y chromium fonts-liberation"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; it is not let out of its sandbox unless root runs it, which it refuses otherwise."""
    with sync_playwright() as playwright:
        arguments = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else QUIET
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def working_day(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, LivedIn]:
    """The database of a clinic on a working day, made once; nothing has it open."""
    path = tmp_path_factory.mktemp("lived-in") / "rehab.sqlite3"
    shutil.copy(sqlite_template, path)
    store = Store("sqlite", lambda role: f"sqlite:///{path}")
    people = lived_in(store)
    store.close()
    return path, people


@pytest.fixture(scope="session")
def served_place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where one test after the other has its own copy of that database, so that the app serves on."""
    return tmp_path_factory.mktemp("served") / "rehab.sqlite3"


@dataclass
class Clinic:
    """A clinic that is served, and the browsers that look at it; each of them is watched."""

    people: LivedIn
    store: Store
    address: str
    chromium: Browser
    contexts: list[BrowserContext] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def page(self, width: int = 1280, **more: Any) -> Page:
        """Return a page of a new browser window; what goes wrong in it is kept."""
        context = self.chromium.new_context(viewport={"width": width, "height": 800}, **{"locale": "en-GB"} | more)
        self.contexts.append(context)
        context.add_init_script(WATCH)
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("request", lambda request: self._note(request.url))
        return page

    def _note(self, url: str) -> None:
        if not url.startswith((self.address, "data:", "blob:")):
            self.faults.append(f"another host: {url}")

    def signed_in(self, person: Staff | None = None, by_form: bool = False, **more: Any) -> Page:
        """Return a page on which somebody, Boris unless another is named, is signed in and sees the worklist."""
        page, who, home = self.page(**more), person or self.people.boris, f"{self.address}/c/ribeira/"
        if by_form:
            page.goto(home)
            page.locator("#email").fill(who.email)
            page.locator("#password").fill(PASSWORD)
            page.locator("main button").click()
            page.wait_for_url(home)
            return page
        with self.store.session(self.people.clinic.id) as session:
            token = sign_in(session, self.people.clinic, who.email, PASSWORD, NOON)
        page.context.add_cookies([{"name": "session", "value": token, "url": self.address}])
        page.goto(home)
        return page

    def record(self, page: Page, name: str = "Manuel Teixeira", query: str = "") -> None:
        """Open a patient's page."""
        page.goto(f"{self.address}/c/ribeira/patients/{self.people.patients[name].id}{query}")


@pytest.fixture
def clinic(working_day: tuple[Path, LivedIn], chromium: Browser, served_place: Path) -> Iterator[Clinic]:
    """The clinic at twenty to ten, served on a copy of its database; nothing forbidden may have happened in the end."""
    template, people = working_day
    path = copied_to(served_place, template)
    store = Store("sqlite", lambda role: f"sqlite:///{path}")
    with serving(store, Clock(NOON)) as app:
        server = make_server("127.0.0.1", 0, app, threaded=True)
        Thread(target=server.serve_forever, daemon=True).start()
        found = Clinic(people, store, f"http://127.0.0.1:{server.server_port}", chromium)
        yield found
        for context in found.contexts:
            context.close()
        server.shutdown()
        server.server_close()
    store.close()
    assert found.faults == []


Check = Callable[[Page], None]


@pytest.fixture
def must_be_in_order() -> Check:
    """Check a page that stands there: policy kept, axe content, no sideways scroll, no inline anything needed."""

    def check(page: Page) -> None:
        assert page.evaluate("window.__csp") == []
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        assert [(v["id"], v["nodes"][0]["target"], v["nodes"][0]["html"]) for v in found["violations"]] == []
        width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert width[0] <= width[1]

    return check
