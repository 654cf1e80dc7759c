"""The clinic's protocol: its numbers and phases, every version with its reason; running plans keep their own."""

from typing import Any

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from dashboards.pages.form import Fault, Question, Said, Shape, fault_of, packed, seen_version, typed
from dashboards.pages.page import Meanwhile, changed_meanwhile, clinic_pages, done, page
from dashboards.pages.protocol_form import (
    CRITERIA,
    LISTS,
    changed_criteria,
    criterion_questions,
    kinds_of,
    phase_questions,
    phase_told,
    said_of_phase,
    whole_number,
)
from dashboards.pages.words import words
from rehab_tracker.domain.access import Action
from rehab_tracker.domain.default_protocol import DEFAULT_TEMPLATE
from rehab_tracker.domain.errors import InvalidValue, NotFound, OutOfDate
from rehab_tracker.domain.protocol import NUMBERS, Phase, Template
from rehab_tracker.domain.template_json import plain_template
from rehab_tracker.domain.translation import N_
from rehab_tracker.services.templates import change_template, templates
from rehab_tracker.storage.plans import template_versions
from rehab_tracker.storage.readings import names_of
from rehab_tracker.web import context
from rehab_tracker.web.policy import for_staff

protocol_pages = clinic_pages("protocol_page")

CODE = DEFAULT_TEMPLATE.code
LABELS = {
    "hold_from": N_("Pain from which a plan goes on hold"),
    "regress_from": N_("Pain from which it goes a step back"),
    "morning_hold": N_("Points above the usual morning: hold"),
    "morning_regress": N_("Points above the usual morning: a step back"),
    "holds_to_regress": N_("Holds that make a step back"),
    "hold_window": N_("Within so many days"),
    "muscle_most": N_("Sore muscle counts up to this pain"),
    "muscle_days": N_("Sore muscle lasts so many days"),
    "pause_days": N_("Days that strengthening rests for a new place"),
    "most_unknown": N_("Days of 7 without a log, at most"),
    "drug_days": N_("Days after a new medicine without a proposal"),
}


def _newest() -> Template:
    return next(t for t in templates(context.session(), context.viewer()) if t.code == CODE)


def _questions() -> list[Question]:
    return [
        Question(
            name,
            gettext(label),
            Shape.NUMBER,
            hint=gettext("%(least)d to %(most)d", least=NUMBERS[name].least, most=NUMBERS[name].most),
        )
        for name, label in LABELS.items()
    ]


def _history() -> list[Meanwhile]:
    """Return every version with its author and reason, the newest first."""
    rows = template_versions(context.session(), context.clinic().id, CODE)
    names = names_of(context.session(), context.clinic().id, {row.author for row in rows if row.author})
    context.session().rollback()
    say = words()
    return [
        Meanwhile(
            row.created_at,
            names.get(row.author, "") if row.author else "",
            gettext("version %(number)d: %(reason)s", number=row.version, reason=say(row.reason)),
        )
        for row in rows
    ]


@protocol_pages.get("/protocols")
@for_staff(Action.READ_TEMPLATES, "a protocol holds nothing of patients")
def show(slug: str) -> Response:
    """Return the protocol that new plans are started with."""
    template = _newest()
    said = MultiDict({name: str(getattr(template, name)) for name in LABELS})
    said["version"] = str(template.version)
    return _page(template, said)


def _page(template: Template, said: Said, fault: Fault | None = None) -> Response:
    values = {"protocol": template, "said": said, "fault": fault, "asked": _questions(), "history": _history()}
    return page("protocols.html", 422 if fault else 200, **values)


@protocol_pages.post("/protocols")
@for_staff(Action.CHANGE_TEMPLATE, "template-changed")
def change(slug: str) -> ResponseReturnValue:
    """Change the numbers of the protocol, which makes its next version."""
    said, template = MultiDict(request.form), _newest()
    if "again" in said:
        return _page(template, said)
    content = plain_template(template) | {name: whole_number(said, name) for name in LABELS}
    try:
        return _kept(content, said)
    except OutOfDate as refusal:
        return _second(refusal, said)
    except InvalidValue as refusal:
        return _page(template, said, fault_of(refusal, _questions(), said, "reason"))


def _kept(content: dict[str, Any], said: Said) -> ResponseReturnValue:
    reason = typed(said, "reason")
    change_template(context.session(), context.viewer(), CODE, content, seen_version(said), reason, context.now())
    return done(gettext("The protocol has a new version. Plans that run keep theirs."), url_for("protocol_page.show"))


def _second(refusal: OutOfDate, said: Said) -> Response:
    theirs = _history()[: max(0, refusal.values["now"] - refusal.values["yours"])]
    return changed_meanwhile(
        refusal, theirs, [(gettext("Why"), [typed(said, "reason")])], url_for("protocol_page.show"), said
    )


def _phase(code: str) -> Phase:
    if code not in list(Phase):
        raise NotFound()
    return Phase(code)


@protocol_pages.get("/protocols/<code>")
@for_staff(Action.READ_TEMPLATES, "a protocol holds nothing of patients")
def show_phase(slug: str, code: str) -> Response:
    """Return one phase of the protocol."""
    phase, template = _phase(code), _newest()
    said = said_of_phase(plain_template(template)["phases"][phase.rank])
    said["version"] = str(template.version)
    return _phase_page(phase, said)


def _phase_page(phase: Phase, said: Said, fault: Fault | None = None) -> Response:
    criteria = {
        name: [
            (gettext(CRITERIA[kind]), criterion_questions(name, at, kind))
            for at, kind in enumerate(kinds_of(said, name))
        ]
        for name in LISTS
    }
    kinds = {kind: gettext(word) for kind, word in CRITERIA.items()}
    values = {"phase": phase, "said": said, "fault": fault, "asked": phase_questions()}
    return page("phase.html", 422 if fault else 200, **values, criteria=criteria, kinds=kinds)


@protocol_pages.post("/protocols/<code>")
@for_staff(Action.CHANGE_TEMPLATE, "template-changed")
def change_phase(slug: str, code: str) -> ResponseReturnValue:
    """Change one phase of the protocol, which makes its next version."""
    phase, asked = _phase(code), phase_questions()
    said = changed_criteria(packed(asked, request.form))
    if said.get("more") or said.get("add") or "again" in said:
        return _phase_page(phase, said)
    content = plain_template(_newest())
    content["phases"][phase.rank] = phase_told(phase, said)
    try:
        return _kept(content, said)
    except OutOfDate as refusal:
        return _second(refusal, said)
    except InvalidValue as refusal:
        return _phase_page(phase, said, _phase_fault(refusal, phase, asked, said))


def _phase_fault(refusal: InvalidValue, phase: Phase, asked: list[Question], said: Said) -> Fault:
    """Return a fault of the whole protocol beside the field of this phase's form."""
    refusal.pointer = refusal.pointer.replace(f"/phases/{phase.rank}", "", 1).replace("/dose", "", 1)
    known = [q for name in LISTS for at, k in enumerate(kinds_of(said, name)) for q in criterion_questions(name, at, k)]
    return fault_of(refusal, [*asked, *known], said, "reason")
