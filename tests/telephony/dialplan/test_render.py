import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing.centre import Centre, Member
from routing.contact_rules import WaitingSound
from routing.fair_line import HORIZON
from telephony.dialplan.lines import MARK, UnrenderableValue, address, digits, network, path, secret, shown, token
from telephony.dialplan.render import render
from telephony.dialplan.wiring import AsteriskVersion, UnsupportedAsterisk, Wiring

NAMED_FROM_OUTSIDE = ("teamline-in", "teamline-member", "teamline-transfer", "teamline-queue")
FILES = ["cdr.conf", "cel.conf", "extensions.conf", "manager.conf", "musiconhold.conf", "pjsip.conf", "queues.conf"]


@pytest.fixture
def files(centre: Centre, wiring: Wiring) -> Mapping[str, str]:
    return render(centre, wiring)


@pytest.fixture
def dialplan(files: Mapping[str, str]) -> Mapping[str, list[str]]:
    return dict(sections(files["extensions.conf"]))


def sections(text: str) -> Iterator[tuple[str, list[str]]]:
    """Heading without brackets and additions -> its lines without comments, in order."""
    for block in re.split(r"^\[", text, flags=re.MULTILINE)[1:]:
        heading, *lines = block.splitlines()
        meant = [line.partition(" ; ")[0] for line in lines if line and not line.startswith(";")]
        yield heading.partition("]")[0], meant


def extensions_of(lines: list[str]) -> list[str]:
    return [found[1] for line in lines if (found := re.match(r"exten => ([^,]+),1", line))]


def applications(lines: list[str]) -> list[str]:
    return [re.sub(r"^(?:exten => [^,]+,1| same => n)(?:\(\w+\))?,", "", line) for line in lines]


def test_every_file_carries_our_mark_and_the_version(files: Mapping[str, str]) -> None:
    assert sorted(files) == FILES
    assert all(text.startswith(f"{MARK}\n; configuration c0ffee12:") for text in files.values())


def test_the_same_centre_renders_the_same_bytes(centre: Centre, wiring: Wiring) -> None:
    assert render(centre, wiring) == render(centre, wiring)


def test_an_asterisk_that_cannot_keep_the_order_is_refused(centre: Centre, wiring: Wiring) -> None:
    with pytest.raises(UnsupportedAsterisk):
        render(centre, replace(wiring, asterisk=AsteriskVersion(22, 8)))


def test_the_global_says_which_version_is_active(dialplan: Mapping[str, list[str]]) -> None:
    assert "TEAMLINE_CONFIG = c0ffee12" in dialplan["globals"]


def test_the_trunk_reaches_entry_numbers_and_nothing_else(dialplan: Mapping[str, list[str]]) -> None:
    assert extensions_of(dialplan["teamline-in"]) == ["0211910000"]


@pytest.mark.parametrize("context", NAMED_FROM_OUTSIDE)
def test_a_context_named_from_outside_has_exact_extensions_only(
    dialplan: Mapping[str, list[str]], context: str
) -> None:
    names = extensions_of(dialplan[context])
    assert names
    assert not [name for name in names if name.startswith("_") or name in {"s", "T", "i", "t", "e", "h", "o"}]


def test_a_message_finds_no_extension(dialplan: Mapping[str, list[str]], files: Mapping[str, str]) -> None:
    assert dialplan["teamline-nowhere"] == []
    assert "message_context = teamline-nowhere" in files["pjsip.conf"]


def test_every_queue_is_one_extension(dialplan: Mapping[str, list[str]], centre: Centre) -> None:
    assert extensions_of(dialplan["teamline-queue"]) == list(centre.queues)


def test_a_call_notes_its_arrival_and_its_place_before_anything_else(dialplan: Mapping[str, list[str]]) -> None:
    for context in ("teamline-inbound", "teamline-kiosk-call"):
        assert applications(dialplan[context])[:2] == [
            "Set(__TEAMLINE_ARRIVAL=${EPOCH})",
            f"Set(QUEUE_PRIO=$[{HORIZON} - ${{TEAMLINE_ARRIVAL}}])",
        ]


