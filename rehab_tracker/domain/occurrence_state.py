"""What became of each occurrence: derived from the entries that stand, whenever they arrived.

An entry counts for its ``for_date``, so that one that was written offline and comes late turns missed into done. What
was done stays done: neither a hold nor the end of a prescription takes it back.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID

from rehab_tracker.domain.entry import Entry, standing
from rehab_tracker.domain.exercise import ExerciseReport, NotDone
from rehab_tracker.domain.prescription import Dose
from rehab_tracker.domain.schedule import Occurrence

NOTHING, WHOLE = Fraction(0), Fraction(1)


class State(StrEnum):
    """Where one occurrence stands."""

    PLANNED = "planned"
    OPEN = "open"
    DONE = "done"
    PARTIAL = "partial"
    MISSED = "missed"
    EXCUSED = "excused"
    CANCELLED = "cancelled"


class Result(NamedTuple):
    """An occurrence with its state at one moment.

    ``done`` is the share of its dose, 0 to 1. ``due`` is how much of it counts as due by then: 1 when it is done, or
    when its window and grace are over. What was held or cancelled counts as far as it was done. ``not_done`` is the
    reason the patient gave for the rest. ``is_closed`` says that window and grace are over.
    """

    occurrence: Occurrence
    state: State
    done: Fraction
    due: Fraction
    not_done: NotDone | None
    is_closed: bool


Report = tuple[ExerciseReport, ...]
"""One report; more than one version where two of them contradict each other, of which the one with less counts."""


def results(occurrences: Iterable[Occurrence], entries: Iterable[Entry], now: datetime) -> list[Result]:
    """Return the state of each occurrence at an instant, in order of day, exercise and slot.

    ``entries`` may come in any order, with every version and kind. The reports of one exercise and day fill its slots
    in the order in which they were recorded; once each slot has one, more of them complete what is partly done. They
    are measured against the dose of the day's first slot.
    """
    by_day: dict[tuple[str, date], list[Occurrence]] = {}
    for occurrence in occurrences:
        by_day.setdefault((occurrence.exercise, occurrence.day), []).append(occurrence)
    reports = _reports(entries)
    found: list[Result] = []
    for key, group in by_day.items():
        said = reports.get(key, ())
        filled = _filled(group, said) if said else [(NOTHING, None)] * len(group)
        found += [state_of(o, done, why, now) for o, (done, why) in zip(group, filled, strict=True)]
    return sorted(found, key=lambda r: (r.occurrence.day, r.occurrence.exercise, r.occurrence.slot))


def _reports(entries: Iterable[Entry]) -> dict[tuple[str, date], list[Report]]:
    """Return the standing reports by exercise and day, in the order in which they were recorded.

    An entry whose contradicting versions name different exercises or days says nothing sure of either.
    """
    versions: dict[UUID, list[tuple[tuple[str, date], ExerciseReport]]] = {}
    for entry in standing(entries):
        if isinstance(entry.content, ExerciseReport):
            said = (entry.content.exercise, entry.for_date), entry.content
            versions.setdefault(entry.id, []).append(said)
    found: dict[tuple[str, date], list[Report]] = {}
    for rows in versions.values():
        key = rows[0][0]
        if all(other == key for other, _ in rows):
            found.setdefault(key, []).append(tuple(report for _, report in rows))
    return found


def _filled(group: Sequence[Occurrence], reports: Iterable[Report]) -> list[tuple[Fraction, NotDone | None]]:
    """Return for each slot of one exercise and day what was done of it, and why not the rest."""
    done = [NOTHING] * len(group)
    reasons: list[NotDone | None] = []
    for versions in reports:
        share = min(share_done(group[0].dose, report) for report in versions)
        _put(done, share)
        reasons += [report.not_done for report in versions if report.not_done][:1]
    waiting = iter(reasons)
    return [(share, next(waiting, None) if share < 1 else None) for share in done]


def _put(done: list[Fraction], share: Fraction) -> None:
    """Put a share into the first empty slot, or where there is none into those that are not yet full."""
    empty = next((at for at, so_far in enumerate(done) if not so_far), None)
    if empty is not None:
        done[empty] = share
        return
    for at, so_far in enumerate(done):
        done[at] = min(WHOLE, so_far + share)
        share -= done[at] - so_far


def share_done(dose: Dose, report: ExerciseReport) -> Fraction:
    """Return the share of a dose that a report says was done, 0 to 1.

    Nothing said of amounts is the whole dose, unless the patient says that it was not done; of sets and repetitions
    the one not said is as prescribed. Repetitions and minutes are each measured against the dose; the greater share
    counts, as either ends the exercise.
    """
    amounts = [a for a in (report.done_sets, report.done_reps, report.done_minutes) if a is not None]
    shares = []
    if dose.repetitions and (report.done_sets, report.done_reps) != (None, None):
        shares.append(Fraction(_repetitions(dose, report), dose.repetitions))
    if dose.minutes and report.done_minutes is not None:
        shares.append(Fraction(report.done_minutes, dose.minutes))
    if not shares:
        return NOTHING if report.not_done or (amounts and not any(amounts)) else WHOLE
    return min(WHOLE, max(shares))


def _repetitions(dose: Dose, report: ExerciseReport) -> int:
    sets = (dose.sets or 1) if report.done_sets is None else report.done_sets
    return sets * ((dose.reps or 1) if report.done_reps is None else report.done_reps)


def state_of(occurrence: Occurrence, done: Fraction, not_done: NotDone | None, now: datetime) -> Result:
    """Return where an occurrence stands at an instant, of which this share (0 to 1) was done."""
    is_closed = now >= occurrence.window.grace_ends_at
    set_aside = occurrence.is_over or occurrence.is_held
    due = WHOLE if done >= 1 or (is_closed and not set_aside) else done if set_aside else NOTHING
    return Result(occurrence, _state(occurrence, done, not_done, now), done, due, not_done, is_closed)


def _state(occurrence: Occurrence, done: Fraction, not_done: NotDone | None, now: datetime) -> State:
    if done:
        return State.DONE if done >= 1 else State.PARTIAL
    if occurrence.is_over or occurrence.is_held:
        return State.CANCELLED if occurrence.is_over else State.EXCUSED
    if not_done or now >= occurrence.window.grace_ends_at:
        return State.MISSED
    return State.OPEN if now >= occurrence.window.opens_at else State.PLANNED
