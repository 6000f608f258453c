"""What members can be expected to answer, from what each of them does now."""

from collections.abc import Iterable

import numpy as np

from routing.waits.experience import Experience
from routing.waits.floor import Doing, Floor, Member
from routing.waits.grid import POINTS, SECONDS_A_DAY, Floats
from routing.waits.pauses import SLOT
from routing.waits.turns import Turns


def answers_of(
    floor: Floor, known: Experience, queue: str, members: Iterable[Member], now: float, second: float
) -> Floats:
    """Counted up to the moments of GRID, as rows of `Turns`; `now` is the `second` of the local day.

    Written flat: queues have up to hundreds of members, of whom many do the same (their rows are one).
    """
    turns = known.turns_of(queue, floor.queue(queue).wrap_up_seconds, second)
    turns_by_queue = {queue: turns}
    rows: dict[int, Floats] = {}
    counts: dict[int, int] = {}
    for member in members:
        doing = member.doing
        if doing is Doing.TALKING:
            of_queue = turns_by_queue.get(member.queue)
            if of_queue is None:
                wrap_up_seconds = floor.queue(member.queue).wrap_up_seconds
                of_queue = turns_by_queue[member.queue] = known.turns_of(member.queue, wrap_up_seconds, second)
            row = of_queue.talking(now - member.since if now > member.since else 0.0, member.concern)
        elif doing is Doing.RINGING:
            row = turns.ringing(max(0.0, now - member.since)) if member.queue == queue else turns.talking(0.0)
        elif member.paused is not None:
            row = _paused(known, turns, member.paused, max(0.0, now - member.paused_since), second)
        else:
            left = member.wrap_up_until - now
            row = turns.wrapping_up(left) if left > 0 else turns.free
        which = id(row)
        if which in counts:
            counts[which] += 1
        else:
            rows[which], counts[which] = row, 1
    answers = np.zeros((2, POINTS))
    for which, row in rows.items():
        answers += row if counts[which] == 1 else row * counts[which]
    return answers


def _paused(known: Experience, turns: Turns, reason: str, lasts: float, second: float) -> Floats:
    told = known.pauses.known(reason)
    if told:
        return turns.paused(told, known.pauses.curve, lasts)
    began = int((second - lasts) % SECONDS_A_DAY) // SLOT * SLOT
    return turns.paused(f"{began} ", lambda _: known.pauses.curve(told, began), lasts)
