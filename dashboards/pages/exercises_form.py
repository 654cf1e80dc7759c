"""The forms of an ordered exercise and of a rest: what is asked, and the order or the rest that the answers make."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from dashboards.pages.exercises_told import scope_words, weekday_names
from dashboards.pages.form import Option, Question, Said, Shape, chosen_from, plain_answers, typed
from dashboards.pages.item_questions import site_question
from dashboards.pages.words import words
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.exercise import CODE, LONGEST_CODE
from rehab_tracker.domain.exercise_names import EXERCISES
from rehab_tracker.domain.hold import Hold, HoldReason
from rehab_tracker.domain.moment import local_date
from rehab_tracker.domain.prescription import WEEKDAYS, Days, Dose, Prescription
from rehab_tracker.domain.protocol import ExerciseOrder, Template
from rehab_tracker.domain.site import Limb, Site, site
from rehab_tracker.domain.weight_bearing import Grade
from rehab_tracker.storage.schedule import PATIENT_SCOPE, PrescriptionRow, plain_dose, scope_of

NOTHING = "nothing"
"""Answer that an exercise needs no weight on the limb; no answer means: as the clinic's protocol has it."""


def of_protocol(templates: Iterable[Template]) -> list[ExerciseOrder]:
    """Return every exercise that a clinic's protocols order, once for each phase that does."""
    return [order for template in templates for phase in template.phases for order in phase.exercises]


def order_questions(codes: Iterable[str], places: Sequence[Site]) -> list[Question]:
    """Return what is asked of an order: ``codes`` are the exercises to choose from, ``places`` stand first."""
    return [*_exercise_questions(codes), *_place_questions(places), *_dose_questions(), *_day_questions(), *_care()]


def _exercise_questions(codes: Iterable[str]) -> list[Question]:
    say = words()
    named = sorted((Option(code, say.exercise(code)) for code in {*EXERCISES, *codes}), key=lambda option: option.word)
    own = gettext("A short name without accents, like: clam shells. The patient reads this name.")
    return [
        Question("exercise", gettext("Exercise"), Shape.SELECT, (Option("", gettext("choose")), *named)),
        Question("own_exercise", gettext("Or another exercise"), Shape.LINE, hint=own),
    ]


def _place_questions(places: Sequence[Site]) -> list[Question]:
    every = site_question("another_site" if places else "sites", gettext("Place"), (), needed=True)
    if not places:
        return [every]
    known = tuple(Option(str(place), words().place(place)) for place in places)
    others = tuple(option for option in every.options[1:] if option.code not in {k.code for k in known})
    return [
        Question("sites", gettext("For which places"), Shape.CHECKS, known, none_offered=False),
        replace(every, label=gettext("Another place"), options=(Option("", gettext("none")), *others)),
    ]


def _dose_questions() -> list[Question]:
    labels = {
        "sets": gettext("Sets"),
        "reps": gettext("Repetitions"),
        "seconds": gettext("Hold, seconds"),
        "minutes": gettext("Minutes"),
        "times_a_day": gettext("Times a day"),
    }
    return [Question(f"dose/{name}", label, Shape.NUMBER) for name, label in labels.items()]


def _day_questions() -> list[Question]:
    days = tuple(Option(str(at), name) for at, name in enumerate(weekday_names()))
    return [Question("days", gettext("Days of the week"), Shape.CHECKS, days, none_offered=False), *span_questions()]


def span_questions() -> list[Question]:
    """Return the questions for the first and the last day."""
    last = gettext("The last day counts too. Empty: until further notice.")
    return [
        Question("from_on", gettext("First day"), Shape.LINE, hint=gettext("Like 2026-03-05.")),
        Question("until_on", gettext("Last day"), Shape.LINE, hint=last),
    ]


def _care() -> list[Question]:
    as_protocol = gettext("as the protocol has it")
    grades = (Option(str(grade), words().code(grade)) for grade in Grade)
    needs = (Option("", as_protocol), Option(NOTHING, gettext("nothing")), *grades)
    strengthens = (Option("", as_protocol), Option("no", gettext("no")), Option("yes", gettext("yes")))
    checked = gettext("Refused where the limb may take less now. Choose it for what is not in the protocol.")
    return [
        Question("needs", gettext("Weight that the limb must be allowed"), Shape.SELECT, needs, hint=checked),
        Question("strengthens", gettext("Rests while strengthening rests"), Shape.SELECT, strengthens),
    ]


def new_order(today: date) -> Said:
    """Return what stands in the form of a new order."""
    return MultiDict({"from_on": today.isoformat(), "dose/times_a_day": "1"})


