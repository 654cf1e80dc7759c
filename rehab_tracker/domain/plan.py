"""Plans: one involvement's copy of a protocol version, what clinicians did to it, and the course that follows.

Nothing of a course is stored: it is worked out from the acts, the entries and the template (``plan_run``).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from rehab_tracker.domain.alert import Evidence
from rehab_tracker.domain.entry import Entry
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.protocol import Phase, Rung, Template
from rehab_tracker.domain.site import Limb, Site
from rehab_tracker.domain.site_log import LoggedDay
from rehab_tracker.domain.traffic_light import Light
from rehab_tracker.domain.weight_bearing import WeightLimit


class Act(StrEnum):
    """What a clinician does to a plan; nothing else ever raises a rung."""

    START = "start"
    MOVE = "move"
    CHECK = "check"
    HOLD = "hold"
    RESUME = "resume"
    END = "end"


@dataclass(frozen=True, slots=True)
class PlanAct:
    """One act: ``on`` is the local day from which it holds, ``at`` the instant at which it was recorded.

    Start and move name a ``phase`` and ``step``, and may give a ``limit`` in place of the rung's own; check names an
    ``item``. ``by`` and ``id`` are the clinician's and the act's own. Raises InvalidValue (``phase-needed``,
    ``item-needed``) where these are missing.
    """

    act: Act
    on: date
    at: datetime
    phase: Phase | None = None
    step: int = 0
    limit: WeightLimit | None = None
    item: str | None = None
    value: int | str | None = None
    reason: str = ""
    by: UUID | None = None
    id: UUID | None = None

    def __post_init__(self) -> None:
        if self.act in (Act.START, Act.MOVE) and self.phase is None:
            raise InvalidValue("Choose a phase.", code="phase-needed", pointer="/phase")
        if self.act is Act.CHECK and not self.item:
            raise InvalidValue("Say what was checked.", code="item-needed", pointer="/item")

    @property
    def rung(self) -> Rung | None:
        """Return the rung that this act names."""
        return None if self.phase is None else Rung(self.phase, self.step)


@dataclass(frozen=True, slots=True)
class Plan:
    """The protocol of one site: its template version, and the acts on it in the order in which they hold.

    Acts may be given in any order. Raises InvalidValue unless there is exactly one start, before all other acts, or
    for a rung that the template lacks (``start-needed``, ``unknown-rung``).
    """

    id: UUID
    site: Site
    template: Template
    acts: tuple[PlanAct, ...]
    started_on: date = field(init=False, repr=False, compare=False)
    """The local day of its start."""
    ended_on: date | None = field(init=False, repr=False, compare=False)
    """The local day of its end, its last one; None while it runs."""

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.acts, key=lambda act: (act.on, act.at, act.act is not Act.START, str(act.id))))
        object.__setattr__(self, "acts", ordered)
        if not ordered or [act.act for act in ordered].count(Act.START) != 1 or ordered[0].act is not Act.START:
            raise InvalidValue("A plan begins with one start.", code="start-needed", pointer="/acts")
        for act in ordered:
            if act.rung:
                self.template.height(act.rung)
        ended_on = next((act.on for act in ordered if act.act is Act.END), None)
        object.__setattr__(self, "started_on", ordered[0].on)
        object.__setattr__(self, "ended_on", ended_on)

    def is_active(self, day: date) -> bool:
        """Return whether the plan holds on a day: from its start to its end, both days included."""
        return self.started_on <= day and (self.ended_on is None or day <= self.ended_on)


class PlanDay(NamedTuple):
    """A plan at the end of one day: what was known, where it stands, and whether it is on hold."""

    day: date
    light: Light
    rung: Rung
    limit: WeightLimit
    is_held: bool


class Turn(StrEnum):
    """What happened to a plan on a day: a clinician's act, or what the plan did by itself."""

    START = "start"
    MOVE = "move"
    CLINICIAN_HOLD = "clinician-hold"
    RESUME = "resume"
    END = "end"
    HOLD = "hold"
    LIFT = "lift"
    REGRESS = "regress"

    @property
    def is_automatic(self) -> bool:
        """Return whether the plan did this by itself, so that somebody must be told."""
        return self in (Turn.HOLD, Turn.LIFT, Turn.REGRESS)


