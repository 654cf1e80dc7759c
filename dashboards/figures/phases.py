"""Phases in the timeline: each plan's phases as bands behind the scores of its place, its holds, its steps back."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from dashboards.figures import look
from dashboards.figures.row import Row
from dashboards.figures.words import Words, lowered
from rehab_tracker.domain.pain import WORST_PAIN
from rehab_tracker.domain.plan import PlanCourse, PlanDay
from rehab_tracker.domain.plan_wording import PHASES
from rehab_tracker.domain.protocol import Phase
from rehab_tracker.domain.site import Site
from rehab_tracker.domain.translation import N_

A_DAY = timedelta(days=1)

SHORT = {
    Phase.PROTECT: N_("Protect"),
    Phase.PARTIAL_WEIGHT_BEARING: N_("Partial"),
    Phase.GAIT_TRAINING: N_("Walking"),
    Phase.STRENGTHENING: N_("Strength"),
    Phase.RETURN_AND_SURVEILLANCE: N_("Return"),
}
"""What stands in a band that is too narrow for the phase's name."""
HOLD = N_("On hold")
PHASE_ON_HOLD = N_("%(phase)s, on hold")
BACK_TO = N_("back to %(phase)s")
STEP_BACK, NEXT_STEP = N_("one step back"), N_("next step")
HELD_FROM_TO = N_("On hold from %(first)s to %(last)s")
BACK = "↓"
WORD = 0.16
"""Part of a row's height that a phase's word takes; holds are drawn below it."""


class Band(NamedTuple):
    """A phase from its first to its last day shown; ``since`` is its first day at all."""

    phase: Phase
    first: date
    last: date
    since: date
    is_back: bool


@dataclass(frozen=True, slots=True)
class Phases:
    """One plan in the days shown.

    ``holds`` are first and last days, ``steps`` the days on which its limit changed inside a phase and whether that was
    a step back, ``ends`` whether its end is shown. Of plans of one joint that run at the same time each has a strip.
    """

    site: Site
    bands: tuple[Band, ...]
    holds: tuple[tuple[date, date], ...]
    steps: tuple[tuple[date, bool], ...]
    ends: bool
    strip: int = 0

    def on(self, day: date) -> tuple[Phase, bool] | None:
        """Return the phase of a day and whether it was on hold, None where the plan did not run."""
        phase = next((band.phase for band in self.bands if band.first <= day <= band.last), None)
        return (phase, any(first <= day <= last for first, last in self.holds)) if phase else None


def phases_shown(plans: Iterable[PlanCourse], start: date, today: date) -> list[Phases]:
    """Return what is shown of each plan from the start to today, in the order in which they began; ended plans too."""
    ordered = sorted(plans, key=lambda course: (course.plan.started_on, str(course.plan.site), str(course.plan.id)))
    found: list[Phases] = []
    for course in ordered:
        own = _phases(course, start, today)
        if own.bands:
            found.append(replace(own, strip=_free_strip(own, found)))
    return found


def _phases(course: PlanCourse, start: date, today: date) -> Phases:
    days = [day for day in course.days if day.day <= today]
    back = _steps_back(course)
    bands = [
        Band(phase, max(first, start), last, first, first in back)
        for phase, first, last in _stretches(days, lambda day: day.rung.phase)
        if last >= start
    ]
    held = _stretches(days, lambda day: day.is_held)
    begun = {band.since for band in bands}
    rungs = [first for _, first, _ in _stretches(days, lambda day: day.rung) if first >= start]
    return Phases(
        site=course.plan.site,
        bands=tuple(bands),
        holds=tuple((max(first, start), last) for is_held, first, last in held if is_held and last >= start),
        steps=tuple((first, first in back) for first in rungs if first not in begun),
        ends=bool(course.ended_on and start <= course.ended_on <= today),
    )


def _stretches(days: Iterable[PlanDay], key: Callable[[PlanDay], Any]) -> Iterator[tuple[Any, date, date]]:
    """Yield each value that consecutive days share with their first and last day."""
    for value, group in groupby(days, key=key):
        same = list(group)
        yield value, same[0].day, same[-1].day


def _steps_back(course: PlanCourse) -> set[date]:
    height, days = course.plan.template.height, course.days
    return {now.day for before, now in zip(days, days[1:], strict=False) if height(now.rung) < height(before.rung)}


