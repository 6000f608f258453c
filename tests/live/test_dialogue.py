"""The dialogue, key for key, by telephone: each caller lands where docs/dialogue.md and docs/rules.md say."""

import re
import struct
import time
import urllib.request
import wave
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from call_record import Call, CallRecord
from landed import Landed, calls_in_the_ivr, channels_by_caller, hang_up, until_landed, until_nothing_is_left
from running_lab import Customer, NotSeen, RunningLab, citizen, customers, until
from sip_client import Login, SipCaller, press

from routing.teams.file import read
from telephony.lab.fetch import cache_folder

CENTRE = read(Path("teams.yaml"))
GENERAL = CENTRE.teams[CENTRE.general_line].queue
EMERGENCY_SECONDS = 1800
UNKNOWN = "1232456789"
BEGAN = int(time.time())
HANG_UP_SECONDS = 60
STAY = 900
"""Seconds; whoever was looked at is hung up long before."""


def _bare(customer: Customer) -> str:
    return customer.number[:3] + customer.number[4:]


def _known() -> tuple[Sequence[Customer], Sequence[Customer]]:
    """Two customers of different areas whom nobody shares keys with; two who share all keys but differ in team."""
    sharing: dict[str, list[Customer]] = {}
    for customer in customers():
        sharing.setdefault(_bare(customer), []).append(customer)
    alone = [
        each[0] for each in sharing.values() if len(each) == 1 and not each[0].benefit_team + each[0].placement_team
    ]
    twins = next(each for each in sharing.values() if len({one.keys for one in each}) == 1 and len(each) == 2)
    first = alone[0]
    return (first, next(each for each in alone if each.area != first.area)), sorted(twins, key=lambda one: one.number)


(ONE, OTHER), TWINS = _known()
SLOWLY = [part for digit in ONE.keys for part in (digit, 0.8)]


def _benefit(customer: Customer) -> str:
    return CENTRE.teams[CENTRE.areas[customer.area].benefit[int(customer.household[-1]) % 2]].queue


def _placement(customer: Customer) -> str:
    return CENTRE.teams[CENTRE.areas[customer.area].placement].queue


@dataclass(frozen=True, slots=True)
class Case:
    """What a caller keys (and how long they listen), and where the rules say that this ends."""

    name: str
    steps: Sequence[str | float]
    queue: str
    rule: str
    concern: str = "money"
    credit: int = 0
    language: str = "de"


KEYED = [
    Case("a number and money", [f"{ONE.keys}#11"], _benefit(ONE), "household-team"),
    Case("a number and job", [f"{ONE.keys}#12"], _placement(ONE), "household-team", "job"),
    Case("a number and documents", [f"{ONE.keys}#13"], _benefit(ONE), "household-team", "documents"),
    Case("the letter left out", [f"{_bare(ONE)}#11"], _benefit(ONE), "household-team"),
    Case("a household number", [f"{ONE.household_keys}#11"], _benefit(ONE), "household-team"),
    Case("a household's digits only", [f"{ONE.household.replace('BG', '')}#11"], _benefit(ONE), "household-team"),
    Case("a number that nobody has", [f"{UNKNOWN}#11"], GENERAL, "unknown-number"),
    Case("too short, then right", [f"123#{ONE.keys}#11"], _benefit(ONE), "household-team"),
    Case("too long, then right", [f"123456789012345#{ONE.keys}#11"], _benefit(ONE), "household-team"),
    Case("longer than anything is kept", ["1" * 70 + f"#{ONE.keys}#11"], _benefit(ONE), "household-team"),
    Case("three malformed entries", ["12#345#6789#2"], GENERAL, "tries-used-up", "job"),
    Case("taken back three times", [f"{ONE.keys}#2" * 3 + "1"], GENERAL, "tries-used-up"),
    Case("taken back once", [f"{OTHER.keys}#2{ONE.keys}#11"], _benefit(ONE), "household-team"),
    Case("neither yes nor no to the read-back", [f"{ONE.keys}#551"], _benefit(ONE), "household-team"),
    Case("zero and hash", ["0#1"], GENERAL, "no-number"),
    Case("zero and three seconds", ["0", 4.5, "2"], GENERAL, "no-number", "job"),
    Case("a number and three seconds", [ONE.keys, 4.5, "11"], _benefit(ONE), "household-team"),
    Case("started over within the number", [f"12*{ONE.keys}#11"], _benefit(ONE), "household-team"),
    Case("started over at once", [f"#*{ONE.keys}#11"], _benefit(ONE), "household-team"),
    Case("started over again and again", ["#*#*#*#1"], GENERAL, "no-number"),
    Case("nothing but hashes", ["###1"], GENERAL, "no-number"),
    Case("digit by digit", [*SLOWLY, "#", "1", "1"], _benefit(ONE), "household-team"),
    Case("German chosen, all keyed ahead", ["*1" + f"{UNKNOWN}#11"], GENERAL, "unknown-number"),
    Case("plain German chosen", [f"*2{ONE.keys}#11"], _benefit(ONE), "household-team", language="de-leicht"),
    Case("English chosen, all keyed ahead", [f"*3{UNKNOWN}#11"], GENERAL, "unknown-number", language="en"),
    Case("a second star before the language", [f"**3{ONE.keys}#11"], _benefit(ONE), "household-team", language="en"),
    Case("a language that there is not", [f"*7{ONE.keys}#11"], _benefit(ONE), "household-team"),
    Case("an emergency", [f"{ONE.keys}#191"], f"{ONE.area}-urgent", "emergency-area", "emergency", EMERGENCY_SECONDS),
    Case("an emergency without a number", ["0#91"], GENERAL, "emergency-general", "emergency", EMERGENCY_SECONDS),
    Case("an emergency taken back", [f"{ONE.keys}#1952"], _placement(ONE), "household-team", "job"),
    Case("an emergency taken back three times", [f"{ONE.keys}#1959595"], _benefit(ONE), "household-team"),
    Case("no such concern three times", [f"{ONE.keys}#1777"], _benefit(ONE), "household-team"),
    Case("shared keys, the first letter", [f"{TWINS[0].keys}#111"], _benefit(TWINS[0]), "household-team"),
    Case("shared keys, the second letter", [f"{TWINS[0].keys}#121"], _benefit(TWINS[1]), "household-team"),
    Case("shared digits, the second's job", [f"{_bare(TWINS[0])}#122"], _placement(TWINS[1]), "household-team", "job"),
    Case("shared keys, no such letter", [f"{TWINS[0].keys}#191"], GENERAL, "ambiguous-number"),
]  # fmt: skip

