"""One connection pool to Redis or Valkey, and the refusal of an unsafe one."""

import asyncio
import ipaddress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, urlsplit

import redis.asyncio as redis
from redis.asyncio.connection import parse_url
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff

Client = redis.Redis
SCHEMES = ("redis", "rediss", "unix")
OLDEST = (7, 2)
ANSWER_SECONDS = 5.0
StoreError = redis.RedisError
"""Whatever the client tells that went wrong with the store itself."""
AWAY = (redis.RedisError, OSError)
"""What the client raises when the store cannot be asked."""


class StoreRefused(Exception):
    """The store's address cannot be used: the sentence says why, and the cure."""


class StoreAway(Exception):
    """The store does not answer just now."""


@dataclass(frozen=True, slots=True)
class StoreAddress:
    """Where the store is. The password is kept out of `repr` and of every message."""

    url: str
    password: str | None = None
    ca_file: Path | None = None

    def __repr__(self) -> str:
        """The place without user and password."""
        return f"StoreAddress({self.shown})"

    @property
    def shown(self) -> str:
        """The address as logs and errors may show it."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"


def is_loopback(host: str) -> bool:
    """Whether this host name can only be this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _parts(address: StoreAddress) -> SplitResult:
    """The address in its parts. Its own text is in no message: it may hold a password."""
    try:
        parts = urlsplit(address.url)
        _ = parts.port
        parse_url(address.url)
    except ValueError as error:
        raise StoreRefused(
            "store address: host, port or options cannot be read: write it like redis://127.0.0.1:6379/0"
        ) from error
    return parts


def check(address: StoreAddress) -> None:
    """Raise StoreRefused for a scheme we do not speak, or a store that anybody on the network could read."""
    parts = _parts(address)
    if parts.scheme not in SCHEMES:
        raise StoreRefused(
            f"store address {address.shown}: the scheme is not one of redis://, rediss:// or unix://: "
            "write it like redis://127.0.0.1:6379/0"
        )
    if parts.scheme == "unix" or is_loopback(parts.hostname or ""):
        return
    if not (address.password or parts.password or "password" in parse_qs(parts.query)):
        raise StoreRefused(
            f"store address {address.shown}: a store on the network without a password holds social data open"
            " to everybody: set one there (requirepass or an ACL user), name it in TEAMLINE_STORE_PASSWORD_FILE"
        )


def connect(address: StoreAddress, *, most_connections: int = 32) -> redis.Redis:
    """A client on a bounded pool, connected on first use. Raises StoreRefused for an unsafe address.

    `socket_timeout` stays None so that blocking reads may wait; callers bound their own questions.
    """
    check(address)
    options: dict[str, object] = {
        "max_connections": most_connections,
        "timeout": 2,
        "socket_timeout": None,
        "socket_connect_timeout": 2,
        "health_check_interval": 15,
        "retry": Retry(ExponentialBackoff(cap=0.5, base=0.02), 2),
    }
    if address.password:
        options["password"] = address.password
    if address.url.startswith("unix:"):
        del options["socket_connect_timeout"]
    if address.url.startswith("rediss:"):
        options["ssl_cert_reqs"] = "required"
        if address.ca_file:
            options["ssl_ca_certs"] = str(address.ca_file)
    pool = redis.BlockingConnectionPool.from_url(address.url, **options)
    try:
        pool.make_connection()  # type: ignore[no-untyped-call]  # redis-py leaves it untyped; connects to nothing yet
    except TypeError as error:
        raise StoreRefused(f"store address {address.shown}: an option behind ? is unknown: leave it out") from error
    return redis.Redis.from_pool(pool)


async def version(client: redis.Redis) -> tuple[int, int]:
    """Major and minor version of the server, Valkey's own where it is one.

    Raises StoreAway.
    """
    try:
        told = await client.info("server")
    except (redis.RedisError, OSError) as error:
        raise StoreAway(f"the store does not answer: {type(error).__name__}") from error
    text = str(told.get("valkey_version") or told.get("redis_version") or "0.0")
    major, minor, *_ = (*text.split("."), "0", "0")
    return int(major), int(minor)


async def is_up(client: redis.Redis, seconds: float = ANSWER_SECONDS) -> bool:
    """Whether the store answers a PING within so many seconds."""
    try:
        async with asyncio.timeout(seconds):
            return bool(await client.ping())
    except (redis.RedisError, OSError):
        return False
