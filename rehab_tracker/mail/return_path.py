"""Return paths: each letter goes out under an address of its own, so that what comes back says which letter it was.

The address carries the clinic, the letter and a signature; nobody can make one, nor move one to another letter.
"""

import hmac
import re
from base64 import b32decode, b32encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from typing import NamedTuple
from uuid import UUID

CLINIC_BYTES, LETTER_BYTES = 4, 16
SIGNATURE_BYTES = 10
"""80 bits: out of reach for guessing by mail, and short enough for an address."""

TOKEN_CHARACTERS = (CLINIC_BYTES + LETTER_BYTES + SIGNATURE_BYTES) * 8 // 5
TOKEN = re.compile(rf"(?<![a-z2-7])[a-z2-7]{{{TOKEN_CHARACTERS}}}(?![a-z2-7])", re.IGNORECASE | re.ASCII)
"""How a token looks; servers may change the case of an address."""

LONGEST_LOCAL_PART = 64
"""Characters before the @ (RFC 5321, 4.5.3.1.1)."""

PURPOSE = b"return path 1:"


class Returned(NamedTuple):
    """The letter that a return path names."""

    clinic_id: int
    letter_id: UUID


@dataclass(frozen=True, slots=True)
class ReturnPath:
    """Where undelivered letters come back to: ``name+token@host``; the first of ``keys`` signs, each of them is known.

    Without a key all letters go out under ``name@host`` and none is told apart. The settings see to it that the name
    leaves room for the token.
    """

    address: str
    keys: Sequence[str] = ()

    def of(self, clinic_id: int, letter_id: UUID) -> str:
        """Return the return path of one letter."""
        name, _, host = parseaddr(self.address)[1].rpartition("@")
        if not self.keys:
            return f"{name}@{host}"
        told = clinic_id.to_bytes(CLINIC_BYTES) + letter_id.bytes
        token = b32encode(told + _signature(self.keys[0], told)).decode().lower()
        return f"{name}+{token}@{host}"

    def named_in(self, texts: Iterable[str]) -> Returned | None:
        """Return the letter whose signed token stands in one of these texts, which anybody may have written."""
        for text in texts:
            for found in TOKEN.findall(text):
                whole = b32decode(found.upper())
                told, signature = whole[:-SIGNATURE_BYTES], whole[-SIGNATURE_BYTES:]
                if any(hmac.compare_digest(_signature(key, told), signature) for key in self.keys):
                    return Returned(int.from_bytes(told[:CLINIC_BYTES]), UUID(bytes=told[CLINIC_BYTES:]))
        return None


def _signature(key: str, told: bytes) -> bytes:
    return hmac.digest(key.encode(), PURPOSE + told, "sha256")[:SIGNATURE_BYTES]
