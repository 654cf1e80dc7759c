"""Templates: a clinic's protocols, each edit a new version; running plans keep the one they were started with."""

from typing import Any

from flask import Response
from marshmallow import Schema, fields

from rehab_tracker.api.door import PREFIX, STAFF, Blueprint
from rehab_tracker.api.reason import reason_field
from rehab_tracker.api.strict import Read, Strict
from rehab_tracker.api.version import HEADERS, IF_MATCH, seen_version, versioned
from rehab_tracker.domain.access import Action
from rehab_tracker.domain.errors import InvalidValue, NotFound
from rehab_tracker.domain.protocol import Template
from rehab_tracker.domain.template_json import plain_template
from rehab_tracker.services.templates import change_template, templates
from rehab_tracker.web import context
from rehab_tracker.web.answers import answer
from rehab_tracker.web.policy import for_staff

blueprint = Blueprint("templates", __name__, url_prefix=f"{PREFIX}/templates", description="The clinic's protocols.")

CONTENT: dict[str, Any] = {
    "type": "object",
    "description": "Phases with their steps, days, criteria, exercises and rhythm, and the numbers of hold and "
    "regress, all of it as it is told; code and version are given here and need not be sent.",
}


def _content(value: Any) -> dict[str, Any]:
    if type(value) is not dict:
        raise InvalidValue("Give one JSON object.", code="wrong-type")
    return dict(value)


class TemplateChangeSchema(Strict):
    """A whole protocol as it shall be from now on, for plans that start later; and why."""

    content = Read(_content, **CONTENT)
    reason = reason_field()


class TemplateSchema(Schema):
    """The newest version of a protocol."""

    code = fields.String(required=True)
    version = fields.Integer(required=True)
    content = fields.Raw(required=True, metadata=CONTENT)


class TemplatesSchema(Schema):
    """All protocols of the clinic."""

    data = fields.List(fields.Nested(TemplateSchema()), required=True)


@blueprint.route("", methods=["GET"])
@for_staff(Action.READ_TEMPLATES, "a protocol holds nothing of anybody")
@blueprint.response(200, TemplatesSchema())
@blueprint.doc(operationId="list_templates", security=STAFF)
def every() -> Response:
    """Return the clinic's protocols in their newest versions."""
    return answer({"data": [_plain(each) for each in templates(context.session(), context.viewer())]})


@blueprint.route("/<code>", methods=["GET"])
@for_staff(Action.READ_TEMPLATES, "a protocol holds nothing of anybody")
@blueprint.response(200, TemplateSchema(), headers=HEADERS)
@blueprint.doc(operationId="read_template", security=STAFF)
def one(code: str) -> Response:
    """Return one protocol in its newest version."""
    found = next((each for each in templates(context.session(), context.viewer()) if each.code == code), None)
    if found is None:
        raise NotFound()
    return versioned(_plain(found), found.version)


@blueprint.route("/<code>", methods=["PUT"])
@for_staff(Action.CHANGE_TEMPLATE, "template-changed")
@blueprint.arguments(TemplateChangeSchema())
@blueprint.response(200, TemplateSchema(), headers=HEADERS)
@blueprint.doc(operationId="change_template", security=STAFF, parameters=IF_MATCH)
def change(body: dict[str, Any], code: str) -> Response:
    """Keep an edited protocol as its next version; no running plan changes."""
    seen, asked = seen_version(), (context.session(), context.viewer())
    try:
        kept = change_template(*asked, code, body["content"], seen, body["reason"], context.now())
    except InvalidValue as fault:
        raise fault if fault.pointer == "/reason" else fault.at("/content") from None
    return versioned(_plain(kept), kept.version)


def _plain(template: Template) -> dict[str, Any]:
    said = plain_template(template)
    return {"code": said.pop("code"), "version": said.pop("version"), "content": said}
