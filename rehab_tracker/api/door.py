"""The door of the API: what every route of it shares, and the OpenAPI document that describes them.

flask-smorest is known here only: its own error document and pagination header are not ours.
"""

from collections.abc import Mapping
from typing import Any, NoReturn

import orjson
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from flask import Flask, Request, Response
from flask_smorest import Api as SmorestApi
from flask_smorest import Blueprint as SmorestBlueprint
from marshmallow import Schema, ValidationError, fields
from webargs.flaskparser import FlaskParser

from rehab_tracker.api.strict import Read, first_fault
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.web.body import json_body
from rehab_tracker.web.policy import for_everybody
from rehab_tracker.web.refusals import KINDS, PROBLEM_JSON, TYPES

PREFIX = "/api/v1"
DEVICE: list[dict[str, list[str]]] = [{"device": []}]
"""The security of an operation that only an enrolled phone may use."""

STAFF: list[dict[str, list[str]]] = [{"staff": []}]
"""The security of an operation for staff who are signed in."""

DESCRIPTION = """
The diary of a patient's rehabilitation, for phones, and under `/patients` the record, for staff. Times are RFC 3339
with offset; days are local days of the patient. Codes only ever grow: take an unknown one as "other". A key that is not
described is refused by name. What was not said is left out, never null. Every error is `application/problem+json`
(RFC 9457); `type` is from a closed list.

Staff are known by the cookie that the clinic's pages give them at sign-in; what changes something must also bear
`Origin` or `Sec-Fetch-Site`, as browsers send them. An answer's `ETag` is the version of what it tells. Whoever changes
that sends it back as `If-Match`: when somebody else was faster, the answer is 412 with both versions, `yours` and
`now`, and nothing was changed. What only adds, by `POST`, needs no version.
"""

SCHEMAS = "#/components/schemas/"


class FaultSchema(Schema):
    """One fault of a request; ``pointer`` (RFC 6901) says where, ``code`` never changes."""

    pointer = fields.String(required=True)
    code = fields.String(required=True)
    message = fields.String(required=True, metadata={"description": "In the patient's language."})


class ProblemSchema(Schema):
    """Any error, as RFC 9457 describes it; ``trace_id`` is what to tell those who help."""

    type = fields.String(required=True, metadata={"enum": [TYPES + kind.name for kind in KINDS.values()]})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    instance = fields.String(required=True)
    trace_id = fields.String(required=True)
    errors = fields.List(fields.Nested(FaultSchema()), required=True)
    yours = fields.Integer(metadata={"description": "Of a 412: the version that your change was made on."})
    now = fields.Integer(metadata={"description": "Of a 412: the version that there is now."})


class StrictParser(FlaskParser):
    """Reads strict JSON bodies only, and refuses what a schema doesn't know, wherever it stands."""

    DEFAULT_UNKNOWN_BY_LOCATION = {"json": None, "query": None}

    def load_json(self, req: Request, schema: Schema) -> Any:
        """Return the request's body."""
        return json_body()

    def handle_error(self, error: ValidationError, req: Request, schema: Schema, **how: Any) -> NoReturn:
        """Raise the first fault as our own refusal."""
        [(_, errors)] = error.messages_dict.items()
        raise first_fault(errors)


class Blueprint(SmorestBlueprint):
    """Routes of one concept."""

    ARGUMENTS_PARSER = StrictParser()


class Api(SmorestApi):
    """The API: problem documents only, and one document that describes it all."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Do nothing: ``web.refusals`` writes every error."""

    def _register_pagination_header(self) -> None:
        """Do nothing: pages end in the body."""

    def _register_responses(self) -> None:
        self.DEFAULT_RESPONSE_CONTENT_TYPE = PROBLEM_JSON
        super()._register_responses()
        self.DEFAULT_RESPONSE_CONTENT_TYPE = SmorestApi.DEFAULT_RESPONSE_CONTENT_TYPE

    @for_everybody("the description of the API holds nothing of anybody")
    def _openapi_json(self) -> Response:
        document = orjson.dumps(self.spec.to_dict(), option=orjson.OPT_INDENT_2)
        response = Response(document, content_type="application/json")
        response.headers["Cache-Control"] = "public, max-age=300"
        return response


class Listed(Read):
    """A list whose items are not looked at here; the document describes each as one of these, by its ``kind``."""

    def __init__(self, of_kind: Mapping[Any, type[Schema]], **documented: Any) -> None:
        super().__init__(_list, type="array", **documented)
        self.of_kind = of_kind


def _list(value: Any) -> list[Any]:
    if type(value) is not list:
        raise InvalidValue("Give a list.", code="wrong-type")
    return value


def _documented(self: OpenAPIConverter, field: Any, **how: Any) -> dict[str, Any]:
    """Return what a strict field says of its own OpenAPI type."""
    if not isinstance(field, Read):
        return {}
    said: dict[str, Any] = {"type": field.metadata["type"]}
    if isinstance(field, Listed):
        kinds = {
            str(kind): self.resolve_nested_schema(schema())  # type: ignore[no-untyped-call]
            for kind, schema in field.of_kind.items()
        }
        mapping = {kind: found["$ref"] for kind, found in kinds.items()}
        found = {"propertyName": "kind", "mapping": mapping}
        said["items"] = {"oneOf": list(kinds.values()), "discriminator": found}
    return said


def _name(schema: type[Schema] | Schema) -> str:
    found = schema if isinstance(schema, type) else type(schema)
    return found.__name__.removesuffix("Schema")


def open_door(app: Flask, blueprints: list[Blueprint], described: Mapping[str, dict[str, Any]]) -> None:
    """Register the routes of the API and its document; ``described`` are schemas that no field holds, by name."""
    plugin: Any = MarshmallowPlugin(schema_name_resolver=_name)
    app.config.update(API_TITLE="rehab_tracker", API_VERSION="1", OPENAPI_VERSION="3.0.3", OPENAPI_URL_PREFIX=PREFIX)
    api = Api(app, spec_kwargs={"marshmallow_plugin": plugin, "info": {"description": DESCRIPTION.strip()}})
    plugin.converter.add_attribute_function(_documented)
    api.spec.components.security_scheme("device", {"type": "http", "scheme": "bearer"})
    api.spec.components.security_scheme("staff", {"type": "apiKey", "in": "cookie", "name": app.config["STAFF_COOKIE"]})
    for name, schema in described.items():
        api.spec.components.schema(name, schema)
    for blueprint in blueprints:
        api.register_blueprint(blueprint)
