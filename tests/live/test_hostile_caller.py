"""Whatever a stranger writes into a SIP request, it steers nothing and is repeated by nothing."""

import re
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from ami_record import AmiRecord
from call_record import Call, CallRecord
from landed import Landed, until_in_line, until_nothing_is_left
from running_lab import RunningLab, customers, until
from sip_client import Login, SipCaller, press

from routing.teams.file import read
from telephony.dialplan.extensions import CONCERN_WORDS
from telephony.lab.phones import Habits

CENTRE = read(Path("teams.yaml"))
KNOWN = next(each for each in customers() if not each.benefit_team and not each.placement_team)
AREA = CENTRE.areas[KNOWN.area]
QUEUE = CENTRE.teams[AREA.placement].queue
MARK = b"zqvil"
"""Stands in everything hostile; nothing of ours holds it."""
ASSERTED = b'P-Asserted-Identity: "%s" <sip:0900%s@x>' % (MARK, MARK)
HERE = b"@127.0.0.1>"
ODD_BYTES = b"".join(b"%%%02X" % byte for byte in range(256) if not chr(byte).isalnum())
QUICK = Habits(ring_seconds=(0.1, 0.2), talk_seconds=(0.3, 0.5))
PLAIN = re.compile(r"[A-Za-z0-9_./,^()+:@ -]*")


@dataclass(frozen=True, slots=True)
class Stranger:
    """A From header, further headers, and the number that may be left of them."""

    name: str
    from_: bytes
    caller: str = "0211"
    headers: Sequence[bytes] = ()


def _named(name: bytes) -> bytes:
    return b'"%s" <sip:0211%s' % (name, HERE)


def _numbered(user: bytes) -> bytes:
    return b"<sip:0211%s%s" % (user, HERE)


