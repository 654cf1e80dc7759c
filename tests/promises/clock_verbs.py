"""What the clock does and who may read of it, for the promises about every verb."""

from typing import Any

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Viewer
from rehab_tracker.services.clock_log import clock_log
from tests.cast import at

NOBODYS = {
    "day.turn_patient", "history.history_since", "retention.tidy", "silence.judged_silence", "silence.silent",
}  # fmt: skip
"""What reads or writes within its caller's transaction."""

NOT_FOR_VIEWERS = {
    "alert_upkeep.keep_up_alerts": "a part of upkeep: works under the session's clinic",
    "clock.beat": "says that the clock is alive; of no clinic",
    "clock.beat_at_work": "says that the clock is alive; of no clinic",
    "clock.run_due": "lists the clinics with something due, then works under one at a time",
    "clock.tell_others": "lists the clinics with letters that don't arrive, then works under one at a time",
    "set_back.pull_back": "a part of upkeep: works under the session's clinic",
    "upkeep.keep_up": "works under one clinic at a time; enters what should be due",
    "watching.look": "the watch role counts jobs and letters under one clinic at a time, and reads none",
}


def reads_what_ran(world: Any, session: Session, viewer: Viewer) -> object:
    return clock_log(session, viewer, at(2))
