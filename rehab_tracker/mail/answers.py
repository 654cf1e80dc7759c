"""What a mail server's answers mean for a letter, for its recipient's address, and for all the letters behind it."""

import re
import smtplib
import ssl
from enum import StrEnum

STATUS = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")
"""An enhanced status code (RFC 3463), which says more than the three digits before it."""

FULL_OR_MOVING = ("5.2.2", "5.4.4")
"""Called permanent, but they pass: a full mailbox, a route that is missing today."""

OF_THE_SENDER = ("5.1.7", "5.1.8")
"""About our own address; all other 5.1.x are about the recipient's."""

MAILBOX_GONE = (550, 551, 553)
"""Answers to RCPT that mean the address, where no status says more."""

LONGEST_KEPT = 500
"""Characters that are kept of an answer."""

SIGN_IN_FIRST = (530, 534, 535, 538)
SHUTTING_DOWN = 421


class Trouble(StrEnum):
    """Why a message was not delivered: what a later try may mend, whose fault it is, and whether it concerns all."""

    PASSING = "passing"
    OUT_OF_REACH = "out-of-reach"
    NO_WAY = "no-way"
    NO_SUCH_ADDRESS = "no-such-address"
    REFUSED = "refused"
    UNWRITTEN = "unwritten"


class Undelivered(Exception):
    """The server did not take the message, or nobody knows whether it did (``may_have_left``).

    ``answered``: the server said so itself. ``hung_up``: it ended the connection before the message was handed over.
    """

    def __init__(
        self,
        answer: str,
        trouble: Trouble,
        *,
        answered: bool = False,
        hung_up: bool = False,
        may_have_left: bool = False,
    ) -> None:
        self.answer, self.trouble = answer, trouble
        self.answered, self.hung_up, self.may_have_left = answered, hung_up, may_have_left
        super().__init__(answer)


def kept(answer: str) -> str:
    """Return what is kept of an answer: without NUL, which no database takes, so that the letter would go out again."""
    return answer[:LONGEST_KEPT].replace("\0", "\N{REPLACEMENT CHARACTER}")


def status_of(said: str) -> str:
    """Return the enhanced status with which an answer begins, or nothing."""
    found = STATUS.match(said)
    return found[1] if found else ""


def is_no_such_address(status: str) -> bool:
    """Return whether an enhanced status says that there is no such mailbox, so that writing again is of no use."""
    return status == "5.2.1" or (status.startswith("5.1.") and status not in OF_THE_SENDER)


def meaning(code: int, said: str, to_recipient: bool = False) -> Trouble:
    """Return what a refusal of RCPT (``to_recipient``) or of the message means."""
    status = status_of(said)
    if code in SIGN_IN_FIRST:
        return Trouble.NO_WAY
    if code < 500 or status in FULL_OR_MOVING:
        return Trouble.PASSING
    if is_no_such_address(status):
        return Trouble.NO_SUCH_ADDRESS
    of_us = status.startswith("5.7.") or status in OF_THE_SENDER
    return Trouble.NO_SUCH_ADDRESS if to_recipient and code in MAILBOX_GONE and not of_us else Trouble.REFUSED


def meaning_for_sender(code: int, said: str) -> Trouble:
    """Return what a refusal of MAIL means: whoever refuses our address for good refuses every letter."""
    if code < 500:
        return Trouble.PASSING
    return Trouble.REFUSED if code == 552 else Trouble.NO_WAY


def without_answer(fault: Exception, may_have_left: bool) -> Undelivered:
    """Return what it means that the conversation broke off before or after the whole message was handed over."""
    hung_up = not may_have_left and not isinstance(fault, TimeoutError)
    return Undelivered(_told(fault), Trouble.PASSING, hung_up=hung_up, may_have_left=may_have_left)


def without_conversation(fault: Exception) -> Undelivered:
    """Return what it means that none came about: nobody there, or no agreement on TLS or on who we are."""
    if isinstance(fault, smtplib.SMTPResponseException):
        passing = fault.smtp_code < 500
    else:
        passing = not isinstance(fault, ssl.SSLError | smtplib.SMTPNotSupportedError)
    return Undelivered(_told(fault), Trouble.OUT_OF_REACH if passing else Trouble.NO_WAY)


def _told(fault: Exception) -> str:
    if isinstance(fault, smtplib.SMTPResponseException):
        said = fault.smtp_error
        return f"{fault.smtp_code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
    return f"{type(fault).__name__}: {fault}"
