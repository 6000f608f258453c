"""Who is calling: a number as keyed and confirmed, three tries, and always a way without one."""

from collections.abc import Sequence
from dataclasses import dataclass

from ivr.line import Line
from ivr.ports import Attempts, Router
from routing.decision import Rule, distinct
from routing.directory import Match
from routing.number import TypedNumber
from routing.spoken import Spoken

FIRST = (Spoken("customer-number"),)
AGAIN = (Spoken("customer-number-again"),)
NOT_UNDERSTOOD = (Spoken("not-understood"), *AGAIN)
SILENCES = 2
RESTARTS = 3
READ_BACKS = 2
MOST_LETTERS = 4


@dataclass(frozen=True, slots=True)
class Identity:
    """What the caller told about the number; without one, the rule says why."""

    number: TypedNumber | None = None
    letter: str | None = None
    without_number: Rule = Rule.NO_NUMBER


async def identify(line: Line, router: Router, attempts: Attempts, caller: str) -> Identity:
    """The number that the caller keyed and did not take back, known or not.

    A malformed entry or a `2` at the read-back uses up a try; silence, `0` and `*` do not. `caller` is the phone
    number whose hourly tries count.
    """
    question: Sequence[Spoken] = FIRST
    for _ in range(router.centre.limits.tries_per_call):
        if attempts.is_over(caller):
            return Identity(without_number=Rule.OVER_LIMIT)
        entry = await _entry(line, question)
        if entry in ("", "0"):
            return Identity()
        number = router.numbers.typed(entry)
        if number is None:
            attempts.count(caller)
            question = NOT_UNDERSTOOD
        elif await _is_right(line, number):
            if not (matches := router.find(number)):
                attempts.count(caller)
            return Identity(number=number, letter=await _letter(line, matches))
        else:
            question = AGAIN
    return Identity(without_number=Rule.TRIES_USED_UP)


async def _entry(line: Line, question: Sequence[Spoken]) -> str:
    """What was keyed after the last `*`; empty once the caller was silent twice, or only started over."""
    silences = restarts = 0
    while silences < SILENCES and restarts < RESTARTS:
        keyed = await line.keys(*question)
        entry = keyed.rpartition("*")[2]
        if entry:
            return entry
        silences += not keyed
        restarts += bool(keyed)
        question = AGAIN
    return ""


async def _is_right(line: Line, number: TypedNumber) -> bool:
    """Read back. Only a `2` takes it back: who cannot hear or press was understood well enough."""
    read_back = (Spoken("you-typed", {"digits": number.keyed}), Spoken("right-or-again"))
    for _ in range(READ_BACKS):
        answer = await line.key(*read_back)
        if answer in ("1", "2"):
            return answer == "1"
    return True


async def _letter(line: Line, matches: Sequence[Match]) -> str | None:
    """The letter, if that decides between teams: one question naming letters only. Unknown numbers sound the same.

    None without a clear answer, or if there are too many to ask.
    """
    if len(distinct(matches)) <= 1:
        return None
    letters = tuple(dict.fromkeys(match.letter for match in matches))
    if len(letters) > MOST_LETTERS:
        return None
    choices: dict[str, str] = {}
    for key, letter in enumerate(letters, start=1):
        if letter is None:
            return None
        choices[str(key)] = letter
    asked = (Spoken("letter-choice", {"key": int(key), "letter": letter}) for key, letter in choices.items())
    return choices.get(await line.key(Spoken("which-letter"), *asked))
