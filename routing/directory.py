"""Keyed hash of a number -> the household's teams: one immutable table.

Theory of operation: a number is indexed by the first 8 bytes of its keyed hash, so the table holds no number,
and any two of 5.5 million numbers share a hash with a chance of one in a million. Beside each sorted hash stand
4 bytes: which of the few distinct assignments, and which letter. Customers whose numbers differ only in the
letter share a hash and lie beside each other.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from routing.number import NumberKind, TypedNumber, letter_fits
from routing.snapshot import Content, pack, unpack

LETTER_BITS = 16
CODES = 2**LETTER_BITS  # so many distinct assignments, and so many distinct letters
SHORTEST_SECRET = 16
_BLOCK_BYTES = 64  # FIPS 180-4: SHA-256 works on blocks of 64 bytes, FIPS 198-1 pads the key to one


@dataclass(frozen=True, slots=True)
class Assignment:
    """The teams of one household, and the language it prefers if known."""

    area: str
    benefit: str
    placement: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """One customer whose number fits what was typed."""

    assignment: Assignment
    letter: str | None = None


class Directory(Protocol):
    """What the decision needs of the table."""

    @property
    def version(self) -> str:
        """Which table this is."""
        ...

    def find(self, number: TypedNumber) -> tuple[Match, ...]:
        """Every customer that fits (an unwritten letter may fit several), in the letters' order."""
        ...


class KeyedHash:
    """HMAC-SHA-256 under the installation's secret. Raises ValueError for a secret under 16 bytes."""

    __slots__ = ("_customer", "_household", "_inner", "_outer", "fingerprint")

    def __init__(self, secret: bytes) -> None:
        if len(secret) < SHORTEST_SECRET:
            raise ValueError(f"the directory's secret has fewer than {SHORTEST_SECRET} bytes")
        short = secret if len(secret) <= _BLOCK_BYTES else hashlib.sha256(secret).digest()
        key = short.ljust(_BLOCK_BYTES, b"\0")
        # The two key blocks (FIPS 198-1, steps 4 and 7) and the kind are hashed once for all numbers:
        # a third of what hmac.digest() costs.
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in key))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in key))
        self._customer, self._household = self._inner.copy(), self._inner.copy()
        self._customer.update(f"{NumberKind.CUSTOMER}:".encode())
        self._household.update(f"{NumberKind.HOUSEHOLD}:".encode())
        self.fingerprint = self.seal((b"fingerprint of the directory's secret",)).hex()[:8]
        """Tells secrets apart without telling anything about them: 8 hex digits."""

    def __repr__(self) -> str:
        """Name the secret, never show it."""
        return f"KeyedHash({self.fingerprint})"

    def of(self, kind: NumberKind, canonical: str) -> int:
        """The first 8 bytes, big-endian, of the HMAC of `kind:canonical`."""
        inner = (self._customer if kind is NumberKind.CUSTOMER else self._household).copy()
        inner.update(canonical.encode("utf-8", "backslashreplace"))
        outer = self._outer.copy()
        outer.update(inner.digest())
        return int.from_bytes(outer.digest()[:8], "big")

    def seal(self, parts: Iterable[bytes | memoryview]) -> bytes:
        """The whole HMAC (32 bytes) of these parts, one after the other."""
        inner = self._inner.copy()
        for part in parts:
            inner.update(part)
        outer = self._outer.copy()
        outer.update(inner.digest())
        return outer.digest()


@dataclass(frozen=True, slots=True, eq=False)
class DirectoryTable:
    """The directory in memory, 12 bytes an indexed number; never changed.

    `hashes` is sorted, and within one hash by letter. A value is an index into `assignments` in its upper 16 bits,
    and one into `letters` in its lower.
    """

    version: str
    """`d-20261122T101500-1a2b3c`: when it was made (UTC) and its content, so that versions sort by time."""
    keyed_hash: KeyedHash
    hashes: NDArray[np.uint64]
    values: NDArray[np.uint32]
    assignments: tuple[Assignment, ...]
    letters: tuple[str, ...]

    def __repr__(self) -> str:
        """Which table this is."""
        return f"DirectoryTable({self.version}, {len(self)} numbers)"

    def __len__(self) -> int:
        """How many numbers it indexes, customers and households."""
        return len(self.hashes)

    @classmethod
    def empty(cls) -> "DirectoryTable":
        """The table before the first import: it knows nobody."""
        nobody = KeyedHash(bytes(SHORTEST_SECRET))
        return cls("d-empty", nobody, np.empty(0, np.uint64), np.empty(0, np.uint32), (), ())

    @property
    def nbytes(self) -> int:
        """Bytes in memory for all its entries."""
        return self.hashes.nbytes + self.values.nbytes + len(self._tail())

    @property
    def made_at(self) -> datetime | None:
        """When it was imported; None for the empty table."""
        try:
            return datetime.strptime(self.version.split("-")[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
        except ValueError:
            return None

    def find(self, number: TypedNumber) -> tuple[Match, ...]:
        """Every customer that fits (an unwritten letter may fit several), in the letters' order.

        Never raises.
        """
        # As np.uint64: beside a plain int numpy would first turn the whole array into floats.
        key = np.uint64(self.keyed_hash.of(number.kind, number.canonical))
        start, end = self.hashes.searchsorted(key), self.hashes.searchsorted(key, "right")
        matches = (self._match(value) for value in self.values[start:end].tolist())
        return tuple(match for match in matches if letter_fits(number, match.letter))

    def dated(self, now: datetime) -> "DirectoryTable":
        """The same table, its version telling that it was made at `now` (aware)."""
        digest = hashlib.sha256(self.hashes.tobytes() + self.values.tobytes() + self._tail()).hexdigest()[:6]
        return replace(self, version=f"d-{now.astimezone(UTC):%Y%m%dT%H%M%S}-{digest}")

    def to_bytes(self) -> bytes:
        """The table as a snapshot (`routing.snapshot`); some 12 bytes a number."""
        content = Content(self.hashes, self.values, self._tail(self.version))
        return pack(content, self.keyed_hash.fingerprint, self.keyed_hash.seal)

    @classmethod
    def from_bytes(cls, data: bytes, keyed_hash: KeyedHash) -> "DirectoryTable":
        """The table of a snapshot. Raises SnapshotForeign (another secret) or SnapshotDamaged."""
        content = unpack(data, keyed_hash.fingerprint, keyed_hash.seal)
        tail = json.loads(content.tail)
        assignments = tuple(Assignment(*fields) for fields in tail["assignments"])
        letters = tuple(tail["letters"])
        return cls(tail["version"], keyed_hash, content.hashes, content.values, assignments, letters)

    def _match(self, value: int) -> Match:
        return Match(self.assignments[value >> LETTER_BITS], self.letters[value % CODES] or None)

    def _tail(self, version: str | None = None) -> bytes:
        assignments = [astuple(assignment) for assignment in self.assignments]
        return json.dumps({"version": version, "assignments": assignments, "letters": self.letters}).encode()
