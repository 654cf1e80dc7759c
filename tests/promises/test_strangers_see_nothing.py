"""Strangers see nothing of porto: another clinic's people, forgers, colleagues without a reason, admins, Ana herself.

Each asks every verb of the services about porto's Ana. What comes back, returned or raised, holds no word of hers, and
nothing of porto is changed. On PostgreSQL the same holds by the database alone, without any filter of ours.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import IntegrityError

from rehab_tracker.domain.errors import RehabError
from tests.cast import CANARY, settle
from tests.conftest import BOTH_ENGINES, Store, _given
from tests.promises.looked_through import rows_of_clinic, with_a_database, words_in
from tests.promises.service_verbs import ANAS, BRAGA, NOT_FOR_VIEWERS, PART_OF_A_VERB, VERBS, World, inhabited

OF_OUR_OWN = ("failed_attempt",)
"""Tables in which a refused try of a colleague may leave a mark."""


def test_every_verb_of_the_services_has_a_row():
    named = {*VERBS, *NOT_FOR_VIEWERS, *PART_OF_A_VERB}
    assert with_a_database() == named, "give a new verb a row in service_verbs.py, or say why it needs none"
    assert len(VERBS) + len(NOT_FOR_VIEWERS) + len(PART_OF_A_VERB) == len(named)


@pytest.fixture(scope="module")
def sqlite_world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    path = tmp_path_factory.mktemp("strangers") / "rehab.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    store = Store("sqlite", lambda role: f"sqlite:///{path}")
    yield inhabited(settle(store))
    store.close()


@pytest.fixture(scope="module")
def postgres_world(request: pytest.FixtureRequest) -> Iterator[World]:
    server, template = request.getfixturevalue("postgres_server"), request.getfixturevalue("postgres_template")
    name = f"strangers_{uuid4().hex}"
    server.create_database(name, template)
    for store in _given(server, name):
        yield inhabited(settle(store))
    server.drop_database(name)


@pytest.fixture(scope="module", params=BOTH_ENGINES)
def world(request: pytest.FixtureRequest) -> World:
    found: World = request.getfixturevalue(f"{request.param}_world")
    return found


def asked(world: World, verb: str, stranger: str, role: Any = None) -> object:
    """Let somebody call a verb about porto; return what it returned, or the refusal."""
    row, viewer = VERBS[verb], world.viewer(stranger)
    with world.cast.store.session(viewer.clinic_id, role=role or row.database) as session:
        try:
            return row.call(world, session, viewer)
        except (RehabError, IntegrityError) as refusal:
            session.rollback()
            return refusal


def leaks(world: World, verb: str, stranger: str, role: Any = None) -> list[str]:
    """Return what is wrong with the answer to a stranger: another refusal than promised, or a word of porto's."""
    answer = asked(world, verb, stranger, role)
    wanted = VERBS[verb].refused.get(stranger)
    faults = []
    # Nobody can be signed in with a name of another clinic; the keys, which hold the clinic, would refuse it too.
    is_forged = stranger not in vars(world.cast) and isinstance(answer, IntegrityError)
    if wanted is not None and type(answer) is not wanted and not is_forged:
        faults.append(f"{type(answer).__name__} instead of {wanted.__name__}")
    if wanted is None and isinstance(answer, Exception) and not is_forged:
        faults.append(f"{type(answer).__name__}: {answer}")
    forbidden = CANARY["porto"] if stranger in BRAGA else ANAS
    if stranger != "ana":
        faults += [word for word in words_in(answer) if forbidden in word]
    return faults


@pytest.mark.parametrize("verb", VERBS)
def test_another_clinic_sees_nothing_and_changes_nothing(world: World, verb: str) -> None:
    before = rows_of_clinic(world, world.cast.porto)
    assert {who: found for who in BRAGA if (found := leaks(world, verb, who))} == {}
    assert rows_of_clinic(world, world.cast.porto) == before


@pytest.mark.parametrize("verb", VERBS)
def test_colleagues_admins_and_ana_herself_get_no_more_than_they_may(world: World, verb: str) -> None:
    refused = [who for who in ("dora", "alda", "ana") if who in VERBS[verb].refused]
    before = rows_of_clinic(world, world.cast.porto, OF_OUR_OWN)
    assert {who: found for who in refused if (found := leaks(world, verb, who))} == {}
    assert rows_of_clinic(world, world.cast.porto, OF_OUR_OWN) == before


@pytest.mark.parametrize("stranger", ["dora", "alda"])
@pytest.mark.parametrize("verb", ["worklist.worklist", "pulse.pulse", "inbox.inbox"])
def test_what_a_colleague_may_ask_names_no_patient_of_others(world: World, verb: str, stranger: str) -> None:
    assert leaks(world, verb, stranger) == []


def test_what_is_refused_says_the_same_whether_it_is_there_or_not(world: World) -> None:
    verbs = ("record.open_record", "record.open_alert", "alerts.acknowledge", "closing.close", "reach.give_reason")
    assert len({repr(asked(world, verb, "carla")) for verb in verbs}) == 1


# The database alone

CLINIC_EQUALS = re.compile(r"(\w+\.)?clinic_id = %\(\w+\)s(::INTEGER)?")


@contextmanager
def without_our_filters(engine: Engine) -> Iterator[list[int]]:
    """Take ``clinic_id = …`` out of every statement that reads or changes; yields how often that was done."""
    done = [0]

    def strip(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> tuple[str, Any]:
        if statement.lstrip().upper().startswith("INSERT"):
            return statement, parameters
        stripped, times = CLINIC_EQUALS.subn("true", statement)
        done[0] += times
        return stripped, parameters

    event.listen(engine, "before_cursor_execute", strip, retval=True)
    try:
        yield done
    finally:
        event.remove(engine, "before_cursor_execute", strip)


@pytest.mark.postgres
@pytest.mark.parametrize("verb", VERBS)
def test_the_database_alone_keeps_another_clinic_out(postgres_world: World, verb: str) -> None:
    before = rows_of_clinic(postgres_world, postgres_world.cast.porto)
    with without_our_filters(postgres_world.cast.store.engine(VERBS[verb].database)):
        found = {who: faults for who in BRAGA if (faults := leaks(postgres_world, verb, who))}
    assert found == {}
    assert rows_of_clinic(postgres_world, postgres_world.cast.porto) == before


@pytest.mark.postgres
def test_with_both_locks_off_the_test_would_notice(postgres_store: Store) -> None:
    world = inhabited(settle(postgres_store))
    about_ana = {
        "enrolment.device_viewer": "carla",
        "enrolment.new_enrolment_code": "celia",
        "enrolment.use_code": "celia",
        "entries.own_entries": "forged-patient",
        "own.own": "forged-patient",
        "record.open_alert": "forged-nurse",
        "record.open_record": "forged-nurse",
        "alerts.acknowledge": "forged-nurse",
        "closing.close": "forged-nurse",
        "involvements.record_involvement": "carla",
        "involvements.read_involvements": "forged-nurse",
        "person.read_person": "forged-nurse",
        "reach.give_reason": "carla",
        "record_items.items_of": "forged-nurse",
        "staff.accept_invitation": "carla",
        "staff.signed_in": "carla",
        "worklist.worklist": "forged-nurse",
    }
    noticed = set()
    with without_our_filters(postgres_store.engine("superuser")) as done:
        for verb, stranger in about_ana.items():
            try:
                if leaks(world, verb, stranger, role="superuser"):
                    noticed.add(verb)
            except Exception:  # what is written for the wrong clinic may also fail in the database
                noticed.add(verb)
    assert done[0] > len(about_ana)
    assert noticed == set(about_ana)
