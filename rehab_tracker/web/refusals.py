"""Refusals: one table says which status a refusal has, and one function writes every error that leaves us.

Programs get RFC 9457 ``application/problem+json``, people the same as a page. Neither ever holds a stack, SQL or path.
"""

from typing import Any, NamedTuple

import orjson
import structlog
from flask import Flask, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from rehab_tracker.domain.errors import (
    InvalidValue,
    NotAllowed,
    NotFound,
    NotReady,
    NotSignedIn,
    OutOfDate,
    RehabError,
    TooManyAttempts,
    WrongState,
)
from rehab_tracker.domain.translation import N_
from rehab_tracker.web import context
from rehab_tracker.web.admission import jittered
from rehab_tracker.web.body import BadBody, LengthNeeded, TooLarge, WrongMediaType
from rehab_tracker.web.language import in_words, language
from rehab_tracker.web.where import frames

STATUSES: dict[type[Exception], int] = {
    BadBody: 400,
    LengthNeeded: 411,
    TooLarge: 413,
    WrongMediaType: 415,
    InvalidValue: 422,
    NotSignedIn: 401,
    NotAllowed: 403,
    NotFound: 404,
    WrongState: 409,
    OutOfDate: 412,
    TooManyAttempts: 429,
    NotReady: 503,
    OperationalError: 503,
    InterfaceError: 503,
    PoolTimeout: 503,
}
"""Status of each kind of refusal; what is not listed has that of its parent, and what has none is a 500."""


class Kind(NamedTuple):
    """What a status means: the last part of a problem's ``type``, and its title."""

    name: str
    title: str


KINDS: dict[int, Kind] = {
    400: Kind("bad-request", N_("This request can't be read")),
    401: Kind("unauthenticated", N_("Please sign in")),
    403: Kind("forbidden", N_("You are not allowed to do this")),
    404: Kind("not-found", N_("Not found")),
    405: Kind("method-not-allowed", N_("This can't be done here")),
    409: Kind("conflict", N_("This does not fit the present state")),
    411: Kind("length-required", N_("This request can't be read")),
    412: Kind("precondition-failed", N_("Somebody changed this meanwhile")),
    413: Kind("too-large", N_("This is too much at once")),
    415: Kind("unsupported-media-type", N_("This request can't be read")),
    422: Kind("validation", N_("Some answers need changing")),
    429: Kind("too-many-requests", N_("Please wait a moment")),
    500: Kind("internal-error", N_("Something went wrong here")),
    503: Kind("service-unavailable", N_("This is not available now")),
}
"""Every kind of problem there is: the list is closed, and documented in the OpenAPI document."""

TYPES = "urn:rehab-tracker:problem:"
PROBLEM_JSON = "application/problem+json"
FOR_PROGRAMS = ("/api/", "/healthz", "/readyz")
SOMETHING_WRONG = N_("It is our fault. Try again in a few minutes. If it happens again, tell us this number: %(trace)s")
NOT_AVAILABLE = N_("Try again in a few minutes. What you sent was not stored.")
AS_HTTP_SAYS = N_("Check the address and try again.")

log = structlog.get_logger()


def set_up(app: Flask) -> None:
    """Let every error of the app be written here."""
    app.register_error_handler(Exception, refuse)


def refuse(error: Exception) -> ResponseReturnValue:
    """Return the answer to any error; one that nobody expected is logged under its ``trace_id``, without its words."""
    if isinstance(error, HTTPException) and (error.code is None or error.code < 400):
        return error
    status = _status(error)
    if status >= 500:
        _log(error, status)
    if _is_for_programs():
        return _with_headers(_problem(error, status), error, status)
    return _with_headers(_page(error, status), error, status)


def _is_for_programs() -> bool:
    return request.path.startswith(FOR_PROGRAMS)


def _status(error: Exception) -> int:
    if isinstance(error, HTTPException):
        code = error.code or 500
        return code if code in KINDS else 500 if code >= 500 else 400
    return next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), 500)


def _log(error: Exception, status: int) -> None:
    cause = getattr(error, "original_exception", None) or error
    log.error(
        "refused",
        status=status,
        trace_id=context.request_id(),
        error=type(cause).__name__,
        route=request.endpoint,
        frames=frames(cause),
    )


def _detail(error: Exception, status: int) -> str:
    """Return the sentence that says how to go on."""
    if isinstance(error, RehabError) and status != 500:
        return in_words(error)
    if status == 503:
        return str(gettext(NOT_AVAILABLE))
    if status >= 500:
        return str(gettext(SOMETHING_WRONG)) % {"trace": context.request_id()}
    return str(gettext(AS_HTTP_SAYS))


def problem(error: Exception, status: int) -> dict[str, Any]:
    """Return an error as the members of a problem document; one of versions names yours and the present one."""
    kind, detail = KINDS[status], _detail(error, status)
    errors = []
    if isinstance(error, RehabError) and status != 500:
        errors.append({"pointer": error.pointer, "code": error.code, "message": detail})
    return {
        "type": TYPES + kind.name,
        "title": str(gettext(kind.title)),
        "status": status,
        "detail": detail,
        "instance": request.path,
        "trace_id": context.request_id(),
        "errors": errors,
        **(error.values if isinstance(error, OutOfDate) else {}),
    }


def _problem(error: Exception, status: int) -> Response:
    return Response(orjson.dumps(problem(error, status)), status, content_type=PROBLEM_JSON)


def _page(error: Exception, status: int) -> Response:
    """Return the error as a page: the clinic pages' own where they have one, else a plain one."""
    words = {"problem": problem(error, status), "language": language()}
    return Response(render_template(["problem.html", "plain_problem.html"], **words), status)


def _with_headers(response: Response, error: Exception, status: int) -> Response:
    if status == 401:
        response.headers["WWW-Authenticate"] = _challenge()
    if status == 405 and isinstance(error, HTTPException):
        response.headers.extend((name, value) for name, value in error.get_headers() if name == "Allow")
    if status in (429, 503):
        seconds = error.values.get("seconds") if isinstance(error, RehabError) else None
        response.headers["Retry-After"] = str(seconds or jittered())
    return response


def _challenge() -> str:
    """Return what RFC 6750 asks of a 401: an error only where a token came at all."""
    return 'Bearer error="invalid_token"' if "Authorization" in request.headers else "Bearer"
