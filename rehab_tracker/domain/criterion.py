"""Criteria for a looser step: each is data that a clinic may set, and answers with its present value and evidence.

A day without a log never satisfies anything. Good days count from the day after the last step, since they say nothing
of a load that was not yet allowed; bad days count from whenever they are among the last logged ones.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rehab_tracker.domain.alert import Evidence
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.exercise import CODE, LONGEST_CODE
from rehab_tracker.domain.pain import WORST_PAIN
from rehab_tracker.domain.seen import Pain, Seen
from rehab_tracker.domain.site_log import LoggedDay

MOST_DAYS = 365
MOST_WEEKS = 12


@dataclass(frozen=True, slots=True)
class Met:
    """A criterion with its present value beside what is needed; ``key`` and ``values`` make its sentence."""

    criterion: "Criterion"
    is_met: bool
    value: int | None
    needed: int
    key: str
    values: Mapping[str, int | str]
    evidence: tuple[Evidence, ...] = ()


def _checked(pointer: str, number: int, least: int, most: int) -> None:
    if type(number) is not int or not least <= number <= most:
        raise InvalidValue(
            "Give a whole number from %(least)d to %(most)d.",
            code="out-of-range", pointer=f"/{pointer}", least=least, most=most,
        )  # fmt: skip


def _checked_code(pointer: str, code: str) -> None:
    if len(code) > LONGEST_CODE or not CODE.fullmatch(code):
        raise InvalidValue("Write a code of small letters, digits and hyphens.", code="bad-code", pointer=f"/{pointer}")


def _evidence(days: Sequence[LoggedDay], name: str = "") -> tuple[Evidence, ...]:
    return tuple(piece for logged in days for piece in logged.evidence(name))


@dataclass(frozen=True, slots=True)
class DaysAtMost:
    """Pain of ``score`` or less on ``days`` of the last ``window`` logged days."""

    score: int
    days: int
    window: int
    pain: Pain = Pain.WORST

    def __post_init__(self) -> None:
        _checked("score", self.score, 0, WORST_PAIN)
        _checked("window", self.window, 1, MOST_DAYS)
        _checked("days", self.days, 1, self.window)

    def judge(self, seen: Seen) -> Met:
        """Return how many of these days, since the last step, are good."""
        window = seen.days[-self.window :]
        known = [(logged, self.pain.of(logged)) for logged in window if logged.day > seen.step_since]
        hits = [logged for logged, score in known if score is not None and score <= self.score]
        values = {"score": self.score, "days": self.days, "window": self.window, "value": len(hits)}
        key = "days-at-most" if self.pain is Pain.WORST else "rest-days-at-most"
        enough = len(hits) >= self.days
        return Met(self, enough, len(hits), self.days, key, values, _evidence(hits, self.pain.field))


@dataclass(frozen=True, slots=True)
class NoneFrom:
    """No pain of ``score`` or more in the last ``window`` logged days, of which there must be that many."""

    score: int
    window: int

    def __post_init__(self) -> None:
        _checked("score", self.score, 1, WORST_PAIN)
        _checked("window", self.window, 1, MOST_DAYS)

    def judge(self, seen: Seen) -> Met:
        """Return how many of these days are bad; fewer logged days than the window do not satisfy."""
        window = seen.days[-self.window :]
        bad = [logged for logged in window if logged.x >= self.score]
        values = {"score": self.score, "window": self.window, "value": len(bad), "logged": len(window)}
        enough = not bad and len(window) == self.window
        return Met(self, enough, len(bad), 0, "none-from", values, _evidence(bad or window))


@dataclass(frozen=True, slots=True)
class NoMorningRise:
    """No morning above the baseline after the last ``window`` logged days, of which ``known`` mornings must be known.

    Days before this phase are not looked at. Where there is no baseline, mornings of ``at_most`` are no rise.
    """

    known: int = 3
    window: int = 7
    at_most: int = 2

    def __post_init__(self) -> None:
        _checked("window", self.window, 1, MOST_DAYS)
        _checked("known", self.known, 1, self.window)
        _checked("at_most", self.at_most, 0, WORST_PAIN)

    def judge(self, seen: Seen) -> Met:
        """Return how many mornings are known; too few, or one that rose, do not satisfy."""
        usual = self.at_most if seen.baseline is None else seen.baseline
        window = [logged for logged in seen.days[-self.window :] if logged.day > seen.phase_since]
        told = [(logged, logged.morning) for logged in window if logged.morning is not None]
        rises = [logged for logged, morning in told if morning > usual]
        values = {"known": self.known, "window": self.window, "value": len(told), "usual": usual, "rises": len(rises)}
        enough = len(told) >= self.known and not rises
        shown = rises or [logged for logged, _ in told]
        return Met(self, enough, len(told), self.known, "no-morning-rise", values, _evidence(shown, "next_morning"))


class Since(StrEnum):
    """What elapsed days are counted from: the beginning of the phase, or the last step up or down."""

    PHASE = "phase"
    STEP = "step"


@dataclass(frozen=True, slots=True)
class DaysSince:
    """At least so many calendar days since the phase or the step began."""

    days: int
    since: Since = Since.PHASE

    def __post_init__(self) -> None:
        _checked("days", self.days, 0, MOST_DAYS)

    def judge(self, seen: Seen) -> Met:
        """Return the days elapsed."""
        value = (seen.today - (seen.phase_since if self.since is Since.PHASE else seen.step_since)).days
        values = {"days": self.days, "value": value}
        return Met(self, value >= self.days, value, self.days, f"days-since-{self.since}", values)


@dataclass(frozen=True, slots=True)
class Logged:
    """The site is known on ``days`` of the last ``window`` calendar days."""

    days: int
    window: int = 7

    def __post_init__(self) -> None:
        _checked("window", self.window, 1, MOST_DAYS)
        _checked("days", self.days, 1, self.window)

    def judge(self, seen: Seen) -> Met:
        """Return how many of these calendar days are known."""
        # A window of calendar days holds at most that many logged ones.
        last = seen.days[-self.window :]
        hits = [logged for logged in last if 0 <= (seen.today - logged.day).days < self.window]
        values = {"days": self.days, "window": self.window, "value": len(hits)}
        return Met(self, len(hits) >= self.days, len(hits), self.days, "logged", values, _evidence(hits))


@dataclass(frozen=True, slots=True)
class Adherence:
    """At least ``percent`` of the exercises due in the last ``weeks`` done; nothing due is unknown."""

    percent: int
    weeks: int

    def __post_init__(self) -> None:
        _checked("percent", self.percent, 1, 100)
        _checked("weeks", self.weeks, 1, MOST_WEEKS)

    def judge(self, seen: Seen) -> Met:
        """Return the whole percent done, None where nothing was due."""
        ratio = seen.adherence(self.weeks)
        value = None if ratio is None else int(round(ratio * 100, 6))
        values: dict[str, int | str] = {"percent": self.percent, "weeks": self.weeks}
        told = values if value is None else {**values, "value": value}
        key = "adherence-unknown" if value is None else "adherence"
        return Met(self, value is not None and value >= self.percent, value, self.percent, key, told)


@dataclass(frozen=True, slots=True)
class Checked:
    """A clinician has checked this item since the phase began."""

    item: str

    def __post_init__(self) -> None:
        _checked_code("item", self.item)

    def judge(self, seen: Seen) -> Met:
        """Return 1 where it is checked, else 0."""
        on = seen.checks.get(self.item)
        values: dict[str, int | str] = {"item": self.item}
        if on is None:
            return Met(self, False, 0, 1, "not-checked", values)
        return Met(self, True, 1, 1, "checked", {**values, "on": on.isoformat()})


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """The last score of a questionnaire in this phase is ``least`` or more; of two of one day the lower counts."""

    code: str
    least: int

    def __post_init__(self) -> None:
        _checked_code("code", self.code)
        _checked("least", self.least, 0, 1000)

    def judge(self, seen: Seen) -> Met:
        """Return the last score, None where none was given in this phase."""
        given = [(on, score) for on, score in seen.scores.get(self.code, ()) if seen.phase_since <= on <= seen.today]
        values: dict[str, int | str] = {"code": self.code, "least": self.least}
        if not given:
            return Met(self, False, None, self.least, "questionnaire-unknown", values)
        last = max(on for on, _ in given)
        value = min(score for on, score in given if on == last)
        return Met(self, value >= self.least, value, self.least, "questionnaire", {**values, "value": value})


Criterion = DaysAtMost | NoneFrom | NoMorningRise | DaysSince | Logged | Adherence | Checked | Questionnaire

KINDS: dict[str, type[Any]] = {
    "days-at-most": DaysAtMost,
    "none-from": NoneFrom,
    "no-morning-rise": NoMorningRise,
    "days-since": DaysSince,
    "logged": Logged,
    "adherence": Adherence,
    "checked": Checked,
    "questionnaire": Questionnaire,
}
"""The criteria under the names by which templates are stored; a contract that only grows."""
