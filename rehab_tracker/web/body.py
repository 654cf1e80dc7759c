"""Bodies: one strict JSON object, of a length that is said first and is not too great.

Without the length Werkzeug cuts a chunked body at the limit and says nothing.
"""

from typing import Any

from flask import request

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.strict_json import strict_json
from rehab_tracker.domain.translation import N_

MOST_BYTES = 256 * 1024
"""Of one request; 500 entries of the greatest usual size are half of it."""


class BadBody(InvalidValue):
    """The body as a whole can't be read, or is not what it says of itself; nothing of it was stored."""


class LengthNeeded(BadBody):
    """The request doesn't say how long its body is."""

    code = "length-required"
    message = N_("Send the length of the request's body (Content-Length), not chunks.")


class TooLarge(BadBody):
    """The body is longer, or holds more, than we take at once."""

    code = "too-large"
    message = N_("Send at most %(most)d bytes at once.")


class WrongMediaType(BadBody):
    """The body is no plain JSON."""

    code = "unsupported-media-type"
    message = N_("Send JSON (Content-Type: application/json) without compression.")


def must_fit() -> None:
    """Raise LengthNeeded for chunks, TooLarge for too much, before anything of the body is read."""
    if "Transfer-Encoding" in request.headers:
        raise LengthNeeded()
    if (request.content_length or 0) > MOST_BYTES:
        raise TooLarge(most=MOST_BYTES)


def json_body() -> dict[str, Any]:
    """Return the request's body, which must be one strict JSON object; raise BadBody otherwise."""
    if request.content_length is None:
        raise LengthNeeded()
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype != "application/json" or charset != "utf-8" or "Content-Encoding" in request.headers:
        raise WrongMediaType()
    try:
        value = strict_json(request.get_data(cache=False))
    except InvalidValue as fault:
        raise BadBody(fault.message, code=fault.code, **fault.values) from fault
    if not isinstance(value, dict):
        raise BadBody("Send one JSON object.", code="wrong-type")
    return value
