"""A real web server on loopback that keeps what is posted to it, for tests and drills of the second channel."""

import json
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self


@dataclass(frozen=True)
class Post:
    """One request as it came: when (``time.monotonic``), to which path, and its body."""

    at: float
    path: str
    body: str

    @property
    def told(self) -> Any:
        """Its body, where that is JSON."""
        return json.loads(self.body)


@dataclass
class Webhook:
    """The server; it answers ``status`` to everything. Use it in a with."""

    status: int = 200
    posts: list[Post] = field(default_factory=list)

    def __enter__(self) -> Self:
        owner = self

        class Answer(BaseHTTPRequestHandler):
            """Keeps one request."""

            def do_POST(self) -> None:
                """Keep it and answer."""
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                owner.posts.append(Post(time.monotonic(), self.path, body))
                self.send_response(owner.status)
                self.end_headers()

            def log_message(self, *said: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *fault: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def paths(self) -> list[str]:
        """The paths to which something was posted."""
        return [post.path for post in self.posts]
