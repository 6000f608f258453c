"""A private Asterisk with a tiny dialplan, SIPp phones and SIPp citizens: the lab's own parts, without a router."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from telephony.lab.asterisk import AsteriskDidNotStart, PrivateAsterisk
from telephony.lab.calls import CitizenCall, Keys, KeyStyle, steps
from telephony.lab.citizens import CallsEnded, TrunkAccount, place_calls
from telephony.lab.fetch import asterisk
from telephony.lab.installation import Installation
from telephony.lab.phones import Account, Habits, Manner, PhoneEvent, answer_phones
from telephony.lab.sipp import SippFailed

pytestmark = pytest.mark.live

ENTRY = "0211910000"
MEMBERS = tuple(Account(f"m{n}", f"secret{n}") for n in range(3))

TRUNK = """[teamline-trunk](!)
type=endpoint
context=teamline-in
disallow=all
allow=ulaw
direct_media=no
dtmf_mode=rfc4733
"""

PHONE = """[{user}]
type=endpoint
context=nowhere
disallow=all
allow=ulaw
direct_media=no
identify_by=username
auth={user}
aors={user}
[{user}]
type=auth
auth_type=digest
username={user}
password={password}
[{user}]
type=aor
max_contacts=1
remove_existing=yes
qualify_frequency=1
"""

DIALPLAN = """[teamline-in]
exten => 0211910000,1,Set(CALLERID(num)=${FILTER(0-9+,${CALLERID(num)})})
 same => n,Answer()
 same => n,Read(NUMBER,beep,9,,1,5)
 same => n,Read(CONCERN,beep,1,,1,5)
 same => n,Set(CALLERID(name)=${NUMBER}/${CONCERN})
 same => n,Queue(L01,iI)
 same => n,Hangup()
"""

QUEUE = "[general](+)\nautofill=yes\n[L01]\nstrategy=rrmemory\nretry=1\nringinuse=no\n"


@pytest.fixture(scope="module")
def installation() -> Installation:
    return asterisk(lambda _percent, _doing: None)


def written(home: Path, installation: Installation) -> PrivateAsterisk:
    pbx = PrivateAsterisk.in_folder(home, installation)
    phones = "".join(PHONE.format(user=member.user, password=member.password) for member in MEMBERS)
    rendered = {"pjsip": TRUNK + phones, "extensions": DIALPLAN, "queues": QUEUE}
    for name, text in rendered.items():
        (pbx.places.rendered / f"{name}.conf").write_text(text)
    return pbx


@pytest.fixture(scope="module")
def pbx(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateAsterisk]:
    pbx = written(tmp_path_factory.mktemp("pbx"), installation)
    pbx.start()
    yield pbx
    pbx.stop()
    pbx.remove_run_folder()


@pytest.fixture
def signed_in(pbx: PrivateAsterisk) -> Iterator[None]:
    for member in MEMBERS:
        pbx.console(f"queue add member PJSIP/{member.user} to L01")
    yield
    for member in MEMBERS:
        pbx.console(f"queue remove member PJSIP/{member.user} from L01")


def sip(pbx: PrivateAsterisk) -> str:
    return f"127.0.0.1:{pbx.access.sip}"


def trunk(pbx: PrivateAsterisk) -> TrunkAccount:
    return TrunkAccount(pbx.access.trunk_user, pbx.access.trunk_password)


def until(met: Callable[[], bool], seconds: float = 15) -> bool:
    end = time.monotonic() + seconds
    while not met() and time.monotonic() < end:
        time.sleep(0.02)
    return met()


def stored(pbx: PrivateAsterisk) -> str:
    """What of the queue's members is on disk; Asterisk writes its database about once a second (main/db.c)."""
    with closing(sqlite3.connect(pbx.places.state / "astdb.sqlite3")) as database:
        return str(database.execute("SELECT value FROM astdb WHERE key = '/Queue/PersistentMembers/L01'").fetchall())


def is_quiet(pbx: PrivateAsterisk) -> bool:
    return "0 active channels" in pbx.console("core show channels")


def over(events: list[PhoneEvent]) -> int:
    return sum(event.kind in ("ended", "hung-up") for event in events)


def test_it_starts_without_a_warning(pbx: PrivateAsterisk) -> None:
    log = (pbx.places.log / "full").read_text()
    assert [line for line in log.splitlines() if "WARNING" in line or "ERROR" in line] == []


@pytest.mark.parametrize("style", [KeyStyle.RFC4733, KeyStyle.INFO])
@pytest.mark.usefixtures("signed_in")
def test_citizens_with_any_number_key_digits_and_reach_members_who_answer(
    pbx: PrivateAsterisk, style: KeyStyle
) -> None:
    if style is KeyStyle.RFC4733 and os.geteuid() != 0:
        pytest.skip("SIPp sends RFC 4733 events through a raw socket")
    calls = [CitizenCall(f"02110000{n}", steps("123456789,3"), from_name='"]${X}') for n in range(4)]
    with answer_phones(sip(pbx), MEMBERS, Habits(ring_seconds=(0.1, 0.2), talk_seconds=(0.3, 0.5))) as phones:
        ended = place_calls(sip(pbx), ENTRY, trunk(pbx), calls, style=style).wait()
        events = phones.until(lambda seen: over(seen) == len(calls), 10)
    assert ended == CallsEnded(placed=4, answered=4, ended_by_other_side=4, hung_up=0)
    answered = [event for event in events if event.kind == "answered"]
    assert sorted(call.from_number for call in calls) == sorted(event.caller_number for event in answered)
    assert {"123456789/3"} == {event.caller_name for event in answered}
    assert until(lambda: is_quiet(pbx))


