"""The kiosk phone on a real Asterisk: three sites, cards and cameras, calls both ways, and parts that go away."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from kiosk_phone import KioskPhone, kiosk_phone
from outside_world import TALKS_BRIEFLY, outside_world
from running_lab import RunningLab, until
from small_centre import SmallCentre
from softphones import softphone

from operations import cards
from telephony.lab.phones import Habits

CREDIT = 300
LOUD = 5000
TALKS_LONG = Habits(ring_seconds=(0.1, 0.2), talk_seconds=(600.0, 600.0))
TEAMS = f"""\
centre: {{name: Testamt, land: NW, timezone: Europe/Berlin}}
entry: ["0211910000"]
hours: {{default: always}}
languages: {{"1": de}}
numbers: {{customer: "99A9", household: "999BG99"}}
credits: {{kiosk: {CREDIT}}}
general_line: general
sites:
  - {{id: nord, name: Nord}}
  - {{id: mitte, name: Mitte}}
  - {{id: sued, name: Süd}}
areas:
  - {{id: A1, name: Nord, site: nord, benefit: [L01], placement: V01, benefit_rule: household-last-digit}}
  - {{id: A2, name: Mitte, site: mitte, benefit: [L02], placement: V02, benefit_rule: household-last-digit}}
  - {{id: A3, name: Süd, site: sued, benefit: [L03], placement: V03, benefit_rule: household-last-digit}}
teams:
  general: {{name: Zentrale, kind: general, extension: "2000"}}
  L01: {{name: Leistung 01, kind: benefit, extension: "2101", outbound_caller_id: "0211910101"}}
  L02: {{name: Leistung 02, kind: benefit, extension: "2102"}}
  L03: {{name: Leistung 03, kind: benefit, extension: "2103"}}
  V01: {{name: Vermittlung 01, kind: placement, extension: "2201"}}
  V02: {{name: Vermittlung 02, kind: placement, extension: "2202"}}
  V03: {{name: Vermittlung 03, kind: placement, extension: "2203"}}
members:
  one: {{name: Platz 1, teams: [L01], phone: "3101"}}
kiosks:
  k-nord: {{site: nord, phone: "3901"}}
  k-mitte: {{site: mitte, phone: "3902"}}
  k-sued: {{site: sued, phone: "3903"}}
  k-hall: {{site: sued, phone: "3904"}}
"""
HOUSEHOLDS = {"L01": ("1", "100BG02", "A1"), "L02": ("2", "200BG03", "A2"), "L03": ("3", "300BG04", "A3")}
"""Team -> how its customers' numbers begin, their household, their area."""
CUSTOMERS = "customer_number,household,area\n" + "".join(
    f"{first}{number // 10}A{number % 10},{household},{area}\n"
    for first, household, area in HOUSEHOLDS.values()
    for number in range(30)
)
SITES = {"k-nord": "L01", "k-mitte": "L02", "k-sued": "L03"}
HOSTILE = ("https://evil.example/" + "a" * 300, "sip:0900123456@evil.example", b"\x00\xff\r\nTLK1" * 20, "A" * 1500)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    folder = tmp_path_factory.mktemp("kiosks")
    files = SmallCentre(folder).write(TEAMS, CUSTOMERS)
    options = ["--config", str(files.teams), "--customers", str(files.customers), "--members", "1"]
    with RunningLab(folder / "lab", *options) as running:
        yield running


class Cards:
    """Cards of customers who have never called: who calls again within ten minutes has the place of before."""

    def __init__(self, lab: RunningLab) -> None:
        secret = (Path(lab.told["env"]["TEAMLINE_DATA"]) / "secret.key").read_bytes()
        self._cards = cards.Cards(secret, NoneRevoked())
        self._next = {team: iter(range(30)) for team in HOUSEHOLDS}
        self.made: list[str] = []

    def of(self, team: str) -> str:
        """The token of a new card for somebody whose team this is."""
        number = next(self._next[team])
        self.made.append(self._cards.make(f"{HOUSEHOLDS[team][0]}{number // 10}A{number % 10}"))
        return self.made[-1]


class NoneRevoked:
    async def has(self, card: str) -> bool:
        assert card
        return False

    async def add(self, card: str) -> None:
        raise AssertionError(card)


