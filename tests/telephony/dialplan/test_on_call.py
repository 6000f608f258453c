import re
from collections.abc import Mapping
from dataclasses import replace

import pytest

from routing.centre import Centre
from routing.contact_rules import EmergencyRules
from telephony.dialplan.lines import UnrenderableValue
from telephony.dialplan.render import render
from telephony.dialplan.wiring import Wiring

OUTSIDE = "0211910999"
REACHED_FROM_PHONES = ("teamline-in", "teamline-member", "teamline-kiosk", "teamline-transfer", "teamline-queue")


def contexts(centre: Centre, wiring: Wiring) -> Mapping[str, list[str]]:
    """Context -> its lines without comments."""
    blocks = re.split(r"^\[", render(centre, wiring)["extensions.conf"], flags=re.MULTILINE)[1:]
    return {
        block.partition("]")[0]: [
            line.partition(" ; ")[0] for line in block.splitlines()[1:] if line[:1] not in {"", ";"}
        ]
        for block in blocks
    }


def dials(lines: list[str]) -> list[str]:
    return re.findall(r"Dial\((\S+)\)$", "\n".join(lines), re.MULTILINE)


def on_call(centre: Centre, *numbers: str) -> Centre:
    return replace(centre, emergency=EmergencyRules(on_call=numbers, ring_seconds=20))


@pytest.fixture
def outward(wiring: Wiring) -> Wiring:
    return replace(
        wiring, trunk="provider", on_call_sounds=("/p/de/accept-1",), goodbye_sounds=("/p/de/bye-1", "/p/de/bye-2")
    )


def test_numbers_are_rung_one_after_the_other_as_teams_yaml_has_them(centre: Centre, outward: Wiring) -> None:
    found = contexts(on_call(centre, "3201", OUTSIDE, "3001"), outward)["teamline-on-call"]
    assert [
        "PJSIP/m0201,20,riIb(teamline-display^s^1)U(teamline-on-call-taken^s^1)",
        f"Local/{OUTSIDE}@teamline-on-call-outside,50,riI",
        "PJSIP/m0001,20,riIb(teamline-display^s^1)U(teamline-on-call-taken^s^1)",
    ] == dials(found)


def test_a_number_outside_is_an_extension_of_its_own_by_the_trunk(centre: Centre, outward: Wiring) -> None:
    found = contexts(on_call(centre, "3201", OUTSIDE), outward)["teamline-on-call-outside"]
    shown, asked = "b(teamline-on-call-shown^s^1)", "U(teamline-on-call-asked^s^1)"
    assert [f"exten => {OUTSIDE},1,Dial(PJSIP/{OUTSIDE}@provider,20,iI{shown}{asked})", " same => n,Hangup()"] == found


def test_without_a_trunk_no_number_outside_is_dialled(centre: Centre, wiring: Wiring) -> None:
    found = contexts(on_call(centre, OUTSIDE), wiring)
    assert [] == dials([line for name in found for line in found[name] if name.startswith("teamline-on-call")])


def test_a_telephone_names_no_number_of_the_emergency_service(centre: Centre, outward: Wiring) -> None:
    found = contexts(on_call(centre, OUTSIDE), outward)
    assert not [line for context in REACHED_FROM_PHONES for line in found[context] if OUTSIDE in line]
    assert not [line for context in REACHED_FROM_PHONES for line in found[context] if "on-call" in line]


def test_the_outside_sees_the_general_lines_number(centre: Centre, outward: Wiring) -> None:
    general = replace(centre.teams["general"], outbound_caller_id="0211910001")
    named = replace(centre, teams={**centre.teams, "general": general})
    assert "Set(CONNECTEDLINE(num,i)=0211910001)" in contexts(named, outward)["teamline-on-call-shown"][0]


def test_the_outside_sees_the_entry_number_where_the_general_line_has_none(centre: Centre, outward: Wiring) -> None:
    assert "Set(CONNECTEDLINE(num,i)=0211910000)" in contexts(centre, outward)["teamline-on-call-shown"][0]


def test_nobody_comes_to_the_emergency_service_twice(centre: Centre, outward: Wiring) -> None:
    found = contexts(on_call(centre, OUTSIDE), outward)
    way_in = 'GotoIf($["${TEAMLINE_END}${TEAMLINE_ON_CALL}" = "on-call"]?teamline-on-call,s,1)'
    assert [way_in in line for line in found["teamline-decided"]].count(True) == 1
    assert "Set(TEAMLINE_ON_CALL=unanswered)" in "\n".join(found["teamline-on-call"])


def test_a_router_that_is_away_leaves_a_word_before_the_end(centre: Centre, outward: Wiring) -> None:
    found = contexts(on_call(centre, OUTSIDE), outward)["teamline-on-call-over"]
    assert [" same => n,Playback(/p/de/bye-1&/p/de/bye-2)", " same => n,Hangup()"] == found[-3:-1]


def test_without_a_router_the_goodbye_is_said_in_the_language_of_the_caller(centre: Centre, outward: Wiring) -> None:
    spoken = replace(outward, goodbye_sounds_in={"de-leicht": ("/p/de-leicht/bye-1",)})
    found = contexts(on_call(centre, "3201"), spoken)["teamline-on-call-over"]
    begins = next(at for at, line in enumerate(found) if "de-leicht" in line)
    assert [
        r' same => n,GotoIf($["${FILTER(a-z\-,${TEAMLINE_LANGUAGE})}" != "de-leicht"]?not-de-leicht)',
        " same => n,Playback(/p/de-leicht/bye-1)",
        " same => n,Hangup()",
        " same => n(not-de-leicht),NoOp()",
        " same => n,Playback(/p/de/bye-1&/p/de/bye-2)",
    ] == found[begins : begins + 5]


def test_a_hostile_trunk_name_is_not_rendered(centre: Centre, outward: Wiring) -> None:
    with pytest.raises(UnrenderableValue, match="trunk"):
        render(on_call(centre, OUTSIDE), replace(outward, trunk="provider,1)\nexten => s,1,System(x"))


def test_a_raised_emergency_has_the_credit_of_teams_yaml_in_its_areas_urgent_queue(
    centre: Centre, wiring: Wiring
) -> None:
    found = "\n".join(contexts(centre, wiring)["teamline-raised"])
    assert found.count("Goto(teamline-queue,A1-urgent,1)") == len(("L01", "L02", "V01"))
    assert "Set(TEAMLINE_CREDIT=1800)" in found
    assert "Goto(teamline-queue,general-line,1)" in found
