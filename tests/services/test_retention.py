"""Retention: what is of no more use goes, at its time and not before, and nothing else."""

from datetime import timedelta

import pytest

from rehab_tracker.domain.access import system
from rehab_tracker.domain.due import Job, RunResult
from rehab_tracker.domain.errors import NotAllowed
from rehab_tracker.services import retention
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.clock import JobRun
from rehab_tracker.storage.enrolment import EnrolmentCode, FailedAttempt
from rehab_tracker.storage.people import StaffSession
from tests.cast import at

NOW = at(200)
GONE = (StaffSession, EnrolmentCode, FailedAttempt, JobRun)


def old_and_new(cast, clinic):
    """Rows of each kind: one just too old, one just young enough, of a clinic."""
    with cast.session(clinic) as session:
        patient, staff = (cast.ana, cast.nuno) if clinic is cast.porto else (cast.bento, cast.celia)
        for nth, more in enumerate((timedelta(seconds=1), -timedelta(seconds=1))):
            month, day, quarter = (NOW - timedelta(days=days) - more for days in (30, 1, 90))
            for kind, ended, used in (("a", month, month), ("b", None, None)):
                session.add(StaffSession(clinic_id=clinic.id, staff_id=staff.id, token_sha256=f"{kind}{nth}" * 32,
                                         created_at=month, last_seen_at=month, ended_at=ended))  # fmt: skip
                session.add(EnrolmentCode(clinic_id=clinic.id, patient_id=patient.id, code_sha256=f"{kind}{nth}" * 32,
                                          created_at=month, expires_at=month, used_at=used))  # fmt: skip
            session.add(FailedAttempt(clinic_id=clinic.id, subject=f"s{nth}", failures=1, last_failed_at=day))
            session.add(JobRun(clinic_id=clinic.id, job=Job.DAY, subject="Europe/Lisbon", slot=f"d{nth}",
                               due_at=quarter, started_at=quarter, ended_at=quarter, result=RunResult.DONE,
                               late_seconds=0, done=1))  # fmt: skip
        session.commit()


def tidies(cast, clinic):
    with cast.store.session(clinic.id, "jobs") as session, transaction(session):
        return retention.tidy(session, system(clinic.id), NOW)


def test_what_is_old_goes_and_all_else_stays(cast):
    cast.ana_logs({"left-foot": 8}, 1)
    for clinic in (cast.porto, cast.braga):
        old_and_new(cast, clinic)
    before = cast.counts()
    assert tidies(cast, cast.porto) == 6
    after = cast.counts()
    assert {name for name in before if before[name] != after[name]} == {table.__tablename__ for table in GONE}
    assert [len(cast.rows(table)) for table in GONE] == [2, 2, 1, 1]
    assert [len(cast.rows(table, cast.braga)) for table in GONE] == [4, 4, 2, 2]
    assert tidies(cast, cast.porto) == 0


def test_only_the_clock_tidies(cast):
    with cast.session() as session, pytest.raises(NotAllowed):
        retention.tidy(session, cast.viewer_of(cast.alda), NOW)
