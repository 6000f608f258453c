"""A wish to be called back: which number, read back and agreed, noted before it is promised."""

from ivr.house import House
from ivr.line import Line
from ivr.ports import Mailbox, MailboxAway
from ivr.promise import promised
from routing.spoken import Spoken, Upcoming

WITHOUT_KEY = "3"
TRIES = 3
QUESTIONS = 2
"""A number that the network tells is called only if the caller says so: silence, said twice, is no agreement."""

_OFFER = Spoken("callback-offer")


async def ask_for_callback(line: Line, team: str, house: House, opens: Upcoming | None) -> bool:
    """Whether the team is to call back now, and the caller was told. Raises CallEnded, as every step does.

    `opens`: where the team is closed, from when on it can call. False: the caller would rather not, no number can
    be called, or nothing can be noted.
    """
    number = await _number(line, house.mailbox)
    if number is None:
        return False
    try:
        await promised(line, house.mailbox.ask_callback(number, team, line))
    except MailboxAway:
        await line.say(Spoken("not-possible-now"))
        return False
    opening = (Spoken("callback-from", {"opens": opens}),) if opens else ()
    await line.say(Spoken("callback-noted"), *opening, Spoken("goodbye"))
    return True


async def _number(line: Line, mailbox: Mailbox) -> str | None:
    """The number to call, agreed; None if there is to be no callback."""
    own = await line.caller()
    if not (own and mailbox.may_call(own)):
        return await _keyed(line, mailbox, (_OFFER, Spoken("callback-number")))
    asked = (_OFFER, Spoken("callback-own-number", {"digits": _digits(own)}), Spoken("callback-choice"))
    for _ in range(QUESTIONS):
        answer = await line.key(*asked)
        if answer == "1":
            return own
        if answer == "2":
            return await _keyed(line, mailbox, (Spoken("callback-number"),))
        if answer == WITHOUT_KEY:
            return None
    return None


async def _keyed(line: Line, mailbox: Mailbox, question: tuple[Spoken, ...]) -> str | None:
    """A number as keyed and read back; only what follows the last `*` counts, an empty entry means no callback."""
    for _ in range(TRIES):
        keyed = (await line.keys(*question)).rpartition("*")[2]
        if not keyed:
            return None
        if not mailbox.may_call(keyed):
            question = (Spoken("callback-not-callable"), Spoken("callback-number"))
        elif await line.key(Spoken("you-typed", {"digits": keyed}), Spoken("right-or-again")) != "2":
            return keyed
        else:
            question = (Spoken("callback-number"),)
    return None


def _digits(number: str) -> str:
    """As it is dialled here: nobody spells a `+`."""
    return f"0{number[3:]}" if number.startswith("+49") else number.replace("+", "00")
