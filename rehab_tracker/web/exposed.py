"""Exposed tokens: one that travels in an address or a form ends up in logs and histories, so it is revoked at once."""

import re
from collections.abc import Iterator
from urllib.parse import unquote_plus

from flask import request

from rehab_tracker.domain.errors import NotSignedIn
from rehab_tracker.domain.translation import N_
from rehab_tracker.services.enrolment import device_viewer, revoke
from rehab_tracker.storage.database import under_clinic
from rehab_tracker.web import context
from rehab_tracker.web.body import BadBody
from rehab_tracker.web.directory import Directory

TOKEN = re.compile(r"(?<![0-9A-Z])([0-9A-Z]{8})\.[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])")
NAMES = ("access_token", "token")
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
MOST_TOKENS = 4
"""Looked up of one request; whoever puts in more wants us busy."""


class TokenExposed(BadBody):
    """A phone's token came in an address or a form; it is worth nothing any more."""

    code = "token-exposed"
    message = N_("A token must only be sent in the Authorization header. This one is no longer valid.")


def refuse_exposed_tokens(directory: Directory) -> None:
    """Revoke phones' tokens found where they must not stand, and raise TokenExposed.

    In the API anything that looks like a token is refused; in pages invitations look like one, and stand in addresses.
    """
    found = [match for text in _places() for match in TOKEN.finditer(text)]
    revoked = [_is_revoked(directory, match[0], match[1]) for match in found[:MOST_TOKENS]]
    is_named = any(name in request.args for name in NAMES)
    if any(revoked) or (request.path.startswith("/api/") and (found or is_named)):
        raise TokenExposed()


def _places() -> Iterator[str]:
    yield request.path
    if request.query_string:
        yield unquote_plus(request.query_string.decode("latin-1"))
    if request.mimetype in FORMS:
        yield from request.form.values()


def _is_revoked(directory: Directory, token: str, public_id: str) -> bool:
    """Return whether this was a phone's token, which is then revoked, and the audit knows."""
    clinic = directory.of_public_id(context.session(), public_id)
    if clinic is None:
        return False
    session = under_clinic(context.session(), clinic.id)
    try:
        viewer = device_viewer(session, clinic.id, token, context.now(), context.request_id())
    except NotSignedIn:
        return False
    revoke(session, viewer, token, context.now())
    return True
