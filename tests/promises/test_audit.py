"""The audit: every verb that writes, every reading of patient data leaves a row, and no row holds anybody's words."""

import pickle
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from rehab_tracker.services import audit
from rehab_tracker.storage.audit import AuditEvent
from rehab_tracker.storage.clinics import Clinic
from tests.cast import CANARY, at, settle
from tests.conftest import BOTH_ENGINES, Store, _given, copied_to, filled_place
from tests.postgres import Server
from tests.promises.looked_through import rows_of_clinic
from tests.promises.service_verbs import VERBS, World, inhabited

READINGS = {
    "exercises.ordered_exercises",
    "inbox.inbox",
    "involvements.read_involvements",
    "person.read_person",
    "plan_reading.read_plans",
    "record.open_alert",
    "record.open_record",
    "record_items.items_of",
    "site_ledger.read_ledgers",
    "worklist.worklist",
}
"""Verbs that show patient data to staff; a patient's own reading is not audited."""

NO_WRITE = {
    "clock_log.clock_log",
    "backtest.backtest",
    "duty.who_is_there",
    "entries.own_entries",
    "mail_choices.mail_choices",
    "mail_choices.reader_of",
    "own.own",
    "plan_reading.own_plan",
    "pulse.pulse",
    "team.member",
    "team.team",
    "templates.templates",
    "usefulness.count_usefulness",
}


def audited(world: World, clinic: Clinic) -> list[AuditEvent]:
    return sorted(world.cast.rows(AuditEvent, clinic), key=lambda row: row.at)


def kept(world: World) -> bytes:
    """A world without its database, which is closed, so that each test may have both anew."""
    world.cast.store.close()
    return pickle.dumps(replace(world, cast=replace(world.cast, store=None)))


def again(world: bytes, store: Store) -> World:
    """The world on a copy of its database."""
    found: World = pickle.loads(world)
    found.cast.store = store
    return found


@pytest.fixture(scope="module")
def sqlite_kept(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    path = copied_to(tmp_path_factory.mktemp("audit") / "rehab.sqlite3", sqlite_template)
    return path, kept(inhabited(settle(Store("sqlite", lambda role: f"sqlite:///{path}"))))


@pytest.fixture(scope="module")
def postgres_kept(postgres_server: Server, postgres_template: str) -> Iterator[tuple[str, bytes]]:
    name = f"audit_{uuid4().hex}"
    postgres_server.create_database(name, postgres_template)
    for store in _given(postgres_server, name):
        yield name, kept(inhabited(settle(store)))
    postgres_server.drop_database(name)


@pytest.fixture
def sqlite_world(sqlite_kept: tuple[Path, bytes], sqlite_place: Store) -> Iterator[World]:
    path, world = sqlite_kept
    copied_to(Path(sqlite_place.url("app").removeprefix("sqlite:///")), path)
    yield again(world, sqlite_place)
    sqlite_place.close()


@pytest.fixture
def postgres_world(postgres_kept: tuple[str, bytes], postgres_server: Server, postgres_place: Store) -> Iterator[World]:
    template, world = postgres_kept
    with filled_place(postgres_server, postgres_place, template) as store:
        yield again(world, store)


@pytest.fixture(params=BOTH_ENGINES)
def world(request: pytest.FixtureRequest) -> World:
    """The cast with something of every kind, made once and copied for each test, on each engine in turn."""
    found: World = request.getfixturevalue(f"{request.param}_world")
    return found


@pytest.mark.parametrize("verb", VERBS)
def test_what_is_done_stands_in_the_audit(world: World, verb: str) -> None:
    row = VERBS[verb]
    viewer, porto = world.viewer(row.by), world.cast.porto
    held = rows_of_clinic(world, porto, ("audit_event",))
    before = {event.id for event in audited(world, porto)}
    with world.cast.store.session(viewer.clinic_id, role=row.database) as session:
        row.call(world, session, viewer)
        session.commit()
    new = [event for event in audited(world, porto) if event.id not in before]
    wrote = rows_of_clinic(world, porto, ("audit_event",)) != held
    assert wrote != (verb in READINGS | NO_WRITE), "the row of this verb shows it doing what it is for"
    assert bool(new) == ((wrote and not row.unaudited) or verb in READINGS)
    for event in new:
        assert (event.clinic_id, event.action != "") == (porto.id, True)


def test_an_audit_row_says_who_did_what_to_whom_and_through_what(sqlite_store: Store) -> None:
    cast = settle(sqlite_store)
    cast.ana_ticks("fever", day=1)
    pushed = next(event for event in cast.rows(AuditEvent) if event.action == "entries-pushed")
    assert (pushed.actor_role, pushed.actor_id, pushed.patient_id) == ("patient", cast.ana.id, cast.ana.id)
    assert (pushed.via, pushed.detail) == (cast.devices[cast.ana.id], {"count": 1, "rejected": 0})


def test_no_audit_row_holds_anybodys_words(world: World) -> None:
    cast, store = world.cast, world.cast.store
    for row in VERBS.values():
        viewer = world.viewer(row.by)
        with store.session(viewer.clinic_id, role=row.database) as session:
            try:
                row.call(world, session, viewer)
            except Exception:  # a second sign-in and the like; what matters is what was written
                session.rollback()
    told = [repr(vars(event)) for event in audited(world, cast.porto)]
    assert len(told) > len(VERBS) - len(NO_WRITE)
    words = [CANARY["porto"], CANARY["braga"], "fever", world.code, world.invitation, world.token, "on call", "+351 7"]
    assert [(word, row) for row in told for word in words if word in row] == []


@pytest.mark.parametrize("detail", ["note", "name", "score", "token", "reason", "email"])
def test_the_audit_refuses_details_that_could_hold_words(sqlite_store: Store, detail: str) -> None:
    cast = settle(sqlite_store)
    with cast.session() as session, pytest.raises(ValueError, match=detail):
        audit.note(session, cast.viewer_of(cast.nuno), "x", at(1), **{detail: "x"})
