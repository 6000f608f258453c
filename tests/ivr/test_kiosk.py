import pytest

from ivr.kiosk import kiosk
from ivr.line import CallEnded
from ivr.ports import Within
from routing.decision import Concern, Contact, Decision, Rule
from routing.number import NumberFormat
from tests.fakes.house import house
from tests.fakes.line import FakeLine
from tests.fakes.router import CountedAttempts, all_the_time, no_time


async def call(line: FakeLine, within: Within = all_the_time, most: int = 10) -> Decision:
    return await kiosk(line, house(attempts=CountedAttempts(most=most), within=within))


async def test_a_kiosk_greets_shortly_and_brings_its_credit() -> None:
    line = FakeLine("123456789#11", waiting=4)
    decision = await call(line)
    assert line.transcript[:7] == [
        "answer",
        "say kiosk-welcome",
        "keys customer-number",
        "key you-typed(123456789) right-or-again",
        "key concern",
        "say connecting",
        "set TEAMLINE_TOLD=",
    ]
    assert (decision.queue, decision.credit) == ("L01", 300)


async def test_an_emergency_at_a_kiosk_has_the_larger_credit() -> None:
    assert (await call(FakeLine("123456789#191"))).credit == 1800


async def test_a_kiosk_dialogue_that_takes_too_long_ends_in_the_general_line_with_its_credit() -> None:
    decision = await call(FakeLine("123456789#11"), no_time)
    assert (decision.rule, decision.queue, decision.credit) == (Rule.NO_NUMBER, "general-line", 300)


async def test_whoever_scanned_reaches_the_documents_team_without_a_question() -> None:
    line = FakeLine(waiting=4)
    scanned = Contact(arrival=0, concern=Concern.JOB, number=NumberFormat().written("123A456789"))
    decision = await kiosk(line, house(), scanned)
    assert (Rule.KIOSK_SCAN, "V01", 300, ["answer", "say connecting"]) == (
        decision.rule,
        decision.queue,
        decision.credit,
        [said for said in line.transcript if not said.startswith("set")],
    )


async def test_an_unknown_scan_reaches_the_general_line_and_says_the_same() -> None:
    line = FakeLine(waiting=4)
    decision = await kiosk(line, house(), Contact(arrival=0, number=NumberFormat().written("999A999999")))
    assert (Rule.UNKNOWN_NUMBER, "general-line", ["answer", "say connecting"]) == (
        decision.rule,
        decision.queue,
        [said for said in line.transcript if not said.startswith("set")],
    )


async def test_a_kiosk_over_the_limit_keeps_its_credit() -> None:
    decision = await call(FakeLine("123456789#11"), most=0)
    assert (decision.rule, decision.credit) == (Rule.OVER_LIMIT, 300)


async def test_a_handset_put_down_at_every_step_sets_nothing() -> None:
    whole = FakeLine("123456789#11")
    await call(whole)
    for step in range(1, whole.steps + 1):
        line = FakeLine("123456789#11", hangs_up_at=step)
        with pytest.raises(CallEnded):
            await call(line)
        assert line.variables == {}
