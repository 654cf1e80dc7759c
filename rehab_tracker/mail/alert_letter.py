"""Letters about alerts: one waits for you, nobody took one in time, or a colleague asks you to take one.

By when, who was told, who is told next.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from rehab_tracker.domain.alert import Level
from rehab_tracker.domain.translation import N_
from rehab_tracker.domain.wording import LEVELS
from rehab_tracker.mail.language import Reader
from rehab_tracker.mail.words import Words

IN_SUBJECT = 5
"""References that a subject names at most (house rule)."""

REVIEW = N_("Please review by %(when)s. Reference: %(references)s.")
NOT_TAKEN = N_("Nobody took it in time, or a letter about it did not arrive. It was raised at %(raised)s.")
REFERENCE = N_("Reference: %(references)s.")
TOLD = N_("Told so far: %(names)s.")
TOLD_NEXT = N_("If nobody acknowledges by %(when)s, these people are told next: %(names)s.")
NOBODY_NEXT = N_("Nobody else is told after that.")
OPEN_ONE, OPEN_MANY = N_("Open the alert"), N_("Open the alerts")
NOTES = (
    N_("You will be asked to sign in. Opening the page changes nothing: acknowledge the alert on the page."),
    N_("This message contains no patient details. Please do not reply with any."),
)
WHY = N_("You get this because you are in the care team or on duty, or because nobody nearer can be reached.")
STAYS = N_("Until you accept, it stays where it is.")
ACCEPT_THERE = N_("You will be asked to sign in. Opening the page changes nothing: accept or say no there.")
WHY_ASKED = N_("You get this because a colleague chose you.")
WHY_ESCALATED = N_("You get this because you are the next to be told when an alert waits too long.")


def new_alerts(values: Mapping[str, Any], reader: Reader, link: str) -> Words:
    """Return the letter about an alert, and about those that joined it, to who should look after them."""
    count, when = len(values["references"]), reader.at(datetime.fromisoformat(values["deadline"]))
    told = {"when": when, "references": _some(values["references"]), "level": _level(values, reader)}
    return Words(
        subject=reader.ngettext(
            "[%(level)s] %(num)d alert to review by %(when)s (ref %(references)s)",
            "[%(level)s] %(num)d alerts to review by %(when)s (ref %(references)s)",
            count,
            **told,
        ),
        heading=reader.ngettext("%(num)d urgent alert is waiting", "%(num)d urgent alerts are waiting", count),
        lines=(reader(REVIEW, **told | {"references": _listed(values["references"])}), *_ladder(values, reader, when)),
        notes=(*map(reader, NOTES), reader(WHY)),
        label=reader(OPEN_ONE if count == 1 else OPEN_MANY),
        link=link,
    )


def escalation(values: Mapping[str, Any], reader: Reader, link: str) -> Words:
    """Return the letter about alerts that nobody has taken in time, to the next on the ladder."""
    count, references = len(values["references"]), _listed(values["references"])
    return Words(
        subject=reader.ngettext(
            "[%(level)s] %(num)d alert waits for somebody (ref %(references)s)",
            "[%(level)s] %(num)d alerts wait for somebody (ref %(references)s)",
            count,
            references=_some(values["references"]),
            level=_level(values, reader),
        ),
        heading=reader.ngettext("%(num)d alert needs you", "%(num)d alerts need you", count),
        lines=(
            reader(NOT_TAKEN, raised=reader.at(datetime.fromisoformat(values["raised"]))),
            reader(REFERENCE, references=references),
            *_ladder(values, reader, reader.at(datetime.fromisoformat(values["deadline"]))),
        ),
        notes=(*map(reader, NOTES), reader(WHY_ESCALATED)),
        label=reader(OPEN_ONE if count == 1 else OPEN_MANY),
        link=link,
    )


def assigned(values: Mapping[str, Any], reader: Reader, link: str) -> Words:
    """Return the letter about alerts that a colleague asks somebody to take."""
    count, references = len(values["references"]), _listed(values["references"])
    return Words(
        subject=reader.ngettext(
            "[%(level)s] A colleague asks you to look at %(num)d alert (ref %(references)s)",
            "[%(level)s] A colleague asks you to look at %(num)d alerts (ref %(references)s)",
            count,
            references=references,
            level=_level(values, reader),
        ),
        heading=reader.ngettext(
            "A colleague asks you to look at %(num)d alert", "A colleague asks you to look at %(num)d alerts", count
        ),
        lines=(reader(STAYS), reader(REFERENCE, references=references)),
        notes=(reader(ACCEPT_THERE), reader(NOTES[1]), reader(WHY_ASKED)),
        label=reader(OPEN_ONE if count == 1 else OPEN_MANY),
        link=link,
    )


def _level(values: Mapping[str, Any], reader: Reader) -> str:
    return reader(LEVELS[Level(values["level"])])


def _ladder(values: Mapping[str, Any], reader: Reader, when: str) -> Iterator[str]:
    told, after = _listed(values["told"]), _listed(values["next"])
    if told:
        yield reader(TOLD, names=told)
    yield reader(TOLD_NEXT, when=when, names=after) if after else reader(NOBODY_NEXT)


def _some(references: Sequence[str]) -> str:
    """Return the references that fit into a subject."""
    return _listed(references) if len(references) <= IN_SUBJECT else f"{_listed(references[:IN_SUBJECT])}, …"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)
