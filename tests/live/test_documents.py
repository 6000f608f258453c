"""Documents over real HTTP into a running router, mailed by a real SMTP server that goes away: none is lost."""

import os
import signal
import socket
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import numpy as np
import pytest
from router_beside import is_ready
from running_lab import RunningLab, until
from sip_client import Login, SipCaller
from small_centre import NUMBERS, TEAMS, SmallCentre, keyed
from softphones import softphone

from telephony.prompts.sound import write
from tests.fakes.made_documents import image, pdf
from tests.fakes.mail_server import MailServer, mail_server

WITH_MAIL = (
    TEAMS.replace('extension: "2101"}', 'extension: "2101", mailbox: leistung01@example.org}')
    .replace("members:\n", 'kiosks:\n  k1: {site: nord, phone: "3901"}\nmembers:\n')
    .replace(
        'extension: "2102"}',
        'extension: "2102", mailbox: leistung02@example.org, overflow: [{when: no-members, to: message}]}',
    )
    .replace("general_line:", "documents: {megabytes: 1, mail: content}\ngeneral_line:")
    .replace("general_line:", "messages: {seconds: 20, silence_seconds: 3, mail: content}\ngeneral_line:")
)


@dataclass
class Room:
    """The lab, its mail server and what hands documents in."""

    lab: RunningLab
    mail: MailServer
    drop: Path

    @property
    def mailbox(self) -> Path:
        return Path(self.lab.told["env"]["TEAMLINE_DATA"]) / "mailbox"

    def token(self, role: str) -> str:
        return next(str(each["password"]) for each in self.lab.told["accounts"]["web"] if each["role"] == role)

    def sent(
        self, content: bytes, number: str = NUMBERS["L01"], role: str = "scanner", **fields: str
    ) -> httpx.Response:
        return httpx.post(
            f"{self.lab.told['http']}/api/v1/documents",
            data={"number": number, **fields},
            files={"file": ("scan.bin", content)},
            headers={"authorization": f"Bearer {self.token(role)}"},
            timeout=60,
        )

    def mailed(self) -> Counter[str]:
        """Entry -> how often it was mailed."""
        return Counter(str(mail["Message-ID"])[1:].partition(".")[0] for mail in self.mail.mails)

    def log(self) -> str:
        return self.lab.router_log()


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    folder = tmp_path_factory.mktemp("documents")
    drop = folder / "drop"
    with mail_server() as mail:
        settings = {
            "TEAMLINE_SMTP_URL": mail.url,
            "TEAMLINE_SMTP_SENDER": "teamline@example.org",
            "TEAMLINE_DROP": str(drop),
        }
        options = SmallCentre(folder).write(WITH_MAIL).options
        with RunningLab(folder / "lab", *options, "--signed-out", environment=settings) as lab:
            yield Room(lab, mail, drop)


def test_a_scanned_document_is_kept_mailed_and_copied(room: Room) -> None:
    content = pdf(2, mark="first")
    answer = room.sent(content)
    entry = answer.json()["id"]
    assert (201, "L01", 2, False) == (answer.status_code, *(answer.json()[it] for it in ("team", "pages", "duplicate")))
    assert content == (room.mailbox / f"{entry}.pdf").read_bytes()
    until(lambda: room.mailed()[entry], 20, "a mail")
    assert content == next(room.mail.mails[-1].iter_attachments()).get_content()
    until((room.drop / "L01" / f"{entry}.pdf").exists, 20, "a copy")


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("member", 403), ("nobody", 401)])
def test_only_a_scanner_may_hand_in(room: Room, role: str, status: int) -> None:
    token = room.token(role) if role != "nobody" else "guessed"
    answer = httpx.post(
        f"{room.lab.told['http']}/api/v1/documents",
        data={"number": NUMBERS["L01"]},
        files={"file": ("x", pdf())},
        headers={"authorization": f"Bearer {token}"},
    )
    assert status == answer.status_code


def test_mixed_documents_two_at_once_are_each_answered(room: Room) -> None:
    made = [
        *((pdf(1 + each % 3, mark=f"mixed {each}"), 201) for each in range(12)),
        *((image("TIFF", 2, colour=(each, 1, 1)), 201) for each in range(6)),
        *((image("JPEG", colour=(each * 9, 2, 2)), 201) for each in range(6)),
        *((pdf()[: 150 + each], 422) for each in range(6)),
        *((b"%PDF-1.4" + bytes(1_200_000 + each), 413) for each in range(3)),
        *((f"no document {each}".encode(), 422) for each in range(6)),
        (pdf(mark="twice"), 201),
        (pdf(mark="twice"), 201),
    ]
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda one: room.sent(one[0]), made))
    expected = Counter(status for _, status in made)
    got = Counter(answer.status_code for answer in answers)
    assert (expected[422], expected[413], expected[201]) == (got[422], got[413], got[201] + got[200])
    kept = {answer.json()["id"] for answer in answers if answer.status_code == 201}
    assert all((list(room.mailbox.glob(f"{entry}.*"))) for entry in kept)


