from collections.abc import Sequence
from typing import cast

from ivr.ports import DeskAway
from operations.members import Change, Joined, NotDone
from operations.reconciliation import LONGEST_PAUSE_SECONDS, Reconciliation
from routing.centre import Centre

REFUSED = NotDone(Joined("anna", "L03"), "No such queue")
CENTRE = cast("Centre", "the active centre")


class ADesk:
    """Answers with what it is given, one answer a time; then there is nothing left to change."""

    def __init__(self, *answers: Sequence[Change] | DeskAway) -> None:
        self.answers = list(answers)
        self.asked: list[Centre] = []

    async def reconcile(self, centre: Centre) -> list[Change]:
        self.asked.append(centre)
        answer = self.answers.pop(0) if self.answers else []
        if isinstance(answer, DeskAway):
            raise answer
        return list(answer)


class Pauses:
    """Passes over every pause, and notes it."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


async def test_what_is_done_at_once_is_asked_once() -> None:
    desk, pauses = ADesk([Joined("anna", "L01")]), Pauses()
    await Reconciliation(desk, lambda: CENTRE, pauses).follow()

    assert ([CENTRE], []) == (desk.asked, pauses.seconds)


async def test_what_asterisk_refuses_is_tried_again_until_it_is_done() -> None:
    desk, pauses = ADesk([REFUSED], [REFUSED], [Joined("anna", "L03")]), Pauses()
    await Reconciliation(desk, lambda: CENTRE, pauses).follow()

    assert (3, [0.1, 0.2]) == (len(desk.asked), pauses.seconds)


async def test_the_pauses_grow_to_a_bound() -> None:
    pauses = Pauses()
    await Reconciliation(ADesk(*[[REFUSED]] * 20), lambda: CENTRE, pauses).follow()

    assert LONGEST_PAUSE_SECONDS == max(pauses.seconds) == pauses.seconds[-1]


async def test_an_asterisk_that_is_away_is_not_asked_again() -> None:
    desk = ADesk([REFUSED], DeskAway("not connected"), [REFUSED])
    await Reconciliation(desk, lambda: CENTRE, Pauses()).follow()

    assert len(desk.asked) == 2


async def test_a_later_one_takes_over_from_one_that_is_still_trying() -> None:
    desk = ADesk([REFUSED])

    async def meanwhile(_: float) -> None:
        await reconciliation.follow()

    reconciliation = Reconciliation(desk, lambda: CENTRE, meanwhile)
    await reconciliation.follow()

    assert len(desk.asked) == 2
