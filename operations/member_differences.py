"""Members as Asterisk has them beside the members of the model: memberships, pauses, phones, and who is stuck. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from facts.kinds import Fact
from facts.member import MemberPaused, MemberResumed, MemberSignedIn, MemberSignedOut, PhoneChanged, PhoneState
from metrics.live import LiveModel, MemberNow
from operations.difference import Difference, Drift
from operations.seen import MemberSeen, Snapshot

UNSTICK = (
    "sign out and in at the phone (*45 twice): app_queue then asks for the phone's state anew; "
    "if the phone is still shown in use, let it register again"
)

_BUSY = frozenset((PhoneState.IN_USE, PhoneState.RINGING))


def without_channel(seen: Snapshot) -> frozenset[str]:
    """Members who are busy for Asterisk while it has no channel of their phone.

    For a moment that is so at the end of every call: stuck is who stays so.
    """
    phones = {channel.interface for channel in seen.channels.values()}
    busy = (one for one in seen.members if one.is_in_call or one.phone in _BUSY)
    return frozenset(one.member for one in busy if one.interface not in phones)


def members_differ(model: LiveModel, seen: Snapshot, node: str, stuck: Collection[str] = ()) -> Iterator[Difference]:
    """Who serves which queue first, so that a pause finds its member; then pauses and phones; then who is stuck."""
    places = _places(seen)
    agreed = {who for who, queues in places.items() if who not in stuck and _agrees(model.members.get(who), queues)}
    differing = {member: dict(sorted(places[member].items())) for member in sorted(places.keys() - agreed)}
    for member, queues in differing.items():
        yield from _missing(model.members.get(member), member, queues, seen.at, node)
    for member in sorted(model.members.keys() - agreed):
        yield from _gone(model.members[member], member, places.get(member, {}), seen.at, node)
    for member, queues in differing.items():
        known = model.members.get(member, MemberNow())
        yield from _pause(known, member, list(queues.values()), seen.at, node)
        yield from _phone(known, member, list(queues.values()), seen.at, node)
        if member in stuck:
            told = f"phone {next(iter(queues.values())).phone}, and no channel of it"
            yield Difference(Drift.MEMBER_STUCK, member, "free as soon as the call is over", told, cure=UNSTICK)


def _places(seen: Snapshot) -> dict[str, dict[str, MemberSeen]]:
    places: dict[str, dict[str, MemberSeen]] = {}
    for one in seen.members:
        places.setdefault(one.member, {})[one.queue] = one
    return places


def _agrees(known: MemberNow | None, queues: Mapping[str, MemberSeen]) -> bool:
    """Whether there is nothing to look for: so it is with nearly all of some hundred members, nearly always."""
    return (
        known is not None
        and known.queues == queues.keys()
        and all(one.phone is known.phone and one.paused == known.paused for one in queues.values())
    )


def _missing(
    known: MemberNow | None, member: str, queues: Mapping[str, MemberSeen], at: float, node: str
) -> Iterator[Difference]:
    for queue in queues:
        if known is None or queue not in known.queues:
            fact = MemberSignedIn(at=at, node=node, member=member, queue=queue)
            yield _membership(Drift.MEMBER_MISSING, fact, "not signed in", "signed in")


def _gone(
    known: MemberNow, member: str, queues: Mapping[str, MemberSeen], at: float, node: str
) -> Iterator[Difference]:
    for queue in sorted(known.queues):
        if queue not in queues:
            fact = MemberSignedOut(at=at, node=node, member=member, queue=queue)
            yield _membership(Drift.MEMBER_GONE, fact, "signed in", "not signed in")


def _membership(kind: Drift, fact: MemberSignedIn | MemberSignedOut, ours: str, asterisks: str) -> Difference:
    return Difference(kind, f"{fact.member}/{fact.queue}", ours, asterisks, (fact,))


def _pause(known: MemberNow, member: str, places: Sequence[MemberSeen], at: float, node: str) -> Iterator[Difference]:
    reasons = [place.paused for place in places]
    is_mixed = None in reasons and any(reason is not None for reason in reasons)
    if is_mixed:
        paused = ", ".join(place.queue for place in places if place.paused is not None)
        cure = "the next reconciliation pauses in all queues"
        yield Difference(
            Drift.ONE_QUEUE_PAUSE, member, "a pause is one in all queues", f"paused in {paused}", cure=cure
        )
    elif known.paused not in reasons:
        reason = reasons[0]
        fact: Fact = MemberResumed(at=at, node=node, member=member)
        if reason is not None:
            fact = MemberPaused(at=_paused_since(places, at), node=node, member=member, reason=reason)
        yield Difference(Drift.PAUSE, member, _paused(known.paused), _paused(reason), (fact,))


def _paused_since(places: Sequence[MemberSeen], at: float) -> float:
    """As Asterisk knows it, which forgets it with its own restart: then from when it is seen."""
    known = (place.last_pause_at for place in places if place.paused is not None)
    return min((since for since in known if since is not None and since < at), default=at)


def _paused(reason: str | None) -> str:
    """Without the reason, which may be any text that an administrator has typed."""
    return "not paused" if reason is None else "paused"


def _phone(known: MemberNow, member: str, places: Sequence[MemberSeen], at: float, node: str) -> Iterator[Difference]:
    """Each membership has its own copy of the phone's state, which app_queue updates one after the other."""
    if known.phone not in {place.phone for place in places}:
        phone = places[0].phone
        fact = PhoneChanged(at=at, node=node, member=member, phone=phone)
        yield Difference(Drift.PHONE_STATE, member, str(known.phone), str(phone), (fact,))
