"""Versions: what staff change bears the version that they saw, so that nobody overwrites what somebody else wrote."""

import re
from typing import Any

from flask import Response, request

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.web.answers import answer

ETAG = re.compile(r'"(\d{1,9})"', re.ASCII)
IF_MATCH: list[dict[str, Any]] = [
    {
        "in": "header",
        "name": "If-Match",
        "required": True,
        "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
        "description": "The ETag of what is changed, as it was read.",
    }
]
"""The header of an operation that changes something, for the document."""

HEADERS = {"ETag": {"schema": {"type": "string"}, "description": "The version of what is told here."}}
"""The headers of an answer with a version, for the document."""


def seen_version() -> int:
    """Return the version that a change was made on; raise InvalidValue (``version-needed``) where none is said."""
    found = ETAG.fullmatch(request.headers.get("If-Match", ""))
    if found is None:
        raise InvalidValue(
            'Send the version that you read, its ETag, in the header If-Match, like "3".', code="version-needed"
        )
    return int(found[1])


def versioned(value: Any, version: int, status: int = 200) -> Response:
    """Return a JSON answer that bears the version of what it tells."""
    response = answer(value, status)
    response.headers["ETag"] = f'"{version}"'
    return response
