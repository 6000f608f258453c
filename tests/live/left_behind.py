"""What calls leave behind outside AMI: logs, notes on disk, everything in the store."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import redis
from running_lab import RunningLab


def logs(lab: RunningLab, *but: str) -> Mapping[str, bytes]:
    """By its name, what Asterisk, the router and the mailboxes' notes hold; without those that a test made itself."""
    asterisks = [file for file in (lab.folder / "asterisk" / "log").rglob("*") if file.is_file()]
    notes = Path(lab.told["env"]["TEAMLINE_DATA"]).rglob("*.json")
    files = (*asterisks, lab.folder / "router.log", *notes)
    return {file.name: file.read_bytes() for file in files if file.name not in but}


def stored(url: str) -> Sequence[bytes]:
    """Every key and value of the store, of whatever type."""
    with redis.Redis.from_url(url) as store:
        read = {
            b"string": store.get,
            b"hash": store.hgetall,
            b"list": lambda key: store.lrange(key, 0, -1),
            b"set": store.smembers,
            b"zset": lambda key: store.zrange(key, 0, -1),
            b"stream": store.xrange,
        }
        keys = list(store.scan_iter(count=1000))
        return [*keys, *(repr(read[store.type(key)](key)).encode() for key in keys)]
