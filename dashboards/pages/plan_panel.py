"""One plan as a panel: where it stands, how its days were borne, what is met of what comes next, and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from flask_babel import gettext

from dashboards.figures.light_strip import Strip, light_strip
from dashboards.pages.words import words
from rehab_tracker.domain.criterion import Checked, Met
from rehab_tracker.domain.limb import combined
from rehab_tracker.domain.plan import PlanCourse
from rehab_tracker.domain.plan_task import LateNews, Task
from rehab_tracker.domain.plan_wording import (
    ITEMS,
    LIGHTS,
    REVIEWS,
    TASKS,
    blocker_sentence,
    change_sentence,
    limit_sentence,
    met_sentence,
)
from rehab_tracker.domain.proposal import Blocker
from rehab_tracker.domain.protocol import Phase, Rung
from rehab_tracker.domain.site import LEGS, Site
from rehab_tracker.domain.weight_bearing import both_legs_restricted
from rehab_tracker.services.plan_reading import PlanTold
from rehab_tracker.services.record import Record

COUNTED = ("days-at-most", "rest-days-at-most", "logged", "days-since-phase", "days-since-step", "no-morning-rise")
"""Criteria whose present value counts up to what is needed."""


@dataclass(frozen=True, slots=True)
class CriterionTold:
    """A criterion in words, with what is there beside what is needed; ``item`` is what a clinician checks for it."""

    text: str
    now: str
    is_met: bool
    item: str | None


@dataclass(frozen=True, slots=True)
class ChangeTold:
    """What happened to a plan: when, what, to which step, by whom and why."""

    on: date
    what: str
    to: str
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything that a page says of one plan; an ended one has no limit."""

    id: UUID
    site: Site
    version: int
    is_ended: bool
    phases: list[tuple[str, bool, bool]]
    sentence: str
    limit: str
    held: str
    strip: Strip
    criteria: list[CriterionTold]
    blockers: list[str]
    tasks: list[tuple[str, bool]]
    late: list[str]
    question: str
    target: Rung | None
    next_step: str
    reads: str
    is_ready: bool
    changes: list[ChangeTold]


def panel(told: PlanTold, record: Record) -> Panel:
    """Return the panel of a plan."""
    course, proposed = told.course, told.proposal
    review = course.open_review
    return Panel(
        id=course.plan.id,
        site=course.plan.site,
        version=told.version,
        is_ended=course.ended_on is not None,
        phases=_ladder(course),
        sentence=_day_of_phase(course, record.today),
        limit="" if course.ended_on else words().limit(course.limit),
        held=_held(course),
        strip=light_strip(course.days, course.ended_on or record.today, words()),
        criteria=[_criterion(met) for met in proposed.criteria],
        blockers=[_blocker(blocker) for blocker in proposed.blockers],
        tasks=[(_task(task), task.code == "consider-imaging") for task in told.tasks],
        late=[_late(news) for news in told.late],
        question=gettext(REVIEWS[review.reason]) if review else "",
        target=proposed.target,
        next_step=rung_words(course, proposed.target) if proposed.target else "",
        reads=_reads(told, record),
        is_ready=proposed.is_ready,
        changes=_changes(course, record.names),
    )


def _ladder(course: PlanCourse) -> list[tuple[str, bool, bool]]:
    """Return the five phases: the word of each, whether it is the present one, and whether it is passed."""
    present, stood = course.rung.phase, {day.rung.phase for day in course.days}
    return [(words().code(p), p is present, p.rank < present.rank and p in stood) for p in Phase]


def _day_of_phase(course: PlanCourse, today: date) -> str:
    say, phase = words(), course.plan.template.phase(course.rung.phase)
    if course.ended_on:
        ended = {"on": say.day(course.ended_on), "phase": say.code(course.rung.phase)}
        return str(gettext("This plan ended on %(on)s. Its last phase: %(phase)s.", **ended))
    return str(
        gettext(
            "%(phase)s since %(since)s: day %(day)d. This phase takes %(least)d to %(most)d days.",
            phase=say.code(course.rung.phase),
            since=say.day(course.phase_since),
            day=(today - course.phase_since).days + 1,
            least=phase.min_days,
            most=phase.max_days,
        )
    )


def rung_words(course: PlanCourse, rung: Rung) -> str:
    """Return a step of a plan in words: its phase and its limit."""
    say = words()
    return f"{say.code(rung.phase)}: {say.limit(course.plan.template.limit_at(rung))}"


def _held(course: PlanCourse) -> str:
    if not course.held_since or course.ended_on:
        return ""
    since = words().day(course.held_since)
    if course.held_by_clinician:
        return str(gettext("A clinician has put this plan on hold since %(since)s.", since=since))
    return str(gettext("This plan is on hold by itself since %(since)s.", since=since))


def _dated(values: Mapping[str, int | str]) -> dict[str, int | str]:
    """Return the values of a sentence with its dates as the reader writes them."""
    dates = ("since", "on", "until")
    return {
        name: words().day(date.fromisoformat(str(value))) if name in dates else value for name, value in values.items()
    }


def _criterion(met: Met) -> CriterionTold:
    text = met_sentence(replace(met, values=_dated(met.values)), gettext)
    item = met.criterion.item if isinstance(met.criterion, Checked) else None
    return CriterionTold(text, _now(met), met.is_met, item)


def _now(met: Met) -> str:
    """Return the present value beside what is needed, like "5 of 7"; empty where the sentence says it all."""
    if met.key in COUNTED:
        return str(gettext("%(value)d of %(needed)d", value=min(met.value or 0, met.needed), needed=met.needed))
    if met.key == "none-from":
        return str(gettext("%(value)d, none allowed", value=met.value or 0))
    if met.key == "adherence":
        return str(gettext("%(value)d %% of %(needed)d %%", value=met.value or 0, needed=met.needed))
    if met.key in ("questionnaire-unknown", "adherence-unknown"):
        return str(gettext("not known"))
    return str(met.value) if met.key == "questionnaire" else ""


def _blocker(blocker: Blocker) -> str:
    return blocker_sentence(replace(blocker, values=_dated(blocker.values)), gettext)


def _task(task: Task) -> str:
    return str(gettext(TASKS[task.why]) % {"since": words().day(task.since)})


def _late(news: LateNews) -> str:
    light = gettext(LIGHTS[news.light])
    return str(gettext("%(day)s was %(light)s.", day=words().day(news.day), light=light))


def _reads(told: PlanTold, record: Record) -> str:
    """Return what the patient will read of the limb once the proposed step is confirmed."""
    course, limit, limb = told.course, told.proposal.limit, told.course.plan.site.limb
    if limit is None or limb is None:
        return ""
    plans = record.told.standing
    limits = combined(
        ((c.plan.site, limit if c is course else c.limit) for c in plans.running), plans.orders, record.today
    )
    both = both_legs_restricted(limits) and limb in LEGS and plans.getting_about
    found = limits[limb].limit
    return limit_sentence(limb, replace(found, aids=plans.getting_about) if both else found, gettext)


def _changes(course: PlanCourse, names: Mapping[UUID, str]) -> list[ChangeTold]:
    told = []
    for change in reversed(course.changes):
        act = change.act
        by = names.get(act.by, "") if act and act.by else ""
        to = f"{words().code(change.rung.phase)}: {words().limit(change.limit)}"
        told.append(ChangeTold(change.on, change_sentence(change, gettext), to, by, act.reason if act else ""))
    return told


def item_words(item: str) -> str:
    """Return what a clinician checks, in words; a clinic's own item stands by its code."""
    return str(gettext(ITEMS[item])) if item in ITEMS else item
