"""Twenty callbacks in every state, and the router, the store, Asterisk are killed: nobody is lost or called twice."""

import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import pytest
from callback_book import fresh_number, kept, make_due, of, until_life, wish
from callback_centre import teams
from callback_scenes import TALKS_LONG, TEAM, callback_lab, until_placeholders
from outside_world import OutsideWorld, outside_world
from router_beside import is_ready
from running_lab import RunningLab, until

from operations.mailbox.ports import Entry
from routing.callback import State
from telephony.lab.called_citizens import BUSY, MACHINE, Manner

OFTEN = ("one", "two", "three", "four")
LATER = ("five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
TALKS = Manner(ring_seconds=0.3, key="1", key_after_seconds=0.5, talk_seconds=4.0)
TALKS_ON = replace(TALKS, talk_seconds=600.0)
RINGS = replace(TALKS, ring_seconds=20.0)
IN_LINE = 13
KILLED = (("router",), ("store",), ("router", "store"), ("asterisk",))


def _teams() -> str:
    more = "\n".join(
        f'  {each}: {{name: Platz {place}, teams: [L01], phone: "31{place}"}}' for place, each in enumerate(LATER, 10)
    )
    return f"{teams(ring_seconds=40, at_once=12, per_second=20)}{more}\n"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    with callback_lab(tmp_path_factory.mktemp("restarts"), "--members", "15", text=_teams()) as running:
        yield running


@dataclass
class Asked:
    """The numbers of twenty people, by what is going on for them when the kill comes."""

    talking: list[str] = field(default_factory=lambda: [fresh_number() for _ in range(2)])
    busy: list[str] = field(default_factory=lambda: [fresh_number() for _ in range(2)])
    ringing: list[str] = field(default_factory=lambda: [fresh_number() for _ in range(2)])
    by_hand: str = field(default_factory=fresh_number)
    in_line: list[str] = field(default_factory=lambda: [fresh_number() for _ in range(IN_LINE)])

    @property
    def manners(self) -> dict[str, Manner]:
        return {
            **dict.fromkeys(self.talking, TALKS_ON),
            **dict.fromkeys(self.busy, BUSY),
            **dict.fromkeys(self.ringing, RINGS),
            self.by_hand: MACHINE,
        }

    @property
    def served(self) -> list[str]:
        return [*self.talking, *self.ringing, *self.in_line]


@pytest.mark.parametrize("parts", KILLED, ids=" and ".join)
def test_each_is_served_once_and_in_order(lab: RunningLab, parts: Sequence[str]) -> None:
    asked = Asked()
    with outside_world(lab, asked.manners, everybody=TALKS) as world, lab.phones(*OFTEN, habits=TALKS_LONG):
        _bring_into_every_state(lab, asked, world)
        _kill(lab, parts)
        _stand_in_order(lab, asked)
        with lab.phones(*LATER, habits=TALKS_LONG):
            for number in asked.busy:
                until_life(lab, number, State.RETRY)
                make_due(lab, number)
            for number in asked.served:
                until_life(lab, number, State.REACHED, seconds=90)
            for number in asked.busy:
                until_life(lab, number, State.GIVEN_UP, seconds=90)
            world.until_over(*asked.in_line)
            _are_served_once(lab, asked, world)
            if "asterisk" not in parts:  # it rang at two when it died: they are rung again
                assert [1, 1] == [world.rung().count(number) for number in asked.ringing]
                assert 1 == world.most_of_one()
            _hang_up(lab)


def _bring_into_every_state(lab: RunningLab, asked: Asked, world: OutsideWorld) -> None:
    """Two talk, two were busy and are called later, two phones ring, one is called by hand, the others are in line."""
    _wish(lab, [*asked.talking, *asked.busy])
    for number in asked.talking:
        until_life(lab, number, State.REACHED)
    for number in asked.busy:
        until_life(lab, number, State.RETRY)
    _wish(lab, asked.ringing)
    world.until("rang", *asked.ringing)
    _wish(lab, [asked.by_hand, *asked.in_line])
    claimed = lab.command("messages", "claim", of(lab, asked.by_hand).id, "--by", "one")
    assert claimed.returncode == 0, claimed.stderr
    until_placeholders(lab, IN_LINE)


def _wish(lab: RunningLab, numbers: Sequence[str]) -> None:
    for number in numbers:
        wish(lab, number)


def _kill(lab: RunningLab, parts: Sequence[str]) -> None:
    for part in parts:
        lab.signal(part, signal.SIGKILL)
    for part in reversed(parts):
        lab.start(part)
    until(lambda: is_ready(lab), 30, "a router that takes calls")


def _stand_in_order(lab: RunningLab, asked: Asked) -> None:
    """Whoever stands in line again, or is served already, has the place of the first contact."""
    until(lambda: len(lab.line(TEAM)) >= IN_LINE - len(OFTEN), 60, "who was in line is back there")
    came = {each.id: each.arrival for each in kept(lab)}
    ids = {each[0]: each[-1] for each in map(_columns, lab.console("core show channels concise").splitlines())}
    line = [came[ids[each.channel]] for each in lab.line(TEAM) if each.channel in ids]
    assert sorted(line) == line


def _columns(channel: str) -> list[str]:
    return channel.split("!")


def _are_served_once(lab: RunningLab, asked: Asked, world: OutsideWorld) -> None:
    pressed = [each.user for each in world.events("pressed")]
    assert sorted(asked.served) == sorted(pressed)
    rung = world.rung()
    assert [1] * IN_LINE == [rung.count(number) for number in asked.in_line]
    assert [2, 2] == [rung.count(number) for number in asked.busy]
    assert asked.by_hand not in rung
    assert State.BY_HAND.value == of(lab, asked.by_hand).life


def _hang_up(lab: RunningLab) -> None:
    """Whoever talks on, once nobody is left to be dialled."""
    until(lambda: not _to_be_dialled(lab), 30, "nobody to be dialled")
    lab.hang_up_all()


def _to_be_dialled(lab: RunningLab) -> list[Entry]:
    return [each for each in kept(lab) if each.life in (State.CONFIRMED, State.IN_LINE, State.DIALLING, State.RETRY)]
