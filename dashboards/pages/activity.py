"""Who saw a record and who changed it, in words; what one person did of one kind on one day stands in one line."""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext

from dashboards.pages.words import words
from rehab_tracker.domain.access import Role
from rehab_tracker.domain.moment import local_day, time_zone
from rehab_tracker.domain.translation import N_
from rehab_tracker.services.record import Record
from rehab_tracker.storage.audit import AuditEvent
from rehab_tracker.web import context

READ = N_("read the record")
ACTIONS = {
    "record-read": READ,
    "person-read": READ,
    "plans-read": READ,
    "exercises-read": READ,
    "involvements-read": READ,
    "record-items-read": READ,
    "site-ledgers-read": READ,
    "alert-read": N_("read an alert"),
    "record-opened-with-reason": N_("opened the record with a reason"),
    "alert-acknowledged": N_("acknowledged an alert"),
    "alert-raised": N_("raised an alert"),
    "call-answered": N_("answered a request to be called"),
    "care-team-joined": N_("put somebody into the care team"),
    "care-team-left": N_("took somebody out of the care team"),
    "details-changed": N_("changed the details"),
    "state-set": N_("changed the state"),
    "records-merged": N_("joined two records"),
    "merge-undone": N_("separated two records"),
    "patient-enrolled": N_("enrolled the patient"),
    "enrolment-code-made": N_("made a code for a phone"),
    "device-enrolled": N_("signed in a phone"),
    "device-revoked": N_("signed out a phone"),
    "entries-pushed": N_("sent entries"),
    "entries-heard": N_("wrote down what was heard by phone"),
    "events-imported": N_("imported entries"),
    "involvement-recorded": N_("recorded a place"),
    "involvements-merged": N_("made two places one"),
    "involvement-marked-in-error": N_("struck out a place"),
    "item-written": N_("wrote into the record"),
    "item-corrected": N_("corrected the record"),
    "item-marked-in-error": N_("struck out what was in error"),
    "plan-start": N_("started a plan"),
    "plan-move": N_("moved a plan"),
    "plan-check": N_("checked an item of a plan"),
    "plan-hold": N_("put a plan on hold"),
    "plan-resume": N_("let a plan go on"),
    "plan-end": N_("ended a plan"),
    "plan-handed-on": N_("handed a plan on"),
    "limit-ordered": N_("ordered a limit"),
    "exercise-ordered": N_("ordered an exercise"),
    "exercises-held": N_("let exercises rest"),
    "hold-lifted": N_("let exercises go on"),
}
SHOWN = 40
"""How many lines a page tells."""


@dataclass(slots=True)
class Told:
    """What somebody did of one kind on one day: when last, how often, and who."""

    at: datetime
    who: str
    what: str
    times: int = 1


def activity(record: Record) -> list[Told]:
    """Return who saw and changed the record lately, newest first."""
    zone = time_zone(context.clinic().time_zone)
    found: dict[tuple[date, str, str], Told] = {}
    for event in record.events:
        who, what = _who(event, record), gettext(ACTIONS.get(event.action, event.action))
        key = local_day(event.at, zone), who, what
        if key in found:
            found[key].times += 1
        elif len(found) < SHOWN:
            found[key] = Told(event.at, who, what)
    return list(found.values())


def _who(event: AuditEvent, record: Record) -> str:
    if event.actor_role is Role.PATIENT:
        return words()(N_("the patient"))
    return record.names.get(event.actor_id, "") if event.actor_id else words()(N_("the system"))
