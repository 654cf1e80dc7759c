"""Exercises of plans: what each phase orders, as prescriptions, beside what clinicians ordered by hand.

Worked out from the courses of the plans, so that a regress brings back the lighter exercises and a template that is
edited later changes nothing. What needs more than a limb's limit allows on a day is not asked on that day.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple
from uuid import uuid5

from rehab_tracker.domain.limb import Span
from rehab_tracker.domain.plan import PlanCourse
from rehab_tracker.domain.prescription import Prescription
from rehab_tracker.domain.protocol import ExerciseOrder, Phase, exercise_against_limit
from rehab_tracker.domain.site import Limb, Site


class Stretch(NamedTuple):
    """Days from the first to the last, both included; no last day means until further notice."""

    from_on: date
    until_on: date | None


def plan_exercises(
    courses: Iterable[PlanCourse], limits: Mapping[Limb, Sequence[Span]], own: Sequence[Prescription], today: date
) -> list[Prescription]:
    """Return what plans and clinicians have ordered until now, and what goes on.

    ``limits`` are the limbs' limits until today (``limb_spans``). From the first day of a clinician's ``own`` order of
    an exercise for a site on, the plan's order of the same exercise there is over. An own order of what a limb's limit
    does not allow goes on as it is kept, and is not asked on those days.
    """
    found = [replace(order, refused=_refused(order, order.sites, limits, today)) for order in own]
    for course in courses:
        for phase, stretches in phase_stretches(course, today).items():
            for order in course.plan.template.phase(phase).exercises:
                found += _prescriptions(course, phase, order, _allowed(course, order, stretches, limits, own, today))
    return found


def phase_stretches(course: PlanCourse, today: date) -> dict[Phase, list[Stretch]]:
    """Return when a plan was in each phase; the present one of a running plan has no last day."""
    found: dict[Phase, list[Stretch]] = {}
    for number, day in enumerate(course.days):
        begun = day.day if number else course.phase_from or day.day
        own = found.setdefault(day.rung.phase, [])
        if own and own[-1].until_on == day.day - timedelta(days=1):
            own[-1] = Stretch(own[-1].from_on, day.day)
        else:
            own.append(Stretch(begun, day.day))
    if course.days and course.ended_on is None:
        present = found[course.rung.phase]
        present[-1] = Stretch(present[-1].from_on, None)
    return found


def _allowed(
    course: PlanCourse, order: ExerciseOrder, stretches: Iterable[Stretch], limits: Mapping[Limb, Sequence[Span]],
    own: Iterable[Prescription], today: date,
) -> Iterator[Stretch]:  # fmt: skip
    """Yield the days of the stretches on which the limb's limit allows it and no clinician's order took its place."""
    place = course.plan.site
    begun = (p.from_on for p in own if p.exercise == order.exercise and place in p.sites)
    over = min(begun, default=date.max)
    refused = _refused(order, (place,), limits, today)
    for stretch in stretches:
        until = stretch.until_on or date.max
        yield from _without(stretch.from_on, min(until, over - timedelta(days=1)), refused)


def _refused(
    order: ExerciseOrder | Prescription, places: Iterable[Site], limits: Mapping[Limb, Sequence[Span]], today: date
) -> tuple[tuple[date, date], ...]:
    """Return the days on which a limb of these places may not carry what the exercise needs, in order.

    Days after today go on as today does.
    """
    limbs = {place.limb for place in places if place.limb}
    spans = (span for limb in limbs for span in limits.get(limb, ()) if exercise_against_limit(order, span[2]))
    return tuple(sorted((first, date.max if last >= today else last) for first, last, _ in spans))


def _without(first: date, last: date, refused: Iterable[tuple[date, date]]) -> Iterator[Stretch]:
    """Yield what is left of these days."""
    for gap_begins, gap_ends in refused:
        if first > last or gap_ends < first or gap_begins > last:
            continue
        if first < gap_begins:
            yield Stretch(first, gap_begins - timedelta(days=1))
        if gap_ends == date.max:
            return
        first = gap_ends + timedelta(days=1)
    if first <= last:
        yield Stretch(first, None if last >= date.max - timedelta(days=1) else last)


def _prescriptions(
    course: PlanCourse, phase: Phase, order: ExerciseOrder, stretches: Iterable[Stretch]
) -> Iterator[Prescription]:
    for version, stretch in enumerate(stretches, start=1):
        yield Prescription(
            id=uuid5(course.plan.id, f"{phase}/{order.exercise}"),
            version=version,
            exercise=order.exercise,
            sites=(course.plan.site,),
            dose=order.dose,
            days=order.days,
            from_on=stretch.from_on,
            until_on=stretch.until_on,
            strengthens=order.strengthens,
            needs=order.needs,
        )
