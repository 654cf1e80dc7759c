"""What a patient says by phone as a form: its questions, and the entries that it becomes."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from flask_babel import gettext

from dashboards.pages.form import Option, Question, Said, Shape, chosen_from, is_whole, typed
from dashboards.pages.item_questions import site_question
from dashboards.pages.words import words
from rehab_tracker.domain.entry import Content, Kind, Sent
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.exercise import ExerciseReport, NotDone
from rehab_tracker.domain.moment import instant, local_date, time_zone
from rehab_tracker.domain.pain import WORST_PAIN, PainReading, PainScore
from rehab_tracker.domain.red_flag import RedFlag, RedFlagReport
from rehab_tracker.domain.site import LEGS, Area, Limb, Site, site
from rehab_tracker.domain.weight_bearing import Aids, OverLimit, WeightBearingReport

ROWS, SPARE = "scores", 2
DONE = "done"
SCORES = ("on_loading", "at_rest", "next_morning")
AMOUNTS = ("done_sets", "done_reps", "done_minutes", "pain_during")
A_SHIFT = timedelta(hours=12)
"""A form that was open for longer is told of as if it had been opened now (house rule)."""

Told = list[tuple[str, Kind, Content]]
"""The fields that an entry was told in, its kind and its content."""


def pain_rows(known: Iterable[Site]) -> Question:
    """Return the rows for places and their scores; a place that is known stands there already."""
    scores = (Option("", gettext("not said")), *(Option(str(n), str(n)) for n in range(WORST_PAIN + 1)))
    said = (Option("", gettext("not said")), Option("no", gettext("no")), Option("yes", gettext("yes")))
    columns = (
        site_question("site", gettext("Place"), known, needed=True),
        Question("area", gettext("Where exactly"), Shape.SELECT, chosen_from(Area, without=gettext("not said"))),
        Question("on_loading", gettext("Worst on loading"), Shape.SELECT, scores),
        Question("at_rest", gettext("Worst at rest"), Shape.SELECT, scores),
        Question("woke_at_night", gettext("Woken by pain"), Shape.SELECT, said),
        Question("next_morning", gettext("Next morning"), Shape.SELECT, scores),
    )
    return Question(ROWS, gettext("Pain in each place"), Shape.ROWS, columns=columns)


def other_questions(exercises: Iterable[str]) -> list[Question]:
    """Return what is asked besides pain: red flags, the weight on each leg, and the exercises of the day."""
    say = words()
    flags = tuple(Option(str(flag), say.code(flag)) for flag in RedFlag)
    found = [Question("flags", gettext("Is any of this so?"), Shape.CHECKS, flags, none_offered=False)]
    for leg in LEGS:
        aids, over = chosen_from(Aids, without=gettext("not said")), chosen_from(OverLimit, without=gettext("not said"))
        name = say.code(leg)
        found.append(Question(f"{leg}/aids", gettext("%(leg)s: walked with", leg=name), Shape.SELECT, aids))
        label = gettext("%(leg)s: more weight than allowed", leg=name)
        found.append(Question(f"{leg}/over_limit", label, Shape.SELECT, over))
    return found + [_exercise(code) for code in exercises]


def _exercise(code: str) -> Question:
    not_done = (Option(str(why), f"{gettext('not done')}, {words().code(why)}") for why in NotDone)
    options = (Option("", gettext("not said")), Option(DONE, gettext("done")), *not_done)
    columns = (
        Question("said", gettext("Done or not"), Shape.SELECT, options),
        Question("done_sets", gettext("Sets"), Shape.NUMBER),
        Question("done_reps", gettext("Repetitions"), Shape.NUMBER),
        Question("done_minutes", gettext("Minutes"), Shape.NUMBER),
        Question("pain_during", gettext("Pain during it, 0 to 10"), Shape.NUMBER),
    )
    return Question(f"exercise/{code}", words().exercise(code), Shape.ROWS, columns=columns)


def contents(said: Said, exercises: Iterable[str]) -> Told:
    """Return what a form says; raise InvalidValue, pointing to the field, for what can't be, or for nothing at all."""
    found = [*_pain(said), *_flags(said), *_weight(said), *_exercises(said, exercises)]
    if not found:
        raise InvalidValue("Write down at least one answer.", code="nothing-said", pointer=f"/{ROWS}/0/on_loading")
    return found


