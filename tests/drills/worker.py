"""`rehab-tracker jobs` for the drill: the real command, but with a lease of seconds, so that a drill takes minutes.

With the argument `mark-before-send` it is the positive control, which loses letters: nothing of it is in the product.
"""

import sys
from datetime import timedelta

from rehab_tracker.cli import main
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


if __name__ == "__main__":
    letters.LEASE = LEASE
    if "mark-before-send" in sys.argv:
        letters._deliver_one = marked_before_sent
    main(["jobs"])