STRANGERS = [
    Stranger("quotes in the name", _named(MARK + b'\\"quoted\\"')),
    Stranger("commas in the name", _named(MARK + b",1,Hangup()")),
    Stranger("the dialplan's language in the name", _named(MARK + b" ${EPOCH} $[1+1] ${SHELL(id)} ${CALLERID(num)}")),
    Stranger("semicolons, pipes, brackets in the name", _named(MARK + b";|[](){}<0900>&^~`!")),
    Stranger("a query in the name", _named(b"'; DROP TABLE " + MARK + b"; --")),
    Stranger("a format in the name", _named(b"%s%n%x%p" + MARK)),
    Stranger("markup in the name", _named(b"<script>" + MARK + b"</script>")),
    Stranger("a terminal's commands in the name", _named(MARK + b"\x1b[31m\x07\t")),
    Stranger("a NUL in the name", _named(MARK + b"\x00" + MARK), ""),
    Stranger("line ends of other alphabets in the name", _named(MARK + "\u2028\u2029\u0085\u202e\U0001f600".encode())),
    Stranger("broken UTF-8 in the name", _named(MARK + b"\xff\xfe\x80")),
    Stranger("300 characters in the name", _named(MARK * 60)),
    Stranger("a folded header", b'"%s"\r\n <sip:0211%s' % (MARK, HERE)),
    Stranger("a name without quotes", b"Mr %s <sip:0211%s" % (MARK, HERE)),
    Stranger("line ends in the number", _numbered(b"%0d%0aVariable:%20" + MARK + b"=yes%0d%0a"), "0211"),
    Stranger("a NUL in the number", _numbered(b"%00" + MARK)),
    Stranger("every odd byte in the number", _numbered(MARK + ODD_BYTES)),
    Stranger("commas in the number", _numbered(b"," + MARK + b",1,Hangup()"), "02111"),
    Stranger("the dialplan's language in the number", _numbered(b"%24%7BEPOCH%7D%24%5B1+1%5D" + MARK)),
    Stranger("backslashes and quotes in the number", _numbered(b"%5c%22%27" + MARK + b"%5c")),
    Stranger("pipes and angles in the number", _numbered(b"%7C%3C" + MARK + b"%3E")),
    Stranger("an extension behind the number", _numbered(b";ext=9;" + MARK + b"=1")),
    Stranger("300 digits", _numbered(b"9" * 300), "0211" + "9" * 28),
    Stranger("300 letters", _numbered(MARK * 60)),
    Stranger("letters of other alphabets in the number", _numbered(b"%C3%A4%E2%80%A8%D9%A1" + MARK)),
    Stranger("a password", _numbered(b":" + MARK)),
    Stranger("parameters of the address", b"<sip:0211@127.0.0.1;user=phone;%s=1>" % MARK),
    Stranger("headers in the address", b"<sip:0211@127.0.0.1?Replaces=%s&X=1>" % MARK),
    Stranger("an address without angles", b"sip:0211%s@127.0.0.1" % MARK),
    Stranger("a foreign host", b"<sip:0211@%s.example>" % MARK),
    Stranger("a telephone address", b"<tel:+49211;phone-context=%s;ext=5>" % MARK, "+49211"),
    Stranger("no number", b'"%s" <sip:127.0.0.1>' % MARK, ""),
    Stranger("a queue's name as number", b"<sip:general-line%s" % HERE, ""),
    Stranger("a member's name as number", b"<sip:m0101%s" % HERE, "0101"),
    Stranger("withheld by name", b'"Anonymous" <sip:anonymous@anonymous.invalid>', ""),
    Stranger("withheld by a header", _named(MARK), "", [b"Privacy: id"]),
    Stranger("withheld, asserted all the same", _named(MARK), "", [b"Privacy: user;id", ASSERTED]),
    Stranger("privacy with the dialplan's language", _named(MARK), "", [b'Privacy: id" = "" | 1;${EPOCH},Hangup())']),
    Stranger("openly not withheld", _named(MARK), headers=[b"Privacy: None"]),
    Stranger("asserted by the caller", _named(MARK), headers=[ASSERTED]),
    Stranger("preferred by the caller", _named(MARK), headers=[b"P-Preferred-Identity: <tel:0900;%s=1>" % MARK]),
    Stranger("a party of its own", _named(MARK), headers=[b'Remote-Party-ID: "%s" <sip:0900@x>;party=calling' % MARK]),
    Stranger("diverted", _named(MARK), headers=[b'Diversion: "%s" <sip:0900%s@x>;reason=%s' % (MARK, MARK, MARK)]),
    Stranger("a history", _named(MARK), headers=[b"History-Info: <sip:0900%s@x>;index=1" % MARK]),
    Stranger(
        "our own words as headers",
        _named(MARK),
        headers=[b"TEAMLINE_QUEUE: L01", b"X-TEAMLINE_CREDIT: 3600", b"QUEUE_PRIO: 2147483647", b"Priority: emergency"],
    ),
]  # fmt: skip

NO_SIP = [
    b"<sip:0211${EPOCH}$[1+1]" + HERE,
    b"<sip:0211\\" + MARK + HERE,
    b"<sip:0211|" + MARK + HERE,
    "<sip:0211ä".encode() + HERE,
    b'"' + MARK + b" <sip:0211" + HERE,
    b"<mailto:0211@example.org>",
]
"""What SIP's own grammar refuses (RFC 3261 section 25.1)."""


@dataclass(frozen=True, slots=True)
class Caught:
    """What one hostile call came to."""

    stranger: Stranger
    landed: Landed
    call: Call


@dataclass(frozen=True, slots=True)
class Siege:
    """All strangers at once, and everything that could have repeated them."""

    began: int
    caught: Sequence[Caught]
    ami: AmiRecord
    record: CallRecord

    def of(self, stranger: Stranger) -> Caught:
        return next(each for each in self.caught if each.stranger is stranger)


def _entry(lab: RunningLab) -> bytes:
    return f"sip:{lab.told['entry']}@127.0.0.1".encode()


def _trunk(lab: RunningLab) -> Login:
    return Login(**lab.told["accounts"]["trunk"])


def _member(lab: RunningLab) -> Login:
    account = lab.accounts()[1]
    return Login(account.user, account.password)


