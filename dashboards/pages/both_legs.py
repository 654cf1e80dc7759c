"""The question that stops a clinician: both legs would be restricted, so how does the patient get about?"""

from flask import Response, request

from dashboards.pages.form import Fault, Option, Question, Said, Shape, typed
from dashboards.pages.page import page
from dashboards.pages.safety import limits_told
from dashboards.pages.words import words
from rehab_tracker.domain.errors import BothLegs
from rehab_tracker.domain.translation import N_
from rehab_tracker.domain.weight_bearing import SUPPORT, Aids
from rehab_tracker.services.record import Record
from rehab_tracker.web.language import in_words

NAME = "getting_about"
QUESTION = N_("How will the patient get about?")


def getting_about(said: Said) -> Aids | None:
    """Return the answer that came with a form, None where there was none."""
    told = typed(said, NAME)
    return Aids(told) if told in SUPPORT else None


def aids_question(label: str) -> Question:
    """Return the question for the aid, of which one must be chosen."""
    say = words()
    return Question(NAME, label, Shape.RADIOS, tuple(Option(str(aids), say.code(aids)) for aids in SUPPORT))


def both_legs(refusal: BothLegs, record: Record, wanted: str, back: str) -> Response:
    """Return the page that asks before both legs are restricted; going on sends the form again with the answer."""
    asked = aids_question(words().gettext(QUESTION))
    missing = "asked_before" in request.form
    return page(
        "both_legs.html",
        409,
        record=record,
        limits=limits_told(record),
        wanted=wanted,
        back=back,
        asked=asked,
        fault=Fault(NAME, in_words(refusal)) if missing else None,
        fields=[pair for pair in request.form.items(multi=True) if pair[0] not in (NAME, "asked_before")],
    )
