"""Meta: our clock and our limits, which no app should hold in its own code."""

from flask import Response
from marshmallow import Schema, fields

from rehab_tracker.api.door import PREFIX, Blueprint
from rehab_tracker.api.push import MOST_ITEMS
from rehab_tracker.domain.entry import MOST_DAYS_BACK
from rehab_tracker.mail.language import LANGUAGES
from rehab_tracker.services.entries import LONGEST_PAGE
from rehab_tracker.web import context
from rehab_tracker.web.answers import answer
from rehab_tracker.web.body import MOST_BYTES
from rehab_tracker.web.policy import for_everybody

blueprint = Blueprint("meta", __name__, url_prefix=PREFIX, description="Our clock and our limits.")


class LimitsSchema(Schema):
    """How much is taken at once."""

    body_bytes = fields.Integer(required=True)
    push_items = fields.Integer(required=True)
    page_entries = fields.Integer(required=True)
    days_back = fields.Integer(required=True)


class MetaSchema(Schema):
    """Our clock, our limits, our languages."""

    server_time = fields.DateTime(required=True)
    languages = fields.List(fields.String(), required=True)
    limits = fields.Nested(LimitsSchema(), required=True)


@blueprint.route("/meta", methods=["GET"])
@for_everybody("holds nothing of anybody")
@blueprint.response(200, MetaSchema())
@blueprint.doc(operationId="read_meta")
def meta() -> Response:
    """Return our clock, our limits and our languages."""
    limits = {
        "body_bytes": MOST_BYTES,
        "push_items": MOST_ITEMS,
        "page_entries": LONGEST_PAGE,
        "days_back": MOST_DAYS_BACK,
    }
    return answer({"server_time": context.now(), "languages": LANGUAGES, "limits": limits})
