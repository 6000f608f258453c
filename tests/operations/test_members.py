import asyncio
from collections.abc import Iterable
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest

from ivr.ports import Desk, DeskAway
from operations.members import Joined, Left, MemberDesk, NotDone, PauseHealed, UnknownMember
from operations.ports import Switch, SwitchAway, SwitchRefused
from routing.centre import (
    Area,
    BenefitRule,
    Centre,
    Credits,
    Limits,
    Member,
    Site,
    Targets,
    Team,
    TeamKind,
)
from routing.hours import OpeningHours, WeeklyHours
from tests.fakes.switch import FakeSwitch

ZONE = ZoneInfo("Europe/Berlin")
OWN = {"L01", "A1-wide", "A1-urgent"}
ANNA = "PJSIP/anna"


def a_centre(members: dict[str, tuple[str, ...]], teams: Iterable[str] = ("L01", "L02", "V01", "general")) -> Centre:
    hours = OpeningHours(WeeklyHours(ZONE, MappingProxyType({}), always=True))
    kinds = {"L": TeamKind.BENEFIT, "V": TeamKind.PLACEMENT, "g": TeamKind.GENERAL}
    return Centre(
        name="Musterstadt",
        land="NW",
        timezone=ZONE,
        entry=("0211910000",),
        languages={"1": "de"},
        customer_pattern="999A999999",
        household_pattern="99999BG9999999",
        targets=Targets(),
        limits=Limits(),
        credits=Credits(),
        hours=hours,
        general_line="general",
        sites={"nord": Site("nord", "Nord")},
        areas={"A1": Area("A1", "Nord 1", "nord", ("L01", "L02"), "V01", BenefitRule.HOUSEHOLD_LAST_DIGIT)},
        teams={team: Team(team, team, kinds[team[0]], "2101", "a@example.org", hours, 30, 5, 15, 0) for team in teams},
        members={member: Member(member, member, own, "3101") for member, own in members.items()},
        kiosks={},
    )


CENTRE = a_centre({"anna": ("L01",), "bert": ("V01", "L02"), "gerda": ("general",)})


@pytest.fixture
def switch() -> FakeSwitch:
    return FakeSwitch([*CENTRE.queues, "foreign"])


@pytest.fixture
def desk(switch: FakeSwitch) -> MemberDesk:
    return MemberDesk(switch, lambda: CENTRE)


def test_the_desk_and_the_fake_are_what_the_ports_ask_for(desk: MemberDesk, switch: FakeSwitch) -> None:
    a_desk: Desk = desk
    a_switch: Switch = switch
    assert (a_desk, a_switch) == (desk, switch)


async def test_a_sign_in_joins_the_own_teams_and_what_derives_from_them(desk: MemberDesk, switch: FakeSwitch) -> None:
    await desk.sign_in("bert")

    assert {"V01", "L02", "A1-wide", "A1-urgent"} == switch.queues_of("PJSIP/bert")


async def test_a_member_without_an_area_joins_the_own_team_alone(desk: MemberDesk, switch: FakeSwitch) -> None:
    await desk.sign_in("gerda")

    assert {"general-line"} == switch.queues_of("PJSIP/gerda")


async def test_whoever_signs_in_is_signed_in_and_not_paused(desk: MemberDesk) -> None:
    before = await desk.is_signed_in("anna")
    await desk.sign_in("anna")

    assert (before, await desk.is_signed_in("anna"), await desk.is_paused("anna")) == (False, True, False)


async def test_a_foreign_queue_does_not_make_a_member_signed_in(desk: MemberDesk, switch: FakeSwitch) -> None:
    switch.place("foreign", "anna")

    assert not await desk.is_signed_in("anna")


async def test_a_second_sign_in_changes_nothing(desk: MemberDesk, switch: FakeSwitch) -> None:
    await desk.sign_in("anna")
    calls = list(switch.calls)
    await desk.sign_in("anna")

    assert calls == switch.calls


async def test_two_sign_ins_at_once_add_each_membership_once(desk: MemberDesk, switch: FakeSwitch) -> None:
    await asyncio.gather(desk.sign_in("anna"), desk.sign_in("anna"))

    assert sorted(("add", queue, ANNA) for queue in OWN) == sorted(switch.calls)


