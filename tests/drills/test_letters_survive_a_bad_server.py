"""Thousands of letters go through a mail server that refuses, stalls and hangs up; each ends sent, bounced or dead.

Time is pressed together by passing the clock. Two positive controls: who tries again what was refused for good, and who
calls sent what was not answered, are found out.
"""

import os
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import inspect

from rehab_tracker.mail import answers, post
from rehab_tracker.mail.answers import Trouble, Undelivered
from rehab_tracker.services import leasing
from rehab_tracker.storage.letters import WAITING, Letter, LetterState
from tests.conftest import Store
from tests.mail.office import Office, flags
from tests.smtp import GOOD, MailServer, Order

LONG = os.environ.get("REHAB_LONG_DRILLS") == "1"
LETTERS = 10_000 if LONG else 120
SEED = 20260302
LIMIT, STALL = 0.2, 0.5
"""Seconds that we wait for the server in this drill, and that it keeps silent where it stalls."""

LATER = (
    Order(rcpt="450 4.2.0 Greylisted"),
    Order(mail="421 4.3.2 Shutting down"),
    Order(rcpt="451 4.3.0 Local error"),
    Order(data="452 4.3.1 Insufficient storage"),
)
NEVER = (Order(rcpt="550 5.1.1 User unknown"), Order(data="554 5.7.1 Spam"))
SILENT = (Order(stall_before=STALL), Order(stall=STALL))
CUT = (Order(cut=True),)
SHARES = ((30, LATER), (2, NEVER), (5, SILENT), (2, CUT))
"""Of a hundred attempts so many meet one of these orders; the others meet none."""


def moods(seed: int) -> Callable[[], Order]:
    """A server's moods, the same for the same seed."""
    dice = random.Random(seed)
    kinds = [kind for share, kind in SHARES for _ in range(share)]
    every = [*kinds, *[(GOOD,)] * (100 - len(kinds))]
    return lambda: dice.choice(dice.choice(every))


@dataclass(frozen=True)
class Figures:
    """How it went: where the letters ended, what the server saw of them, and after how many days the last ended."""

    states: dict[str, int]
    lost: int
    copies: int
    may_have_left: int
    asked_again: int
    connections: int
    days: float


def written(office: Office, number: int) -> None:
    """Writes so many letters: copies of a real one, each with an identity of its own."""
    office.push(office.enrol(), flags())
    real = office.letter()
    values = {column.key: getattr(real, column.key) for column in inspect(Letter).column_attrs}
    with office.store.session(office.clinic.id) as session:
        for _ in range(number - 1):
            own: dict[str, Any] = {"id": uuid4(), "dedup_key": uuid4().hex, "message_id": uuid4().hex}
            session.add(Letter(**values | own))
        session.commit()


def drilled(store: Store, monkeypatch: pytest.MonkeyPatch, name: str) -> Figures:
    """One whole drill, printed."""
    monkeypatch.setattr(post, "STEP_SECONDS", LIMIT)
    monkeypatch.setattr(post, "ANSWER_SECONDS", LIMIT)
    with MailServer() as server:
        office = Office(store, server)
        written(office, LETTERS)
        began = office.now
        server.choose = moods(SEED)
        while waiting := [letter.due_at for letter in office.letters() if letter.state in WAITING]:
            office.now = max(office.now, min(waiting))
            if not office.deliver():
                # Where the machine itself is slow, even a greeting comes too late, and the queue pauses.
                office.later(minutes=1)
        figures = judged(office, (office.now - began).total_seconds() / 86_400)
    print(f"\n{store.kind} {name}: {figures}")
    return figures


def judged(office: Office, days: float) -> Figures:
    letters, server = office.letters(), office.server
    copies = Counter(mail.message_id for mail in server.taken)
    assert set(copies) <= {f"<{letter.message_id}@clinic.example>" for letter in letters}
    sent = [letter for letter in letters if letter.state is LetterState.SENT]
    return Figures(
        states=dict(Counter(str(letter.state) for letter in letters)),
        lost=sum(f"<{letter.message_id}@clinic.example>" not in copies for letter in sent),
        copies=sum(copies.values()) - len(copies),
        may_have_left=sum(letter.may_have_left for letter in letters),
        asked_again=server.asked_again,
        connections=server.connections,
        days=round(days, 2),
    )


@pytest.mark.drill
def test_every_letter_ends_sent_bounced_or_dead_and_none_is_lost(store, monkeypatch):
    figures = drilled(store, monkeypatch, "as it is")
    assert set(figures.states) <= {"sent", "bounced", "dead"}
    assert sum(figures.states.values()) == LETTERS
    assert figures.states["sent"] > LETTERS * 0.9
    assert figures.lost == 0
    assert 0 < figures.copies <= figures.may_have_left
    assert figures.asked_again == 0


@pytest.mark.drill
def test_who_calls_every_refusal_passing_asks_again_what_was_refused_for_good(sqlite_store, monkeypatch):
    monkeypatch.setattr(answers, "meaning", lambda code, said, to_recipient=False: Trouble.PASSING)
    monkeypatch.setattr(post, "meaning", answers.meaning)
    assert drilled(sqlite_store, monkeypatch, "5xx tried again").asked_again > 0


@pytest.mark.drill
def test_who_calls_sent_what_was_not_answered_loses_letters(sqlite_store, monkeypatch):
    real = leasing.mark_failed

    def hopeful(session, viewer, letter, failure: Undelivered, now):
        if failure.answered or failure.trouble is not Trouble.PASSING:
            return real(session, viewer, letter, failure, now)
        leasing.mark_sent(session, viewer, letter, failure.answer, now)
        return LetterState.SENT

    monkeypatch.setattr(leasing, "mark_failed", hopeful)
    assert drilled(sqlite_store, monkeypatch, "silence called sent").lost > 0
