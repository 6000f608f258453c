import pytest

from ivr.identify import Identity, identify
from routing.decision import Rule
from tests.fakes.line import FakeLine
from tests.fakes.router import CountedAttempts, SmallRouter

FIRST, AGAIN = "keys customer-number", "keys customer-number-again"
NOT_UNDERSTOOD = "keys not-understood customer-number-again"
KNOWN = "123456789"
READ_BACK = f"key you-typed({KNOWN}) right-or-again"
CALLER = "0211555"
ROUTER = SmallRouter()


async def identified(
    script: str, attempts: CountedAttempts | None = None, caller: str = CALLER
) -> tuple[Identity, list[str]]:
    line = FakeLine(script)
    return await identify(line, ROUTER, attempts or CountedAttempts(), caller), line.transcript


def is_number(identity: Identity, canonical: str = KNOWN) -> bool:
    return identity.number is not None and identity.number.canonical == canonical


async def test_a_number_that_is_right_is_asked_once() -> None:
    identity, heard = await identified(f"{KNOWN}#1")
    assert is_number(identity)
    assert heard == [FIRST, READ_BACK]


@pytest.mark.parametrize("script", ["0#", "0.", "12*0#", "**0#"])
async def test_a_zero_alone_goes_on_without_a_number(script: str) -> None:
    identity, heard = await identified(script)
    assert (identity, heard) == (Identity(), [FIRST])


async def test_star_starts_over() -> None:
    identity, heard = await identified(f"99*1*{KNOWN}#1")
    assert is_number(identity)
    assert heard == [FIRST, READ_BACK]


async def test_star_and_nothing_after_it_asks_again_without_using_a_try() -> None:
    identity, heard = await identified(f"99*#1#2#{KNOWN}#1")
    assert is_number(identity)
    assert heard == [FIRST, AGAIN, NOT_UNDERSTOOD, NOT_UNDERSTOOD, READ_BACK]


async def test_nothing_but_stars_goes_on_without_a_number() -> None:
    assert await identified("*#*#*#") == (Identity(), [FIRST, AGAIN, AGAIN])


@pytest.mark.parametrize("silence", [".", "#"])
async def test_silence_is_asked_again_without_using_a_try(silence: str) -> None:
    identity, heard = await identified(f"{silence}1#2#{KNOWN}#1")
    assert is_number(identity)
    assert heard == [FIRST, AGAIN, NOT_UNDERSTOOD, NOT_UNDERSTOOD, READ_BACK]


@pytest.mark.parametrize("script", ["..", "##", ".#"])
async def test_a_second_silence_goes_on_without_a_number(script: str) -> None:
    assert await identified(script) == (Identity(), [FIRST, AGAIN])


async def test_three_malformed_entries_use_up_the_tries() -> None:
    attempts = CountedAttempts()
    identity, heard = await identified("1#22#1234567890123456789012345678901234567890#", attempts)
    assert identity == Identity(without_number=Rule.TRIES_USED_UP)
    assert heard == [FIRST, NOT_UNDERSTOOD, NOT_UNDERSTOOD]
    assert attempts.counted[CALLER] == 3


async def test_a_number_taken_back_uses_a_try_and_is_not_counted_in_the_hour() -> None:
    attempts = CountedAttempts()
    identity, heard = await identified(f"{KNOWN}#2" * 3, attempts)
    assert identity == Identity(without_number=Rule.TRIES_USED_UP)
    assert heard == [FIRST, READ_BACK, AGAIN, READ_BACK, AGAIN, READ_BACK]
    assert attempts.counted[CALLER] == 0


@pytest.mark.parametrize("neither", [".", "7", "*", "#"])
async def test_an_unclear_answer_repeats_the_read_back_once_and_then_takes_the_number(neither: str) -> None:
    identity, heard = await identified(f"{KNOWN}#{neither}{neither}2")
    assert is_number(identity)
    assert heard == [FIRST, READ_BACK, READ_BACK]


async def test_the_repeated_read_back_can_still_be_taken_back() -> None:
    identity, heard = await identified(f"{KNOWN}#.20#")
    assert (identity, heard) == (Identity(), [FIRST, READ_BACK, READ_BACK, AGAIN])


async def test_an_unknown_number_goes_on_and_is_counted_in_the_hour() -> None:
    attempts = CountedAttempts()
    identity, heard = await identified("777456789#1", attempts)
    assert is_number(identity, "777456789")
    assert heard == [FIRST, "key you-typed(777456789) right-or-again"]
    assert attempts.counted[CALLER] == 1


async def test_a_known_number_is_not_counted() -> None:
    attempts = CountedAttempts()
    await identified(f"{KNOWN}#1", attempts)
    assert attempts.counted[CALLER] == 0


async def test_a_caller_over_the_hourly_limit_is_asked_nothing() -> None:
    assert await identified(KNOWN, CountedAttempts(most=0)) == (Identity(without_number=Rule.OVER_LIMIT), [])


async def test_the_hourly_limit_can_be_reached_in_mid_call() -> None:
    identity, heard = await identified("1#2#3#", CountedAttempts(most=2))
    assert (identity, heard) == (Identity(without_number=Rule.OVER_LIMIT), [FIRST, NOT_UNDERSTOOD])


async def test_a_withheld_caller_has_only_the_tries_of_the_call() -> None:
    identity, _ = await identified("1#2#3#", CountedAttempts(most=0), caller="")
    assert identity.without_number is Rule.TRIES_USED_UP


LETTERS = "key which-letter letter-choice(1,A) letter-choice(2,B) letter-choice(3,D)"


@pytest.mark.parametrize(("answer", "letter"), [("1", "A"), ("2", "B"), ("3", "D"), ("4", None), (".", None)])
async def test_customers_with_different_teams_are_told_apart_by_one_question(answer: str, letter: str | None) -> None:
    identity, heard = await identified(f"222456789#1{answer}")
    assert heard[-1] == LETTERS
    assert identity.letter == letter


async def test_a_keyed_letter_narrows_the_question() -> None:
    _, heard = await identified("2222456789#11")
    assert heard[-1] == "key which-letter letter-choice(1,A) letter-choice(2,B)"


@pytest.mark.parametrize("number", ["333456789", "444456789", "555456789"])
async def test_one_team_too_many_letters_or_unknown_letters_are_not_asked_about(number: str) -> None:
    identity, heard = await identified(f"{number}#1")
    assert heard == [FIRST, f"key you-typed({number}) right-or-again"]
    assert identity.letter is None
