"""What only a real server sees: chunks, no length, two lengths, bad lines. A real gunicorn, asked over a raw socket."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from rehab_tracker.storage.entries import EntryRow
from tests.cast import Cast
from tests.served import KEY, PUSH, Clock, Phone, pain

STARTS_WITHIN = 30


@dataclass
class Served:
    """A running server and the cast that lives in its database."""

    port: int
    cast: Cast

    def ask(self, head: str, body: bytes = b"", lines: tuple[str, ...] = ()) -> tuple[int, str]:
        """Sends a request as Ana's phone, word for word, and returns the status and the rest of the answer."""
        told = [head, f"Host: localhost:{self.port}", f"Authorization: Bearer {self.cast.tokens[self.cast.ana.id]}"]
        raw = "\r\n".join([*told, "Content-Type: application/json", "Connection: close", *lines]) + "\r\n\r\n"
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.sendall(raw.encode("latin-1") + body)
            answer = received(connection).decode("latin-1")
        return int(answer.split(" ", 2)[1]) if answer else 0, answer

    def body(self, *items: object) -> bytes:
        """A push of these items."""
        phone = Phone(None, "", str(self.cast.devices[self.cast.ana.id]), Clock(datetime.now(UTC)))  # type: ignore[arg-type]
        return json.dumps(phone.body(list(items))).encode()


def received(connection: socket.socket) -> bytes:
    """Everything that came until the server closed."""
    found = b""
    with contextlib.suppress(ConnectionResetError):
        while more := connection.recv(65536):
            found += more
    return found


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


@pytest.fixture
def served(cast: Cast) -> Iterator[Served]:
    """gunicorn as `rehab-tracker serve` starts it, on each engine in turn."""
    port, store = free_port(), cast.store
    told = {"DATABASE_URL": "app"}
    if store.kind == "postgres":
        told |= {"DATABASE_OWNER_URL": "owner", "DATABASE_JOBS_URL": "jobs", "DATABASE_WATCH_URL": "watch"}
    urls = {f"REHAB_{name}": store.url(role) for name, role in told.items()}  # type: ignore[arg-type]
    environ = {**os.environ, **urls, "REHAB_SECRET_KEY": KEY, "REHAB_BASE_URL": f"http://127.0.0.1:{port}"}
    command = [sys.executable, "-m", "gunicorn", "--no-control-socket", "--worker-class", "gthread", "--threads", "4"]
    command += ["--bind", f"127.0.0.1:{port}", "--log-level", "error", "rehab_tracker.app:served()"]
    server = subprocess.Popen(command, env=environ)
    try:
        until_it_answers(port, server)
        yield Served(port, cast)
        assert server.poll() is None, "the server died"
    finally:
        server.terminate()
        server.wait(20)


def until_it_answers(port: int, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(STARTS_WITHIN * 10):
        assert server.poll() is None, "the server did not start"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the server did not answer")


def chunked(body: bytes, size: int = 1000) -> bytes:
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in parts) + b"0\r\n\r\n"


def kept(served: Served) -> int:
    return sum(row.patient_id == served.cast.ana.id for row in served.cast.rows(EntryRow))


def test_hostile_bytes(served: Served) -> None:
    post = f"POST {PUSH} HTTP/1.1"
    good, great = served.body(pain()), b"[" + b" " * 10_000_000 + b"]"
    length = (f"Content-Length: {len(good)}",)
    cases: dict[str, tuple[int | tuple[int, ...], str, bytes, tuple[str, ...]]] = {
        "a good one": (200, post, good, length),
        "chunks (8)": (411, post, chunked(good), ("Transfer-Encoding: chunked",)),
        "10 MB in chunks (8)": ((411, 0), post, chunked(great), ("Transfer-Encoding: chunked",)),
        "no length (8)": (411, post, b"", ()),
        "10 MB (7)": (413, post, great, (f"Content-Length: {len(great)}",)),
        "two lengths (32)": (400, post, good, (*length, "Content-Length: 1")),
        "length and chunks (32)": ((400, 411), post, chunked(good), (*length, "Transfer-Encoding: chunked")),
        "a bad length (32)": (400, post, good, ("Content-Length: ten",)),
        "a negative length (32)": (400, post, good, ("Content-Length: -1",)),
        "an unknown encoding (32)": ((400, 501), post, good, (*length, "Transfer-Encoding: gzip")),
        "no HTTP (32)": (400, "HELLO", b"", ()),
        "an absolute address, whose host is not looked at (32)": (
            200,
            f"POST http://evil.example{PUSH} HTTP/1.1",
            good,
            length,
        ),
        "1,000 headers (32)": ((400, 431), post, good, (*length, *(f"X-{n}: 1" for n in range(1000)))),
        "64 KB in one header (32)": ((400, 431), post, good, (*length, "X: " + "x" * 65536)),
        "a header with a blank in its name (32)": (400, post, good, (*length, "X Y: 1")),
        "cut off (11)": ((400, 0), post, good[:-5], length),
    }
    for name, (wanted, head, body, lines) in cases.items():
        if name.startswith("cut off"):
            status = cut_off(served, head, body, lines)
        else:
            status, answer = served.ask(head, body, lines)
            assert "Traceback" not in answer, name
        allowed = {*(wanted if isinstance(wanted, tuple) else (wanted,)), *((0,) if body is great else ())}
        assert status in allowed, f"{name}: {status}"
    assert kept(served) == 1, "only the good one is kept"
    assert served.ask(post, served.body(pain()), (f"Content-Length: {len(good)}",))[0] == 200
    assert kept(served) == 2


def cut_off(served: Served, head: str, body: bytes, lines: tuple[str, ...]) -> int:
    """Sends less than was said and hangs up; returns the status, 0 where the server only closed."""
    told = [head, f"Host: localhost:{served.port}", f"Authorization: Bearer {served.cast.tokens[served.cast.ana.id]}"]
    raw = "\r\n".join([*told, "Content-Type: application/json", *lines]) + "\r\n\r\n"
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as connection:
        connection.sendall(raw.encode() + body)
        connection.shutdown(socket.SHUT_WR)
        answer = received(connection)
    return int(answer.split(b" ", 2)[1]) if answer else 0
