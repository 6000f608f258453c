"""Places, channels and members in few words, and a model that believes what it is told, for comparisons."""

from collections.abc import Iterable

from facts.kinds import Fact
from facts.member import PhoneState
from facts.place import Place
from metrics.live import LiveModel
from operations.seen import CallerSeen, ChannelSeen, MemberSeen, Snapshot

NODE = "pbx1"
NOW = 1_795_345_500.0
QUEUES = frozenset(("L01", "L02"))


def place(call: str = "100.1", queue: str = "L01", visit: int = 1, arrival: int = 1_795_345_400) -> Place:
    return Place(node=NODE, call=call, queue=queue, visit=visit, team=queue, arrival=arrival)


def believing(*facts: Fact) -> LiveModel:
    model = LiveModel()
    for fact in facts:
        model.fold(fact)
    return model


def caller(of: Place, waiting_seconds: float = 20.0) -> CallerSeen:
    return CallerSeen(place=of, channel=f"PJSIP/trunk-{of.call}", waiting_seconds=waiting_seconds)


def line(call: str, application: str = "Queue", bridge: str = "", told: Place | None = None) -> ChannelSeen:
    """A caller's channel."""
    return ChannelSeen(call, f"PJSIP/trunk-{call}", "PJSIP/trunk", "Up", bridge, application, told)


def phone(ring: str, member: str = "one", state: str = "Up", bridge: str = "") -> ChannelSeen:
    """The channel of a member's phone that app_queue called."""
    return ChannelSeen(ring, f"PJSIP/{member}-{ring}", f"PJSIP/{member}", state, bridge, "AppQueue")


def serving(
    member: str, queue: str, paused: str | None = None, state: PhoneState = PhoneState.IDLE, is_in_call: bool = False
) -> MemberSeen:
    return MemberSeen(queue, member, f"PJSIP/{member}", paused, state, is_in_call)


def snapshot(
    channels: Iterable[ChannelSeen] = (),
    callers: Iterable[CallerSeen] = (),
    members: Iterable[MemberSeen] = (),
    queues: frozenset[str] = QUEUES,
    at: float = NOW,
) -> Snapshot:
    return Snapshot(
        at=at,
        queues=queues,
        callers=tuple(callers),
        members=tuple(members),
        channels={channel.call: channel for channel in channels},
    )
