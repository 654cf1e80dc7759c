"""A letter is leased to one sender at a time, and only who holds the lease may mark it."""

import multiprocessing
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from rehab_tracker.storage.database import Base, open_engine, sessions, under_clinic
from rehab_tracker.storage.letters import Letter, LetterState, cancel_waiting, clinics_with_due_letters, lease_one, mark
from tests.conftest import Store
from tests.storage.rows import add, add_clinics, rows_of

LETTER = Base.metadata.tables["letter"]
NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)
LEASE = timedelta(minutes=5)
SENDER, OTHER_SENDER = uuid4(), uuid4()


def letter(clinic_id: int = 1, **other: Any) -> dict[str, Any]:
    """A letter that is due now, to the clinic's nurse."""
    new = {
        "id": uuid4(),
        "dedup_key": uuid4().hex,
        "message_id": uuid4().hex,
        "alert_id": None,
        "state": LetterState.QUEUED,
    }
    unsent = {"lease_id": None, "leased_until": None, "sent_at": None, "attempts": 0, "due_at": NOW}
    return rows_of(clinic_id)["letter"] | new | unsent | other


@pytest.fixture
def outbox(store: Store) -> Store:
    """A store with a nurse in each of two clinics."""
    add_clinics(store, 1, 2)
    for clinic_id in (1, 2):
        with store.session(clinic_id) as session:
            add(session, rows_of(clinic_id), ["staff"])
            session.commit()
    return store


def _put(store: Store, *letters: dict[str, Any]) -> None:
    for each in letters:
        with store.session(each["clinic_id"]) as session:
            session.execute(insert(LETTER), [each])
            session.commit()


def _lease(store: Store, sender: UUID = SENDER, now: datetime = NOW, clinic_id: int = 1) -> Letter | None:
    with store.session(clinic_id, role="jobs") as session:
        found = lease_one(session, clinic_id, now, LEASE, sender)
        session.commit()
        return found


def test_the_letter_longest_due_is_leased_first(outbox: Store) -> None:
    later, first, future = letter(), letter(due_at=NOW - LEASE), letter(due_at=NOW + timedelta(microseconds=1))
    _put(outbox, later, first, future)
    got = _lease(outbox)
    assert got is not None and got.id == first["id"]
    assert (got.state, got.lease_id, got.leased_until, got.attempts) == (LetterState.LEASED, SENDER, NOW + LEASE, 1)
    assert (got.address, got.values, got.message_id) == (first["address"], first["values"], first["message_id"])
    second = _lease(outbox)
    assert second is not None and second.id == later["id"]
    assert _lease(outbox) is None


@pytest.mark.parametrize("state", LetterState)
def test_only_waiting_letters_are_leased(outbox: Store, state: LetterState) -> None:
    first = letter(state=state, leased_until=NOW + LEASE)
    first["joined_to"] = first["id"] if state is LetterState.JOINED else None
    _put(outbox, first)
    assert (_lease(outbox) is not None) == (state in (LetterState.QUEUED, LetterState.DEFERRED))


def test_a_lease_that_ran_out_is_taken_over(outbox: Store) -> None:
    """A lost letter is worse than a second copy with the same Message-ID."""
    _put(outbox, letter())
    first = _lease(outbox)
    assert first is not None
    assert _lease(outbox, OTHER_SENDER, NOW + LEASE - timedelta(seconds=1)) is None
    second = _lease(outbox, OTHER_SENDER, NOW + LEASE)
    assert second is not None and (second.id, second.message_id) == (first.id, first.message_id)
    assert (second.lease_id, second.attempts) == (OTHER_SENDER, 2)
    assert not _mark(outbox, first.id, SENDER, LetterState.SENT, sent_at=NOW)
    assert _mark(outbox, first.id, OTHER_SENDER, LetterState.SENT, sent_at=NOW)


def _mark(store: Store, letter_id: UUID, sender: UUID, state: LetterState, **other: Any) -> bool:
    with store.session(1, role="jobs") as session:
        marked = mark(session, 1, letter_id, sender, state, **other)
        session.commit()
        return marked


def test_a_letter_is_marked_once(outbox: Store) -> None:
    one = letter()
    _put(outbox, one)
    _lease(outbox)
    assert _mark(outbox, one["id"], SENDER, LetterState.SENT, sent_at=NOW, answer="250 2.0.0 Ok")
    assert not _mark(outbox, one["id"], SENDER, LetterState.BOUNCED)
    with outbox.session(1) as session:
        kept = session.get_one(Letter, (1, one["id"]))
        assert (kept.state, kept.sent_at, kept.last_answer) == (LetterState.SENT, NOW, "250 2.0.0 Ok")


