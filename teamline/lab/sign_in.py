"""Signs a member in as soon as the phone registers, once: whoever signs out afterwards stays out."""

import asyncio

import structlog
from twisted.internet.endpoints import TCP4ClientEndpoint

from ivr.ports import DeskAway
from operations.members import MemberDesk
from teamline.lab.described import Lab
from teamline.stored import open_store
from telephony.ami.connection import AmiConnection
from telephony.ami.protocol import Account
from telephony.ami.registrations import Registrations
from telephony.ami.switch import AmiSwitch

TRIES = 20
AGAIN_SECONDS = 0.3

log = structlog.get_logger()


class SignIn:
    """The lab's own manager session: it may read `system`, which the router's may not."""

    def __init__(self, lab: Lab) -> None:
        from twisted.internet import reactor  # noqa: PLC0415 - installed by teamline.loop before us

        access = lab.parts.asterisk.access
        endpoint = TCP4ClientEndpoint(reactor, "127.0.0.1", access.ami)
        self._ami = AmiConnection(endpoint, reactor, Account(access.ami_user, access.ami_secret))
        self._lab = lab
        self._centre = lab.centre
        self._desk = MemberDesk(AmiSwitch(self._ami), lambda: self._centre)
        self._registrations = Registrations(self._ami, self._registered)
        self._seen: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Connect and follow registrations."""
        self._ami.start()

    async def stop(self) -> None:
        """End the session."""
        await self._registrations.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._ami.stop()

    def _registered(self, member: str) -> None:
        if member in self._seen:
            return
        self._seen.add(member)
        task = asyncio.get_running_loop().create_task(self._sign_in(member))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _sign_in(self, member: str) -> None:
        for _ in range(TRIES):
            try:
                await self._follow_configuration()
                if member in self._centre.members:
                    await self._desk.sign_in(member)
            except DeskAway:
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                return
        log.warning("not_signed_in", member=member)

    async def _follow_configuration(self) -> None:
        try:
            async with open_store(self._lab.settings) as stored:
                active = await stored.configs.active()
                if active:
                    self._centre = stored.centre_from(active.text, active.id)
        except Exception as error:  # noqa: BLE001 - a lab without its store signs in by what it knows
            log.warning("store_away", error=type(error).__name__)