def _call(lab: RunningLab, stranger: Stranger, stack: ExitStack) -> SipCaller:
    call = SipCaller(lab.told["sip"], _entry(lab), stranger.from_, stranger.headers, _trunk(lab))
    assert stack.enter_context(call).dial() == 200, stranger.name
    return call


@pytest.fixture(scope="module")
def siege(lab: RunningLab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Siege]:
    folder, began = tmp_path_factory.mktemp("siege"), int(time.time())
    with AmiRecord(lab.told["ami"]) as ami, CallRecord(lab, folder / "record") as record, ExitStack() as stack:
        calls = [_call(lab, stranger, stack) for stranger in STRANGERS]
        press(dict.fromkeys(calls, f"{KNOWN.keys}#12"))
        landed = until_in_line(lab, QUEUE, len(STRANGERS))
        caught = [Caught(*each) for each in zip(STRANGERS, landed, record.calls(), strict=True)]
        stack.close()
        until_nothing_is_left(lab)
        until(lambda: len(ami.events("Hangup")) == len(STRANGERS), 10, "every end told by AMI")
        yield Siege(began, caught, ami, record)


@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda stranger: stranger.name)
def test_a_stranger_waits_where_the_number_says_with_the_arrivals_priority(siege: Siege, stranger: Stranger) -> None:
    landed = siege.of(stranger).landed
    assert QUEUE == landed.queue
    assert landed.credit == 0
    assert siege.began <= landed.waiting.virtual_arrival <= time.time()


@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda stranger: stranger.name)
def test_only_digits_and_plus_are_left_of_a_number_and_the_router_is_told_no_caller_id(
    siege: Siege, stranger: Stranger
) -> None:
    caught = siege.of(stranger)
    told = dict(caught.call.told)
    assert stranger.caller == caught.call.caller == caught.landed.caller
    assert ("unknown", "unknown") == (told["agi_callerid"], told["agi_calleridname"])


def test_nothing_hostile_reaches_the_dialplan_the_router_or_a_variable(siege: Siege) -> None:
    assert MARK not in siege.record.text()
    for caught in siege.caught:
        assert [] == [value for value in caught.landed.variables.values() if not PLAIN.fullmatch(value)]
        assert [] == [told for told in caught.call.told if not PLAIN.fullmatch(told[1]) and told[0] != "agi_version"]


def test_every_stranger_walks_the_same_way_through_the_dialplan(siege: Siege) -> None:
    ways = {tuple(application for application, _ in caught.call.steps) for caught in siege.caught}
    assert len(ways) == 1


def test_nothing_hostile_reaches_ami(siege: Siege) -> None:
    assert MARK not in siege.ami.text()
    events = siege.ami.events()
    assert len(siege.ami.events("QueueCallerJoin")) == len(STRANGERS)
    keys = [key for event in events for key, _ in event]
    assert [] == [key for key in keys if not re.fullmatch(r"[A-Za-z]+[0-9]*(-[A-Za-z]+)?", key) or key == "Variable"]
    told = [(key, value) for event in events for key, value in event if "LineN" in key or "CallerID" in key]
    assert {"<unknown>"} == {value for key, value in told if key.endswith(("Name", "Num"))}


def test_nothing_hostile_reaches_a_log_or_the_store(siege: Siege, lab: RunningLab) -> None:
    assert len(siege.caught) == len(STRANGERS)
    assert [] == _lines_with(lab, MARK)


def _lines_with(lab: RunningLab, *words: bytes) -> Sequence[bytes]:
    """Every line, of every file that the lab has written, that holds one of these words."""
    files = [each for each in lab.folder.rglob("*") if each.is_file() and not each.is_symlink()]
    return [line for file in files for line in file.read_bytes().split(b"\n") if any(word in line for word in words)]


@pytest.mark.parametrize("from_", NO_SIP, ids=range(len(NO_SIP)))
def test_what_is_no_sip_makes_no_call(lab: RunningLab, from_: bytes) -> None:
    before = _calls_processed(lab)
    with SipCaller(lab.told["sip"], _entry(lab), from_, login=_trunk(lab)) as call:
        assert call.dial(0.3) in (None, 400, 416)
    assert before == _calls_processed(lab)


