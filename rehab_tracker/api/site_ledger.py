"""Site ledgers: which joints ever hurt enough to count, and how each stands."""

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields

from rehab_tracker.api.door import PREFIX, STAFF, Blueprint
from rehab_tracker.domain.access import Action
from rehab_tracker.domain.site_ledger import Bout, SiteStanding
from rehab_tracker.services.site_ledger import read_ledgers
from rehab_tracker.web import context
from rehab_tracker.web.answers import answer
from rehab_tracker.web.policy import for_staff

blueprint = Blueprint(
    "site_ledgers",
    __name__,
    url_prefix=f"{PREFIX}/patients/<uuid:patient_id>/site-ledgers",
    description="Which places have hurt, and when.",
)


class BoutSchema(Schema):
    """Pain that counts, from its first to its last day; without ``resolved_on`` it has not settled."""

    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    resolved_on = fields.Date(metadata={"description": "14 days after the last day, or the first better day after."})


class SiteLedgerSchema(Schema):
    """One joint: how it stands today, and its bouts, oldest first."""

    site = fields.String(required=True)
    standing = fields.String(required=True, metadata={"enum": [str(each) for each in SiteStanding]})
    bouts = fields.List(fields.Nested(BoutSchema()), required=True)


class SiteLedgersSchema(Schema):
    """Every joint whose pain ever counted; one that is not listed never hurt enough."""

    data = fields.List(fields.Nested(SiteLedgerSchema()), required=True)


@blueprint.route("", methods=["GET"])
@for_staff(Action.READ_RECORD, "site-ledgers-read")
@blueprint.response(200, SiteLedgersSchema())
@blueprint.doc(operationId="list_site_ledgers", security=STAFF)
def site_ledgers(patient_id: UUID) -> Response:
    """Return of every joint that hurt enough to count when that was and how it stands."""
    found = read_ledgers(context.session(), context.viewer(), patient_id, context.now())
    rows = [
        {"site": str(joint), "standing": ledger.standing(found.today), "bouts": [_plain(b) for b in ledger.bouts]}
        for joint, ledger in sorted(found.ledgers.items(), key=lambda item: str(item[0]))
    ]
    return answer({"data": rows})


def _plain(bout: Bout) -> dict[str, Any]:
    told = {"first_day": bout.first, "last_day": bout.last, "resolved_on": bout.resolved_on}
    return {key: value for key, value in told.items() if value is not None}
