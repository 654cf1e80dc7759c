"""Closing an alert: what it turned out to be, and which later verdicts that answers already."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from rehab_tracker.domain.alert import Level, Rule, Verdict
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.pain import checked_score
from rehab_tracker.domain.site import Site
from rehab_tracker.domain.strict_json import checked_text

LONGEST_NOTE = 1000
"""Characters of a note; findings belong into the record."""


def checked_note(text: str, pointer: str = "/note") -> str:
    """Return a note; raise InvalidValue for one of more than 1,000 characters, or with some that no text has."""
    try:
        return checked_text(text, LONGEST_NOTE)
    except InvalidValue as fault:
        raise fault.at(pointer) from None


class AlertOutcome(StrEnum):
    """What an alert turned out to be; codes are a contract and only ever grow."""

    NEW_SITE = "new-site"
    OTHER_DISEASE = "other-disease"
    OVERLOAD = "overload"
    INJURY = "injury"
    LONG_STANDING = "long-standing"
    WRONG_ENTRY = "wrong-entry"
    UNCLEAR = "unclear"

    @property
    def is_useful(self) -> bool | None:
        """Return whether it was good that somebody looked; None where that stayed unclear."""
        return None if self is AlertOutcome.UNCLEAR else self in USEFUL


USEFUL = frozenset((AlertOutcome.NEW_SITE, AlertOutcome.OTHER_DISEASE, AlertOutcome.OVERLOAD, AlertOutcome.INJURY))


@dataclass(frozen=True, slots=True)
class Closing:
    """What somebody says on closing an alert; ``usual_pain`` (0 to 10) belongs to long-standing pain alone.

    Raises InvalidValue for a note of more than 1,000 characters and a usual pain that lacks or is too many.
    """

    outcome: AlertOutcome
    note: str = ""
    usual_pain: int | None = None

    def __post_init__(self) -> None:
        checked_text(self.note, LONGEST_NOTE)
        if self.outcome is not AlertOutcome.LONG_STANDING and self.usual_pain is not None:
            raise InvalidValue(
                "The usual pain is only for long-standing pain. Leave it empty.",
                code="usual-pain-not-asked", pointer="/usual_pain",
            )  # fmt: skip
        if self.outcome is AlertOutcome.LONG_STANDING:
            if self.usual_pain is None:
                raise InvalidValue(
                    "Say how much it usually hurts, from 0 to 10.", code="usual-pain-needed", pointer="/usual_pain"
                )
            checked_score(self.usual_pain, "/usual_pain")

    def must_fit(self, rule: Rule, place: Site | None) -> None:
        """Raise InvalidValue where this cannot close an alert of a rule about a place.

        A red flag needs a note (``note-needed``), long-standing pain a place (``no-place``).
        """
        if rule is Rule.RED_FLAG and not self.note:
            raise InvalidValue("Write what was found: this is a red flag.", code="note-needed", pointer="/note")
        if place is None and self.outcome is AlertOutcome.LONG_STANDING:
            raise InvalidValue(
                "This alert is not about one place. Choose another answer.", code="no-place", pointer="/outcome"
            )


@dataclass(frozen=True, slots=True)
class ClosedAlert:
    """An alert that a person closed: it answers what its rule says of its subject up to ``closed_on``.

    ``seen`` is the evidence, as it is kept, that whoever closed it could see.
    """

    rule: Rule
    subject: str
    level: Level
    closed_on: date
    closed_at: datetime
    seen: Collection[Mapping[str, Any]] = ()

    def answers(self, verdict: Verdict) -> bool:
        """Return whether a verdict says nothing that was not looked at.

        Days before that of the closing are answered, unless at a higher level: what comes late of them is more of the
        same. What was written after the closing about that day itself is news. Severe pain written after it is news
        whatever day it is about, because one such evening may be the last thing that a phone tells. A tick of a red
        flag is answered only where it was seen, however late it comes. It depends on what was said when, and on what
        staff did, not on the order in which it came.
        """
        if (verdict.rule, verdict.subject) != (self.rule, self.subject):
            return False
        if verdict.rule is Rule.RED_FLAG:
            return all(each.plain() in self.seen for each in verdict.evidence)
        if verdict.for_date > self.closed_on or verdict.level.rank > self.level.rank:
            return False
        is_old = verdict.for_date < self.closed_on and verdict.rule is not Rule.SUDDEN_SEVERE_PAIN
        return is_old or not self._is_written_later(verdict)

    def _is_written_later(self, verdict: Verdict) -> bool:
        """Return whether what is said of the verdict's own day, at its worst, was written after the closing."""
        return any(e.for_date == verdict.for_date and e.recorded_at > self.closed_at for e in verdict.evidence)

    def parted(self, verdicts: Iterable[Verdict]) -> tuple[list[Verdict], list[Verdict]]:
        """Return the verdicts that this answers, and the others."""
        answered: list[Verdict] = []
        news: list[Verdict] = []
        for verdict in verdicts:
            (answered if self.answers(verdict) else news).append(verdict)
        return answered, news
