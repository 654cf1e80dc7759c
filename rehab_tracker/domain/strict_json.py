"""JSON as we accept it: UTF-8, no NaN or infinity, no key twice, no lone surrogates or control characters, not deep.

The standard reader takes all of these. A NaN becomes NULL in SQLite, so that a pain becomes "no answer"; of two equal
keys the last one wins; a lone surrogate or a deep nest ends in a crash.
"""

import json
import math
from typing import Any

from rehab_tracker.domain.errors import InvalidValue

DEEPEST = 8
LONGEST_KEY = 64
HARMLESS_CONTROLS = "\n\t"


def strict_json(raw: bytes | str) -> Any:
    """Return the value of this JSON text; raise InvalidValue (``invalid-json``, ``too-deep``) for any other text."""
    try:
        text = raw.decode("utf-8") if isinstance(raw, bytes) else raw
        value = json.loads(text, parse_constant=_no_constant, parse_float=_finite, object_pairs_hook=_no_key_twice)
    except RecursionError:
        raise _too_deep() from None
    except ValueError as fault:  # bad UTF-8 and bad JSON are both ValueErrors
        raise InvalidValue("This is not JSON that we can read.", code="invalid-json") from fault
    _checked(value)
    return value


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
