"""E-mail addresses: how one is kept, and what is mistyped."""

import re

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.strict_json import checked_text

LONGEST_ADDRESS = 254
"""Characters that a mail server takes (RFC 5321)."""

_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*", re.ASCII)
"""An address as it is written in practice; no comma or bracket that would make it two, or a name."""


def mail_address(text: str, pointer: str = "") -> str:
    """Return an e-mail address as it is kept, casefolded; raise InvalidValue (``bad-address``) for what is none."""
    try:
        address = checked_text(text.strip().casefold(), LONGEST_ADDRESS)
    except InvalidValue as fault:
        raise fault.at(pointer) from None
    if not ADDRESS.fullmatch(address):
        raise _bad(pointer)
    return address


def outside_address(text: str, pointer: str = "") -> str:
    """Return the address of somebody outside the clinic as it is kept; one without a dot after @ is mistyped."""
    address = mail_address(text, pointer)
    if "." not in address.partition("@")[2]:
        raise _bad(pointer)
    return address


def _bad(pointer: str) -> InvalidValue:
    return InvalidValue("Give an e-mail address like ana@clinic.example.", code="bad-address", pointer=pointer)
