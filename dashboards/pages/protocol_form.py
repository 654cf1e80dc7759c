"""One phase of a clinic's protocol as a form: its days, steps, rhythm, criteria and exercises, and back."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from dashboards.pages.form import (
    Option,
    Question,
    Said,
    Shape,
    chosen_from,
    filled,
    is_whole,
    plain_answers,
    typed,
)
from dashboards.pages.words import words
from rehab_tracker.domain.criterion import KINDS, Since
from rehab_tracker.domain.prescription import EVERY_DAY, days_a_week
from rehab_tracker.domain.reader import fields_of
from rehab_tracker.domain.seen import Pain
from rehab_tracker.domain.translation import N_
from rehab_tracker.domain.weight_bearing import SUPPORT, Grade

LISTS = ("exit", "step_up")
CRITERIA = {
    "days-at-most": N_("Days with pain at most so high"),
    "none-from": N_("No day with pain so high"),
    "no-morning-rise": N_("No more pain in the morning after"),
    "days-since": N_("Days that have passed"),
    "logged": N_("Days that were logged"),
    "adherence": N_("Exercises done"),
    "checked": N_("Checked by a clinician"),
    "questionnaire": N_("Score of a questionnaire"),
}
PARAMETERS = {
    "score": N_("Pain score"),
    "days": N_("Days needed"),
    "window": N_("Of the last so many days"),
    "pain": N_("Which pain"),
    "known": N_("Mornings known at least"),
    "at_most": N_("Usual morning, where none is known"),
    "since": N_("Counted from"),
    "percent": N_("Percent at least"),
    "weeks": N_("Of the last so many weeks"),
    "item": N_("What is checked (code)"),
    "code": N_("Questionnaire (code)"),
    "least": N_("Score at least"),
}
CHOICES: dict[type[StrEnum], dict[str, str]] = {
    Pain: {Pain.WORST: N_("the worst of the day"), Pain.AT_REST: N_("at rest")},
    Since: {Since.PHASE: N_("the start of the phase"), Since.STEP: N_("the last step")},
}
DOSE = ("sets", "reps", "minutes", "seconds", "times_a_day")


def phase_questions() -> list[Question]:
    """Return the questions of a phase besides its criteria."""
    whole = Shape.NUMBER
    steps = (
        Question("grade", gettext("Weight on the leg"), Shape.SELECT, chosen_from(Grade, needed=True)),
        Question("percent", gettext("Percent of body weight"), whole),
        Question("aids", gettext("Walking aid"), Shape.SELECT, _aids()),
    )
    rhythm = (
        Question("from_day", gettext("From day of the phase, 0 is the first"), whole),
        Question("every", gettext("Ask every so many days"), whole),
    )
    exercises = (
        Question("exercise", gettext("Exercise (code)"), Shape.LINE),
        Question("sets", gettext("Sets"), whole),
        Question("reps", gettext("Repetitions"), whole),
        Question("minutes", gettext("Minutes"), whole),
        Question("seconds", gettext("Hold, seconds"), whole),
        Question("times_a_day", gettext("Times a day"), whole),
        Question("days", gettext("Days"), Shape.SELECT, _days()),
        Question("needs", gettext("Needs at least"), Shape.SELECT, chosen_from(Grade, without=gettext("nothing"))),
        Question("strengthens", gettext("Strengthens"), Shape.SELECT, _no_or_yes()),
    )
    return [
        Question("min_days", gettext("Least days"), whole),
        Question("max_days", gettext("Most days, then it is a task"), whole),
        Question("steps", gettext("Steps, the strictest first"), Shape.ROWS, columns=steps, needed=True),
        Question("rhythm", gettext("How often the patient is asked"), Shape.ROWS, columns=rhythm, needed=True),
        Question("exercises", gettext("Exercises"), Shape.ROWS, columns=exercises, needed=True),
    ]


def _aids() -> tuple[Option, ...]:
    return Option("", gettext("not said")), *(Option(str(aid), words().code(aid)) for aid in SUPPORT)


def _no_or_yes() -> tuple[Option, ...]:
    return Option("", gettext("no")), Option("yes", gettext("yes"))


def _days() -> tuple[Option, ...]:
    spread = [Option(_digits(days_a_week(n).weekdays), gettext("%(days)d days a week", days=n)) for n in range(1, 7)]
    return Option("", gettext("choose")), Option(_digits(EVERY_DAY.weekdays), gettext("every day")), *spread[::-1]


def _digits(weekdays: Iterable[int]) -> str:
    return "".join(str(day) for day in sorted(weekdays))


def criterion_questions(name: str, at: int, kind: str) -> list[Question]:
    """Return the questions of one criterion."""
    found = []
    for field, told in fields_of(KINDS[kind]).items():
        label, choices = gettext(PARAMETERS[field]), CHOICES.get(told.holds)
        options = tuple(Option(code, gettext(word)) for code, word in choices.items()) if choices else ()
        shape = Shape.SELECT if options else Shape.NUMBER if told.holds is int else Shape.LINE
        found.append(Question(f"{name}/{at}/{field}", label, shape, options))
    return found


def kinds_of(said: Said, name: str) -> list[str]:
    """Return the kinds of the criteria that stand in a form."""
    return [kind for kind in said.get(f"{name}/kinds", "").split(",") if kind in KINDS]


def said_of_phase(phase: dict[str, Any]) -> Said:
    """Return a phase, as templates are kept, as it stands in the fields of its form."""
    exercises = [
        {**each, **each["dose"], "days": _digits(each["days"]), "strengthens": "yes" if each.get("strengthens") else ""}
        for each in phase["exercises"]
    ]
    found = filled(phase_questions(), phase | {"exercises": exercises})
    for name in LISTS:
        _put_criteria(found, name, phase[name])
    return found


def _put_criteria(said: Said, name: str, criteria: Iterable[dict[str, Any]]) -> None:
    kinds = []
    for at, criterion in enumerate(criteria):
        kinds.append(criterion["kind"])
        for field, value in criterion.items():
            said[f"{name}/{at}/{field}"] = str(value)
    said[f"{name}/kinds"] = ",".join(kinds)


def changed_criteria(said: Said) -> Said:
    """Return a form without the criteria that are to go, and with the one that was asked for."""
    found: Said = MultiDict(said)
    for name in LISTS:
        kept = [c for at, c in enumerate(_criteria(said, name)) if not said.get(f"{name}/{at}/remove")]
        new = said.get(f"{name}/new", "")
        if said.get("add") == name and new in KINDS:
            kept.append({"kind": new})
        for key in [key for key in found if key.startswith(f"{name}/")]:
            del found[key]
        _put_criteria(found, name, kept)
    return found


def _criteria(said: Said, name: str) -> list[dict[str, Any]]:
    return [
        {"kind": kind, **plain_answers(criterion_questions(name, at, kind), said)}
        for at, kind in enumerate(kinds_of(said, name))
    ]


def phase_told(phase: str, said: Said) -> dict[str, Any]:
    """Return the phase that a form says, as templates are kept; what is wrong with it the template says."""
    told = plain_answers(phase_questions(), said)
    told["exercises"] = [_exercise(row) for row in told.get("exercises", ())]
    return {"phase": phase, **told, **{name: _criteria(said, name) for name in LISTS}}


def _exercise(row: dict[str, Any]) -> dict[str, Any]:
    dose = {name: row[name] for name in DOSE if name in row}
    days = [int(digit) for digit in str(row.get("days", "")) if is_whole(digit)]
    found = {"exercise": row.get("exercise", ""), "dose": dose, "days": days, "strengthens": "strengthens" in row}
    return found | ({"needs": row["needs"]} if "needs" in row else {})


def whole_number(said: Said, name: str) -> int | str:
    """Return a number as it was typed, for the template to judge."""
    text = typed(said, name)
    return int(text) if is_whole(text) else text