def test_a_deferred_letter_waits_for_its_next_try(outbox: Store) -> None:
    one = letter()
    _put(outbox, one)
    _lease(outbox)
    assert _mark(outbox, one["id"], SENDER, LetterState.DEFERRED, due_at=NOW + timedelta(hours=1), answer="451")
    assert _lease(outbox, now=NOW + timedelta(minutes=59)) is None
    again = _lease(outbox, now=NOW + timedelta(hours=1))
    assert again is not None and (again.attempts, again.last_answer) == (2, "451")


def test_clinics_with_something_due_are_listed_over_all_clinics(outbox: Store) -> None:
    _put(outbox, letter(2), letter(2), letter(1, due_at=NOW + LEASE), letter(1, state=LetterState.SENT))
    with outbox.session(role="jobs") as session:
        assert clinics_with_due_letters(session, NOW) == [2]
        assert clinics_with_due_letters(session, NOW + LEASE) == [2, 1]
    assert _lease(outbox, clinic_id=1) is None
    assert _lease(outbox, clinic_id=2) is not None


def test_what_nobody_has_leased_can_be_cancelled(outbox: Store) -> None:
    with outbox.session(1) as session:
        add(session, rows_of(1), ["patient", "clinic_settings", "alert"])
        session.commit()
    alert_id = rows_of(1)["alert"]["id"]
    states = [LetterState.QUEUED, LetterState.DEFERRED, LetterState.LEASED, LetterState.SENT]
    rows = [letter(alert_id=alert_id, state=state) for state in states]
    _put(outbox, *rows, letter())
    with outbox.session(1) as session:
        cancel_waiting(session, 1, alert_id)
        session.commit()
        kept = {row.id: row.state for row in session.scalars(select(Letter).where(Letter.alert_id == alert_id, *MINE))}
    gone = LetterState.CANCELLED
    assert [kept[row["id"]] for row in rows] == [gone, gone, LetterState.LEASED, LetterState.SENT]
    assert _lease(outbox) is not None and _lease(outbox) is None


MINE = (Letter.clinic_id == 1,)


@pytest.mark.parametrize("key", ["dedup_key", "message_id"])
def test_a_letter_is_written_once(outbox: Store, key: str) -> None:
    one = letter()
    _put(outbox, one, letter(2, **{key: one[key]}))
    with pytest.raises(IntegrityError):
        _put(outbox, letter(**{key: one[key]}))


MANY = 120


def test_four_threads_lease_each_letter_once(outbox: Store) -> None:
    _put_many(outbox)
    barrier = threading.Barrier(4)

    def send(sender: UUID) -> list[UUID]:
        barrier.wait()
        got = []
        while (found := _lease(outbox, sender)) is not None:
            got.append(found.id)
        return got

    with ThreadPoolExecutor(4) as pool:
        got = [each for found in pool.map(send, [uuid4() for _ in range(4)]) for each in found]
    assert len(got) == len(set(got)) == MANY


def test_four_processes_lease_each_letter_once(outbox: Store) -> None:
    _put_many(outbox)
    url = outbox.url("jobs")
    outbox.close()  # nothing may be open when processes are started
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        got = [each for found in pool.map(_lease_all, [url] * 4, chunksize=1) for each in found]
    assert len(got) == len(set(got)) == MANY


def test_the_test_above_can_fail(outbox: Store) -> None:
    """Choosing first and leasing afterwards, without a lock, gives some letters to two senders."""
    _put_many(outbox)
    barrier = threading.Barrier(2)
    got: Counter[UUID] = Counter()

    def send() -> None:
        with outbox.session(1, role="owner") as session:
            session.connection(execution_options={"read_only": outbox.kind == "sqlite"})
            chosen = session.scalars(select(LETTER.c.id).where(LETTER.c.clinic_id == 1).limit(1)).one()
            session.rollback()
            barrier.wait()
            session.execute(
                update(LETTER).where(LETTER.c.clinic_id == 1, LETTER.c.id == chosen).values(lease_id=uuid4())
            )
            session.commit()
            got[chosen] += 1

    threads = [threading.Thread(target=send) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert max(got.values()) == 2


def _put_many(store: Store) -> None:
    with store.session(1) as session:
        session.execute(insert(LETTER), [letter() for _ in range(MANY)])
        session.commit()


def _lease_all(url: str) -> list[UUID]:
    """Run in a process of its own: leases until there is nothing left."""
    engine = open_engine(url)
    got = []
    with under_clinic(sessions(engine)(), 1) as session:
        while (found := lease_one(session, 1, NOW, LEASE, uuid4())) is not None:
            got.append(found.id)
            session.commit()
    engine.dispose()
    return got
