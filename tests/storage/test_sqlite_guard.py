"""SQLite has no row-level security: what could reach another clinic's rows is refused.

Each of the bypasses is also run without the guard, where it does reach them: else the tests would prove nothing.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import (
    and_,
    column,
    delete,
    event,
    exists,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    table,
    text,
    union,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased, with_loader_criteria

from rehab_tracker.storage.clinics import clinic_of_slug, every_clinic
from rehab_tracker.storage.database import Base, sessions, under_clinic
from rehab_tracker.storage.letters import clinics_with_due_letters, lease_one
from rehab_tracker.storage.people import CareTeam, Patient
from rehab_tracker.storage.sqlite_guard import SHARED, ClinicNotNamed
from tests.conftest import Store
from tests.storage.rows import Rows, add, add_clinics, filled, rows_of

PATIENT = Base.metadata.tables["patient"]
TEAM = Base.metadata.tables["care_team"]
NOW = datetime(2026, 2, 1, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
Deed = Callable[[Session, Rows], Any]


def _change_clinic(session: Session, other: Rows) -> None:
    mine = session.get_one(Patient, (1, rows_of(1)["patient"]["id"]))
    mine.clinic_id = other["patient"]["clinic_id"]
    mine.record_number = "moved"
    session.flush()


def _add_for_other(session: Session, other: Rows) -> None:
    session.add(Patient(**other["patient"] | {"id": uuid4(), "record_number": "new"}))
    session.flush()


def _bulk_update_by_key(session: Session, other: Rows) -> None:
    session.execute(update(Patient), [{k: other["patient"][k] for k in ("clinic_id", "id")} | {"name": "changed"}])


def _criteria(statement: Any) -> Any:
    return statement.options(with_loader_criteria(Patient, Patient.clinic_id == 1, include_aliases=True))


BYPASSES: dict[str, Deed] = {
    "core-select": lambda s, other: s.execute(_criteria(select(PATIENT))).all(),
    "text": lambda s, other: s.execute(text("SELECT * FROM patient")).all(),
    "from-statement": lambda s, other: s.scalars(select(Patient).from_statement(text("SELECT * FROM patient"))).all(),
    "core-delete": lambda s, other: s.execute(delete(TEAM)),
    "insert": _add_for_other,
    "change-clinic": _change_clinic,
    "bulk-update-by-key": _bulk_update_by_key,
    "driver-sql": lambda s, other: s.connection().exec_driver_sql("SELECT * FROM patient").all(),
}


@pytest.fixture
def two_clinics(sqlite_store: Store) -> Store:
    """Clinics 1 and 2 with a patient and a nurse each; only clinic 2 has a care team."""
    add_clinics(sqlite_store, 1, 2)
    for clinic_id, names in ((1, ["patient", "staff"]), (2, ["patient", "staff", "care_team"])):
        with sqlite_store.session(clinic_id) as session:
            add(session, rows_of(clinic_id), names)
            session.commit()
    return sqlite_store


def _of_clinic_2(store: Store) -> list[Any]:
    with store.session(role="owner") as session:
        return [session.execute(select(table).where(table.c.clinic_id == 2)).all() for table in (PATIENT, TEAM)]


def _reached(store: Store, deed: Deed, role: Any) -> bool:
    """Whether the deed, done under clinic 1, saw or changed anything of clinic 2's, or moved something there."""
    before = _of_clinic_2(store)
    with store.session(1, role=role) as session:
        answer = deed(session, rows_of(2))
        seen = answer if isinstance(answer, list) else []
        session.commit()
    return before != _of_clinic_2(store) or any(row.clinic_id == 2 for row in seen)


@pytest.mark.parametrize("bypass", BYPASSES)
def test_a_bypass_is_refused(two_clinics: Store, bypass: str) -> None:
    moves = bypass == "change-clinic"
    with pytest.raises(
        IntegrityError if moves else ClinicNotNamed, match="stays in its clinic" if moves else "clinic|SQL"
    ):
        _reached(two_clinics, BYPASSES[bypass], "app")


@pytest.mark.parametrize("bypass", BYPASSES)
def test_without_the_guard_it_is_a_bypass(two_clinics: Store, bypass: str) -> None:
    with two_clinics.engine("owner").begin() as connection:
        connection.execute(text("DROP TRIGGER patient_stays"))
    assert _reached(two_clinics, BYPASSES[bypass], "owner")


OTHER = aliased(Patient)
BOTH = and_(OTHER.id == Patient.id, OTHER.clinic_id == Patient.clinic_id)
HELD = select(Patient.id, Patient.clinic_id).where(Patient.clinic_id == 1).subquery()
LOOSE = select(Patient.id, Patient.clinic_id).subquery()

