from collections.abc import Sequence
from dataclasses import replace

import pytest

from facts.place import Place
from operations.difference import Difference, Drift
from operations.ports import SwitchRefused
from operations.stranded import PATIENCE_SECONDS, Stranded

PLACE = Place("pbx1", "1.1", "L01", 1, "L01")


def found(kind: Drift) -> Difference:
    return Difference(kind, PLACE.key, "in line", "waits in a queue that is no more", cure="bring it back", call="1.1")


class Switch:
    def __init__(self, is_refusing: bool = False) -> None:
        self.sent: list[str] = []
        self.ended: list[str] = []
        self._is_refusing = is_refusing

    async def send_into_line(self, call: str) -> None:
        if self._is_refusing:
            raise SwitchRefused("No such channel")
        self.sent.append(call)

    async def hang_up(self, call: str) -> None:
        self.ended.append(call)


class Pauses:
    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


async def brought_back(kind: Drift, standing: Sequence[Difference], switch: Switch) -> list[float]:
    pauses = Pauses()
    await Stranded(switch, lambda: standing, pauses).bring_back(found(kind))
    return pauses.seconds


async def test_a_caller_whose_queue_is_back_is_sent_into_line_at_once() -> None:
    switch = Switch()
    assert [] == await brought_back(Drift.CALLER_STRANDED, (), switch)
    assert ["1.1"] == switch.sent


async def test_a_caller_whose_queue_stays_away_is_sent_into_line_after_a_while() -> None:
    switch = Switch()
    assert [PATIENCE_SECONDS] == await brought_back(Drift.QUEUE_MISSING, [found(Drift.QUEUE_MISSING)], switch)
    assert ["1.1"] == switch.sent


async def test_a_caller_whose_queue_comes_back_in_time_is_left_to_the_next_comparison() -> None:
    switch = Switch()
    await brought_back(Drift.QUEUE_MISSING, [found(Drift.CALLER_STRANDED)], switch)
    assert [] == switch.sent


async def test_a_caller_who_has_hung_up_meanwhile_disturbs_nobody() -> None:
    switch = Switch(is_refusing=True)
    await brought_back(Drift.CALLER_STRANDED, (), switch)
    assert [] == switch.sent


CALLBACK = "m-" + "0" * 26


async def waited(*comparisons: Sequence[Difference]) -> Switch:
    """What becomes of a placeholder, with these comparisons one after the other."""
    switch, told = Switch(), iter(comparisons)
    stranded = replace(found(Drift.CALLER_STRANDED), call=CALLBACK, is_placeholder=True)
    await Stranded(switch, lambda: next(told), Pauses()).bring_back(stranded)
    return switch


def still(kind: Drift = Drift.CALLER_STRANDED) -> list[Difference]:
    return [replace(found(kind), call=CALLBACK)]


@pytest.mark.parametrize("kind", [Drift.CALLER_STRANDED, Drift.QUEUE_MISSING])
async def test_a_placeholder_that_stays_stranded_is_hung_up_and_never_sent_on(kind: Drift) -> None:
    switch = await waited(still(), still(kind))
    assert ([CALLBACK], []) == (switch.ended, switch.sent)


async def test_a_citizen_who_was_called_back_and_sent_on_is_sent_into_line_and_never_hung_up() -> None:
    switch = Switch()
    stranded = replace(found(Drift.CALLER_STRANDED), call=CALLBACK)
    await Stranded(switch, lambda: (), Pauses()).bring_back(stranded)
    assert ([], [CALLBACK]) == (switch.ended, switch.sent)


async def test_a_placeholder_that_a_member_was_just_told_of_is_left_alone() -> None:
    assert [] == (await waited(still(), ())).ended


async def test_nobody_ends_a_placeholder_by_a_comparison_of_long_ago() -> None:
    last = still()
    assert [] == (await waited(last, last)).ended


async def test_a_placeholder_with_another_difference_is_left_alone() -> None:
    assert [] == (await waited(still(), still(Drift.CALLER_ELSEWHERE))).ended
