"""An entry as bytes, for the store and for the note beside its file: JSON, in which nobody finds a number.

Phone and customer number are sealed with AES-256-GCM under a key derived (HKDF-SHA-256) from the installation's
secret. What authenticates them is the entry's id and the field's name: a value put into another entry, or into
another field, does not open. A record is read leniently: a field that does not open, or is not there, is empty; what
is no record at all is still an entry, so that it can be seen, and erased.
"""

import base64
import hmac
import json
import os
import re
from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, cast

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from facts.contact import LeftKind, LeftState
from operations.mailbox.entry_id import came_at, is_entry_id
from operations.mailbox.ports import Entry

SEALED = ("phone", "number")
MOST_BYTES = 8192
"""No record is longer."""
_INFO = b"teamline:mailbox:1"
_MARK = b"teamline:mailbox:mark:1"
_NONCE_BYTES = 12  # NIST SP 800-38D: 96 bits, at random for each value
_WHOLE = ("arrival", "bytes", "pages", "credit", "placements", "attempts", "uncounted")
_LATEST = 32_503_680_000
"""Unix seconds, the year 3000: a later moment is none, and could not even be shown. No size or length is greater."""

log = structlog.get_logger()


class NoRecord(ValueError):
    """These bytes are no entry."""


class MailboxRecords:
    """Entries as records and back. `secret`: the installation's. Its `repr` has no key."""

    def __init__(self, secret: bytes) -> None:
        self._cipher = AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=_INFO).derive(secret))
        self._marking = HKDF(algorithm=SHA256(), length=32, salt=None, info=_MARK).derive(secret)

    def record(self, entry: Entry, before: bytes | None = None) -> bytes:
        """The bytes of an entry. `before`: the record that it replaces: what did not open there stays sealed."""
        told: dict[str, object] = {each.name: getattr(entry, each.name) for each in fields(entry)}
        sealed: dict[str, object] = {name: self._sealed(entry.id, name, str(told[name])) for name in SEALED}
        if before:
            sealed |= self._as_sealed_before(entry, before)
        return json.dumps(told | sealed, separators=(",", ":"), ensure_ascii=True).encode()

    def entry(self, record: bytes) -> Entry:
        """The entry of these bytes. Raises NoRecord."""
        return self._read(record)[1]

    def entry_or_shell(self, entry: str, team: str, record: bytes) -> Entry:
        """The same; for what cannot be read an entry with nothing but its id, team and time, logged."""
        try:
            return self.entry(record)
        except NoRecord:
            log.warning("mailbox_record_unreadable", entry=entry, cure="restore the store, or erase the entry")
            came = came_at(entry)
            return Entry(id=entry, what=LeftKind.DOCUMENT, team=team, came_at=came, arrival=int(came))

    def mark(self, digest: str, number: str) -> str:
        """By which the same content of the same customer is found again: tells neither. Empty without content."""
        return hmac.digest(self._marking, f"{digest}/{number}".encode(), "sha256").hex() if digest else ""

    def _as_sealed_before(self, entry: Entry, before: bytes) -> Mapping[str, object]:
        """The sealed values of what has not changed."""
        try:
            old, was = self._read(before)
        except NoRecord:
            return {}
        return {name: old[name] for name in SEALED if name in old and getattr(was, name) == getattr(entry, name)}

    def _read(self, record: bytes) -> tuple[Mapping[str, Any], Entry]:
        told = _parsed(record)
        known = {each.name: each for each in fields(Entry) if each.name in told}
        missing = [each.name for each in fields(Entry) if each.default is MISSING and each.name not in known]
        if missing or not is_entry_id(told["id"]):
            raise NoRecord
        values: dict[str, Any] = {name: _value(name, told[name]) for name in known if name not in SEALED}
        values |= {name: self._opened(told["id"], name, told.get(name)) for name in SEALED}
        return told, Entry(**values)

    def _sealed(self, entry: str, name: str, text: str) -> str:
        if not text:
            return ""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, text.encode(), _about(entry, name))
        return base64.b64encode(nonce + sealed).decode()

    def _opened(self, entry: str, name: str, sealed: object) -> str:
        if not isinstance(sealed, str) or not sealed:
            return ""
        try:
            told = base64.b64decode(sealed, validate=True)
            return self._cipher.decrypt(told[:_NONCE_BYTES], told[_NONCE_BYTES:], _about(entry, name)).decode()
        except (ValueError, InvalidTag):
            log.warning("mailbox_value_does_not_open", entry=entry, field=name, cure="bring the former secret back")
            return ""


def _about(entry: str, name: str) -> bytes:
    return f"{entry}/{name}".encode()


def _parsed(record: bytes) -> Mapping[str, Any]:
    if len(record) > MOST_BYTES:
        raise NoRecord
    try:
        told = json.loads(record)
    except (ValueError, RecursionError) as error:
        raise NoRecord from error
    if not isinstance(told, dict):
        raise NoRecord
    return cast("Mapping[str, Any]", told)


def _value(name: str, told: object) -> object:
    """A field's value with the type that Entry says. Raises NoRecord."""
    try:
        if name == "what":
            return LeftKind(cast("str", told))
        if name == "state":
            return LeftState(cast("str", told))
    except ValueError as error:
        raise NoRecord from error
    if not _fits(name, told):
        raise NoRecord
    return told


def _fits(name: str, told: object) -> bool:
    if told is None:
        return name in _MAY_LACK
    if isinstance(told, bool):
        return False
    if name in _WHOLE:
        return isinstance(told, int) and 0 <= told <= _LATEST
    if name == "seconds" or name.endswith("_at"):
        return isinstance(told, int | float) and 0 <= told <= _LATEST
    return isinstance(told, str) and not _SURROGATE(told)


_SURROGATE = re.compile("[\ud800-\udfff]").search
"""JSON can escape halves of characters, which nothing can be written with."""
_MAY_LACK = frozenset(each.name for each in fields(Entry) if each.default is None)
