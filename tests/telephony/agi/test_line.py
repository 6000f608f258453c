import asyncio
from collections.abc import Awaitable, Callable

import pytest

from ivr.line import CallEnded, Line
from routing.spoken import Spoken
from telephony.agi.events import Environment, Reply
from telephony.agi.grammar import CommandRefused
from telephony.agi.line import LONGEST_ENTRY, AgiLine
from telephony.agi.parser import AgiParser
from tests.fakes.asterisk_agi import Caller

HELLO, NUMBER, LONG = Spoken("hello"), Spoken("number"), Spoken("long")


class Folder:
    """Sounds with one file of two seconds a phrase; `long` has three, of 9 s each."""

    def files(self, language: str, spoken: Spoken) -> list[tuple[str, float]]:
        if spoken == LONG:
            return [(f"/p/{language}/long-{part}", 9.0) for part in range(3)]
        return [(f"/p/{language}/{spoken.phrase}", 2.0)]

    def text(self, language: str, spoken: Spoken) -> str:
        return f"{language} {spoken.phrase}"


class Wire:
    """Asks the fake Asterisk without a socket; every command takes as long as its step may."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self.now = 1000.0
        self.allowed: list[float] = []
        self._parser = AgiParser()
        self._parser.feed(b"agi_network: yes\n\n")

    async def ask(self, command: bytes, seconds: float) -> Reply:
        self.allowed.append(seconds)
        self.now += seconds - 5
        [reply] = self._parser.feed(self.caller.reply(command.decode().removesuffix("\n")).encode() + b"\n")
        assert isinstance(reply, Reply)
        return reply


def line_of(caller: Caller, **known: str) -> AgiLine:
    wire = Wire(caller)
    return AgiLine(wire, Environment(known), Folder(), lambda: wire.now)


def without_watch(caller: Caller) -> list[str]:
    return [" ".join(words) for words in caller.commands if words[:2] != ["SET", "AUTOHANGUP"]]


async def test_a_phrase_is_played_so_that_every_key_cuts_it_short() -> None:
    caller = Caller()
    await line_of(caller).say(HELLO)

    assert ["STREAM FILE /p/de/hello 0123456789*#"] == without_watch(caller)


async def test_the_language_changes_from_the_next_phrase_on() -> None:
    caller = Caller()
    line = line_of(caller)
    await line.say(HELLO)
    line.speak("en")
    await line.say(HELLO)

    assert "en" == line.language
    assert ["/p/de/hello", "/p/en/hello"] == caller.played


async def test_a_key_cuts_the_rest_short_and_answers_the_next_question() -> None:
    caller = Caller(keys=" 7")
    line = line_of(caller)
    await line.say(LONG, HELLO)

    assert "7" == await line.key(NUMBER)
    assert ["/p/de/long-0", "/p/de/long-1"] == caller.played


@pytest.mark.parametrize(("keys", "is_heard"), [("", True), ("  7", False), ("7", False)])
async def test_a_phrase_is_heard_unless_a_key_cuts_it_short(keys: str, is_heard: bool) -> None:
    assert is_heard == await line_of(Caller(keys=keys)).say(LONG)


async def test_nothing_is_heard_while_keys_are_ahead() -> None:
    line = line_of(Caller())
    line.unread("7")

    assert not await line.say(HELLO)


async def test_keys_that_are_forgotten_answer_nothing() -> None:
    line = line_of(Caller())
    line.unread("77")
    line.forget_keys()

    assert await line.say(HELLO)


async def test_a_key_after_the_question_is_its_answer() -> None:
    caller = Caller(keys=" #")

    assert "#" == await line_of(caller).key(HELLO)
    assert "WAIT FOR DIGIT 5000" == without_watch(caller)[-1]


async def test_silence_is_an_empty_answer() -> None:
    assert "" == await line_of(Caller()).key(HELLO)
    assert "" == await line_of(Caller()).keys(HELLO)


async def test_keys_are_collected_until_the_hash() -> None:
    caller = Caller(keys="123456789#5")

    assert "123456789" == await line_of(caller).keys(NUMBER)
    assert "5" == caller.keys


async def test_keys_are_collected_until_the_caller_stops() -> None:
    assert "1234" == await line_of(Caller(keys=" 1234 5")).keys(NUMBER)


async def test_a_full_chunk_is_no_end() -> None:
    caller = Caller(keys="1234#9")

    assert "1234" == await line_of(caller).keys(NUMBER)
    assert "9" == caller.keys


async def test_a_lone_hash_is_an_empty_answer() -> None:
    caller = Caller(keys="#12")

    assert "" == await line_of(caller).keys(NUMBER)
    assert ["/p/de/number"] == caller.played


async def test_a_star_belongs_to_the_answer() -> None:
    assert "*1" == await line_of(Caller(keys="*1#")).keys(NUMBER)


async def test_the_surplus_of_a_long_entry_never_answers_the_next_question() -> None:
    caller = Caller(keys="1" * 99 + "#2")
    line = line_of(caller)

    assert "1" * LONGEST_ENTRY == await line.keys(NUMBER)
    assert "2" == await line.key(NUMBER)


async def test_an_endless_entry_ends() -> None:
    caller = Caller(keys="1" * 1000)

    assert "1" * LONGEST_ENTRY == await line_of(caller).keys(NUMBER)
    assert caller.keys


class Outside:
    """Re-arms from outside, or cannot; remembers each time."""

    def __init__(self, works: bool) -> None:
        self._works = works
        self.armed: list[tuple[str, int]] = []
        self.thrice = asyncio.Event()

    def rearm(self, channel: str, seconds: int) -> "asyncio.Future[None] | None":
        self.armed.append((channel, seconds))
        if len(self.armed) == len("123"):
            self.thrice.set()
        if not self._works:
            return None
        self.last: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        return self.last


def line_watched_by(outside: Outside, caller: Caller, channel: str = "PJSIP/trunk-00000001") -> AgiLine:
    wire = Wire(caller)
    known = {"agi_channel": channel}
    return AgiLine(wire, Environment(known), Folder(), lambda: wire.now, rearm=outside.rearm)


async def test_while_somebody_keeps_the_watch_an_entry_is_one_command() -> None:
    caller, outside = Caller("4564567890#"), Outside(True)
    line = line_watched_by(outside, caller)
    assert await line.keys(Spoken("customer-number")) == "4564567890"
    assert [words for words in caller.commands if words[:2] == ["GET", "DATA"]] == [["GET", "DATA", "", "3000", "63"]]
    assert outside.armed == [("PJSIP/trunk-00000001", 13)]


async def test_the_watch_is_kept_while_a_slow_caller_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("telephony.agi.line.BEAT_SECONDS", 0.0)
    outside, asked = Outside(True), asyncio.get_running_loop().create_future()
    line = line_watched_by(outside, Caller(""))
    monkeypatch.setattr(line._wire, "ask", lambda _command, _seconds: asked)
    line.unread("4")
    entry = asyncio.get_running_loop().create_task(line.keys())
    await outside.thrice.wait()
    asked.set_result(Reply(200, "56"))
    assert await entry == "456"


async def test_a_collection_that_is_cancelled_leaves_no_question_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = asyncio.get_running_loop().create_future()
    line = line_watched_by(Outside(True), Caller(""))
    monkeypatch.setattr(line._wire, "ask", lambda _command, _seconds: asked)
    line.unread("4")
    entry = asyncio.get_running_loop().create_task(line.keys())
    await asyncio.sleep(0)
    entry.cancel()
    await asyncio.gather(entry, return_exceptions=True)
    assert asked.cancelled()


async def test_the_surplus_of_an_entry_longer_than_one_command_is_dropped_too() -> None:
    line = line_watched_by(Outside(True), Caller("1" * 100 + "#2"))
    assert await line.keys() == "1" * LONGEST_ENTRY
    assert await line.key() == "2"


async def test_an_endless_entry_ends_while_somebody_keeps_the_watch() -> None:
    assert len(await line_watched_by(Outside(True), Caller("1" * 20_000)).keys()) == LONGEST_ENTRY


async def test_a_router_that_stops_leaves_nobody_in_silence_for_the_length_of_the_longest_message() -> None:
    caller, outside = Caller(), Outside(True)
    await line_watched_by(outside, caller).record("m-1", 120, 5)
    assert outside.armed == [("PJSIP/trunk-00000001", 13)]
    assert ["SET", "AUTOHANGUP"] not in [words[:2] for words in caller.commands]


async def test_the_watch_is_kept_while_a_caller_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("telephony.agi.line.BEAT_SECONDS", 0.0)
    outside, asked = Outside(True), asyncio.get_running_loop().create_future()
    line = line_watched_by(outside, Caller())
    monkeypatch.setattr(line._wire, "ask", lambda _command, _seconds: asked)
    speaking = asyncio.get_running_loop().create_task(line.record("m-1", 120, 5))
    await outside.thrice.wait()
    asked.set_result(Reply(200, "35"))
    await speaking


async def test_without_help_from_outside_a_recording_may_last_as_long_as_the_longest_message() -> None:
    caller = Caller()
    await line_watched_by(Outside(False), caller).record("m-1", 120, 5)
    assert ["SET", "AUTOHANGUP", "134"] in caller.commands


@pytest.mark.parametrize("channel", ["", "PJSIP/x\r\nAction: Originate", "PJSIP/" + "x" * 100])
async def test_a_channel_with_a_garbled_name_keeps_its_own_watch(channel: str) -> None:
    outside = Outside(True)
    assert await line_watched_by(outside, Caller("123#"), channel).keys() == "123"
    assert outside.armed == []


async def test_a_step_is_armed_from_outside_while_there_is_time() -> None:
    caller, outside = Caller("1"), Outside(True)
    line = line_watched_by(outside, caller)
    assert await line.key() == "1"
    assert without_watch(caller) == [" ".join(words) for words in caller.commands]
    assert outside.armed == [("PJSIP/trunk-00000001", 13)]


async def test_the_line_is_not_left_before_what_was_armed_from_outside_has_happened() -> None:
    outside = Outside(True)
    line = line_watched_by(outside, Caller("1"))
    await line.key()
    settling = asyncio.get_running_loop().create_task(line.settle())
    await asyncio.sleep(0)
    assert not settling.done()
    outside.last.set_result(None)
    await settling


async def test_a_step_is_armed_by_command_when_the_watch_is_about_to_end() -> None:
    caller, outside = Caller("1"), Outside(True)
    line = line_watched_by(outside, caller)
    assert isinstance(line._wire, Wire)
    line._wire.now += 6
    assert await line.key() == "1"
    assert ["SET", "AUTOHANGUP", "13"] in caller.commands
    assert outside.armed == []


async def test_without_help_from_outside_an_entry_comes_in_chunks() -> None:
    caller = Caller("4564567890#")
    assert await line_watched_by(Outside(False), caller).keys() == "4564567890"
    assert sum(words[:2] == ["GET", "DATA"] for words in caller.commands) > 1


async def test_keys_put_back_are_taken_first() -> None:
    line = line_of(Caller(keys="3#"))
    line.unread("2")
    line.unread("1")

    assert "123" == await line.keys(NUMBER)


async def test_an_entry_that_is_ahead_with_its_hash_needs_no_command() -> None:
    caller = Caller()
    line = line_of(caller)
    line.unread("12#3")

    assert ("12", "3") == (await line.keys(NUMBER), await line.key(NUMBER))
    assert [] == caller.commands


async def test_an_error_reply_to_a_prompt_skips_it() -> None:
    caller = Caller(missing=frozenset({"STREAM"}))

    assert "" == await line_of(caller).key(HELLO)
    assert "WAIT FOR DIGIT 5000" == without_watch(caller)[-1]


async def test_an_error_reply_to_a_collection_ends_it() -> None:
    assert "1" == await line_of(Caller(keys="1", missing=frozenset({"GET"}))).keys(HELLO)


@pytest.mark.parametrize("result", ["", "x", "9999999", "65", "¹", "-2"])
async def test_a_garbled_key_is_no_key(result: str) -> None:
    line = line_of(Caller())
    line._wire = type("Garbled", (), {"ask": lambda *_: _now(Reply(200, result))})()

    assert "" == await line.key(HELLO)


async def _now(reply: Reply) -> Reply:
    return reply


STEPS: list[Callable[[AgiLine], Awaitable[object]]] = [
    AgiLine.answer,
    lambda line: line.say(HELLO),
    AgiLine.key,
    AgiLine.keys,
    lambda line: line.set(A="1"),
    lambda line: line.get("A"),
    AgiLine.caller,
    lambda line: line.waiting("L01"),
]


@pytest.mark.parametrize("step", STEPS)
async def test_a_reply_of_minus_one_ends_the_call(step: Callable[[AgiLine], Awaitable[object]]) -> None:
    line = line_of(Caller())
    line._wire = type("Gone", (), {"ask": lambda *_: _now(Reply(200, "-1"))})()

    with pytest.raises(CallEnded):
        await step(line)


async def test_variables_are_set_in_order() -> None:
    caller = Caller()
    await line_of(caller).set(TEAMLINE_QUEUE="L01", QUEUE_PRIO="17", TEAMLINE_NOTE="a b")

    assert {"TEAMLINE_QUEUE": "L01", "QUEUE_PRIO": "17", "TEAMLINE_NOTE": "a b"} == caller.variables
    assert ["TEAMLINE_QUEUE", "QUEUE_PRIO", "TEAMLINE_NOTE"] == list(caller.variables)


async def test_a_refused_variable_sets_none_of_them() -> None:
    caller = Caller()
    with pytest.raises(CommandRefused):
        await line_of(caller).set(TEAMLINE_QUEUE="L01", TEAMLINE_NOTE="a\nHANGUP")

    assert {} == caller.variables


async def test_a_variable_is_read() -> None:
    line = line_of(Caller(variables={"TEAMLINE_LANGUAGE": "2", "TEAMLINE_EMPTY": ""}))

    assert "2" == await line.get("TEAMLINE_LANGUAGE")
    assert await line.get("TEAMLINE_EMPTY") is None
    assert await line.get("TEAMLINE_UNSET") is None


async def test_an_error_reply_is_no_variable() -> None:
    assert await line_of(Caller(missing=frozenset({"GET"}))).get("TEAMLINE_LANGUAGE") is None


async def test_the_waiting_are_counted_by_asterisk() -> None:
    line = line_of(Caller(waiting={"L01": 4}))

    assert 4 == await line.waiting("L01")
    assert await line.waiting("L02") is None


async def test_the_line_answers() -> None:
    caller = Caller()
    await line_of(caller).answer()

    assert ["ANSWER"] == without_watch(caller)


def test_the_arrival_is_the_first_argument() -> None:
    assert 1700000000 == line_of(Caller(), agi_arg_1="1700000000").arrival


@pytest.mark.parametrize("argument", ["", "sign", "-1", "1e9", "99999999999", "17\u0660"])
def test_a_garbled_arrival_is_0(argument: str) -> None:
    assert 0 == line_of(Caller(), agi_arg_1=argument).arrival


def test_a_missing_arrival_is_0() -> None:
    assert 0 == line_of(Caller()).arrival


def test_arguments_come_in_order() -> None:
    line = line_of(Caller(), agi_arg_1="sign", agi_argument="x", agi_arg_2="m0101")

    assert ("sign", "m0101") == line.arguments


@pytest.mark.parametrize(
    ("caller", "sent"),
    [("+4921112345", "+4921112345"), ("", ""), ("123", "1\u202e2;3"), ("9" * 32, "9" * 40)],
)
async def test_the_caller_is_filtered_again(caller: str, sent: str) -> None:
    assert caller == await line_of(Caller(variables={"TEAMLINE_CALLER": sent})).caller()


async def test_a_withheld_caller_is_empty_and_the_caller_id_is_never_looked_at() -> None:
    assert "" == await line_of(Caller(), agi_callerid="+4921112345").caller()


@pytest.mark.parametrize(
    ("call_id", "sent"), [("pbx-17.5", "pbx-17.5"), ("unknown", "a b"), ("unknown", "x" * 65), ("unknown", "")]
)
def test_the_call_id_is_checked(call_id: str, sent: str) -> None:
    assert call_id == line_of(Caller(), agi_uniqueid=sent).call_id


async def test_asterisks_watch_outlasts_each_file_and_is_left_alone_while_it_fits() -> None:
    caller = Caller()
    await line_of(caller).say(HELLO, HELLO, LONG)

    assert [
        "STREAM FILE /p/de/hello 0123456789*#",
        "STREAM FILE /p/de/hello 0123456789*#",
        "SET AUTOHANGUP 22",
        "STREAM FILE /p/de/long-0 0123456789*#",
        "STREAM FILE /p/de/long-1 0123456789*#",
        "SET AUTOHANGUP 22",
        "STREAM FILE /p/de/long-2 0123456789*#",
    ] == [" ".join(words) for words in caller.commands]


async def test_each_step_may_take_its_length_and_5_s() -> None:
    line = line_of(Caller(keys=" 1"))
    assert isinstance(line._wire, Wire)
    await line.keys(HELLO)

    assert [7.0, 5.0, 10.0, 5.0, 14.0] == line._wire.allowed


def test_the_line_is_a_line() -> None:
    line: Line = line_of(Caller())

    assert not asyncio.iscoroutine(line)


async def test_who_reads_is_shown_what_is_said_before_it_is_said() -> None:
    caller = Caller()
    await line_of(caller, agi_arg_1="1767600000", agi_arg_2="+text").say(HELLO, NUMBER)

    first, *played = without_watch(caller)
    assert "SEND TEXT de hello de number" == first
    assert 2 == len(played)


async def test_a_phone_that_refuses_texts_goes_on_hearing() -> None:
    caller = Caller(shows_no_texts=True)
    assert await line_of(caller, agi_arg_1="1767600000", agi_arg_2="+text").say(HELLO)
    assert ["/p/de/hello"] == caller.played


async def test_keys_ahead_are_not_answered_with_texts() -> None:
    caller = Caller()
    line = line_of(caller, agi_arg_1="1767600000", agi_arg_2="+text")
    line.unread("1")
    assert "1" == await line.key(HELLO)
    assert [] == without_watch(caller)


async def test_nobody_else_is_shown_texts() -> None:
    caller = Caller()
    await line_of(caller, agi_arg_1="1767600000", agi_arg_2="").say(HELLO)
    assert "SEND" not in "".join(without_watch(caller))
