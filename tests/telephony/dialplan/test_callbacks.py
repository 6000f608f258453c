import re
from collections.abc import Mapping
from dataclasses import replace

import pytest

from routing.centre import Centre
from routing.contact_rules import CallbackRules
from telephony.dialplan.callback_dial import NEVER, SUBSCRIBER
from telephony.dialplan.lines import UnrenderableValue
from telephony.dialplan.render import render
from telephony.dialplan.wiring import AsteriskVersion, Wiring

SOUNDS = {"": ("/p/whisper-callback-1",), "money": ("/p/whisper-money-1",), "job": ()}


@pytest.fixture
def centre(centre: Centre) -> Centre:
    teams = {**centre.teams, "L01": replace(centre.teams["L01"], outbound_caller_id="0211910101")}
    return replace(centre, teams=teams, callbacks=CallbackRules(also_allowed=("+431555123", "0800555")))


@pytest.fixture
def wiring(wiring: Wiring) -> Wiring:
    return replace(
        wiring,
        trunk="provider",
        callback_sounds=("/p/press-1", "/p/press-2"),
        later_sounds=("/p/later",),
        whisper_sounds=SOUNDS,
    )


def contexts(centre: Centre, wiring: Wiring) -> Mapping[str, list[str]]:
    """Context -> its applications, in order."""
    found = {}
    for block in re.split(r"^\[", render(centre, wiring)["extensions.conf"], flags=re.MULTILINE)[1:]:
        heading, *lines = block.splitlines()
        meant = [line.partition(" ; ")[0] for line in lines if line.startswith(("exten", " same"))]
        steps = [re.sub(r"^(?:exten => [^,]+,1| same => n)(?:\([\w-]+\))?,", "", line) for line in meant]
        found[heading.partition("]")[0]] = steps
    return found


def dials(steps: list[str]) -> list[str]:
    return re.findall(r"Dial\((PJSIP/[^,]+),", "\n".join(steps))


def test_a_placeholder_takes_nothing_from_the_router_without_a_filter(centre: Centre, wiring: Wiring) -> None:
    steps = contexts(centre, wiring)["teamline-callback"]
    given = ("QUEUE", "TEAM", "CONCERN", "LANGUAGE", "ARRIVAL", "CREDIT", "VISIT", "CALLER")
    for name in given:
        first = next(step for step in steps if f"TEAMLINE_{name}" in step)
        assert re.match(rf"Set\(_*TEAMLINE_{name}=\$\{{FILTER\(", first)
    assert "Set(TEAMLINE_RULE=callback)" in steps


def test_a_placeholder_stands_in_line_until_it_is_answered_or_its_queue_is_gone(centre: Centre, wiring: Wiring) -> None:
    steps = contexts(centre, wiring)["teamline-callback-line"]
    assert "GotoIf($[${QUEUE_EXISTS(${TEAMLINE_QUEUE})}]?:bye)" in steps
    queued = next(index for index, step in enumerate(steps) if step.startswith("Queue("))
    assert steps[queued + 1] == "GotoIf($[0${ANSWEREDTIME_MS} > 0]?bye)"
    assert steps[queued + 3 :] == ["Wait(2)", "Goto(s,1)", "Hangup()"]


@pytest.mark.parametrize(("version", "commas"), [((22, 10), 5), ((20, 19), 6)])
def test_the_whisper_stands_where_each_branch_of_asterisk_has_it(
    centre: Centre, wiring: Wiring, version: tuple[int, int], commas: int
) -> None:
    steps = contexts(centre, replace(wiring, asterisk=AsteriskVersion(*version)))["teamline-callback-line"]
    (queued,) = (step for step in steps if step.startswith("Queue("))
    assert queued.endswith(f"(teamline-display^s^1){',' * commas}teamline-callback-whisper)")


def test_a_member_hears_that_it_is_a_callback_and_what_it_is_about(centre: Centre, wiring: Wiring) -> None:
    steps = contexts(centre, wiring)["teamline-callback-whisper"]
    assert steps[0] == "Playback(/p/whisper-callback-1)"
    assert steps[1] == (
        "GosubIf($[${DIALPLAN_EXISTS(teamline-callback-team,${TEAMLINE_TEAM},1)}]?teamline-callback-team,${TEAMLINE_TEAM},1)"
    )
    about = steps.index('GotoIf($["${TEAMLINE_CONCERN}" != "money"]?not-money)')
    assert steps[about + 1 : about + 3] == ["Playback(/p/whisper-money-1)", "NoOp()"]
    assert "job" not in "".join(steps)


