"""A clock that was ahead and is right again: nothing that it put off may wait until that time really comes.

Whatever is due later than its own rule would have it from now on is pulled back, and a lease that lasts longer than any
can is none. Daily jobs come right where they are kept up, deadlines with their alerts.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from rehab_tracker.mail.retries import wait_after
from rehab_tracker.services import clock, held_job, leasing
from rehab_tracker.services.deadlines import SKEW
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.alert_due import WHOLE_CLINIC, count_all, due_after
from rehab_tracker.storage.database import read_only
from rehab_tracker.storage.letters import LetterState
from rehab_tracker.storage.set_back import PutOff, end_leases, is_held_after, let_leave, letters_put_off

LONGEST_HELD = max(held_job.LEASE, clock.RETRIES[-1])
"""How long a job is held at most: while somebody works at it, or while one that failed waits."""


def pull_back(session: Session, clinic_id: int, now: datetime) -> int:
    """Let what a wrong clock put off be due for a clinic, and return how many leases, letters and jobs that changed."""
    ahead = now + SKEW
    until = ahead + LONGEST_HELD, ahead + leasing.LEASE
    with transaction(read_only(session)):
        is_held = is_held_after(session, clinic_id, *until)
        letters = {each: at for each in letters_put_off(session, clinic_id, ahead) if (at := _due(each, now))}
        is_counted_late = WHOLE_CLINIC in due_after(session, clinic_id, ahead)
    if not (is_held or letters or is_counted_late):
        return 0
    with transaction(session):
        if is_counted_late:
            count_all(session, clinic_id, now)
        ended = end_leases(session, clinic_id, *until, now)
        return is_counted_late + ended + sum(let_leave(session, clinic_id, each, at) for each, at in letters.items())


def _due(letter: PutOff, now: datetime) -> datetime | None:
    """Return when a letter is to be due, None where it is due when it should be.

    One that was never tried waits as long as when it was written; one that was tried, has waited long enough.
    """
    if letter.state is LetterState.QUEUED:
        return now + (letter.due_at - letter.created_at)
    wait = wait_after(max(1, letter.attempts), letter.id)
    return now if wait is None or letter.due_at > now + wait + SKEW else None
