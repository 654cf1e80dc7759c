"""Every refusal of the API is a problem document of a closed list of types; every refusal of a page is a page."""

import pytest

from rehab_tracker.web.refusals import KINDS, TYPES
from tests.api.conftest import sqlite_house
from tests.api.hostile import REQUESTS
from tests.served import House, problem
from tests.services.conftest import shared_sqlite, sqlite_cast

__all__ = ["shared_sqlite", "sqlite_cast", "sqlite_house"]

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
INSIDE = ("Traceback", "SELECT", "rehab_tracker/", ".py", "sqlalchemy", "psycopg", "sqlite")


def paths(house: House) -> list[str]:
    rules = {rule.rule.replace("<slug>", house.cast.porto.slug) for rule in house.app.url_map.iter_rules()}
    return sorted({"/api/v1/nowhere", "/nowhere", *(path.replace("<", "").replace(">", "") for path in rules)})


@pytest.mark.parametrize("method", METHODS)
def test_every_path_by_every_method(sqlite_house: House, method: str) -> None:
    for path in paths(sqlite_house):
        answer = sqlite_house.client.open(path, method=method)
        if answer.status_code < 400:
            answer.close()
            continue
        told = f"{method} {path}: {answer.status_code} {answer.text[:200]}"
        assert answer.status_code in KINDS, told
        assert not any(word in answer.text for word in INSIDE), told
        if not path.startswith(("/api/", "/healthz", "/readyz")):
            assert answer.mimetype == "text/html", told
        elif method != "HEAD":
            _is_known(problem(answer))


def _is_known(found: dict[str, object]) -> None:
    status = found["status"]
    assert isinstance(status, int)
    assert found["type"] == TYPES + KINDS[status].name


def test_the_hostile_table_provokes_most_of_the_list() -> None:
    """The rest (403, 409, 412, 429, 500, 503) has tests of its own in web/test_refusals.py."""
    assert {case.status for case in REQUESTS} >= {400, 401, 404, 405, 411, 413, 415, 422}


def test_the_list_of_types_is_closed() -> None:
    assert sorted(kind.name for kind in KINDS.values()) == [
        "bad-request",
        "conflict",
        "forbidden",
        "internal-error",
        "length-required",
        "method-not-allowed",
        "not-found",
        "precondition-failed",
        "service-unavailable",
        "too-large",
        "too-many-requests",
        "unauthenticated",
        "unsupported-media-type",
        "validation",
    ]
