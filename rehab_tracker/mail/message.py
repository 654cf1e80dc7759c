"""A message as it goes over the wire: its headers, its words as text, and the same once more as HTML."""

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from rehab_tracker.mail.words import Words


@dataclass(frozen=True, slots=True)
class Envelope:
    """Everything about a message but its words; ``message_id`` was fixed when the letter was written.

    ``in_reply_to`` is the Message-ID of the first letter of its thread. ``leave_link`` takes a POST without any cookie
    (RFC 8058); a letter without one can't be left.
    """

    sender: str
    recipient: str
    message_id: str
    language: str
    in_reply_to: str | None = None
    leave_link: str | None = None


def message(envelope: Envelope, words: Words, now: datetime) -> EmailMessage:
    """Return the whole message."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = envelope.sender
    mail["To"] = envelope.recipient
    mail["Subject"] = words.subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = envelope.message_id
    if envelope.in_reply_to:
        mail["In-Reply-To"] = mail["References"] = envelope.in_reply_to
    if envelope.leave_link:
        mail["List-Unsubscribe"] = f"<{envelope.leave_link}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(words.text)
    mail.add_alternative(words.html(envelope.language), subtype="html")
    # Set before, it would go: new content takes the headers of the old along.
    mail["Content-Language"] = envelope.language
    return mail
