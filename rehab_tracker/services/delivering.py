"""Letters on their way: leased, sent, then marked, and never before the server's 250."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from rehab_tracker.domain.access import Viewer, system
from rehab_tracker.mail.answers import Trouble, Undelivered, kept
from rehab_tracker.mail.post import Post
from rehab_tracker.mail.return_path import ReturnPath
from rehab_tracker.services import breaker, leasing, letters
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.database import read_only, under_clinic
from rehab_tracker.storage.letters import Letter

WAY_IS_CUT = (Trouble.OUT_OF_REACH, Trouble.NO_WAY)
"""What concerns every letter alike."""

MARKING_WAITS = (0.2, 1.0, 5.0)
"""Seconds before the mark of a letter that the server took is tried again, where the database can't be reached."""


def deliver(
    sessions: sessionmaker[Session],
    post: Post,
    sender: str,
    base_url: str,
    now: Callable[[], datetime],
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Send every letter that is due, the most urgent first, and return how many the server took.

    Each is leased, sent and marked, in three steps that are never one transaction: the server's answer comes between.
    Once ``stopping`` says so, no further letter is leased. While the way to the server is cut, one is tried at times.
    """
    delivery = _Delivery(sessions, post, sender, base_url, now, stopping)
    try:
        while delivery.goes_on():
            pass
    finally:
        post.hang_up()
    return delivery.sent


@dataclass(slots=True)
class _Delivery:
    """What it takes to send, named as in ``deliver``, and how many letters the server took."""

    sessions: sessionmaker[Session]
    post: Post
    sender: str
    base_url: str
    now: Callable[[], datetime]
    stopping: Callable[[], bool]
    sent: int = 0

    def goes_on(self) -> bool:
        """Send some letters of the clinic whose turn it is, and return whether there may be more to send now."""
        with self.sessions() as session:
            clinics = leasing.due_clinics(session, self.now())
            at_most = breaker.may_send(session, self.now()) if clinics else 0
        if not at_most:
            return False
        with self.sessions() as session:
            under_clinic(session, clinics[0])
            return self._some(session, system(clinics[0]), at_most)

    def _some(self, session: Session, viewer: Viewer, at_most: int) -> bool:
        tried = 0
        while tried < at_most and not self.stopping() and (letter := leasing.lease(session, viewer, self.now())):
            tried += 1
            failure = self._one(session, viewer, letter)
            self.sent += failure is None
            if not self._heed(failure, at_most == breaker.PROBES):
                return False
        return tried > 0 and not self.stopping()

    def _heed(self, failure: Undelivered | None, is_probe: bool) -> bool:
        """Open or close the breaker by what became of a letter, and return whether further ones may follow."""
        if failure and failure.trouble in WAY_IS_CUT:
            with self.sessions() as session:
                breaker.cut(session, kept(failure.answer), is_probe, self.now())
            return False
        if is_probe and not (failure and failure.trouble is Trouble.UNWRITTEN):
            with self.sessions() as session:
                breaker.restore(session, self.now())
        return True

    def _one(self, session: Session, viewer: Viewer, letter: Letter) -> Undelivered | None:
        """Send a leased letter, mark it, and return why the server did not take it, or None when it did."""
        try:
            mail = self._written(session, letter)
            return_path = self.post.return_path or ReturnPath(self.sender)
            answer = self.post.send(mail, return_path.of(letter.clinic_id, letter.id))
        except Undelivered as failure:
            leasing.mark_failed(session, viewer, letter, failure, self.now())
            return failure
        self._mark_sent(session, viewer, letter, answer)
        return None

    def _written(self, session: Session, letter: Letter) -> EmailMessage:
        """Return the whole message; one that can't be written fails alone and holds up no other."""
        try:
            with transaction(read_only(session)):
                return letters.rendered(letter, session, self.sender, self.base_url, self.now())
        except OperationalError:
            raise
        except Exception as fault:
            raise Undelivered(type(fault).__name__, Trouble.UNWRITTEN) from fault

    def _mark_sent(self, session: Session, viewer: Viewer, letter: Letter, answer: str) -> bool:
        """Mark it, a few times while the database fails: a letter without its mark is sent again."""
        for wait in MARKING_WAITS:
            try:
                return leasing.mark_sent(session, viewer, letter, answer, self.now())
            except OperationalError:
                time.sleep(wait)
        return leasing.mark_sent(session, viewer, letter, answer, self.now())
