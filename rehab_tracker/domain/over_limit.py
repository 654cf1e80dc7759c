"""Over the limit: the patient reports more weight on a limb than allowed.

By default "often" once, or "a few steps" on 3 of the last 5 days with a report of that limb. It goes by the patient's
word alone and does not ask which limit was in force: whoever believes to have broken one is worth a call. A report is a
weak signal (trained patients overloaded without noticing, Clin Orthop 2004;421:282), so silence is no "no".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from rehab_tracker.domain.alert import Evidence, Level, Rule, Verdict
from rehab_tracker.domain.clinic import RuleSettings
from rehab_tracker.domain.entry import Entry
from rehab_tracker.domain.site import Limb
from rehab_tracker.domain.weight_bearing import OverLimit, WeightBearingReport

VERSION = 1

REPORTED_DAYS = 10
"""Days with a report of the limb that the rule looks at, at most, the judged one included."""

WORSE = tuple(OverLimit).index


class Reported(NamedTuple):
    """One report of a limb with the entry that made it."""

    entry: Entry
    report: WeightBearingReport


@dataclass(frozen=True, slots=True)
class LimbDay:
    """What was reported of one limb on one day, at least one report; the worst counts."""

    day: date
    said: tuple[Reported, ...]

    @property
    def worst(self) -> Reported:
        """Return the report of the day that was furthest over the limit."""
        return max(self.said, key=lambda each: WORSE(each.report.over_limit))

    @property
    def over_limit(self) -> OverLimit:
        """Return the day's value."""
        return self.worst.report.over_limit


def over_limit(days: Sequence[LimbDay], limb: Limb, settings: RuleSettings) -> Verdict | None:
    """Return the verdict on the last of these days, level soon, or None.

    ``days`` are the days with a report of this limb, oldest first, up to and including the one judged.
    """
    if days[-1].over_limit is OverLimit.OFTEN:
        return _verdict("often", days[-1:], days[-1:], limb)
    window = days[-settings.over_limit_window :]
    hits = [day for day in window if day.over_limit is not OverLimit.NO]
    if days[-1].over_limit is OverLimit.NO or len(hits) < settings.over_limit_days:
        return None
    return _verdict("few-steps", hits, window, limb)


def _verdict(key: str, hits: Sequence[LimbDay], window: Sequence[LimbDay], limb: Limb) -> Verdict:
    worst = [day.worst for day in hits]
    return Verdict(
        rule=Rule.OVER_LIMIT,
        version=VERSION,
        level=Level.SOON,
        subject=str(limb),
        for_date=hits[-1].day,
        key=f"{Rule.OVER_LIMIT}.{key}",
        values={"limb": str(limb), "hits": len(hits), "logged": len(window)},
        evidence=tuple(_evidence(each) for each in worst),
        unknown_days=(window[-1].day - window[0].day).days + 1 - len(window),
    )


def _evidence(said: Reported) -> Evidence:
    return Evidence(said.entry.for_date, said.entry.recorded_at, None, "over_limit", str(said.report.over_limit))
