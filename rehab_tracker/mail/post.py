"""The post: one message to one recipient, handed to an SMTP server, and its answer told apart.

One connection carries many letters, one after another. A post is for one thread.
"""

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from functools import partial
from typing import Protocol

from rehab_tracker.mail.answers import (
    SHUTTING_DOWN,
    Trouble,
    Undelivered,
    meaning,
    meaning_for_sender,
    without_answer,
    without_conversation,
)
from rehab_tracker.mail.return_path import ReturnPath

STEP_SECONDS = 30
"""How long one step of the conversation may take."""

ANSWER_SECONDS = 120
"""How long the server may take to say that it took a message: who hangs up too soon sends it twice."""

FAREWELL_SECONDS = 1

STEPS = (
    ("RSET", "MAIL", "RCPT")
    + ("connect", "greeting", "EHLO", "STARTTLS", "TLS", "EHLO", "AUTH", "AUTH")
    + ("MAIL", "RCPT", "DATA")
)
"""The longest conversation before a message, on a connection that ends and one that is made anew; a lease lasts longer
than it and the answer together."""

LETTERS_A_CONNECTION = 100
"""After so many a new connection is made, which servers that count them ask for."""

DOT = re.compile(rb"^\.", re.MULTILINE)
"""What would end a message in its middle."""


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


class Post:
    """A way to one SMTP server; it connects when there is something to send, and hangs up when told.

    ``return_path`` is where letters come back to; without one that is their sender.
    """

    def __init__(self, server: Server, return_path: ReturnPath | None = None) -> None:
        self._server, self.return_path = server, return_path
        self._smtp: smtplib.SMTP | None = None
        self._carried = 0

    def greet(self, return_path: str) -> None:
        """Greet the server and ask whether it takes mail from this address; raise Undelivered when it doesn't."""
        try:
            _offer(self._connect(), return_path)
        finally:
            self.hang_up()

    def send(self, mail: EmailMessage, return_path: str) -> str:
        """Hand a message over and return the server's answer, a 250; raise Undelivered otherwise.

        What comes back goes to ``return_path``. A connection that ended since the letter before is made anew, once.
        """
        try:
            return self._given(partial(self._hand_over, mail.as_bytes(policy=SMTP), return_path, str(mail["To"])))
        except ValueError as fault:
            # No address or header of this mail can be said in SMTP; the conversation is where nobody knows.
            self.hang_up()
            raise Undelivered(type(fault).__name__, Trouble.UNWRITTEN) from fault

    def _given(self, give: Callable[[smtplib.SMTP], str]) -> str:
        if (kept := self._kept()) is not None:
            try:
                return give(kept)
            except Undelivered as failure:
                if not failure.hung_up:
                    raise
        return give(self._connect())

    def hang_up(self) -> None:
        """End the connection, if there is one."""
        smtp, self._smtp, self._carried = self._smtp, None, 0
        if smtp is None:
            return
        try:
            if smtp.sock:
                smtp.sock.settimeout(FAREWELL_SECONDS)
            smtp.quit()
        except (OSError, smtplib.SMTPException):
            smtp.close()

    def _kept(self) -> smtplib.SMTP | None:
        """Return the connection of the letter before, while it is of use."""
        if self._smtp is not None and self._carried < LETTERS_A_CONNECTION:
            try:
                if self._smtp.rset()[0] == 250:
                    return self._smtp
            except (OSError, smtplib.SMTPException):
                self._smtp.close()
        self.hang_up()
        return None

    def _connect(self) -> smtplib.SMTP:
        server, smtp = self._server, None
        try:
            smtp = smtplib.SMTP(server.host, server.port, timeout=STEP_SECONDS)
            smtp.ehlo_or_helo_if_needed()
            if server.tls:
                smtp.starttls(context=ssl.create_default_context())
                smtp.ehlo_or_helo_if_needed()
            if server.user:
                smtp.login(server.user, server.password or "")
        except (OSError, smtplib.SMTPException) as fault:
            if smtp is not None:
                smtp.close()
            raise without_conversation(fault) from fault
        self._smtp = smtp
        return smtp

    def _hand_over(self, raw: bytes, return_path: str, recipient: str, smtp: smtplib.SMTP) -> str:
        self._carried += 1
        try:
            _offer(smtp, return_path, len(raw))
            with _reaching(may_have_left=False):
                _must_be(250, smtp.rcpt(recipient), partial(meaning, to_recipient=True))
                _must_be(354, smtp.docmd("DATA"), meaning)
            with _reaching(may_have_left=True):
                return _message(smtp, raw)
        except Undelivered as failure:
            if not failure.answered or failure.hung_up:
                smtp.close()
                self._smtp = None
            raise


def _offer(smtp: smtplib.SMTP, return_path: str, size: int = 0) -> None:
    options = [f"size={size}"] if size and smtp.has_extn("size") else []
    with _reaching(may_have_left=False):
        _must_be(250, smtp.mail(return_path, options), meaning_for_sender)


def _message(smtp: smtplib.SMTP, raw: bytes) -> str:
    smtp.send(DOT.sub(b"..", raw) + b".\r\n")
    assert smtp.sock is not None
    smtp.sock.settimeout(ANSWER_SECONDS)
    answer = smtp.getreply()
    smtp.sock.settimeout(STEP_SECONDS)
    return _must_be(250, answer, meaning)


@contextmanager
def _reaching(may_have_left: bool) -> Iterator[None]:
    try:
        yield
    except (OSError, smtplib.SMTPException) as fault:
        raise without_answer(fault, may_have_left) from fault


def _must_be(wanted: int, answer: tuple[int, bytes], meant: Callable[[int, str], Trouble]) -> str:
    """Return an answer in words; raise Undelivered when it is another one than wanted (251 is as good as 250)."""
    code, said = answer[0], answer[1].decode(errors="replace")
    told = f"{code} {said}"
    if code // 10 != wanted // 10:
        raise Undelivered(told, meant(code, said), hung_up=code == SHUTTING_DOWN, answered=True)
    return told