def test_the_caller_id_is_clean_and_nothing_is_decided_before_the_router_is_asked(
    dialplan: Mapping[str, list[str]],
) -> None:
    steps = applications(dialplan["teamline-inbound"])
    before = steps[: next(index for index, step in enumerate(steps) if step.startswith("AGI("))]
    assert [step for step in before if step.startswith("Set(_TEAMLINE_CALLER=${FILTER(0-9+:,")]
    assert {"Set(CALLERID(num)=)", "Set(CALLERID(name)=)", "Set(TEAMLINE_QUEUE=)", "Set(TEAMLINE_END=)"} <= set(before)
    assert "Set(__TRANSFER_CONTEXT=teamline-transfer)" in before


def test_a_privacy_header_withholds_the_number_and_only_letters_of_it_are_looked_at(
    dialplan: Mapping[str, list[str]],
) -> None:
    steps = applications(dialplan["teamline-inbound"])
    read = steps.index("Set(TEAMLINE_PRIVACY=${TOLOWER(${FILTER(a-zA-Z,${PJSIP_HEADER(read,Privacy)})})})")
    wish = '$["${TEAMLINE_PRIVACY}" != "" & "${TEAMLINE_PRIVACY}" != "none"]'
    assert f"ExecIf({wish}?Set(_TEAMLINE_CALLER=))" == steps[read + 1]
    assert read < steps.index("Set(CALLERID(num-pres)=allowed)")


def test_every_question_is_armed_right_before_it_is_put(dialplan: Mapping[str, list[str]]) -> None:
    asked = 0
    for context, lines in dialplan.items():
        steps = applications(lines)
        seconds = 3 if context == "teamline-after" else 10
        armed = ["Set(AGIEXITONHANGUP=yes)", f"Set(TIMEOUT(absolute)={seconds})"]
        for index, step in enumerate(steps):
            if step.startswith("AGI("):
                assert armed == steps[index - 2 : index]
                asked += 1
    assert asked == 2 * len(
        ("inbound", "kiosk", "after-queue", "on-call", "sign", "pause", "more", "ring", "announce", "callback")
    )


def test_every_context_that_asks_has_a_way_out_of_silence(dialplan: Mapping[str, list[str]]) -> None:
    asking = {name for name, lines in dialplan.items() if any(step.startswith("AGI(") for step in applications(lines))}
    assert {name for name in asking if "T" not in extensions_of(dialplan[name])} == {"teamline-callback-asked"}


def test_no_time_limit_runs_on_into_a_queue(dialplan: Mapping[str, list[str]]) -> None:
    queueing = [lines for lines in dialplan.values() if any("Queue(" in line for line in lines)]
    assert len(queueing) == len(("teamline-line", "teamline-fallback", "teamline-callback-line"))
    assert all(applications(lines)[0] == "Set(TIMEOUT(absolute)=0)" for lines in queueing)


def test_every_way_into_a_queue_has_a_priority(dialplan: Mapping[str, list[str]]) -> None:
    for lines in dialplan.values():
        steps = applications(lines)
        if any(step.startswith("Queue(") for step in steps):
            assert any("Set(QUEUE_PRIO=" in step for step in steps)


def test_only_the_second_router_is_asked_when_the_first_decided_nothing(
    dialplan: Mapping[str, list[str]], centre: Centre, wiring: Wiring
) -> None:
    steps = applications(dialplan["teamline-inbound"])
    assert [step for step in steps if step.startswith(("AGI(", "GotoIf("))] == [
        "AGI(agi://127.0.0.1:4573/inbound,${TEAMLINE_ARRIVAL},${TEAMLINE_TEXT})",
        'GotoIf($["${TEAMLINE_QUEUE}${TEAMLINE_END}" != ""]?decided)',
        "AGI(agi://10.0.0.2:4573/inbound,${TEAMLINE_ARRIVAL},${TEAMLINE_TEXT})",
    ]
    alone = render(centre, replace(wiring, agi=("127.0.0.1:4573",)))["extensions.conf"]
    assert "10.0.0.2" not in alone


