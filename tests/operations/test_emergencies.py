from facts.contact import OnCallAnswered
from facts.kinds import Fact
from operations.emergencies import EmergencyService, household
from routing.directory import KeyedHash
from routing.number import NumberFormat
from telephony.ami.on_call import on_call_answered
from telephony.ami.reader import Frame

KEY, OTHER = KeyedHash(bytes(range(32))), KeyedHash(bytes(32))
TYPED = NumberFormat().typed


def test_the_same_number_is_the_same_household_however_it_was_keyed() -> None:
    assert household(TYPED("1232456789"), KEY) == household(TYPED("123456789"), KEY)


def test_another_number_is_another_household() -> None:
    assert household(TYPED("123456789"), KEY) != household(TYPED("123456780"), KEY)


def test_another_secret_makes_another_household() -> None:
    assert household(TYPED("123456789"), KEY) != household(TYPED("123456789"), OTHER)


def test_without_a_number_there_is_no_household() -> None:
    assert household(None, KEY) == ""


def test_the_hash_is_not_that_of_the_directory() -> None:
    number = TYPED("123456789")
    assert number
    assert f"{KEY.of(number.kind, number.canonical):016x}" not in household(number, KEY)


def heard(*headers: tuple[str, str], name: str = "UserEvent") -> list[str]:
    calls: list[str] = []
    lines = (f"{header}: {value}" for header, value in (("Event", name), *headers))
    on_call_answered(calls.append)(Frame("\r\n".join(lines).encode()))
    return calls


def test_whoever_takes_an_emergency_is_told_by_the_dialplan() -> None:
    assert heard(("UserEvent", "TeamlineOnCall"), ("Call", "pbx-1795334649.12")) == ["pbx-1795334649.12"]


def test_other_events_and_unsound_calls_tell_nothing() -> None:
    assert not heard(("UserEvent", "TeamlineJoins"), ("Call", "1.2"))
    assert not heard(("UserEvent", "TeamlineOnCall"), ("Call", "1.2;drop"))
    assert not heard(("UserEvent", "TeamlineOnCall"), name="Hangup")


def test_an_answered_emergency_is_one_fact() -> None:
    taken: list[Fact] = []
    EmergencyService("pbx1", taken.extend, lambda: 7.0).answered("1.2")
    assert taken == [OnCallAnswered(at=7.0, node="pbx1", call="1.2")]