def said_of_order(row: PrescriptionRow, today: date) -> Said:
    """Return an order as it stands in its form, from today on where it has begun."""
    said: Said = MultiDict({f"dose/{name}": str(amount) for name, amount in plain_dose(Dose(**row.dose)).items()})
    said.setlist("sites", list(row.sites))
    said.setlist("days", [str(day) for day in row.weekdays])
    until_on = row.until_on.isoformat() if row.until_on and row.until_on >= today else ""
    said.update(
        {
            "exercise": row.exercise,
            "from_on": max(row.from_on, today).isoformat(),
            "until_on": until_on,
            "needs": str(row.needs or NOTHING),
            "strengthens": "yes" if row.strengthens else "no",
        }
    )
    return said


def order_told(said: Said, order_id: UUID, known: Sequence[ExerciseOrder]) -> Prescription:
    """Return the order that a form says; ``known`` are the protocol's exercises, for what is as the protocol has it.

    Raises InvalidValue, pointing to the field, where it can't be.
    """
    code = _exercise(said)
    like = [order for order in known if order.exercise == code]
    return Prescription(
        id=order_id,
        version=1,
        exercise=code,
        sites=_sites(said),
        dose=Dose(**plain_answers(_dose_questions(), said)),
        days=_days(said),
        from_on=local_date(typed(said, "from_on"), "/from_on"),
        until_on=_until(said),
        strengthens=_strengthens(said, like),
        needs=_needs(said, like),
    )


def _exercise(said: Said) -> str:
    chosen, own = typed(said, "exercise"), typed(said, "own_exercise")
    if not own:
        return chosen
    if chosen:
        raise InvalidValue("Choose one from the list, or write another: not both.", code="two", pointer="/own_exercise")
    code = "-".join(own.lower().split())
    if len(code) > LONGEST_CODE or not CODE.fullmatch(code):
        raise InvalidValue(
            "Use only the letters a to z and digits, at most %(longest)d in all.",
            code="unknown-exercise", pointer="/own_exercise", longest=LONGEST_CODE,
        )  # fmt: skip
    return code


def _sites(said: Said) -> tuple[Site, ...]:
    codes = [*said.getlist("sites"), typed(said, "another_site")]
    try:
        return tuple(dict.fromkeys(site(code) for code in codes if code))
    except InvalidValue as fault:
        raise fault.at("/sites") from None


def _days(said: Said) -> Days:
    by_code = {str(day): day for day in WEEKDAYS}
    return Days(frozenset(by_code[code] for code in said.getlist("days") if code in by_code))


def _until(said: Said) -> date | None:
    return local_date(text, "/until_on") if (text := typed(said, "until_on")) else None


def _strengthens(said: Said, like: Iterable[ExerciseOrder]) -> bool:
    told = typed(said, "strengthens")
    return any(order.strengthens for order in like) if not told else told == "yes"


def _needs(said: Said, like: Iterable[ExerciseOrder]) -> Grade | None:
    """Return the grade that was chosen; as the protocol has it means the most that it needs in any phase."""
    told = typed(said, "needs")
    if told == NOTHING:
        return None
    if not told:
        return max((o.needs for o in like if o.needs), key=lambda grade: grade.rank, default=None)
    if told not in list(Grade):
        raise InvalidValue("Choose an answer from the list.", code="unknown-code", pointer="/needs")
    return Grade(told)


def rest_questions(places: Sequence[Site]) -> list[Question]:
    """Return what is asked of a rest: of what, which exercises, when, and what for; ``places`` stand first."""
    whole = Option(PATIENT_SCOPE, scope_words(None))
    limbs = (Option(str(limb), words().code(limb), gettext("A limb")) for limb in Limb)
    first, *every = site_question("scope", "", places).options
    which = Option("no", gettext("all exercises")), Option("yes", gettext("strengthening only"))
    scopes = (first._replace(word=gettext("choose")), whole, *limbs, *every)
    return [
        Question("scope", gettext("What rests"), Shape.SELECT, scopes),
        Question("only_strengthening", gettext("Which exercises rest"), Shape.RADIOS, which),
        *span_questions(),
        Question("cause", gettext("Cause"), Shape.SELECT, chosen_from(HoldReason, needed=True)),
    ]


def new_rest(today: date) -> Said:
    """Return what stands in the form of a new rest."""
    return MultiDict({"from_on": today.isoformat(), "only_strengthening": "no"})


def rest_told(said: Said, hold_id: UUID) -> Hold:
    """Return the rest that a form says; raise InvalidValue, pointing to the field, where it can't be."""
    cause, first = typed(said, "cause"), local_date(typed(said, "from_on"), "/from_on")
    try:
        scope = scope_of(typed(said, "scope"))
    except InvalidValue as fault:
        raise fault.at("/scope") from None
    if cause not in list(HoldReason):
        raise InvalidValue("Choose an answer from the list.", code="unknown-code", pointer="/cause")
    return Hold(
        hold_id, scope, first, _until(said), HoldReason(cause),
        only_strengthening=typed(said, "only_strengthening") == "yes",
    )  # fmt: skip


def with_end(hold: Hold, said: Said) -> Hold:
    """Return a rest with the last day that a form says; raise InvalidValue where it can't be."""
    return replace(hold, until_on=_until(said))
