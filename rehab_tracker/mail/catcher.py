"""The demo's mail catcher: a real SMTP server on loopback that keeps every mail as a file and sends none on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from itertools import count
from pathlib import Path
from typing import NamedTuple

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox:
    """A folder of mails; each is told of in one line."""

    def __init__(self, folder: Path, told: Callable[[str], None]) -> None:
        self._folder, self._told = folder, told

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take a mail."""
        assert isinstance(envelope.original_content, bytes)
        path = next(path for at in count(1) if not (path := self._folder / f"{at:05}.eml").exists())
        path.write_bytes(envelope.original_content)
        subject = message_from_bytes(envelope.original_content, policy=policy.default)["Subject"]
        self._told(f"mail for {', '.join(envelope.rcpt_tos)}: {subject} ({path.name})")
        return "250 OK"


class Address(NamedTuple):
    """Where the catcher listens, as a post wants to know it: anybody may hand mails in, without TLS."""

    host: str
    port: int
    user: str | None = None
    password: str | None = None
    tls: bool = False


@contextmanager
def catching(folder: Path, port: int, told: Callable[[str], None]) -> Iterator[Address]:
    """Catch mails on this port, until the end; give its address."""
    catcher = Controller(Mailbox(folder, told), hostname="127.0.0.1", port=port)
    catcher.start()
    try:
        yield Address("127.0.0.1", port)
    finally:
        catcher.stop()
