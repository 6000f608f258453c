"""`teamline export` and `erase`: one customer over every store; one data folder, an embedded store, no Asterisk."""

import asyncio
import json
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from facts.contact import ContactDecided
from facts.record import record
from operations.callbacks.lost_places import HashedCustomers, LostPlace
from operations.customer_records.fits import Fit, fit
from operations.emergencies import household
from operations.journal import facts_of
from operations.mail.ports import Outgoing, Way
from operations.mailbox.content_files import ContentFiles
from operations.mailbox.mailbox import Mailbox
from operations.mailbox.ports import Entry
from operations.mailbox.record import MailboxRecords
from operations.mailbox.voice_folder import Sound, VoiceFolder
from routing.directory import KeyedHash
from routing.number import NumberFormat
from store.embedded import EmbeddedStore
from teamline.command_line import command_line
from teamline.secret_file import read_or_create
from teamline.settings import load_settings
from teamline.stored import open_store
from tests.fakes.entries import MONDAY, callback, document, recording, voice
from tests.fakes.gave_up import row

TEAMS = Path("teams.yaml").resolve()
NUMBER, OTHER, THIRD = "123A456789", "123B456789", "555A555555"
FORMAT = NumberFormat()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedStore]:
    with EmbeddedStore(tmp_path_factory.mktemp("store")) as running:
        yield running


def _next_database(used: list[int] = []) -> int:  # noqa: B006 - counts over all tests of this module
    used.append(len(used) % 16)
    return used[-1]


@dataclass
class Left:
    """What two customers have left."""

    data: Path
    entries: list[Entry]
    recording: Entry


