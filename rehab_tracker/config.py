"""Settings: one frozen object, read once from the environment, that refuses to start half-configured."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

PREFIX = "REHAB_"
SHORTEST_KEY = 32
"""Characters a secret key must have; shorter keys have been guessed to forge sessions."""

LONGEST_NAME = 15
"""Characters before the @ of the address to which letters come back: of 64 (RFC 5321, 4.5.3.1.1) 49 are the signed part
of each letter's own address."""

KNOWN_KEYS = ("changeme", "secret", "dev", "default", "password", "thisismyscretkey", "your_secret_key")
LOOPBACK = ("127.0.0.1", "localhost", "::1")

DESCRIBED: dict[str, str] = {
    "DATABASE_URL": "database of the app's role; default: an SQLite file in the data directory",
    "DATABASE_OWNER_URL": "on PostgreSQL: the owner's role, for revisions and `clinic add`",
    "DATABASE_JOBS_URL": "on PostgreSQL: the role of `jobs`",
    "DATABASE_WATCH_URL": "on PostgreSQL: the role of `watch`",
    "SMTP_URL": "smtp://user:password@host:port?tls=required|off; default: 127.0.0.1:1025 without TLS",
    "MAIL_FROM": "sender of the letters, a neutral name and address",
    "BASE_URL": "address under which browsers reach this installation, the start of every link in a letter",
    "SECRET_KEY": "keys of at least 32 characters, newest first, separated by commas; the newest signs",
    "DATA_DIR": "folder of the embedded database and the demo's mails; default: .data",
    "PROXY_HOPS": "how many proxies of your own stand before the app; default: 0",
    "MAIL_BOUNCES": "address for returned letters, name+token@host (name: 15 characters at most); default: MAIL_FROM",
    "WATCH_WEBHOOK_URL": "where `watch` posts JSON with `text` and `findings` when something is wrong",
    "WATCH_SMTP_URL": "a second mail server for `watch`, written like SMTP_URL; never the same one",
    "WATCH_MAIL_TO": "who gets the mails of `watch`",
    "WATCH_PING_URL": "address that `watch` pings after each look, and below it /start and /fail: who watches it",
}
"""Every setting, as README's table shows it (a test compares)."""


class HalfConfigured(Exception):
    """The settings contradict each other or lack something; one sentence says what to set."""

    def __init__(self, message: str, /, **values: Any) -> None:
        super().__init__(message % values if values else message)


OF_TESTS = ("TEST_", "REQUIRE_", "LONG_", "WRITE_")
"""Beginnings of names that only the tests read."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where letters are handed over; ``tls`` is required unless it was switched off by name."""

    host: str
    port: int
    user: str | None = None
    password: str | None = None
    tls: bool = True


@dataclass(frozen=True, slots=True)
class SecondChannel:
    """How the watchdog tells people: whatever was set, and none of it by way of the server that takes the letters."""

    webhook_url: str | None = None
    smtp: SmtpServer | None = None
    mail_to: str | None = None
    ping_url: str | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What this installation is told by its environment.

    ``secret_keys`` is newest first. ``embedded`` means that nothing was set: SQLite, and loopback only. Letters come
    back to ``mail_bounces``, empty where that is their sender.
    """

    database_url: str
    database_owner_url: str
    database_jobs_url: str
    database_watch_url: str
    smtp: SmtpServer
    mail_from: str
    base_url: str
    secret_keys: tuple[str, ...]
    data_dir: Path
    proxy_hops: int = 0
    mail_bounces: str = ""
    watch: SecondChannel = SecondChannel()

    @property
    def embedded(self) -> bool:
        """Return whether the database is the SQLite file that needs no server."""
        return self.database_url.startswith("sqlite")

    @property
    def loopback_only(self) -> bool:
        """Return whether the address is this machine's own, where plain HTTP may carry a session."""
        return urlsplit(self.base_url).hostname in LOOPBACK


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings; raise HalfConfigured, saying what to set, when something is missing or wrong."""
    given = {name.removeprefix(PREFIX): value for name, value in environ.items() if name.startswith(PREFIX)}
    unknown = sorted(name for name in given if name not in DESCRIBED and not name.startswith(OF_TESTS))
    if unknown:
        raise HalfConfigured("There is no setting REHAB_%(name)s. Remove it, or correct its name.", name=unknown[0])
    data_dir = Path(given.get("DATA_DIR") or ".data").absolute()
    database = given.get("DATABASE_URL") or f"sqlite:///{data_dir / 'rehab.sqlite3'}"
    others = {name: _other_database(name, database, given) for name in ("OWNER", "JOBS", "WATCH")}
    smtp = smtp_server(given.get("SMTP_URL") or "smtp://127.0.0.1:1025?tls=off")
    settings = Settings(
        database_url=database,
        database_owner_url=others["OWNER"],
        database_jobs_url=others["JOBS"],
        database_watch_url=others["WATCH"],
        smtp=smtp,
        mail_from=given.get("MAIL_FROM") or "Diary alerts <alerts@localhost>",
        base_url=(given.get("BASE_URL") or "http://127.0.0.1:8000").rstrip("/"),
        secret_keys=_secret_keys(given.get("SECRET_KEY"), data_dir),
        data_dir=data_dir,
        proxy_hops=_whole_number(given.get("PROXY_HOPS") or "0", "PROXY_HOPS"),
        mail_bounces=given.get("MAIL_BOUNCES") or "",
        watch=_second_channel(given, smtp),
    )
    return _checked(settings, given)


def _other_database(name: str, database: str, given: Mapping[str, str]) -> str:
    """Return the URL of another role: needed on PostgreSQL, where one role for all would undo row-level security."""
    url = given.get(f"DATABASE_{name}_URL")
    if database.startswith("sqlite"):
        if url:
            raise HalfConfigured(
                "REHAB_DATABASE_%(name)s_URL is set but REHAB_DATABASE_URL is not. Set both, or neither.", name=name
            )
        return database
    if not database.startswith("postgresql"):
        raise HalfConfigured("Set REHAB_DATABASE_URL to a postgresql:// or sqlite:/// address.")
    if not url:
        raise HalfConfigured("Set REHAB_DATABASE_%(name)s_URL: PostgreSQL needs a role for each part.", name=name)
    return url


def smtp_server(url: str, name: str = "SMTP_URL") -> SmtpServer:
    """Return the server that an ``smtp://user:password@host:port?tls=required|off`` address names."""
    parts = urlsplit(url)
    tls = parse_qs(parts.query).get("tls", ["required"])[-1]
    if parts.scheme != "smtp" or not parts.hostname or tls not in ("required", "off"):
        raise HalfConfigured("Set REHAB_%(name)s like smtp://user:password@host:587?tls=required.", name=name)
    user = unquote(parts.username) if parts.username else None
    password = unquote(parts.password) if parts.password else None
    return SmtpServer(parts.hostname, parts.port or 587, user, password, tls == "required")


