"""The app: every setting is said, and it refuses to start half-configured."""

import pytest

from rehab_tracker.app import create_app, database
from rehab_tracker.domain.errors import NotReady
from tests.cast import Cast, at
from tests.conftest import Store
from tests.served import Clock, House, serving, settings_on


def test_it_does_not_start_without_a_key(sqlite_store: Store) -> None:
    with pytest.raises(NotReady, match="REHAB_SECRET_KEY"):
        create_app(settings_on(sqlite_store, secret_keys=()))


def test_flasks_defaults_are_not_left_as_they_are(sqlite_cast: Cast) -> None:
    with serving(sqlite_cast.store, Clock(at(0)), base_url="https://clinic.example") as app:
        told = app.config
    assert told["MAX_CONTENT_LENGTH"] == 256 * 1024
    assert told["TRUSTED_HOSTS"] == ["clinic.example"]
    assert (told["SESSION_COOKIE_SECURE"], told["SESSION_COOKIE_HTTPONLY"]) == (True, True)
    assert told["SESSION_COOKIE_SAMESITE"] == "Lax"
    assert told["STAFF_COOKIE"] == "__Host-session"
    assert not told["DEBUG"]


def test_older_keys_are_a_list_and_only_read(sqlite_cast: Cast) -> None:
    old = "zyxwvutsrqponmlkjihgfedcba9876543210"
    keys = ("0123456789abcdefghijklmnopqrstuvwxyz", old)
    with serving(sqlite_cast.store, Clock(at(0)), secret_keys=keys) as app:
        assert (app.config["SECRET_KEY"], app.config["SECRET_KEY_FALLBACKS"]) == (keys[0], [old])


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost@evil.example"])
def test_another_host_is_refused(sqlite_house: House, host: str) -> None:
    assert sqlite_house.client.get("/healthz", headers={"Host": host}).status_code == 400


def test_forwarded_headers_are_not_believed_without_a_proxy(sqlite_house: House) -> None:
    seen: list[str | None] = []

    def look() -> None:
        from flask import request

        seen.append(request.remote_addr)

    sqlite_house.app.before_request_funcs[None].append(look)
    sqlite_house.client.get("/healthz", headers={"X-Forwarded-For": "6.6.6.6"})
    assert seen == ["127.0.0.1"]


def test_one_proxy_is_believed_for_one_hop(sqlite_cast: Cast) -> None:
    seen: list[str | None] = []

    def look() -> None:
        from flask import request

        seen.append(request.remote_addr)

    with serving(sqlite_cast.store, Clock(at(0)), proxy_hops=1) as app:
        app.before_request_funcs[None].append(look)
        app.test_client().get("/healthz", headers={"X-Forwarded-For": "6.6.6.6, 7.7.7.7"})
    assert seen == ["7.7.7.7"]


def test_the_engine_is_the_storages_own(sqlite_house: House) -> None:
    with sqlite_house.app.app_context(), database.engine.connect().execution_options(across_clinics=True) as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_an_app_that_is_lent_again_remembers_nothing_and_a_changed_one_is_not(sqlite_cast: Cast) -> None:
    with serving(sqlite_cast.store, Clock(at(0))) as app:
        # Whatever is new here must be made anew in `serving`, if it remembers anything of a request.
        assert set(app.extensions) == {
            "babel", "flask-smorest", "rehab-admission", "rehab-assets", "rehab-directory", "sqlalchemy",
        }  # fmt: skip
        before = app.extensions["rehab-directory"], app.extensions["rehab-admission"]
    with serving(sqlite_cast.store, Clock(at(1))) as again:
        assert again is app
        assert not {*map(id, before)} & {id(again.extensions[f"rehab-{name}"]) for name in ("directory", "admission")}
        again.view_functions["meta.meta"] = lambda: "everything"
    with serving(sqlite_cast.store, Clock(at(2))) as other:
        assert other is not app
