"""The evening of a day some weeks back: how a plan stood then, and what later days ask of the time before.

A cache: it follows from what was decided and logged up to that evening, and only spares walking those days again.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from rehab_tracker.domain.alert import Evidence
from rehab_tracker.domain.plan import PhaseReview, Plan, PlanDay
from rehab_tracker.domain.protocol import Phase, Rung, Template
from rehab_tracker.domain.site_log import BASELINE_MORNINGS, LoggedDay
from rehab_tracker.domain.traffic_light import Light
from rehab_tracker.domain.weight_bearing import Aids, Grade, WeightLimit

VERSION = 1
"""Raise it with whatever changes how plans are walked, or what is kept here: evenings of before are then not used."""

KEPT_DAYS = 84
"""Days up to the evening of which rung, limit and hold are told: what a proposal may look back on."""
CALM_BEFORE = 14
"""Known days before those that are kept too: so many calm ones in a row are enough for the rhythm of asking."""

STANDING = (
    "decided", "rung", "limit", "phase_since", "step_since", "_lowest", "baseline", "auto_held", "clinician_held",
    "open_review", "_regressed_on", "_ambers", "_reds", "_sores", "imaging_since", "imaging_considered", "checks",
)  # fmt: skip
"""How a plan stands: no value of these is ever changed in place, so that keeping them keeps the evening of a day."""

LIGHTS = tuple(Light)
Stood = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Evening:
    """One plan on the evening of the day ``on``.

    ``stood`` is how it stood (``STANDING``), None where it had not begun; ``days`` are the last of its days, of which
    the first belongs to a run of days in one phase that began on ``phase_from``; ``mornings`` its last known ones.
    ``logged`` are the last known days of its site, without what said them; ``reviews`` all that it had asked.
    """

    on: date
    stood: Stood | None = None
    days: tuple[PlanDay, ...] = ()
    phase_from: date | None = None
    mornings: tuple[int, ...] = ()
    logged: tuple[LoggedDay, ...] = ()
    reviews: tuple[PhaseReview, ...] = ()


def evening(
    on: date,
    template: Template,
    stood: Stood | None,
    days: Sequence[PlanDay],
    phase_from: date | None,
    mornings: Sequence[int],
    logged: Sequence[LoggedDay],
    reviews: Iterable[PhaseReview],
) -> Evening:
    """Return the evening with as much of what was before it as later days may ask for."""
    first = on - timedelta(days=KEPT_DAYS - 1)
    begin = min(sum(day.day < first for day in days), max(0, len(days) - 1))
    kept = tuple(days[begin:])
    before = sum(known.day < first for known in logged)
    known = logged[max(0, min(before - CALM_BEFORE, len(logged) - _widest_window(template))) :]
    return Evening(
        on=on,
        stood=stood,
        days=kept,
        phase_from=_phase_from(days, begin, phase_from),
        mornings=tuple(mornings[-BASELINE_MORNINGS:]),
        logged=tuple(LoggedDay(each.day, each.x, each.rest, each.morning) for each in known),
        reviews=tuple(reviews),
    )


def _widest_window(template: Template) -> int:
    """Return how many of the last known days a criterion of this template may look at."""
    criteria = (c for phase in template.phases for c in (*phase.exit, *phase.step_up))
    return max((getattr(criterion, "window", 0) for criterion in criteria), default=0)


def _phase_from(days: Sequence[PlanDay], at: int, phase_from: date | None) -> date | None:
    """Return the first day of the run of days in one phase to which a day belongs; of the first it is given."""
    while at > 0 and days[at - 1].rung.phase is days[at].rung.phase:
        at -= 1
    return days[at].day if at > 0 else phase_from


def plain_evening(found: Evening, plan: Plan) -> dict[str, Any]:
    """Return an evening as plain JSON values; ``evening_of`` reads them back."""
    return {
        "on": found.on.isoformat(),
        "stood": found.stood and _plain_stood(found.stood, plan),
        "until": found.days[-1].day.isoformat() if found.days else None,
        "lights": "".join(str(LIGHTS.index(day.light)) for day in found.days),
        "rungs": list(_plain_rungs(found.days)),
        "phase_from": _plain_day(found.phase_from),
        "mornings": list(found.mornings),
        "logged": [[(found.on - known.day).days, known.x, known.rest, known.morning] for known in found.logged],
        "reviews": [
            [review.on.isoformat(), review.reason, _plain_evidence(review.evidence)] for review in found.reviews
        ],
    }


def evening_of(said: dict[str, Any], plan: Plan) -> Evening:
    """Return the evening of a plan that these plain JSON values say."""
    on = date.fromisoformat(said["on"])
    reviews = tuple(
        PhaseReview(plan.site, date.fromisoformat(day), reason, _evidence(evidence))
        for day, reason, evidence in said["reviews"]
    )
    logged = (LoggedDay(on - timedelta(days=ago), x, rest, morning) for ago, x, rest, morning in said["logged"])
    return Evening(
        on=on,
        stood=said["stood"] and _stood(said["stood"], plan, reviews),
        days=tuple(_days(said)),
        phase_from=_day(said["phase_from"]),
        mornings=tuple(said["mornings"]),
        logged=tuple(logged),
        reviews=reviews,
    )


def _plain_rungs(days: Iterable[PlanDay]) -> Iterator[list[Any]]:
    """Yield each run of days on one rung with one limit, on hold or not, as how many they are and what they have."""
    for (rung, limit, is_held), run in groupby(days, key=lambda day: (day.rung, day.limit, day.is_held)):
        yield [sum(1 for _ in run), str(rung.phase), rung.step, *_plain_limit(limit), is_held]


def _days(said: dict[str, Any]) -> Iterator[PlanDay]:
    lights = [LIGHTS[int(each)] for each in said["lights"]]
    if not lights:
        return
    day = date.fromisoformat(said["until"]).toordinal() - len(lights) + 1
    light = iter(lights)
    for count, phase, step, grade, percent, aids, is_held in said["rungs"]:
        rung, limit = Rung(Phase(phase), step), _limit(grade, percent, aids)
        for ordinal in range(day, day + count):
            yield PlanDay(date.fromordinal(ordinal), next(light), rung, limit, is_held)
        day += count


def _plain_stood(stood: Stood, plan: Plan) -> dict[str, Any]:
    return {
        **stood,
        "decided": plan.acts.index(stood["decided"]),
        "rung": [str(stood["rung"].phase), stood["rung"].step],
        "limit": _plain_limit(stood["limit"]),
        "open_review": stood["open_review"] is not None,
        "_ambers": [[day.isoformat(), _plain_evidence(evidence)] for day, evidence in stood["_ambers"]],
        "checks": {item: day.isoformat() for item, day in stood["checks"].items()},
        **{name: _plain_day(stood[name]) for name in DAYS},
    }


DAYS = (
    "phase_since", "step_since", "auto_held", "clinician_held", "_regressed_on", "imaging_since", "imaging_considered",
)  # fmt: skip
"""The values of ``STANDING`` that are a day, or None."""


def _stood(said: dict[str, Any], plan: Plan, reviews: Sequence[PhaseReview]) -> Stood:
    phase, step = said["rung"]
    return {
        **said,
        "decided": plan.acts[said["decided"]],
        "rung": Rung(Phase(phase), step),
        "limit": _limit(*said["limit"]),
        "open_review": reviews[-1] if said["open_review"] else None,
        "_ambers": tuple((date.fromisoformat(day), _evidence(evidence)) for day, evidence in said["_ambers"]),
        "checks": {item: date.fromisoformat(day) for item, day in said["checks"].items()},
        **{name: _day(said[name]) for name in DAYS},
    }


def _plain_day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(said: str | None) -> date | None:
    return date.fromisoformat(said) if said else None


def _plain_limit(limit: WeightLimit) -> list[Any]:
    return [str(limit.grade), limit.percent, limit.aids and str(limit.aids)]


def _limit(grade: str, percent: int | None, aids: str | None) -> WeightLimit:
    return WeightLimit(Grade(grade), percent, Aids(aids) if aids else None)


def _plain_evidence(evidence: Iterable[Evidence]) -> list[dict[str, Any]]:
    return [piece.plain() for piece in evidence]


def _evidence(said: Iterable[dict[str, Any]]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(
            date.fromisoformat(each["for_date"]),
            datetime.fromisoformat(each["recorded_at"]),
            each["site"],
            each["field"],
            each["value"],
        )
        for each in said
    )
