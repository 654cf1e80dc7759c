"""Templates: a clinic's protocols, each edit a new version; running plans keep the version they were started with."""

from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from rehab_tracker.domain.access import Action, Viewer, must_be_allowed
from rehab_tracker.domain.default_protocol import DEFAULT_TEMPLATE
from rehab_tracker.domain.errors import NotFound, OutOfDate
from rehab_tracker.domain.person import checked_reason
from rehab_tracker.domain.protocol import Template
from rehab_tracker.domain.template_json import plain_template, template_of
from rehab_tracker.services import audit
from rehab_tracker.services.transaction import transaction
from rehab_tracker.storage.plans import ProtocolTemplate, newest_templates

SHIPPED = "Shipped with the program."


def templates(session: Session, viewer: Viewer) -> list[Template]:
    """Return the clinic's protocols in their newest versions; one that it never edited is the shipped one."""
    must_be_allowed(viewer, Action.READ_TEMPLATES)
    with transaction(session):
        own = {code: template_of(row.content) for code, row in newest_templates(session, viewer.clinic_id).items()}
    return list(({DEFAULT_TEMPLATE.code: DEFAULT_TEMPLATE} | own).values())


def template_in_force(session: Session, viewer: Viewer, now: datetime) -> Template:
    """Return the protocol that new plans are started with, kept as the clinic's own, in the caller's transaction."""
    if not newest_templates(session, viewer.clinic_id):
        _keep(session, viewer, DEFAULT_TEMPLATE, SHIPPED, now, shipped=True)
    # What another request kept at the same moment counts as well as ours.
    return template_of(newest_templates(session, viewer.clinic_id)[DEFAULT_TEMPLATE.code].content)


def change_template(
    session: Session, viewer: Viewer, code: str, content: dict[str, Any], seen: int, reason: str, now: datetime
) -> Template:
    """Keep an edited protocol as its next version and return it; no running plan changes.

    ``content`` is as ``plain_template`` writes it; its version is given here. Raises NotFound for an unknown code,
    OutOfDate unless ``seen`` is the newest version, InvalidValue for content that is no protocol or without a reason.
    """
    must_be_allowed(viewer, Action.CHANGE_TEMPLATE)
    why = checked_reason(reason)
    with transaction(session):
        if code != DEFAULT_TEMPLATE.code:
            raise NotFound()
        newest = template_in_force(session, viewer, now)
        if newest.version != seen:
            raise OutOfDate(yours=seen, now=newest.version)
        changed = template_of(content | {"code": code, "version": newest.version + 1})
        if not _keep(session, viewer, changed, why, now):
            raise OutOfDate(yours=seen, now=changed.version)
        audit.note(session, viewer, "template-changed", now, subject=f"{code} {changed.version}")
    return changed


def _keep(
    session: Session, viewer: Viewer, template: Template, reason: str, now: datetime, shipped: bool = False
) -> bool:
    """Keep a version of a protocol; return False where another request has just kept its own under that number."""
    row = ProtocolTemplate(
        clinic_id=viewer.clinic_id,
        code=template.code,
        version=template.version,
        content=plain_template(template),
        author=None if shipped else viewer.person,
        reason=reason,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        newest = newest_templates(session, viewer.clinic_id).get(template.code)
        if newest is None or newest.version < template.version:
            raise
        return False
    return True
