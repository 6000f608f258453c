"""A small centre in which everybody is signed in, with short words for what becomes of its callers."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from running_lab import RunningLab, until
from small_centre import SmallCentre

from telephony.lab.phones import Habits, Phones

QUICK = Habits(ring_seconds=(0.1, 0.2), talk_seconds=(0.3, 0.4))
LONG_TALK = Habits(ring_seconds=(0.1, 0.2), talk_seconds=(120.0, 120.0))
RINGS_LONG = Habits(ring_seconds=(4.0, 4.0), talk_seconds=(0.3, 0.4))
RIGHT_SECONDS = 2.0
"""So long after a login the figures may be wrong: the project's own bound."""

L01, L02, L03, GENERAL = "joined L01", "joined L02", "joined L03", "joined general-line"
TALKS = ("answered", "MemberAnswered")
TALKED = (*TALKS, "TalkEnded", "CallEnded")
GAVE_UP = ("abandoned", "CallEnded")
LOST = ("lost", "CallEnded")


@contextmanager
def staffed_lab(folder: Path) -> Iterator[RunningLab]:
    """Everybody is signed in; only the phones that a test registers ring."""
    with RunningLab(folder / "lab", *SmallCentre(folder).write().options) as lab:
        with lab.phones():
            lab.until_signed_in()
        for member in lab.centre.members.values():
            for queue in lab.centre.queues_of(member):
                lab.until_stored(queue, member.id)
        yield lab


def everybody_works(lab: RunningLab) -> None:
    """Every member is in all own queues and nobody paused, whatever was before."""
    known = lab.memberships()
    for member in lab.centre.members.values():
        if {(queue, member.interface) for queue in lab.centre.queues_of(member)} - known:
            sign_in(lab, member.id)
        lab.console(f"queue unpause member {member.interface}")


def sign_in(lab: RunningLab, member: str) -> None:
    """Into every own queue."""
    for queue in lab.centre.queues_of(lab.centre.members[member]):
        lab.console(f"queue add member PJSIP/{member} to {queue} penalty 0 as {member}")


def sign_out(lab: RunningLab, member: str) -> None:
    """Out of every own queue."""
    for queue in lab.centre.queues_of(lab.centre.members[member]):
        lab.console(f"queue remove member PJSIP/{member} from {queue}")


def until_rung(lab: RunningLab, member: str, queue: str) -> None:
    """Wait until Asterisk would ring this phone: after its restart it may first ask whether the phone is there."""

    def is_free() -> bool:
        lines = lab.console(f"queue show {queue}").splitlines()
        return any(f"PJSIP/{member})" in line and "(Not in use)" in line for line in lines)

    until(is_free, 40, f"a free phone of {member}")


def until_phones(phones: Phones, kind: str, count: int = 1) -> None:
    """Wait until these phones have seen this so often."""
    phones.until(lambda seen: sum(each.kind == kind for each in seen) >= count, 20)
