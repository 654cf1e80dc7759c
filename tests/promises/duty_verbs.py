"""How the verbs of duty, absences and escalation are called about porto, for the promises about every verb."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Viewer
from rehab_tracker.domain.duty import Away, Duty, Shift
from rehab_tracker.domain.errors import InvalidValue, NotFound
from rehab_tracker.services import duty, escalating
from rehab_tracker.storage.duty import Absence, DutyShift
from tests.cast import Cast, at
from tests.domain.diary import day

Call = Callable[[Any, Session, Viewer], object]
NOW = at(2)
NOBODYS = {
    "clinics.calendar_of", "deadlines.count_anew", "deadlines.give_time", "deadlines.opened_at", "deadlines.pull_back",
    "deadlines.recount", "deadlines.renew", "deadlines.renew_sooner", "deadlines.shorten", "deadlines.stay_in_list",
    "escalating.alert_due", "escalating.climb", "ladder.rungs", "ladder.told_of",
}  # fmt: skip
"""What reads or writes within its caller's transaction."""


def is_staffed(cast: Cast) -> None:
    """Let Alda put Nuno on duty, and Nuno ask Boris to stand in for some days."""
    with cast.session() as session:
        shift = Shift(cast.nuno.id, Duty.NURSE, (1, 2), day(0))
        duty.set_duty(session, cast.viewer_of(cast.alda), shift, at(0))
        away = Away(cast.nuno.id, cast.boris.id, day(9), day(10))
        duty.announce_absence(session, cast.viewer_of(cast.nuno), away, at(0))


def _shift(w: Any) -> UUID:
    found: UUID = min(w.cast.rows(DutyShift), key=lambda row: row.created_at).id
    return found


def _absence(w: Any) -> UUID:
    found: UUID = min(w.cast.rows(Absence), key=lambda row: row.created_at).id
    return found


def _sets_duty(w: Any, s: Session, v: Viewer) -> object:
    return duty.set_duty(s, v, Shift(w.cast.nuno.id, Duty.SECOND, (3,), day(0)), NOW)


def _ends_duty(w: Any, s: Session, v: Viewer) -> object:
    return duty.end_duty(s, v, _shift(w), NOW)


def _announces(w: Any, s: Session, v: Viewer) -> object:
    return duty.announce_absence(s, v, Away(w.cast.nuno.id, w.cast.boris.id, day(20), day(21)), NOW)


def _accepts(w: Any, s: Session, v: Viewer) -> object:
    return duty.accept_absence(s, v, _absence(w), NOW)


def _ends_absence(w: Any, s: Session, v: Viewer) -> object:
    return duty.end_absence(s, v, _absence(w), NOW)


def _sees_who_is_there(w: Any, s: Session, v: Viewer) -> object:
    return duty.who_is_there(s, v, NOW)


def climbs(w: Any, s: Session, v: Viewer) -> object:
    """Let somebody tell the next ones of what did not arrive."""
    return escalating.climb_undelivered(s, v, NOW)


NOT_THERE: dict[str, type[Exception]] = dict.fromkeys(("carla", "celia", "forged_nurse", "forged_admin"), NotFound)
UNKNOWN: dict[str, type[Exception]] = dict.fromkeys(("carla", "forged_admin"), InvalidValue)
OF_DUTY: dict[str, tuple[Call, str, str, dict[str, type[Exception]]]] = {
    "duty.set_duty": (_sets_duty, "alda", "dora alda", UNKNOWN),
    "duty.end_duty": (_ends_duty, "alda", "dora alda", {"carla": NotFound, "forged_admin": NotFound}),
    "duty.announce_absence": (_announces, "nuno", "dora alda", {**UNKNOWN, "forged_nurse": InvalidValue}),
    "duty.accept_absence": (_accepts, "boris", "", NOT_THERE),
    "duty.end_absence": (_ends_absence, "nuno", "dora alda", NOT_THERE),
    "duty.who_is_there": (
        _sees_who_is_there, "nuno", "carla celia forged-nurse forged-admin dora alda", {},
    ),
}  # fmt: skip
"""How each verb is called, by whom rightfully, who of the others may too, and how the rest is refused."""
