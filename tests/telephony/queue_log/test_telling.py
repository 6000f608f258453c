"""Lines as Asterisk 22.10 wrote them, call by call."""

from collections.abc import Collection, Sequence

from facts.call import CallEnded, CallerJoined, CallerLeft, EndedBy, LeftBy, MemberAnswered, Source, TalkEnded
from facts.kinds import CallKind
from facts.place import Place
from metrics.live import Talk, Visit
from metrics.stays import Stay
from operations.ports import KnownCalls
from telephony.place import read_place
from telephony.queue_log.lines import parse
from telephony.queue_log.telling import tell
from tests.fakes.small_centre import small_centre

NODE = "pbx1"
LOG = Source.QUEUE_LOG


def _tell(text: str, known: KnownCalls | None = None, living: Collection[str] = ()) -> Sequence[CallKind]:
    lines = [line for raw in text.split() if (line := parse(raw.encode()))]
    return tell(lines, NODE, small_centre(), known or KnownCalls(), living)


def _place(call: str, queue: str, visit: int, arrival: int) -> Place:
    told = f"{visit}:{queue}:{arrival}:0:household-team:money:de:"
    return read_place(NODE, call, queue, told, small_centre())


def _entered(call: str, queue: str = "L01", visit: int = 1) -> str:
    second = call.partition(".")[0]
    return (
        f"{second}|{call}|{queue}|NONE|TEAMLINE|{visit}:{queue}:{second}:0:household-team:money:de:\n"
        f"{second}|{call}|{queue}|NONE|ENTERQUEUE|||1\n"
    )


def test_a_caller_hung_up_in_line() -> None:
    place = _place("1795345186.1", "L01", 1, 1795345186)

    assert [
        CallerJoined(at=1795345186, place=place, source=LOG),
        CallerLeft(at=1795345189, place=place, cause=LeftBy.ABANDONED, hold_seconds=3.0, source=LOG),
        CallEnded(at=1795345189, place=place, source=LOG),
    ] == _tell(_entered("1795345186.1") + "1795345189|1795345186.1|L01|NONE|ABANDON|1|1|3")


def test_a_talk_that_the_member_ended() -> None:
    place = _place("1795345354.13", "L01", 1, 1795345354)
    text = (
        "1795345356|1795345354.13|L01|one|CONNECT|2|1795345355.14|1\n"
        "1795345359|1795345354.13|L01|one|COMPLETEAGENT|2|3|1\n"
    )

    assert [
        CallerJoined(at=1795345354, place=place, source=LOG),
        CallerLeft(at=1795345356, place=place, cause=LeftBy.ANSWERED, hold_seconds=2.0, source=LOG),
        MemberAnswered(at=1795345356, place=place, ring="1795345355.14", member="one", ring_seconds=1.0, source=LOG),
        TalkEnded(
            at=1795345359,
            place=place,
            ring="1795345355.14",
            member="one",
            talk_seconds=3.0,
            ended_by=EndedBy.MEMBER,
            source=LOG,
        ),
        CallEnded(at=1795345359, place=place, source=LOG),
    ] == _tell(_entered("1795345354.13") + text)


def test_whom_a_dialplan_that_is_not_ours_has_back_is_not_expected_in_line() -> None:
    text = "1795345100|1795345100.1|L01|NONE|ENTERQUEUE|||1\n1795345103|1795345100.1|L01|NONE|EXITWITHTIMEOUT|1|1|3\n"
    assert [(LeftBy.TIMEOUT, False)] == _causes(_tell(text, living={"1795345100.1"}))


def test_a_foreign_call_that_events_have_told_is_not_told_again() -> None:
    call, ring = "1795345100.1", "1795345101.2"
    place = Place(NODE, call, "L01", 1, "L01")
    known = KnownCalls({call: place}, {}, {ring: Talk(place, "one", 1795345103.7)}, {})
    text = (
        f"1795345100|{call}|L01|NONE|ENTERQUEUE|||1\n"
        f"1795345103|{call}|L01|one|CONNECT|3|{ring}|1\n"
        f"1795345109|{call}|L01|one|COMPLETECALLER|3|6|1\n"
    )
    assert ["TalkEnded"] == _kinds(_tell(text, known, living={call}))


def _kinds(facts: Sequence[CallKind]) -> list[str]:
    return [type(fact).__name__ for fact in facts]


def _causes(facts: Sequence[CallKind]) -> list[tuple[LeftBy, bool]]:
    return [(fact.cause, fact.returns) for fact in facts if isinstance(fact, CallerLeft)]


