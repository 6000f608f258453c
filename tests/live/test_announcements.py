"""What is announced: by teams.yaml and by phone; in writing to callers who read; silence in place of music."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from running_lab import RunningLab, until
from sip_client import Login, SipCaller
from small_centre import NUMBERS, TEAMS, SmallCentre, keyed
from softphones import Softphone, softphone

from routing.announcements import every_sentence
from telephony.prompts.sound import write

A_SECOND_OF_PACKETS = 50  # 20 ms each
SILENT = 1
"""Of 255: A-law has no zero (G.711), so silence is a step beside it."""
TWO_SECONDS = 2 * 2 * 8000
"""Bytes of a recording."""
READERS = "0211910009"
TOMORROW = datetime.now(ZoneInfo("Europe/Berlin")) + timedelta(days=1)
MEETING = "Heute schließen wir wegen einer Personalversammlung schon um zehn Uhr."
ANNOUNCED = f"""
text_entry: ["{READERS}"]
desk: {{announcers: [three]}}
announcements:
  - {{id: meeting, texts: {{de: "{MEETING}"}}, until: "{TOMORROW:%Y-%m-%d %H:%M}"}}
  - {{id: over, texts: {{de: "Das ist vorbei."}}, until: "2026-01-01 10:00"}}
  - {{id: own, texts: {{de: "Team Eins ist heute klein."}}, teams: [L01], until: "{TOMORROW:%Y-%m-%d %H:%M}"}}
general_line:"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    folder = tmp_path_factory.mktemp("announcements")
    teams = TEAMS.replace("general_line:", ANNOUNCED).replace('"2103"}', '"2103", waiting: silence}')
    with RunningLab(folder / "lab", *SmallCentre(folder).write(teams).options, "--signed-out") as running:
        spoken = every_sentence(running.centre, datetime.now(UTC))
        assert len(spoken) >= len(("meeting", "own"))
        until(lambda: {*spoken} <= {*_sounds(running)}, 30, "announcements spoken")
        yield running


def _folder(lab: RunningLab) -> Path:
    return Path(lab.told["env"]["TEAMLINE_PROMPTS"]) / "announced"


def _voice(lab: RunningLab) -> Path:
    return Path(lab.told["env"].get("TEAMLINE_VOICE") or Path(lab.told["env"]["TEAMLINE_DATA"]) / "voice")


def _level(phone: Softphone) -> int:
    before = len(phone.told("level"))
    phone.order("level")
    return int(until(lambda: phone.told("level")[before:], 5, "a level")[0]["heard"])


def _is_silent(phone: Softphone) -> bool:
    """Whether a second of packets came, and each time that we looked there was no sound in them."""
    before = phone.heard()
    until(lambda: _level(phone) > SILENT or phone.heard() > before + A_SECOND_OF_PACKETS, 10, "sound, or silence")
    return phone.heard() > before + A_SECOND_OF_PACKETS


def _is_heard(voice: Path) -> bool:
    return any(file.stat().st_size > TWO_SECONDS for file in voice.glob("announced-*.wav"))


def _sounds(lab: RunningLab) -> list[str]:
    return [file.stem for file in _folder(lab).glob("*.wav")]


@pytest.fixture(scope="module")
def read(lab: RunningLab) -> list[str]:
    """Everything that a caller who reads was shown on the way to L01."""
    with softphone(lab, "trunk", shown="02115550188") as phone:
        phone.order("call", READERS)
        phone.until_told("answered")
        phone.order("key", keyed(NUMBERS["L01"]))
        lab.until_waiting("L01", 1)
        shown = [each["text"] for each in phone.told("shown")]
    lab.hang_up_all()
    return shown


def test_whoever_reads_is_shown_the_greeting_and_what_is_announced_to_everybody(read: list[str]) -> None:
    assert "Testamt, guten Tag." in read[0]
    assert MEETING in read[0]


def test_what_is_over_is_announced_to_nobody(read: list[str]) -> None:
    assert "vorbei" not in " ".join(read)


def test_at_the_ordinary_number_nothing_is_shown_and_all_is_heard(lab: RunningLab) -> None:
    with softphone(lab, "trunk", shown="02115550189") as phone:
        phone.order("call", lab.told["entry"])
        phone.until_told("answered")
        until(lambda: phone.heard() > len(MEETING), 10, "a voice")
        assert [] == phone.told("shown")
    lab.hang_up_all()


def test_whoever_waits_for_a_team_with_silence_hears_silence_and_not_nothing(lab: RunningLab) -> None:
    with softphone(lab, "trunk", shown="02115550190") as phone:
        phone.order("call", lab.told["entry"])
        phone.until_told("answered")
        phone.order("key", keyed(NUMBERS["L03"]))
        lab.until_waiting("L03", 1)
        until(lambda: _is_silent(phone), 60, "silence, once all is said")
    lab.hang_up_all()


def test_who_offers_real_time_text_is_connected_by_sound_and_told_that_there_is_no_text(lab: RunningLab) -> None:
    trunk = lab.told["accounts"]["trunk"]
    offered = ["m=text 40000 RTP/AVP 98", "a=rtpmap:98 t140/1000"]  # RFC 4103
    uri = f"sip:{lab.told['entry']}@{lab.told['sip']}".encode()
    login = Login(trunk["user"], trunk["password"])
    with SipCaller(lab.told["sip"], uri, b"<sip:02115550191@localhost>", login=login, more_media=offered) as caller:
        assert 200 == caller.dial()
        assert ["audio", "text"] == [line.split()[0] for line in caller.media.decode().split("m=")[1:]]
        assert "m=text 0 " in caller.media.decode()
    lab.hang_up_all()


def test_a_member_records_what_callers_of_the_team_hear_until_midnight(lab: RunningLab, tmp_path: Path) -> None:
    hum = tmp_path / "hum.wav"
    write(hum, 0.3 * np.sin(np.arange(8000 * 30) / 3), 8000)
    account = next(each for each in lab.told["accounts"]["members"] if each["user"] == "three")
    with softphone(lab, "three", shown="three", password=account["password"], registers=True) as phone:
        phone.until_told("registered")
        phone.order("call", "*49")
        phone.until_told("answered")
        phone.order("hum", str(hum))
        phone.order("key", "1")
        until(lambda: list(_voice(lab).glob("announced-*.wav")), 20, "a recording")
        until(lambda: _is_heard(_voice(lab)), 20, "two seconds of it")
        phone.order("key", "#")
        phone.order("key", "1")
        until(lambda: "recorded-L03" in _sounds(lab), 30, "the announcement of L03")
    lab.hang_up_all()