def _pain(said: Said) -> Iterator[tuple[str, Kind, Content]]:
    scores = [score for at in range(_rows(said)) if (score := _score(said, f"{ROWS}/{at}"))]
    no_other_pain = said.get("no_other_pain") == "yes"
    if scores or no_other_pain:
        yield ROWS, Kind.PAIN, PainReading(tuple(scores), no_other_pain)


def _rows(said: Said) -> int:
    told = said.get(f"{ROWS}/rows", "")
    return min(int(told), 50) if is_whole(told) else 0


def _score(said: Said, row: str) -> PainScore | None:
    """Return the score of one row, None where no answer stands beside its place."""
    answers = {name: typed(said, f"{row}/{name}") for name in ("site", "area", "woke_at_night", *SCORES)}
    if not any(answer for name, answer in answers.items() if name != "site"):
        return None
    try:
        return PainScore(
            site=_site(answers["site"]),
            area=_area(answers["area"]),
            woke_at_night={"yes": True, "no": False}.get(answers["woke_at_night"]),
            on_loading=_number(answers["on_loading"], "/on_loading"),
            at_rest=_number(answers["at_rest"], "/at_rest"),
            next_morning=_number(answers["next_morning"], "/next_morning"),
        )
    except InvalidValue as fault:
        fault.pointer = fault.pointer or "/on_loading"
        raise fault.at(f"/{row}") from None


def _site(code: str) -> Site:
    try:
        return site(code)
    except InvalidValue as fault:
        raise fault.at("/site") from None


def _area(code: str) -> Area | None:
    if code and code not in list(Area):
        raise InvalidValue("Choose an answer from the list.", code="unknown-code", pointer="/area")
    return Area(code) if code else None


def _number(text: str, pointer: str) -> int | None:
    if text and not is_whole(text):
        raise InvalidValue("Give a whole number.", code="wrong-type", pointer=pointer)
    return int(text) if text else None


def _flags(said: Said) -> Iterator[tuple[str, Kind, Content]]:
    ticked = tuple(flag for flag in RedFlag if flag in said.getlist("flags"))
    if ticked:
        yield "flags", Kind.RED_FLAGS, RedFlagReport(ticked)


def _weight(said: Said) -> Iterator[tuple[str, Kind, Content]]:
    for leg in LEGS:
        aids, over = typed(said, f"{leg}/aids"), typed(said, f"{leg}/over_limit")
        if not aids and not over:
            continue
        for name, answer, codes in (("aids", aids, list(Aids)), ("over_limit", over, list(OverLimit))):
            if answer not in codes:
                raise InvalidValue(
                    "Answer both questions about this leg.", code="missing-key", pointer=f"/{leg}/{name}"
                )
        yield str(leg), Kind.WEIGHT_BEARING, WeightBearingReport(Limb(leg), Aids(aids), OverLimit(over))


def _exercises(said: Said, exercises: Iterable[str]) -> Iterator[tuple[str, Kind, Content]]:
    for code in exercises:
        row = f"exercise/{code}/0"
        told = typed(said, f"{row}/said")
        try:
            amounts = {name: _number(typed(said, f"{row}/{name}"), f"/{name}") for name in AMOUNTS}
            why = NotDone(told) if told in list(NotDone) else None
            if told or any(amount is not None for amount in amounts.values()):
                yield row, Kind.EXERCISE, ExerciseReport(code, **amounts, not_done=why)
        except InvalidValue as fault:
            raise fault.at(f"/{row}") from None


def sent(told: Told, batch: UUID, said: Said, zone: str, now: datetime) -> list[Sent]:
    """Return the entries of a form; the same form sent again says the same under the same ids, so it is kept once."""
    recorded, day = _opened(said, now).astimezone(time_zone(zone)), _day(typed(said, "for_date"))
    return [Sent(uuid5(batch, name), kind, 1, recorded, zone, day, False, content) for name, kind, content in told]


def _opened(said: Said, now: datetime) -> datetime:
    """Return when the form was opened, or now where it does not say that, or says what can't be."""
    try:
        opened = instant(typed(said, "opened"))
    except InvalidValue:
        return now.replace(microsecond=0)
    return opened if timedelta() <= now - opened <= A_SHIFT else now.replace(microsecond=0)


def _day(text: str) -> date | None:
    try:
        return local_date(text) if text else None
    except InvalidValue as fault:
        raise fault.at("/for_date") from None