def _ends(facts: Sequence[CallKind]) -> list[tuple[EndedBy, float | None]]:
    return [(fact.ended_by, fact.talk_seconds) for fact in facts if isinstance(fact, TalkEnded)]


def test_a_talk_that_the_caller_ended() -> None:
    text = "1795345361|1795345361.16|L01|one|CONNECT|0|1795345361.17|0\n"
    text += "1795345364|1795345361.16|L01|one|COMPLETECALLER|0|3|1"

    assert [(EndedBy.CALLER, 3.0)] == _ends(_tell(_entered("1795345361.16") + text))


def test_a_blind_transfer_ends_the_talk_and_not_the_call() -> None:
    text = "1795345380|1795345379.25|L01|one|CONNECT|1|1795345379.26|0\n"
    text += "1795345381|1795345379.25|L01|one|BLINDTRANSFER|s|away|1|1|1"
    facts = _tell(_entered("1795345379.25") + text, living={"1795345379.25"})

    assert [(EndedBy.TRANSFER, 1.0)] == _ends(facts)
    assert "CallEnded" not in _kinds(facts)


def test_an_attended_transfer_names_bridges_before_its_seconds() -> None:
    text = "1795345380|1795345379.25|L01|one|CONNECT|1|1795345379.26|0\n"
    text += "1795345391|1795345379.25|L01|one|ATTENDEDTRANSFER|BRIDGE|606d1caf-39c8|1|11|1"

    assert [(EndedBy.TRANSFER, 11.0)] == _ends(_tell(_entered("1795345379.25") + text))


def test_whoever_left_by_time_out_is_back_in_the_dialplan() -> None:
    facts = _tell(
        _entered("1795345192.3") + "1795345195|1795345192.3|L01|NONE|EXITWITHTIMEOUT|1|1|3", living={"1795345192.3"}
    )

    assert [(LeftBy.TIMEOUT, True)] == _causes(facts)
    assert ["CallerJoined", "CallerLeft"] == _kinds(facts)


def test_whoever_left_by_time_out_and_is_gone_has_hung_up() -> None:
    facts = _tell(_entered("1795345192.3") + "1795345195|1795345192.3|L01|NONE|EXITWITHTIMEOUT|1|1|3")

    assert ["CallerJoined", "CallerLeft", "CallEnded"] == _kinds(facts)


def test_every_way_out_of_queue_has_its_cause() -> None:
    ends = {
        "EXITWITHKEY|1|1|1|4": LeftBy.KEY,
        "EXITEMPTY|1|1|4": LeftBy.EMPTY,
        "WITHDRAW|1|1|4|": LeftBy.WITHDRAWN,
        "EXITWITHTIMEOUT|1|1|4": LeftBy.TIMEOUT,
    }
    for text, cause in ends.items():
        (left,) = (
            fact
            for fact in _tell(_entered("1795345203.7") + f"1795345207|1795345203.7|L01|NONE|{text}")
            if isinstance(fact, CallerLeft)
        )
        assert (cause, True, 4.0) == (left.cause, left.returns, left.hold_seconds)


def test_a_call_that_could_not_be_bridged_is_lost() -> None:
    text = "1795345205|1795345203.7|L01|one|SYSCOMPAT|\n1795345205|1795345203.7|L01|NONE|ABANDON|1|1|2"

    assert [(LeftBy.LOST, False)] == _causes(_tell(_entered("1795345203.7") + text))


def test_an_abandon_of_a_living_channel_is_a_move() -> None:
    text = _entered("1795345199.5") + "1795345201|1795345199.5|L01|NONE|ABANDON|1|1|2"
    facts = _tell(text, living={"1795345199.5"})

    assert [(LeftBy.MOVED, False)] == _causes(facts)
    assert "CallEnded" not in _kinds(facts)


def test_an_abandon_before_another_line_is_a_move() -> None:
    text = _entered("1795345199.5") + "1795345201|1795345199.5|L01|NONE|ABANDON|1|1|2\n"
    text += "1795345201|1795345199.5|L02|NONE|TEAMLINE|2:L02:1795345199:0:household-team:money:de:\n"
    text += "1795345201|1795345199.5|L02|NONE|ENTERQUEUE|||1\n1795345209|1795345199.5|L02|NONE|ABANDON|1|1|8"

    assert [(LeftBy.MOVED, True), (LeftBy.ABANDONED, False)] == _causes(_tell(text))


