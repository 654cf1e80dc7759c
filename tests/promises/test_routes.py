"""Every route has a policy and an audit decision, and strangers see nothing: every rule, for everybody, is walked.

Made from the app itself, so that a new route is walked without being named here.
"""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from rehab_tracker.domain.access import POLICY, Action, Role
from rehab_tracker.services.credentials import new_token
from rehab_tracker.storage.people import Patient, Staff
from rehab_tracker.web.policy import Credential, Policy, policy_of
from tests.cast import Cast, another_patient, at, settle, signed_in
from tests.conftest import Store
from tests.served import Clock, House, serving

CALLERS = ("nobody", "stranger", "ana", "bento", "nuno", "boris", "dora", "alda", "carla")
REFUSED = (401, 403)


@pytest.fixture(scope="module")
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    path = tmp_path_factory.mktemp("routes") / "rehab.sqlite3"
    path.write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
    store = Store("sqlite", lambda role: f"sqlite:///{path}")
    cast, clock = settle(store), Clock(at(0))
    with serving(store, clock) as app:
        yield House(app, cast, clock)
    store.close()


def routes(house: House) -> Iterator[tuple[Rule, str, Policy]]:
    """Every rule with each of its methods and its policy."""
    for rule in house.app.url_map.iter_rules():
        policy = policy_of(house.app.view_functions[rule.endpoint])
        assert policy is not None, f"{rule.rule} has no policy"
        for method in sorted((rule.methods or set()) - {"HEAD"}):
            yield rule, method, policy


def test_every_route_has_a_policy_and_says_what_the_audit_learns(house: House) -> None:
    found = list(routes(house))
    assert len(found) > 15
    for rule, method, policy in found:
        assert len(policy.audited) >= 5, f"{method} {rule.rule}: what does the audit learn?"
        assert (policy.credential is Credential.NONE) == (policy.action is None), rule.rule


def test_no_method_is_offered_that_no_view_asked_for(house: House) -> None:
    for rule in house.app.url_map.iter_rules():
        assert not {"OPTIONS", "TRACE"} & set(rule.methods or ()), rule.rule


def test_patients_routes_are_their_own_and_staffs_the_pages_and_the_rest_of_the_api(house: House) -> None:
    for rule, _, policy in routes(house):
        if policy.credential is Credential.DEVICE:
            assert rule.rule.startswith("/api/v1/me"), rule.rule
        if policy.credential is Credential.STAFF:
            assert rule.rule.startswith(("/c/<slug>/", "/api/v1/")), rule.rule
            assert not rule.rule.startswith("/api/v1/me"), rule.rule


def client_of(house: House, caller: str) -> tuple[FlaskClient, dict[str, str]]:
    """A client as which somebody calls, and its headers."""
    cast, client, headers = house.cast, house.client, {"Sec-Fetch-Site": "same-origin"}
    if caller == "stranger":
        headers["Authorization"] = f"Bearer {new_token(cast.porto.public_id)}"
        client.set_cookie("session", new_token(cast.porto.public_id), domain="localhost")
    elif caller in ("ana", "bento"):
        clinic = cast.porto if caller == "ana" else cast.braga
        headers["Authorization"] = f"Bearer {cast.tokens[another_patient(cast, clinic, 'Eva').id]}"
    elif caller != "nobody":
        client.set_cookie("session", signed_in(cast, getattr(cast, caller), house.clock.now), domain="localhost")
    return client, headers


def address(house: House, rule: Rule) -> str:
    """An address of the rule in porto, about Ana."""
    cast, filled = house.cast, rule.rule
    known = {"slug": cast.porto.slug, "patient_id": str(cast.ana.id)}
    for name in rule.arguments:
        filled = re.sub(rf"<(\w+:)?{name}>", known.get(name, str(uuid4())), filled)
    return filled


def must_be_refused(cast: Cast, rule: Rule, policy: Policy, caller: str) -> bool:
    """Whether the policy table lets this caller not even reach the view; the API's staff are known by their cookie."""
    if policy.credential is Credential.NONE:
        return False
    assert policy.action is not None
    person: Staff | Patient | None = getattr(cast, caller, None)
    if policy.credential is Credential.DEVICE:
        return caller not in ("ana", "bento")
    if not isinstance(person, Staff):
        return True
    is_here = "slug" not in rule.arguments or person.clinic_id == cast.porto.id
    return not (is_here and person.role in POLICY[policy.action])


def is_sent_to_sign_in(answer: TestResponse) -> bool:
    return answer.status_code == 303 and "/sign-in" in answer.headers["Location"]


@pytest.mark.parametrize("caller", CALLERS)
def test_everybody_gets_what_the_policy_says_and_nothing_else(house: House, caller: str) -> None:
    for rule, method, policy in routes(house):
        client, headers = client_of(house, caller)
        answer = client.open(address(house, rule), method=method, headers=headers)
        told = f"{caller}: {method} {rule.rule} answers {answer.status_code}"
        assert answer.status_code < 500 or rule.endpoint == "health.ready", told
        if caller in ("carla", "dora") and "patient_id" in rule.arguments and rule.rule.startswith("/api/"):
            assert answer.status_code >= 400 and house.cast.ana.name not in answer.text, told
        if must_be_refused(house.cast, rule, policy, caller):
            assert answer.status_code in REFUSED or is_sent_to_sign_in(answer), told
            assert house.cast.ana.name not in answer.text, told
        elif policy.credential is Credential.DEVICE:
            assert answer.status_code not in REFUSED, told
        elif policy.credential is Credential.STAFF:
            assert not is_sent_to_sign_in(answer), told
        answer.close()


@pytest.mark.parametrize("caller", ["nuno", "boris"])
def test_another_clinics_patient_is_nowhere(house: House, caller: str) -> None:
    client, headers = client_of(house, caller)
    about_patients = [(rule, method) for rule, method, _ in routes(house) if "patient_id" in rule.arguments]
    assert about_patients
    for rule, method in about_patients:
        theirs = address(house, rule).replace(str(house.cast.ana.id), str(house.cast.bento.id))
        nobodys = address(house, rule).replace(str(house.cast.ana.id), str(uuid4()))
        answers = [client.open(path, method=method, headers=headers) for path in (theirs, nobodys)]
        assert answers[0].status_code == answers[1].status_code, f"{method} {rule.rule} tells them apart"
        assert house.cast.bento.name not in answers[0].text


def test_every_action_of_the_table_that_people_do_is_known() -> None:
    people = {action for action, roles in POLICY.items() if roles - {Role.SYSTEM}}
    assert people <= set(Action)
