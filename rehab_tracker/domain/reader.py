"""Values as plain JSON and back, driven by the fields of their dataclasses; strict, so that nothing is guessed.

A field that may be None is *not recorded* when its key is left out; null is refused, because it says neither "absent"
nor "nobody asked". A list that is left out is not recorded, an empty one says "looked for, and there was none". Bounds
stand beside their field: ``Annotated[int, Between(0, 10)]``.
"""

import re
from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields, is_dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, NamedTuple, TypeVar, get_args, get_origin, get_type_hints
from uuid import UUID

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.partial_date import PartialDate, partial_date, unknown_key
from rehab_tracker.domain.site import Site, site
from rehab_tracker.domain.strict_json import checked_text

LONGEST_TEXT = 2_000
"""Characters of one text of the record."""

MOST_ITEMS = 50
"""How many items one list of the record may hold."""

MOST_DECIMALS = 4
"""Decimals that a measured number may have; more come from a calculation, not from a report."""

DECIMAL = re.compile(r"-?\d{1,9}(\.\d{1,9})?", re.ASCII)

Value = TypeVar("Value")


class Between(NamedTuple):
    """The least and the most that a number may be."""

    least: Decimal | int
    most: Decimal | int


@dataclass(frozen=True, slots=True)
class Field:
    """What one field holds: its type, whether as a list, whether it must be there, and its bounds."""

    holds: type
    many: bool
    needed: bool
    bounds: Between | None


def fields_of(kind: Any) -> dict[str, Field]:
    """Return the fields of a dataclass by name, as its annotations say them."""
    return _fields_of(kind)


@cache
def _fields_of(kind: Any) -> dict[str, Field]:
    hints = get_type_hints(kind, include_extras=True)
    needed = {f.name: f.default is MISSING for f in fields(kind)}
    return {name: _field(hints[name], needed[name]) for name in needed}


def _field(hint: Any, needed: bool) -> Field:
    [hint] = [part for part in get_args(hint) if part is not type(None)] if type(None) in get_args(hint) else [hint]
    many = get_origin(hint) is tuple
    inner = get_args(hint)[0] if many else hint
    holds, bounds = get_args(inner) if get_origin(inner) is Annotated else (inner, None)
    return Field(holds, many, needed, bounds)


def plain(value: Any) -> Any:
    """Return a value as plain JSON values under its own field names; what was not said is left out."""
    match value:
        case PartialDate():
            return value.plain()
        case Site() | StrEnum() | UUID():
            return str(value)
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case tuple():
            return [plain(item) for item in value]
        case _ if is_dataclass(value):
            said = ((name, getattr(value, name)) for name in fields_of(type(value)))
            return {name: plain(item) for name, item in said if item is not None}
    return value


def read(kind: type[Value], value: object, pointer: str = "") -> Value:
    """Return the dataclass that these plain JSON values say: ``read(kind, plain(x)) == x``.

    Raises InvalidValue with a pointer below ``pointer``: ``unknown-key``, ``missing-key``, ``wrong-type``,
    ``unknown-code``, ``unknown-site``, ``bad-date``, ``too-precise``, and whatever the dataclass itself refuses.
    """
    try:
        if not isinstance(value, dict):
            raise InvalidValue("Give one JSON object.", code="wrong-type")
        _checked_keys(value, fields_of(kind))
        return kind(**{name: _field_value(fields_of(kind)[name], name, item) for name, item in value.items()})
    except InvalidValue as fault:
        raise fault.at(pointer) from None


def _checked_keys(value: dict[str, Any], known: dict[str, Field]) -> None:
    for key in value:
        if key not in known:
            raise unknown_key(str(key))
    for key, field in known.items():
        if field.needed and key not in value:
            raise InvalidValue("The key %(key)s is missing.", code="missing-key", pointer=f"/{key}", key=key)


def _field_value(field: Field, name: str, value: Any) -> Any:
    if not field.many:
        return _one(field.holds, value, f"/{name}")
    if type(value) is not list:
        raise InvalidValue("Give a list.", code="wrong-type", pointer=f"/{name}")
    return tuple(_one(field.holds, item, f"/{name}/{at}") for at, item in enumerate(value))


def _one(holds: Any, value: Any, pointer: str) -> Any:
    if holds is PartialDate:
        return partial_date(value, pointer)
    if holds not in SCALARS and not issubclass(holds, StrEnum):
        return read(holds, value, pointer)
    try:
        return _scalar(holds, value)
    except InvalidValue as fault:
        raise fault.at(pointer) from None


def _scalar(holds: Any, value: Any) -> Any:
    if holds in WORDS:
        if type(value) is not holds:
            raise InvalidValue(WORDS[holds], code="wrong-type")
        return value
    if holds is Decimal:
        return _decimal(value)
    if type(value) is not str:
        raise InvalidValue("Give a text.", code="wrong-type")
    if holds is Site:
        return site(value)
    return _uuid(value) if holds is UUID else _code(holds, value)


SCALARS = (str, int, bool, Decimal, Site, UUID)
WORDS = {str: "Give a text.", int: "Give a whole number.", bool: "Give true or false."}


def _decimal(value: object) -> Decimal:
    """Return the number, exactly as it is written; a JSON number, or a text with a decimal point."""
    if type(value) is str and not DECIMAL.fullmatch(value) or type(value) not in (str, int, float):
        raise InvalidValue("Give a number, with a point before the decimals.", code="wrong-type")
    number = Decimal(str(value))
    if not number.is_finite():
        raise InvalidValue("Give a number, with a point before the decimals.", code="wrong-type")
    return number


def _code(codes: type[StrEnum], value: str) -> StrEnum:
    try:
        return codes(value)
    except ValueError:
        raise InvalidValue("Choose an answer from the list.", code="unknown-code") from None


def _uuid(value: str) -> UUID:
    try:
        found = UUID(value)
    except ValueError:
        found = None
    if found is None or str(found) != value:
        raise InvalidValue("Give the id of an item of this record.", code="bad-uuid")
    return found


def checked(content: object) -> None:
    """Raise InvalidValue, with a pointer, unless every text, list and number of a dataclass is within its bounds."""
    for name, field in fields_of(type(content)).items():
        value = getattr(content, name)
        if field.many and len(value or ()) > MOST_ITEMS:
            raise InvalidValue("List at most %(most)d.", code="too-many", pointer=f"/{name}", most=MOST_ITEMS)
        for pointer, item in _spread(name, value):
            try:
                _within(item, field.bounds)
            except InvalidValue as fault:
                raise fault.at(pointer) from None


def _spread(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, tuple):
        yield from ((f"/{name}/{at}", item) for at, item in enumerate(value))
    elif value is not None:
        yield f"/{name}", value


def _within(value: Any, bounds: Between | None) -> None:
    if type(value) is str:
        checked_text(value, longest=LONGEST_TEXT)
        if not value.strip():
            raise InvalidValue("Leave it out where there is nothing to say.", code="empty-text")
    if bounds is not None and not bounds.least <= value <= bounds.most:
        raise InvalidValue(
            "Give a number from %(least)s to %(most)s.", code="out-of-range", least=bounds.least, most=bounds.most
        )
    if isinstance(value, Decimal) and _decimals(value) > MOST_DECIMALS:
        raise InvalidValue("Give at most %(most)d decimals.", code="too-precise", most=MOST_DECIMALS)


def _decimals(number: Decimal) -> int:
    """Return how many decimals a number has; rounding it to compare would fail for a very large one."""
    exponent = number.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0
