"""The team: who works here and whether mail reaches them; administrators change addresses and roles, and add people."""

from collections.abc import Callable
from uuid import UUID

from flask import Response, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from dashboards.pages.form import Option, Question, Said, Shape, fault_of, typed
from dashboards.pages.page import clinic_pages, done, home_of, page
from rehab_tracker.domain.access import STAFF, Action, Role
from rehab_tracker.domain.errors import InvalidValue, RehabError, WrongState
from rehab_tracker.domain.translation import N_
from rehab_tracker.mail.language import LANGUAGES
from rehab_tracker.services import team
from rehab_tracker.services.inviting import Way, invite_again
from rehab_tracker.services.staff import INVITATION_LIFE, Invitation, add_staff
from rehab_tracker.services.team import Standing
from rehab_tracker.storage.people import Staff
from rehab_tracker.web import context
from rehab_tracker.web.policy import for_staff

team_pages = clinic_pages("team_page")

ROLES = {
    Role.NURSE: N_("nurse"),
    Role.PHYSIATRIST: N_("physiatrist"),
    Role.CLINIC_ADMIN: N_("administrator"),
}
NAMES_OF_LANGUAGES = {"en-GB": "English", "pt-PT": "Português"}
NO_ROLE = N_("Choose a role from the list.")


@team_pages.get("/team")
@for_staff(Action.SEE_TEAM, "no patient is shown")
def show(slug: str) -> Response:
    """Return who works here, whether mail reaches them, and who has left."""
    found = team.team(context.session(), context.viewer(), context.now())
    here = [each for each in found if each.standing is not Standing.LEFT]
    return page("team.html", here=here, left=found[len(here) :], roles=ROLES)


def _roles() -> tuple[Option, ...]:
    return tuple(Option(str(role), gettext(name)) for role, name in ROLES.items())


def _email() -> Question:
    return Question("email", gettext("E-mail address"))


def _role_said(said: Said) -> Role:
    role = typed(said, "role")
    if role not in STAFF:
        raise InvalidValue(NO_ROLE, code="unknown-code", pointer="/role")
    return Role(role)


@team_pages.get("/team/add")
@for_staff(Action.MANAGE_STAFF, "the form tells of no patient")
def show_add(slug: str) -> Response:
    """Return the form that adds somebody to the staff."""
    return _add_form(MultiDict(), None)


def _add_form(said: Said, refusal: InvalidValue | None) -> Response:
    choose = Option("", gettext("choose"))
    languages = tuple(Option(code, NAMES_OF_LANGUAGES[code]) for code in LANGUAGES)
    asked = [
        Question("name", gettext("Name")),
        Question("email", gettext("E-mail address"), hint=gettext("The address with which this person signs in.")),
        Question("role", gettext("Role"), Shape.SELECT, (choose, *_roles())),
        Question("language", gettext("Language"), Shape.SELECT, languages),
    ]
    fault = fault_of(refusal, asked, said) if refusal else None
    return page("team_add.html", 422 if refusal else 200, asked=asked, said=said, fault=fault)


@team_pages.post("/team/add")
@for_staff(Action.MANAGE_STAFF, "staff-added")
def add(slug: str) -> Response:
    """Add somebody, and show the link with which they choose a password; it is shown this once, and kept nowhere."""
    said = MultiDict(request.form)
    email, name, language = (typed(said, each) for each in ("email", "name", "language"))
    verb, clinic, now = (context.session(), context.viewer()), context.clinic(), context.now()
    try:
        return _link(add_staff(*verb, clinic, email, name, _role_said(said), language, now))
    except InvalidValue as refusal:
        return _add_form(said, refusal)


