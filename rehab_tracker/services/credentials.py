"""Secrets that people and phones carry: made here, kept only as digests, and found under the clinic they begin with."""

import secrets
from hashlib import sha256

from rehab_tracker.domain.errors import NotSignedIn

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that is taken for a digit, so that codes can be read out on the phone."""

CODE_CHARACTERS = 12
"""60 random bits: with the throttle on wrong tries, out of reach for guessing within a code's life."""

REFERENCE_CHARACTERS = 5
PUBLIC_ID_CHARACTERS = 8
TOKEN_BYTES = 32


def readable(characters: int) -> str:
    """Return this many random characters that can be read out without mistakes."""
    return "".join(secrets.choice(ALPHABET) for _ in range(characters))


def new_token(public_id: str) -> str:
    """Return a new opaque token of 256 random bits that begins with the clinic's public id."""
    return f"{public_id}.{secrets.token_urlsafe(TOKEN_BYTES)}"


def new_code(public_id: str) -> str:
    """Return a new one-time code, in groups of four, that begins with the clinic's public id."""
    return "-".join(_groups(public_id + readable(CODE_CHARACTERS)))


def _groups(text: str, size: int = 4) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


def clinic_of(secret: str) -> str:
    """Return the public id with which a token or a code begins; raise NotSignedIn when it can't be one."""
    found = plain_code(secret)[:PUBLIC_ID_CHARACTERS]
    if len(found) != PUBLIC_ID_CHARACTERS or not set(found) <= set(ALPHABET):
        raise NotSignedIn()
    return found


def plain_code(code: str) -> str:
    """Return a code as it was made: without the blanks and hyphens, and with the letters people mistake put right."""
    bare = code.upper().replace("-", "").replace(" ", "")
    return bare.translate(str.maketrans("ILO", "110"))


def digest(secret: str) -> str:
    """Return what is kept of a secret that has enough random bits to need no slow hash."""
    return sha256(secret.encode()).hexdigest()