REFUSED: dict[str, Any] = {
    "everything": select(Patient),
    "columns": select(Patient.name),
    "count": select(func.count()).select_from(Patient),
    "another clinic": select(Patient).where(Patient.clinic_id == 2),
    "either clinic": select(Patient).where(or_(Patient.clinic_id == 1, Patient.clinic_id == 2)),
    "one of": select(Patient).where(Patient.clinic_id.in_([1])),
    "not": select(Patient).where(~(Patient.clinic_id == 1)),
    "at least": select(Patient).where(Patient.clinic_id >= 1),
    "a literal": select(Patient).where(Patient.clinic_id == literal_column("1")),
    "itself": select(Patient).where(Patient.clinic_id == Patient.clinic_id),
    "one of two": select(Patient).join(OTHER, OTHER.id == Patient.id).where(Patient.clinic_id == 1),
    "the other of two": select(Patient).join(OTHER, OTHER.id == Patient.id).where(OTHER.clinic_id == 1),
    "only each other": select(Patient).join(OTHER, BOTH),
    "held by an outer join": select(Patient).outerjoin(OTHER, and_(BOTH, Patient.clinic_id == 1)),
    "held by a full join": select(Patient).join(OTHER, and_(BOTH, Patient.clinic_id == 1), full=True),
    "a loose subquery": select(CareTeam.since).join(LOOSE, LOOSE.c.id == CareTeam.patient_id)
    .where(CareTeam.clinic_id == 1),
    "a loose exists": select(Patient).where(Patient.clinic_id == 1, exists().where(CareTeam.patient_id == Patient.id)),
    "a held exists in a loose select": select(Patient).where(
        exists().where(CareTeam.patient_id == Patient.id, CareTeam.clinic_id == 1)
    ),
    "a loose IN": select(Patient).where(Patient.clinic_id == 1, Patient.id.in_(select(CareTeam.patient_id))),
    "a loose column": select(select(func.count()).select_from(CareTeam).scalar_subquery()),
    "a loose half": union(select(Patient.id).where(Patient.clinic_id == 1), select(OTHER.id)),
    "a loose CTE": select(select(Patient.id).cte().c.id),
    "a table of one's own": select(table("patient", column("name"), column("clinic_id"))),
    "text in a WHERE": select(Patient).where(Patient.clinic_id == 1, text("1 = 1 OR 1 = 1")),
    "text as a column": select(literal_column("(SELECT name FROM patient)")),
    "update": update(Patient).values(name="x"),
    "update of another clinic": update(Patient).where(Patient.clinic_id == 2).values(name="x"),
    "update by a loose subquery": update(Patient)
    .where(Patient.clinic_id == 1)
    .values(name=select(OTHER.name).limit(1).scalar_subquery()),
    "delete of another clinic": delete(CareTeam).where(CareTeam.clinic_id == 2),
    "insert": insert(PATIENT).values(rows_of(2)["patient"]),
    "insert of several": insert(TEAM).values([rows_of(1)["care_team"], rows_of(2)["care_team"]]),
    "insert from select": insert(TEAM).from_select(list(TEAM.c.keys()), select(TEAM).where(TEAM.c.clinic_id == 1)),
    "a pragma": text("PRAGMA foreign_keys = OFF"),
}  # fmt: skip

TAKEN: dict[str, Any] = {
    "one clinic": select(Patient).where(Patient.clinic_id == 1),
    "the other way round": select(Patient).where(literal(1) == Patient.clinic_id),
    "grouped": select(Patient).where(and_(Patient.name != "", and_(Patient.clinic_id == 1, Patient.name != "x"))),
    "joined": select(Patient).join(OTHER, BOTH).where(OTHER.clinic_id == 1),
    "held in the ON": select(Patient).join(OTHER, and_(BOTH, Patient.clinic_id == 1)),
    "outer joined": select(Patient).outerjoin(OTHER, BOTH).where(Patient.clinic_id == 1),
    "a held subquery": select(CareTeam.since).join(HELD, HELD.c.clinic_id == CareTeam.clinic_id),
    "exists": select(Patient).where(
        Patient.clinic_id == 1,
        exists().where(CareTeam.clinic_id == Patient.clinic_id, CareTeam.patient_id == Patient.id),
    ),
    "IN": select(Patient).where(
        Patient.clinic_id == 1, Patient.id.in_(select(CareTeam.patient_id).where(CareTeam.clinic_id == 1))
    ),
    "union": union(
        select(Patient.id).where(Patient.clinic_id == 1), select(OTHER.id).where(OTHER.clinic_id == 1)
    ),
    "CTE": select(select(Patient.id).where(Patient.clinic_id == 1).cte().c.id),
    "count": select(func.count()).select_from(Patient).where(Patient.clinic_id == 1),
    "update": update(Patient).where(Patient.clinic_id == 1).values(name="new"),
    "delete": delete(CareTeam).where(CareTeam.clinic_id == 1),
}  # fmt: skip


def _refuses(store: Store, statement: Any, clinic_id: int) -> bool:
    with store.session(clinic_id) as session:
        try:
            session.execute(statement)
        except ClinicNotNamed:
            return True
    return False


