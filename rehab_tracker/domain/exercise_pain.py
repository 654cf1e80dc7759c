"""Exercise pain: exercises hurt more than the plan allows, and more than once.

By default on 2 days within two weeks, pain during an exercise at or above the score from which the plan holds. It tells
staff to look at the exercises; holding and stepping back are the plan's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from rehab_tracker.domain.alert import WHOLE_BODY, Evidence, Level, Rule, Verdict
from rehab_tracker.domain.clinic import RuleSettings
from rehab_tracker.domain.entry import Entry
from rehab_tracker.domain.exercise import ExerciseReport

VERSION = 1

CALENDAR_DAYS = 28
"""Calendar days that the rule looks at, at most, the judged one included."""


class Did(NamedTuple):
    """One report of an exercise with the entry that made it."""

    entry: Entry
    report: ExerciseReport

    @property
    def pain(self) -> int:
        """Return the pain during the exercise, 0 to 10; -1 where nobody said, so that it never counts."""
        return -1 if self.report.pain_during is None else self.report.pain_during


@dataclass(frozen=True, slots=True)
class ExerciseDay:
    """The exercises reported for one day, at least one: a session, however many exercises it had."""

    day: date
    said: tuple[Did, ...]

    @property
    def worst(self) -> Did:
        """Return the exercise that hurt most."""
        return max(self.said, key=lambda each: each.pain)


def exercise_pain(days: Sequence[ExerciseDay], limit: int, settings: RuleSettings) -> Verdict | None:
    """Return the verdict on the last of these days, level info, or None.

    ``days`` are the days with a report of an exercise, oldest first, up to and including the one judged. ``limit`` is
    the score (0 to 10) from which the plan holds; the lowest of several plans.
    """
    today = days[-1]
    if today.worst.pain < limit:
        return None
    window = [day for day in days[-CALENDAR_DAYS:] if _ago(day, today) < settings.exercise_pain_calendar_days]
    hits = [day.worst for day in window if day.worst.pain >= limit]
    if len(hits) < settings.exercise_pain_days:
        return None
    return Verdict(
        rule=Rule.EXERCISE_PAIN,
        version=VERSION,
        level=Level.INFO,
        subject=WHOLE_BODY,
        for_date=today.day,
        key=str(Rule.EXERCISE_PAIN),
        values={
            "threshold": limit,
            "hits": len(hits),
            "logged": len(window),
            "scores": ", ".join(str(each.pain) for each in hits),
            "exercises": " ".join(sorted({each.report.exercise for each in hits})),
        },
        evidence=tuple(_evidence(each) for each in hits),
    )


def _ago(day: ExerciseDay, today: ExerciseDay) -> int:
    return (today.day - day.day).days


def _evidence(did: Did) -> Evidence:
    return Evidence(did.entry.for_date, did.entry.recorded_at, None, "pain_during", did.pain)
