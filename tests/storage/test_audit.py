"""The audit only grows: nobody changes it, not even the owner of the database."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from rehab_tracker.storage.database import Base
from tests.conftest import Store
from tests.storage.rows import checksums, filled

CHANGES = [
    "UPDATE audit_event SET subject = 'x' WHERE clinic_id = 1",
    "UPDATE audit_event SET clinic_id = 2 WHERE clinic_id = 1",
    "UPDATE audit_event SET at = at",
    "DELETE FROM audit_event WHERE clinic_id = 1",
    "DELETE FROM audit_event",
    "INSERT OR REPLACE INTO audit_event SELECT * FROM audit_event",
    "TRUNCATE audit_event",
    "TRUNCATE clinic CASCADE",
]
ONLY = {"sqlite": "INSERT OR REPLACE", "postgres": "TRUNCATE"}


def _changes(kind: str) -> list[str]:
    return [c for c in CHANGES if not any(c.startswith(ONLY[k]) for k in ONLY if k != kind)]


@pytest.mark.parametrize("role", ["app", "owner", "superuser"])
def test_no_role_changes_the_audit(store: Store, role: Any) -> None:
    filled(store, 1)
    with store.engine("superuser").connect() as connection:
        before = checksums(connection, "audit_event")
    for change in _changes(store.kind):
        with store.session(1, role=role) as session, pytest.raises(DBAPIError, match="only grows|permission|allows no"):
            session.connection().execute(text(change).execution_options(across_clinics=True))
    with store.engine("superuser").connect() as connection:
        assert checksums(connection, "audit_event") == before
        assert before["audit_event"].startswith("1 rows")


def test_the_test_above_can_fail(store: Store) -> None:
    """Without the trigger the same statement goes through."""
    filled(store, 1)
    drop = "DROP TRIGGER audit_event_no_delete" if store.kind == "sqlite" else "DROP TRIGGER only_grows ON audit_event"
    with store.engine("superuser").connect() as connection:
        connection.execute(text(drop))
        assert connection.execute(Base.metadata.tables["audit_event"].delete()).rowcount == 1