async def test_whoever_is_paused_anywhere_is_paused_in_all_after_a_sign_in(
    desk: MemberDesk, switch: FakeSwitch
) -> None:
    switch.place("L01", "anna", paused=True, reason="lunch")
    await desk.sign_in("anna")

    assert {("A1-urgent", "lunch"), ("A1-wide", "lunch"), ("L01", "lunch")} == {
        (member.queue, member.paused_reason) for member in await switch.members() if member.is_paused
    }


async def test_a_sign_in_heals_a_pause_in_one_queue(desk: MemberDesk, switch: FakeSwitch) -> None:
    switch.place("L01", "anna", paused=True, reason="lunch")
    switch.place("A1-wide", "anna")
    await desk.sign_in("anna")

    assert [member.is_paused for member in await switch.members()] == [True] * 3


async def test_a_sign_in_that_fails_once_is_completed(desk: MemberDesk, switch: FakeSwitch) -> None:
    switch.fails_next = [None, None, SwitchAway("lost in mid-sign-in")]
    await desk.sign_in("anna")

    assert switch.queues_of(ANNA) == OWN


async def test_a_sign_in_that_asterisk_refuses_in_one_queue_is_reported(desk: MemberDesk, switch: FakeSwitch) -> None:
    switch.refuses = {"A1-wide"}
    with pytest.raises(DeskAway, match="refused for this test"):
        await desk.sign_in("anna")

    assert switch.queues_of(ANNA) == OWN - {"A1-wide"}


async def test_reconciliation_completes_what_a_sign_in_left_undone(desk: MemberDesk, switch: FakeSwitch) -> None:
    switch.refuses = {"A1-wide"}
    with pytest.raises(DeskAway):
        await desk.sign_in("anna")
    switch.refuses = set()

    assert [Joined("anna", "A1-wide")] == await desk.reconcile(CENTRE)


async def test_a_sign_out_leaves_every_queue_also_stale_ones(desk: MemberDesk, switch: FakeSwitch) -> None:
    switch.queues["L99"] = {}
    switch.place("L99", "anna")
    await desk.sign_in("anna")
    await desk.sign_out("anna")

    assert set() == switch.queues_of(ANNA)


async def test_a_static_membership_in_a_foreign_queue_does_not_spoil_a_sign_out(
    desk: MemberDesk, switch: FakeSwitch
) -> None:
    switch.place("foreign", "anna")
    switch.static.add(("foreign", ANNA))
    await desk.sign_in("anna")
    await desk.sign_out("anna")

    assert {"foreign"} == switch.queues_of(ANNA)


async def test_a_static_membership_in_an_own_queue_is_reported_at_sign_out(
    desk: MemberDesk, switch: FakeSwitch
) -> None:
    switch.place("L01", "anna")
    switch.static.add(("L01", ANNA))

    with pytest.raises(DeskAway, match="not dynamic"):
        await desk.sign_out("anna")


async def test_a_pause_holds_in_all_queues_with_its_reason(desk: MemberDesk, switch: FakeSwitch) -> None:
    await desk.sign_in("anna")
    await desk.pause("anna", "lunch")

    assert {(True, "lunch")} == {(m.is_paused, m.paused_reason) for m in await switch.members(interface=ANNA)}
    assert await desk.is_paused("anna")


async def test_an_unpause_ends_the_pause_in_all_queues(desk: MemberDesk, switch: FakeSwitch) -> None:
    await desk.sign_in("anna")
    await desk.pause("anna")
    await desk.unpause("anna")

    assert not any(member.is_paused for member in await switch.members())


async def test_a_pause_of_somebody_in_no_queue_is_reported(desk: MemberDesk) -> None:
    with pytest.raises(DeskAway, match="Interface not found"):
        await desk.pause("anna")


@pytest.mark.parametrize("ask", ["is_signed_in", "is_paused", "sign_in", "sign_out", "pause", "unpause"])
async def test_a_phone_of_no_member_is_refused(desk: MemberDesk, ask: str) -> None:
    with pytest.raises(UnknownMember):
        await getattr(desk, ask)("stranger")


