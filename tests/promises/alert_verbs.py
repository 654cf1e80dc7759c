"""How alerts are tended and closed, and how useful their rules were, for the promises about every verb."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Viewer
from rehab_tracker.domain.alert_call import Called, CallResult
from rehab_tracker.domain.alert_life import Rest
from rehab_tracker.domain.closing import AlertOutcome
from rehab_tracker.services import alert_life, alert_undo, inbox
from rehab_tracker.services.alerts import acknowledge
from rehab_tracker.services.closing import close
from rehab_tracker.services.usefulness import count_usefulness
from tests.cast import at
from tests.domain.diary import day

NOBODYS = {
    "alert_life.colleagues", "alert_life.today_in", "alert_reading.life_of", "alert_rest.risen_in_rest",
    "alert_rest.score_at_rest", "alert_rest.snoozed_alerts", "alert_steps.note_step", "alert_steps.reached",
    "alert_volume.ended_lately", "alert_volume.hush", "alert_volume.place_in_line", "closing.declare_usual",
    "suspicions.suspicions",
}  # fmt: skip


def fever(world: Any) -> UUID:
    found: UUID = world.cast.alert("red-flag", "fever").id
    return found


def hip(world: Any) -> UUID:
    found: UUID = world.cast.alert("sudden-severe-pain", "left-hip").id
    return found


def closes(world: Any, session: Session, viewer: Viewer) -> object:
    return close(session, viewer, fever(world), AlertOutcome.INJURY, f"{world.word}-found", None, at(2))


def counts_usefulness(world: Any, session: Session, viewer: Viewer) -> object:
    return count_usefulness(session, viewer, day(0), day(60))


# What somebody must have before the step that is tried is made by Nuno alone; whoever is refused comes no farther.


def has_it(world: Any, session: Session, viewer: Viewer) -> bool:
    if viewer != world.viewer("nuno"):
        return False
    acknowledge(session, viewer, hip(world), at(2))
    return True


def assigns(world: Any, session: Session, viewer: Viewer) -> object:
    return alert_life.assign(session, viewer, hip(world), world.cast.boris.id, f"{world.word}-please", at(2))


def is_asked(world: Any, session: Session, viewer: Viewer) -> None:
    if viewer == world.viewer("nuno"):
        alert_life.assign(session, viewer, hip(world), viewer.person, "", at(2))  # type: ignore[arg-type]


def accepts(world: Any, session: Session, viewer: Viewer) -> object:
    is_asked(world, session, viewer)
    return alert_life.accept(session, viewer, hip(world), at(2))


def declines(world: Any, session: Session, viewer: Viewer) -> object:
    is_asked(world, session, viewer)
    return alert_life.decline(session, viewer, hip(world), f"{world.word}-away", at(2))


def snoozes(world: Any, session: Session, viewer: Viewer) -> object:
    has_it(world, session, viewer)
    return alert_life.snooze(session, viewer, hip(world), Rest(day(5), f"{world.word}-waits"), at(2))


def wakes(world: Any, session: Session, viewer: Viewer) -> object:
    if has_it(world, session, viewer):
        alert_life.snooze(session, viewer, hip(world), Rest(day(5), f"{world.word}-waits"), at(2))
    return alert_life.wake(session, viewer, hip(world), at(2))


def notes(world: Any, session: Session, viewer: Viewer) -> object:
    return alert_life.note(session, viewer, hip(world), f"{world.word}-noted", at(2))


def logs_call(world: Any, session: Session, viewer: Viewer) -> object:
    called = Called(CallResult.SPOKEN, None, f"{world.word}-called")
    return alert_life.log_call(session, viewer, hip(world), called, at(2))


def undoes(world: Any, session: Session, viewer: Viewer) -> object:
    has_it(world, session, viewer)
    return alert_undo.undo(session, viewer, hip(world), at(2, 1))


OF_ALERTS = {
    "alert_life.accept": accepts,
    "alert_life.assign": assigns,
    "alert_life.decline": declines,
    "alert_life.log_call": logs_call,
    "alert_life.note": notes,
    "alert_life.snooze": snoozes,
    "alert_life.wake": wakes,
    "alert_undo.undo": undoes,
}


def hands_over(world: Any, session: Session, viewer: Viewer) -> object:
    has_it(world, session, viewer)
    return alert_life.hand_over(session, viewer, world.cast.boris.id, f"{world.word}-holiday", at(2))


def reads_inbox(world: Any, session: Session, viewer: Viewer) -> object:
    return inbox.inbox(session, viewer, inbox.Tab.NEW, at(2))
