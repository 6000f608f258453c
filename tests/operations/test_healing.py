"""Whatever both sides hold, healing makes ours like Asterisk's: nothing is left but what no fact can heal."""

from hypothesis import given
from hypothesis import strategies as st

from facts.call import CallEnded, CallerJoined, CallerLeft, LeftBy, MemberAnswered, MemberRang, TalkEnded
from facts.kinds import Fact
from facts.member import MemberPaused, MemberResumed, MemberSignedIn, MemberSignedOut, PhoneChanged, PhoneState
from operations.difference import NOT_HEALED, Difference, Drift
from operations.differences import differences
from operations.seen import CallerSeen, ChannelSeen, MemberSeen, Snapshot
from tests.fakes.believed import NODE, NOW, QUEUES, believing, place

CALLS = ("100.1", "100.2", "100.3")
RINGS = ("200.1", "200.2")
MEMBERS = ("one", "two")

places = st.builds(
    place,
    call=st.sampled_from(CALLS),
    queue=st.sampled_from(sorted(QUEUES)),
    visit=st.integers(1, 3),
    arrival=st.sampled_from((0, 1_795_345_400)),
)
instants = st.floats(NOW - 100, NOW)
of_call = {"at": instants, "place": places}
of_ring = {**of_call, "ring": st.sampled_from(RINGS), "member": st.sampled_from(("", *MEMBERS))}
of_member = {"at": instants, "node": st.just(NODE), "member": st.sampled_from(MEMBERS)}
facts: st.SearchStrategy[Fact] = st.one_of(
    st.builds(CallerJoined, **of_call),
    st.builds(CallerLeft, **of_call, cause=st.sampled_from(LeftBy), hold_seconds=st.none(), returns=st.booleans()),
    st.builds(CallEnded, **of_call),
    st.builds(MemberRang, **of_ring),
    st.builds(MemberAnswered, **of_ring),
    st.builds(TalkEnded, **of_ring, talk_seconds=st.none()),
    st.builds(MemberSignedIn, **of_member, queue=st.sampled_from(sorted(QUEUES))),
    st.builds(MemberSignedOut, **of_member, queue=st.sampled_from(sorted(QUEUES))),
    st.builds(MemberPaused, **of_member, reason=st.sampled_from(("", "break"))),
    st.builds(MemberResumed, **of_member),
    st.builds(PhoneChanged, **of_member, phone=st.sampled_from(PhoneState)),
)
applications = st.sampled_from(("Queue", "AppQueue", "AGI", "Wait", "AppDial"))


@st.composite
def _channel(draw: st.DrawFn, call: str) -> ChannelSeen:
    interface = f"PJSIP/{draw(st.sampled_from((*MEMBERS, 'trunk')))}"
    told = draw(st.none() | places.map(lambda told: place(call, told.queue, told.visit, told.arrival)))
    state, bridge = draw(st.sampled_from(("Up", "Ringing"))), draw(st.sampled_from(("", "b1", "b2")))
    return ChannelSeen(call, f"{interface}-{call}", interface, state, bridge, draw(applications), told)


@st.composite
def _snapshots(draw: st.DrawFn) -> Snapshot:
    living = draw(st.sets(st.sampled_from((*CALLS, *RINGS))))
    callers = draw(st.dictionaries(st.sampled_from(CALLS), places))
    waiting = st.floats(0, 100)
    return Snapshot(
        at=NOW,
        queues=draw(st.sampled_from((QUEUES, frozenset(("L02",))))),
        callers=tuple(
            CallerSeen(place(call, at.queue, at.visit, at.arrival), "", draw(waiting)) for call, at in callers.items()
        ),
        members=tuple(draw(st.lists(_memberships, unique_by=lambda one: (one.member, one.queue), max_size=4))),
        channels={call: draw(_channel(call)) for call in sorted(living)},
    )


_memberships = st.builds(
    lambda member, queue, paused, phone, busy: MemberSeen(queue, member, f"PJSIP/{member}", paused, phone, busy),
    st.sampled_from(MEMBERS),
    st.sampled_from(sorted(QUEUES)),
    st.none() | st.sampled_from(("", "break")),
    st.sampled_from(PhoneState),
    st.booleans(),
)


def _can_be_healed(found: Difference) -> bool:
    """A told visit that we saw end, and Asterisk still shows, is shown to the operator alone."""
    return found.kind not in NOT_HEALED and not (found.kind is Drift.CALLER_MISSING and not found.healing)


@given(st.lists(facts, max_size=25), _snapshots(), st.sets(st.sampled_from(MEMBERS)))
def test_healing_leaves_nothing_that_a_fact_could_heal(told: list[Fact], seen: Snapshot, stuck: set[str]) -> None:
    model = believing(*told)
    for each in differences(model, seen, NODE, stuck):
        for fact in each.healing:
            model.fold(fact)

    assert [] == [each for each in differences(model, seen, NODE, stuck) if _can_be_healed(each)]
