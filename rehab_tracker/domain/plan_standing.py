"""How a plan stands on its way, what has happened so far, and the way back to the evening of an earlier day."""

from datetime import date, datetime
from operator import attrgetter
from typing import Any

from rehab_tracker.domain.alert import Evidence
from rehab_tracker.domain.plan import Change, PhaseReview, Plan, PlanAct, PlanDay

STANDING = (
    "decided", "rung", "limit", "phase_since", "step_since", "_lowest", "baseline", "auto_held", "clinician_held",
    "open_review", "_regressed_on", "_ambers", "_reds", "_sores", "imaging_since", "imaging_considered", "checks",
)  # fmt: skip
"""How a plan stands: no value of these is ever changed in place, so that keeping them keeps the evening of a day."""
HAPPENED = ("days", "changes", "reviews", "_mornings")
"""What has happened so far, in lists that only grow."""
_standing = attrgetter(*STANDING)


class PlanStanding:
    """Where a plan stands at the end of the last day of ``days``, which are consecutive from its start."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.template = plan, plan.template
        self.begin()

    def begin(self) -> None:
        """Stand as on the evening before the start."""
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
        self._evenings: list[tuple[tuple[Any, ...], list[int]]] = []

    def keep(self) -> None:
        """Keep how it stands this evening."""
        self._evenings.append((_standing(self), [len(getattr(self, name)) for name in HAPPENED]))

    def back_to(self, day: date) -> None:
        """Stand as on the evening before a day; nothing changes if it has not come so far."""
        kept = (day - self.plan.started_on).days
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
        at = (day - self.plan.started_on).days
        return self.days[at] if 0 <= at < len(self.days) else None
