"""`rehab-tracker jobs` for the drill: the real command, but with a lease of seconds, so that a drill takes minutes.

One process has imported everything and forks a sender when a line says `start LOG`, and kills one when it says
`kill NUMBER`: a sender that imported it all for itself would be at work two seconds later, at every kill. With the
argument `mark-before-send` it is the positive control, which loses letters: nothing of it is in the product.
"""

import os
import signal
import sys
import traceback
from datetime import timedelta

from rehab_tracker.cli import processes
from rehab_tracker.mail.post import Undelivered
from rehab_tracker.services import letters

LEASE = timedelta(seconds=5)
"""Longer than the drill's mail server takes for any message."""

deliver_one = letters._deliver_one


class MarkedFirst:
    """A post that marks the letter as sent, and only then sends it."""

    def __init__(self, post, mark):
        self.post, self.mark = post, mark

    def send(self, mail):
        self.mark()
        return self.post.send(mail)


def marked_before_sent(session, viewer, letter, post, sender, base_url, now):
    def mark():
        letters.mark_sent(session, viewer, letter, "250", now())

    try:
        return deliver_one(session, viewer, letter, MarkedFirst(post, mark), sender, base_url, now)
    except Undelivered:
        return False


def forked(log: str) -> int:
    """Starts a sender that writes what it says to the end of a file; returns its number."""
    number = os.fork()
    if number:
        return number
    said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream, file in ((0, os.open(os.devnull, os.O_RDONLY)), (1, said), (2, said)):
        os.dup2(file, stream)
    try:
        processes.jobs.main([])
    except BaseException:
        traceback.print_exc()
    finally:
        # Whatever happened, a sender is not the one that starts senders.
        os._exit(1)


def ended(number: int) -> None:
    """Ends a sender as a power cut would."""
    os.kill(number, signal.SIGKILL)
    os.waitpid(number, 0)


def obey() -> None:
    """Starts and kills as it is told, and answers with the number of each; in the end nobody is left."""
    alive: set[int] = set()
    try:
        for line in sys.stdin:
            order, _, about = line.rstrip("\n").partition(" ")
            if order == "start":
                number = forked(about)
                alive.add(number)
            else:
                number = int(about)
                alive.remove(number)
                ended(number)
            print(number, flush=True)
    finally:
        for number in alive:
            ended(number)


if __name__ == "__main__":
    letters.LEASE = LEASE
    if "mark-before-send" in sys.argv:
        letters._deliver_one = marked_before_sent
    obey()
