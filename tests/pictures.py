"""Draws README's pictures anew: pages of a made-up clinic and a mail that it wrote, as Chromium shows them.

``python -m tests.pictures`` writes them to ``.github/pictures/``.
"""

import logging
import os
import shutil
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from playwright.sync_api import Page, sync_playwright
from sqlalchemy import select
from werkzeug.serving import make_server

from rehab_tracker.domain.access import system
from rehab_tracker.domain.due import Job
from rehab_tracker.services import digests, letters
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage import revisions
from rehab_tracker.storage.database import open_engine
from rehab_tracker.storage.letters import Letter
from tests.conftest import Store
from tests.dashboards.lived_in import NOON, PASSWORD, TODAY, LivedIn, lived_in
from tests.served import Clock, serving

FOLDER = Path(__file__).parents[1] / ".github" / "pictures"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
LARGEST = 300_000
"""Bytes of one picture: README must load quickly."""


def main() -> None:
    """Draw all pictures."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rehab.sqlite3"
        engine = open_engine(f"sqlite:///{path}", owner=True)
        revisions.upgrade(engine)
        engine.dispose()
        store = Store("sqlite", lambda role: f"sqlite:///{path}")
        people = lived_in(store)
        mail = digest_of(store, people)
        with serving(store, Clock(NOON)) as app:
            server = make_server("127.0.0.1", 0, app, threaded=True)
            Thread(target=server.serve_forever, daemon=True).start()
            draw(f"http://127.0.0.1:{server.server_port}/c/ribeira/", mail)
            server.shutdown()
        store.close()


def digest_of(store: Store, people: LivedIn) -> str:
    """Return what Dr Boris is mailed in the afternoon, as HTML."""
    at, clinic_id = NOON + timedelta(hours=6, minutes=20), people.clinic.id
    with store.session(clinic_id) as session, transaction(session):
        evening = Job.DIGEST_EVENING
        digests.write_digest(session, system(clinic_id), people.boris.id, evening, TODAY, at, late=False)
        [letter] = session.scalars(select(Letter).where(Letter.clinic_id == clinic_id, Letter.kind == evening))
        message = letters.rendered(letter, session, "alerts@ribeira.example", "https://diary.example", at)
    return str(message.get_body(("html",)).get_content())


def draw(address: str, mail: str) -> None:
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
        page.goto(f"{address}alerts")
        keep(page, "inbox")
        # On a page of its own: the policy of ours forbids the styles that a mail must carry with it.
        page = browser.new_page(viewport={"width": 640, "height": 850})
        page.set_content(mail)
        keep(page, "digest", width=640)
        browser.close()


def keep(page: Page, name: str, height: int = 850, width: int = 1200) -> None:
    """Write what the page shows; a picture that is too large is refused."""
    page.set_viewport_size({"width": width, "height": height})
    page.mouse.move(0, 0)
    taken = page.screenshot(path=FOLDER / f"{name}.png")
    print(f"{name}.png: {len(taken):,} bytes")
    if len(taken) > LARGEST:
        raise SystemExit(f"{name}.png is larger than {LARGEST:,} bytes.")


if __name__ == "__main__":
    main()
