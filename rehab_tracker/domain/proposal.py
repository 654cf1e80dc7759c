"""What could come next in a plan: the next rung with its criteria and what blocks it, and whether a move is in order.

An advance is only ever proposed, and only when every criterion is met and nothing blocks it. A clinician confirms, or
moves the plan with a reason.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from rehab_tracker.domain.criterion import Criterion, DaysSince, Met
from rehab_tracker.domain.errors import InvalidValue, WrongState
from rehab_tracker.domain.limb import Ordered, limits_on
from rehab_tracker.domain.plan import PlanCourse
from rehab_tracker.domain.protocol import Rung
from rehab_tracker.domain.seen import Seen, nothing_due
from rehab_tracker.domain.site import LEGS, Limb
from rehab_tracker.domain.weight_bearing import WeightLimit, both_legs_restricted

SHORTEST_REASON = 5
"""Characters of a reason; fewer say nothing to whoever reads the record later (house rule)."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a proposal must know beside acts and entries; the caller fetches it.

    ``unknown_of_last_asked`` is how many of the last 7 asked days are unknown, and how many were asked; ``adherence``
    gives done / due of the last so many weeks (0 to 1), None where nothing was due; ``scores`` the dated scores of each
    questionnaire; ``limb_pauses`` the limbs that rest today; ``both_legs_answered`` whether a clinician has answered
    that both legs shall be restricted; ``is_proposing`` is false for a patient who is no longer in care.
    """

    drug_starts: tuple[date, ...] = ()
    unknown_of_last_asked: tuple[int, int] = (0, 0)
    adherence: Callable[[int], float | None] = nothing_due
    scores: Mapping[str, Sequence[tuple[date, int]]] = field(default_factory=dict)
    limb_pauses: frozenset[Limb] = frozenset()
    both_legs_answered: bool = False
    is_proposing: bool = True


@dataclass(frozen=True, slots=True)
class Blocker:
    """Why nothing is proposed although criteria may be met; ``code`` and ``values`` make its sentence."""

    code: str
    values: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proposal:
    """The next rung with its limit (None at the top or after the end), its criteria, and what blocks it."""

    target: Rung | None
    limit: WeightLimit | None
    criteria: tuple[Met, ...] = ()
    blockers: tuple[Blocker, ...] = ()

    @property
    def is_ready(self) -> bool:
        """Return whether it is proposed: every criterion is met, of at least one, and nothing blocks."""
        is_met = bool(self.criteria) and all(met.is_met for met in self.criteria)
        return self.target is not None and not self.blockers and is_met


def proposal(
    course: PlanCourse, courses: Iterable[PlanCourse], today: date, facts: Facts, ordered: Iterable[Ordered] = ()
) -> Proposal:
    """Return what could come next in a plan; ``courses`` are all of the patient, run until ``today``."""
    template = course.plan.template
    target = None if course.ended_on else template.after(course.rung)
    if target is None:
        return Proposal(None, None, (), (Blocker("ended"),) if course.ended_on else ())
    seen = Seen(
        today, course.logged, course.phase_since, course.step_since, course.baseline, course.checks,
        facts.adherence, facts.scores,
    )  # fmt: skip
    criteria = tuple(criterion.judge(seen) for criterion in _criteria(course, target))
    blockers = (*_own_blockers(course, today, facts), *_limb_blockers(course, target, courses, today, facts, ordered))
    return Proposal(target, template.limit_at(target), criteria, blockers)


def _criteria(course: PlanCourse, target: Rung) -> tuple[Criterion, ...]:
    phase = course.plan.template.phase(course.rung.phase)
    return phase.step_up if target.phase is phase.phase else (DaysSince(phase.min_days), *phase.exit)


def _own_blockers(course: PlanCourse, today: date, facts: Facts) -> list[Blocker]:
    """Return what blocks it in the plan itself, in what is known of it, and in what the patient takes."""
    template, found = course.plan.template, []
    if not facts.is_proposing:
        found.append(Blocker("not-in-care"))
    if course.held_since:
        code = "held-by-clinician" if course.held_by_clinician else "on-hold"
        found.append(Blocker(code, {"since": course.held_since.isoformat()}))
    unknown, asked = facts.unknown_of_last_asked
    if unknown > template.most_unknown:
        found.append(Blocker("unknown-days", {"unknown": unknown, "asked": asked, "most": template.most_unknown}))
    recent = [start for start in facts.drug_starts if 0 <= (today - start).days <= template.drug_days]
    if recent:
        found.append(Blocker("drug-started", {"on": max(recent).isoformat(), "days": template.drug_days}))
    if course.open_review:
        found.append(Blocker("open-question", {"on": course.open_review.on.isoformat()}))
    return found


def _limb_blockers(
    course: PlanCourse, target: Rung, courses: Iterable[PlanCourse], today: date, facts: Facts,
    ordered: Iterable[Ordered],
) -> list[Blocker]:  # fmt: skip
    """Return what blocks it in the limb and in the other leg."""
    found, limb = [], course.plan.site.limb
    if target.phase.is_loading and (until := course.paused_until(today)):
        found.append(Blocker("limb-paused", {"until": until.isoformat()}))
    if target.phase.is_loading and limb in facts.limb_pauses:
        found.append(Blocker("limb-held"))
    if limb in LEGS and not facts.both_legs_answered and both_legs_restricted(limits_on(courses, today, ordered)):
        found.append(Blocker("both-legs"))
    return found


def check_move(
    course: PlanCourse, target: Rung, proposed: Proposal, reason: str = "", limit: WeightLimit | None = None
) -> bool:
    """Return whether moving a plan to this rung is an override: anything but the ready proposal is one.

    ``limit`` stands in place of the rung's own; a looser one makes an override too. Raises WrongState for an ended
    plan, and InvalidValue for a rung that the template lacks (``unknown-rung``), for phases skipped upward without a
    reason of 5 characters (``phase-jump``), and for any other override without one (``reason-needed``).
    """
    if course.ended_on:
        raise WrongState(state="ended")
    template = course.plan.template
    template.height(target)
    looser = limit is not None and limit.load > template.limit_at(target).load
    if proposed.is_ready and target == proposed.target and not looser:
        return False
    if len(reason.strip()) >= SHORTEST_REASON:
        return True
    if target.phase.rank > course.rung.phase.rank + 1:
        raise InvalidValue(
            "This would skip a phase. Choose the next one, or say why.", code="phase-jump", pointer="/phase"
        )
    raise InvalidValue(
        "The criteria for this step are not met. Say why you move the plan.", code="reason-needed", pointer="/reason"
    )
