"""What each kind of record item says, as the OpenAPI document describes it: made from the fields that read it."""

import inspect
from collections.abc import Iterator
from dataclasses import is_dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from rehab_tracker.api.door import SCHEMAS
from rehab_tracker.api.strict import Read, read_text
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.partial_date import LONGEST_WORDS, PartialDate, Precision, partial_date
from rehab_tracker.domain.reader import LONGEST_TEXT, MOST_ITEMS, Between, Field, fields_of
from rehab_tracker.domain.record_item import CONTENT, ItemKind
from rehab_tracker.domain.site import SITES, Site, site

Described = dict[str, Any]

TYPES: dict[type, Described] = {
    str: {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    Decimal: {"type": "number"},
    UUID: {"type": "string", "format": "uuid"},
    Site: {"type": "string", "enum": list(SITES)},
}
PARTIAL_DATE: Described = {
    "type": "object",
    "description": "A date as far as it is known: `2026`, `2026-03` or `2026-03-05`, and how exactly.",
    "properties": {
        "date": {"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"},
        "precision": {"type": "string", "enum": [str(precision) for precision in Precision]},
        "source_text": {"type": "string", "minLength": 1, "maxLength": LONGEST_WORDS},
    },
    "required": ["date"],
    "additionalProperties": False,
}


def described() -> dict[str, Described]:
    """Return the schema of every content and of what contents are made of, by name."""
    found = {"PartialDate": PARTIAL_DATE}
    for kind in CONTENT.values():
        found |= {part.__name__: _object(part) for part in _parts(kind)}
    return found


def _parts(kind: type) -> Iterator[type]:
    yield kind
    for field in fields_of(kind).values():
        if is_dataclass(field.holds) and field.holds not in (PartialDate, Site):
            yield from _parts(field.holds)


def _object(kind: type) -> Described:
    fields = fields_of(kind)
    needed = [name for name, field in fields.items() if field.needed]
    return {
        "type": "object",
        "description": inspect.getdoc(kind),
        "properties": {name: _field(field) for name, field in fields.items()},
        **({"required": needed} if needed else {}),
        "additionalProperties": False,
    }


def _field(field: Field) -> Described:
    one = _one(field.holds, field.bounds)
    return {"type": "array", "items": one, "maxItems": MOST_ITEMS} if field.many else one


def _one(holds: type, bounds: Between | None) -> Described:
    if holds in TYPES:
        limits = {"minimum": float(bounds.least), "maximum": float(bounds.most)} if bounds else {}
        return TYPES[holds] | limits
    if issubclass(holds, StrEnum):
        return {"type": "string", "enum": [str(code) for code in holds]}
    return {"$ref": SCHEMAS + holds.__name__}


CONTENT_OF_KIND: Described = {
    "type": "object",
    "anyOf": [{"$ref": SCHEMAS + content.__name__} for content in CONTENT.values()],
    "description": "What it says, by its kind: "
    + ", ".join(f"`{kind}` {CONTENT[kind].__name__}" for kind in ItemKind)
    + ". A fact that is left out is not recorded; false, or `absent`, says that somebody looked.",
}
DATE: Described = {"type": "object", "allOf": [{"$ref": SCHEMAS + "PartialDate"}]}


def site_field(description: str, *, required: bool = True) -> Read:
    """Return a field for a place."""
    return read_text(site, required=required, enum=list(SITES), description=description)


def content_field() -> Read:
    """Return a field for a content, which is read when its kind is known."""
    return Read(_any_object, **CONTENT_OF_KIND)


def _any_object(value: Any) -> Any:
    if type(value) is not dict:
        raise InvalidValue("Give one JSON object.", code="wrong-type")
    return value


def date_field(description: str) -> Read:
    """Return a field for a date as far as it is known; a text like ``2026-03`` is taken too."""
    return Read(partial_date, required=False, description=description, **DATE)