def test_a_limit_that_was_armed_too_late_sends_nobody_out_of_line(dialplan: Mapping[str, list[str]]) -> None:
    for context in ("teamline-line", "teamline-fallback"):
        lines = dialplan[context]
        late = next(index for index, line in enumerate(lines) if line.startswith("exten => T,1,"))
        told, back = applications(lines[late:])
        assert told.startswith("UserEvent(TeamlineLeft,")
        assert told.endswith(",Status: TIMEOUT)")
        assert back == "Goto(s,1)"


def test_the_fallback_speaks_then_queues_for_the_general_line_without_end(
    dialplan: Mapping[str, list[str]],
) -> None:
    steps = applications(dialplan["teamline-fallback"])
    assert "Playback(/var/lib/teamline/prompts/de/please-wait)" in steps
    queued = steps.index("Queue(general-line,iIb(teamline-display^s^1))")
    assert steps[queued + 1 : queued + 6] == [
        "GotoIf($[0${ANSWEREDTIME_MS} > 0]?bye)",
        "UserEvent(TeamlineLeft,Queue: general-line,Place: ${TEAMLINE_PLACE},Status: ${QUEUESTATUS})",
        "Wait(2)",
        "Goto(line)",
        "Hangup()",
    ]


def test_whoever_falls_back_is_there_by_nobodys_decision(dialplan: Mapping[str, list[str]]) -> None:
    steps = applications(dialplan["teamline-fallback"])
    assert {"Set(TEAMLINE_TEAM=)", "Set(TEAMLINE_RULE=fallback)"} <= set(steps[: steps.index("Answer()")])


def _filtered(name: str) -> str:
    return rf"${{FILTER(A-Za-z0-9_\-,${{TEAMLINE_{name}}})}}"


@pytest.mark.parametrize(
    ("context", "queue", "slice_"),
    [
        ("teamline-line", "${TEAMLINE_QUEUE}", ",,,${TEAMLINE_SLICE}"),
        ("teamline-fallback", "general-line", ""),
        ("teamline-callback-line", "${TEAMLINE_QUEUE}", ",,,,,teamline-callback-whisper"),
    ],
)
def test_every_visit_to_a_line_is_counted_and_told_right_before_it(
    dialplan: Mapping[str, list[str]], context: str, queue: str, slice_: str
) -> None:
    steps = applications(dialplan[context])
    queued = steps.index(f"Queue({queue},iIb(teamline-display^s^1){slice_})")
    parts = ("VISIT", "TEAM", "ARRIVAL", "CREDIT", "RULE", "CONCERN", "LANGUAGE", "KIOSK")
    assert steps[queued - 6 : queued] == [
        "Set(TEAMLINE_VISIT=$[0${TEAMLINE_VISIT} + 1])",
        f"Set(TEAMLINE_PLACE={':'.join(map(_filtered, parts))})",
        f"Set(TEAMLINE_LINE={queue})",
        f"UserEvent(TeamlineJoins,Queue: {queue},Place: ${{TEAMLINE_PLACE}})",
        f"QueueLog({queue},${{UNIQUEID}},NONE,TEAMLINE,${{TEAMLINE_PLACE}})",
        "Set(QUEUESTATUS=)",
    ]


def test_a_slice_is_digits_alone_and_none_where_it_would_be_over_at_once(
    dialplan: Mapping[str, list[str]],
) -> None:
    steps = applications(dialplan["teamline-line"])
    cut = steps.index("Set(TEAMLINE_SLICE=${FILTER(0-9,${TEAMLINE_SLICE}):0:4})")
    assert "ExecIf($[0${TEAMLINE_SLICE} < 5]?Set(TEAMLINE_SLICE=))" == steps[cut + 1]
    assert cut < next(index for index, step in enumerate(steps) if step.startswith("Queue("))