def _calls_processed(lab: RunningLab) -> int:
    found = re.search(r"(\d+) calls? processed", lab.console("core show channels count"))
    assert found
    return int(found[1])


@pytest.mark.parametrize(
    "stranger", [each for each in STRANGERS if each.name in {"quotes in the name", "withheld by a header"}]
)
def test_a_members_phone_shows_a_clean_number_and_the_concern(lab: RunningLab, stranger: Stranger) -> None:
    user = next(each["user"] for each in lab.told["accounts"]["members"] if AREA.placement in each["teams"])
    with lab.phones(user, habits=QUICK) as phones:
        lab.until_signed_in(user)
        with SipCaller(lab.told["sip"], _entry(lab), stranger.from_, stranger.headers, _trunk(lab)) as call:
            assert call.dial() == 200
            press({call: f"{KNOWN.keys}#12"})
            rang = phones.until(lambda events: any(each.kind == "answered" for each in events), 30)[0]
            until(lambda: phones.events("hung-up"), 10, "the talk over")
    assert (CONCERN_WORDS["de"]["job"], stranger.caller or "asterisk") == (rang.caller_name, rang.caller_number)
    until_nothing_is_left(lab)


def _forged(lab: RunningLab) -> Sequence[bytes]:
    entry = lab.told["entry"].encode()
    member = next(iter(CENTRE.members.values()))
    words = (
        *(b"s", b"i", b"h", b"t", b"T", b"e", b"o", b"a", b"fax", b"sign", b"pause"),
        *(QUEUE.encode(), b"general-line", b"L01", b"A1-wide", b"A1-urgent"),
        *(b"2101", member.phone.encode(), b"3901", b"*45", b"*46", b"*8", b"*83901"),
        *(b"teamline-in", b"teamline-queue", b"teamline-inbound", b"teamline-queue,L01,1"),
        *(entry + more for more in (b"1", b"0", b"%23", b"%2C1", b"%0d%0a", b"%20", b"/n", b"&L01", b";ext=1")),
        *(entry[:-1], entry[1:], b"+" + entry, b"%2B49211910000"),
        *(b"../x", b"..%2F..%2Fx", b"%00", b"%00" + entry, b"_X.", b"_.", b"_!", b"%24%7BEPOCH%7D"),
        *(b"112", b"0049211123", b"900900"),
    )  # fmt: skip
    return [*(b"sip:%s@127.0.0.1" % word for word in words), b"sip:127.0.0.1", b"tel:112", b"sip:L01@teamline-queue"]


def test_a_forged_extension_reaches_nothing_through_the_trunk(lab: RunningLab) -> None:
    before = _calls_processed(lab)
    reached = []
    for uri in _forged(lab):
        with SipCaller(lab.told["sip"], uri, _numbered(MARK), login=_trunk(lab)) as call:
            if call.dial(0.5) not in (404, 416, None):
                reached.append((uri, call.status))
    assert reached == []
    assert before == _calls_processed(lab)


def test_from_is_no_credential(lab: RunningLab) -> None:
    before, member = _calls_processed(lab), _member(lab)
    other = lab.accounts()[2].user
    trunk = _trunk(lab)
    attempts = [
        (_numbered(b""), None),
        (b"<sip:%s%s" % (trunk.user.encode(), HERE), None),
        (b"<sip:%s%s" % (member.user.encode(), HERE), None),
        (_numbered(b""), Login(trunk.user, "wrong")),
        (_numbered(b""), Login("nobody", "wrong")),
        (b"<sip:%s%s" % (other.encode(), HERE), member),
    ]
    for from_, login in attempts:
        with SipCaller(lab.told["sip"], _entry(lab), from_, login=login) as call:
            assert call.dial() == 401
    assert before == _calls_processed(lab)


def test_the_trunk_cannot_speak_for_a_member(lab: RunningLab) -> None:
    before, from_ = _calls_processed(lab), b"<sip:%s%s" % (_member(lab).user.encode(), HERE)
    for dialled in (b"*45", b"*46", b"2101", next(iter(CENTRE.members.values())).phone.encode()):
        with SipCaller(lab.told["sip"], b"sip:%s@127.0.0.1" % dialled, from_, login=_trunk(lab)) as call:
            assert call.dial() == 404
    assert before == _calls_processed(lab)


