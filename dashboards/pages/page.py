"""A page of a clinic: its address begins with the clinic's, its frame says who reads it and whether all is running."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboards.pages.form import Said
from dashboards.pages.words import words
from rehab_tracker.domain.access import POLICY, Action, Role
from rehab_tracker.domain.errors import NotSignedIn, OutOfDate, ReasonNeeded
from rehab_tracker.services.pulse import pulse
from rehab_tracker.web import context
from rehab_tracker.web.language import in_words, language

HERE_ONLY = ("scheme", "netloc")


def clinic_pages(name: str) -> Blueprint:
    """Return a blueprint for pages under ``/c/<slug>``, which sends people who may not see one on to where they can."""
    pages = Blueprint(name, __name__, url_prefix="/c/<slug>", template_folder="templates")
    pages.url_defaults(_with_slug)
    pages.register_error_handler(NotSignedIn, _to_sign_in)
    pages.register_error_handler(ReasonNeeded, _ask_reason)
    return pages


def _with_slug(endpoint: str, values: dict[str, Any]) -> None:
    values.setdefault("slug", (request.view_args or {}).get("slug"))


def page(template: str, status: int = 200, **values: Any) -> Response:
    """Return a page for somebody who is signed in, in the clinic's frame."""
    alive = pulse(context.session(), context.viewer(), context.now())
    return framed(template, status, pulse=alive, staff_name=context.staff_name(), may=may, **values)


def may(action: str) -> bool:
    """Return whether the reader's role allows an action, so that nothing is offered that would be refused."""
    return context.viewer().role in POLICY[Action(action)]


def framed(template: str, status: int = 200, **values: Any) -> Response:
    """Return a page in the plain frame that needs nobody signed in."""
    common = {"clinic": context.clinic(), "words": words(), "language": language(), "now": context.now()}
    return Response(render_template(template, **common, **values), status)


def done(said: str, onward: str) -> ResponseReturnValue:
    """Go on to a page and say there what was done; reloading it sends nothing again."""
    flash(said)
    return redirect(onward, 303)


def home_of(role: Role) -> str:
    """Return the page on which somebody's work begins; who administers sees no worklist."""
    return url_for("worklist.show" if role in POLICY[Action.SEE_WORKLIST] else "team_page.show")


class Meanwhile(NamedTuple):
    """What somebody else did since a form was opened: when, who, and what in words."""

    at: datetime
    name: str
    what: str


def changed_meanwhile(
    refusal: OutOfDate, theirs: Sequence[Meanwhile], yours: Sequence[tuple[str, list[str]]], back: str,
    again: Said | None = None,
) -> Response:  # fmt: skip
    """Return the page that shows both: what somebody else did, and what was typed here and not saved.

    ``again`` are the fields of a form that can be opened once more with what was typed, on the present version.
    """
    fields = [] if again is None else [pair for pair in again.items(multi=True) if pair[0] not in ("version", "again")]
    now = refusal.values["now"]
    return page("changed.html", 412, theirs=theirs, yours=yours, back=back, fields=fields, version=now)


def _page_behind() -> str:
    """Return the page on which a form stands, to which somebody goes back after signing in or giving a reason."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    patient_id = (request.view_args or {}).get("patient_id")
    return url_for("record.show", patient_id=patient_id) if patient_id else request.path.rpartition("/")[0]


def _to_sign_in(refusal: NotSignedIn) -> ResponseReturnValue:
    """Send somebody to sign in, and from there back to the page that was asked for, or the one a form stands on."""
    return redirect(url_for("staff.sign_in", next=_page_behind()), 303)


def _ask_reason(refusal: ReasonNeeded) -> ResponseReturnValue:
    """Return the form that asks why a record must be opened; a form behind it is sent back to its own page."""
    patient_id = refusal.values.get("patient_id") or (request.view_args or {}).get("patient_id")
    if patient_id is None:
        return redirect(request.path.rpartition("/")[0], 303)
    return page("reason.html", 403, patient_id=patient_id, next=_page_behind(), why=in_words(refusal))


def safe_next(asked: str | None) -> str:
    """Return the page that somebody asked for where it is one of this clinic on this host, else the worklist."""
    home = url_for("worklist.show")
    if not asked or not asked.isprintable() or "\\" in asked or not asked.startswith(home):
        return home
    parts = urlsplit(asked)
    inside = not any(getattr(parts, part) for part in HERE_ONLY) and ".." not in parts.path
    return asked if inside else home
