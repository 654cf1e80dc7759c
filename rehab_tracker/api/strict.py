"""Strict fields: each hands what came to the domain, whose codes and bounds are the only ones, and keeps its refusal.

Nothing is converted: ``"7"``, ``7.0`` and ``true`` are no 7, and null is no way to leave something out.
"""

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any
from uuid import UUID

from marshmallow import RAISE, Schema, ValidationError, fields, missing

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.strict_json import checked_text
from rehab_tracker.domain.translation import N_

LONGEST_INTEGER = 18
"""Digits of a number in a query that surely fit into the 64 bits of a database integer."""

MISSING = N_("The key %(key)s is missing.")
UNKNOWN = N_("There is no key named %(key)s here.")
WRONG_TYPE = N_("This value is of another type than it should be.")
SAID = {"missing-key": MISSING, "unknown-key": UNKNOWN, "wrong-type": WRONG_TYPE}
"""Faults that only marshmallow sees, which it names by their code."""


class Strict(Schema):
    """A schema that refuses unknown keys, and whose own faults are codes."""

    class Meta:
        """Unknown keys are refused, and the document says so."""

        unknown = RAISE

    error_messages = {"type": "wrong-type", "unknown": "unknown-key"}


class Read(fields.Field[Any]):
    """A field that a function reads; what it refuses is kept as the field's error."""

    default_error_messages = {"required": "missing-key", "null": "wrong-type", "invalid": "wrong-type"}

    def __init__(self, read: Callable[[Any], Any], *, required: bool = True, **documented: Any) -> None:
        super().__init__(required=required, metadata=documented)
        self.read = read

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **kwargs: Any) -> Any:
        """Return what was read; null is read like anything else."""
        if value is missing:
            if self.required:
                raise self.make_error("required")
            return missing
        try:
            return self.read(value)
        except InvalidValue as fault:
            raise ValidationError([fault]) from None


def whole(*, required: bool = False, **documented: Any) -> Read:
    """Return a field for a whole number; its bounds are the domain's to check."""
    return Read(_whole, required=required, type="integer", **documented)


def yes_no(*, required: bool = False, **documented: Any) -> Read:
    """Return a field for true or false."""
    return Read(_yes_no, required=required, type="boolean", **documented)


def text(longest: int | None = None, *, required: bool = True, **documented: Any) -> Read:
    """Return a field for a text, with the characters and the length that the domain permits."""
    if longest is not None:
        documented["maxLength"] = longest
    return Read(lambda value: checked_text(_text(value), longest), required=required, type="string", **documented)


def code(codes: type[StrEnum], *, required: bool = False, **documented: Any) -> Read:
    """Return a field for one code of a closed list, which may grow: apps must take an unknown one as "other"."""

    def read(value: Any) -> StrEnum:
        try:
            return codes(value)
        except ValueError:
            raise InvalidValue("Choose an answer from the list.", code="unknown-code") from None

    return Read(read, required=required, type="string", enum=[str(c) for c in codes], **documented)


def many(inner: fields.Field[Any], *, required: bool = True, **documented: Any) -> fields.List[Any]:
    """Return a field for a list."""
    wrong: dict[str, Any] = {"required": "missing-key", "null": "wrong-type", "invalid": "wrong-type"}
    return fields.List(inner, required=required, metadata=documented, error_messages=wrong)


def in_query(least: int, most: int, otherwise: int, **documented: Any) -> Read:
    """Return a field for a whole number in a query, where everything is text; ``otherwise`` is its default."""

    def read(value: Any) -> int:
        if not _text(value).isascii() or not value.isdecimal() or len(value) > LONGEST_INTEGER:
            raise InvalidValue("Give a whole number.", code="wrong-type")
        if not least <= int(value) <= most:
            raise InvalidValue("Give a number from %(least)d to %(most)d.", code="out-of-range", least=least, most=most)
        return int(value)

    return Read(read, required=False, type="integer", minimum=least, maximum=most, default=otherwise, **documented)


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise InvalidValue("Give a whole number.", code="wrong-type")
    return value


def _yes_no(value: Any) -> bool:
    if type(value) is not bool:
        raise InvalidValue("Give true or false.", code="wrong-type")
    return value


def _text(value: Any) -> str:
    if type(value) is not str:
        raise InvalidValue("Give a text.", code="wrong-type")
    return value


def or_nothing(longest: int | None = None) -> Callable[[Any], str | None]:
    """Return what reads a text or null, which takes away what was there."""
    return lambda value: None if value is None else checked_text(_text(value), longest)


def uuid(*, required: bool = True, **documented: Any) -> Read:
    """Return a field for the id of something that is there."""
    return Read(_uuid, required=required, type="string", format="uuid", **documented)


def _uuid(value: Any) -> UUID:
    try:
        found = UUID(_text(value))
    except ValueError:
        found = None
    if found is None or str(found) != value.lower():
        raise InvalidValue("Give an id, like 0196a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b.", code="bad-uuid")
    return found


def read_text(read: Callable[[str], Any], **documented: Any) -> Read:
    """Return a field for a text that a function of the domain reads."""
    return Read(lambda value: read(_text(value)), type="string", **documented)


def first_fault(errors: Any, pointer: str = "") -> InvalidValue:
    """Return the first of marshmallow's errors as a refusal that points to its place (RFC 6901)."""
    return next(faults(errors, pointer))


def faults(errors: Any, pointer: str = "", key: str = "") -> Iterator[InvalidValue]:
    """Yield marshmallow's errors as refusals that point to their places."""
    if isinstance(errors, dict):
        for name, inner in errors.items():
            here = pointer if name == "_schema" else f"{pointer}/{_escaped(str(name))}"
            yield from faults(inner, here, str(name))
        return
    for error in errors:
        if isinstance(error, InvalidValue):
            error.at(pointer)
            yield error
        else:
            yield InvalidValue(SAID[error], code=error, pointer=pointer, key=key)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
