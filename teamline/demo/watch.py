"""Asks Asterisk every second, and draws what it says."""

import asyncio
from collections.abc import AsyncIterator, Sequence

from rich.console import Group
from twisted.internet.endpoints import TCP4ClientEndpoint

from operations.ports import SwitchAway, SwitchRefused
from teamline.demo.view import queues_now, view
from teamline.lab.described import Lab
from telephony.ami import actions
from telephony.ami.connection import AmiConnection
from telephony.ami.protocol import Account


async def watched(lab: Lab, lines: Sequence[str], seconds: float) -> AsyncIterator[Group]:
    """One screen after the other, until cancelled."""
    from twisted.internet import reactor  # noqa: PLC0415 - installed by teamline.loop before us

    access = lab.parts.asterisk.access
    endpoint = TCP4ClientEndpoint(reactor, "127.0.0.1", access.ami)
    ami = AmiConnection(endpoint, reactor, Account(access.ami_user, access.ami_secret))
    ami.start()
    try:
        while True:
            try:
                frames = await ami.collect(actions.queue_status())
                yield view(lab.centre, queues_now(frames), lines)
            except (SwitchAway, SwitchRefused) as error:
                yield view(lab.centre, {}, [*lines, f"Asterisk is away: {error}"])
            await asyncio.sleep(seconds)
    finally:
        await ami.stop()