def test_a_member_hears_for_which_team_it_is_where_its_name_is_spoken(centre: Centre, wiring: Wiring) -> None:
    spoken = contexts(centre, replace(wiring, team_sounds={"L01": "/p/announced/abc"}))
    assert spoken["teamline-callback-team"] == ["Playback(/p/announced/abc)", "Return()"]
    assert contexts(centre, wiring)["teamline-callback-team"] == []


def test_the_whisper_is_told_once_the_second_end_rings_and_not_if_it_is_gone(centre: Centre, wiring: Wiring) -> None:
    steps = contexts(centre, wiring)["teamline-callback-whisper"]
    moved = steps.index(r"ChannelRedirect(${TEAMLINE_LEG}\;2,teamline-callback-taken,s,1)")
    assert steps[moved + 1 :] == [
        'GotoIf($["${CHANNELREDIRECT_STATUS}" = "SUCCESS"]?:bye)',
        "UserEvent(TeamlineCallback,Callback: ${TEAMLINE_CALLBACK},What: taken)",
        "Return()",
    ]


def test_a_member_for_whom_nobody_dials_is_free_again(centre: Centre, wiring: Wiring) -> None:
    assert contexts(centre, wiring)["teamline-callback-taken"][-2:] == ["Wait(15)", "Hangup()"]


def test_only_kiosks_of_the_centre_and_the_trunk_are_dialled(centre: Centre, wiring: Wiring) -> None:
    found = contexts(centre, wiring)
    assert dials(found["teamline-callback-dial"]) == ["PJSIP/k-nord-1", "PJSIP/${TEAMLINE_DIAL}@provider"]
    without = contexts(centre, replace(wiring, trunk=None))["teamline-callback-dial"]
    assert dials(without) == ["PJSIP/k-nord-1"]
    assert "Set(TEAMLINE_OVER=CHANUNAVAIL)" in without


def test_what_the_centre_allows_as_well_is_allowed_exactly_as_it_is_dialled(centre: Centre, wiring: Wiring) -> None:
    steps = contexts(centre, wiring)["teamline-callback-dial"]
    allowed = [step for step in steps if step.endswith("?Set(TEAMLINE_MAY=1))")]
    assert allowed == [
        f'ExecIf($["${{TEAMLINE_DIAL}}" = "{number}"]?Set(TEAMLINE_MAY=1))' for number in ("00431555123", "0800555")
    ]


@pytest.mark.parametrize("written", ["00497001234567", "+497001234567", "07001234567"])
def test_an_allowed_number_is_dialled_however_the_centre_has_written_it(
    centre: Centre, wiring: Wiring, written: str
) -> None:
    found = contexts(replace(centre, callbacks=CallbackRules(also_allowed=(written,))), wiring)
    allowed = 'ExecIf($["${TEAMLINE_DIAL}" = "07001234567"]?Set(TEAMLINE_MAY=1))'
    assert allowed in found["teamline-callback-dial"]


@pytest.mark.parametrize("number", ["0211555012", "0301234567", "015155512345", "016012345678", "017012345678"])
def test_fixed_lines_and_mobiles_are_dialled(number: str) -> None:
    assert re.search(SUBSCRIBER, number)
    assert not re.search(NEVER, number)


@pytest.mark.parametrize(
    "number",
    [
        *("", "110", "112", "0110", "3001", "2101", "*8901", "02115", "00431555123", "+49211555012"),
        *("0900123456", "0180123456", "0137123456", "01181234", "0321234567", "0700123456", "0190123456"),
        *("010330211555", "0211555012@evil", "0211555012&PJSIP/m0101", "0211 555012", "021155501234567890"),
    ],
)
def test_nothing_else_is(number: str) -> None:
    assert not re.search(SUBSCRIBER, number) or re.search(NEVER, number)


def test_each_attempt_dials_once_and_its_end_is_told_whatever_happens(centre: Centre, wiring: Wiring) -> None:
    steps = contexts(centre, wiring)["teamline-callback-dial"]
    once = steps.index('GotoIf($["${TEAMLINE_NEXT}" = "" | "${TEAMLINE_NEXT}" = "${TEAMLINE_ATTEMPT}"]?bye)')
    told = steps.index("Set(CHANNEL(hangup_handler_push)=teamline-callback-ended,s,1)")
    assert once < told < next(index for index, step in enumerate(steps) if "Dial(" in step)


def test_the_citizen_is_shown_a_number_of_ours_alone(centre: Centre, wiring: Wiring) -> None:
    steps = contexts(centre, wiring)["teamline-callback-shown"]
    assert steps[:2] == [
        "Set(CONNECTEDLINE(num,i)=0211910000)",
        'ExecIf($["${TEAMLINE_SHOWN}" = "0211910101"]?Set(CONNECTEDLINE(num,i)=0211910101))',
    ]


