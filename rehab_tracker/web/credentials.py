"""Credentials: before every request, who asks is found out, and whether the route's policy lets them.

A view without a policy is refused. A request has exactly one clinic: its token's, or the one its address names.
"""

from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request

from rehab_tracker.domain.access import must_be_allowed
from rehab_tracker.domain.errors import NotAllowed, NotFound, NotSignedIn
from rehab_tracker.domain.translation import N_
from rehab_tracker.services.credentials import clinic_of, digest
from rehab_tracker.services.enrolment import device_viewer
from rehab_tracker.services.staff import WHOLE_LIFE, signed_in
from rehab_tracker.storage.clinics import Clinic
from rehab_tracker.storage.database import under_clinic
from rehab_tracker.web import context
from rehab_tracker.web.admission import MOST_A_MINUTE, Admission
from rehab_tracker.web.body import must_fit
from rehab_tracker.web.directory import Directory
from rehab_tracker.web.exposed import refuse_exposed_tokens
from rehab_tracker.web.policy import Credential, Policy, policy_of

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
SAME_ORIGIN = ("same-origin", "none")
"""What browsers say of a request that no other site began."""

CROSS_SITE = N_("This form came from another site. Open our page and try again.")
NOT_A_PHONE = N_("This phone is not signed in. Ask your clinic for a new code.")


def set_up(app: Flask, https: bool, most_a_minute: int = MOST_A_MINUTE) -> None:
    """Have every request of the app checked."""
    app.extensions["rehab-directory"] = Directory()
    app.extensions["rehab-admission"] = Admission(most_a_minute)
    app.config["STAFF_COOKIE"] = "__Host-session" if https else "session"
    app.before_request(check)


def directory() -> Directory:
    """Return the app's directory of clinics."""
    found: Directory = current_app.extensions["rehab-directory"]
    return found


def check() -> None:
    """Let the request through to its view, with who asks in the context; raise a refusal otherwise."""
    must_fit()
    refuse_exposed_tokens(directory())
    if request.endpoint is None:
        return  # there is no such route, which Flask says next
    policy = policy_of(current_app.view_functions[request.endpoint])
    if policy is None:
        raise NotAllowed()
    if request.method not in SAFE_METHODS:
        _must_be_our_own_page(policy)
    if policy.credential is Credential.DEVICE:
        _device()
    elif policy.credential is Credential.STAFF:
        _staff()
    else:
        _address()
    if policy.action is not None:
        must_be_allowed(context.viewer(), policy.action)


def bind(clinic: Clinic) -> None:
    """Let the rest of the request work for this clinic."""
    g.clinic = clinic
    under_clinic(context.session(), clinic.id)


def _device() -> None:
    """Find out which patient's phone asks, by the token in the Authorization header."""
    token = bearer_token()
    if request.method not in SAFE_METHODS:
        admission: Admission = current_app.extensions["rehab-admission"]
        admission.admit(digest(token), context.now())
    clinic = directory().of_public_id(context.session(), clinic_of(token))
    if clinic is None:
        raise NotSignedIn(NOT_A_PHONE, code="reauthenticate")
    bind(clinic)
    g.viewer = device_viewer(context.session(), clinic.id, token, context.now(), context.request_id())


def bearer_token() -> str:
    """Return the token in the Authorization header; raise NotSignedIn where there is none."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise NotSignedIn(NOT_A_PHONE, code="reauthenticate")
    return token.strip()


def _staff() -> None:
    """Find out who of the staff asks, by the session's cookie; it must be of the clinic in the address."""
    token = session_token()
    clinic = _address() or directory().of_public_id(context.session(), clinic_of(token))
    if clinic is None or clinic_of(token) != clinic.public_id:
        raise NotSignedIn()
    bind(clinic)
    signed = signed_in(context.session(), clinic.id, token, context.now(), context.request_id())
    g.viewer, g.staff_name = signed.viewer, signed.name


def _address() -> Clinic | None:
    """Return the clinic that the address names, and work for it; None where the address names none."""
    slug = (request.view_args or {}).get("slug")
    if slug is None:
        return None
    clinic = directory().of_slug(context.session(), slug)
    if clinic is None:
        raise NotFound()
    bind(clinic)
    return clinic


def session_token() -> str:
    """Return the token in the staff session's cookie; empty when there is none."""
    return request.cookies.get(current_app.config["STAFF_COOKIE"], "")


def keep_session(response: Response, token: str) -> Response:
    """Return the answer with the staff session's cookie, which no script can read and no other site can send."""
    response.set_cookie(
        current_app.config["STAFF_COOKIE"],
        token,
        max_age=WHOLE_LIFE,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


def forget_session(response: Response) -> Response:
    """Return the answer without the staff session's cookie."""
    response.delete_cookie(
        current_app.config["STAFF_COOKIE"],
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


def _must_be_our_own_page(policy: Policy) -> None:
    """Raise NotAllowed when another site began this request.

    Old browsers say nothing of it: then a cookie is not enough. Tokens in headers can't be sent by other sites.
    """
    if policy.credential is Credential.DEVICE or policy.from_anywhere:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        is_ours = site in SAME_ORIGIN
    elif origin is not None:
        is_ours = urlsplit(origin).netloc == request.host
    else:
        is_ours = policy.credential is Credential.NONE
    if not is_ours:
        raise NotAllowed(CROSS_SITE, code="cross-site")
