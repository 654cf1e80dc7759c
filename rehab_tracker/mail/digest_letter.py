"""The digests: what waits, in numbers; sent also when nothing does, so that silence means broken, not calm."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from rehab_tracker.domain.translation import N_
from rehab_tracker.mail.language import Reader
from rehab_tracker.mail.words import Words

SUBJECT = N_("Diary digest, %(day)s: %(urgent)d urgent, %(soon)d soon")
NOTHING_SUBJECT = N_("Diary digest, %(day)s: 0 new, %(logged)d of %(asked)d patients logged")
NOBODY_ASKED_SUBJECT = N_("Diary digest, %(day)s: 0 new, no patient was asked to log")
MORNING, EVENING = N_("Morning digest, %(day)s"), N_("Evening digest, %(day)s")
LATE = N_("This digest is late: its time was %(time)s.")
NOTHING = N_("Nothing waits for you.")
WAITING = N_("The oldest alert has waited since %(when)s.")
NEXT = N_("The next digest comes at %(when)s. If it does not arrive, tell your clinic's administrator.")
NO_NEXT = N_("No other digest is planned for you.")
RULES_RAN, RULES_NEVER = N_("The rules last ran at %(when)s."), N_("The rules have not run yet.")
OPEN = N_("Open your list")
ROWS = {
    "urgent": N_("Patients with an urgent alert"),
    "soon": N_("Patients with an alert to see soon"),
    "yours": N_("Alerts that you look after"),
    "nobodys": N_("Alerts that nobody has taken"),
    "waking": N_("Put off until today"),
    "forgotten": N_("Taken, then nothing for two working days"),
    "closed": N_("Closed since your last digest"),
    "undelivered": N_("Letters that did not arrive"),
}
LOGGED, OF = N_("Logged the day before, of the patients who were asked"), N_("%(logged)d of %(asked)d")
NOBODY_ASKED = N_("nobody was asked")
NOTES = (
    N_("This message contains no patient details. Please do not reply with any."),
    N_("Urgent alerts come in letters of their own, at any hour. Those can't be switched off."),
)
WHY = N_("You get this because you work with patients here. Choose other times, or none: %(link)s")


def digest(values: Mapping[str, Any], reader: Reader, link: str) -> Words:
    """Return a morning or evening digest."""
    told = {**values, "day": reader.day(date.fromisoformat(values["for_date"]))}
    return Words(
        subject=reader(_subject(values), **told),
        heading=reader(MORNING if values["is_morning"] else EVENING, **told),
        lines=tuple(_lines(values, reader)),
        rows=tuple(_rows(values, reader)),
        notes=(*map(reader, NOTES), reader(WHY, link=reader.base_url + values["mail_page"])),
        label=reader(OPEN),
        link=link,
    )


def _subject(values: Mapping[str, Any]) -> str:
    if values["urgent"] or values["soon"]:
        return SUBJECT
    return NOTHING_SUBJECT if values["asked"] else NOBODY_ASKED_SUBJECT


def _lines(values: Mapping[str, Any], reader: Reader) -> Iterator[str]:
    if values["late"]:
        yield reader(LATE, time=values["time"])
    oldest, ran = values["oldest"], values["ran"]
    yield reader(WAITING, when=reader.at(datetime.fromisoformat(oldest))) if oldest else reader(NOTHING)
    yield reader(RULES_RAN, when=reader.at(datetime.fromisoformat(ran))) if ran else reader(RULES_NEVER)
    if values["next"]:
        day, time = values["next"]
        yield reader(NEXT, when=reader.clock(time, date.fromisoformat(day)))
    else:
        yield reader(NO_NEXT)


def _rows(values: Mapping[str, Any], reader: Reader) -> Iterator[tuple[str, str]]:
    for key, name in ROWS.items():
        yield reader(name), str(values[key])
    yield reader(LOGGED), reader(OF, **values) if values["asked"] else reader(NOBODY_ASKED)