@pytest.fixture(scope="module")
def card(lab: RunningLab) -> Cards:
    return Cards(lab)


@pytest.fixture(scope="module")
def nord(lab: RunningLab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KioskPhone]:
    with kiosk_phone(lab, "k-nord", tmp_path_factory.mktemp("k-nord")) as phone:
        yield phone


@pytest.fixture(scope="module")
def mitte(lab: RunningLab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KioskPhone]:
    """Another one: a kiosk takes ten scans a minute."""
    with kiosk_phone(lab, "k-mitte", tmp_path_factory.mktemp("k-mitte")) as phone:
        yield phone


@pytest.fixture(scope="module")
def sued(lab: RunningLab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KioskPhone]:
    with kiosk_phone(lab, "k-sued", tmp_path_factory.mktemp("k-sued")) as phone:
        yield phone


@pytest.fixture(autouse=True)
def nobody_is_left(lab: RunningLab, nord: KioskPhone, mitte: KioskPhone, sued: KioskPhone) -> Iterator[None]:
    yield
    for phone in (nord, mitte, sued):
        phone.put_down()
        phone.asked("DELETE", "/scan")
    lab.hang_up_all()


def has_application(lab: RunningLab, channel: str, application: str) -> bool:
    lines = lab.console("core show channels concise").splitlines()
    return any(line.startswith(f"{channel}!") and line.split("!")[5] == application for line in lines)


