"""What a mail server reports about a message that it could not deliver (RFC 3464), written by anybody who likes to.

Nothing is believed but a signed return path; everything else only says how a letter that we know went.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

from rehab_tracker.mail.answers import is_no_such_address, status_of

LONGEST_REPORT = 1 << 20
"""Bytes of a report that are read at most; servers send back the headers or the whole letter, some KiB (house rule)."""

MOST_PARTS = 40
"""Boundaries in a report at most: each costs the parser another look at each line (house rule)."""

ADDRESSES = ("Return-Path", "To", "Delivered-To", "X-Original-To", "Envelope-To", "Original-Recipient")
"""Fields in which the address may stand to which a report came back."""

BOUNDARY = re.compile(rb"boundary", re.IGNORECASE)


class Unreadable(Exception):
    """It is no report of a delivery; the words say why."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was reported: texts in which a return path may stand, what became of the message, and its status.

    ``action`` is ``failed``, ``delayed`` or another word of RFC 3464; ``status`` an enhanced status code.
    """

    addresses: tuple[str, ...]
    action: str
    status: str

    @property
    def failed(self) -> bool:
        """Return whether the message will not arrive."""
        return self.action == "failed"

    @property
    def says_no_such_address(self) -> bool:
        """Return whether writing to this address again is of no use."""
        return self.failed and is_no_such_address(self.status)


def read_report(raw: bytes) -> Report:
    """Return what a report says; raise Unreadable for what is none."""
    if len(raw) > LONGEST_REPORT:
        raise Unreadable("it is longer than a report")
    if len(BOUNDARY.findall(raw)) > MOST_PARTS:
        raise Unreadable("it has more parts than a report")
    try:
        return _report(message_from_bytes(raw))
    except Unreadable:
        raise
    except Exception as fault:
        # Python's parser stumbles over many kinds of nonsense.
        raise Unreadable("it can't be read") from fault


def _report(mail: Message) -> Report:
    if mail.get_content_type() != "multipart/report":
        raise Unreadable("it is no report of a delivery")
    blocks = [block for block in _blocks(mail) if block.get("Action")]
    if not blocks:
        raise Unreadable("it reports on no message")
    # A letter has one recipient; of several reports on it the one that it will not arrive counts.
    told = next((block for block in blocks if _word(block, "Action") == "failed"), blocks[0])
    return Report(tuple(_addresses(mail)), _word(told, "Action"), status_of(_word(told, "Status")))


def _blocks(mail: Message) -> Iterator[Message]:
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            held = part.get_payload()
            yield from (block for block in held if isinstance(block, Message)) if isinstance(held, list) else ()


def _addresses(mail: Message) -> Iterator[str]:
    for part in mail.walk():
        for name in ADDRESSES:
            yield from (str(field) for field in part.get_all(name, []))
        if part.get_content_type() == "text/rfc822-headers":
            yield str(part.get_payload())


def _word(block: Message, name: str) -> str:
    return str(block.get(name, "")).strip().lower()
