"""Exercises as a phone sends them."""

from typing import Any

from rehab_tracker.api.entry import EntrySchema, kind_field
from rehab_tracker.api.pain import score_field
from rehab_tracker.api.strict import Read, code, read_text, whole
from rehab_tracker.domain.entry import Kind
from rehab_tracker.domain.exercise import CODE, LONGEST_CODE, MOST_DONE, ExerciseReport, NotDone


def _amount(description: str) -> Read:
    return whole(minimum=0, maximum=MOST_DONE, description=description)


class ExerciseSchema(EntrySchema):
    """What the patient did of one exercise that day; more than was prescribed is kept as said."""

    kind = kind_field(Kind.EXERCISE)
    exercise = read_text(str, pattern=f"^{CODE.pattern}$", maxLength=LONGEST_CODE, description="Code in the plan.")
    done_sets = _amount("Sets done.")
    done_reps = _amount("Repetitions done.")
    done_minutes = _amount("Minutes done.")
    pain_during = score_field("Pain during the exercise, 0 to 10.")
    not_done = code(NotDone)


def exercise_report(said: dict[str, Any]) -> ExerciseReport:
    """Return what was said as a report; raise InvalidValue where it is out of the domain's bounds."""
    return ExerciseReport(**said)
