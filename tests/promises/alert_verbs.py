"""How alerts are closed, and how useful their rules were, for the promises about every verb."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Viewer
from rehab_tracker.domain.closing import AlertOutcome
from rehab_tracker.services.closing import close
from rehab_tracker.services.usefulness import count_usefulness
from tests.cast import at
from tests.domain.diary import day

NOBODYS = {"alert_steps.note_step"}


def fever(world: Any) -> UUID:
    found: UUID = world.cast.alert("red-flag", "fever").id
    return found


def closes(world: Any, session: Session, viewer: Viewer) -> object:
    return close(session, viewer, fever(world), AlertOutcome.INJURY, f"{world.word}-found", None, at(2))


def counts_usefulness(world: Any, session: Session, viewer: Viewer) -> object:
    return count_usefulness(session, viewer, day(0), day(60))
