"""One plan on its way through the days: lights, holds and regresses, and what clinicians did meanwhile."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from rehab_tracker.domain.alert import Evidence
from rehab_tracker.domain.entry import Entry
from rehab_tracker.domain.plan import Act, Change, PhaseReview, Plan, PlanAct, PlanCourse, PlanDay, Turn, pauses_of
from rehab_tracker.domain.plan_evening import STANDING, Evening, evening
from rehab_tracker.domain.plan_standing import HAPPENED, Asks, Burden, Flagged, PlanStanding
from rehab_tracker.domain.protocol import Rung
from rehab_tracker.domain.site_log import LoggedDay, SiteLog, usual_morning
from rehab_tracker.domain.traffic_light import Light, is_sore_muscle, light_of, may_be_sore
from rehab_tracker.domain.weight_bearing import WeightLimit, strictest

IMAGING_CONSIDERED = "imaging-considered"
"""The item by which a clinician says that imaging was thought of; it closes that task."""
RED_DAYS_TO_IMAGE = 7
"""Red logged days running after which imaging should be thought of (house rule for the clinic to confirm)."""


class Walk(PlanStanding):
    """One plan on its way: where it stands now, and what has happened so far; it can go back to an earlier evening.

    ``entries`` are the standing pain entries of each day, ``flagged`` the red flags; both may change. With a ``kept``
    evening they are those of later days.
    """

    def __init__(
        self,
        plan: Plan,
        entries: Mapping[date, Iterable[Entry]],
        flagged: Mapping[date, Sequence[Flagged]],
        kept: Evening | None = None,
    ) -> None:
        super().__init__(plan, kept)
        self._flagged = flagged
        self._go_by(plan)
        self._log = SiteLog(entries, plan.site)
        other = plan.site.joint.mirrored
        self._mirrored = SiteLog(entries, other) if other else None

    def _go_by(self, plan: Plan) -> None:
        self.plan, self._last = plan, plan.ended_on or date.max
        self._acts: dict[date, list[PlanAct]] = {}
        for act in plan.acts:
            self._acts.setdefault(act.on, []).append(act)

    def follow(self, plan: Plan, since: date) -> None:
        """Go on with what the plan is now: with other acts from a day after its start on."""
        self.back_to(since)
        self._go_by(plan)

    def rewind(self, day: date) -> None:
        """Stand as on the evening before a day of which something else is known now."""
        for log in (self._log, self._mirrored):
            if log:
                log.forget(day)
        self.back_to(day)

    def is_active(self, day: date) -> bool:
        """Return whether the plan holds on a day; as ``Plan.is_active``, worked out once."""
        return self.plan.started_on <= day <= self._last

    def open(self, day: date) -> None:
        """Take the acts of a day up to its last start or move; what was recorded before that no longer counts."""
        if day == self.plan.started_on:
            self._mornings = self._mornings_before(day)
            self.baseline = usual_morning(self._mornings)
        acts = self._acts.get(day, [])
        cut = max((at for at, act in enumerate(acts, start=1) if act.rung), default=0)
        for act in acts[:cut]:
            self._take(act)
        self._since, self._later = (acts[cut - 1].at if cut else None), acts[cut:]

    def _mornings_before(self, day: date) -> list[int]:
        """Return the mornings that were known before the plan began, or the last of them."""
        before = self._kept.mornings if self._kept else ()
        told = (logged.morning for logged in self._log.upto(day) if logged.day < day)
        return [*before, *(morning for morning in told if morning is not None)]

    def _take(self, act: PlanAct) -> None:
        if act.act is Act.CHECK:
            self._check(act)
        elif act.act is Act.HOLD:
            self.clinician_held = self.clinician_held or act.on
            self._tell(Turn.CLINICIAN_HOLD, act.on, "clinician-hold", act=act)
        elif act.act is Act.RESUME:
            self._forget()
            self._tell(Turn.RESUME, act.on, "resume", act=act)
        elif act.act is Act.END:
            self.open_review = None
            self._tell(Turn.END, act.on, "end", act=act)
        elif act.rung:
            self._forget()
            self._lowest = min(self._lowest, self.template.height(act.rung))
            self._stand(act.rung, act.limit or self.template.limit_at(act.rung), act.on, by_clinician=True)
            self.decided = act
            self._tell(Turn(act.act), act.on, str(act.act), act=act)

    def _check(self, act: PlanAct) -> None:
        self.checks = {**self.checks, str(act.item): act.on}
        if act.item == IMAGING_CONSIDERED:
            self.imaging_considered, self.imaging_since, self._reds = act.on, None, 0

    def _forget(self) -> None:
        """End every hold, and the question; what was said before no longer counts."""
        self.auto_held = self.clinician_held = self.open_review = None
        self._ambers = ()

    def _stand(self, rung: Rung, limit: WeightLimit, day: date, *, by_clinician: bool) -> None:
        """Stand on a rung from a day on; a regress never brings a higher baseline, which would hide a flare."""
        if rung.phase is not self.rung.phase:
            self.phase_since, self.checks = day, {}
            if by_clinician or self.baseline is None:
                self.baseline = usual_morning(self._mornings)
        self.rung, self.limit, self.step_since = rung, limit, day

    def settle(self, day: date, asks: Asks) -> None:
        """Judge a day: hold, lift or regress. A resume ends the holds before it, and gives no step back again."""
        logged, flags = self._log.get(day), self._flagged.get(day, ())
        light = self._light(logged, bool(flags))
        for act in self._later:
            if act.act is Act.RESUME:
                self._judge(day, logged, flags, act.at, asks)
                self._since = act.at
            self._take(act)
        if self._since or self._later:
            self._judge(day, logged, flags, None, asks)
        else:
            self._follow(day, light, logged, flags, asks)
        self._count(day, light, logged)
        if logged and logged.morning is not None:
            self._mornings.append(logged.morning)
        held = self.auto_held is not None or self.clinician_held is not None
        self.days.append(PlanDay(day, light, self.rung, self.limit, held))
        self.keep()

    def _judge(
        self, day: date, logged: LoggedDay | None, flags: Sequence[Flagged], until: datetime | None, asks: Asks
    ) -> None:
        """Judge what was recorded after the last start, move or resume of this day, and until an instant."""
        since = self._since

        def counts(entry: Entry) -> bool:
            return (since is None or entry.recorded_at > since) and (until is None or entry.recorded_at <= until)

        if since or until:
            logged = logged.only(counts) if logged else None
            flags = [flag for flag in flags if counts(flag[0])]
        self._follow(day, self._light(logged, bool(flags)), logged, flags, asks)

    def _follow(self, day: date, light: Light, logged: LoggedDay | None, flags: Sequence[Flagged], asks: Asks) -> None:
        """Do what the light of a day asks for; a plan that ends that day is left as it is."""
        if light is Light.GREEN:
            self._lift(day, logged)
        elif light is not Light.GREY and day != self._last:
            self._burden(Burden(day, light, logged, flags), asks)

    def _light(self, logged: LoggedDay | None, flagged: bool) -> Light:
        if logged is None or not self.rung.phase.is_loading:
            return light_of(logged, self.baseline, self.template, flagged=flagged)
        sore = self._sores < self.template.muscle_days and self._is_sore(logged)
        return light_of(logged, self.baseline, self.template, flagged=flagged, sore_muscle=sore)

    def _count(self, day: date, light: Light, logged: LoggedDay | None) -> None:
        """Count the red and the sore days running; days without a log neither add nor break."""
        if light is not Light.GREY:
            self._reds = self._reds + 1 if light is Light.RED else 0
            if self._reds >= RED_DAYS_TO_IMAGE and self.imaging_since is None:
                self.imaging_since = day
        if logged is not None and self.rung.phase.is_loading:
            self._sores = self._sores + 1 if self._is_sore(logged) else 0

    def _is_sore(self, logged: LoggedDay) -> bool:
        if self._mirrored is None or not may_be_sore(logged, self.template):
            return False
        return is_sore_muscle(logged, self._mirrored.get(logged.day), self.template)

    def _lift(self, day: date, logged: LoggedDay | None) -> None:
        if self.auto_held is not None:
            self.auto_held = None
            if self.clinician_held is None:
                self._tell(Turn.LIFT, day, "lift", logged.evidence() if logged else ())

    def _burden(self, burden: Burden, asks: Asks) -> None:
        """Hold on an amber or red day; regress on red, or when enough amber days came within the window."""
        day, why = burden.day, "flag" if burden.flags else str(burden.light)
        newly = self.auto_held is None and self.clinician_held is None
        self.auto_held = self.auto_held or day
        if burden.light is Light.RED:
            regressed = self._regress(day, why, partial(burden.evidence, self.template), asks)
        else:
            recent = (amber for amber in self._ambers if (day - amber[0]).days < self.template.hold_window)
            self._ambers = (*recent, (day, burden.evidence(self.template)))
            enough = len(self._ambers) >= self.template.holds_to_regress
            every = tuple(piece for _, pieces in self._ambers for piece in pieces)
            regressed = enough and self._regress(day, "holds", lambda: every, asks)
        if newly and not regressed:
            self._tell(Turn.HOLD, day, f"hold-{why}", burden.evidence(self.template))

    def _regress(self, day: date, why: str, evident: Callable[[], tuple[Evidence, ...]], asks: Asks) -> bool:
        """Go one rung down, once a day, not below the lowest chosen; ask where it would restrict the second leg."""
        lower = self.template.before(self.rung)
        if lower is None or self.template.height(lower) < self._lowest or self._regressed_on == day:
            return False
        limit = strictest((self.template.limit_at(lower), self.limit)) or self.limit
        self._ambers, evidence = (), evident()
        if asks(self.plan.site.limb, limit):
            self.open_review = PhaseReview(self.plan.site, day, why, evidence)
            self.reviews.append(self.open_review)
            return False
        self._regressed_on = day
        self._stand(lower, limit, day, by_clinician=False)
        self._tell(Turn.REGRESS, day, f"regress-{why}", evidence)
        return True

    def _tell(
        self, turn: Turn, day: date, key: str, evidence: tuple[Evidence, ...] = (), act: PlanAct | None = None
    ) -> None:
        self.changes.append(Change(turn, day, self.rung, self.limit, key, evidence, act))

    def course(self, plans: Sequence[Plan], today: date) -> PlanCourse:
        """Return what has become of the plan by the end of today."""
        held = [day for day in (self.auto_held, self.clinician_held) if day is not None]
        return PlanCourse(
            plan=self.plan, days=tuple(self.days), rung=self.rung, limit=self.limit, phase_since=self.phase_since,
            step_since=self.step_since, decided=self.decided, baseline=self.baseline,
            held_since=min(held, default=None), held_by_clinician=self.clinician_held is not None,
            ended_on=self._last if self._last <= today else None, imaging_since=self.imaging_since,
            imaging_considered=self.imaging_considered, checks=self.checks, changes=tuple(self.changes),
            reviews=tuple(self.reviews), open_review=self.open_review, pauses=pauses_of(self.plan, plans, today),
            logged=tuple(self._known(today)), phase_from=self._phase_from,
        )  # fmt: skip

    def _known(self, day: date) -> list[LoggedDay]:
        return [*(self._kept.logged if self._kept else ()), *self._log.upto(day)]

    def evening(self, day: date) -> Evening:
        """Return how it stood on the evening of a day up to which it was walked, and after a kept one."""
        known, at = self._known(day), (day - self.first).days
        if day < self.plan.started_on:
            mornings = self._mornings_before(day + timedelta(days=1))
            return evening(day, self.template, None, (), None, mornings, known, ())
        stood, lengths = self._evenings[at] if at < len(self._evenings) else self._now()
        days, _, reviews, mornings = (getattr(self, name)[:n] for name, n in zip(HAPPENED, lengths, strict=True))
        told = dict(zip(STANDING, stood, strict=True))
        return evening(day, self.template, told, days, self._phase_from, mornings, known, reviews)
