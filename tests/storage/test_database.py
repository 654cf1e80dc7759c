"""How the database is opened: durable, one clinic at a time, and without lost updates."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import exc, select, text, update

from rehab_tracker.storage.database import Base, open_engine, read_only, sessions, under_clinic
from rehab_tracker.storage.people import Patient, locked_patient, new_change_numbers
from tests.conftest import Store
from tests.storage.rows import add, add_clinics, rows_of

PATIENT = Base.metadata.tables["patient"]
MINE = rows_of(1)["patient"]
CLINICS = (1, 2, 3)


@pytest.fixture
def patients(store: Store) -> Store:
    """A store with one patient in each of three clinics."""
    add_clinics(store, *CLINICS)
    for clinic_id in CLINICS:
        with store.session(clinic_id) as session:
            add(session, rows_of(clinic_id), ["patient"])
            session.commit()
    return store


def test_sqlite_asks_for_every_commit_to_reach_the_disk(sqlite_store: Store) -> None:
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "busy_timeout": 10_000,
    }
    with sqlite_store.engine("owner").connect() as connection:
        assert {name: connection.scalar(text(f"PRAGMA {name}")) for name in wanted} == wanted


@pytest.mark.postgres
def test_postgres_gives_up_waiting(postgres_store: Store) -> None:
    names = ("statement_timeout", "lock_timeout", "TimeZone", "synchronous_commit")
    with postgres_store.engine().connect() as app, postgres_store.engine("owner").connect() as owner:
        of_app, of_owner = ([c.scalar(text(f"SHOW {name}")) for name in names] for c in (app, owner))
    assert of_app == ["30s", "5s", "UTC", "on"]
    assert of_owner == ["0", "5s", "UTC", "on"]


def test_two_who_read_and_then_write_lose_nothing(patients: Store) -> None:
    """Plain read, add one, write: only a lock taken before the read keeps every one of them."""

    def once(_: int) -> None:
        with patients.session(1) as session:
            patient = locked_patient(session, 1, MINE["id"])
            assert patient is not None
            patient.change_number += 1
            session.commit()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(once, range(40)))
    with patients.session(1) as session:
        assert session.get_one(Patient, (1, MINE["id"])).change_number == MINE["change_number"] + 40


def test_change_numbers_are_each_given_once(patients: Store) -> None:
    def take(count: int) -> range:
        with patients.session(1) as session:
            taken = new_change_numbers(session, 1, MINE["id"], count)
            session.commit()
            return taken

    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(take, [1, 2, 3] * 6))
    first = MINE["change_number"] + 1
    assert sorted(number for each in taken for number in each) == list(range(first, first + 36))


def test_sqlite_readers_do_not_wait_for_a_writer(sqlite_store: Store) -> None:
    """With the write lock held elsewhere a reading session answers at once; a writing one would wait 10 seconds."""
    add_clinics(sqlite_store, 1)
    with sqlite_store.session(1) as writer, sqlite_store.session(1) as reader:
        add(writer, rows_of(1), ["patient"])
        assert read_only(reader).scalars(select(Patient).where(Patient.clinic_id == 1)).all() == []
        writer.commit()
        reader.rollback()
        assert len(read_only(reader).scalars(select(Patient).where(Patient.clinic_id == 1)).all()) == 1


def test_a_session_that_only_reads_cannot_write(patients: Store) -> None:
    changed = update(Patient).where(Patient.clinic_id == 1).values(name="changed")
    with patients.session(1) as session:
        read_only(session)
        with pytest.raises(exc.DBAPIError, match="read.?only"):
            session.execute(changed)
        session.rollback()
        assert session.execute(changed.returning(Patient.name)).scalar_one() == "changed"
        session.commit()
    with patients.session(1) as session:
        assert read_only(session).scalar(select(Patient.name).where(Patient.clinic_id == 1)) == "changed"


def test_a_transaction_belongs_to_one_clinic(patients: Store) -> None:
    with patients.session(1) as session:
        assert under_clinic(session, 1) is session
        session.scalars(select(Patient).where(Patient.clinic_id == 1)).all()
        with pytest.raises(RuntimeError, match="one clinic"):
            under_clinic(session, 2)
        session.commit()
        under_clinic(session, 2)
        assert session.scalars(select(Patient.clinic_id).where(Patient.clinic_id == 2)).all() == [2]


def test_the_clinic_outlives_commit_rollback_and_savepoint(patients: Store) -> None:
    def seen() -> list[int]:
        return list(session.scalars(select(Patient.clinic_id).where(Patient.clinic_id == 1)))

    with patients.session(1) as session:
        assert seen() == [1]
        session.commit()
        assert seen() == [1]
        session.rollback()
        with pytest.raises(RuntimeError), session.begin_nested():
            assert seen() == [1]
            raise RuntimeError
        assert seen() == [1]


@pytest.mark.parametrize("pool_size", [1, 2])
def test_pooled_connections_never_carry_a_clinic_over(patients: Store, pool_size: int) -> None:
    """Many sessions of three clinics and of none share few connections, with errors and rollbacks between."""
    engine = open_engine(patients.url("app"), pool_size=pool_size)
    make, wrong, lock = sessions(engine), [], threading.Lock()

    def visit(nth: int) -> None:
        clinic_id = (*CLINICS, None)[nth % 4]
        with make() as session:
            if clinic_id is not None:
                under_clinic(session, clinic_id)
            seen = _seen(session, clinic_id)
            if nth % 20 == 0:
                with pytest.raises(exc.SQLAlchemyError):
                    session.execute(update(Patient).where(Patient.clinic_id == clinic_id).values(change_number=-1))
            if nth % 3 == 0:
                session.commit()
        if seen != ([] if clinic_id is None else [clinic_id]):
            with lock:
                wrong.append((nth, clinic_id, seen))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(visit, range(200)))
    engine.dispose()
    assert wrong == []


def _seen(session: Any, clinic_id: int | None) -> list[int]:
    """What the session sees: on PostgreSQL whatever row-level security leaves, on SQLite what it may ask for."""
    if session.get_bind().dialect.name == "postgresql":
        return list(session.scalars(text("SELECT clinic_id FROM patient")))
    if clinic_id is None:
        return []
    return list(session.scalars(select(Patient.clinic_id).where(Patient.clinic_id == clinic_id)))


INSTANTS = [
    datetime(2026, 1, 5, 20, 10, tzinfo=UTC),
    datetime(2026, 1, 5, 20, 10, 0, 1, tzinfo=timezone(timedelta(hours=14))),
    datetime(2026, 10, 25, 1, 30, 0, 999_999, tzinfo=timezone(timedelta(hours=-9, minutes=-30))),
    datetime(1, 1, 2, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
]


def test_an_instant_comes_back_in_utc_to_the_microsecond(patients: Store) -> None:
    mine = (Patient.clinic_id == 1, Patient.id == MINE["id"])
    for instant in INSTANTS:
        with patients.session(1) as session:
            session.execute(update(Patient).where(*mine).values(created_at=instant))
            kept = session.scalars(select(Patient.created_at).where(*mine, Patient.created_at == instant)).one()
        assert kept == instant and kept.tzinfo is UTC


def test_instants_are_ordered_as_instants(patients: Store) -> None:
    with patients.session(1) as session:
        for before, after in zip(sorted(INSTANTS), sorted(INSTANTS)[1:], strict=False):
            session.execute(update(Patient).where(Patient.clinic_id == 1).values(created_at=before))
            later = select(Patient.id).where(Patient.clinic_id == 1, Patient.created_at < after)
            assert session.scalars(later).all() == [MINE["id"]]


def test_a_time_without_a_zone_is_refused(patients: Store) -> None:
    naive = datetime(2026, 1, 5, 20, 10)  # the point of this test
    with patients.session(1) as session, pytest.raises(exc.StatementError, match="time zone"):
        session.execute(update(Patient).where(Patient.clinic_id == 1).values(created_at=naive))


def test_what_is_not_a_number_is_never_written_as_json(store: Store) -> None:
    add_clinics(store, 1)
    row = rows_of(1)["audit_event"] | {"detail": {"score": float("nan")}}
    with store.session(1) as session, pytest.raises((exc.StatementError, ValueError), match="JSON"):
        session.execute(Base.metadata.tables["audit_event"].insert(), [row])


def test_errors_do_not_quote_what_was_sent(patients: Store) -> None:
    """Messages end up in logs, and logs hold no patient data."""
    with patients.session(1) as session, pytest.raises(exc.IntegrityError) as refused:
        session.execute(PATIENT.insert(), [MINE | {"name": "Ana Canary"}])
    told = f"{refused.value} {refused.value.orig} {refused.value.args} {refused.value.orig.args}"
    assert "patient" in told and "Canary" not in told and MINE["record_number"] not in told