def loudest(samples: bytes) -> int:
    """The level of a tone of 1 kHz in the last half second, of 32768."""
    found = np.frombuffer(samples[: len(samples) // 2 * 2], np.int16)[-8000:].astype(float)
    if len(found) < 8000:
        return 0
    return int(abs(np.exp(-2j * np.pi * 1000 / 16000 * np.arange(8000)) @ found) * 2 / 8000)


def is_in_talk(lab: RunningLab, channel: str) -> bool:
    lines = lab.console("core show channels concise").splitlines()
    return any(line.startswith(f"{channel}!") and line.split("!")[12] for line in lines)


def rule(lab: RunningLab, channel: str) -> str:
    return lab.variable(channel, "TEAMLINE_RULE")


def test_whoever_scans_at_a_site_and_lifts_the_handset_is_in_the_right_line_with_the_kiosks_credit(
    lab: RunningLab, nord: KioskPhone, mitte: KioskPhone, sued: KioskPhone, card: Cards
) -> None:
    phones = (nord, mitte, sued)
    for phone in phones:
        phone.show(card.of(SITES[phone.id]))
        phone.until_scanned(SITES[phone.id])
        phone.lift()
    for phone in phones:
        [waiting] = lab.until_waiting(SITES[phone.id], 1)
        assert phone.channels == [waiting.channel]
        assert "kiosk-scan" == rule(lab, waiting.channel)
        arrival = int(lab.variable(waiting.channel, "TEAMLINE_ARRIVAL"))
        assert CREDIT == arrival - waiting.virtual_arrival


def test_the_scanner_types_a_card_and_the_call_waits_for_the_scan(
    lab: RunningLab, nord: KioskPhone, card: Cards
) -> None:
    nord.scan(card.of("L01"))
    nord.lift()
    [waiting] = lab.until_waiting("L01", 1)
    assert "kiosk-scan" == rule(lab, waiting.channel)


def test_without_a_scan_the_dialogue_asks_and_its_questions_are_answered_by_keys(
    lab: RunningLab, nord: KioskPhone
) -> None:
    nord.lift()
    channel = nord.until_calling()
    until(lambda: "AGI" in lab.console("core show channels concise"), 10, "the dialogue")
    nord.press("2229#11")
    [waiting] = lab.until_waiting("L02", 1)
    assert channel == waiting.channel


def test_a_kiosk_without_a_hook_calls_by_any_key_and_answers_what_was_ordered_on_its_page(
    lab: RunningLab, card: Cards, tmp_path: Path
) -> None:
    with kiosk_phone(lab, "k-hall", tmp_path / "phone", hook=False) as phone:
        phone.scan(card.of("L03"))
        phone.press("5")
        [waiting] = lab.until_waiting("L03", 1)
        assert "kiosk-scan" == rule(lab, waiting.channel)
        phone.put_down()
        lab.until_quiet()
        phone.scan(card.of("L02"))
        phone.asked("POST", "/call", {"scan": phone.until_scanned("L02")["id"]})
        lab.until_waiting("L02", 1)
        lab.hang_up_all()


def test_a_call_ordered_on_the_page_rings_until_the_handset_is_lifted(
    lab: RunningLab, nord: KioskPhone, card: Cards
) -> None:
    nord.scan(card.of("L01"))
    nord.asked("POST", "/call", {"scan": nord.until_scanned("L01")["id"]})
    nord.until_calling()
    nord.lift()
    [waiting] = lab.until_waiting("L01", 1)
    assert "kiosk-scan" == rule(lab, waiting.channel)


def test_two_persons_who_scan_one_after_the_other_never_mix(lab: RunningLab, sued: KioskPhone, card: Cards) -> None:
    sued.scan(card.of("L01"))
    sued.until_scanned("L01")
    sued.show(card.of("L02"))
    sued.until_scanned("L02")
    sued.scan(card.of("L01"))
    sued.scan(card.of("L03"))
    sued.lift()
    [waiting] = lab.until_waiting("L03", 1)
    assert "kiosk-scan" == rule(lab, waiting.channel)
    assert [] == [*lab.line("L01"), *lab.line("L02")]


@pytest.mark.parametrize("code", HOSTILE, ids=["url", "sip", "binary", "long"])
def test_a_hostile_code_reaches_nobody_and_ends_what_was_bound(
    mitte: KioskPhone, card: Cards, code: str | bytes
) -> None:
    mitte.scan(card.of("L01"))
    mitte.until_scanned("L01")
    mitte.show(code)
    mitte.until_nobody_is_bound()
    assert 0 == mitte.logged("scan_refused")
    assert "evil" not in mitte.log()


def test_two_codes_in_one_picture_are_nobodys(mitte: KioskPhone, card: Cards) -> None:
    mitte.scan(card.of("L01"))
    mitte.until_scanned("L01")
    mitte.show(card.of("L02"), card.of("L03"))
    mitte.until_nobody_is_bound()


def test_a_revoked_card_is_refused_and_whoever_was_before_is_forgotten(
    lab: RunningLab, sued: KioskPhone, card: Cards
) -> None:
    lost = card.of("L02")
    assert 0 == lab.command("card", "--revoke", "-", stdin=f"{lost}\n").returncode
    sued.scan(card.of("L01"))
    sued.until_scanned("L01")
    before = sued.logged("scan_refused")
    sued.scan(lost)
    until(lambda: sued.logged("scan_refused") == before + 1, 10, "the refusal")
    sued.until_nobody_is_bound()
    assert lost not in sued.log()


def test_a_member_rings_the_kiosk_and_whoever_stands_there_answers(
    lab: RunningLab, nord: KioskPhone, card: Cards
) -> None:
    nord.scan(card.of("L01"))
    nord.until_scanned("L01")
    [account] = [each for each in lab.told["accounts"]["members"] if each["user"] == "one"]
    with softphone(lab, "one", shown="one", password=account["password"], registers=True) as member:
        member.until_told("registered")
        member.order("call", "*83901")
        nord.until_calling()
        assert [] == member.told("answered")
        nord.lift()
        member.until_told("answered")
        nord.put_down()
        member.until_told("ended")


def test_nobody_rings_a_kiosk_for_somebody_who_has_left_it(lab: RunningLab, sued: KioskPhone, card: Cards) -> None:
    sued.scan(card.of("L01"))
    sued.until_scanned("L01")
    sued.asked("DELETE", "/scan")
    [account] = [each for each in lab.told["accounts"]["members"] if each["user"] == "one"]
    with softphone(lab, "one", shown="one", password=account["password"], registers=True) as member:
        member.until_told("registered")
        member.order("call", "*83903")
        member.until_told("ended")
        assert [] == sued.channels
        assert member.told("answered")


def test_a_callback_to_the_kiosk_rings_there_once_a_member_is_free(
    lab: RunningLab, nord: KioskPhone, card: Cards
) -> None:
    nord.scan(card.of("L01"))
    promised = nord.asked("POST", "/callback", {"scan": nord.until_scanned("L01")["id"], "to": "kiosk"})
    assert "kiosk" == promised["promise"]["to"]
    with lab.phones("one", habits=TALKS_LONG) as member:
        channel = nord.until_calling(40)
        nord.lift()
        until(lambda: has_application(lab, channel, "AGI"), 20, "the question who is there")
        nord.press("1")
        until(lambda: is_in_talk(lab, channel), 20, "a talk")
        assert 1 == len(member.events("answered"))
        nord.put_down()
        member.until(lambda seen: any(each.kind == "ended" for each in seen), 20)


def test_a_callback_to_the_visitors_own_phone_leaves_the_kiosk_alone(
    lab: RunningLab, nord: KioskPhone, card: Cards
) -> None:
    nord.scan(card.of("L01"))
    with outside_world(lab, everybody=TALKS_BRIEFLY) as world:
        wish = {"scan": nord.until_scanned("L01")["id"], "to": "0211 5550177"}
        assert "number" == nord.asked("POST", "/callback", wish)["promise"]["to"]
        nord.asked("DELETE", "/scan")
        with lab.phones("one", habits=TALKS_LONG):
            world.until("pressed", "02115550177")
            assert [] == nord.channels
            world.until_over("02115550177")


def test_whom_the_visitor_talks_to_is_heard_in_the_handset(lab: RunningLab, tmp_path: Path) -> None:
    heard, hum, tone = tmp_path / "heard", tmp_path / "hum.wav", "synth 60 sine 1000"
    subprocess.run(["sox", "-n", "-r", "16000", "-b", "16", "-c", "1", str(hum), *tone.split()], check=True)
    recorder = "sox -n -t raw -r 16000 -b 16 -e signed -c 1 - synth 36000 sine 1000"  # as fast as it is read
    for name, program in (("arecord", recorder), ("aplay", f"cat >> {heard}")):
        (tmp_path / name).write_text(f"#!/bin/sh\nexec {program}\n")
        (tmp_path / name).chmod(0o755)
    [account] = [each for each in lab.told["accounts"]["members"] if each["user"] == "one"]
    with (
        kiosk_phone(lab, "k-hall", tmp_path / "phone", programs=tmp_path) as phone,
        softphone(lab, "one", shown="one", password=account["password"], registers=True) as member,
    ):
        member.until_told("registered")
        member.order("call", "*83904")
        phone.until_calling()
        phone.lift()
        member.until_told("answered")
        member.order("hum", str(hum))
        until(lambda: loudest(heard.read_bytes()) > LOUD, 20, "the member's tone")
        phone.put_down()
        member.until_told("ended")
    assert 0 == phone.logged("sound_away")


def test_a_phone_process_that_dies_is_started_again(lab: RunningLab, nord: KioskPhone) -> None:
    registered = nord.logged("phone_registered")
    for pid in nord.children():
        os.kill(pid, signal.SIGKILL)
    until(lambda: nord.logged("phone_registered") > registered, 20, "another registration")
    nord.lift()
    nord.until_calling()


def test_a_router_that_was_away_is_told_of_the_scan_and_meanwhile_the_handset_reaches_the_general_line(
    lab: RunningLab, nord: KioskPhone, card: Cards
) -> None:
    nord.scan(card.of("L01"))
    nord.until_scanned("L01")
    lab.signal("router", signal.SIGKILL)
    nord.lift()
    lab.until_waiting("general-line", 1)
    nord.put_down()
    lab.until_quiet()
    lab.start("router")
    nord.scan(card.of("L02"))
    nord.until_scanned("L02", 30)
    nord.lift()
    lab.until_waiting("L02", 1)


def test_an_asterisk_that_restarted_is_called_and_calls(lab: RunningLab, nord: KioskPhone, card: Cards) -> None:
    lab.signal("asterisk", signal.SIGKILL)
    lab.start("asterisk")
    nord.until_registered(90)
    until(lambda: nord.state()["phone"] == "free", 60, "a router that knows it")
    nord.scan(card.of("L01"))
    nord.asked("POST", "/call", {"scan": nord.until_scanned("L01")["id"]})
    nord.until_calling()
    nord.lift()
    lab.until_waiting("L01", 1)


def test_nothing_of_anybody_is_in_a_log(nord: KioskPhone, card: Cards) -> None:
    nord.scan(card.of("L01"))
    nord.until_scanned("L01")
    assert not [secret for secret in (*card.made, "3101") if secret in nord.log()]
