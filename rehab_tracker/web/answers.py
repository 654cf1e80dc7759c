"""Answers: JSON as it leaves us, by orjson, which knows no NaN; what comes in is read by ``domain.strict_json``."""

from typing import Any

import orjson
from flask import Response
from flask.json.provider import JSONProvider

from rehab_tracker.domain.strict_json import strict_json


class StrictJson(JSONProvider):
    """The app's JSON: strict in, fast out."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """Return the value as compact JSON; what Flask would say about indents and order is not heard."""
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Return the value of a JSON text; raise InvalidValue for any that is not strict."""
        return strict_json(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        """Return a JSON answer."""
        return answer(self._prepare_response_obj(args, kwargs))


def answer(value: Any, status: int = 200) -> Response:
    """Return a JSON answer."""
    return Response(orjson.dumps(value), status, content_type="application/json")