def _link(invitation: Invitation, untold: bool = False) -> Response:
    link = current_app.config["BASE_URL"] + url_for("staff.invitation", token=invitation.token)
    hours = int(INVITATION_LIFE.total_seconds() // 3600)
    return page("team_link.html", name=invitation.staff.name, link=link, hours=hours, untold=untold)


@team_pages.get("/team/<uuid:staff_id>")
@for_staff(Action.MANAGE_STAFF, "no patient is shown")
def show_member(slug: str, staff_id: UUID) -> Response:
    """Return the forms that change what is known of one person."""
    return _member(staff_id, None)


def _member(staff_id: UUID, refusal: RehabError | None) -> Response:
    found = team.member(context.session(), context.viewer(), staff_id, context.now())
    known = {"email": found.member.email, "role": str(found.member.role)}
    said = MultiDict({name: typed(request.form, name) if name in request.form else known[name] for name in known})
    role = Question("role", gettext("Role"), Shape.SELECT, _roles())
    fault = fault_of(refusal, [_email(), role], said) if refusal else None
    status = 409 if isinstance(refusal, WrongState) else 422 if refusal else 200
    asked = {"email": _email(), "role": role}
    return page("team_member.html", status, found=found, asked=asked, said=said, fault=fault, roles=ROLES)


def _changed(staff_id: UUID, change: Callable[[], Staff], told: str) -> ResponseReturnValue:
    """Change somebody and go on to the team, or show the forms again with what is wrong."""
    try:
        staff = change()
    except (InvalidValue, WrongState) as refusal:
        return _member(staff_id, refusal)
    # Who gave up the own role may no longer see the team.
    is_own = staff_id == context.viewer().person
    return done(told, home_of(staff.role) if is_own else url_for("team_page.show"))


@team_pages.post("/team/<uuid:staff_id>/address")
@for_staff(Action.MANAGE_STAFF, "address-changed")
def change_address(slug: str, staff_id: UUID) -> ResponseReturnValue:
    """Change somebody's address, or try the same again after mail to it failed."""
    said = typed(request.form, "email")
    on, now = (context.session(), context.viewer(), staff_id), context.now()
    return _changed(staff_id, lambda: team.change_address(*on, said, now), gettext("The address is saved."))


@team_pages.post("/team/<uuid:staff_id>/role")
@for_staff(Action.MANAGE_STAFF, "role-changed")
def change_role(slug: str, staff_id: UUID) -> ResponseReturnValue:
    """Give somebody another role."""
    on, now = (context.session(), context.viewer(), staff_id), context.now()
    return _changed(
        staff_id, lambda: team.change_role(*on, _role_said(request.form), now), gettext("The role is saved.")
    )


@team_pages.post("/team/<uuid:staff_id>/disable")
@for_staff(Action.MANAGE_STAFF, "staff-disabled")
def disable(slug: str, staff_id: UUID) -> ResponseReturnValue:
    """Let somebody work here no more."""
    on, now = (context.session(), context.viewer(), staff_id), context.now()
    told = gettext("This person can no longer sign in and gets no more letters.")
    return _changed(staff_id, lambda: team.disable(*on, now), told)


@team_pages.post("/team/<uuid:staff_id>/enable")
@for_staff(Action.MANAGE_STAFF, "staff-enabled")
def enable(slug: str, staff_id: UUID) -> ResponseReturnValue:
    """Let somebody work here again."""
    on, now = (context.session(), context.viewer(), staff_id), context.now()
    return _changed(staff_id, lambda: team.enable(*on, now), gettext("This person can sign in again."))


@team_pages.post("/team/<uuid:staff_id>/invite")
@for_staff(Action.MANAGE_STAFF, "staff-invited, password-link-mailed or password-link-shown")
def invite(slug: str, staff_id: UUID) -> ResponseReturnValue:
    """Make a new invitation, and show its link, this once, unless it went to its owner's address."""
    session, viewer, now = context.session(), context.viewer(), context.now()
    try:
        again = invite_again(session, viewer, context.clinic(), staff_id, now)
    except WrongState as refusal:
        return _member(staff_id, refusal)
    if again.invitation is None:
        told = gettext("The link was mailed to %(address)s.", address=again.staff.email)
        return done(told, url_for("team_page.show"))
    return _link(again.invitation, again.way is Way.UNTOLD)
