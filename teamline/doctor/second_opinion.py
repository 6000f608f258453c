"""An independent client's view of the queues, beside our own: the package `asterisk-ami`, if it is installed."""

import asyncio
import contextlib
import threading
from collections import Counter
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from teamline.doctor.findings import Verdict, fail, ok
from teamline.doctor.premises import Premises
from teamline.rendering import ami_secret
from telephony.ami import actions

LOOKS = 2
"""A member may sign in between the two questions: a difference has to stay."""
SECONDS = 2.0


async def second_opinion(on: Premises) -> Sequence[Verdict]:
    """Both count the same members in each queue."""
    try:
        client: Any = import_module("asterisk.ami")
    except ImportError:
        return [ok("asterisk-ami is not installed, so nobody else was asked")]
    session = await (await on.session()).established()
    differing: list[str] = []
    for _ in range(LOOKS):
        frames = await session.collect(actions.queue_status())
        ours = Counter(frame.get("Queue") for frame in frames if frame.name == "QueueMember")
        theirs = await asyncio.to_thread(_counted, client, on, await _password(on))
        differing = sorted(queue for queue in ours | theirs if ours[queue] != theirs[queue])
        if not differing:
            return [ok(f"asterisk-ami counts the same {ours.total()} memberships")]
    return [
        fail(
            f"asterisk-ami counts other members in {', '.join(differing)}",
            "compare with `queue show` of Asterisk's console, and tell the makers of Teamline",
        )
    ]


async def _password(on: Premises) -> str:
    given = on.settings.ami_secret
    return given.get_secret_value() if given else ami_secret(on.settings, await on.secret())


def _counted(package: Any, on: Premises, password: str) -> Counter[str]:  # noqa: ANN401 - an untyped module
    """Members a queue. Raises TimeoutError when its answer is not complete in time."""
    members: Counter[str] = Counter()
    complete = threading.Event()

    def heard(event: Any, source: Any) -> None:  # noqa: ANN401, ARG001 - its signature
        if event.name == "QueueMember":
            members[event.keys["Queue"]] += 1
        elif event.name == "QueueStatusComplete":
            complete.set()

    client = package.AMIClient(address=on.settings.ami_host, port=on.settings.ami_port, timeout=SECONDS)
    client.add_event_listener(heard)
    try:
        client.login(username=on.settings.ami_user, secret=password)
        client.send_action(package.SimpleAction("QueueStatus"))
        if not complete.wait(SECONDS):
            raise TimeoutError
    finally:
        with contextlib.suppress(OSError):
            client.logoff()  # its own disconnect() waits for a thread that sleeps in recv(); this wakes it
    return members