def test_a_redirect_in_talk_ends_it_at_the_next_line_at_the_latest() -> None:
    text = _entered("1795345373.22") + "1795345373|1795345373.22|L01|one|CONNECT|0|1795345373.23|0\n"
    text += "1795345374|1795345373.22|L02|NONE|TEAMLINE|2:L02:1795345373:0:household-team:money:de:\n"
    text += "1795345374|1795345373.22|L02|NONE|ENTERQUEUE|||1\n1795345379|1795345373.22|L02|NONE|ABANDON|1|1|5\n"
    text += "1795345379|1795345373.22|L01|one|COMPLETECALLER|0|6|1"
    facts = _tell(text)

    assert [(EndedBy.UNKNOWN, None)] == _ends(facts)
    assert [(LeftBy.ANSWERED, False), (LeftBy.ABANDONED, False)] == _causes(facts)
    assert "CallEnded" == _kinds(facts)[-1]


def test_a_slice_and_back_waits_since_the_first_join() -> None:
    text = _entered("1795345100.1") + "1795345160|1795345100.1|L01|NONE|EXITWITHTIMEOUT|1|1|60\n"
    text += "1795345163|1795345100.1|L01|NONE|TEAMLINE|2:L01:1795345100:0:household-team:money:de:\n"
    text += "1795345163|1795345100.1|L01|NONE|ENTERQUEUE|||1\n"
    text += "1795345170|1795345100.1|L01|one|CONNECT|7|1795345169.2|1"
    facts = _tell(text)

    assert [60.0, 70.0] == [fact.hold_seconds for fact in facts if isinstance(fact, CallerLeft)]
    assert [1, 2] == [fact.place.visit for fact in facts if isinstance(fact, CallerJoined)]


def test_an_entrance_that_our_dialplan_did_not_announce_counts_the_next_visit() -> None:
    text = _entered("1795345100.1") + "1795345160|1795345100.1|L01|NONE|EXITWITHTIMEOUT|1|1|60\n"
    text += "1795345163|1795345100.1|L01|NONE|ENTERQUEUE|||1\n"

    assert [1, 2] == [fact.place.visit for fact in _tell(text) if isinstance(fact, CallerJoined)]


def test_an_announcement_for_another_queue_says_nothing() -> None:
    text = "1795345163|1795345163.1|L02|NONE|TEAMLINE|3:L02:1795345100:0:household-team:money:de:\n"
    text += "1795345163|1795345163.1|L01|NONE|ENTERQUEUE|||1"
    (joined,) = _tell(text)

    assert ("L01", 1, 0) == (joined.place.team, joined.place.visit, joined.place.arrival)


def test_queues_that_are_not_ours_are_left_alone() -> None:
    text = "1795345163|1795345163.1|sales|NONE|ENTERQUEUE|||1\n1795345164|1795345163.1|sales|NONE|ABANDON|1|1|1"

    assert [] == _tell(text)


def test_an_end_of_a_call_that_nobody_knows_says_nothing() -> None:
    assert [] == _tell("1795345359|1795345354.13|L01|one|COMPLETEAGENT|2|3|1")


def test_an_answer_without_a_sound_channel_counts_as_answered() -> None:
    facts = _tell(_entered("1795345354.13") + "1795345356|1795345354.13|L01|one|CONNECT|2", living={"1795345354.13"})

    assert ["CallerJoined", "CallerLeft"] == _kinds(facts)


def test_an_answer_of_somebody_who_is_not_ours_names_nobody() -> None:
    text = "1795345356|1795345354.13|L01|erika|CONNECT|2|1795345355.14|1"
    answered = _tell(_entered("1795345354.13") + text, living={"1795345354.13"})[-1]

    assert isinstance(answered, MemberAnswered)
    assert answered.member == ""


def test_an_answer_after_the_line_was_left_says_nothing() -> None:
    text = "1795345356|1795345354.13|L01|NONE|ABANDON|1|1|2\n"
    text += "1795345356|1795345354.13|L01|one|CONNECT|2|1795345355.14|1"

    assert [(LeftBy.ABANDONED, False)] == _causes(_tell(_entered("1795345354.13") + text))


def test_seconds_that_nobody_wrote_are_not_known() -> None:
    text = "1795345356|1795345354.13|L01|one|CONNECT|2|1795345355.14|1\n1795345359|1795345354.13|L01|one|COMPLETEAGENT|"

    assert [(EndedBy.MEMBER, None)] == _ends(_tell(_entered("1795345354.13") + text))


def _known_waiting(call: str, visit: int = 1, joined_at: float = 1795345350.5) -> KnownCalls:
    place = _place(call, "L01", visit, 1795345350)
    return KnownCalls(
        places={call: place}, visits={call: Visit(place, joined_at)}, stays={call: Stay(place, joined_at)}
    )