def test_a_slice_stands_where_each_branch_of_asterisk_has_the_timeout(centre: Centre, wiring: Wiring) -> None:
    for version in (AsteriskVersion(20, 19), AsteriskVersion(23, 3)):
        text = render(centre, replace(wiring, asterisk=version))["extensions.conf"]
        assert "Queue(${TEAMLINE_QUEUE},iIb(teamline-display^s^1),,,${TEAMLINE_SLICE})" in text


def test_no_slice_follows_soon_unless_a_router_that_is_there_sets_one(dialplan: Mapping[str, list[str]]) -> None:
    assert "Set(TEAMLINE_SLICE=300)" == applications(dialplan["teamline-after"])[0]
    assert "Set(TEAMLINE_SLICE=)" in applications(dialplan["teamline-inbound"])


def test_a_phone_that_rings_rings_on_at_the_end_of_a_slice(files: Mapping[str, str]) -> None:
    lines = dict(sections(files["queues.conf"]))["teamline-team"]
    assert {"timeoutpriority = conf", "timeoutrestart = no", "joinempty = yes", "leavewhenempty = no"} <= set(lines)


def test_the_fallbacks_loop_counts_and_tells_every_visit(files: Mapping[str, str]) -> None:
    fallback = files["extensions.conf"].partition("[teamline-fallback]")[2]
    assert "same => n(line),Set(TEAMLINE_VISIT=" in fallback


def test_a_line_that_was_left_unanswered_is_told_before_anybody_is_asked(dialplan: Mapping[str, list[str]]) -> None:
    steps = applications(dialplan["teamline-line"])
    told = "UserEvent(TeamlineLeft,Queue: ${TEAMLINE_QUEUE},Place: ${TEAMLINE_PLACE},Status: ${QUEUESTATUS})"
    assert ["GotoIf($[0${ANSWEREDTIME_MS} > 0]?bye)", told] == steps[steps.index(told) - 1 : steps.index(told) + 1]
    assert steps.index(told) < steps.index("Goto(teamline-after,s,1)")


def test_no_line_is_cut_by_a_comment_in_mid_value(files: Mapping[str, str]) -> None:
    for line in files["extensions.conf"].splitlines():
        assert line.startswith(";") or ";" not in line.partition(" ; ")[0].replace(r"\;", "")


def test_a_fallback_without_sounds_is_silent_about_it(centre: Centre, wiring: Wiring) -> None:
    assert "Playback" not in render(centre, replace(wiring, fallback_sounds=()))["extensions.conf"]


def test_members_reach_desk_teams_colleagues_kiosks_and_no_outside_line(
    dialplan: Mapping[str, list[str]],
) -> None:
    assert extensions_of(dialplan["teamline-member"]) == [
        *("*45", "*46", "*47", "*49"),
        *("2101", "*92101", "2102", "*92102", "2201", "*92201", "2000", "*92000"),
        *("3101", "3201", "3001"),
        "*83901",
    ]


def test_a_kiosk_is_rung_unless_the_router_says_no(dialplan: Mapping[str, list[str]]) -> None:
    member = applications(dialplan["teamline-member"])
    assert ["Set(TEAMLINE_RUNG=3901)", "Goto(teamline-desk,ring,1)"] == member[-2:]
    assert ["Dial(PJSIP/k-nord-1,30,i)", "Hangup()"] == applications(dialplan["teamline-kiosk-ring"])
    desk = applications(dialplan["teamline-desk"])
    ring = "teamline-kiosk-ring,${TEAMLINE_RUNG},1)"
    assert f'GotoIf($["${{TEAMLINE_REFUSED}}" = ""]?{ring}' in desk
    assert f'GotoIf($["${{TEAMLINE_RUNG}}" != ""]?{ring}' == desk[-3]


def test_a_transfer_reaches_teams_and_their_emergencies_only(dialplan: Mapping[str, list[str]]) -> None:
    assert extensions_of(dialplan["teamline-transfer"]) == [
        *("2101", "*92101", "2102", "*92102", "2201", "*92201", "2000", "*92000"),
    ]


