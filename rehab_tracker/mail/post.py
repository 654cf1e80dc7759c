"""The post: one message to one recipient, handed to an SMTP server, and its answer told apart."""

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Protocol

from rehab_tracker.mail.letters import Words

TIMEOUT_SECONDS = 60
"""How long one step of the conversation may take; a lease lasts longer than a whole one."""

MAILBOX_GONE = (550, 551, 553)
"""Answers to RCPT that say the address itself is wrong; other refusals are our fault or pass."""

FULL_OR_MOVING = ("5.2.2", "5.4.4")
"""Enhanced codes that are called permanent but pass: a full mailbox, a route that is missing today."""


class Undelivered(Exception):
    """The server did not take the message; ``passing`` says whether a later try may succeed."""

    def __init__(self, answer: str, *, passing: bool, bounced: bool = False) -> None:
        self.answer, self.passing, self.bounced = answer, passing, bounced
        super().__init__(answer)


class Server(Protocol):
    """An SMTP server's address, as the settings name it."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def user(self) -> str | None: ...
    @property
    def password(self) -> str | None: ...
    @property
    def tls(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Envelope:
    """Everything about a message but its words; ``message_id`` was fixed when the letter was written."""

    sender: str
    recipient: str
    message_id: str
    language: str


def message(envelope: Envelope, words: Words, now: datetime) -> EmailMessage:
    """Return the whole message as it goes over the wire."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = envelope.sender
    mail["To"] = envelope.recipient
    mail["Subject"] = words.subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = envelope.message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(words.text)
    # Set before, it would go: new content takes the headers of the old along.
    mail["Content-Language"] = envelope.language
    return mail


class Post:
    """A way to one SMTP server; each message is one conversation."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def greet(self) -> str:
        """Return the server's greeting; raise Undelivered when there is none."""
        try:
            with self._connected() as smtp:
                return smtp.noop()[1].decode(errors="replace")
        except (OSError, smtplib.SMTPException) as fault:
            raise _undelivered(fault) from fault

    def send(self, mail: EmailMessage) -> str:
        """Hand the message over and return the server's 250 answer; raise Undelivered otherwise."""
        try:
            with self._connected() as smtp:
                smtp.send_message(mail)
                return "250"
        except (OSError, smtplib.SMTPException) as fault:
            raise _undelivered(fault) from fault

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
        try:
            if server.tls:
                smtp.starttls(context=ssl.create_default_context())
            if server.user:
                smtp.login(server.user, server.password or "")
        except BaseException:
            smtp.close()
            raise
        return smtp


def _undelivered(fault: Exception) -> Undelivered:
    """Return what a failed conversation means: 4xx, silence and sign-in trouble pass, a refused mailbox bounces."""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(fault.recipients.values()))
        text = said.decode(errors="replace")
        passing = code < 500 or text.startswith(FULL_OR_MOVING)
        return Undelivered(f"{code} {text}", passing=passing, bounced=not passing and code in MAILBOX_GONE)
    if isinstance(fault, smtplib.SMTPAuthenticationError | smtplib.SMTPNotSupportedError):
        return Undelivered(str(fault), passing=True)
    if isinstance(fault, smtplib.SMTPResponseException):
        text = fault.smtp_error.decode(errors="replace") if isinstance(fault.smtp_error, bytes) else fault.smtp_error
        passing = fault.smtp_code < 500 or text.startswith(FULL_OR_MOVING)
        return Undelivered(f"{fault.smtp_code} {text}", passing=passing)
    return Undelivered(f"{type(fault).__name__}: {fault}", passing=True)