def test_what_does_not_name_the_clinic_is_refused(two_clinics: Store) -> None:
    assert [name for name, statement in REFUSED.items() if not _refuses(two_clinics, statement, 1)] == []


def test_what_names_the_clinic_runs(two_clinics: Store) -> None:
    assert [name for name, statement in TAKEN.items() if _refuses(two_clinics, statement, 1)] == []


def test_what_names_a_clinic_runs_under_no_other(two_clinics: Store) -> None:
    assert [name for name, statement in TAKEN.items() if not _refuses(two_clinics, statement, 2)] == []


def test_a_statement_from_the_cache_is_judged_again(sqlite_store: Store) -> None:
    filled(sqlite_store, 1, 2)

    def names(session: Session, clinic_id: int) -> list[str]:
        return list(session.scalars(select(Patient.name).where(Patient.clinic_id == clinic_id)))

    with sqlite_store.session(1) as session:
        compiled: list[Any] = []
        event.listen(
            sqlite_store.engine(),
            "before_cursor_execute",
            lambda c, cu, s, p, context, m: compiled.append(context.compiled),
        )
        assert names(session, 1) == names(session, 1) == [rows_of(1)["patient"]["name"]]
        assert compiled[0] is compiled[1]
        with pytest.raises(ClinicNotNamed):
            names(session, 2)


def test_a_session_without_a_clinic_reaches_no_clinic(sqlite_store: Store) -> None:
    filled(sqlite_store, 1)
    with sqlite_store.session() as session:
        assert [c.id for c in every_clinic(session)] == [1]
        assert clinic_of_slug(session, "nowhere") is None
        with pytest.raises(ClinicNotNamed):
            session.scalars(select(Patient).where(Patient.clinic_id == 1)).all()


def test_a_connection_carries_no_clinic_to_its_next_user(sqlite_store: Store) -> None:
    filled(sqlite_store, 1)
    with sqlite_store.session(1) as session:
        session.scalars(select(Patient).where(Patient.clinic_id == 1)).all()
        session.commit()
    with sqlite_store.engine().connect() as connection, pytest.raises(ClinicNotNamed):
        connection.execute(select(PATIENT).where(PATIENT.c.clinic_id == 1))


def test_what_the_orm_writes_itself_is_taken(sqlite_store: Store) -> None:
    rows = filled(sqlite_store, 1)[1]
    with sqlite_store.session(1) as session:
        patient = session.get_one(Patient, (1, rows["patient"]["id"]))
        patient.name = "changed"
        session.flush()
        session.refresh(patient, with_for_update=True)
        with session.begin_nested():
            session.delete(session.get_one(CareTeam, (1, patient.id, rows["staff"]["id"])))
        several = [rows["patient"] | {"id": uuid4(), "record_number": f"n{n}"} for n in range(3)]
        made = session.scalars(insert(Patient).returning(Patient), several).all()
        assert len(made) == 3 and session.merge(patient) is patient
        session.commit()


def test_looking_over_all_clinics_is_for_two_queries_of_storage(sqlite_store: Store) -> None:
    filled(sqlite_store, 1, 2)
    with sqlite_store.session() as session:
        assert clinics_with_due_letters(session, NOW) == [1, 2]
    with sqlite_store.session(2) as session:
        leased = lease_one(session, 2, NOW, timedelta(minutes=5), uuid4())
        assert leased is not None and leased.clinic_id == 2


def test_a_guard_is_not_shared_with_the_owner(sqlite_store: Store) -> None:
    filled(sqlite_store, 1, 2)
    with pytest.raises(ClinicNotNamed), under_clinic(sessions(sqlite_store.engine())(), 1) as session:
        session.execute(select(PATIENT))
    with sqlite_store.session(role="owner") as session:
        assert len(session.execute(select(PATIENT)).all()) == 2


def test_no_row_leaves_its_clinic(sqlite_store: Store) -> None:
    """Also past the guard: the triggers hold on the owner's connection."""
    filled(sqlite_store, 1)
    with sqlite_store.engine("owner").begin() as connection:
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        for name in sorted(set(Base.metadata.tables) - SHARED):
            with pytest.raises(IntegrityError, match="stays in its clinic|allows no UPDATE"), connection.begin_nested():
                connection.execute(update(Base.metadata.tables[name]).values(clinic_id=2))


def test_only_this_room_looks_over_all_clinics() -> None:
    """The switch that the guard knows is thrown in few places, each of them here."""
    found = {
        str(path.relative_to(ROOT))
        for folder in ("rehab_tracker", "dashboards")
        for path in (ROOT / folder).rglob("*.py")
        if "across_clinics" in path.read_text()
    }
    assert found == {
        "rehab_tracker/storage/clock.py",
        "rehab_tracker/storage/letters.py",
        "rehab_tracker/storage/revisions.py",
        "rehab_tracker/storage/row_security.py",  # the policy of the same name
        "rehab_tracker/storage/self_test.py",
        "rehab_tracker/storage/sqlite_guard.py",
        "rehab_tracker/storage/sqlite_triggers.py",
    }
