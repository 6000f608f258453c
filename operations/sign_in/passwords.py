"""Passwords and tokens, and what is kept of them. A password is hashed by scrypt, a random token by SHA-256 alone.

Format of a kept password: `scrypt$1$<n>$<r>$<p>$<salt>$<hash>`, base64 without padding. The first two words name
the way it was made, so that another can follow beside it.
"""

import asyncio
import base64
import hashlib
import hmac
import secrets

COST = (2**15, 8, 3)
"""n, r, p: 32 MiB and about a quarter of a second (OWASP Password Storage Cheat Sheet, scrypt)."""
MOST_COST = (2**17, 16, 8)
MOST_CHARACTERS = 256
SHORTEST = 12
_WAY = ("scrypt", "1")
_AT_ONCE = asyncio.Semaphore(2)


def fresh_token() -> str:
    """256 random bits, as 43 letters, digits, `-` and `_`."""
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """What is kept of a token or cookie: SHA-256 in hex. Nobody can guess 256 random bits, so no salt, no cost."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


async def kept(password: str) -> str:
    """What is kept of a password; worked out in a thread."""
    return await asyncio.to_thread(_made, password, secrets.token_bytes(16), COST)


async def is_right(password: str, kept_as: str) -> bool:
    """Whether the password is the one that this was made of; as slow for an empty `kept_as`, and then never."""
    async with _AT_ONCE:
        return await asyncio.to_thread(_is_right, password, kept_as or _NOBODYS)


def _is_right(password: str, kept_as: str) -> bool:
    way, version, *rest = (*kept_as.split("$"), "", "")
    if (way, version) != _WAY or len(password) > MOST_CHARACTERS:
        return False
    try:
        n, r, p = (int(each) for each in rest[:3])
        salt = _bytes(rest[3])
    except (ValueError, IndexError):
        return False
    if not all(0 < each <= most for each, most in zip((n, r, p), MOST_COST, strict=True)):
        return False
    return hmac.compare_digest(_made(password, salt, (n, r, p)), kept_as)


def _made(password: str, salt: bytes, cost: tuple[int, int, int]) -> str:
    n, r, p = cost
    found = hashlib.scrypt(
        password.encode("utf-8", "surrogatepass"), salt=salt, n=n, r=r, p=p, maxmem=256 * n * r + 2**20, dklen=32
    )
    return "$".join((*_WAY, str(n), str(r), str(p), _text(salt), _text(found)))


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)


_NOBODYS = "$".join((*_WAY, *map(str, COST), _text(bytes(16)), _text(bytes(32))))
"""Fits no password: an unknown name takes as long as a known one."""
