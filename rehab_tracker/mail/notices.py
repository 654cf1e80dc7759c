"""Short letters: plans that changed, readers who are the last, a new address, and what a patient chose to hear."""

from collections.abc import Mapping
from typing import Any

from rehab_tracker.domain.translation import N_
from rehab_tracker.mail.language import Reader
from rehab_tracker.mail.words import Words

NO_DETAILS = N_("This message contains no patient details. Please do not reply with any.")
NO_HEALTH = N_("This message says nothing about your health. Please do not reply to it.")
CHOSEN = N_("You get this because you asked for mails. You can stop them in the app, or tell your clinic.")

PLANS = N_("Since your last letter of this kind, plans paused, stepped down or went on.")
OPEN_WORKLIST = N_("Open your list")
WHY_PLANS = N_("You get this because you are in the care team, at most once a day. You can leave it on your mail page.")

TIME_FOR_DIARY = N_("Time for your diary")
LOG_TODAY = N_("Open the app and tell us how today was. It takes 20 seconds.")
HAS_ANSWERED = N_("Your clinic has answered")
READ_ANSWER = N_("Open the app to read the answer.")

WHY_ADMIN = N_("You get this because you administer this clinic.")

LAST_SUBJECT = N_("Somebody wants to leave the digests and is the last to get them")
LAST_ONE = N_("%(name)s wants no more digests, but nobody else of the clinic gets any. So they still come.")
LAST_NEXT = N_("Ask somebody else to take them. Then %(name)s can leave them.")
OPEN_DUTY = N_("See who is on duty")

ADDRESS_SUBJECT = N_("Your mail address was changed")
FROM_NOW_ON = N_("An administrator of your clinic changed your address. From now on, letters go to this one.")
SIGN_IN_BY = N_("This is also the address with which you sign in. Your password is the same.")
NO_LONGER = N_("An administrator of your clinic changed your address. From now on, letters go to another one.")
NOT_EXPECTED = N_("If you did not expect this, tell your administrator.")
OPEN_CLINIC = N_("Open your clinic")
WHY_ADDRESS = N_("You get this because your address at this clinic was changed.")

LINK_SUBJECT = N_("A link to choose a new password")
LINK_ASKED = N_("An administrator of your clinic asked for this link for you. It works once, for 72 hours.")
STAYS_TILL_THEN = N_("Until you use it, your password stays as it is.")
KEEP_LINK = N_("Do not pass it on: whoever has it can sign in as you.")
CHOOSE_PASSWORD = N_("Choose a password")
WHY_LINK = N_("You get this because you can sign in at this clinic.")


def plan_change(values: Mapping[str, Any], reader: Reader, link: str) -> Words:
    """Return the letter to the care team about plans that changed."""
    changed = reader.ngettext("%(num)d plan has changed", "%(num)d plans have changed", values["count"])
    notes = (reader(NO_DETAILS), reader(WHY_PLANS))
    return Words(changed, changed, (reader(PLANS),), notes, label=reader(OPEN_WORKLIST), link=link)


def reminder(values: Mapping[str, Any], reader: Reader, link: str) -> Words:
    """Return the mail to a patient who wanted to be reminded."""
    return _to_patient(TIME_FOR_DIARY, LOG_TODAY, reader)


def answered(values: Mapping[str, Any], reader: Reader, link: str) -> Words:
    """Return the mail to a patient whom the clinic has answered."""
    return _to_patient(HAS_ANSWERED, READ_ANSWER, reader)


def _to_patient(subject: str, line: str, reader: Reader) -> Words:
    """Return a mail that opens nothing: the app is on the patient's phone, and a link could be forged."""
    return Words(reader(subject), reader(subject), (reader(line),), (reader(NO_HEALTH), reader(CHOSEN)))


def last_recipient(values: Mapping[str, Any], reader: Reader, link: str) -> Words:
    """Return the letter to an administrator about the last who gets digests and wants to leave them."""
    lines = (reader(LAST_ONE, **values), reader(LAST_NEXT, **values))
    notes = (reader(NO_DETAILS), reader(WHY_ADMIN))
    subject = reader(LAST_SUBJECT)
    return Words(subject, subject, lines, notes, label=reader(OPEN_DUTY), link=link)


def address_changed(values: Mapping[str, Any], reader: Reader, link: str) -> Words:
    """Return the letter about an address that was changed, to the new one or the old one."""
    lines = (FROM_NOW_ON, SIGN_IN_BY) if values["is_new"] else (NO_LONGER,)
    subject, notes = reader(ADDRESS_SUBJECT), (reader(NO_DETAILS), reader(WHY_ADDRESS))
    label = reader(OPEN_CLINIC) if link else ""
    return Words(subject, subject, tuple(map(reader, (*lines, NOT_EXPECTED))), notes, label=label, link=link)


def password_link(values: Mapping[str, Any], reader: Reader, link: str) -> Words:
    """Return the letter that lets somebody choose a new password, and tells whose account it is that this was asked."""
    lines = tuple(map(reader, (LINK_ASKED, STAYS_TILL_THEN, KEEP_LINK, NOT_EXPECTED)))
    subject, notes = reader(LINK_SUBJECT), (reader(NO_DETAILS), reader(WHY_LINK))
    return Words(subject, subject, lines, notes, label=reader(CHOOSE_PASSWORD), link=link)
