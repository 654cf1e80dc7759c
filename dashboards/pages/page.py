"""A page of a clinic: its address begins with the clinic's, its frame says who reads it and whether all is running."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboards.pages.words import words
from rehab_tracker.domain.errors import NotSignedIn, ReasonNeeded
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
    return framed(template, status, pulse=alive, staff_name=context.staff_name(), **values)


def framed(template: str, status: int = 200, **values: Any) -> Response:
    """Return a page in the plain frame that needs nobody signed in."""
    common = {"clinic": context.clinic(), "words": words(), "language": language(), "now": context.now()}
    return Response(render_template(template, **common, **values), status)


def _to_sign_in(refusal: NotSignedIn) -> ResponseReturnValue:
    """Send somebody to sign in, and from there back to the page that was asked for, or the one a form stands on."""
    asked = request.full_path.rstrip("?") if request.method == "GET" else request.path.rpartition("/")[0]
    return redirect(url_for("staff.sign_in", next=asked), 303)


def _ask_reason(refusal: ReasonNeeded) -> ResponseReturnValue:
    """Return the form that asks why a record must be opened; a form behind it is sent back to its own page."""
    patient_id = (request.view_args or {}).get("patient_id") or refusal.values.get("patient_id")
    if patient_id is None:
        return redirect(request.path.rpartition("/")[0], 303)
    return page("reason.html", 403, patient_id=patient_id, next=request.full_path.rstrip("?"), why=in_words(refusal))


def safe_next(asked: str | None) -> str:
    """Return the page that somebody asked for where it is one of this clinic on this host, else the worklist."""
    home = url_for("worklist.show")
    if not asked or not asked.isprintable() or "\\" in asked or not asked.startswith(home):
        return home
    parts = urlsplit(asked)
    inside = not any(getattr(parts, part) for part in HERE_ONLY) and ".." not in parts.path
    return asked if inside else home
