"""How administrators' verbs about the team are called about porto, for the promises about every verb."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Role, Viewer
from rehab_tracker.services import alerts, giving_back, inviting, staff, team
from rehab_tracker.storage.people import Staff
from tests.cast import Cast, at, canary

Call = Callable[[Any, Session, Viewer], object]
NOW = at(2)


def somebody_left(cast: Cast) -> None:
    """Let somebody work at porto for a day."""
    word, alda = canary(cast.porto.slug, "gone"), cast.viewer_of(cast.alda)
    with cast.session() as session:
        mail = f"{word}@clinic.example"
        added = staff.add_staff(session, alda, cast.porto, mail, f"{word}-name", Role.NURSE, "en-GB", at(0))
        team.disable(session, alda, added.staff.id, at(1))


def _invited(w: Any) -> UUID:
    """Who was invited to porto and has done nothing there yet."""
    found: UUID = next(each.id for each in w.cast.rows(Staff) if "invited" in each.email)
    return found


def _changes_address(w: Any, s: Session, v: Viewer) -> object:
    return team.change_address(s, v, _invited(w), "zqporto-invited-anew@clinic.example", NOW)


def _changes_role(w: Any, s: Session, v: Viewer) -> object:
    return team.change_role(s, v, _invited(w), Role.PHYSIATRIST, NOW)


def _disables(w: Any, s: Session, v: Viewer) -> object:
    return team.disable(s, v, _invited(w), NOW)


def _enables(w: Any, s: Session, v: Viewer) -> object:
    [left] = [each for each in w.cast.rows(Staff) if each.disabled_at]
    return team.enable(s, v, left.id, NOW)


def _invites_again(w: Any, s: Session, v: Viewer) -> object:
    return inviting.invite_again(s, v, w.clinic(v), _invited(w), NOW)


def _gives_back(w: Any, s: Session, v: Viewer) -> object:
    # What somebody must have before it is given back is taken for the administrator alone.
    if v == w.viewer("alda"):
        alerts.acknowledge(s, w.viewer("nuno"), w.cast.alert("sudden-severe-pain", "left-hip").id, NOW)
    return giving_back.give_back(s, v, w.cast.nuno.id, NOW)


def _reads_member(w: Any, s: Session, v: Viewer) -> object:
    return team.member(s, v, _invited(w), NOW)


def reads_team(w: Any, s: Session, v: Viewer) -> object:
    """Let somebody read who works here."""
    return team.team(s, v, NOW)


OF_ADMINS: dict[str, Call] = {
    "giving_back.give_back": _gives_back,
    "inviting.invite_again": _invites_again,
    "team.change_address": _changes_address,
    "team.change_role": _changes_role,
    "team.disable": _disables,
    "team.enable": _enables,
    "team.member": _reads_member,
}
"""Verbs of the clinic's administrators, who alone may."""
