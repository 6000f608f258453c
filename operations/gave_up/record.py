"""A row as bytes, in which nobody finds a number: sealed as in the mailbox, under a key of its own."""

import base64
import json
import os
from dataclasses import asdict
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from operations.gave_up.row import GaveUp

MOST_BYTES = 4096
_INFO = b"teamline:gave-up:1"
_NONCE_BYTES = 12  # NIST SP 800-38D: 96 bits, at random for each value
_SEALED = ("phone", "number")


class GaveUpRecords:
    """Rows as records and back. `secret`: the installation's. Its `repr` has no key."""

    def __init__(self, secret: bytes) -> None:
        self._cipher = AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=_INFO).derive(secret))

    def record(self, row: GaveUp) -> bytes:
        """The bytes of a row."""
        told = asdict(row)
        sealed = {name: self._sealed(row.id, name, told[name]) for name in _SEALED}
        return json.dumps(told | sealed, separators=(",", ":")).encode()

    def row(self, record: bytes) -> GaveUp | None:
        """The row of these bytes; None for what is none, or was sealed with another secret."""
        if len(record) > MOST_BYTES:
            return None
        try:
            told = json.loads(record)
            opened = {name: self._opened(told["id"], name, told[name]) for name in _SEALED}
            return _row({**told, **opened})
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError, InvalidTag):
            return None

    def _sealed(self, row: str, name: str, text: str) -> str:
        if not text:
            return ""
        nonce = os.urandom(_NONCE_BYTES)
        return base64.b64encode(nonce + self._cipher.encrypt(nonce, text.encode(), f"{row}/{name}".encode())).decode()

    def _opened(self, row: str, name: str, sealed: str) -> str:
        told = base64.b64decode(sealed, validate=True)
        if not told:
            return ""
        return self._cipher.decrypt(told[:_NONCE_BYTES], told[_NONCE_BYTES:], f"{row}/{name}".encode()).decode()


def _row(told: dict[str, Any]) -> GaveUp:
    waited = told["waited_seconds"]
    return GaveUp(
        id=str(told["id"]),
        team=str(told["team"]),
        at=float(told["at"]),
        waited_seconds=None if waited is None else float(waited),
        concern=str(told["concern"]),
        language=str(told["language"]),
        phone=told["phone"],
        number=told["number"],
        calls=int(told["calls"]),
        is_short=bool(told["is_short"]),
        arrival=int(told["arrival"]),
        credit=int(told["credit"]),
    )
