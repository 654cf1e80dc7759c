"""Clinics: adding one, and the settings and texts in force, each a version that is never changed."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed, system
from rehab_tracker.domain.clinic import RuleSettings
from rehab_tracker.domain.errors import InvalidValue, NotFound, NotReady
from rehab_tracker.domain.moment import time_zone
from rehab_tracker.domain.strict_json import checked_text
from rehab_tracker.domain.working_hours import WorkingHours
from rehab_tracker.services import audit
from rehab_tracker.services.credentials import PUBLIC_ID_CHARACTERS, readable
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.alert_due import count_all
from rehab_tracker.storage.clinics import Clinic, ClinicSettings, clinic_of_slug, settings_of
from rehab_tracker.storage.database import under_clinic
from rehab_tracker.storage.people import staff_of_email

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_SLUG = 40
LONGEST_LINE = 200
EMERGENCY_NUMBER = "112"
"""The emergency number throughout the European Union; a clinic elsewhere sets its own."""

ANY_ZONE = time_zone("UTC")
KEYS = frozenset(("phone", "hours", "emergency_number", "rules", "shadow", "calendar"))


@dataclass(frozen=True, slots=True)
class InForce:
    """A clinic's settings in their newest version; version None where it never set any."""

    version: int | None
    phone: str
    hours: str
    emergency_number: str
    rules: RuleSettings


def add_clinic(
    session: Session, slug: str, name: str, zone: str, phone: str, hours: str, now: datetime, is_demo: bool = False
) -> Clinic:
    """Add a clinic with its phone and hours, and return it; the session is the owner's.

    Raises InvalidValue for a slug that is taken or not kebab-case, or an unknown time zone.
    """
    if len(slug) > LONGEST_SLUG or not SLUG.fullmatch(slug):
        raise InvalidValue("Use small letters, digits and hyphens for the clinic's short name.", code="bad-slug")
    _over({}, {"phone": phone, "hours": hours})
    with transaction(session):
        if clinic_of_slug(session, slug):
            raise InvalidValue("There is a clinic of this short name already.", code="taken")
        clinic = Clinic(
            public_id=readable(PUBLIC_ID_CHARACTERS),
            slug=slug,
            name=checked_text(name, LONGEST_LINE),
            time_zone=time_zone(zone).key,
            is_demo=is_demo,
            created_at=now,
        )
        session.add(clinic)
    under_clinic(session, clinic.id)
    change_settings(session, system(clinic.id), {"phone": phone, "hours": hours}, "clinic added", now)
    return clinic


def change_settings(session: Session, viewer: Viewer, values: dict[str, Any], reason: str, now: datetime) -> InForce:
    """Make a new version of the clinic's settings with these values over the present ones, and return it.

    ``values`` may hold phone, hours, emergency_number, rules (numbers by name of RuleSettings), shadow (the codes of
    all rules that run silently from now on; alerts that stand already stay as they are) and calendar (the week, the
    holidays or both, as WorkingHours reads them; the deadlines of standing alerts are counted anew).
    Raises InvalidValue for a name that is no setting, a rule's number outside its bounds, a rule that must be heard, or
    working hours that can't be.
    """
    must_be_allowed(viewer, Action.CHANGE_SETTINGS)
    unknown = sorted(set(values) - KEYS)
    if unknown:
        raise InvalidValue("There is no setting named %(name)s.", code="unknown-key", name=unknown[0])
    with transaction(session):
        present = settings_of(session, viewer.clinic_id)
        row = ClinicSettings(
            clinic_id=viewer.clinic_id,
            version=present.version + 1 if present else 1,
            values=_over(present.values if present else {}, values),
            author=viewer.person,
            reason=checked_text(reason, LONGEST_LINE),
            created_at=now,
        )
        session.add(row)
        if "calendar" in values:
            count_all(session, viewer.clinic_id, now)
        audit.note(session, viewer, "settings-changed", now, version=row.version)
    return _in_force(row)


def _over(present: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Return the new values over the present ones, a rule's number over its like; raise InvalidValue for a bad one."""
    for key in sorted(set(new) - {"rules", "shadow", "calendar"}):
        if not isinstance(new[key], str):
            raise InvalidValue("Give a text.", code="wrong-type", pointer=f"/{key}")
        checked_text(new[key], LONGEST_LINE)
    rules = {**present.get("rules", {}), **new.get("rules", {})}
    shadow = new.get("shadow", present.get("shadow", []))
    if not isinstance(shadow, list):
        raise InvalidValue("Give a list of rules.", code="wrong-type", pointer="/shadow")
    silent = sorted(RuleSettings.of(rules, shadow).shadow)
    found = {**present, **new}
    found |= {"rules": rules} if rules else {}
    found |= {"calendar": _calendar(present.get("calendar", {}), new["calendar"])} if "calendar" in new else {}
    return found | ({"shadow": silent} if "shadow" in found else {})


def _calendar(present: dict[str, Any], new: object) -> dict[str, Any]:
    """Return the new week or holidays over the present ones; what they mean depends on no zone."""
    told = {**present, **new} if isinstance(new, dict) else new
    return WorkingHours.of(told, ANY_ZONE).plain


def calendar_of(session: Session, clinic_id: int) -> WorkingHours:
    """Return when a clinic works, on its own clock; Monday to Friday from 8 to 17 where it never said."""
    zone = time_zone(session.get_one(Clinic, clinic_id).time_zone)
    row = settings_of(session, clinic_id)
    return WorkingHours.of(row.values.get("calendar", {}) if row else {}, zone)


def in_force(session: Session, clinic_id: int) -> InForce:
    """Return the clinic's settings in their newest version, with the shipped defaults for what it never set."""
    return _in_force(settings_of(session, clinic_id))


def _in_force(row: ClinicSettings | None) -> InForce:
    values = row.values if row else {}
    return InForce(
        version=row.version if row else None,
        phone=values.get("phone", ""),
        hours=values.get("hours", ""),
        emergency_number=values.get("emergency_number", EMERGENCY_NUMBER),
        rules=RuleSettings.of(values.get("rules", {}), values.get("shadow", ())),
    )


def named(session: Session, slug: str) -> Clinic:
    """Return the clinic of this short name; raise NotFound when there is none. The session is bound to it."""
    with transaction(session):
        clinic = clinic_of_slug(session, slug)
    if clinic is None:
        raise NotFound("There is no clinic named %(slug)s.", slug=slug)
    under_clinic(session, clinic.id)
    return clinic


def author_of(session: Session, clinic_id: int, email: str) -> Viewer:
    """Return the member of staff with this address, as who changes a setting; raise NotFound when nobody has it."""
    with transaction(session):
        member = staff_of_email(session, clinic_id, email.strip())
    if member is None or member.disabled_at:
        raise NotFound("Nobody of this clinic has the e-mail address %(email)s.", email=email)
    return Viewer(clinic_id, member.role, member.id, language=member.language)


def must_be_reachable(settings: InForce) -> None:
    """Raise NotReady unless patients can be told how to reach the clinic."""
    if not settings.phone or not settings.hours:
        raise NotReady("Set the clinic's phone and hours first: patients must know whom to call, and when.")
