"""What an earlier router has journalled, read late: the store was away when this one started.

Theory of operation. This process has met some of the earlier one's calls itself: they were alive when it first asked
Asterisk. It knows their end, or will be told it, so what was before is left out for them: told after what is newer,
it would open anew what is closed. All other calls were over by then, or have ended unseen since: theirs is the gap.
"""

from collections.abc import Callable, Container, Iterable

from facts.call import CallEnded, CallFact
from facts.kinds import CallKind, Journalled, WaitKind


def missed(
    facts: Iterable[Journalled], knows: Callable[[str], bool], living: Container[str]
) -> list[CallKind | WaitKind]:
    """The facts of calls that this process has never met. `knows` a fact's id; `living` are the calls it follows."""

    def is_met(fact: CallFact) -> bool:
        return fact.place.call in living or knows(CallEnded(at=fact.at, place=fact.place).id)

    return [fact for fact in facts if isinstance(fact, CallFact) and not knows(fact.id) and not is_met(fact)]
