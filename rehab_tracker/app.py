"""The app: the only place where the rooms meet."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from flask import Flask, g
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine
from werkzeug.middleware.proxy_fix import ProxyFix

import rehab_tracker.api
from dashboards import pages
from rehab_tracker.config import LOOPBACK, Settings, read_settings
from rehab_tracker.domain.errors import NotReady
from rehab_tracker.domain.snomed import check_sides
from rehab_tracker.storage.database import Base, open_engine
from rehab_tracker.web import admission, assets, body, credentials, headers, health, language, refusals
from rehab_tracker.web.answers import StrictJson

Clock = Callable[[], datetime]

THREADS = 8
"""Connections that one process keeps: one for each of its threads."""


class Database(SQLAlchemy):
    """Flask-SQLAlchemy as a thin shim: it ties a session to each request; engine and tables are ``storage``'s."""

    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Flask) -> Engine:
        return open_engine(str(options["url"]), pool_size=THREADS)


database = Database(
    metadata=Base.metadata,
    session_options={"expire_on_commit": False},
    add_models_to_shell=False,
    disable_autonaming=True,
)


def utc_now() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)


def served() -> Flask:
    """Return the app that gunicorn serves, as the environment sets it."""
    return create_app(read_settings())


def create_app(settings: Settings, clock: Clock = utc_now, pushes_a_minute: int = admission.MOST_A_MINUTE) -> Flask:
    """Return an app with these settings.

    Raises NotReady without a secret key, WrongSide when a SNOMED CT code names another side than its site.
    """
    check_sides()
    https = settings.base_url.startswith("https://")
    app = Flask(__name__, static_folder=None, template_folder="web/templates")
    app.config.from_mapping(_configuration(settings, https))
    app.json = StrictJson(app)
    database.init_app(app)
    _stand_behind_proxies(app, settings.proxy_hops)
    app.before_request(_begin(clock))
    language.set_up(app)
    refusals.set_up(app)
    headers.set_up(app, https)
    credentials.set_up(app, https, pushes_a_minute)
    assets.set_up(app, pages.STATIC)
    app.register_blueprint(health.health)
    rehab_tracker.api.set_up(app)
    for blueprint in pages.blueprints():
        app.register_blueprint(blueprint)
    return app


def _configuration(settings: Settings, https: bool) -> dict[str, Any]:
    """Return Flask's settings, each one said: its defaults are not safe."""
    if not settings.secret_keys:
        raise NotReady("Set REHAB_SECRET_KEY, or run `rehab-tracker db upgrade`, which makes a key for this machine.")
    return {
        "SECRET_KEY": settings.secret_keys[0],
        "SECRET_KEY_FALLBACKS": list(settings.secret_keys[1:]),
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "MAX_CONTENT_LENGTH": body.MOST_BYTES,
        "MAX_FORM_MEMORY_SIZE": body.MOST_BYTES,
        "MAX_FORM_PARTS": 200,
        "TRUSTED_HOSTS": _hosts(settings),
        "PROVIDE_AUTOMATIC_OPTIONS": False,
        "PREFERRED_URL_SCHEME": "https" if https else "http",
        # Flask's own cookie only carries notices from one page to the next; who is signed in stands in the database.
        "SESSION_COOKIE_NAME": "__Host-notice" if https else "notice",
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "BASE_URL": settings.base_url,
    }


def _hosts(settings: Settings) -> list[str]:
    host = urlsplit(settings.base_url).hostname or ""
    return [host, *LOOPBACK, "[::1]"] if settings.loopback_only else [host]


def _stand_behind_proxies(app: Flask, hops: int) -> None:
    """Believe what so many proxies of our own say of the caller and the scheme; nobody else."""
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]


def _begin(clock: Clock) -> Callable[[], None]:
    def begin() -> None:
        g.request_id = uuid4().hex
        g.now = clock()
        g.session = database.session()

    return begin
