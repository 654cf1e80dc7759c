"""The rules that read what was reported of limbs and exercises, asked of one day."""

from collections.abc import Sequence
from datetime import date

from rehab_tracker.domain.alert import Rule, Verdict
from rehab_tracker.domain.clinic import RuleSettings
from rehab_tracker.domain.default_protocol import DEFAULT_TEMPLATE
from rehab_tracker.domain.diary import Diary
from rehab_tracker.domain.entry import Kind
from rehab_tracker.domain.exercise import ExerciseReport
from rehab_tracker.domain.exercise_pain import CALENDAR_DAYS, Did, ExerciseDay, exercise_pain
from rehab_tracker.domain.over_limit import REPORTED_DAYS, over_limit
from rehab_tracker.domain.plan import Plan
from rehab_tracker.domain.weight_bearing import OverLimit


def of_limbs(diary: Diary, day: date, settings: RuleSettings) -> list[Verdict]:
    """Return the verdicts on the limbs of which something was reported on a day."""
    if Rule.OVER_LIMIT in settings.shadow:
        return []
    found: list[Verdict | None] = []
    for limb, reported in diary.limbs.items():
        if day in reported.of and reported.of[day].over_limit is not OverLimit.NO:
            end = reported.upto(day)
            days = [reported.of[each] for each in reported.days[max(0, end - REPORTED_DAYS) : end]]
            found.append(over_limit(days, limb, settings))
    return [verdict for verdict in found if verdict]


def of_exercises(diary: Diary, day: date, plans: Sequence[Plan], settings: RuleSettings) -> list[Verdict]:
    """Return the verdict on the exercises of a day, judged by the strictest of the plans that run then."""
    today = _exercises(diary, day)
    if today is None or today.worst.pain <= 0 or Rule.EXERCISE_PAIN in settings.shadow:
        return []
    limit = min((plan.template.hold_from for plan in plans if plan.is_active(day)), default=DEFAULT_TEMPLATE.hold_from)
    if today.worst.pain < limit:
        return []
    reported = diary.standing[Kind.EXERCISE]
    end = reported.upto(day)
    near = (each for each in reported.days[max(0, end - CALENDAR_DAYS) : end] if (day - each).days < CALENDAR_DAYS)
    days = [_exercises(diary, each) for each in near]
    verdict = exercise_pain([each for each in days if each], limit, settings)
    return [verdict] if verdict else []


def _exercises(diary: Diary, day: date) -> ExerciseDay | None:
    entries = diary.standing[Kind.EXERCISE].of.get(day, ())
    said = tuple(Did(entry, entry.content) for entry in entries if isinstance(entry.content, ExerciseReport))
    return ExerciseDay(day, said) if said else None


def concerned(diary: Diary, kind: Kind, day: date) -> set[date]:
    """Return the day and those after it whose verdicts a report of it concerns."""
    if kind is Kind.WEIGHT_BEARING:
        return {day}.union(*(reported.after(day, REPORTED_DAYS) for reported in diary.limbs.values()))
    later = diary.standing[kind].after(day, CALENDAR_DAYS)
    return {day, *(each for each in later if (each - day).days < CALENDAR_DAYS)}
