"""`rehab-tracker jobs` for the drill: the real command, but with a lease of seconds, so that a drill takes minutes.

It imports everything once and forks a sender for each log that is named on its standard input, so that another stands
within a moment of a kill. With the argument `mark-before-send` its senders are the positive control, which loses
letters: nothing of it is in the product.
"""

import os
import signal
import sys
from dataclasses import replace
from datetime import timedelta

import rehab_tracker.cli.processes  # noqa: F401  # what is imported here need not be by each sender
from rehab_tracker.cli import main
from rehab_tracker.jobs import runner
from rehab_tracker.services import delivering, leasing

LEASE = timedelta(seconds=5)
"""Longer than the drill's mail server takes for any message."""


def marked_before_sent(self, session, viewer, letter):
    """Sends a letter, but marks it as sent before."""
    mail = self._written(session, letter)
    self._mark_sent(session, viewer, letter, "250")
    self.post.send(mail, self.sender)


def send(log: str) -> None:
    """Is a sender, in a process of its own, that writes what it says to the end of a file."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(said, 1)
    os.dup2(said, 2)
    main(["jobs"])


if __name__ == "__main__":
    leasing.LEASE = LEASE
    runner.TIMETABLE = tuple(replace(tick, every_seconds=1) for tick in runner.TIMETABLE if tick.name == "letters")
    if "mark-before-send" in sys.argv:
        delivering._Delivery._one = marked_before_sent
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            send(line.strip())
            os._exit(0)
        print(pid, flush=True)
