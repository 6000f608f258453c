import asyncio

import pytest

from telephony.agi.events import Environment, Reply
from telephony.agi.protocol import AgiProtocol
from tests.fakes.asterisk_agi import environment


class Socket:
    """A transport whose socket takes at most so many bytes at once; `None` is a broken one."""

    def __init__(self, takes: int | None) -> None:
        self.sent: list[bytes] = []
        self._takes = takes

    def writeSomeData(self, data: bytes) -> int | Exception:  # noqa: N802 (Twisted's name)
        if self._takes is None:
            return ConnectionError()
        self.sent.append(data[: self._takes])
        return len(self.sent[-1])

    def write(self, data: bytes) -> None:
        self.sent.append(data)

    def setTcpNoDelay(self, enabled: bool) -> None:  # noqa: N802 (Twisted's name)
        assert enabled


@pytest.mark.parametrize(
    ("sent", "takes"), [([b"ANSWER\n"], 99), ([b"ANS", b"WER\n"], 3), ([b"", b"ANSWER\n"], 0), ([b"ANSWER\n"], None)]
)
async def test_what_a_full_or_broken_socket_does_not_take_is_left_to_the_reactor(
    sent: list[bytes], takes: int | None
) -> None:
    opened: list[Environment] = []
    session = AgiProtocol(asyncio.get_running_loop(), lambda _, known: opened.append(known), lambda _: None)
    session.transport = socket = Socket(takes)  # type: ignore[assignment]
    session.connectionMade()
    session.dataReceived(environment())
    asked = session.ask(b"ANSWER\n", 5.0)
    session.dataReceived(b"200 result=0\n")

    assert Reply(200, "0") == await asked
    assert sent == socket.sent
    assert ["inbound"] == [known.variables["agi_network_script"] for known in opened]
    session.connectionLost()
    assert session._timer is None
