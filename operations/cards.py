"""Customer cards: a token that holds a number which only we can read, and that can be revoked.

A token is `TLK1` and base32 (RFC 4648) of a nonce and the number, sealed with AES-256-GCM under a key derived
(HKDF-SHA-256) from the installation's secret: letters and digits alone, so that every scanner types it and a QR code
holds it in its small alphabet. Two cards of the same number differ. The number is padded: a token's length tells
nothing.
"""

import base64
import hashlib
import os
import re
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MARK = "TLK1"
LONGEST_NUMBER = 32
_INFO = b"teamline:card:1"
_NONCE_BYTES = 12  # NIST SP 800-38D: 96 bits, at random for each card
_TOKEN = re.compile(rf"{MARK}[A-Z2-7]{{96}}").fullmatch  # 12 + 32 + 16 bytes


class CardRefused(Exception):
    """This is no card of ours, or it has been revoked. The sentence repeats nothing of it."""


class Revoked(Protocol):
    """The cards that count no more. Both raise MailboxAway when nobody can tell."""

    async def has(self, card: str) -> bool:
        """Whether the card with this id was revoked."""
        ...

    async def add(self, card: str) -> None:
        """It counts no more: durable on return."""
        ...


class Cards:
    """Makes, reads and revokes cards. `secret`: the installation's. Its `repr` has no key."""

    def __init__(self, secret: bytes, revoked: Revoked) -> None:
        self._cipher = AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=_INFO).derive(secret))
        self._revoked = revoked

    def make(self, number: str) -> str:
        """The token of a new card for this number (as written, at most 32 characters). Raises ValueError."""
        plain = number.encode("ascii")
        if not 0 < len(plain) <= LONGEST_NUMBER:
            raise ValueError("a card holds a number of 1 to 32 characters")
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, plain.ljust(LONGEST_NUMBER, b"\0"), MARK.encode())
        return MARK + base64.b32encode(nonce + sealed).decode().rstrip("=")

    async def number_on(self, token: str) -> str:
        """The number that the card holds. Raises CardRefused, MailboxAway."""
        number = self._read(token)
        if await self._revoked.has(_id(token)):
            raise CardRefused("this card has been revoked")
        return number

    async def revoke(self, token: str) -> None:
        """It counts no more. Raises CardRefused for what is no card of ours, MailboxAway."""
        self._read(token)
        await self._revoked.add(_id(token))

    def _read(self, token: str) -> str:
        if not _TOKEN(token):
            raise CardRefused("this is no customer card")
        told = base64.b32decode(token[len(MARK) :])
        try:
            plain = self._cipher.decrypt(told[:_NONCE_BYTES], told[_NONCE_BYTES:], MARK.encode())
        except InvalidTag as error:
            raise CardRefused("this is no customer card of this centre") from error
        return plain.rstrip(b"\0").decode("ascii")


def _id(token: str) -> str:
    """What the store knows of a card: nobody finds the card by it."""
    return hashlib.sha256(token.encode()).hexdigest()[:32]