def test_a_number_of_ours_that_begins_with_a_plus_is_shown_as_it_is_written(centre: Centre, wiring: Wiring) -> None:
    steps = contexts(centre, wiring)["teamline-callback-dial"]
    assert ["Set(_TEAMLINE_SHOWN=${FILTER(0-9+,${TEAMLINE_SHOWN}):0:32})"] == [
        step for step in steps if "TEAMLINE_SHOWN=" in step
    ]


def test_without_a_router_the_citizen_is_asked_all_the_same(centre: Centre, wiring: Wiring) -> None:
    steps = contexts(centre, wiring)["teamline-callback-asked"]
    asked = [index for index, step in enumerate(steps) if step.startswith("AGI(")]
    read = steps.index("Read(TEAMLINE_ACCEPT,/p/press-1&/p/press-2,1,,2,4)")
    assert max(asked) < read
    assert "Set(TIMEOUT(absolute)=0)" in steps[read:]


def test_two_days_of_results_are_kept_and_the_older_ones_of_the_week_go(centre: Centre, wiring: Wiring) -> None:
    steps = contexts(centre, wiring)["teamline-callback-ended"]
    removed = re.findall(r"DBdeltree\(teamline-callback-\$\[\(\$\{STRFTIME\([^)]*\)\} \+ (\d)\) % 7\]\)", str(steps))
    assert removed == ["1", "2", "3", "4"]


def test_no_number_is_in_an_event_or_in_queue_log(centre: Centre, wiring: Wiring) -> None:
    for steps in contexts(centre, wiring).values():
        for step in steps:
            if step.startswith(("UserEvent(", "QueueLog(", "Set(DB(")):
                assert not {"TEAMLINE_DIAL}", "TEAMLINE_CALLER}"} & set(re.findall(r"TEAMLINE_\w+\}", step))


def test_only_hash_leads_out_of_line_and_back_into_it(centre: Centre, wiring: Wiring) -> None:
    files = render(centre, wiring)
    assert "context = teamline-key ;" in files["queues.conf"]
    block = files["extensions.conf"].partition("[teamline-key]\n")[2].partition("\n\n")[0]
    assert re.findall(r"exten => ([^,]+),", block) == ["#"]
    assert contexts(centre, wiring)["teamline-key"] == [
        "Set(TEAMLINE_QUEUE=${TEAMLINE_LINE})",
        "Set(QUEUESTATUS=KEY)",
        "UserEvent(TeamlineLeft,Queue: ${TEAMLINE_QUEUE},Place: ${TEAMLINE_PLACE},Status: ${QUEUESTATUS})",
        "Goto(teamline-after,s,1)",
    ]


def test_no_context_of_callbacks_can_be_named_by_a_telephone(centre: Centre, wiring: Wiring) -> None:
    outside = ("teamline-in", "teamline-member", "teamline-transfer", "teamline-queue", "teamline-kiosk")
    found = contexts(centre, wiring)
    assert not [step for context in outside for step in found[context] if "teamline-callback" in step]


def test_a_number_that_could_be_misread_is_refused(centre: Centre, wiring: Wiring) -> None:
    odd = replace(centre, callbacks=CallbackRules(also_allowed=('0"]?Set(X=1',)))
    with pytest.raises(UnrenderableValue):
        render(odd, wiring)


def test_who_was_called_back_and_is_sent_to_another_team_is_a_caller_there(centre: Centre, wiring: Wiring) -> None:
    found = contexts(centre, wiring)
    for context in ("teamline-transfer", "teamline-member"):
        sent = found[context].index("Goto(teamline-queue,L01,1)")
        assert found[context][sent - 1] == 'ExecIf($["${TEAMLINE_RULE}" = "callback"]?Set(TEAMLINE_RULE=))'


def test_a_member_who_has_waited_long_hangs_up_on_an_attempt_that_counts(centre: Centre, wiring: Wiring) -> None:
    found = contexts(centre, wiring)
    since = "SHARED(TEAMLINE_SINCE)"
    assert f"Set({since}=${{EPOCH}})" in found["teamline-callback-dial"]
    assert r"Set(SHARED(TEAMLINE_SINCE,${TEAMLINE_LEG}\;2)=${EPOCH})" in found["teamline-callback-asked"]
    judged = f"Set(TEAMLINE_STATUS=${{IF($[${{EPOCH}} - 0${{{since}}} < 15]?CANCEL:NOANSWER)}})"
    assert judged in found["teamline-callback-ended"]
