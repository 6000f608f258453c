"""A wish to be called back: which number, read back and agreed, noted before it is promised."""

from dataclasses import dataclass, replace

from ivr.house import House
from ivr.line import Line
from ivr.ports import CallbackWish, Mailbox, MailboxAway
from ivr.promise import promised
from routing.spoken import Spoken, Upcoming

WITHOUT_KEY = "3"
TRIES = 3
QUESTIONS = 2
"""A number that the network tells is called only if the caller says so: silence, said twice, is no agreement."""

_OFFER = Spoken("callback-offer")
_NUMBER = Spoken("callback-number")


@dataclass(frozen=True, slots=True)
class Offered:
    """A callback that may be agreed to. `wish`: still without a number."""

    wish: CallbackWish
    opens: Upcoming | None = None
    """Where the team is closed, from when on it can call."""


async def ask_for_callback(line: Line, offered: Offered, house: House) -> bool:
    """Whether the team is to call back now, and the caller was told. Raises CallEnded, as every step does.

    False: the caller would rather not, no number can be called, or nothing can be noted.
    """
    wish = await _agreed(line, offered, house)
    if wish is None:
        return False
    try:
        await promised(line, house.mailbox.ask_callback(wish, line))
    except MailboxAway:
        await line.say(Spoken("not-possible-now"))
        return False
    opening = (Spoken("callback-from", {"opens": offered.opens}),) if offered.opens else ()
    noted = Spoken("callback-kiosk-noted" if wish.kiosk else "callback-noted")
    await line.say(noted, *opening, Spoken("goodbye"))
    return True


async def keyed_number(line: Line, mailbox: Mailbox, question: tuple[Spoken, ...] = (_NUMBER,)) -> str | None:
    """A number as keyed and read back; only what follows the last `*` counts, an empty entry means no callback."""
    for _ in range(TRIES):
        keyed = (await line.keys(*question)).rpartition("*")[2]
        if not keyed:
            return None
        if not mailbox.may_call(keyed):
            question = (Spoken("callback-not-callable"), _NUMBER)
        elif await line.key(Spoken("you-typed", {"digits": keyed}), Spoken("right-or-again")) != "2":
            return keyed
        else:
            question = (_NUMBER,)
    return None


async def _agreed(line: Line, offered: Offered, house: House) -> CallbackWish | None:
    """The wish with what is to be called; None if there is to be no callback."""
    wish, mailbox = offered.wish, house.mailbox
    kiosk = await line.get("TEAMLINE_KIOSK") or ""
    if kiosk in house.router.centre.kiosks:
        here = replace(wish, kiosk=kiosk)
        return await _chosen(line, mailbox, here, (Spoken("callback-kiosk"), Spoken("callback-choice")))
    own = await line.caller()
    if own and mailbox.may_call(own):
        asked = Spoken("callback-own-number", {"digits": _digits(own)})
        return await _chosen(line, mailbox, replace(wish, number=own), (_OFFER, asked, Spoken("callback-choice")))
    return _with(wish, await keyed_number(line, mailbox, (_OFFER, _NUMBER)))


async def _chosen(
    line: Line, mailbox: Mailbox, first: CallbackWish, question: tuple[Spoken, ...]
) -> CallbackWish | None:
    for _ in range(QUESTIONS):
        answer = await line.key(*question)
        if answer == "1":
            return first
        if answer == "2":
            return _with(first, await keyed_number(line, mailbox))
        if answer == WITHOUT_KEY:
            return None
    return None


def _with(wish: CallbackWish, number: str | None) -> CallbackWish | None:
    return replace(wish, number=number, kiosk="") if number else None


def _digits(number: str) -> str:
    """As it is dialled here: nobody spells a `+`."""
    return f"0{number[3:]}" if number.startswith("+49") else number.replace("+", "00")
