"""How the verbs about mail are called about porto, for the promises about every verb."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Viewer
from rehab_tracker.domain.errors import NotFound
from rehab_tracker.domain.mail_wishes import MailWishes
from rehab_tracker.services import mail_choices
from rehab_tracker.storage.letters import Letter
from tests.cast import Cast, at, digest_of

Call = Callable[[Any, Session, Viewer], object]
NOW = at(2)
NOBODYS = {
    "alert_ask.ask", "alert_ask.ask_again", "alert_ask.take_back", "letters.call_off", "giving_back.pass_letters_on",
    "giving_back.waiting_for", "mail_choices.readers",
    "delivery_trouble.tell_admins", "delivery_trouble.tell_of_last_recipient", "digests.write_digest", "letters.add",
    "letters.cancel", "letters.rendered", "letters.write", "letters.write_again", "letters.write_escalation",
    "mail_choices.wishes_of", "plan_letters.tell_team", "reminders.remind", "reminders.tell_answered",
    "patient_address.address_failed_at", "patient_address.letters_follow",
    "patient_address.try_again", "upkeep.follow_reminder",
    "asking.asked_on",
}  # fmt: skip
"""What reads or writes within its caller's transaction."""


def has_a_digest(cast: Cast) -> None:
    """Let Nuno have a digest, with its link."""
    digest_of(cast, cast.nuno, at(1))


def _link(w: Any) -> str:
    [letter] = [letter for letter in w.cast.rows(Letter) if letter.kind == "digest-morning"]
    return str(letter.values["leave"]).rpartition("/")[2]


def _chooses(w: Any, s: Session, v: Viewer) -> object:
    return mail_choices.choose_mail(s, v, MailWishes("06:30", "17:00"), NOW)


def _reads_choices(w: Any, s: Session, v: Viewer) -> object:
    return mail_choices.mail_choices(s, v)


def _leaves(w: Any, s: Session, v: Viewer) -> object:
    return mail_choices.leave_digests(s, w.clinic(v), _link(w), NOW)


def _opens_link(w: Any, s: Session, v: Viewer) -> object:
    return mail_choices.reader_of(s, w.clinic(v), _link(w), NOW)


OF_MAIL: dict[str, tuple[Call, str, dict[str, type[Exception]]]] = {
    "mail_choices.choose_mail": (_chooses, "carla celia dora", {"forged_nurse": NotFound}),
    "mail_choices.mail_choices": (_reads_choices, "carla celia forged-nurse dora", {}),
}
"""How each verb is called, who besides Nuno gets an answer, and how others are refused."""
BY_LINK: dict[str, Call] = {"mail_choices.leave_digests": _leaves, "mail_choices.reader_of": _opens_link}
"""Verbs for whoever holds a link of this clinic, signed in or not."""
