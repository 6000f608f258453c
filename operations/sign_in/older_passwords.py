"""Passwords as an earlier release kept them: `scrypt$1$<n>$<r>$<p>$<salt>$<hash>`, base64 without padding."""

import base64
import hashlib
import hmac

MOST_COST = (2**17, 16, 8)
"""n, r, p: more is not paid."""
_WAY = ("scrypt", "1")


def is_older(kept_as: str) -> bool:
    """Whether it was kept so."""
    return kept_as.startswith("$".join((*_WAY, "")))


def is_right(password: str, kept_as: str) -> bool:
    """Whether the password is the one that this was made of. Blocks for about a quarter of a second."""
    try:
        n, r, p, salt = _parts(kept_as)
    except (ValueError, IndexError):
        return False
    if not all(0 < each <= most for each, most in zip((n, r, p), MOST_COST, strict=True)):
        return False
    try:
        found = made(password, salt, (n, r, p))
    except ValueError:
        return False
    return hmac.compare_digest(found.encode(), kept_as.encode("utf-8", "surrogatepass"))


def made(password: str, salt: bytes, cost: tuple[int, int, int]) -> str:
    """What was kept of a password. Raises ValueError for a cost that scrypt does not know."""
    n, r, p = cost
    found = hashlib.scrypt(
        password.encode("utf-8", "surrogatepass"), salt=salt, n=n, r=r, p=p, maxmem=256 * n * r + 2**20, dklen=32
    )
    return "$".join((*_WAY, str(n), str(r), str(p), _text(salt), _text(found)))


def _parts(kept_as: str) -> tuple[int, int, int, bytes]:
    n, r, p, salt = kept_as.split("$")[2:6]
    return int(n), int(r), int(p), base64.b64decode(salt + "=" * (-len(salt) % 4), validate=True)


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode().rstrip("=")
