"""Members sign in and out of all their queues at once, and stay in step with teams.yaml.

A membership is ours when it carries the interface and name that we give (`PJSIP/m0101`, `m0101`), so a
member who left teams.yaml is known even after a restart. A queue is ours when the active centre, or one that
this desk has seen before, has it. Whoever is in at least one of the own queues is signed in: what a sign-in
left undone, the next `reconcile` completes.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar
from weakref import WeakValueDictionary

from facts.pause_reasons import wrap_up
from ivr.ports import DeskAway
from operations.ports import QueueMember, Switch, SwitchAway, SwitchRefused
from routing.centre import Centre, Member

DEADLINE_SECONDS = 6.0
"""For a whole request with its second try; the dialplan ends a step that is silent for 10 s."""

_T = TypeVar("_T")


class UnknownMember(DeskAway):
    """This phone belongs to no member. Please ask your administrator."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A member was added to a queue."""

    member: str
    queue: str


@dataclass(frozen=True, slots=True)
class Left:
    """A member was taken out of a queue."""

    member: str
    queue: str


@dataclass(frozen=True, slots=True)
class PauseHealed:
    """A member who was paused in some queues only is paused in all."""

    member: str


@dataclass(frozen=True, slots=True)
class NotDone:
    """Asterisk refused a change, in its own words; the next reconciliation tries again."""

    wanted: Joined | Left | PauseHealed
    why: str


