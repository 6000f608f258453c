import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from twisted.internet import reactor
from twisted.internet.endpoints import TCP4ClientEndpoint

from telephony.ami.connection import AmiConnection
from telephony.ami.protocol import Account
from telephony.ami.registrations import Registrations
from tests.fakes.asterisk_ami import FakeManager, frame, playing

ONE = {"ObjectName": "m1;@aa", "Uri": "sip:m1@10.0.0.1", "Status": "NonQualified"}
OFF = {"ObjectName": "m2;@bb", "Uri": "sip:m2@10.0.0.2", "Status": "Unreachable"}


def contact(aor: str, state: str, uri: str = "sip:a@10.0.0.9") -> bytes:
    return frame(Event="ContactStatus", URI=uri, ContactStatus=state, AOR=aor, EndpointName=aor)


class Phones:
    """The registrations of a fake Asterisk, and whom they told."""

    def __init__(self, manager: FakeManager) -> None:
        endpoint = TCP4ClientEndpoint(reactor, "127.0.0.1", manager.port)
        self.manager = manager
        self.told: list[str] = []
        self._changed = asyncio.Event()
        self.ami = AmiConnection(endpoint, reactor, Account("lab", "secret"), policy=lambda _f, _r: 0.001)
        self.registrations = Registrations(self.ami, self.told.append)
        self.ami.on_event(lambda _event: self._changed.set())

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait; a mark sent along wakes us after every event before it."""
        async with asyncio.timeout(60):
            while not condition():
                self._changed.clear()
                self.manager.send(frame(Event="Mark"))
                await self._changed.wait()


@pytest.fixture
async def phones() -> AsyncIterator[Phones]:
    async with playing(FakeManager()) as manager:
        phones = Phones(manager)
        yield phones
        await phones.registrations.stop()
        await phones.ami.stop()


async def test_a_phone_found_at_login_is_told(phones: Phones) -> None:
    phones.manager.contacts = [ONE, OFF]
    phones.ami.start()
    await phones.manager.wait_for(lambda: "PJSIPShowContacts" in phones.manager.names())
    await phones.until(lambda: phones.told == ["m1"])

    assert phones.registrations.registered == {"m1"}


async def test_registrations_that_never_began_can_be_stopped(phones: Phones) -> None:
    await phones.registrations.stop()

    assert frozenset() == phones.registrations.registered


async def test_a_phone_that_registers_is_told_once(phones: Phones) -> None:
    phones.ami.start()
    await phones.manager.wait_for(lambda: "PJSIPShowContacts" in phones.manager.names())
    phones.manager.send(contact("m1", "NonQualified") + contact("m1", "NonQualified", "sip:second@x"))
    phones.manager.send(contact("m1", "Updated") + contact("m2", "Reachable"))
    await phones.until(lambda: "m2" in phones.told)

    assert phones.told == ["m1", "m2"]


async def test_a_phone_that_went_and_came_is_told_again(phones: Phones) -> None:
    phones.ami.start()
    await phones.manager.wait_for(lambda: "PJSIPShowContacts" in phones.manager.names())
    phones.manager.send(contact("m1", "Reachable") + contact("m1", "Unreachable") + contact("m1", "Reachable"))
    await phones.until(lambda: len(phones.told) == 2)

    assert phones.told == ["m1", "m1"]


async def test_a_phone_without_answer_is_not_told(phones: Phones) -> None:
    phones.ami.start()
    await phones.manager.wait_for(lambda: "PJSIPShowContacts" in phones.manager.names())
    phones.manager.send(contact("m1", "Unreachable") + contact("m1", "Removed") + contact("m2", "Reachable"))
    await phones.until(lambda: "m2" in phones.told)

    assert phones.told == ["m2"]


async def test_a_connection_that_comes_back_tells_only_what_is_new(phones: Phones) -> None:
    phones.manager.contacts = [ONE]
    phones.ami.start()
    await phones.manager.wait_for(lambda: "PJSIPShowContacts" in phones.manager.names())
    await phones.until(lambda: phones.told == ["m1"])
    phones.manager.contacts = [ONE, {**OFF, "Status": "Reachable"}]
    phones.manager.hang_up()
    await phones.manager.wait_for(lambda: phones.manager.names().count("PJSIPShowContacts") == 2)
    await phones.until(lambda: len(phones.told) == 2)

    assert phones.told == ["m1", "m2"]


async def test_a_phone_that_went_while_nobody_listened_is_forgotten(phones: Phones) -> None:
    phones.manager.contacts = [ONE]
    phones.ami.start()
    await phones.manager.wait_for(lambda: "PJSIPShowContacts" in phones.manager.names())
    await phones.until(lambda: phones.told == ["m1"])
    phones.manager.contacts = []
    phones.manager.hang_up()
    await phones.manager.wait_for(lambda: phones.manager.names().count("PJSIPShowContacts") == 2)
    await phones.until(lambda: not phones.registrations.registered)

    assert phones.told == ["m1"]


async def test_a_list_that_is_refused_leaves_the_events(phones: Phones) -> None:
    phones.manager.is_silent_to = {"PJSIPShowContacts"}
    phones.ami.start()
    await phones.manager.wait_for(lambda: "PJSIPShowContacts" in phones.manager.names())
    asked = phones.manager.received[-1]
    phones.manager.send(frame(Response="Error", ActionID=asked["ActionID"], Message="Permission denied"))
    phones.manager.send(contact("m1", "Reachable"))
    await phones.until(lambda: phones.told == ["m1"])

    assert phones.ami.is_connected


async def test_a_session_lost_in_mid_list_lists_again(phones: Phones) -> None:
    phones.manager.closes_at = {"PJSIPShowContacts": b""}
    phones.ami.start()
    await phones.manager.wait_for(lambda: phones.manager.names().count("PJSIPShowContacts") >= 2)
    phones.manager.closes_at = {}
    phones.manager.contacts = [ONE]
    await phones.until(lambda: phones.told == ["m1"])

    assert phones.registrations.registered == {"m1"}
