"""Facts about calls in few words, as a translator would tell them."""

from hypothesis import strategies as st

from facts.call import CallEnded, CallerJoined, CallerLeft, LeftBy
from facts.place import Place


def place(call: str = "1.1", team: str = "L01", visit: int = 1) -> Place:
    """A place in the team's own queue."""
    return Place(node="pbx1", call=call, queue=team, visit=visit, team=team)


def joined(at: float, call: str = "1.1", team: str = "L01", visit: int = 1) -> CallerJoined:
    """The call stands in line."""
    return CallerJoined(at=at, place=place(call, team, visit))


def left(
    at: float,
    cause: LeftBy,
    hold: float | None,
    call: str = "1.1",
    team: str = "L01",
    visit: int = 1,
    *,
    returns: bool = False,
) -> CallerLeft:
    """The visit ended."""
    return CallerLeft(at=at, place=place(call, team, visit), cause=cause, hold_seconds=hold, returns=returns)


def ended(at: float, call: str = "1.1", hold: float | None = None) -> CallEnded:
    """The call is gone."""
    return CallEnded(at=at, place=place(call), hold_seconds=hold)


def answered_call(at: float, call: str, hold: float, team: str = "L01") -> list[CallerJoined | CallerLeft | CallEnded]:
    """A call that is answered after `hold` seconds and ends a minute later."""
    return [
        joined(at, call, team),
        left(at + hold, LeftBy.ANSWERED, hold, call, team),
        ended(at + hold + 60, call),
    ]


CALLS, TEAMS, VISITS = st.sampled_from(["1.1", "1.2"]), st.sampled_from(["L01", "L02", "V01"]), st.integers(1, 3)
PLACES = st.builds(place, CALLS, TEAMS, VISITS)
INSTANTS, HOLDS = st.floats(0, 1e6), st.none() | st.floats(0, 1e6)
FACTS = st.lists(
    st.builds(CallerJoined, at=INSTANTS, place=PLACES)
    | st.builds(
        CallerLeft,
        at=INSTANTS,
        place=PLACES,
        cause=st.sampled_from(LeftBy),
        hold_seconds=HOLDS,
        returns=st.booleans(),
    )
    | st.builds(CallEnded, at=INSTANTS, place=PLACES, hold_seconds=HOLDS),
    max_size=30,
)
"""Any facts about two calls and three teams, in any order."""