def test_a_members_phone_reaches_neither_the_entry_nor_the_outside(lab: RunningLab) -> None:
    before, member = _calls_processed(lab), _member(lab)
    from_ = b"<sip:%s%s" % (member.user.encode(), HERE)
    words = (b"s", b"i", b"T", b"L01", b"general-line", b"sign", b"112", b"0049211123", b"%2349", b"*8", b"_X.")
    for uri in (_entry(lab), *(b"sip:%s@127.0.0.1" % word for word in words)):
        with SipCaller(lab.told["sip"], uri, from_, login=member) as call:
            assert call.dial() == 404, uri
    assert before == _calls_processed(lab)


def test_no_other_request_starts_anything(lab: RunningLab) -> None:
    """The lab's trunk may register: it plays the world outside, which has to be reachable."""
    before = _calls_processed(lab)
    headers = [b"Event: dialog", b"Refer-To: <sip:2101@127.0.0.1>", b"Expires: 60", b"Content-Type: text/plain"]
    for method in (b"MESSAGE", b"SUBSCRIBE", b"REFER", b"NOTIFY", b"PUBLISH", b"INFO", b"UPDATE", b"REGISTER"):
        for uri in (_entry(lab), b"sip:L01@127.0.0.1", b"sip:s@127.0.0.1"):
            with SipCaller(lab.told["sip"], uri, _numbered(MARK), headers, _trunk(lab), method=method) as call:
                assert (call.dial() or 0) >= 400 or method == b"REGISTER"
    assert before == _calls_processed(lab)


def test_nothing_said_within_a_call_moves_it_or_renames_it(lab: RunningLab) -> None:
    with SipCaller(lab.told["sip"], _entry(lab), _numbered(b""), login=_trunk(lab)) as call:
        assert call.dial() == 200
        press({call: f"{KNOWN.keys}#12"})
        before = until_in_line(lab, QUEUE, 1)
        assert call.request(b"REFER", b"Refer-To: <sip:2101@127.0.0.1>\r\n") >= 400
        call.request(b"UPDATE", ASSERTED + b"\r\n")
        call.request(b"INFO", b"Content-Type: application/dtmf-relay\r\n", b"Signal=${EPOCH}\r\nDuration=-1\r\n")
        call.request(b"INFO", b"Content-Type: application/dtmf-relay\r\n", b"Signal=" + MARK * 60)
        assert before == until_in_line(lab, QUEUE, 1)
    until_nothing_is_left(lab)


def test_a_customer_number_that_was_keyed_is_nowhere_to_be_read(lab: RunningLab) -> None:
    bare = KNOWN.number[:3] + KNOWN.number[4:]
    unknown, malformed = "9172635480", "91726354809172"
    keyed = (f"{KNOWN.keys}#12", f"{bare}#12", f"{unknown}#12", f"{malformed}#0#2", f"{malformed}9#{unknown}#12")
    citizen = Stranger("a citizen", _numbered(b"8500001"))
    with AmiRecord(lab.told["ami"]) as ami, ExitStack() as stack:
        calls = [_call(lab, citizen, stack) for _ in keyed]
        press(dict(zip(calls, keyed, strict=True)))
        channels = [each.waiting.channel for each in until_in_line(lab, QUEUE, 2)]
        channels += [each.waiting.channel for each in until_in_line(lab, "general-line", 3)]
        shown = "".join(lab.console(f"core show channel {channel}") for channel in channels)
        with urllib.request.urlopen(lab.told["metrics"]) as answer:
            metrics = answer.read()
        stack.close()
        until_nothing_is_left(lab)
        words = [word.encode() for word in (KNOWN.number, KNOWN.keys, bare, unknown, malformed)]
        assert [] == [word for word in words if word in ami.text() + shown.encode() + metrics]
    assert [] == _lines_with(lab, *words)
    assert b"02118500001" not in lab.router_log().encode()
