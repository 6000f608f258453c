"""What Asterisk says beside what we believe: every difference, with the facts that heal it. Pure.

Theory of operation. Neither side is simply right: a snapshot may be older or newer than events on their way, so
whoever asks looks twice and heals what differs both times. A call is followed by its channel: it waits where
QueueStatus shows it, else what its channel does tells, else it is gone, and how it ended is never guessed.
What is healed is equal: folding the facts and comparing again leaves only what no fact can heal.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace

from facts.call import (
    CallEnded,
    CallerJoined,
    CallerLeft,
    EndedBy,
    LeftBy,
    MemberAnswered,
    RingEnded,
    Source,
    TalkEnded,
)
from facts.kinds import Fact
from facts.place import Place
from metrics.live import LiveModel, Talk, Visit
from operations.difference import Difference, Drift
from operations.member_differences import members_differ
from operations.seen import CallerSeen, ChannelSeen, Snapshot

IN_LINE = "queue"
"""The application of a caller's channel while it waits, and on while it talks."""
MEMBERS_LEG = "appqueue"
"""What app_queue.c names as the application of a member's channel that it called."""
OUR_DIALPLAN = frozenset(("agi", "wait", "playback"))
"""What a caller's channel does between two visits (telephony/dialplan/extensions.py)."""

RELOADED = (
    "bring the queue back (`teamline render --reload`); the router sends whoever waits in it into line once more, "
    "to the general line if the queue stays away for 20 s"
)


def differences(
    model: LiveModel, seen: Snapshot, node: str, stuck: Collection[str] = (), unsettled: Collection[str] = ()
) -> tuple[Difference, ...]:
    """Everything in which the model and this node's snapshot differ, in the order in which it is to be healed.

    `stuck`: members who have been in `member_differences.without_channel` for long enough. `unsettled`: calls that
    have left their line by the events, which will still tell why.
    """
    return (*_Calls(model, seen, unsettled).differ(), *members_differ(model, seen, node, stuck))


