"""Assets: served under the hash of their content, for ever, and nothing else is."""

import pytest

from rehab_tracker.web.assets import must_be_built
from tests.served import House


def address(house: House, name: str) -> str:
    with house.app.test_request_context():
        found: str = house.app.jinja_env.globals["asset"](name)  # type: ignore[operator]
        return found


def test_what_was_built_may_be_kept_for_ever(sqlite_house: House) -> None:
    path = address(sqlite_house, "htmx.js")
    assert must_be_built() in path
    with sqlite_house.client.get(path) as answer:
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.mimetype == "text/javascript"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    ["/assets/{}/../../build.py", "/assets/{}/..%2f..%2fbuild.py", "/assets/{}/manifest.json", "/assets/0/htmx.js",
     "/assets/{}/", "/assets/../app.py", "/assets/{}//etc/passwd"],
)  # fmt: skip
def test_nothing_else_is_served(sqlite_house: House, path: str) -> None:
    assert sqlite_house.client.get(path.format(must_be_built())).status_code in (404, 308)