Change: TypeAlias = Joined | Left | PauseHealed | NotDone
_Step: TypeAlias = tuple[Joined | Left | PauseHealed, Coroutine[object, object, None]]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be done for one interface. `paused` is the reason of a pause, None while not paused."""

    joins: tuple[str, ...]
    leaves: tuple[str, ...]
    paused: str | None
    is_pause_drifting: bool

    @property
    def is_empty(self) -> bool:
        return not (self.joins or self.leaves or self.is_pause_drifting)


def _plan(places: Sequence[QueueMember], wanted: Iterable[str], leaves: Iterable[str]) -> _Plan:
    present = {place.queue for place in places}
    staying = [place for place in places if place.queue not in set(leaves)]
    return _Plan(
        joins=tuple(queue for queue in wanted if queue not in present),
        leaves=tuple(leaves),
        paused=_reason(places),
        is_pause_drifting=len({place.is_paused for place in staying}) > 1,
    )


def _reason(places: Iterable[QueueMember]) -> str | None:
    """Why somebody is paused, in whatever queue; None while not."""
    return next((place.paused_reason for place in places if place.is_paused), None)


class MemberDesk:
    """What members ask of the switch (`ivr.ports.Desk`), one request of a member at a time.

    `centre` gives the active centre. Every method raises DeskAway when Asterisk could not do all of it.
    """

    def __init__(self, switch: Switch, centre: Callable[[], Centre], now: Callable[[], float] = time.time) -> None:
        """`now`: Unix seconds, as pauses for after-call work are told by."""
        self._switch = switch
        self._now = now
        self._centre = centre
        self._our_queues: set[str] = set()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def is_signed_in(self, member: str) -> bool:
        """Whether the member serves any of the own teams, or what derives from them."""
        known, own = self._known(member)
        places = await _in_time(self._switch.members(interface=known.interface))
        return any(place.queue in own for place in places)

    async def is_paused(self, member: str) -> bool:
        """Whether the member is paused in any queue."""
        return await self.paused_for(member) is not None

    async def paused_for(self, member: str) -> str | None:
        """The reason of the member's pause in any queue, perhaps empty; None while not paused."""
        known, _ = self._known(member)
        return _reason(await _in_time(self._switch.members(interface=known.interface)))

    async def sign_in(self, member: str) -> None:
        """Serve all own teams and what derives from them; whoever is paused anywhere is paused in all."""
        known, own = self._known(member)

        async def join_all() -> None:
            places = await self._switch.members(interface=known.interface)
            _all_done(await self._carry_out(known.id, known.interface, _plan(places, own, ())))

        await self._in_turn(known.interface, join_all)

    async def sign_out(self, member: str) -> None:
        """Leave every queue, those that teams.yaml no longer knows included."""
        known, _ = self._known(member)

        async def leave_all() -> None:
            places = await self._switch.members(interface=known.interface)
            plan = _plan(places, (), [place.queue for place in places])
            changes = await self._carry_out(known.id, known.interface, plan)
            # A foreign queue may hold this phone as a static member, which nobody can remove.
            _all_done(change for change in changes if not self._is_foreign(change))

        await self._in_turn(known.interface, leave_all)

    async def pause(self, member: str, reason: str = "break") -> None:
        """Stop ringing, in all queues at once. `reason` is a token `[A-Za-z0-9_-]*`."""
        known, _ = self._known(member)
        await self._in_turn(known.interface, lambda: self._switch.pause(known.interface, True, reason))

    async def unpause(self, member: str) -> None:
        """Ring again, in all queues at once."""
        known, _ = self._known(member)
        await self._in_turn(known.interface, lambda: self._switch.pause(known.interface, False))

    async def more_wrap_up(self, member: str) -> int:
        """Time for after-call work from now on, in place of any pause: the seconds that teams.yaml gives."""
        seconds = self._centre().desk.more_wrap_up_seconds
        await self.pause(member, wrap_up(int(self._now()) + seconds))
        return seconds

    async def pause_unless_paused(self, member: str, reason: str) -> bool:
        """Pause whoever serves a queue and rings; whether that was so."""
        known, _ = self._known(member)
        return await self._pause_if(known.interface, lambda places: bool(places) and _reason(places) is None, reason)

    async def end_pause(self, member: str, reason: str) -> bool:
        """Let the member ring again, unless the pause is another one by now; whether it was this one."""
        known, _ = self._known(member)
        return await self._pause_if(known.interface, lambda places: _reason(places) == reason, None)

    async def _pause_if(
        self, interface: str, is_due: Callable[[Sequence[QueueMember]], bool], reason: str | None
    ) -> bool:
        """Pause for `reason`, resume for None, if what Asterisk tells of the member in this moment says so."""
        done = False

        async def change() -> None:
            nonlocal done
            if is_due(await self._switch.members(interface=interface)):
                await self._switch.pause(interface, reason is not None, reason or "")
                done = True

        await self._in_turn(interface, change)
        return done

    async def reconcile(self, centre: Centre) -> list[Change]:
        """Bring everybody who is signed in into the queues that `centre` gives them; what changed, for the log.

        Queues and interfaces that are not ours are left alone. What Asterisk refuses is among the changes and
        keeps nobody else from being served. Raises DeskAway when Asterisk is not there.
        """
        self._our_queues.update(centre.queues)
        try:
            drifting = self._drifting(centre, await self._switch.members())
            changes = [await self._reconcile(centre, member) for member in drifting]
        except (SwitchAway, SwitchRefused) as error:
            raise DeskAway(str(error)) from error
        return [change for of_member in changes for change in of_member]

    def _drifting(self, centre: Centre, places: Sequence[QueueMember]) -> list[str]:
        """The members whose memberships are not what they should be."""
        members = sorted({place.name for place in places if self._is_ours(place)})
        by_interface: dict[str, list[QueueMember]] = {}
        for place in places:
            by_interface.setdefault(place.interface, []).append(place)
        plans = {member: self._correction(centre, member, by_interface[f"PJSIP/{member}"]) for member in members}
        return [member for member, plan in plans.items() if not plan.is_empty]

    async def _reconcile(self, centre: Centre, member: str) -> list[Change]:
        interface = f"PJSIP/{member}"
        async with self._turn(interface):  # the list is older than our turn: look again
            places = await self._switch.members(interface=interface)
            return await self._carry_out(member, interface, self._correction(centre, member, places))

    def _correction(self, centre: Centre, member: str, places: Sequence[QueueMember]) -> _Plan:
        in_our_queues = [place for place in places if place.queue in self._our_queues]
        is_signed_in = any(self._is_ours(place) for place in in_our_queues)
        configured = centre.members.get(member)
        wanted = centre.queues_of(configured) if configured and is_signed_in else ()
        leaves = [p.queue for p in in_our_queues if p.queue not in wanted and self._is_ours(p)]
        return _plan(in_our_queues, wanted, leaves)

    async def _carry_out(self, member: str, interface: str, plan: _Plan) -> list[Change]:
        """Joins, then the pause, then leaves: a member who moves is never nowhere, nor rings while paused.

        While a queue to join is refused (Asterisk may not have read it yet) no old one is left.
        """
        is_paused, reason = plan.paused is not None, plan.paused or ""
        done = await _attempt(
            (Joined(member, queue), self._switch.add_member(queue, interface, member, is_paused, reason))
            for queue in plan.joins
        )
        leaves = () if any(isinstance(change, NotDone) for change in done) else plan.leaves
        if plan.is_pause_drifting:
            done += await _attempt([(PauseHealed(member), self._switch.pause(interface, True, reason))])
        return done + await _attempt(
            (Left(member, queue), self._switch.remove_member(queue, interface)) for queue in leaves
        )

    async def _in_turn(self, interface: str, work: Callable[[], Awaitable[None]]) -> None:
        async def twice() -> None:
            async with self._turn(interface):
                try:
                    await work()
                except (SwitchAway, SwitchRefused):
                    await work()  # it looks again at what is there and does the rest

        await _in_time(twice())

    def _known(self, member: str) -> tuple[Member, tuple[str, ...]]:
        centre = self._centre()
        self._our_queues.update(centre.queues)
        known = centre.members.get(member)
        if known is None:
            raise UnknownMember("this phone belongs to no member")
        return known, centre.queues_of(known)

    def _is_ours(self, place: QueueMember) -> bool:
        return place.queue in self._our_queues and place.interface == f"PJSIP/{place.name}"

    def _is_foreign(self, change: Change) -> bool:
        return (
            isinstance(change, NotDone)
            and isinstance(change.wanted, Left)
            and change.wanted.queue not in self._our_queues
        )

    def _turn(self, interface: str) -> asyncio.Lock:
        return self._turns.setdefault(interface, asyncio.Lock())


async def _attempt(steps: Iterable[_Step]) -> list[Change]:
    """All steps at once; what Asterisk refused is told as NotDone. Raises SwitchAway after all have ended."""
    wanted, work = [], []
    for change, step in steps:
        wanted.append(change)
        work.append(step)
    results = await asyncio.gather(*work, return_exceptions=True)
    return [_outcome(change, result) for change, result in zip(wanted, results, strict=True)]


def _outcome(wanted: Joined | Left | PauseHealed, result: BaseException | None) -> Change:
    if isinstance(result, SwitchRefused):
        return NotDone(wanted, str(result))
    if result is not None:
        raise result
    return wanted


def _all_done(changes: Iterable[Change]) -> None:
    """Raise SwitchRefused with Asterisk's first refusal."""
    for change in changes:
        if isinstance(change, NotDone):
            raise SwitchRefused(change.why)


async def _in_time(work: Coroutine[object, object, _T]) -> _T:
    """The result of `work`; DeskAway for every way in which the switch can fail us."""
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            return await work
    except (SwitchAway, SwitchRefused) as error:
        raise DeskAway(str(error)) from error
    except TimeoutError as late:
        raise DeskAway("Asterisk took too long") from late
