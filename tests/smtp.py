"""A real SMTP server on loopback that misbehaves by order, for tests and drills."""

import asyncio
import random
import ssl
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Event, Thread
from typing import Any, Self, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from rehab_tracker.config import SmtpServer

USER, PASSWORD = "letters", "a-password-of-the-tests"


@dataclass(frozen=True)
class Order:
    """How the server treats one message: what it answers to MAIL, RCPT and the end of DATA, and what else it does.

    ``cut`` drops the connection after the whole message came, before the answer; ``stall`` keeps silent that long,
    ``stall_before`` does so already at RCPT. ``hang_up`` drops the connection at RCPT.
    """

    rcpt: str = "250 OK"
    data: str = "250 OK"
    cut: bool = False
    stall: float = 0.0
    mail: str = "250 OK"
    stall_before: float = 0.0
    hang_up: bool = False


GOOD = Order()


@dataclass(frozen=True)
class Mail:
    """One message as it came over the wire, and whether the server took it."""

    recipient: str
    raw: bytes
    taken: bool
    return_path: str = ""

    @property
    def message(self) -> EmailMessage:
        """The message, parsed."""
        return cast(EmailMessage, message_from_bytes(self.raw, policy=policy.default))

    @property
    def message_id(self) -> str:
        """Its Message-ID, with its brackets."""
        return str(self.message["Message-ID"])

    @property
    def text(self) -> str:
        """Its plain text, decoded."""
        return self._body("plain")

    @property
    def html(self) -> str:
        """The same as HTML, decoded."""
        return self._body("html")

    def _body(self, kind: str) -> str:
        body = self.message.get_body((kind,))
        return str(body.get_content()) if body else ""


@dataclass
class MailServer:
    """The server; ``orders`` are used up one message after another, then all is well. Use it in a with.

    ``delays`` are the most seconds it takes to take a message, and then to say so. ``greeting`` is what it says instead
    of 220 before it hangs up. ``most_messages`` is how many it takes over one connection; then it says 421.
    ``choose`` gives the order where none was told. ``refused`` are the return paths of what it refused for good,
    ``asked_again`` how often one of them came again.
    """

    orders: deque[Order] = field(default_factory=deque)
    delays: tuple[float, float] = (0.0, 0.0)
    auth: bool = False
    tls: ssl.SSLContext | None = None
    mails: list[Mail] = field(default_factory=list)
    port: int = 0
    greeting: str = ""
    most_messages: int = 0
    connections: int = 0
    choose: Callable[[], Order] = lambda: GOOD
    refused: set[str] = field(default_factory=set)
    asked_again: int = 0

    @property
    def taken(self) -> list[Mail]:
        """The messages that the server took, whether or not it could still say so."""
        return [mail for mail in self.mails if mail.taken]

    def address(self, **other: Any) -> SmtpServer:
        """Where it listens, without TLS unless said otherwise."""
        return SmtpServer(**{"host": "127.0.0.1", "port": self.port, "tls": False, **other})

    def order(self, *orders: Order) -> None:
        """Tell it how to treat the next messages."""
        self.orders.extend(orders)

    def __enter__(self) -> Self:
        ready = Event()
        self._thread = Thread(target=lambda: asyncio.run(self._serve(ready)), daemon=True)
        self._thread.start()
        ready.wait()
        return self

    def __exit__(self, *fault: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def _serve(self, ready: Event) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = await self._loop.create_server(self._conversation, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._stop.wait()
        server.close()

    def _conversation(self) -> SMTP:
        return Conversation(
            self,
            hostname="mail.test",
            loop=self._loop,
            tls_context=self.tls,
            authenticator=self._authenticate,
            auth_required=self.auth,
            auth_require_tls=False,
        )

    def _authenticate(self, server: SMTP, session: Session, envelope: Envelope, way: str, data: object) -> AuthResult:
        given = cast(LoginPassword, data)
        right = (given.login, given.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=right, handled=False)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Sequence[str]
    ) -> str:
        """Use up one order, and answer MAIL as it says."""
        carried = cast(Any, session).carried = getattr(session, "carried", 0) + 1
        if self.most_messages and carried > self.most_messages:
            return "421 4.7.0 Too many messages in this connection"
        order = self.orders.popleft() if self.orders else self.choose()
        cast(Any, session).order = order
        self.asked_again += address in self.refused
        if any(answer.startswith("5") for answer in (order.mail, order.rcpt, order.data)):
            self.refused.add(address)
        if order.mail.startswith("2"):
            envelope.mail_from = address
        return order.mail

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Sequence[str]
    ) -> str:
        """Answer RCPT as ordered."""
        order: Order = cast(Any, session).order
        await asyncio.sleep(order.stall_before)
        if order.hang_up and server.transport:
            server.transport.abort()
        if order.rcpt.startswith("2"):
            envelope.rcpt_tos.append(address)
        return order.rcpt

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take the message or not, as ordered, slowly, and say so or not."""
        order: Order = cast(Any, session).order
        await asyncio.sleep(random.uniform(0, self.delays[0]) + order.stall)
        if server.transport is None or server.transport.is_closing():
            return "421 nobody is there any more"
        raw = cast(bytes, envelope.original_content)
        self.mails.append(Mail(envelope.rcpt_tos[0], raw, order.data.startswith("2"), envelope.mail_from or ""))
        await asyncio.sleep(random.uniform(0, self.delays[1]))
        if order.cut:
            server.transport.abort()
        return order.data


class Conversation(SMTP):
    """One connection, which the server may end with its greeting."""

    async def _handle_client(self) -> None:
        owner = cast(MailServer, self.event_handler)
        owner.connections += 1
        if not owner.greeting:
            await super()._handle_client()
            return
        await self.push(owner.greeting)
        if self.transport is not None:
            self.transport.close()
