"""The second channel: how the watchdog tells people, by none of the ways that it watches."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid, parseaddr
from http.client import HTTPException
from urllib.error import URLError
from urllib.parse import urlsplit, urlunsplit
from urllib.request import Request, urlopen

from rehab_tracker.mail.post import Post, Server

SECONDS = 10
"""How long the other side may take: the next look comes soon."""

AGENT = "rehab-tracker-watch"
MOST_SAID = 10_000
"""Bytes of a ping's body that those who take them keep."""


class Untold(Exception):
    """Nobody could be told by this way; the message says why, and never the whole address, which may be a secret."""


def post_json(url: str, text: str, findings: Sequence[Mapping[str, object]]) -> None:
    """Post what is wrong to a webhook; raise Untold unless it answers 2xx."""
    body = json.dumps({"text": text, "findings": list(findings)}).encode()
    _ask(url, body, "application/json")


def ping(url: str, what: str = "", said: str = "") -> None:
    """Ping a dead man's switch: "start", "fail", or "" for all is well; raise Untold unless it answers 2xx."""
    parts = urlsplit(url)
    path = f"{parts.path.rstrip('/')}/{what}" if what else parts.path
    _ask(urlunsplit(parts._replace(path=path)), said.encode()[:MOST_SAID], "text/plain; charset=utf-8")


def _ask(url: str, body: bytes, kind: str) -> None:
    # The settings take only http and https addresses.
    asked = Request(url, body, {"Content-Type": kind, "User-Agent": AGENT}, method="POST")
    try:
        with urlopen(asked, timeout=SECONDS):
            pass
    except (OSError, ValueError, HTTPException) as fault:
        why = getattr(fault, "code", None) or (fault.reason if isinstance(fault, URLError) else fault)
        raise Untold(f"{urlsplit(url).hostname}: {why}") from fault


def send_mail(server: Server, sender: str, recipient: str, subject: str, text: str, now: datetime) -> None:
    """Send what is wrong by the second mail server; raise Undelivered when it takes it not."""
    mail = EmailMessage(policy=SMTP)
    address = parseaddr(sender)[1]
    mail["From"], mail["To"], mail["Subject"] = sender, recipient, subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = make_msgid(domain=address.rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text)
    post = Post(server)
    try:
        post.send(mail, address)
    finally:
        post.hang_up()