def _free_strip(own: Phases, found: Iterable[Phases]) -> int:
    """Return the first strip of a joint's row that no plan occupies when this one begins."""
    beside = [each for each in found if each.site.joint == own.site.joint]
    taken = {each.strip for each in beside if each.bands[-1].last > own.bands[0].first}
    return next(strip for strip in range(len(beside) + 1) if strip not in taken)


def phase_words(shown: Iterable[Phases], joint: Site, day: date, words: Words) -> str:
    """Return the phase of a joint on a day, like "Strengthening, on hold"; of two plans both, of none nothing."""
    stood = (each.on(day) for each in shown if each.site.joint == joint)
    told = [words(PHASE_ON_HOLD, phase=words(PHASES[then[0]])) if then[1] else words(PHASES[then[0]])
            for then in stood if then]  # fmt: skip
    return " / ".join(dict.fromkeys(told))


def draw_phases(figure: Any, own: Sequence[Phases], row: Row, words: Words) -> None:
    """Draw the plans of one joint: a band for each phase with its word and a line at its start, holds greyed."""
    strips = max((each.strip for each in own), default=0) + 1
    for each in own:
        high = WORST_PAIN * (strips - each.strip) / strips
        span = {"yref": row.axis, "y0": high - WORST_PAIN / strips, "y1": high}
        for band in each.bands:
            _draw_band(figure, band, span, words)
        for day, _ in each.steps:
            _draw_line(figure, day, span, "dot")
        for first, last in each.holds:
            below_word = {**span, "y1": high - WORST_PAIN * WORD / strips}
            _draw_rect(figure, first, last, below_word, look.HOLD, (words(HOLD), ""))
        if each.ends:
            _draw_line(figure, each.bands[-1].last + A_DAY, span, "solid")
    _draw_hover(figure, own, row, words)


def _draw_band(figure: Any, band: Band, span: dict[str, Any], words: Words) -> None:
    back = f"{BACK} " if band.is_back else ""
    names = (back + words(PHASES[band.phase]), back + words(SHORT[band.phase]))
    _draw_rect(figure, band.first, band.last, span, look.BANDS[band.phase], names)
    if band.since == band.first:
        _draw_line(figure, band.first, span, "solid")


def _draw_rect(figure: Any, first: date, last: date, span: dict[str, Any], colour: str, names: tuple[str, str]) -> None:
    """Draw days as a rectangle below the grid, and over the grid the longer of its two names that fits into it."""
    days = {"type": "rect", "x0": first.isoformat(), "x1": (last + A_DAY).isoformat(), **span}
    figure.add_shape(fillcolor=colour, **days)
    figure.add_shape(layer="between", label={"text": names[0]}, name=names[1], **days)


def _draw_line(figure: Any, day: date, span: dict[str, Any], dash: str) -> None:
    at = day.isoformat()
    figure.add_shape(type="line", x0=at, x1=at, line={"width": 1, "dash": dash}, **span)


def _draw_hover(figure: Any, own: Sequence[Phases], row: Row, words: Words) -> None:
    """Let the row tell at the start of each phase and hold what begins there, also where the word has no room."""
    told: dict[date, list[str]] = {}
    for day, text in (said for each in own for said in _said(each, words)):
        told.setdefault(day, []).append(text)
    if told:
        figure.add_scatter(
            x=[day.isoformat() for day in sorted(told)],
            y=[WORST_PAIN] * len(told),
            text=["<br>".join(told[day]) for day in sorted(told)],
            yaxis=row.axis,
            mode="markers",
            marker={"opacity": 0, "color": look.MUTED},
            hovertemplate="%{text}<extra></extra>",
        )


def _said(own: Phases, words: Words) -> Iterator[tuple[date, str]]:
    for band in own.bands:
        phase = words(PHASES[band.phase])
        what = words(BACK_TO, phase=lowered(phase)) if band.is_back else phase
        yield band.first, words.on(band.since, what)
    for day, is_back in own.steps:
        yield day, words.on(day, words(STEP_BACK if is_back else NEXT_STEP))
    for first, last in own.holds:
        yield first, words(HELD_FROM_TO, first=words.day(first), last=words.day(last))