@dataclass(frozen=True, slots=True)
class Change:
    """One turn of a plan; ``key`` and ``values`` make its sentence, ``act`` is the clinician's where there is one."""

    turn: Turn
    on: date
    rung: Rung
    limit: WeightLimit
    key: str
    evidence: tuple[Evidence, ...] = ()
    act: PlanAct | None = None


@dataclass(frozen=True, slots=True)
class PhaseReview:
    """A regress that did not happen because it would have restricted the second leg: a clinician must look."""

    site: Site
    on: date
    reason: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Pause:
    """Strengthening for ``site`` rests from one day to another, both included, because ``new_site`` started a plan."""

    site: Site
    limb: Limb
    from_on: date
    until_on: date
    new_site: Site

    def holds(self, day: date) -> bool:
        """Return whether it rests on this day."""
        return self.from_on <= day <= self.until_on


@dataclass(frozen=True, slots=True)
class PlanCourse:
    """How a plan stands at the end of the last day looked at, and how it came there.

    ``days`` are consecutive, from its start or, where it goes on from a kept evening, the last that it needs; the first
    of them belongs to a run of days in one phase that began on ``phase_from``. ``logged`` are all known days of the
    site, or likewise the last. ``rung`` and ``limit`` are the present ones; ``held_since`` is the first day of the
    present hold; ``decided`` is the last start or move;
    ``imaging_since`` the day on which a run of red days became long enough to ask for imaging; ``open_review`` the last
    question that no clinician has answered by a move, a resume or an end since.
    """

    plan: Plan
    days: tuple[PlanDay, ...]
    rung: Rung
    limit: WeightLimit
    phase_since: date
    step_since: date
    decided: PlanAct
    baseline: int | None = None
    held_since: date | None = None
    held_by_clinician: bool = False
    ended_on: date | None = None
    imaging_since: date | None = None
    imaging_considered: date | None = None
    checks: dict[str, date] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    reviews: tuple[PhaseReview, ...] = ()
    open_review: PhaseReview | None = None
    pauses: tuple[Pause, ...] = ()
    logged: tuple[LoggedDay, ...] = ()
    phase_from: date | None = None

    def on(self, day: date) -> PlanDay | None:
        """Return how the plan stood at the end of a day, None before its start and after its end."""
        at = (day - self.days[0].day).days if self.days else -1
        return self.days[at] if 0 <= at < len(self.days) else None

    @property
    def is_held(self) -> bool:
        """Return whether it is on hold."""
        return self.held_since is not None

    def paused_until(self, day: date) -> date | None:
        """Return the last day on which strengthening still rests, None if it does not rest on this day."""
        return max((pause.until_on for pause in self.pauses if pause.holds(day)), default=None)


def pauses_of(plan: Plan, others: Iterable[Plan], today: date) -> tuple[Pause, ...]:
    """Return when strengthening rests for a plan: from the start of each later plan of the same limb."""
    limb, days = plan.site.limb, plan.template.pause_days
    if limb is None or not days:
        return ()
    later = [p for p in others if p.site.limb is limb and plan.started_on < p.started_on <= today]
    starts = sorted((p.started_on, str(p.site), p.site) for p in later if plan.is_active(p.started_on))
    return tuple(Pause(plan.site, limb, on, on + timedelta(days=days - 1), place) for on, _, place in starts)


def received_late(entry: Entry, decided: PlanAct) -> bool:
    """Return whether an entry about a time before this decision reached us only after it."""
    before = entry.for_date < decided.on or (entry.for_date == decided.on and entry.recorded_at <= decided.at)
    return before and entry.received_at > decided.at
