"""Passwords and tokens, and what is kept of them. A password is hashed by argon2id, a random token by SHA-256 alone.

A kept password is a PHC string (`$argon2id$v=19$m=...`). What an earlier release kept (`scrypt$1$...`, see
`older_passwords`) still fits, and is made anew at the next sign-in.
"""

import asyncio
import hashlib
import secrets

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import Argon2Error, InvalidHashError

from operations.sign_in import older_passwords

ARGON = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4, hash_len=32, salt_len=16, type=Type.ID)
"""RFC 9106, 4, second recommended option: 64 MiB, three passes, four lanes; about a tenth of a second."""
MOST_MEMORY_KIB = 256 * 1024
MOST_PASSES = 16
MOST_LANES = 16
MOST_CHARACTERS = 256
SHORTEST = 12
CLEAR = "abcdefghjkmnpqrstuvwxyz23456789"
_AT_ONCE = asyncio.Semaphore(2)


def fresh_token() -> str:
    """256 random bits, as 43 letters, digits, `-` and `_`."""
    return secrets.token_urlsafe(32)


def fresh_password() -> str:
    """About 99 random bits in letters and digits that nobody mistakes for others: `k7mqx-...`, four groups of five."""
    return "-".join("".join(secrets.choice(CLEAR) for _ in range(5)) for _ in range(4))


def digest_of(token: str) -> str:
    """What is kept of a token or cookie: SHA-256 in hex. Nobody can guess 256 random bits, so no salt, no cost."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


async def kept(password: str) -> str:
    """What is kept of a password; worked out in a thread."""
    async with _AT_ONCE:
        return await asyncio.to_thread(ARGON.hash, _bytes(password))


async def is_right(password: str, kept_as: str) -> bool:
    """Whether the password is the one that this was made of; as slow for an empty `kept_as`, and then never."""
    async with _AT_ONCE:
        return await asyncio.to_thread(_is_right, password, kept_as)


def is_outdated(kept_as: str) -> bool:
    """Whether it was made in another way, or at another cost, than passwords are kept now."""
    try:
        return ARGON.check_needs_rehash(kept_as)
    except InvalidHashError:
        return True


def _is_right(password: str, kept_as: str) -> bool:
    if len(password) > MOST_CHARACTERS:
        return False
    if older_passwords.is_older(kept_as):
        return older_passwords.is_right(password, kept_as)
    if not _is_affordable(kept_as):
        _work_for_nothing(password)
        return False
    try:
        return ARGON.verify(kept_as, _bytes(password))
    except (Argon2Error, InvalidHashError):
        return False


def _is_affordable(kept_as: str) -> bool:
    """A cost that somebody wrote into the store is not simply paid."""
    try:
        cost = extract_parameters(kept_as)
    except InvalidHashError:
        return False
    return (
        cost.type is Type.ID
        and cost.memory_cost <= MOST_MEMORY_KIB
        and cost.time_cost <= MOST_PASSES
        and cost.parallelism <= MOST_LANES
    )


def _work_for_nothing(password: str) -> None:
    """An unknown name takes as long as a known one."""
    ARGON.hash(_bytes(password), salt=bytes(16))


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")
