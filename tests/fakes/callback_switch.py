"""A small Asterisk for callbacks: placeholders in one line, members who answer it, citizens who are dialled."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from operations.callbacks.ports import (
    AlreadyPlaced,
    AttemptEnded,
    Connected,
    Dial,
    Listener,
    MemberTook,
    Placeholder,
    PlaceholderGone,
    Placement,
)
from operations.ports import SwitchAway, SwitchRefused
from routing.callback import Outcome


@dataclass
class _Pair:
    """The two ends of a placeholder."""

    placement: Placement
    with_member: bool = False
    attempt: int = 0
    is_connected: bool = False


@dataclass
class SmallAsterisk:
    """`CallbackSwitch`. `is_away`: it neither answers nor tells; `loses_answers`: it only does what it is asked."""

    is_away: bool = False
    loses_answers: bool = False
    refuses_dials: bool = False
    pairs: dict[str, _Pair] = field(default_factory=dict)
    results: dict[str, AttemptEnded | Connected] = field(default_factory=dict)
    listeners: list[Listener] = field(default_factory=list)
    placed: list[Placement] = field(default_factory=list)
    dialled: list[Dial] = field(default_factory=list)
    reached: list[str] = field(default_factory=list)
    let_down: list[str] = field(default_factory=list)
    """Whose placeholders were taken away."""
    refused: set[str] = field(default_factory=set)
    """What is asked for these is refused."""
    has_placed: asyncio.Event = field(default_factory=asyncio.Event)
    was_asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def place(self, placement: Placement) -> None:
        self._asked(placement.callback)
        if placement.callback in self.pairs:
            raise AlreadyPlaced
        self.pairs[placement.callback] = _Pair(placement)
        self.placed.append(placement)
        self.has_placed.set()
        self._lose_answer()

    async def dial(self, dial: Dial) -> None:
        self._asked()
        pair = self.pairs.get(dial.callback)
        if pair is None or not pair.with_member or self.refuses_dials:
            raise SwitchRefused("No such channel")
        assert dial.attempt > pair.attempt, "this attempt has begun already"
        pair.attempt = dial.attempt
        self.dialled.append(dial)
        self._lose_answer()

    async def let_go(self, callback: str) -> None:
        self._asked(callback)
        pair = self.pairs.pop(callback, None)
        if pair:
            assert not pair.is_connected, "a talk was cut off"
            self.let_down.append(callback)
            if pair.attempt:
                self._tell(AttemptEnded(callback, pair.attempt, Outcome.FAILED))
            self._tell(PlaceholderGone(callback))

    async def placeholders(self) -> Mapping[str, Placeholder]:
        self._asked()
        return {
            callback: Placeholder(callback, not pair.with_member, pair.with_member, pair.attempt, pair.is_connected)
            for callback, pair in self.pairs.items()
        }

    async def result(self, callback: str) -> AttemptEnded | Connected | None:
        self._asked()
        return self.results.get(callback)

    @property
    def line(self) -> list[str]:
        """Who stands in line, who is served next first."""
        waiting = [pair.placement for pair in self.pairs.values() if not pair.with_member]
        return [each.callback for each in sorted(waiting, key=lambda each: each.arrival - each.credit)]

    @property
    def ringing(self) -> list[str]:
        """Whose phones ring."""
        return [callback for callback, pair in self.pairs.items() if pair.attempt and not pair.is_connected]

    def member_answers(self) -> str:
        """A free member takes the next one and has heard the whisper; its callback."""
        callback = self.line[0]
        self.pairs[callback].with_member = True
        self._tell(MemberTook(callback))
        return callback

    def citizen_talks(self, callback: str) -> None:
        """They press the key."""
        pair = self.pairs[callback]
        pair.is_connected = True
        self.reached.append(callback)
        self.results[callback] = Connected(callback, pair.attempt)
        self._tell(self.results[callback])

    def talk_ends(self, callback: str) -> None:
        """Both hang up."""
        pair = self.pairs.pop(callback)
        self._tell(AttemptEnded(callback, pair.attempt, Outcome.REACHED))
        self._tell(PlaceholderGone(callback))

    def does_not_get_out(self, callback: str) -> None:
        """The trunk takes no call."""
        self.attempt_ends(callback, Outcome.FAILED, is_fault=True)

    def attempt_ends(
        self, callback: str, outcome: Outcome = Outcome.NO_ANSWER, wish: str = "", *, is_fault: bool = False
    ) -> None:
        """In vain."""
        pair = self.pairs.pop(callback)
        self.results[callback] = AttemptEnded(callback, pair.attempt, outcome, wish, is_fault)
        self._tell(self.results[callback])
        self._tell(PlaceholderGone(callback))

    def restarts(self) -> None:
        """Every channel and everything remembered is gone; nobody is told."""
        self.pairs.clear()
        self.results.clear()

    def _asked(self, callback: str = "") -> None:
        self.was_asked.set()
        if self.is_away:
            raise SwitchAway
        if callback in self.refused:
            raise SwitchRefused("Permission denied")

    def _lose_answer(self) -> None:
        if self.loses_answers:
            raise SwitchAway

    def _tell(self, event: AttemptEnded | Connected | MemberTook | PlaceholderGone) -> None:
        if not self.is_away:
            for hears in self.listeners:
                hears(event)