def test_a_member_sees_the_concern_in_the_house_language(centre: Centre, wiring: Wiring) -> None:
    assert '"emergency"]?Set(CONNECTEDLINE(name,i)=NOTFALL))' in render(centre, wiring)["extensions.conf"]
    english = replace(centre, languages={"1": "en"})
    assert "Set(CONNECTEDLINE(name,i)=EMERGENCY)" in render(english, wiring)["extensions.conf"]


def test_the_callers_number_is_the_members_private_connected_number_and_nowhere_else(
    dialplan: Mapping[str, list[str]],
) -> None:
    shown = 'ExecIf($["${TEAMLINE_CALLER}" != ""]?Set(CONNECTEDLINE(priv-num,i)=${TEAMLINE_CALLER}))'
    assert applications(dialplan["teamline-display"])[-2:] == [shown, "Return()"]
    read = [step for lines in dialplan.values() for step in applications(lines) if "{TEAMLINE_CALLER" in step]
    assert [step for step in read if not step.startswith("Set(_TEAMLINE_CALLER=")] == [shown]


def test_the_number_leaves_the_caller_id_before_the_router_is_asked(dialplan: Mapping[str, list[str]]) -> None:
    for context in ("teamline-inbound", "teamline-kiosk-call"):
        steps = applications(dialplan[context])
        asked = next(index for index, step in enumerate(steps) if step.startswith("AGI("))
        cleared = {f"Set(CALLERID({part})=)" for part in ("num", "name", "ani-all", "dnid", "rdnis")}
        assert cleared <= set(steps[:asked])
        assert "CALLER" not in steps[asked]


def test_nothing_is_recorded_and_nobody_listens_in(files: Mapping[str, str]) -> None:
    text = "\n".join(files.values())
    for word in ("MixMonitor", "ChanSpy", "Monitor(", "monitor-format", "Record("):
        assert word not in text


def test_queues_know_one_order_and_no_penalty(files: Mapping[str, str], centre: Centre) -> None:
    queues = dict(sections(files["queues.conf"]))
    assert "force_longest_waiting_caller = prio" in queues["general"]
    assert set(centre.queues) == set(queues) - {"general", "teamline-team"}
    assert not re.search(r"^(?:member|defaultrule|penalty\w*)\b", files["queues.conf"], re.MULTILINE)


def test_a_derived_queue_takes_the_shortest_ring_and_wrap_up(centre: Centre, wiring: Wiring) -> None:
    slow = replace(centre.teams["L02"], ring_seconds=25, wrap_up_seconds=40, target_seconds=20)
    changed = replace(centre, teams={**centre.teams, "L02": slow})
    queues = dict(sections(render(changed, wiring)["queues.conf"]))
    assert queues["A1-wide"] == ["timeout = 15", "wrapuptime = 10", "servicelevel = 20"]


def test_own_music_is_a_class_that_every_queue_plays(centre: Centre, wiring: Wiring) -> None:
    files = render(centre, replace(wiring, music=Path("/srv/music")))
    assert "[teamline]\nmode = files\ndirectory = /srv/music\n" in files["musiconhold.conf"]
    assert "musicclass = teamline" in files["queues.conf"]
    assert "musicclass = default" in render(centre, wiring)["queues.conf"]


def test_callers_of_a_team_that_wants_silence_hear_silence(centre: Centre, wiring: Wiring) -> None:
    quiet = replace(centre, teams={**centre.teams, "L01": replace(centre.teams["L01"], waiting=WaitingSound.SILENCE)})
    files = render(quiet, replace(wiring, music=Path("/srv/music"), silence=Path("/srv/silence")))
    assert "[teamline-silence]\nmode = files\ndirectory = /srv/silence\n" in files["musiconhold.conf"]
    queues = files["queues.conf"].split("\n[")
    assert ["L01"] == [each.partition("]")[0] for each in queues if "musicclass = teamline-silence" in each]


def test_nobody_names_a_class_of_silence_that_is_not_there(centre: Centre, wiring: Wiring) -> None:
    quiet = replace(centre, teams={**centre.teams, "L01": replace(centre.teams["L01"], waiting=WaitingSound.SILENCE)})
    assert "silence" not in render(quiet, wiring)["queues.conf"]


