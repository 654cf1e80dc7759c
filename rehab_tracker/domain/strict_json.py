"""JSON as we accept it: UTF-8, no NaN or infinity, no key twice, no lone surrogates or control characters, not deep.

The standard reader takes all of these. A NaN becomes NULL in SQLite, so that a pain becomes "no answer"; of two equal
keys the last one wins; a lone surrogate or a deep nest ends in a crash.
"""

import math
from collections.abc import Iterable
from json import JSONDecoder
from typing import Any

from rehab_tracker.domain.errors import InvalidValue

DEEPEST = 8
LONGEST_KEY = 64
HARMLESS_CONTROLS = "\n\t"
NOT_PLAIN = -1 << 20
"""Stands for a number of texts that no value has."""


def strict_json(raw: bytes | str) -> Any:
    """Return the value of this JSON text; raise InvalidValue (``invalid-json``, ``too-deep``) for any other text."""
    try:
        text = raw.decode("utf-8") if isinstance(raw, bytes) else raw
        if (plain := _plain_json(text)) is not None:
            return plain
        value = STRICT.decode(text)
    except RecursionError:
        raise _too_deep() from None
    except ValueError as fault:  # bad UTF-8 and bad JSON are both ValueErrors
        raise InvalidValue("This is not JSON that we can read.", code="invalid-json") from fault
    _checked(value)
    return value


def _plain_json(text: str) -> Any:
    """Return the object that a plain text is, None for any other text: a quick way through for nearly all of them.

    Plain is ASCII without a backslash, so that no string holds a bad character, and every quotation mark begins or ends
    a key or a string: where a key stands twice, the object holds fewer of them than the text.
    """
    if not text.startswith("{") or "\\" in text or not text.isascii():
        return None
    try:
        value, end = QUICK.raw_decode(text)
    except (ValueError, RecursionError):
        return None
    is_all = end == len(text) or not text[end:].strip(" \n\r\t")
    return value if is_all and 2 * _texts(value) == text.count('"') else None


def _texts(value: dict[str, Any] | list[Any], depth: int = 0) -> int:
    """Return how many keys and strings there are in this, less than 0 for what is too deep or has too long a key."""
    found = 0
    items: Iterable[Any] = value
    if isinstance(value, dict):
        found, items = len(value), value.values()
        if found and max(map(len, value)) > LONGEST_KEY:
            return NOT_PLAIN
    for item in items:
        if type(item) is str:
            found += 1
        elif type(item) is dict or type(item) is list:
            found += _texts(item, depth + 1) if depth + 1 < DEEPEST else NOT_PLAIN
    return found


def _checked(value: Any, depth: int = 0) -> None:
    if isinstance(value, str):
        _encodable(value)
    elif depth == DEEPEST and isinstance(value, dict | list):
        raise _too_deep()
    elif isinstance(value, dict):
        for key, item in value.items():
            checked_text(key, longest=LONGEST_KEY)
            _checked(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _checked(item, depth + 1)


def _encodable(text: str) -> None:
    """Raise InvalidValue for a lone surrogate, which nothing can encode; other odd characters are a field's matter."""
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise InvalidValue("Some characters cannot be stored. Remove them.", code="bad-text") from None


def checked_text(text: str, longest: int | None = None) -> str:
    """Return the text; raise InvalidValue for lone surrogates, control characters, or more code points than allowed."""
    if longest is not None and len(text) > longest:
        raise InvalidValue("Write at most %(longest)d characters.", code="too-long", longest=longest)
    if text.isascii() and text.isprintable():
        return text
    for character in text:
        if "\ud800" <= character <= "\udfff" or (character < " " and character not in HARMLESS_CONTROLS):
            raise InvalidValue("Some characters cannot be stored. Remove them.", code="bad-text")
    return text


def _too_deep() -> InvalidValue:
    return InvalidValue("This is nested too deeply.", code="too-deep")


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError("not a finite number")
    return number


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


STRICT = JSONDecoder(parse_constant=_no_constant, parse_float=_finite, object_pairs_hook=_no_key_twice)
QUICK = JSONDecoder(parse_constant=_no_constant, parse_float=_finite)
