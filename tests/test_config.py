"""The settings refuse to start half-configured, each time with one sentence that says what to set."""

from pathlib import Path

import pytest

from rehab_tracker.config import HalfConfigured, read_settings, smtp_server

KEY = "k3y-of-the-clinic-with-many-different-letters"
PUBLIC = {
    "REHAB_BASE_URL": "https://clinic.example",
    "REHAB_SECRET_KEY": KEY,
    "REHAB_SMTP_URL": "smtp://mail.example:587",
    "REHAB_MAIL_FROM": "Diary <alerts@clinic.example>",
}
POSTGRES = {
    "REHAB_DATABASE_URL": "postgresql://app@db/rehab",
    "REHAB_DATABASE_OWNER_URL": "postgresql://owner@db/rehab",
    "REHAB_DATABASE_JOBS_URL": "postgresql://jobs@db/rehab",
    "REHAB_DATABASE_WATCH_URL": "postgresql://watch@db/rehab",
}


def test_without_any_setting_the_embedded_database_serves_this_machine_only(tmp_path: Path) -> None:
    settings = read_settings({"REHAB_DATA_DIR": str(tmp_path)})
    assert settings.embedded and settings.loopback_only
    assert settings.database_url == settings.database_jobs_url == f"sqlite:///{tmp_path / 'rehab.sqlite3'}"
    assert settings.secret_keys == ()


def test_an_installation_of_a_clinic_is_read_whole() -> None:
    settings = read_settings({**PUBLIC, **POSTGRES, "REHAB_PROXY_HOPS": "1"})
    assert not settings.embedded and not settings.loopback_only
    assert settings.smtp.tls and settings.smtp.port == 587
    assert settings.secret_keys == (KEY,) and settings.proxy_hops == 1


def test_the_newest_key_comes_first() -> None:
    older = KEY[::-1]
    assert read_settings({"REHAB_SECRET_KEY": f"{KEY}, {older}"}).secret_keys == (KEY, older)


@pytest.mark.parametrize("name", sorted(POSTGRES))
def test_postgresql_needs_a_role_for_each_part(name: str) -> None:
    half = {**PUBLIC, **{key: url for key, url in POSTGRES.items() if key != name}}
    with pytest.raises(HalfConfigured, match=name.replace("_OWNER", "(_OWNER)?").replace("_JOBS", "(_JOBS)?")):
        read_settings(half)


@pytest.mark.parametrize("name", ["REHAB_SECRET_KEY", "REHAB_SMTP_URL", "REHAB_MAIL_FROM"])
def test_what_others_reach_needs_more(name: str) -> None:
    with pytest.raises(HalfConfigured, match=name):
        read_settings({key: value for key, value in PUBLIC.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REHAB_SECRET_KEY", "short"),
        ("REHAB_SECRET_KEY", "a" * 64),
        ("REHAB_SECRET_KEY", f"{KEY},"),
        ("REHAB_BASE_URL", "http://clinic.example"),
        ("REHAB_BASE_URL", "clinic.example"),
        ("REHAB_SMTP_URL", "mail.example:25"),
        ("REHAB_SMTP_URL", "smtp://mail.example?tls=maybe"),
        ("REHAB_DATABASE_URL", "mysql://app@db/rehab"),
        ("REHAB_PROXY_HOPS", "many"),
        ("REHAB_DATABSE_URL", "postgresql://app@db/rehab"),
        ("REHAB_WATCH_SMTP_URL", "smtp://other.example:587"),
        ("REHAB_WATCH_MAIL_TO", "operator@other.example"),
        ("REHAB_WATCH_WEBHOOK_URL", "file:///etc/passwd"),
        ("REHAB_WATCH_PING_URL", "https://"),
    ],
)
def test_a_wrong_value_is_named(name: str, value: str) -> None:
    with pytest.raises(HalfConfigured, match=name):
        read_settings({**PUBLIC, name: value})


LONG = "diary-and-alerts@clinic.example"


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("REHAB_MAIL_FROM", {"REHAB_MAIL_FROM": f"Diary <{LONG}>"}),
        ("REHAB_MAIL_BOUNCES", {"REHAB_MAIL_BOUNCES": LONG}),
        ("REHAB_MAIL_FROM", {"REHAB_MAIL_FROM": "Diary"}),
        ("REHAB_MAIL_FROM", {"REHAB_MAIL_FROM": "@clinic.example"}),
    ],
)
def test_an_address_under_which_returned_letters_cannot_be_told_apart_is_refused(
    name: str, given: dict[str, str]
) -> None:
    for place in (PUBLIC, {}):
        with pytest.raises(HalfConfigured, match=f"{name} (has more than 15|to an address)"):
            read_settings({**place, **given})


def test_a_long_sender_is_taken_where_letters_come_back_to_a_short_address() -> None:
    settings = read_settings({**PUBLIC, "REHAB_MAIL_FROM": LONG, "REHAB_MAIL_BOUNCES": "bounces@clinic.example"})
    assert (settings.mail_from, settings.mail_bounces) == (LONG, "bounces@clinic.example")
    assert read_settings({**PUBLIC, "REHAB_MAIL_FROM": f"{'a' * 15}@clinic.example"}).mail_from.startswith("aaa")


def test_a_mail_account_may_have_any_letters() -> None:
    server = smtp_server("smtp://ana%40clinic:p%3Aw@mail.example:2525?tls=off")
    assert (server.user, server.password, server.port, server.tls) == ("ana@clinic", "p:w", 2525, False)


SECOND = {"REHAB_WATCH_SMTP_URL": "smtp://other.example:587", "REHAB_WATCH_MAIL_TO": "operator@other.example"}


def test_the_watchdog_has_a_second_way_to_tell_people() -> None:
    watch = read_settings({**PUBLIC, **SECOND, "REHAB_WATCH_WEBHOOK_URL": "https://hooks.example/abc"}).watch
    assert watch.smtp and (watch.smtp.host, watch.mail_to) == ("other.example", "operator@other.example")
    assert (watch.webhook_url, watch.ping_url) == ("https://hooks.example/abc", None)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("smtp://mail.example:587", "smtp://MAIL.example"),
        ("smtp://me:1@mail.example", "smtp://you:2@mail.example.?tls=off"),
        ("smtp://localhost:25", "smtp://127.0.0.1:25"),
    ],
)
def test_a_second_way_by_the_same_server_is_none(first: str, second: str) -> None:
    with pytest.raises(HalfConfigured, match="another server"):
        read_settings({**PUBLIC, **SECOND, "REHAB_SMTP_URL": first, "REHAB_WATCH_SMTP_URL": second})


def test_another_port_of_the_same_machine_is_another_server() -> None:
    first = {"REHAB_SMTP_URL": "smtp://localhost:25"}
    assert read_settings({**PUBLIC, **first, **SECOND, "REHAB_WATCH_SMTP_URL": "smtp://localhost:2525"}).watch.smtp