def test_a_phone_is_named_by_us_and_signs_in_with_its_own_password(files: Mapping[str, str]) -> None:
    parts = [lines for name, lines in sections(files["pjsip.conf"]) if name == "m0101"]
    endpoint, login, location = parts
    assert 'callerid = "Platz 0101" <3101>' in endpoint
    assert "set_var = __TEAMLINE_MEMBER=m0101" in endpoint
    assert login == ["username = m0101", "password = password-of-m0101"]
    assert location == []


def test_the_trunk_is_never_known_by_from_and_never_transfers(files: Mapping[str, str]) -> None:
    trunk = dict(sections(files["pjsip.conf"]))["teamline-trunk"]
    assert {"context = teamline-in", "identify_by = ip,auth_username", "allow_transfer = no"} <= set(trunk)


def test_a_number_from_outside_is_never_on_the_channel_not_even_at_its_birth(
    files: Mapping[str, str], dialplan: Mapping[str, list[str]]
) -> None:
    assert "callerid = <0>" in dict(sections(files["pjsip.conf"]))["teamline-trunk"]
    assert not [step for step in applications(dialplan["teamline-inbound"]) if "${CALLERID(num)" in step]


def test_the_router_may_only_what_it_needs(files: Mapping[str, str]) -> None:
    user = dict(sections(files["manager.conf"]))["teamline"]
    assert {"read = agent,call,user", "write = agent,call,originate", "permit = 127.0.0.1/32"} <= set(user)
    for event in ("QueueCallerJoin", "HangupRequest"):
        assert f"eventfilter(action(include),name({event})) =" in user
    assert not [line for line in user if "SoftHangupRequest" in line]


def test_call_records_are_off(files: Mapping[str, str]) -> None:
    assert all("enable = no" in files[name] for name in ("cdr.conf", "cel.conf"))


@given(name=st.text())
def test_a_name_never_breaks_out_of_its_line(name: str) -> None:
    assert not set(shown(name)) & set('[];"<>${}\\|#=\r\n\0\t\x85\u2028')
    assert len(shown(name).splitlines()) <= 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(team_name=st.text(), member_name=st.text())
def test_names_change_no_line_that_asterisk_obeys(
    centre_named: Callable[[str, str], Centre], wiring: Wiring, team_name: str, member_name: str
) -> None:
    plain, named = render(centre_named("A", "B"), wiring), render(centre_named(team_name, member_name), wiring)
    for name, text in named.items():
        obeyed = [line for line in text.split("\n") if not line.startswith((";", 'callerid = "'))]
        assert obeyed == [line for line in plain[name].split("\n") if not line.startswith((";", 'callerid = "'))]


HOSTILE = ["", "a b", "a;b", "a]b", "a\nb", "${EPOCH}", "a,b", "ä", "-a", "a" * 64, "a\x00", "a\n"]


@pytest.mark.parametrize("value", HOSTILE)
def test_an_id_that_asterisk_could_misread_is_refused(value: str) -> None:
    with pytest.raises(UnrenderableValue, match="queue"):
        token(value, "queue")


@pytest.mark.parametrize("check", [digits, secret, address, network, path])
@given(value=st.text())
def test_what_a_check_lets_through_is_one_harmless_line(check: Callable[[str, str], str], value: str) -> None:
    try:
        passed = check(value, "it")
    except UnrenderableValue:
        return
    assert not set(passed) & set(';{}$"\\|&,()\r\n\0')


def test_a_refused_secret_is_not_in_the_sentence(centre: Centre, wiring: Wiring) -> None:
    with pytest.raises(UnrenderableValue) as refused:
        render(centre, replace(wiring, ami_secret="hush;hush hush"))
    assert "hush" not in str(refused.value)


def test_a_member_id_that_breaks_out_is_refused(centre: Centre, wiring: Wiring) -> None:
    hostile = Member("m]\n[global]", "M", ("L01",), "3999")
    with pytest.raises(UnrenderableValue, match="member"):
        render(replace(centre, members={hostile.id: hostile}), wiring)
