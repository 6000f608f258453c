"""A customer number and a phone number that no file, event, answer, figure or key may hold after real calls."""

import http.cookiejar
import io
import re
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from ami_record import AmiRecord
from callback_book import api
from landed import until_nothing_is_left
from left_behind import logs, stored
from PIL import Image
from running_lab import Customer, RunningLab, customers, until
from sip_client import Login, SipCaller, press

from routing.teams.file import read
from telephony.lab.phones import Habits, PhoneEvent

CENTRE = read(Path("teams.yaml"))
KNOWN = next(each for each in customers() if not each.benefit_team and not each.placement_team)
TEAM = CENTRE.areas[KNOWN.area].placement
PHONE = "021173059184"
ELSEWHERE = "021186204915"
"""In every other header that may name a caller."""
DISPLAY = b"EffectiveConnectedLineNum:"
"""What a member's phone shows, for whoever asks `Status`: in no event (docs/decisions/callers-number.md)."""
HERE = b"@127.0.0.1>"
HABITS = Habits(ring_seconds=(0.1, 0.2), talk_seconds=(1.0, 1.1))
AT_ONCE = 12
NOT_YET_SIGNED = 8
"""First requests of as many calls at once: five in a row, and Asterisk by default writes their From to its log."""
IN_LINE = 3


def _words(customer: Customer) -> Sequence[bytes]:
    """Both numbers as written, as keyed, with the letter left out, without the leading 0."""
    bare = customer.number[:3] + customer.number[4:]
    phones = (PHONE[1:], ELSEWHERE[1:])
    return [word.encode() for word in (customer.number, customer.keys, bare, *phones)]


WORDS = _words(KNOWN)
PLAIN_FROM = b"<sip:%s%s" % (PHONE.encode(), HERE)
ODD = [
    (b'"Citizen %s" <sip:%s%s' % (PHONE.encode(), PHONE.encode(), HERE), []),
    (b'"M\xfcller %s" <sip:%s%s' % (PHONE.encode(), PHONE.encode(), HERE), []),  # Latin-1, as old exchanges write it
    (b'"%s" <sip:%s%s' % (PHONE.encode() * 20, PHONE.encode(), HERE), []),
    (b"<tel:%s;phone-context=+49>" % PHONE.encode(), []),
    (PLAIN_FROM, [b"Diversion: <sip:%s@x>;reason=no-answer" % ELSEWHERE.encode()]),
    (PLAIN_FROM, [b'P-Asserted-Identity: "%s" <sip:%s@x>' % (ELSEWHERE.encode(), ELSEWHERE.encode())]),
    (PLAIN_FROM, [b"Remote-Party-ID: <sip:%s@x>;party=calling" % ELSEWHERE.encode()]),
    (PLAIN_FROM, [b"History-Info: <sip:%s@x>;index=1" % ELSEWHERE.encode(), b"Privacy: id"]),
]
"""A From header and further headers."""


@dataclass(frozen=True, slots=True)
class Traces:
    """What was left of the calls, everywhere."""

    ami: AmiRecord
    shown: Sequence[PhoneEvent]
    asked: Sequence[str]
    """Every value of TEAMLINE_CALLER that Asterisk's own console showed meanwhile."""
    logs: Mapping[str, bytes]
    metrics: bytes
    stored: Sequence[bytes]
    left: Sequence[tuple[str, str, str]]
    """Kind, phone and number of what lies in mailboxes, as a supervisor sees it."""


@pytest.fixture(scope="module")
def traces(lab: RunningLab) -> Iterator[Traces]:
    lab.hang_up_all()
    member = next(each["user"] for each in lab.told["accounts"]["members"] if each["teams"] == [TEAM])
    with AmiRecord(lab.told["ami"]) as ami, ExitStack() as stack:
        _hang_up_in_the_ivr(lab, ami, stack)
        asked = _give_up_in_line(lab, ami, stack)
        shown = _talk(lab, ami, member, stack)
        stack.close()
        with _nobody_is_called_back(lab):
            left = _leave(lab)
            until_nothing_is_left(lab)
            _ask(ami)
            with urllib.request.urlopen(lab.told["metrics"]) as answer:
                metrics = answer.read()
            yield Traces(ami, shown, asked, logs(lab), metrics, stored(lab.told["redis"]), left)


