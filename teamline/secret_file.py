"""The one secret of an installation: made at first start, outside the store, never readable by others."""

import base64
import hashlib
import hmac
import os
import secrets
import stat
from pathlib import Path

LENGTH = 32


class SecretRefused(Exception):
    """The secret file cannot be trusted: the sentence says why, and the cure."""


def read_or_create(path: Path) -> bytes:
    """The secret, created (mode 0600) if there is none. Raises SecretRefused if others may read it."""
    if not path.exists():
        _create(path)
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SecretRefused(f"{path}: others may read it (mode {mode:04o}): chmod 600 {path}")
    secret = path.read_bytes()
    if len(secret) < LENGTH:
        raise SecretRefused(
            f"{path}: it holds {len(secret)} bytes, fewer than {LENGTH}: restore it from your backup; "
            "with a new one every customer has to be imported again"
        )
    return secret


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Written beside and linked into place: a crash leaves no half secret, and of two starts one wins.
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(LENGTH))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(beside, path)
        except FileExistsError:
            return
    finally:
        beside.unlink()


def derived(secret: bytes, purpose: str) -> str:
    """A password of 26 letters and digits for one purpose, the same at every start."""
    digest = hmac.digest(secret, f"teamline:{purpose}".encode(), hashlib.sha256)
    return base64.b32encode(digest[:16]).decode().rstrip("=").lower()


def phone_password(secret: bytes, phone: str) -> str:
    """The SIP password of a member's or kiosk's phone."""
    return derived(secret, f"phone:{phone}")
