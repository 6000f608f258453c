"""What queue_log tells about callers who are gone, read when nothing of theirs can still be written.

Theory of operation. Lines read before Asterisk is asked are the whole past of nobody: a caller between two of them,
out of one line and not yet in the next, may hang up before the answer, and would then count as one who left by the
line read last. Whoever the answer no longer shows has all lines written by then: so theirs are read once more.
"""

from collections.abc import Awaitable, Callable, Collection

from facts.kinds import CallKind
from operations.ports import KnownCalls, PastRead

Known = Callable[[], KnownCalls]


async def past_told(
    before: PastRead, after: Callable[[], Awaitable[PastRead | None]], known: Known, living: Collection[str]
) -> list[CallKind]:
    """The facts `before` the look that saw `living`; those of its calls that are gone from a reading `after` it."""
    facts = list(await before.facts(known(), living))
    gone = {fact.place.call for fact in facts if fact.place.call not in living}
    newer = await of_these(gone, after, known)
    if newer is None:
        return facts
    return [fact for fact in facts if fact.place.call in living] + newer


async def of_these(
    gone: Collection[str], after: Callable[[], Awaitable[PastRead | None]], known: Known
) -> list[CallKind] | None:
    """What is written about calls that are over; None when there are none, or nobody can know."""
    past = await after() if gone else None
    if past is None:
        return None
    return [fact for fact in await past.facts(known(), ()) if fact.place.call in gone]