def test_a_citizen_hangs_up_in_mid_dialogue(pbx: PrivateAsterisk) -> None:
    call = CitizenCall("0211", (Keys("12"),), hang_up_after_seconds=0)
    ended = place_calls(sip(pbx), ENTRY, trunk(pbx), [call]).wait()
    assert ended == CallsEnded(placed=1, answered=1, ended_by_other_side=0, hung_up=1)
    assert until(lambda: is_quiet(pbx))


@pytest.mark.usefixtures("signed_in")
def test_phones_that_ring_on_see_the_caller_go(pbx: PrivateAsterisk) -> None:
    call = CitizenCall("0211", steps("123456789,3"), hang_up_after_seconds=1)
    with answer_phones(sip(pbx), MEMBERS, Habits(Manner.RINGS_ON)) as phones:
        place_calls(sip(pbx), ENTRY, trunk(pbx), [call]).wait()
        phones.until(lambda seen: seen[-1:] != [] and seen[-1].kind == "cancelled", 10)
    assert until(lambda: is_quiet(pbx))


@pytest.mark.usefixtures("signed_in")
def test_phones_that_turn_calls_down_are_rung_in_turn(pbx: PrivateAsterisk) -> None:
    call = CitizenCall("0211", steps("123456789,3"), hang_up_after_seconds=4)
    with answer_phones(sip(pbx), MEMBERS, Habits(Manner.TURNS_DOWN)) as phones:
        calling = place_calls(sip(pbx), ENTRY, trunk(pbx), [call])
        phones.until(lambda seen: {event.user for event in seen} == {member.user for member in MEMBERS}, 20)
        assert calling.wait().hung_up == 1
    assert until(lambda: is_quiet(pbx))


def test_a_number_that_is_no_entry_reaches_nothing(pbx: PrivateAsterisk) -> None:
    ended = place_calls(sip(pbx), "0211910001", trunk(pbx), [CitizenCall("0211")]).wait()
    assert (ended.answered, ended.failed) == (0, 1)


def test_a_wrong_password_reaches_nothing(pbx: PrivateAsterisk) -> None:
    wrong = TrunkAccount(pbx.access.trunk_user, "wrong")
    assert place_calls(sip(pbx), ENTRY, wrong, [CitizenCall("0211")]).wait().failed == 1


def test_phones_with_a_wrong_password_are_named_as_a_failure(pbx: PrivateAsterisk) -> None:
    wrong = Account("m0", "wrong")
    with pytest.raises(SippFailed, match="phones could register"), answer_phones(sip(pbx), [wrong]):
        pass


def test_phones_that_asterisk_asks_whether_they_are_there_say_so(pbx: PrivateAsterisk) -> None:
    with answer_phones(sip(pbx), MEMBERS) as phones:
        assert until(lambda: pbx.console("pjsip show contacts").count("Avail") == len(MEMBERS))
        phones.register_again()
    assert until(lambda: "No objects found" in pbx.console("pjsip show contacts"))


def test_killed_and_started_again_it_has_its_ports_and_its_members(installation: Installation, tmp_path: Path) -> None:
    pbx = written(tmp_path, installation)
    pbx.start()
    pbx.console("queue add member PJSIP/m0 to L01")
    assert until(lambda: "PJSIP/m0" in stored(pbx))
    assert pbx.pid is not None
    os.kill(pbx.pid, signal.SIGKILL)
    assert until(lambda: pbx.pid is None)
    again = PrivateAsterisk.in_folder(tmp_path, installation)
    again.start()
    assert "PJSIP/m0" in again.console("queue show L01")
    assert pbx.access == again.access
    again.stop()
    assert again.pid is None


def test_a_stopped_asterisk_that_sleeps_is_ended_all_the_same(installation: Installation, tmp_path: Path) -> None:
    pbx = written(tmp_path, installation)
    pbx.start()
    assert pbx.pid is not None
    os.kill(pbx.pid, signal.SIGSTOP)
    pbx.stop(seconds=1)
    assert pbx.pid is None


def test_one_that_does_not_get_its_ports_says_so_and_ends(pbx: PrivateAsterisk, tmp_path: Path) -> None:
    second = written(tmp_path, pbx.installation)
    second.access = pbx.access
    for name in ("pjsip.conf", "manager.conf"):
        text = (pbx.places.etc / name).read_text().replace(pbx.access.ami_secret, "another")
        (second.places.etc / name).write_text(text)
    with pytest.raises(AsteriskDidNotStart, match="did not get its ports"):
        second.start()
    assert second.pid is None


OWNER = """
import sys, time
from pathlib import Path
from telephony.lab.asterisk import PrivateAsterisk
from telephony.lab.fetch import asterisk
pbx = PrivateAsterisk.in_folder(Path(sys.argv[1]), asterisk(lambda percent, doing: None))
pbx.start()
print(pbx.pid, flush=True)
time.sleep(300)
"""


def test_it_ends_when_its_owner_is_killed(installation: Installation, tmp_path: Path) -> None:
    written(tmp_path, installation)
    argv = [sys.executable, "-c", OWNER, str(tmp_path)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        started = int(owner.stdout.readline())
        owner.kill()
        owner.wait()
    assert until(lambda: not Path(f"/proc/{started}").exists() or "State:\tZ" in status(started))


def status(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