def _second_channel(given: Mapping[str, str], first: SmtpServer) -> SecondChannel:
    """Return the second channel: a server that is not the first one and has a recipient, and web addresses."""
    url, mail_to = given.get("WATCH_SMTP_URL") or "", given.get("WATCH_MAIL_TO") or ""
    if bool(url) != bool(mail_to):
        raise HalfConfigured("Set both REHAB_WATCH_SMTP_URL and REHAB_WATCH_MAIL_TO, or neither.")
    for name in ("WATCH_WEBHOOK_URL", "WATCH_PING_URL"):
        address = urlsplit(given.get(name) or "https://none.example")
        if address.scheme not in ("http", "https") or not address.hostname:
            raise HalfConfigured("Set REHAB_%(name)s to an address like https://hooks.example/abc.", name=name)
    server = smtp_server(url, "WATCH_SMTP_URL") if url else None
    if server and _where(server) == _where(first):
        raise HalfConfigured("Set REHAB_WATCH_SMTP_URL to another server than REHAB_SMTP_URL: both would fail at once.")
    return SecondChannel(
        given.get("WATCH_WEBHOOK_URL") or None,
        server,
        mail_to or None,
        given.get("WATCH_PING_URL") or None,
    )


def _secret_keys(given: str | None, data_dir: Path) -> tuple[str, ...]:
    """Return the keys that were set, else the embedded installation's own, made once by ``db upgrade``."""
    if given:
        return tuple(key.strip() for key in given.split(","))
    kept = data_dir / "secret-key"
    return (kept.read_text().strip(),) if kept.exists() else ()


def _whole_number(text: str, name: str) -> int:
    if not text.isdecimal():
        raise HalfConfigured("Set REHAB_%(name)s to a whole number.", name=name)
    return int(text)


def _checked(settings: Settings, given: Mapping[str, str]) -> Settings:
    for key in settings.secret_keys:
        if len(key) < SHORTEST_KEY or key.lower() in KNOWN_KEYS or len(set(key)) < SHORTEST_KEY // 4:
            raise HalfConfigured("Set REHAB_SECRET_KEY to at least %(least)d random characters.", least=SHORTEST_KEY)
    address = urlsplit(settings.base_url)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise HalfConfigured("Set REHAB_BASE_URL to the address browsers use, like https://clinic.example.")
    _must_have_room(settings)
    if settings.loopback_only:
        return settings
    if address.scheme != "https":
        raise HalfConfigured("Set REHAB_BASE_URL to an https:// address: sessions must not travel in the open.")
    for name in ("SECRET_KEY", "SMTP_URL", "MAIL_FROM"):
        if not given.get(name):
            raise HalfConfigured("Set REHAB_%(name)s: an installation that others reach needs it.", name=name)
    return settings


def _must_have_room(settings: Settings) -> None:
    """Refuse an address under which letters that come back could not be told apart."""
    setting = "MAIL_BOUNCES" if settings.mail_bounces else "MAIL_FROM"
    name, _, host = parseaddr(settings.mail_bounces or settings.mail_from)[1].rpartition("@")
    if not name or not host:
        raise HalfConfigured("Set REHAB_%(name)s to an address like alerts@clinic.example.", name=setting)
    if len(name) > LONGEST_NAME:
        raise HalfConfigured(
            "REHAB_%(name)s has more than %(most)d characters before the @, so that returned letters could not be told"
            " apart. Shorten it, or set REHAB_MAIL_BOUNCES to a shorter address.",
            name=setting, most=LONGEST_NAME,
        )  # fmt: skip


def _where(server: SmtpServer) -> tuple[str, int]:
    """Return where a server listens, this machine by one name."""
    host = server.host.lower().rstrip(".")
    return LOOPBACK[0] if host in LOOPBACK else host, server.port
