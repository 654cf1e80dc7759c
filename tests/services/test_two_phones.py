"""Several things at once: two phones of one patient, one batch many times, a nurse beside a phone; on both engines."""

import threading
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWaiting
from uuid import uuid4

import pytest

from rehab_tracker.domain.access import system
from rehab_tracker.domain.errors import NotSignedIn, RehabError, WrongState
from rehab_tracker.services import enrolment, staff
from rehab_tracker.services.alerts import acknowledge
from rehab_tracker.services.involvements import record_involvement
from rehab_tracker.storage.alerts import Alert
from rehab_tracker.storage.audit import AuditEvent
from rehab_tracker.storage.enrolment import Device, FailedAttempt
from rehab_tracker.storage.entries import EntryRow
from rehab_tracker.storage.people import locked_patient
from rehab_tracker.storage.refused import RefusedItem
from tests.cast import at, logs, ticks
from tests.services.test_arrival_order import Act
from tests.services.test_entries import numbers, unreadable


def at_once(*tasks):
    """Run the tasks in threads that start together; return what each returned or raised."""
    gate = threading.Barrier(len(tasks))

    def run(task):
        gate.wait()
        try:
            return task()
        except RehabError as refusal:
            return refusal

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def test_two_phones_of_one_patient_come_one_after_the_other(cast):
    cast.records("right-knee")

    def phone(days):
        return lambda: [status for n in days for status in cast.ana_sends(logs({"left-knee": 4}, n), now=at(9))]

    answers = at_once(phone((1, 3, 5)), phone((2, 4, 6)))
    assert answers == [["created"] * 3] * 2
    assert numbers(cast) == [1, 2, 3, 4, 5, 6]
    assert cast.standing() == {("new-site-pain", "urgent", "left-knee", 4)}


def test_one_batch_from_eight_threads_is_stored_once(cast):
    cast.records("right-knee")
    batch = [logs({"left-hip": 9}, 1), ticks("fever", day=1), logs({"left-knee": 4}, 1), unreadable()]
    answers = at_once(*[lambda: cast.ana_sends(*batch, now=at(1))] * 8)
    assert sorted(answers) == [["created"] * 3 + ["rejected"]] + [["duplicate"] * 3 + ["rejected"]] * 7
    assert numbers(cast) == [1, 2, 3]
    assert len(cast.rows(Alert)) == len(cast.letters()) == 2
    assert len(cast.rows(RefusedItem)) == 1
    assert sum(row.action == "entries-pushed" for row in cast.rows(AuditEvent)) == 8


def test_different_edits_of_one_revision_at_once_are_a_conflict_and_all_kept(cast):
    item = logs({"left-knee": 1}, 1)
    edits = [logs({"left-knee": n}, 1, id=item.id, rev=2) for n in range(2, 6)]
    cast.ana_sends(item)
    answers = at_once(*(lambda edit=edit: cast.ana_sends(edit)[0] for edit in edits))
    assert sorted(answers) == ["conflict", "conflict", "conflict", "updated"]
    assert sorted(row.variant for row in cast.rows(EntryRow) if row.rev == 2) == [0, 1, 2, 3]


def test_of_two_who_acknowledge_at_once_one_is_told_the_state(cast):
    cast.ana_ticks("fever", day=1)
    [alert] = cast.rows(Alert)

    def takes(person):
        with cast.session() as session:
            return acknowledge(session, cast.viewer_of(person), alert.id, at(1, 5)).acknowledged_by

    answers = at_once(lambda: takes(cast.nuno), lambda: takes(cast.boris))
    [refusal] = [answer for answer in answers if isinstance(answer, WrongState)]
    [taker] = [answer for answer in answers if answer is not refusal]
    assert cast.rows(Alert)[0].acknowledged_by == taker
    assert cast.steps(alert) == ["raised", "acknowledged"]


@pytest.mark.parametrize("round", range(3))
def test_a_phone_is_not_disturbed_by_a_nurse_who_acknowledges_meanwhile(cast, round):
    cast.records("right-knee")
    cast.sends(cast.ana, *(logs({"left-knee": 4}, n) for n in range(1, 5)))
    [alert] = cast.rows(Alert)

    def takes():
        with cast.session() as session:
            acknowledge(session, cast.viewer_of(cast.nuno), alert.id, at(4, 5))

    answers = at_once(lambda: cast.ana_sends(logs({"left-knee": 4}, 5), now=at(5)), takes)
    assert answers == [["created"], None]
    [alert] = cast.rows(Alert)
    # Risen after the nurse had taken it, or taken by her at its new level.
    assert (alert.level, alert.state) in (("urgent", "open"), ("urgent", "acknowledged"))


@pytest.mark.parametrize("round", range(3))
def test_a_site_recorded_while_entries_come_in_is_seen_by_both(cast, round):
    cast.records("right-knee")
    cast.sends(cast.ana, *(logs({"left-knee": 4}, n) for n in range(1, 4)))
    act = Act("left-knee", "confirmed", 4)

    def records():
        with cast.session() as session:
            record_involvement(session, system(cast.porto.id), cast.ana.id, act.involvement, at(4))

    at_once(lambda: cast.ana_sends(logs({"left-knee": 4}, 4)), records)
    assert cast.standing() == set()


def test_whoever_reviews_waits_while_the_patient_is_locked(cast):
    def records():
        with cast.session() as session:
            involvement = Act("left-knee", "confirmed", 4).involvement
            record_involvement(session, system(cast.porto.id), cast.ana.id, involvement, at(4))

    with ThreadPoolExecutor(1) as pool, cast.session() as holder:
        locked_patient(holder, cast.porto.id, cast.ana.id)
        waiting = pool.submit(records)
        with pytest.raises(StillWaiting):
            waiting.result(timeout=0.5)
        holder.rollback()
        waiting.result(timeout=30)
    assert cast.audit() == ["involvement-recorded", "plan-start"]


def test_one_code_used_by_two_phones_at_once_makes_one_device(cast):
    with cast.session() as session:
        code = enrolment.new_enrolment_code(session, system(cast.porto.id), cast.porto, cast.ana.id, at(0))

    def uses():
        with cast.session() as session:
            return enrolment.use_code(session, cast.porto, code, "phone", str(uuid4()), at(0, 1)).device_id

    answers = at_once(*[uses] * 4)
    assert sum(isinstance(answer, NotSignedIn) for answer in answers) == 3
    assert len(cast.rows(Device)) == 2, "the one she had, and the new one"


def test_wrong_tries_at_once_are_all_counted(cast):
    def tries():
        with cast.session() as session:
            return staff.sign_in(session, cast.porto, "nobody@clinic.example", "wrong wrong wrong", at(0))

    answers = at_once(*[tries] * 6)
    assert all(type(answer) is NotSignedIn for answer in answers)
    assert [row.failures for row in cast.rows(FailedAttempt)] == [6]
