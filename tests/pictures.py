"""Draws README's pictures anew: the worklist and a patient's page of a made-up clinic, as Chromium shows them.

``python -m tests.pictures`` writes them to ``.github/pictures/``.
"""

import logging
import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from rehab_tracker.storage import revisions
from rehab_tracker.storage.database import open_engine
from tests.conftest import Store
from tests.dashboards.lived_in import NOON, PASSWORD, lived_in
from tests.served import Clock, serving

FOLDER = Path(__file__).parents[1] / ".github" / "pictures"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
LARGEST = 300_000
"""Bytes of one picture: README must load quickly."""


def main() -> None:
    """Draw both pictures."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rehab.sqlite3"
        engine = open_engine(f"sqlite:///{path}", owner=True)
        revisions.upgrade(engine)
        engine.dispose()
        store = Store("sqlite", lambda role: f"sqlite:///{path}")
        lived_in(store)
        with serving(store, Clock(NOON)) as app:
            server = make_server("127.0.0.1", 0, app, threaded=True)
            Thread(target=server.serve_forever, daemon=True).start()
            draw(f"http://127.0.0.1:{server.server_port}/c/ribeira/")
            server.shutdown()
        store.close()


def draw(address: str) -> None:
    """Sign in at the clinic of this address and take the pictures."""
    with sync_playwright() as playwright:
        arguments = ["--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        page = browser.new_page(viewport={"width": 1200, "height": 850}, locale="en-GB")
        page.goto(address)
        page.locator("#email").fill("boris@ribeira.example")
        page.locator("#password").fill(PASSWORD)
        page.locator("main button").click()
        page.wait_for_url(address)
        keep(page, "worklist")
        page.get_by_role("link", name="Manuel Teixeira").click()
        page.wait_for_selector("[data-state=drawn]")
        keep(page, "timeline", 1120)
        browser.close()


def keep(page: Page, name: str, height: int = 850) -> None:
    """Write what the page shows; a picture that is too large is refused."""
    page.set_viewport_size({"width": 1200, "height": height})
    page.mouse.move(0, 0)
    taken = page.screenshot(path=FOLDER / f"{name}.png")
    print(f"{name}.png: {len(taken):,} bytes")
    if len(taken) > LARGEST:
        raise SystemExit(f"{name}.png is larger than {LARGEST:,} bytes.")


if __name__ == "__main__":
    main()
