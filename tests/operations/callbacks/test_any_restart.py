"""Router, store and Asterisk die at any moment, in any order: no promise is lost, nobody is rung twice at once."""

import asyncio
from collections.abc import Awaitable

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from facts.contact import LeftState
from routing.callback import WAITING, Outcome, State
from tests.fakes.callback_house import CallbackHouse
from tests.fakes.entries import MONDAY

VAIN = st.sampled_from([Outcome.NO_ANSWER, Outcome.BUSY, Outcome.REFUSED, Outcome.FAILED])
MOST = 6


class AnyRestart(RuleBasedStateMachine):
    """One centre for a few hours. The small Asterisk itself refuses to begin one attempt twice."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.house = self._made()
        self.asked: list[str] = []

    def _made(self) -> CallbackHouse:
        async def make() -> CallbackHouse:
            return CallbackHouse()

        return self.loop.run_until_complete(make())

    def _do(self, work: Awaitable[object]) -> None:
        async def whole() -> None:
            await work
            await self.house.settle()

        self.loop.run_until_complete(whole())

    @precondition(lambda self: not self.house.kept.is_away and len(self.asked) < MOST)
    @rule()
    def somebody_asks(self) -> None:
        async def ask() -> None:
            entry = await self.house.ask(arrival=int(MONDAY) + len(self.asked), phone=f"+4921155510{len(self.asked)}")
            self.asked.append(entry.id)

        self._do(ask())

    @rule(seconds=st.sampled_from([0.1, 3.0, 70.0]))
    def the_router_looks(self, seconds: float) -> None:
        self._do(self.house.look(seconds))

    @precondition(lambda self: self.house.asterisk.line)
    @rule()
    def a_member_answers(self) -> None:
        async def answer() -> None:
            self.house.asterisk.member_answers()

        self._do(answer())

    @precondition(lambda self: self.house.asterisk.ringing)
    @rule()
    def a_citizen_talks(self) -> None:
        async def talk() -> None:
            self.house.asterisk.citizen_talks(self.house.asterisk.ringing[0])

        self._do(talk())

    @precondition(lambda self: self.house.asterisk.ringing)
    @rule(outcome=VAIN)
    def nobody_is_reached(self, outcome: Outcome) -> None:
        async def end() -> None:
            self.house.asterisk.attempt_ends(self.house.asterisk.ringing[0], outcome)

        self._do(end())

    @precondition(lambda self: any(pair.is_connected for pair in self.house.asterisk.pairs.values()))
    @rule()
    def a_talk_ends(self) -> None:
        async def end() -> None:
            pairs = self.house.asterisk.pairs
            self.house.asterisk.talk_ends(next(each for each, pair in pairs.items() if pair.is_connected))

        self._do(end())

    @rule()
    def the_router_is_killed_and_started(self) -> None:
        async def kill() -> None:
            await self.house.kill()
            self.house.start_again()

        self._do(kill())

    @rule()
    def the_router_dies_in_the_middle_of_an_answer(self) -> None:
        async def kill() -> None:
            if self.house.asterisk.line:
                self.house.asterisk.member_answers()
                await asyncio.sleep(0)
            await self.house.kill()
            self.house.start_again()

        self._do(kill())

    @rule(away=st.booleans())
    def the_store_goes_or_comes(self, away: bool) -> None:
        self.house.kept.is_away = away

    @rule(away=st.booleans())
    def asterisk_is_cut_off_or_heard_again(self, away: bool) -> None:
        self.house.asterisk.is_away = away

    @rule(loses=st.booleans())
    def answers_are_lost(self, loses: bool) -> None:
        self.house.asterisk.loses_answers = loses

    @rule()
    def asterisk_restarts(self) -> None:
        self.house.asterisk.restarts()

    @rule(stopped=st.booleans())
    def the_kill_switch(self, stopped: bool) -> None:
        self.house.is_stopped = stopped

    @invariant()
    def every_promise_is_kept_in_the_store(self) -> None:
        for callback in self.asked:
            entry = self.house.kept.entries[callback]
            state = State(entry.life)
            assert state in WAITING | {State.GIVEN_UP, State.REACHED}
            assert (entry.state is LeftState.DONE) == (state is State.REACHED)

    @invariant()
    def no_attempt_is_dialled_twice(self) -> None:
        dials = [(each.callback, each.attempt) for each in self.house.asterisk.dialled]
        assert len(set(dials)) == len(dials)

    @invariant()
    def each_dial_was_noted_before(self) -> None:
        for dial in self.house.asterisk.dialled:
            assert dial.attempt <= self.house.kept.entries[dial.callback].attempts

    @invariant()
    def whoever_is_known_to_be_reached_is_not_dialled_again(self) -> None:
        for callback in self.asked:
            entry = self.house.kept.entries[callback]
            if entry.life == State.REACHED.value:
                assert callback not in self.house.asterisk.ringing

    def teardown(self) -> None:
        """Once everything is back, everybody is served within a while, in the order of arrival."""
        self._all_is_well_again()
        for _ in range(400):
            self._do(self.house.look(20.0))
            self._serve_the_line()
            if not any(State(self.house.kept.entries[each].life) in WAITING for each in self.asked):
                break
        lives = {State(self.house.kept.entries[each].life) for each in self.asked}
        self._do(self.house.kill())
        self.loop.close()
        assert lives <= {State.REACHED, State.GIVEN_UP}

    def _all_is_well_again(self) -> None:
        self.house.kept.is_away = self.house.asterisk.is_away = False
        self.house.asterisk.loses_answers = self.house.is_stopped = False

    def _serve_the_line(self) -> None:
        arrivals = [self.house.asterisk.pairs[each].placement.arrival for each in self.house.asterisk.line]
        assert sorted(arrivals) == arrivals
        self._all_talk()
        while self.house.asterisk.line:
            self.a_member_answers()
            self._all_talk()

    def _all_talk(self) -> None:
        while self.house.asterisk.ringing:
            self.a_citizen_talks()
        while any(pair.is_connected for pair in self.house.asterisk.pairs.values()):
            self.a_talk_ends()


TestAnyRestart = AnyRestart.TestCase
TestAnyRestart.settings = settings(
    max_examples=30, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