SILENT = [
    Case("silent throughout", [], GENERAL, "no-number"),
    Case("silent after the number", [f"#{ONE.keys}"], _benefit(ONE), "household-team"),
    Case("silent at the letter", [f"{TWINS[0].keys}#1"], GENERAL, "ambiguous-number"),
    Case("silent at the emergency's question", [f"{ONE.keys}#19"], _benefit(ONE), "household-team"),
    Case("silent at the choice of language", ["*"], GENERAL, "no-number"),
]


@dataclass(frozen=True, slots=True)
class Callers:
    """The callers of these cases, all in the telephone at once."""

    lab: RunningLab
    numbers: Mapping[str, str]
    record: CallRecord

    def landed(self, case: Case, seconds: float = 40) -> Landed:
        return until_landed(self.lab, self.numbers[case.name], seconds)

    def folders(self, case: Case) -> Sequence[str]:
        """The language of every sound that this caller heard, in order."""
        return [Path(folder).name for call in self.record.of(self.numbers[case.name]) for folder, _ in call.played]


def _callers(lab: RunningLab, cases: Sequence[Case], first: int, record: CallRecord, stack: ExitStack) -> Callers:
    numbers = {case.name: f"0211{first + index}" for index, case in enumerate(cases)}
    placed = lab.calls([citizen(*case.steps, caller=numbers[case.name], stay=STAY) for case in cases], rate=8)
    stack.callback(until_nothing_is_left, lab)
    stack.callback(hang_up, lab, list(numbers.values()))
    stack.callback(placed.close)
    return Callers(lab, numbers, record)


@dataclass(frozen=True, slots=True)
class HangUp:
    """What a caller keys before hanging up, and the phrase or the question at which they do so."""

    where: str
    keys: str
    phrase: str = ""
    question: str = "STREAM FILE"

    def is_there(self, call: Call) -> bool:
        return call.asked.startswith(self.question) and self.phrase in ("", *call.phrases[-1:])


HANG_UPS = [
    HangUp("in the greeting", "", "welcome"),
    HangUp("in the privacy notice", "", "privacy"),
    HangUp("in the silence after the star", "*", question="WAIT FOR DIGIT"),
    HangUp("as the language changes", "*3", "language-changed"),
    HangUp("at the question for the number", "#", "customer-number"),
    HangUp("within the number", ONE.keys[:4], question="GET DATA"),
    HangUp("in the read-back", f"{ONE.keys}#", "you-typed"),
    HangUp("at the question behind the read-back", f"{ONE.keys}#", "right-or-again"),
    HangUp("at the second try", f"{ONE.keys}#2", "customer-number-again"),
    HangUp("after a malformed entry", "12#", "not-understood"),
    HangUp("at the question for the letter", f"{TWINS[0].keys}#1", "which-letter"),
    HangUp("at the choice of letters", f"{TWINS[0].keys}#1", "letter-choice"),
    HangUp("at the concern", f"{ONE.keys}#1", "concern"),
    HangUp("at the emergency's question", f"{ONE.keys}#19", "emergency-confirm"),
    HangUp("as the call is connected", f"{ONE.keys}#11", "connecting"),
    HangUp("as the emergency is connected", f"{ONE.keys}#191", "connecting-urgent"),
    HangUp("as the place is said", "0#1", "place"),
]


