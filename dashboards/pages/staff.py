"""Signing in and out, and choosing a password after an invitation. The second factor comes with its own issue."""

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dashboards.pages.page import clinic_pages, framed, home_of, safe_next
from rehab_tracker.domain.errors import InvalidValue, NotSignedIn, RehabError, TooManyAttempts
from rehab_tracker.domain.translation import N_
from rehab_tracker.services import staff
from rehab_tracker.web import context, credentials
from rehab_tracker.web.language import in_words
from rehab_tracker.web.policy import for_everybody

staff_pages = clinic_pages("staff")

NOT_ALIKE = N_("The two passwords are not the same.")


@staff_pages.get("/sign-in")
@for_everybody("nobody is known yet, and nothing is shown")
def sign_in(slug: str) -> Response:
    """Return the form to sign in."""
    return framed("sign_in.html", next=safe_next(request.args.get("next")))


@staff_pages.post("/sign-in")
@for_everybody("the service notes signed-in; wrong tries are counted, not told apart")
def sign_in_now(slug: str) -> ResponseReturnValue:
    """Begin a session and go on to the page that was asked for, or say that the pair is wrong, not which half."""
    onward = safe_next(request.form.get("next"))
    email, password = request.form.get("email", ""), request.form.get("password", "")
    try:
        token = staff.sign_in(context.session(), context.clinic(), email, password, context.now())
    except (NotSignedIn, TooManyAttempts) as refusal:
        return _again("sign_in.html", refusal, next=onward, email=email)
    if onward == url_for("worklist.show"):
        onward = _home(token)
    return credentials.keep_session(Response(status=303, headers={"Location": onward}), token)


def _home(token: str) -> str:
    """Return the page on which the work of whoever signed in begins."""
    return home_of(staff.signed_in(context.session(), context.clinic().id, token, context.now()).viewer.role)


def _again(template: str, refusal: RehabError, **values: object) -> Response:
    """Return a form again, with what is wrong on top and what was typed kept, passwords excepted."""
    waits = isinstance(refusal, TooManyAttempts)
    response = framed(template, 429 if waits else 422, error=in_words(refusal), **values)
    if waits:
        response.headers["Retry-After"] = str(refusal.values["seconds"])
    return response


@staff_pages.post("/sign-out")
@for_everybody("the service notes signed-out; an unknown session is nothing to end")
def sign_out(slug: str) -> Response:
    """End the session, here and in the database."""
    token = credentials.session_token()
    if token:
        staff.sign_out(context.session(), context.clinic().id, token, context.now())
    response = Response(status=303, headers={"Location": url_for("staff.sign_in")})
    return credentials.forget_session(response)


@staff_pages.get("/invitation/<token>")
@for_everybody("the token is only used when the form is sent")
def invitation(slug: str, token: str) -> Response:
    """Return the form to choose a password; opening it uses nothing up, as mail scanners open links too."""
    return framed("invitation.html", token=token, least=staff.SHORTEST_PASSWORD)


@staff_pages.post("/invitation/<token>")
@for_everybody("the service notes invitation-accepted")
def accept(slug: str, token: str) -> ResponseReturnValue:
    """Set the password and let the new member of staff sign in with it."""
    password = request.form.get("password", "")
    try:
        if password != request.form.get("again", ""):
            raise InvalidValue(NOT_ALIKE, code="not-alike")
        staff.accept_invitation(context.session(), context.clinic(), token, password, context.now())
    except (InvalidValue, NotSignedIn) as refusal:
        return _again("invitation.html", refusal, token=token, least=staff.SHORTEST_PASSWORD)
    return redirect(url_for("staff.sign_in"), 303)
