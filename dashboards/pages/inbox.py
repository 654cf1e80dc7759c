"""The inbox: alerts patient by patient, in lists with an address each; opening one changes nothing."""

from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from dashboards.pages.form import Fault, Said, typed
from dashboards.pages.page import clinic_pages, done, page
from dashboards.pages.words import age
from rehab_tracker.domain.access import Action
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.translation import N_
from rehab_tracker.domain.wording import LEVELS
from rehab_tracker.services.alert_life import HandedOver, hand_over
from rehab_tracker.services.inbox import Tab, inbox
from rehab_tracker.web import context
from rehab_tracker.web.language import in_words
from rehab_tracker.web.policy import for_staff

inbox_pages = clinic_pages("inbox")

TABS = {
    Tab.NEW: N_("New"),
    Tab.MINE: N_("Mine"),
    Tab.TEAM: N_("Team"),
    Tab.SNOOZED: N_("At rest"),
    Tab.CLOSED: N_("Closed"),
}
EMPTY = {
    Tab.NEW: N_("Nobody waits: every alert is taken."),
    Tab.MINE: N_("You look after no alert."),
    Tab.TEAM: N_("Your colleagues look after no alert of these patients."),
    Tab.SNOOZED: N_("No alert rests."),
    Tab.CLOSED: N_("No alert was closed in the last 14 days."),
}


@inbox_pages.get("/alerts")
@for_staff(Action.SEE_WORKLIST, "alerts-read names every patient shown")
def show(slug: str) -> Response:
    """Return one list of alerts, the new ones unless another is asked for."""
    asked = request.args.get("tab", "")
    return _page(Tab(asked) if asked in list(Tab) else Tab.NEW)


def _page(tab: Tab, status: int = 200, fault: Fault | None = None) -> Response:
    found = inbox(context.session(), context.viewer(), tab, context.now())
    said, me = MultiDict(request.form), context.viewer().person
    values = {"found": found, "tabs": TABS, "empty": EMPTY, "levels": LEVELS, "age": age, "me": me, "said": said}
    return page("inbox.html", status, fault=fault, **values)


@inbox_pages.post("/alerts/hand-over")
@for_staff(Action.TEND_ALERT, "alert-handed-over for each alert")
def hand_over_now(slug: str) -> ResponseReturnValue:
    """Ask a colleague to take all alerts that one looks after."""
    said = MultiDict(request.form)
    try:
        handed = hand_over(context.session(), context.viewer(), _colleague(said), typed(said, "note"), context.now())
    except InvalidValue as refusal:
        return _page(Tab.MINE, 422, Fault(refusal.pointer.lstrip("/"), in_words(refusal)))
    return done(_told(handed), url_for("inbox.show", tab=str(Tab.MINE)))


def _colleague(said: Said) -> UUID:
    try:
        return UUID(typed(said, "to"))
    except ValueError:
        raise InvalidValue("Choose a colleague.", code="unknown-code", pointer="/to") from None


def _told(handed: HandedOver) -> str:
    """Return how many alerts a colleague was asked to take, and how many stay."""
    asked = ngettext(
        "Your colleague is asked to take %(num)d alert.",
        "Your colleague is asked to take %(num)d alerts.",
        handed.asked,
    )
    if not handed.left:
        return str(asked)
    stay = ngettext(
        "%(num)d stays with you: your colleague is not in that care team.",
        "%(num)d stay with you: your colleague is not in those care teams.",
        handed.left,
    )
    return f"{asked} {stay}"
