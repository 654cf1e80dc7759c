"""How a plan stands on its way, what has happened so far, and the way back to the evening of an earlier day."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Any, NamedTuple

from rehab_tracker.domain.alert import Evidence
from rehab_tracker.domain.entry import Entry
from rehab_tracker.domain.plan import Change, PhaseReview, Plan, PlanAct, PlanDay
from rehab_tracker.domain.plan_evening import STANDING, Evening
from rehab_tracker.domain.protocol import Template
from rehab_tracker.domain.red_flag import RedFlagReport
from rehab_tracker.domain.site import Limb
from rehab_tracker.domain.site_log import LoggedDay
from rehab_tracker.domain.traffic_light import Light, too_much
from rehab_tracker.domain.weight_bearing import WeightLimit

HAPPENED = ("days", "changes", "reviews", "_mornings")
"""What has happened so far, in lists that only grow."""
_standing = attrgetter(*STANDING)

Flagged = tuple[Entry, RedFlagReport]
Asks = Callable[[Limb | None, WeightLimit], bool]
"""Whether a limb's tighter limit must be asked for, because it would restrict the second leg."""


class Burden(NamedTuple):
    """A day that was too much: its light, what is known of it, and the red flags that were ticked."""

    day: date
    light: Light
    logged: LoggedDay | None
    flags: Sequence[Flagged]

    def evidence(self, template: Template) -> tuple[Evidence, ...]:
        """Return what was too much."""
        ticked = [Evidence(e.for_date, e.recorded_at, None, "flag", str(f)) for e, r in self.flags for f in r.flags]
        if self.logged is None:
            return tuple(ticked)
        return (*ticked, *self.logged.burden(template.hold_from if ticked else too_much(self.light, template)))


class PlanStanding:
    """Where a plan stands at the end of the last day of ``days``, which are consecutive.

    It goes on from a kept ``evening`` where there is one, and then can't go back to a day before.
    """

    def __init__(self, plan: Plan, evening: Evening | None = None) -> None:
        self.plan, self.template = plan, plan.template
        self._kept = evening
        self.first = max(plan.started_on, evening.on + timedelta(days=1)) if evening else plan.started_on
        self._phase_from = (evening and evening.phase_from) or plan.started_on
        self.begin()

    def begin(self) -> None:
        """Stand as on the evening before the first day that is walked."""
        start = self.plan.acts[0]
        self.decided, self.rung = start, start.rung or self.template.rungs[0]
        self.limit = start.limit or self.template.limit_at(self.rung)
        self.phase_since = self.step_since = self.plan.started_on
        self._lowest = self.template.height(self.rung)
        self.baseline: int | None = None
        self.auto_held: date | None = None
        self.clinician_held: date | None = None
        self.open_review: PhaseReview | None = None
        self._regressed_on: date | None = None
        self._since: datetime | None = None
        self._later: list[PlanAct] = []
        self._ambers: tuple[tuple[date, tuple[Evidence, ...]], ...] = ()
        self._reds = self._sores = 0
        self.imaging_since: date | None = None
        self.imaging_considered: date | None = None
        self.checks: dict[str, date] = {}
        self.days: list[PlanDay] = []
        self.changes: list[Change] = []
        self.reviews: list[PhaseReview] = []
        self._mornings: list[int] = []
        self._evenings: list[tuple[tuple[Any, ...], tuple[int, ...]]] = []
        if (kept := self._kept) is not None:
            self.days, self.reviews, self._mornings = list(kept.days), list(kept.reviews), list(kept.mornings)
            for name, value in (kept.stood or {}).items():
                setattr(self, name, value)

    def keep(self) -> None:
        """Keep how it stands this evening."""
        self._evenings.append(self._now())

    def _now(self) -> tuple[tuple[Any, ...], tuple[int, ...]]:
        return _standing(self), (len(self.days), len(self.changes), len(self.reviews), len(self._mornings))

    def back_to(self, day: date) -> None:
        """Stand as on the evening before a day; nothing changes if it has not come so far."""
        kept = (day - self.first).days
        if kept <= 0:
            self.begin()
        elif kept < len(self._evenings):
            stood, lengths = self._evenings[kept - 1]
            for name, value in zip(STANDING, stood, strict=True):
                setattr(self, name, value)
            for name, length in zip(HAPPENED, lengths, strict=True):
                del getattr(self, name)[length:]
            del self._evenings[kept:]

    def on(self, day: date) -> PlanDay | None:
        """Return how the plan stood at the end of a day, None before its start, after its end or on days to come."""
        at = (day - self.days[0].day).days if self.days else -1
        return self.days[at] if 0 <= at < len(self.days) else None
