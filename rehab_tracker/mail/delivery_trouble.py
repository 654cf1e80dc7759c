"""Letters to administrators about letters that don't arrive: to whom, why as far as we know, and what comes of it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from rehab_tracker.domain.translation import N_
from rehab_tracker.mail.language import Reader
from rehab_tracker.mail.notices import NO_DETAILS, WHY_ADMIN
from rehab_tracker.mail.words import Words


class WhyNot(StrEnum):
    """Why a letter did not arrive; letters that wait keep these codes, so they only ever grow."""

    NO_SUCH_ADDRESS = "no-such-address"
    RETURNED = "returned"
    NOT_TAKEN = "not-taken"
    UNWRITTEN = "unwritten"


SUBJECTS = {
    WhyNot.NO_SUCH_ADDRESS: N_("Letters to one address do not arrive"),
    WhyNot.RETURNED: N_("A letter did not arrive"),
    WhyNot.NOT_TAKEN: N_("A letter did not arrive"),
    WhyNot.UNWRITTEN: N_("A letter could not be written"),
}
OF_STAFF = {
    WhyNot.NO_SUCH_ADDRESS: N_("The mail server does not take letters to %(name)s at the address that we have."),
    WhyNot.RETURNED: N_("A letter to %(name)s was returned to us. It will not be sent again."),
    WhyNot.NOT_TAKEN: N_("The mail server did not take a letter to %(name)s. It will not be sent again."),
    WhyNot.UNWRITTEN: N_("A letter to %(name)s could not be put into words. That is a fault of the program."),
}
OF_PATIENT = {
    WhyNot.NO_SUCH_ADDRESS: N_("The mail server does not take letters to one patient at the address that we have."),
    WhyNot.RETURNED: N_("A letter to one patient was returned to us. It will not be sent again."),
    WhyNot.NOT_TAKEN: N_("The mail server did not take a letter to one patient. It will not be sent again."),
    WhyNot.UNWRITTEN: N_("A letter to one patient could not be put into words. That is a fault of the program."),
}
INSTEAD = N_("Until somebody corrects the address, others are told of alerts in their place.")
NEXT_TOLD = N_("If it was about an urgent alert, the next person is told.")
TELL_OPERATOR = N_("Please tell whoever runs this program for you.")
CORRECT, OPEN_CLOCK = N_("Correct the address"), N_("See which letters wait")


def delivery_trouble(values: Mapping[str, Any], reader: Reader, link: str) -> Words:
    """Return the letter to an administrator about a letter that did not arrive; a patient is not named.

    One that waits since an earlier version of this program does not say why.
    """
    why, name = WhyNot(values.get("why", WhyNot.NOT_TAKEN)), values["name"]
    lines = [reader(OF_STAFF[why], name=name) if name else reader(OF_PATIENT[why])]
    if name:
        lines.append(reader(INSTEAD if why is WhyNot.NO_SUCH_ADDRESS else NEXT_TOLD))
    if why is WhyNot.UNWRITTEN:
        lines.append(reader(TELL_OPERATOR))
    subject, notes = reader(SUBJECTS[why]), (reader(NO_DETAILS), reader(WHY_ADMIN))
    label = CORRECT if name and why is WhyNot.NO_SUCH_ADDRESS else OPEN_CLOCK
    return Words(subject, subject, tuple(lines), notes, label=reader(label), link=link)