@pytest.fixture(scope="module", autouse=True)
def _silent_in_the_meantime(silent: Future[Callers]) -> None:
    """Silence takes its time: it begins with the module, in a lab of its own."""


@pytest.fixture(scope="module")
def silent(lab: RunningLab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Future[Callers]]:
    """Silent callers in a lab whose recordings are over in a moment: what takes time is their silence only."""
    folder = tmp_path_factory.mktemp("brief")
    with ThreadPoolExecutor(1) as thread, ExitStack() as stack:
        begun = thread.submit(_begin_silence, folder, Path(lab.told["env"]["TEAMLINE_PROMPTS"]), stack)
        yield begun
        begun.exception()


def _begin_silence(folder: Path, spoken: Path, stack: ExitStack) -> Callers:
    lab = stack.enter_context(_brief_lab(folder, spoken))
    record = stack.enter_context(CallRecord(lab, folder / "record"))
    return _callers(lab, SILENT, 8300000, record, stack)


def _brief_lab(folder: Path, spoken: Path) -> RunningLab:
    """Recordings win over spoken texts (docs/prompts.md): here each is a short tone."""
    cache = folder / "cache" / "teamline"
    for language in CENTRE.languages.values():
        recordings = cache / spoken.name / "recordings" / language
        recordings.mkdir(parents=True)
        for sound in (spoken / language).glob("*.wav"):
            _record_tone(recordings / sound.name)
    for tree in cache_folder().glob("asterisk-*"):
        (cache / tree.name).symlink_to(tree)
    return RunningLab(folder / "lab", environment={"XDG_CACHE_HOME": str(folder / "cache")})