@pytest.fixture
def left(tmp_path: Path, store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> Left:
    for name in [name for name in os.environ if name.startswith("TEAMLINE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TEAMLINE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TEAMLINE_STORE_URL", f"{store.url}?db={_next_database()}")
    monkeypatch.setenv("TEAMLINE_CONFIG", str(TEAMS))
    return asyncio.run(_left(tmp_path))


async def _left(folder: Path) -> Left:
    settings = load_settings()
    records = MailboxRecords(read_or_create(settings.key_file))
    files = ContentFiles(settings.mailbox_folder, records)
    voices = VoiceFolder(settings.voice_folder, records, Sound(lambda _: 0.0, lambda _: True))
    keyed = replace(callback(MONDAY + 2), number="1232456789")
    async with open_store(settings) as stored:
        mailbox = Mailbox(stored.mailbox, files, lambda: MONDAY, lambda _: None)
        spoken = await mailbox.keep_file(recording(folder), voice(number=NUMBER))
        stray = await files.place(recording(folder), document(MONDAY + 5, number=NUMBER))
        entries = [
            spoken,
            callback(MONDAY + 1, number="123 a 456789"),
            keyed,
            voice(MONDAY + 3, number=OTHER),
            callback(MONDAY + 4, number=""),
            stray,
        ]
        for entry in entries[1:-1]:
            await mailbox.put(entry)
        being_spoken = voice(MONDAY + 6, number=NUMBER)
        await voices.begin(being_spoken)
        voices.file(being_spoken.id).write_bytes(b"RIFF")
        for entry in entries[:4]:
            await stored.outbox.add(Outgoing(entry=entry.id, way=Way.MAIL, since=MONDAY, due_at=MONDAY))
        hashed = HashedCustomers(read_or_create(settings.key_file))
        for found in filter(None, map(FORMAT.written, (NUMBER, THIRD))):
            await stored.lost_places.put(hashed(found), LostPlace("L01", "money", int(MONDAY), 0, MONDAY), 600)
        listed = [row("g-1", number=NUMBER), row("g-2", number=OTHER), row("g-3")]
        await stored.gave_up.write(_today(), datetime.now(UTC).timestamp() + 600, listed, [])
        await stored.journal.append(
            _today(), [_decided(stored.keyed_hash, number) for number in (THIRD, NUMBER, THIRD)]
        )
    return Left(settings.data, entries, being_spoken)


def _today() -> date:
    return datetime.now(UTC).date()


def _decided(keyed_hash: KeyedHash, number: str, used: list[int] = []) -> tuple[str, bytes]:  # noqa: B006 - each is another call
    used.append(0)
    fact = ContactDecided(
        at=MONDAY,
        node="n",
        call=f"1.{len(used)}",
        visit=0,
        team="L01",
        home="L01",
        goal="line",
        rule="emergency-area",
        concern="emergency",
        customer=household(FORMAT.written(number), keyed_hash),
    )
    return fact.id, record(fact)


def told(*words: str, given: str = "") -> Result:
    return CliRunner().invoke(command_line(), list(words), input=given, env={"NO_COLOR": "1", "COLUMNS": "200"})


def exported(number: str = NUMBER) -> dict[str, Any]:
    result = told("export", number)
    assert 0 == result.exit_code, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def audit(left: Left) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (left.data / "audit.jsonl").read_text().splitlines()]


def test_an_export_has_everything_of_the_customer_and_nothing_of_another(left: Left) -> None:
    found = exported()
    assert [left.entries[0].id, left.entries[1].id] == [each["id"] for each in found["mailbox"]]
    assert [left.entries[2].id] == [each["id"] for each in found["perhaps_of_another"]]
    assert [left.entries[5].id] == [each["id"] for each in found["files_without_entry"]]
    assert [left.recording.id] == [each["id"] for each in found["recordings"]]
    assert [left.entries[0].id, left.entries[1].id] == [each["entry"] for each in found["mails_waiting"]]
    assert ["emergency-area"] == [each["rule"] for each in found["journal"]]
    assert "+49211555100" == found["mailbox"][0]["phone"]
    assert "2026-11-23T09:00:00+01:00" == found["lost_place"]["lost_at"]
    assert [("g-1", NUMBER)] == [(each["id"], each["number"]) for each in found["gave_up"]]
    assert OTHER not in json.dumps(found)


def test_an_export_into_a_file_has_the_contents_for_its_owner_only(left: Left, tmp_path: Path) -> None:
    file = tmp_path / "customer.zip"
    assert 0 == told("export", "-", "--into", str(file), given=f"{NUMBER}\n").exit_code
    assert 0o600 == file.stat().st_mode & 0o777
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        assert b"RIFF of a voice" == archive.read(f"contents/{left.entries[0].file}")
    expected = ["customer.json", f"contents/{left.entries[0].file}", f"contents/{left.entries[5].file}"]
    assert [*expected, f"recordings/{left.recording.id}.wav"] == names
    assert 2 == told("export", NUMBER, "--into", str(file)).exit_code
    assert [] == list(tmp_path.glob(".*.part"))


def test_an_export_writes_into_no_file_that_somebody_has_put_there(left: Left, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    (tmp_path / ".customer.zip.part").symlink_to(trap)
    assert 0 == told("export", NUMBER, "--into", str(tmp_path / "customer.zip")).exit_code
    assert (left.data.is_dir(), False) == (True, trap.exists())


def test_without_a_line_in_the_audit_nothing_is_exported(left: Left, tmp_path: Path) -> None:
    (left.data / "audit.jsonl").mkdir()
    file = tmp_path / "customer.zip"
    assert (1, False) == (told("export", NUMBER, "--into", str(file)).exit_code, file.exists())
    result = told("export", NUMBER)
    assert (1, "") == (result.exit_code, result.stdout)


def test_who_stands_in_no_passwd_is_noted_by_the_number(left: Left, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000)
    told("export", NUMBER)
    assert ["uid 4000000"] == [each["by"] for each in audit(left)]


def test_a_content_that_is_gone_is_told(left: Left, tmp_path: Path) -> None:
    (left.data / "mailbox" / str(left.entries[0].file)).unlink()
    result = told("export", NUMBER, "--into", str(tmp_path / "customer.zip"))
    assert (1, True) == (result.exit_code, "1 contents could not be read" in result.stderr)


def test_what_is_erased_is_in_no_store_and_everything_else_stays(left: Left) -> None:
    for file in (left.data / "voice").iterdir():
        os.utime(file, (0, 0))
    result = told("erase", NUMBER, "--yes", "--json")
    assert 0 == result.exit_code, result.stderr
    assert {"entries": 2, "files": 1, "recordings": 1, "mails": 2, "facts": 1, "in_calls": 0, "gave_up": 1} == {
        name: count for name, count in json.loads(result.stdout).items() if name != "left"
    }
    found = exported()
    assert [] == [*found["mailbox"], *found["files_without_entry"], *found["recordings"], *found["journal"]]
    assert [left.entries[2].id] == [each["id"] for each in found["perhaps_of_another"]]
    assert (None, "L01") == (found["lost_place"], exported(THIRD)["lost_place"]["team"])
    assert ([], ["g-2"]) == (found["gave_up"], [each["id"] for each in exported(OTHER)["gave_up"]])
    assert 1 == len(exported(OTHER)["mailbox"])
    assert 2 == len(exported(THIRD)["journal"])
    assert [] == list((left.data / "mailbox").iterdir())


def test_the_journal_keeps_its_order_and_counts_when_a_customer_goes(left: Left) -> None:
    told("erase", NUMBER, "--yes")
    assert left

    async def customers() -> list[str]:
        async with open_store(load_settings()) as stored:
            facts = (await facts_of(stored.journal.read(_today()))).facts
        return [fact.customer for fact in facts if isinstance(fact, ContactDecided)]

    first, second, third = asyncio.run(customers())
    assert ("", first) == (second, third)
    assert first


def test_what_was_keyed_without_a_letter_is_erased_if_wanted(left: Left) -> None:
    assert "1 entries were keyed without a letter" in told("erase", NUMBER, "--yes").stdout
    assert "Erased: 1 entries" in told("erase", NUMBER, "--yes", "--perhaps").stdout
    assert left


def test_a_recording_of_a_call_that_goes_on_is_left_alone(left: Left) -> None:
    assert "1 recordings belong to calls of this moment" in told("erase", NUMBER, "--yes").stdout
    assert (left.data / "voice" / f"{left.recording.id}.wav").exists()


@pytest.mark.parametrize(("answer", "code"), [("n\n", 1), ("", 2)])
def test_nothing_is_erased_without_a_yes(left: Left, answer: str, code: int) -> None:
    assert code == told("erase", NUMBER, given=answer).exit_code
    assert 2 == len(exported()["mailbox"])
    assert left


def test_the_audit_has_who_did_what_and_no_number(left: Left) -> None:
    told("erase", "-", given=f"{NUMBER}\ny\n")
    told("export", NUMBER)
    assert ["erase begun", "erase", "export"] == [each["what"] for each in audit(left)]
    assert 2 == audit(left)[1]["entries"]
    assert "456789" not in (left.data / "audit.jsonl").read_text()


def test_of_whom_nothing_is_kept_is_exported_and_erased_without_an_error(left: Left) -> None:
    assert [] == exported("999Z999999")["mailbox"]
    assert "Erased: 0 entries" in told("erase", "999Z999999", "--yes").stdout
    assert left


@pytest.mark.parametrize("number", ["nonsense", "1232456789", "123456789", ""])
def test_what_is_no_whole_number_is_wrong_use_and_not_repeated(left: Left, number: str) -> None:
    for command in ("export", "erase"):
        result = told(command, "-", given=f"{number}\n")
        assert 2 == result.exit_code
        assert not number or number not in result.stderr
    assert left


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("123A456789", Fit.SURE),
        ("123 a 456-789", Fit.SURE),
        ("123B456789", Fit.NO),
        ("1232456789", Fit.PERHAPS),
        ("1233456789", Fit.NO),
        ("123456789", Fit.PERHAPS),
        ("12345BG6789012", Fit.NO),
        ("nonsense", Fit.NO),
        ("", Fit.NO),
    ],
)
def test_a_number_fits_by_what_is_written(written: str, expected: Fit) -> None:
    number = FORMAT.written(NUMBER)
    assert number
    assert expected is fit(written, number, FORMAT)