def test_a_caller_known_before_the_gap_goes_on() -> None:
    call = "1795345350.9"
    text = f"1795345370|{call}|L01|one|CONNECT|20|1795345369.2|1\n1795345380|{call}|L01|one|COMPLETECALLER|20|10|1"
    facts = _tell(text, _known_waiting(call))

    assert ["CallerLeft", "MemberAnswered", "TalkEnded", "CallEnded"] == _kinds(facts)
    assert {_place(call, "L01", 1, 1795345350)} == {fact.place for fact in facts}


def test_a_talk_known_before_the_gap_ends() -> None:
    place = _place("1795345350.9", "L01", 1, 1795345350)
    known = KnownCalls(places={place.call: place}, talks={"1795345360.2": Talk(place, "one", 1795345361.0)})
    (ended, _) = _tell("1795345390|1795345350.9|L01|one|COMPLETEAGENT|11|29|1", known)

    assert isinstance(ended, TalkEnded)
    assert ("1795345360.2", 29.0) == (ended.ring, ended.talk_seconds)


def test_lines_before_a_visit_that_events_told_say_nothing() -> None:
    call = "1795345350.9"
    text = f"1795345360|{call}|L01|NONE|EXITWITHTIMEOUT|1|1|10\n"
    text += f"1795345361|{call}|L01|NONE|TEAMLINE|2:L01:1795345350:0:household-team:money:de:\n"
    text += f"1795345361|{call}|L01|NONE|ENTERQUEUE|||1"
    facts = _tell(text, _known_waiting(call, visit=2, joined_at=1795345361.0), living={call})

    assert ["CallerJoined"] == _kinds(facts)  # told again under the same id


def test_a_visit_that_events_did_not_tell_ends_the_known_one_first() -> None:
    call = "1795345350.9"
    text = f"1795345360|{call}|L01|NONE|EXITWITHTIMEOUT|1|1|10\n"
    text += f"1795345361|{call}|L01|NONE|TEAMLINE|2:L01:1795345350:0:household-team:money:de:\n"
    text += f"1795345361|{call}|L01|NONE|ENTERQUEUE|||1"
    facts = _tell(text, _known_waiting(call), living={call})

    assert [1, 2] == [fact.place.visit for fact in facts]


STARTED = "1795345434|NONE|NONE|NONE|QUEUESTART|\n"


def test_a_restart_of_asterisk_loses_every_call_of_before() -> None:
    talk = "1795345424|1795345422.36|L01|one|CONNECT|2|1795345423.37|0\n"
    text = _entered("1795345422.36") + talk + _entered("1795345424.39") + STARTED + _entered("1795345440.1")
    facts = _tell(text, living={"1795345440.1"})

    assert [(LeftBy.ANSWERED, False), (LeftBy.LOST, False)] == _causes(facts)
    assert [(EndedBy.UNKNOWN, None)] == _ends(facts)
    assert ["CallEnded", "CallEnded"] == [
        kind for kind in (type(fact).__name__ for fact in facts if fact.at == 1795345434) if kind == "CallEnded"
    ]


def test_a_restart_loses_nobody_who_came_after_it() -> None:
    assert [] == _tell(STARTED, _known_waiting("1795345440.9", joined_at=1795345440.5))


def test_a_restart_loses_nobody_whose_channel_lives() -> None:
    assert [] == _tell(STARTED, _known_waiting("1795345350.9"), living={"1795345350.9"})


def test_a_known_caller_is_lost_by_a_restart() -> None:
    assert [(LeftBy.LOST, False)] == _causes(_tell(STARTED, _known_waiting("1795345350.9")))


def test_an_end_of_a_talk_that_nobody_saw_begin_leaves_the_caller_in_line() -> None:
    facts = _tell(_entered("1795345354.13") + "1795345359|1795345354.13|L01|one|COMPLETEAGENT|2|3|1")

    assert ["CallerJoined"] == _kinds(facts)


def test_instants_and_spans_are_the_kind_of_numbers_that_events_tell() -> None:
    text = _entered("1795345100.1") + "1795345160|1795345100.1|L01|NONE|EXITWITHTIMEOUT|1|1|60\n"
    text += "1795345163|1795345100.1|L01|NONE|TEAMLINE|2:L01:1795345100:0:household-team:money:de:\n"
    text += "1795345163|1795345100.1|L01|NONE|ENTERQUEUE|||1\n1795345170|1795345100.1|L01|NONE|ABANDON|1|1|7"
    facts = _tell(text + "\n" + STARTED)

    assert {float} == {type(fact.at) for fact in facts}
    assert {float} == {type(fact.hold_seconds) for fact in facts if isinstance(fact, CallerLeft)}
