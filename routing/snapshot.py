"""The directory as bytes: a fixed head, two arrays as they lie in memory, a JSON tail, and a seal over all.

Little-endian. 24 bytes of head (magic with the format's version, the secret's fingerprint, entries, length of
the tail), 8 bytes a hash, 4 bytes a value, the tail, 32 bytes HMAC-SHA-256 of all before. Reading copies nothing.
"""

import hmac
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MAGIC = b"TLDIR\x00\x00\x01"
_HEAD = struct.Struct("<8s8sII")
_SEAL_BYTES = 32
_ENTRY_BYTES = 12

Seal = Callable[[Iterable[bytes | memoryview]], bytes]
"""HMAC-SHA-256 of these parts under the directory's secret."""


class SnapshotUnusable(ValueError):
    """The directory snapshot cannot be used: the sentence says why, and the cure."""


class SnapshotDamaged(SnapshotUnusable):
    """The directory snapshot is damaged or no snapshot at all: import the customer file again."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the directory snapshot is damaged ({why}): import the customer file again")


class SnapshotForeign(SnapshotUnusable):
    """The directory snapshot was made with another secret."""

    def __init__(self) -> None:
        super().__init__(
            "the directory snapshot was made with another secret: put the secret file of that time back, "
            "or import the customer file again"
        )


@dataclass(frozen=True, slots=True)
class Content:
    """What a snapshot holds: sorted hashes, a value for each, and the JSON text that explains the values."""

    hashes: NDArray[np.uint64]
    values: NDArray[np.uint32]
    tail: bytes


def pack(content: Content, fingerprint: str, seal: Seal) -> bytes:
    """The snapshot of this content under the secret with this fingerprint (8 ASCII characters)."""
    head = _HEAD.pack(MAGIC, fingerprint.encode(), len(content.hashes), len(content.tail))
    hashes = content.hashes.astype("<u8", copy=False).tobytes()
    parts = (head, hashes, content.values.astype("<u4", copy=False).tobytes(), content.tail)
    return b"".join((*parts, seal(parts)))


def unpack(data: bytes, fingerprint: str, seal: Seal) -> Content:
    """The content of a snapshot; its arrays are read-only views of `data`.

    Raises SnapshotForeign for another secret's, SnapshotDamaged for anything that `pack` did not make.
    """
    if len(data) < _HEAD.size + _SEAL_BYTES:
        raise SnapshotDamaged("it is too short")
    magic, made_with, entries, tail_bytes = _HEAD.unpack_from(data)
    if magic != MAGIC:
        raise SnapshotDamaged("it does not begin like one of this version")
    if made_with != fingerprint.encode():
        raise SnapshotForeign
    tail_at = _HEAD.size + entries * _ENTRY_BYTES
    if len(data) != tail_at + tail_bytes + _SEAL_BYTES:
        raise SnapshotDamaged("its length is wrong")
    if not hmac.compare_digest(seal((memoryview(data)[:-_SEAL_BYTES],)), data[-_SEAL_BYTES:]):
        raise SnapshotDamaged("its checksum is wrong")
    hashes = np.frombuffer(data, "<u8", entries, _HEAD.size)
    values = np.frombuffer(data, "<u4", entries, _HEAD.size + hashes.nbytes)
    return Content(hashes, values, data[tail_at:-_SEAL_BYTES])