def test_while_the_mail_server_is_away_every_document_is_kept_and_mailed_later(room: Room) -> None:
    room.mail.stop()
    kept = [room.sent(pdf(mark=f"away {each}")) for each in range(3)]
    until(lambda: "outbox_postponed" in room.log(), 20, "a try")
    assert [201] * 3 == [answer.status_code for answer in kept]
    room.mail.start()
    until(lambda: all(room.mailed()[answer.json()["id"]] == 1 for answer in kept), 40, "every mail")


@pytest.fixture
def voice(tmp_path: Path) -> Path:
    """Two seconds that rise and fall like syllables."""
    at = np.arange(2 * 8000) / 8000
    buzz = np.sum([np.sin(2 * np.pi * 120 * harmonic * at) / harmonic for harmonic in range(1, 20)], axis=0)
    file = tmp_path / "voice.wav"
    write(file, 0.15 * buzz * np.abs(np.sin(4 * np.pi * at)), 8000)
    return file


def test_a_message_left_while_the_mail_server_is_away_is_mailed_with_its_sound_later(room: Room, voice: Path) -> None:
    room.mail.stop()
    voices = Path(room.lab.told["env"]["TEAMLINE_DATA"]) / "voice"
    with softphone(room.lab, "trunk", shown="02115550177") as phone:
        phone.order("call", room.lab.told["entry"])
        phone.until_told("answered")
        phone.order("key", keyed(NUMBERS["L02"]))
        until(lambda: list(voices.glob("m-*.wav")), 60, "a recording")
        phone.order("hum", str(voice))
        file = next(voices.glob("m-*.wav"))
        until(lambda: file.exists() and file.stat().st_size > 2 * 8000 * 2, 20, "two seconds of it")
        phone.order("key", "#")
        [kept] = until(lambda: list(room.mailbox.glob("m-*.wav")), 30, "a message that is kept")
    room.lab.hang_up_all()
    content = kept.read_bytes()
    room.mail.start()
    until(lambda: room.mailed()[kept.stem], 90, "its mail")
    mail = next(one for one in room.mail.mails if kept.stem in str(one["Message-ID"]))
    assert ("leistung02@example.org", content) == (mail["To"], next(mail.iter_attachments()).get_content())
    assert b"5550177" not in mail.as_bytes()


def test_a_router_that_is_killed_with_a_document_half_there_leaves_nothing_and_mails_what_it_promised(
    room: Room,
) -> None:
    tries = room.log().count("outbox_postponed")
    room.mail.stop()
    promised = room.sent(pdf(mark="promised")).json()["id"]
    # A mail that a kill cuts off is claimed for minutes; once a try has failed none begins for seconds.
    until(lambda: room.log().count("outbox_postponed") > tries, 90, "a try that failed")
    place = urlsplit(room.lab.told["http"])
    with socket.create_connection((str(place.hostname), place.port or 0)) as half:
        begin = b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n%PDF-1.4\n' + bytes(400_000)
        half.sendall(
            b"POST /api/v1/documents HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\n"
            b"Authorization: Bearer " + room.token("scanner").encode() + b"\r\nContent-Length: 900000\r\n\r\n" + begin
        )
        until(lambda: list((room.mailbox / ".arriving").iterdir()), 10, "half a document")
        os.kill(room.lab.told["pids"]["router"], signal.SIGKILL)
    room.mail.start()
    room.lab.start("router")
    until(lambda: is_ready(room.lab), 30, "a router that takes calls")
    assert [] == list((room.mailbox / ".arriving").iterdir())
    until(lambda: room.mailed()[promised] == 1, 40, "the mail of what was promised")


def test_without_the_store_nothing_is_promised(room: Room) -> None:
    content = pdf(mark="store away")
    room.lab.signal("store", signal.SIGKILL)
    answer = room.sent(content)
    room.lab.start("store")
    assert (503, True) == (answer.status_code, "retry-after" in answer.headers)
    again = until(lambda: (one := room.sent(content)).status_code in (200, 201) and one, 30, "a store")
    assert "L01" == again.json()["team"]  # type: ignore[union-attr]  # until returns what was seen


def test_whoever_scans_and_lifts_the_phone_beside_reaches_the_team_unasked(room: Room) -> None:
    lab = room.lab
    offer = room.sent(pdf(mark="at the kiosk"), kiosk="k1", concern="job").json()["offer"]
    assert ("k1", "V01", True) == (offer["kiosk"], offer["team"], offer["open"])
    account = next(each for each in lab.told["accounts"]["kiosks"] if each["user"] == "k1")
    login = Login("k1", account["password"])
    with SipCaller(lab.told["sip"], f"sip:1@{lab.told['sip']}".encode(), b"<sip:k1@127.0.0.1>", login=login) as phone:
        assert 200 == phone.dial()
        [waiting] = lab.until_waiting("V01", 1)
        assert "kiosk-scan" == lab.variable(waiting.channel, "TEAMLINE_RULE")
    lab.hang_up_all()
