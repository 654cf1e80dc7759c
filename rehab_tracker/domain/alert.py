"""Alerts: verdicts that somebody must look at, their levels, and how verdicts of many days become one alert."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any

from rehab_tracker.domain.errors import WrongState
from rehab_tracker.domain.site import Area, Site

QUIET_DAYS = 14
"""Days without qualifying data after which a later verdict is a new alert, not more evidence (house rule)."""

WHOLE_BODY = "whole-body"


class Level(StrEnum):
    """How soon somebody must look."""

    INFO = "info"
    SOON = "soon"
    URGENT = "urgent"

    @cached_property
    def rank(self) -> int:
        """Return 0 for info, 1 for soon, 2 for urgent."""
        return tuple(Level).index(self)


class Rule(StrEnum):
    """The rules that raise alerts; codes are a contract and only ever grow."""

    RED_FLAG = "red-flag"
    SUDDEN_SEVERE_PAIN = "sudden-severe-pain"
    NEW_SITE_PAIN = "new-site-pain"
    NEW_COMPARTMENT_PAIN = "new-compartment-pain"
    NO_SITE_RECORDED = "no-site-recorded"
    PHASE_REVIEW = "phase-review"
    RECURRENCE = "recurrence"
    OVER_LIMIT = "over-limit"
    NOT_IMPROVING = "not-improving"
    EXERCISE_PAIN = "exercise-pain"
    KNOWN_SITE_FLARE = "known-site-flare"
    NOT_LOGGING = "not-logging"


class AlertState(StrEnum):
    """Where an alert is in its life; superseded means that later data no longer support it."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    SUPERSEDED = "superseded"
    CLOSED = "closed"
    SNOOZED = "snoozed"


def acknowledged(state: AlertState) -> AlertState:
    """Return the state after somebody took the alert; raise WrongState unless it is open."""
    if state is not AlertState.OPEN:
        raise WrongState(state=str(state))
    return AlertState.ACKNOWLEDGED


def closed(state: AlertState) -> AlertState:
    """Return the state after somebody closed the alert; raise WrongState unless it still stands."""
    if state not in (AlertState.OPEN, AlertState.ACKNOWLEDGED, AlertState.SNOOZED):
        raise WrongState(state=str(state))
    return AlertState.CLOSED


@dataclass(frozen=True, slots=True)
class Evidence:
    """One value that a verdict rests on: which day, recorded when, which site, which field, what was said."""

    for_date: date
    recorded_at: datetime
    site: str | None
    field: str
    value: int | bool | str

    def plain(self) -> dict[str, Any]:
        """Return it as it is kept and as scripts outside read it: plain values under the names of its fields."""
        return {
            "for_date": self.for_date.isoformat(),
            "recorded_at": self.recorded_at.isoformat(),
            "site": self.site,
            "field": self.field,
            "value": self.value,
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """A rule's answer for one day.

    ``subject`` is what it is about: the code of a joint or limb, a red flag, or ``whole-body``. ``key`` and ``values``
    make its one plain sentence. ``unknown_days`` says how many days of the window nobody logged.
    """

    rule: Rule
    version: int
    level: Level
    subject: str
    for_date: date
    key: str
    values: Mapping[str, int | str] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    site: Site | None = None
    area: Area | None = None
    unknown_days: int = 0

    @property
    def is_mailed(self) -> bool:
        """Return whether it is more than something to see in a list."""
        return self.level is not Level.INFO


@dataclass(slots=True)
class Standing:
    """One stretch of verdicts about one subject: it began, rose or not, and went on until its last qualifying day."""

    rule: Rule
    subject: str
    verdicts: list[Verdict]

    @property
    def first_day(self) -> date:
        """Return the first qualifying day."""
        return self.verdicts[0].for_date

    @property
    def last_day(self) -> date:
        """Return the last qualifying day."""
        return self.verdicts[-1].for_date

    @property
    def rises(self) -> list[Verdict]:
        """Return the first verdict, and each later one that is of a higher level than all before it."""
        steps: list[Verdict] = []
        for verdict in self.verdicts:
            if not steps or verdict.level.rank > steps[-1].level.rank:
                steps.append(verdict)
        return steps

    @property
    def worst(self) -> Verdict:
        """Return the first verdict of the highest level."""
        return self.rises[-1]


def standings(verdicts: Iterable[Verdict]) -> list[Standing]:
    """Return the verdicts grouped into stretches without a gap of more than 14 days, per rule and subject.

    The answer depends on the days the verdicts are about, never on the order in which they were found.
    """
    found: list[Standing] = []
    for verdict in sorted(verdicts, key=lambda v: (v.rule, v.subject, v.for_date, -v.level.rank)):
        last = found[-1] if found else None
        joins = last and (last.rule, last.subject) == (verdict.rule, verdict.subject)
        if last and joins and verdict.for_date - last.last_day <= timedelta(days=QUIET_DAYS):
            last.verdicts.append(verdict)
        else:
            found.append(Standing(verdict.rule, verdict.subject, [verdict]))
    return found
