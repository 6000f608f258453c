"""What Asterisk says now, when asked: callers, members, channels. The other side of every comparison."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from facts.member import PhoneState
from facts.place import Place


@dataclass(frozen=True, slots=True)
class CallerSeen:
    """A caller in line. `place` has what the channel's own variables tell; `waiting_seconds` as Asterisk counts."""

    place: Place
    channel: str
    waiting_seconds: float


@dataclass(frozen=True, slots=True)
class MemberSeen:
    """One membership. `paused` is the reason, None if not; `is_in_call`: Asterisk counts a queue's call on them."""

    queue: str
    member: str
    interface: str
    paused: str | None
    phone: PhoneState
    is_in_call: bool
    last_call_at: float | None = None
    last_pause_at: float | None = None
    """When the newest pause began, over or not."""


@dataclass(frozen=True, slots=True)
class ChannelSeen:
    """One channel. `call` is its Uniqueid; `bridge` is empty outside a talk; `place` where ours was told."""

    call: str
    name: str
    interface: str
    state: str
    """Down, Ring, Ringing, Up … (main/channel_state.c)."""
    bridge: str
    application: str
    place: Place | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """QueueStatus and Status, asked one after the other; events told meanwhile may be older or newer."""

    at: float
    queues: frozenset[str]
    """Our queues that Asterisk has now: one that a reload took away is not among them."""
    callers: tuple[CallerSeen, ...] = ()
    members: tuple[MemberSeen, ...] = ()
    channels: Mapping[str, ChannelSeen] = field(default_factory=dict)
    """Uniqueid -> channel."""
