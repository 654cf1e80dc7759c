"""A database that would show one clinic another's rows, or lose what it acknowledged, is not served from."""

import pytest
from sqlalchemy import event, text

from rehab_tracker.domain.errors import NotReady
from rehab_tracker.storage.database import open_engine
from rehab_tracker.storage.self_test import self_test
from tests.conftest import Store
from tests.storage.rows import filled


def _refusal(store: Store, role: str = "app") -> str:
    with pytest.raises(NotReady) as refused:
        self_test(store.engine(role))  # type: ignore[arg-type]
    return str(refused.value)


@pytest.mark.parametrize("role", ["app", "jobs", "watch"])
@pytest.mark.parametrize("clinics", [(), (1, 2)])
def test_a_secured_database_is_served_from(store: Store, role: str, clinics: tuple[int, ...]) -> None:
    filled(store, *clinics)
    self_test(store.engine(role))  # type: ignore[arg-type]  # raises when anything is wrong


@pytest.mark.postgres
def test_an_owner_or_superuser_does_not_serve(postgres_store: Store) -> None:
    assert "rehab_owner owns tables" in _refusal(postgres_store, "owner")
    told = _refusal(postgres_store, "superuser")
    assert "is a superuser" in told and "may bypass" in told and "does not bind patient" in told


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("sabotage", "told"),
    [
        ("ALTER TABLE patient DISABLE ROW LEVEL SECURITY", "row-level security does not bind patient"),
        ("CREATE POLICY wide ON patient USING (true)", "patient shows rows of another clinic"),
        ("CREATE POLICY wide ON entry FOR SELECT USING (clinic_id = 2)", "entry shows rows of another clinic"),
        ("ALTER TABLE care_team OWNER TO rehab_app", "rehab_app owns tables"),
    ],
)
def test_a_leak_is_found(postgres_store: Store, sabotage: str, told: str) -> None:
    filled(postgres_store, 1, 2)
    self_test(postgres_store.engine())
    with postgres_store.engine("superuser").begin() as connection:
        connection.execute(text(sabotage))
    assert told in _refusal(postgres_store)


@pytest.mark.postgres
def test_commits_that_may_be_lost_are_found(postgres_store: Store) -> None:
    with postgres_store.engine("superuser").execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        name = connection.scalar(text("SELECT current_database()"))
        connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    assert "synchronous_commit is off" in _refusal(postgres_store)


@pytest.mark.parametrize("pragma", ["synchronous = NORMAL", "foreign_keys = OFF", "journal_mode = DELETE"])
def test_a_careless_sqlite_is_found(sqlite_store: Store, pragma: str) -> None:
    @event.listens_for(sqlite_store.engine(), "connect")
    def careless(connection: object, entry: object) -> None:
        connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]

    assert pragma.split()[0] in _refusal(sqlite_store)


def test_an_unguarded_sqlite_is_found(sqlite_store: Store) -> None:
    assert "not refused" in _refusal(sqlite_store, "owner")
    with sqlite_store.engine("owner").begin() as connection:
        connection.execute(text("DROP TRIGGER patient_stays"))
    assert "patient_stays" in _refusal(sqlite_store)


def test_the_check_changes_nothing_on_the_next_connection(store: Store) -> None:
    filled(store, 1)
    engine = open_engine(store.url("app"), pool_size=1)
    self_test(engine)
    self_test(engine)
    engine.dispose()
