from collections.abc import Sequence

from structlog.testing import capture_logs

from facts.call import CallEnded, CallerJoined
from facts.kinds import Fact
from facts.place import Place
from operations.fact_stream import FactStream
from operations.held_events import MOST_HELD, HeldEvents

PLACE = Place("pbx1", "1.1", "L01", 1, "L01")
JOINED = CallerJoined(at=10.0, place=PLACE)
ENDED = CallEnded(at=31.0, place=PLACE)


def made() -> tuple[HeldEvents, list[Fact]]:
    told: list[Fact] = []
    return HeldEvents(FactStream([], told.append)), told


def _faulty() -> Sequence[Fact]:
    raise ValueError("a mistake")


def test_an_event_is_told_at_once() -> None:
    events, told = made()
    events.tell(lambda: [JOINED])
    assert [JOINED] == told


def test_held_events_are_told_in_order_when_they_are_released() -> None:
    events, told = made()
    events.hold()
    events.tell(lambda: [JOINED])
    events.tell(lambda: [ENDED])
    assert [] == told
    events.release()
    assert [JOINED, ENDED] == told


def test_after_the_release_events_are_told_at_once() -> None:
    events, told = made()
    events.hold()
    events.release()
    events.tell(lambda: [JOINED])
    assert [JOINED] == told


def test_too_many_events_are_not_held() -> None:
    events, told = made()
    events.hold()
    events.tell(lambda: [JOINED])
    for _ in range(MOST_HELD - 1):
        events.tell(lambda: [ENDED])
    assert [JOINED, ENDED] == told


def test_one_events_fault_costs_none_of_the_others() -> None:
    events, told = made()
    events.hold()
    events.tell(_faulty)
    events.tell(lambda: [ENDED])
    with capture_logs() as logs:
        events.release()
    assert [ENDED] == told
    assert ["live_event_not_folded"] == [line["event"] for line in logs]