@pytest.mark.parametrize("ask", ["is_signed_in", "is_paused", "sign_in", "sign_out", "pause", "unpause"])
async def test_without_asterisk_the_desk_is_away(desk: MemberDesk, switch: FakeSwitch, ask: str) -> None:
    switch.is_away = True

    with pytest.raises(DeskAway):
        await getattr(desk, ask)("anna")


async def test_a_switch_that_never_answers_makes_the_desk_away(
    desk: MemberDesk, switch: FakeSwitch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("operations.members.DEADLINE_SECONDS", 0.01)
    monkeypatch.setattr(switch, "_turn", asyncio.Event().wait)

    with pytest.raises(DeskAway, match="took too long"):
        await desk.sign_in("anna")


async def test_reconciliation_without_asterisk_raises_desk_away(desk: MemberDesk, switch: FakeSwitch) -> None:
    switch.is_away = True

    with pytest.raises(DeskAway):
        await desk.reconcile(CENTRE)


async def test_reconciliation_of_what_is_right_changes_nothing(desk: MemberDesk, switch: FakeSwitch) -> None:
    await desk.sign_in("anna")
    await desk.sign_in("bert")
    questions = switch.questions

    assert ([], questions + 1) == (await desk.reconcile(CENTRE), switch.questions)


async def test_a_member_who_changes_team_joins_the_new_queues_and_leaves_the_old(
    desk: MemberDesk, switch: FakeSwitch
) -> None:
    await desk.sign_in("anna")
    changes = await desk.reconcile(a_centre({"anna": ("V01",)}))

    assert [Joined("anna", "V01"), Left("anna", "L01"), Left("anna", "A1-wide")] == changes
    assert {"V01", "A1-urgent"} == switch.queues_of(ANNA)


async def test_a_paused_member_who_changes_team_stays_paused(desk: MemberDesk, switch: FakeSwitch) -> None:
    await desk.sign_in("anna")
    await desk.pause("anna", "lunch")
    await desk.reconcile(a_centre({"anna": ("general",)}))

    assert [(m.queue, m.is_paused, m.paused_reason) for m in await switch.members()] == [
        ("general-line", True, "lunch")
    ]


async def test_a_member_gone_from_the_file_leaves_all_queues(desk: MemberDesk, switch: FakeSwitch) -> None:
    await desk.sign_in("anna")
    await desk.reconcile(a_centre({}))

    assert set() == switch.queues_of(ANNA)


async def test_a_member_gone_from_the_file_is_known_after_a_restart(switch: FakeSwitch) -> None:
    switch.place("L01", "anna")
    changes = await MemberDesk(switch, lambda: CENTRE).reconcile(a_centre({}))

    assert [Left("anna", "L01")] == changes


async def test_a_queue_gone_from_the_file_is_left(desk: MemberDesk) -> None:
    await desk.sign_in("bert")
    centre = a_centre({"bert": ("V01",)}, teams=("L01", "V01", "general"))
    changes = await desk.reconcile(centre)

    assert [Left("bert", "L02"), Left("bert", "A1-wide")] == changes


async def test_whoever_is_signed_out_stays_signed_out(desk: MemberDesk, switch: FakeSwitch) -> None:
    await desk.reconcile(a_centre({"anna": ("V01",)}))

    assert set() == switch.queues_of(ANNA)


async def test_foreign_queues_and_foreign_interfaces_are_left_alone(desk: MemberDesk, switch: FakeSwitch) -> None:
    await desk.sign_in("anna")
    switch.place("foreign", "anna")
    switch.place("L01", "boss", name="The Boss")
    before = list(await switch.members())

    assert await desk.reconcile(CENTRE) == []
    assert before == await switch.members()


async def test_a_foreign_name_for_a_member_in_an_own_queue_is_left_alone(desk: MemberDesk, switch: FakeSwitch) -> None:
    switch.place("V01", "anna", name="Anna from upstairs")

    assert await desk.reconcile(CENTRE) == []


async def test_a_pause_in_one_queue_is_healed_to_all(desk: MemberDesk, switch: FakeSwitch) -> None:
    await desk.sign_in("anna")
    switch.place("L01", "anna", paused=True, reason="lunch")
    changes = await desk.reconcile(CENTRE)

    assert [PauseHealed("anna")] == changes
    assert {(True, "lunch")} == {(m.is_paused, m.paused_reason) for m in await switch.members()}


async def test_a_queue_that_asterisk_does_not_know_yet_is_told_and_stops_nobody_else(
    desk: MemberDesk, switch: FakeSwitch
) -> None:
    await desk.sign_in("anna")
    await desk.sign_in("gerda")
    centre = a_centre({"anna": ("L03",), "gerda": ("V01",)}, teams=("L01", "L02", "L03", "V01", "general"))
    changes = await desk.reconcile(centre)

    assert NotDone(Joined("anna", "L03"), "Unable to add interface to queue: No such queue") in changes
    assert {"V01", "A1-urgent"} == switch.queues_of("PJSIP/gerda")


async def test_a_member_who_moves_to_a_queue_that_asterisk_does_not_know_yet_leaves_no_old_one_before(
    desk: MemberDesk, switch: FakeSwitch
) -> None:
    await desk.sign_in("gerda")
    centre = a_centre({"gerda": ("V03",)}, teams=("V03", "V01", "general"))
    await desk.reconcile(centre)
    assert {"general-line"} == switch.queues_of("PJSIP/gerda")

    switch.queues["V03"] = {}
    await desk.reconcile(centre)
    assert {"V03"} == switch.queues_of("PJSIP/gerda")


async def test_a_sign_out_during_reconciliation_is_not_undone(desk: MemberDesk, switch: FakeSwitch) -> None:
    await desk.sign_in("anna")
    switch.queues["A1-wide"].clear()
    await asyncio.gather(desk.reconcile(CENTRE), desk.sign_out("anna"))

    assert set() == switch.queues_of(ANNA)


async def test_no_lock_outlives_its_request(desk: MemberDesk) -> None:
    await desk.sign_in("anna")

    assert not desk._turns


async def test_a_refused_question_makes_reconciliation_raise_desk_away(desk: MemberDesk, switch: FakeSwitch) -> None:
    switch.fails_next = [SwitchRefused("Permission denied")]

    with pytest.raises(DeskAway, match="Permission denied"):
        await desk.reconcile(CENTRE)


async def test_nobody_pauses_for_a_reason_who_rings(desk: MemberDesk) -> None:
    await desk.sign_in("anna")

    assert await desk.paused_for("anna") is None


async def test_more_after_call_work_is_a_pause_that_tells_its_end(switch: FakeSwitch) -> None:
    desk = MemberDesk(switch, lambda: CENTRE, now=lambda: 1_000.9)
    await desk.sign_in("anna")
    await desk.pause("anna", "lunch")

    assert (180, "wrapup-1180") == (await desk.more_wrap_up("anna"), await desk.paused_for("anna"))


async def test_whoever_rings_is_paused_for_a_reason(desk: MemberDesk) -> None:
    await desk.sign_in("anna")

    assert (True, "missed-rings") == (
        await desk.pause_unless_paused("anna", "missed-rings"),
        await desk.paused_for("anna"),
    )


async def test_whoever_pauses_keeps_the_reason(desk: MemberDesk) -> None:
    await desk.sign_in("anna")
    await desk.pause("anna", "lunch")

    assert (False, "lunch") == (
        await desk.pause_unless_paused("anna", "missed-rings"),
        await desk.paused_for("anna"),
    )


async def test_whoever_has_signed_out_is_not_paused(desk: MemberDesk, switch: FakeSwitch) -> None:
    assert (False, []) == (await desk.pause_unless_paused("anna", "missed-rings"), switch.calls)


async def test_a_pause_ends_by_its_reason(desk: MemberDesk) -> None:
    await desk.sign_in("anna")
    await desk.pause("anna", "wrapup-1000")

    assert (True, None) == (await desk.end_pause("anna", "wrapup-1000"), await desk.paused_for("anna"))


async def test_a_pause_that_is_another_by_now_goes_on(desk: MemberDesk) -> None:
    await desk.sign_in("anna")
    await desk.pause("anna", "wrapup-1180")

    assert (False, "wrapup-1180") == (await desk.end_pause("anna", "wrapup-1000"), await desk.paused_for("anna"))
