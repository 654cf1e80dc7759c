"""What ran when, in Chromium: wide and narrow, and in order also with what failed."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from rehab_tracker.domain.due import Job, RunResult
from rehab_tracker.services.clock import beat
from rehab_tracker.storage.clock import JobRun
from rehab_tracker.storage.database import sessions
from tests.browser.conftest import Check, Clinic
from tests.dashboards.lived_in import NOON


def _failed(clinic: Clinic) -> None:
    clinic_id = clinic.people.boris.clinic_id
    with clinic.store.session(clinic_id, "jobs") as session:
        for number, result in enumerate((RunResult.DONE, RunResult.FAILED, RunResult.LATE)):
            at = NOON - timedelta(hours=20 * number)
            session.add(
                JobRun(clinic_id=clinic_id, job=Job.DAY, subject=str(number), slot="s", due_at=at, started_at=at,
                       ended_at=at, result=result, late_seconds=900 * number, done=1)
            )  # fmt: skip
        session.commit()
    beat(sessions(clinic.store.engine("jobs")), "due", NOON, went_well=True)


@pytest.mark.parametrize("width", [1280, 320])
def test_what_ran_and_what_failed_is_in_order(clinic: Clinic, must_be_in_order: Check, width: int) -> None:
    _failed(clinic)
    page = clinic.signed_in(width=width)
    page.goto(f"{clinic.address}/c/ribeira/clock")
    expect(page.get_by_role("heading", name="What failed last")).to_be_visible()
    must_be_in_order(page)
