"""Which members' phones are registered: tells when a phone without a reachable contact gets its first one.

Needs a manager user with `read=system` (ContactStatus) and `write=system` (PJSIPShowContacts): the lab's own,
never the router's. A contact that is not qualified counts as reachable. States as Asterisk 22 sends them
(res_pjsip/pjsip_options.c): NonQualified, Reachable, Unreachable, Unknown, Updated, Removed.
"""

import asyncio
from collections.abc import Callable

import structlog

from operations.ports import SwitchAway, SwitchRefused
from telephony.ami import actions
from telephony.ami.connection import AmiConnection
from telephony.ami.reader import Frame

log = structlog.get_logger(__name__)

REACHABLE = frozenset({"Reachable", "NonQualified"})
NO_CONTACTS = "No Contacts found"
GONE = frozenset({"Removed", "Unreachable"})


class Registrations:
    """The registered phones, by AOR (a member's id), as seen over one connection.

    `on_registered` is called with the AOR of each phone that becomes reachable: those found at the first
    login too, and none twice only because the connection came back.
    """

    def __init__(self, connection: AmiConnection, on_registered: Callable[[str], None]) -> None:
        self._connection = connection
        self._on_registered = on_registered
        self._contacts: dict[str, set[str]] = {}
        self._listing: asyncio.Task[None] | None = None
        connection.on_event(self._event)
        connection.on_connected(self._connected)

    @property
    def registered(self) -> frozenset[str]:
        """The AORs with a reachable contact."""
        return frozenset(aor for aor, uris in self._contacts.items() if uris)

    async def stop(self) -> None:
        """End a listing that is under way."""
        if self._listing is not None:
            self._listing.cancel()
            await asyncio.gather(self._listing, return_exceptions=True)

    def _connected(self) -> None:
        self._listing = asyncio.get_running_loop().create_task(self._list())

    async def _list(self) -> None:
        try:
            frames = await self._connection.collect(actions.contacts())
        except SwitchRefused as refused:
            if str(refused) != NO_CONTACTS:
                log.error("registered phones cannot be listed", why=str(refused))
            frames = []
        except SwitchAway:
            return  # the next login lists again
        self._forget_all_but({frame.get("Uri") for frame in frames})
        for frame in frames:
            self._note(frame.get("ObjectName").partition(";")[0], frame.get("Uri"), frame.get("Status"))

    def _event(self, frame: Frame) -> None:
        if frame.name == "ContactStatus":
            self._note(frame.get("AOR"), frame.get("URI"), frame.get("ContactStatus"))

    def _forget_all_but(self, uris: set[str]) -> None:
        for known in self._contacts.values():
            known.intersection_update(uris)

    def _note(self, aor: str, uri: str, state: str) -> None:
        known = self._contacts.setdefault(aor, set())
        if state in GONE:
            known.discard(uri)
        elif state in REACHABLE and uri not in known:
            known.add(uri)
            if len(known) == 1:
                self._on_registered(aor)