class _Calls:
    """Callers, talks and rings of both sides."""

    def __init__(self, model: LiveModel, seen: Snapshot, unsettled: Collection[str]) -> None:
        self._model = model
        self._seen = seen
        self._unsettled = unsettled
        self._callers = {caller.place.call: caller for caller in seen.callers}
        self._bridged: dict[str, list[ChannelSeen]] = {}
        for channel in seen.channels.values():
            if channel.bridge:
                self._bridged.setdefault(channel.bridge, []).append(channel)
        self._picked_up: set[str] = set()
        self._over = {ring for ring, talk in model.talks.items() if not self._lives(ring, talk)}

    def differ(self) -> Iterator[Difference]:
        """Talks that are over, callers, talks we missed, rings, calls that are gone: an order that facts can have."""
        yield from (self._talk_gone(ring) for ring in sorted(self._over))
        for call, visit in self._settled_visits():
            yield from self._visit(visit, self._callers.get(call), self._seen.channels.get(call))
        yield from self._callers_missing()
        yield from self._talks_missing()
        yield from self._talks_nameless()
        yield from self._rings_gone()
        yield from self._calls_gone()

    def _settled_visits(self) -> list[tuple[str, Visit]]:
        return [(call, visit) for call, visit in sorted(self._model.visits.items()) if call not in self._unsettled]

    def _lives(self, ring: str, talk: Talk) -> bool:
        return ring in self._seen.channels and talk.place.call in self._seen.channels

    def _talk_gone(self, ring: str) -> Difference:
        talk = self._model.talks[ring]
        ended = TalkEnded(
            at=self._seen.at,
            place=talk.place,
            ring=ring,
            member=talk.member,
            talk_seconds=None,
            ended_by=EndedBy.UNKNOWN,
            source=Source.SNAPSHOT,
        )
        ours = f"{talk.place.call} talks in {talk.place.queue}"
        return Difference(Drift.TALK_GONE, ring, ours, "one of both channels is gone", (ended,))

    def _visit(self, visit: Visit, caller: CallerSeen | None, channel: ChannelSeen | None) -> Iterator[Difference]:
        """A caller in our line."""
        place = visit.place
        if caller:
            if not _is_same(place, caller.place) and not _is_older(caller.place, place):
                healing = (
                    self._left(place, LeftBy.MOVED, returns=True),
                    self._joined(caller, self._unused(caller.place)),
                )
                yield self._caller(Drift.CALLER_ELSEWHERE, place, f"in line in {caller.place.queue}", healing)
        elif channel is None:
            gone = (self._left(place, LeftBy.LOST), self._ended(place))
            yield self._caller(Drift.CALLER_GONE, place, "no such channel", gone)
        elif channel.application.casefold() != IN_LINE:
            went = self._went(place, channel)
            yield self._caller(Drift.CALLER_ELSEWHERE, place, f"in {channel.application}", (went,))
        elif channel.bridge:
            yield self._answer_missing(place, channel)
        elif not self._is_told_of(place):
            kind = Drift.CALLER_STRANDED if place.queue in self._seen.queues else Drift.QUEUE_MISSING
            yield self._caller(kind, place, f"{channel.name} waits in a queue that is no more", (), RELOADED)

    def _is_told_of(self, place: Place) -> bool:
        """Whether a member hears about this callback before they talk: its placeholder is out of line by then."""
        legs = (self._seen.channels.get(name) for name, ring in self._model.rings.items() if ring.place == place)
        return any(leg is not None and leg.state == "Up" and _is_being_told(place, leg) for leg in legs)

    def _went(self, place: Place, channel: ChannelSeen) -> CallerLeft:
        if channel.place and channel.application.casefold() in OUR_DIALPLAN:
            return self._left(place, LeftBy.TIMEOUT, returns=True)
        return self._left(place, LeftBy.MOVED)

    def _answer_missing(self, place: Place, channel: ChannelSeen) -> Difference:
        healing: list[Fact] = [self._left(place, LeftBy.ANSWERED)]
        healing += [self._answered(place, leg) for leg in self._new_legs(channel)]
        return self._caller(Drift.ANSWER_MISSING, place, "in talk", tuple(healing))

    def _callers_missing(self) -> Iterator[Difference]:
        for call, caller in sorted(self._callers.items()):
            place, last = self._unused(caller.place), self._model.places.get(call)
            if call in self._model.visits or (last and _is_older(place, last)):
                continue
            healing = (self._joined(caller, place),) if last is None or place.key != last.key else ()
            ours = "in no line" if last else "unknown"
            told = f"in line in {place.queue}, visit {place.visit}"
            yield Difference(Drift.CALLER_MISSING, place.key, ours, told, healing)

    def _unused(self, place: Place) -> Place:
        """The same place under a visit that has not been yet, where the channel told none."""
        last = self._model.places.get(place.call)
        return replace(place, visit=last.visit + 1) if last and place.arrival == 0 else place

    def _talks_missing(self) -> Iterator[Difference]:
        """Talks of calls that are in no line of ours (those that are: `_answer_missing`)."""
        for call, channel in sorted(self._seen.channels.items()):
            is_in_line = call in self._model.visits or call in self._callers
            if is_in_line or not channel.bridge or channel.application.casefold() != IN_LINE:
                continue
            for leg in self._new_legs(channel):
                yield from self._talk_missing(channel, leg)

    def _talk_missing(self, channel: ChannelSeen, leg: ChannelSeen) -> Iterator[Difference]:
        last, told = self._model.places.get(channel.call), channel.place
        if told and (last is None or told.visit > last.visit):
            # The caller was offered and answered, that much is certain; since when they waited is not.
            joined = CallerJoined(at=self._seen.at, place=told, source=Source.SNAPSHOT)
            healing = (joined, self._left(told, LeftBy.ANSWERED), self._answered(told, leg))
            yield Difference(Drift.ANSWER_MISSING, told.key, "in no line", f"in talk in {told.queue}", healing)
        elif last:
            ours = f"{channel.call} talks with nobody"
            yield Difference(Drift.TALK_MISSING, leg.call, ours, "in talk", (self._answered(last, leg),))

    def _talks_nameless(self) -> Iterator[Difference]:
        """Talks that were read from the journal, which keeps no member."""
        for ring, talk in sorted(self._model.talks.items()):
            channel = self._seen.channels.get(ring)
            if channel and not talk.member and ring not in self._over and _member(channel):
                ours = f"{talk.place.call} talks, and nobody knows with whom"
                yield Difference(Drift.TALK_MISSING, ring, ours, "in talk", (self._answered(talk.place, channel),))

    def _new_legs(self, caller: ChannelSeen) -> list[ChannelSeen]:
        """The members' channels that app_queue has bridged with this caller, without those whose talk we know."""
        return [
            channel
            for channel in self._bridged[caller.bridge]
            if channel.application.casefold() == MEMBERS_LEG
            and channel.call != caller.call
            and (channel.call not in self._model.talks or channel.call in self._over)
        ]

    def _rings_gone(self) -> Iterator[Difference]:
        for name, ring in sorted(self._model.rings.items()):
            channel = self._seen.channels.get(name)
            is_over = channel is None or (channel.state == "Up" and not _is_being_told(ring.place, channel))
            if is_over and name not in self._picked_up:
                ended = RingEnded(
                    at=self._seen.at, place=ring.place, ring=name, member=ring.member, source=Source.SNAPSHOT
                )
                told = "picked up" if channel else "no such channel"
                yield Difference(Drift.RING_GONE, name, f"rings for {ring.place.call}", told, (ended,))

    def _calls_gone(self) -> Iterator[Difference]:
        for call, place in sorted(self._model.places.items()):
            is_known = call in self._model.visits or call in self._callers
            if not is_known and call not in self._seen.channels:
                ours = "between two visits" if call in self._model.between else "in no line"
                yield Difference(Drift.CALL_GONE, call, ours, "no such channel", (self._ended(place),))

    def _caller(
        self, kind: Drift, place: Place, asterisks: str, healing: tuple[Fact, ...], cure: str = ""
    ) -> Difference:
        ours = f"{place.call} in line in {place.queue}, visit {place.visit}"
        return Difference(kind, place.key, ours, asterisks, healing, cure, place.call, place.is_placeholder)

    def _joined(self, caller: CallerSeen, place: Place) -> CallerJoined:
        return CallerJoined(at=self._seen.at - max(0.0, caller.waiting_seconds), place=place, source=Source.SNAPSHOT)

    def _left(self, place: Place, cause: LeftBy, returns: bool = False) -> CallerLeft:
        return CallerLeft(
            at=self._seen.at,
            place=place,
            cause=cause,
            hold_seconds=None,
            returns=returns,
            source=Source.SNAPSHOT,
        )

    def _ended(self, place: Place) -> CallEnded:
        return CallEnded(at=self._seen.at, place=place, source=Source.SNAPSHOT)

    def _answered(self, place: Place, leg: ChannelSeen) -> MemberAnswered:
        self._picked_up.add(leg.call)
        return MemberAnswered(at=self._seen.at, place=place, ring=leg.call, member=_member(leg), source=Source.SNAPSHOT)


def _is_same(ours: Place, seen: Place) -> bool:
    """The same visit; a channel that tells nothing stands for whatever visit to this queue we know."""
    return ours.queue == seen.queue and (ours.visit == seen.visit or seen.arrival == 0)


def _is_older(seen: Place, ours: Place) -> bool:
    """Whether the snapshot shows an earlier visit than we know of: visits are counted upwards only."""
    return seen.visit < ours.visit and seen.arrival != 0


def _is_being_told(place: Place, leg: ChannelSeen) -> bool:
    """Whether the member has picked up for a callback, and hears first what it is about."""
    return place.is_placeholder and not leg.bridge


def _member(leg: ChannelSeen) -> str:
    """Whose phone it is; empty for one that is no member's."""
    technology, _, name = leg.interface.partition("/")
    return name if technology == "PJSIP" else ""