def _record_tone(file: Path) -> None:
    with file.open("wb") as stream, wave.open(stream, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(struct.pack("<400h", *(8000 if place % 16 < 8 else -8000 for place in range(400))))


@pytest.fixture(scope="module")
def record(lab: RunningLab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CallRecord]:
    with CallRecord(lab, tmp_path_factory.mktemp("dialogue") / "record") as record:
        yield record


@pytest.fixture(scope="module")
def keyed(lab: RunningLab, record: CallRecord, silent: Future[Callers]) -> Iterator[Callers]:
    """Once the other lab is up: its start takes all there is, and a key that comes while nobody listens is lost."""
    silent.result()
    with ExitStack() as stack:
        yield _callers(lab, KEYED, 8100000, record, stack)


def _outcome(landed: Landed) -> Case:
    told = landed.variables
    return Case(
        "",
        [],
        landed.queue,
        told["TEAMLINE_RULE"],
        told["TEAMLINE_CONCERN"],
        landed.credit,
        told["TEAMLINE_LANGUAGE"],
    )


@pytest.mark.parametrize("case", KEYED, ids=lambda case: case.name)
def test_whoever_keys_lands_where_the_rules_say(keyed: Callers, case: Case) -> None:
    landed = keyed.landed(case)
    assert replace(case, name="", steps=[]) == _outcome(landed)
    assert BEGAN <= int(landed.variables["TEAMLINE_ARRIVAL"]) <= time.time()


@pytest.mark.parametrize("case", [case for case in KEYED if case.language != "de"], ids=lambda case: case.name)
def test_a_chosen_language_is_spoken_from_then_on(keyed: Callers, case: Case) -> None:
    keyed.landed(case)
    heard = keyed.folders(case)
    assert ["de", case.language] == list(dict.fromkeys(heard))
    assert heard.count(case.language) > 3


def test_a_caller_who_chooses_nothing_hears_the_first_language_only(keyed: Callers) -> None:
    keyed.landed(KEYED[0])
    assert {"de"} == set(keyed.folders(KEYED[0]))


def _dialled(lab: RunningLab, caller: str, stack: ExitStack, *headers: bytes) -> SipCaller:
    uri, login = f"sip:{lab.told['entry']}@127.0.0.1".encode(), Login(**lab.told["accounts"]["trunk"])
    call = stack.enter_context(SipCaller(lab.told["sip"], uri, f"<sip:{caller}@127.0.0.1>".encode(), headers, login))
    assert call.dial() == 200
    return call


def _hung_up(lab: RunningLab) -> float:
    with urllib.request.urlopen(lab.told["metrics"]) as answer:
        found = re.search(r'^teamline_ivr_calls_total\{outcome="hung_up"\} (\S+)', answer.read().decode(), re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_whoever_hangs_up_leaves_nothing_behind_at_any_step(lab: RunningLab, record: CallRecord) -> None:
    before = _hung_up(lab)
    with ExitStack() as stack:
        press({_dialled(lab, "02118200000", stack): "0#1"})
        until_landed(lab, "02118200000")  # else nobody hears a place
        going = {f"021182{index:05d}": point for index, point in enumerate(HANG_UPS, 1)}
        calls = {caller: _dialled(lab, caller, stack) for caller in going}
        with ThreadPoolExecutor(len(going)) as fingers:
            pressed = {caller: fingers.submit(press, {calls[caller]: going[caller].keys}) for caller in going}
            _hang_up_in_time(record, going, calls, pressed)
        until(lambda: not channels_by_caller(lab).keys() & calls.keys(), 10, "their channels gone")
        until(lambda: _hung_up(lab) - before == len(HANG_UPS), 10, "every hang-up counted")
    assert [] == [point.where for caller, point in going.items() if "Queue" in dict(record.of(caller)[0].steps)]
    until(lambda: calls_in_the_ivr(lab) == 0, 40, "no session in the router")


def _hang_up_in_time(
    record: CallRecord,
    going: Mapping[str, HangUp],
    calls: Mapping[str, SipCaller],
    pressed: Mapping[str, Future[None]],
) -> None:
    still = dict(calls)

    def look() -> bool:
        for call in record.calls():
            if call.caller in still and pressed[call.caller].done() and going[call.caller].is_there(call):
                still.pop(call.caller).hang_up()
        return not still

    with suppress(NotSeen):
        until(look, HANG_UP_SECONDS, "every caller at the step at which they hang up")
    assert [] == [going[caller].where for caller in still]


def test_whoever_hangs_up_in_line_is_out_of_it(lab: RunningLab) -> None:
    caller = "02118200100"
    with ExitStack() as stack:
        call = _dialled(lab, caller, stack)
        press({call: "0#1"})
        waiting = until_landed(lab, caller).waiting
        call.hang_up()
        until(lambda: waiting.channel not in [each.channel for each in lab.line(GENERAL)], 5, "out of the line")


def _until_asked(record: CallRecord, caller: str, phrase: str, seen: int) -> Call:
    """The call of this caller number `seen` + 1 in the record, once the phrase is spoken in it."""

    def look() -> Call | None:
        own = record.of(caller)[seen:]
        return own[0] if own and phrase in own[0].phrases else None

    call = until(look, 15, f"{phrase} in call {seen + 1}")
    assert call
    return call


def _spend_tries(lab: RunningLab, record: CallRecord, caller: str, calls: int, *headers: bytes) -> int:
    """Three malformed numbers in each of so many calls at once; how many calls of this caller the record holds then."""
    seen = len(record.of(caller))
    with ExitStack() as stack:
        press({_dialled(lab, caller or "anonymous", stack, *headers): "1#2#3#" for _ in range(calls)})
        for index in range(calls):
            _until_asked(record, caller, "concern", seen + index)
    return seen + calls


def test_after_ten_malformed_numbers_a_caller_id_goes_straight_to_the_general_line(
    lab: RunningLab, record: CallRecord
) -> None:
    caller = "02118200200"
    seen = _spend_tries(lab, record, caller, 3)
    with ExitStack() as stack:
        press({_dialled(lab, caller, stack): "12#"})
        _until_asked(record, caller, "connecting", seen)
    with ExitStack() as stack:
        press({_dialled(lab, caller, stack): f"#{ONE.keys}#12"})
        assert ["welcome", "connecting"] == _until_asked(record, caller, "connecting", seen + 1).phrases[:2]
        assert Case("", [], GENERAL, "over-limit") == _outcome(until_landed(lab, caller))


def test_a_withheld_caller_has_only_the_tries_of_the_call(lab: RunningLab, record: CallRecord) -> None:
    privacy = b"Privacy: id"
    seen = _spend_tries(lab, record, "", 4, privacy)
    with ExitStack() as stack:
        press({_dialled(lab, "anonymous", stack, privacy): f"{ONE.keys}#1"})
        assert "you-typed" in _until_asked(record, "", "concern", seen).phrases


@pytest.mark.parametrize("case", SILENT, ids=lambda case: case.name)
def test_whoever_falls_silent_lands_where_the_rules_say(silent: Future[Callers], case: Case) -> None:
    assert replace(case, name="", steps=[]) == _outcome(silent.result(60).landed(case, 60))
