"""Refusals: whatever happens, the answer has one shape, and tells nothing of the inside."""

from typing import Any

import pytest
import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from rehab_tracker.domain import errors
from rehab_tracker.domain.errors import RehabError
from rehab_tracker.web.policy import for_everybody
from rehab_tracker.web.refusals import STATUSES
from tests.served import House, problem

SECRET = "Ana has pain 7 in /srv/rehab SELECT"


def failing(house: House, error: Exception, path: str = "/api/v1/meta", **options: Any) -> Any:
    @for_everybody("a test")
    def fail() -> None:
        raise error

    house.app.view_functions["meta.meta"] = fail
    house.app.view_functions["health.alive"] = fail
    return house.client.get(path, **options)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.InvalidValue("no %(what)s", what="x", code="c", pointer="/p"), 422),
        (errors.NotFound(), 404),
        (errors.NotAllowed(), 403),
        (errors.ReasonNeeded(), 403),
        (errors.NotSignedIn(), 401),
        (errors.TooManyAttempts(seconds=7), 429),
        (errors.WrongState(state="closed"), 409),
        (errors.OutOfDate(yours=3, now=4), 412),
        (errors.NotReady(), 503),
        (OperationalError(SECRET, {}, Exception(SECRET)), 503),
        (PoolTimeout(SECRET), 503),
        (ValueError(SECRET), 500),
        (KeyError(SECRET), 500),
        (RecursionError(SECRET), 500),
        (RehabError(SECRET), 500),
    ],
)
def test_each_has_its_status_and_one_shape(sqlite_house: House, error: Exception, status: int) -> None:
    answer = failing(sqlite_house, error)
    assert answer.status_code == status
    found = problem(answer)
    assert found["type"].startswith("urn:rehab-tracker:problem:")
    assert SECRET not in answer.text and "Traceback" not in answer.text and "/srv" not in answer.text
    if status in (429, 503):
        assert int(answer.headers["Retry-After"]) > 0


def test_every_refusal_of_the_house_has_a_status() -> None:
    known = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, RehabError)]
    assert {kind for kind in known if not set(kind.__mro__) & set(STATUSES)} == {RehabError}


def test_what_a_refusal_points_to_is_told(sqlite_house: House) -> None:
    answer = failing(sqlite_house, errors.InvalidValue("no %(what)s", what="x", code="c", pointer="/p"))
    assert problem(answer)["errors"] == [{"pointer": "/p", "code": "c", "message": "no x"}]


def test_the_log_has_the_trace_but_no_words(sqlite_house: House) -> None:
    with structlog.testing.capture_logs() as logged:
        answer = failing(sqlite_house, ValueError(SECRET))
    [line] = logged
    assert line["trace_id"] == problem(answer)["trace_id"]
    assert (line["error"], line["status"]) == ("ValueError", 500)
    assert any("test_refusals.py" in frame for frame in line["frames"])
    assert SECRET not in str(line)


def test_pages_are_refused_with_pages(sqlite_house: House) -> None:
    answer = sqlite_house.client.get("/nowhere", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "<h1>" in answer.text


def test_pages_escape_what_they_are_told(sqlite_house: House) -> None:
    sqlite_house.app.view_functions["staff.sign_in"] = for_everybody("a test")(lambda slug: _raise("<b>bold</b>"))
    answer = sqlite_house.client.get(f"/c/{sqlite_house.cast.porto.slug}/sign-in")
    assert (answer.status_code, "<b>bold" in answer.text) == (409, False)


def _raise(words: str) -> None:
    raise errors.WrongState("%(state)s", state=words)


def test_a_missing_slash_is_a_way_and_no_refusal(sqlite_house: House) -> None:
    answer = sqlite_house.client.get(f"/c/{sqlite_house.cast.porto.slug}")
    assert answer.status_code == 308
