"""The processes that run for long: the web under gunicorn, and the clock."""

import os
import sys
from datetime import UTC, datetime

import click

from rehab_tracker.cli.opened import must_be_at_head, return_path
from rehab_tracker.config import Settings, read_settings
from rehab_tracker.jobs.runner import run
from rehab_tracker.mail.post import Post
from rehab_tracker.storage.database import open_engine, sessions
from rehab_tracker.storage.self_test import self_test

WORKERS = 2
THREADS = 8
"""Threads of a worker; a slow phone holds one of them, so a proxy that buffers should stand before the app."""


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--workers", type=click.IntRange(1, 64), default=WORKERS, show_default=True)
def serve(port: int, host: str, workers: int) -> None:
    """Serve the API and the pages under gunicorn."""
    os.environ.setdefault("REHAB_BASE_URL", f"http://127.0.0.1:{port}")
    settings = read_settings()
    _must_be_ready(settings)
    arguments = (
        ("--bind", f"{host}:{port}"),
        ("--workers", str(workers)),
        ("--worker-class", "gthread"),
        ("--threads", str(THREADS)),
        ("--timeout", "60"),
        ("--graceful-timeout", "20"),
    )
    flat = [part for pair in arguments for part in pair]
    command = [sys.executable, "-m", "gunicorn", "--no-control-socket", *flat, "rehab_tracker.app:served()"]
    os.execv(sys.executable, command)


def _must_be_ready(settings: Settings) -> None:
    """Raise NotReady unless the database is at the newest revision and keeps clinics apart and entries safe."""
    engine = open_engine(settings.database_url)
    try:
        must_be_at_head(engine)
        self_test(engine)
    finally:
        engine.dispose()


@click.command()
def jobs() -> None:
    """Run the clock: send what is due, until stopped. Any number of these may run."""
    settings = read_settings()
    engine = open_engine(settings.database_jobs_url)
    try:
        must_be_at_head(engine)
        post = Post(settings.smtp, return_path(settings))
        run(sessions(engine), post, settings.mail_from, settings.base_url, lambda: datetime.now(UTC))
    finally:
        engine.dispose()