@contextmanager
def _nobody_is_called_back(lab: RunningLab) -> Iterator[None]:
    """A wish is kept and no placeholder stands in line for it; in the end it is called off."""
    assert 0 == lab.command("callbacks", "stop").returncode
    try:
        until(lambda: "callbacks_stopped" in lab.router_log(), 10, "a router that has followed")
        yield
    finally:
        with api(lab) as program:
            for each in program.get("/callbacks", params={"open": True}).json()["callbacks"]:
                program.delete(f"/callbacks/{each['id']}")
        lab.command("callbacks", "start")


def _call(lab: RunningLab, stack: ExitStack, from_: bytes = PLAIN_FROM, headers: Sequence[bytes] = ()) -> SipCaller:
    call = _caller(lab, stack, from_, headers, Login(**lab.told["accounts"]["trunk"]))
    assert call.dial() == 200
    return call


def _caller(
    lab: RunningLab, stack: ExitStack, from_: bytes, headers: Sequence[bytes], login: Login | None
) -> SipCaller:
    uri = f"sip:{lab.told['entry']}@127.0.0.1".encode()
    return stack.enter_context(SipCaller(lab.told["sip"], uri, from_, headers, login))


def _hang_up_in_the_ivr(lab: RunningLab, ami: AmiRecord, stack: ExitStack) -> None:
    """All dial at the same time; half of them hang up at once, the others within the number."""
    for _ in range(NOT_YET_SIGNED):
        assert _caller(lab, stack, PLAIN_FROM, (), None).dial() == 401
    with ThreadPoolExecutor(AT_ONCE) as hands:
        calls = list(hands.map(lambda _: _call(lab, stack), range(AT_ONCE)))
    early, late = calls[: AT_ONCE // 2], calls[AT_ONCE // 2 :]
    for call in early:
        call.hang_up()
    press(dict.fromkeys(late, KNOWN.keys[:5]))
    for call in late:
        call.hang_up()
    until(lambda: len(ami.events("Hangup")) == AT_ONCE, 10, "their ends told by AMI")


def _give_up_in_line(lab: RunningLab, ami: AmiRecord, stack: ExitStack) -> Sequence[str]:
    calls = [_call(lab, stack) for _ in range(IN_LINE)]
    calls += [_call(lab, stack, *odd) for odd in ODD]
    press(dict.fromkeys(calls, f"{KNOWN.keys}#12"))
    waiting = lab.until_waiting(TEAM, len(calls))
    asked = [lab.variable(each.channel, "TEAMLINE_CALLER") for each in waiting]
    _ask(ami)
    for call in calls:
        call.hang_up()
    until(lambda: len(ami.events("QueueCallerAbandon")) == len(calls), 10, "their going told by AMI")
    return asked


def _talk(lab: RunningLab, ami: AmiRecord, member: str, stack: ExitStack) -> Sequence[PhoneEvent]:
    with lab.phones(member, habits=HABITS) as phones:
        lab.until_signed_in(member)
        press({_call(lab, stack): f"{KNOWN.keys}#12"})
        phones.until(lambda events: any(each.kind == "answered" for each in events), 30)
        _ask(ami)
        until(lambda: ami.events("AgentComplete"), 10, "the talk's end told by AMI")
        return phones.events()


def _leave(lab: RunningLab) -> Sequence[tuple[str, str, str]]:
    """A document and a wish for a callback, with both numbers; and what is seen of them."""
    secrets = {each["user"]: each["password"] for each in lab.told["accounts"]["web"]}
    scan = io.BytesIO()
    Image.new("RGB", (200, 300), "white").save(scan, "PNG")
    with httpx.Client(base_url=lab.told["http"], timeout=30) as client:
        files = {"file": (f"{KNOWN.number}.png", scan.getvalue())}
        sent = client.post(
            "/api/v1/documents", files=files, data={"number": KNOWN.number}, headers=_bearer(secrets["scanner"])
        )
        assert 201 == sent.status_code, sent.text
        _ask_for_callback(lab)
        seen = client.get("/api/v1/messages", headers=_bearer(secrets["supervisor"])).json()["messages"]
        return [(each["kind"], each["phone"], each["number"]) for each in seen]


def _bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def _ask_for_callback(lab: RunningLab) -> None:
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    page = f"{lab.told['http']}/callback"
    token = re.search(r'name="token" value="([^"]+)"', browser.open(page).read().decode())
    assert token
    wish = {"token": token[1], "phone": PHONE, "number": KNOWN.number, "concern": "money"}
    assert browser.open(page, urllib.parse.urlencode(wish).encode()).url.startswith(f"{page}/noted")


def _ask(ami: AmiRecord) -> None:
    """What the router asks every few seconds, and more than it asks."""
    ami.ask("QueueStatus")
    ami.ask("Status", Variables="TEAMLINE_PLACE")
    ami.ask("Status")
    ami.ask("QueueSummary")


def _holding(told: bytes) -> Sequence[bytes]:
    """Every line that holds one of the numbers."""
    return [line for line in told.split(b"\n") if any(word in line for word in WORDS)]


def test_the_calls_were_real_and_the_member_saw_whose_they_were(traces: Traces) -> None:
    assert [""] + [PHONE] * (IN_LINE + len(ODD) - 1) == sorted(traces.asked)
    assert {(PHONE, "Arbeit")} == {(each.caller_number, each.caller_name) for each in traces.shown}


def test_the_record_heard_all_that_the_router_hears(traces: Traces) -> None:
    joined = [dict(event) for event in traces.ami.events("QueueCallerJoin")]
    told = [dict(event)["Place"] for event in traces.ami.events("UserEvent")]
    assert IN_LINE + len(ODD) + 1 == len(joined) == len(told)
    assert {TEAM} == {event["Queue"] for event in joined} == {place.split(":")[1] for place in told}
    assert traces.ami.events("QueueEntry")
    assert traces.ami.events("HangupRequest")
    assert any("TEAMLINE_PLACE=1:" in dict(event).get("Variable", "") for event in traces.ami.events("Status"))


def test_neither_number_is_in_any_event(traces: Traces) -> None:
    told = [line for line in _holding(traces.ami.text()) if not line.startswith(DISPLAY)]
    assert [] == told
    callers = {dict(event)["CallerIDNum"] for event in traces.ami.events("QueueCallerJoin")}
    assert {"<unknown>"} == callers


def test_neither_number_is_in_a_log(traces: Traces) -> None:
    assert {"full", "queue_log", "router.log"} <= traces.logs.keys()
    told = [line for line in traces.logs["queue_log"].split(b"\n") if b"|TEAMLINE|1:%s:" % TEAM.encode() in line]
    assert len(told) >= IN_LINE + len(ODD) + 1
    assert {} == {name: lines for name, text in traces.logs.items() if (lines := _holding(text))}


def test_neither_number_is_in_a_metric(traces: Traces) -> None:
    assert b"teamline_" in traces.metrics
    assert [] == _holding(traces.metrics)


def test_neither_number_is_in_the_store(traces: Traces) -> None:
    assert traces.stored
    assert [] == [each[:200] for each in traces.stored if _holding(each)]


def test_what_was_left_with_us_is_seen_by_whom_it_concerns_and_lies_sealed(traces: Traces) -> None:
    assert {("document", "", KNOWN.number), ("callback", f"+49{PHONE[1:]}", KNOWN.number)} == {*traces.left}
    assert any(b"teamline:mailbox" in each for each in traces.stored)
    assert any(name.startswith("m-") for name in traces.logs)


def test_an_asterisk_that_told_a_number_would_be_noticed(lab: RunningLab) -> None:
    with AmiRecord(lab.told["ami"]) as ami, ExitStack() as stack:
        _call(lab, stack)
        rows = until(lambda: [dict(row) for row in ami.ask("Status", Variables="TEAMLINE_CALLER")][:-1], 10, "a call")
        assert [f"TEAMLINE_CALLER={PHONE}"] == [row["Variable"] for row in rows]
        assert _holding(ami.text())
    until_nothing_is_left(lab)
