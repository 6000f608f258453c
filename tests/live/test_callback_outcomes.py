"""What becomes of a callback whose citizen does not talk, or whose member does not stay: each outcome by real calls."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
from callback_book import fresh_number, make_due, of, until_life, wish
from callback_centre import MEMBERS, teams
from callback_scenes import TALKS_LONG, TEAM, callback_lab, until_free, until_placeholders
from outside_world import TALKS_BRIEFLY, OutsideWorld, outside_world
from running_lab import RunningLab, until
from softphones import Softphone
from told_figures import metrics

from operations.mailbox.ports import Entry
from routing.callback import Outcome, State
from telephony.lab.called_citizens import BUSY, DECLINES, MACHINE, NOBODY_THERE, UNKNOWN, Manner

ATTEMPTS = 2


@dataclass(frozen=True, slots=True)
class Fate:
    """How a citizen behaves, and what is kept after the first attempt. `sees`: the last thing their phone tells."""

    manner: Manner
    state: State
    outcome: Outcome
    sees: str


def _presses(key: str) -> Manner:
    return Manner(ring_seconds=0.2, key=key, key_after_seconds=0.5, talk_seconds=600.0)


FATES: Mapping[str, Fate] = {
    "does not answer": Fate(NOBODY_THERE, State.RETRY, Outcome.NO_ANSWER, "cancelled"),
    "is busy": Fate(BUSY, State.RETRY, Outcome.BUSY, "refused"),
    "refuses": Fate(DECLINES, State.RETRY, Outcome.REFUSED, "refused"),
    "is a machine": Fate(MACHINE, State.RETRY, Outcome.NO_ANSWER, "ended"),
    "hangs up at once": Fate(
        Manner(ring_seconds=0.2, key="", key_after_seconds=0.1, talk_seconds=0.1),
        State.RETRY,
        Outcome.NO_ANSWER,
        "hung-up",
    ),
    "presses 2": Fate(_presses("2"), State.RETRY, Outcome.NO_ANSWER, "ended"),
    "presses 3": Fate(_presses("3"), State.CANCELLED, Outcome.CANCELLED, "ended"),
    "does not exist": Fate(UNKNOWN, State.GIVEN_UP, Outcome.INVALID, "refused"),
    "hears the member and hangs up": Fate(TALKS_BRIEFLY, State.REACHED, Outcome.REACHED, "hung-up"),
}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    later = teams(spacing_minutes=30)  # nobody is dialled again but whom a test makes due
    with callback_lab(tmp_path_factory.mktemp("outcomes"), text=later) as running:
        yield running


@dataclass(frozen=True, slots=True)
class Tried:
    """Everybody dialled once; the world stays for what follows."""

    phones: Mapping[str, str]
    """Fate -> number."""
    entries: Mapping[str, Entry]
    world: OutsideWorld


@pytest.fixture(scope="module")
def tried(lab: RunningLab) -> Iterator[Tried]:
    phones = {name: fresh_number() for name in FATES}
    manners = {phone: FATES[name].manner for name, phone in phones.items()}
    with outside_world(lab, manners) as world:
        for phone in phones.values():
            wish(lab, phone)
        with lab.phones(*MEMBERS, habits=TALKS_LONG):
            world.until_over(*phones.values(), seconds=120)
            entries = {name: until_life(lab, phone, FATES[name].state) for name, phone in phones.items()}
            until_free(lab, *MEMBERS)
        yield Tried(phones, entries, world)


@pytest.mark.parametrize("name", FATES)
def test_an_attempt_has_its_outcome_and_counts(tried: Tried, name: str) -> None:
    entry = tried.entries[name]
    assert (FATES[name].outcome, 1) == (entry.outcome, entry.attempts - entry.uncounted)


@pytest.mark.parametrize("name", FATES)
def test_each_phone_has_rung_once_and_is_left_alone(tried: Tried, name: str) -> None:
    seen = [each.kind for each in tried.world.events() if each.user == tried.phones[name]]
    assert (1, FATES[name].sees) == (seen.count("rang"), seen[-1])


@pytest.mark.parametrize("outcome", [Outcome.REACHED, Outcome.CANCELLED, Outcome.INVALID])
def test_the_end_of_a_callback_is_counted(lab: RunningLab, tried: Tried, outcome: Outcome) -> None:
    assert tried.entries
    until(lambda: metrics(lab).total("teamline_callbacks_total", team=TEAM, outcome=outcome) == 1, 20, "the figure")


def test_the_last_attempt_keeps_the_place_and_ends_on_the_desk(lab: RunningLab, tried: Tried) -> None:
    phone = tried.phones["is busy"]
    make_due(lab, phone)
    until_placeholders(lab, 1, 90)
    with lab.phones("one", habits=TALKS_LONG):
        tried.world.until("refused", phone, count=ATTEMPTS, seconds=90)
        entry = until_life(lab, phone, State.GIVEN_UP)
    assert (Outcome.BUSY, ATTEMPTS, "open") == (entry.outcome, entry.attempts, entry.state)
    assert tried.entries["is busy"].arrival == entry.arrival


@pytest.fixture
def member(lab: RunningLab) -> Iterator[Softphone]:
    """A member's phone that the test lifts and hangs up by hand."""
    (account,) = lab.accounts("one")
    phone = Softphone(lab, account.user, account.password, shown=account.user, registers=True)
    try:
        phone.until_told("registered")
        yield phone
    finally:
        phone.close()
        lab.hang_up_all()


def test_a_member_who_hangs_up_meanwhile_costs_no_attempt_and_the_next_one_takes_it(
    lab: RunningLab, member: Softphone
) -> None:
    phone = fresh_number()
    patient = Manner(ring_seconds=4.0, key_after_seconds=1.0, talk_seconds=600.0)
    with outside_world(lab, {phone: patient}) as world:
        wish(lab, phone)
        member.until_told("rang", 30)
        member.order("answer")
        world.until("rang", phone)
        before = of(lab, phone)
        lab.console("queue pause member PJSIP/one")
        member.order("hang-up")
        world.until("cancelled", phone)
        with lab.phones("two", habits=TALKS_LONG):
            entry = until_life(lab, phone, State.REACHED)
            assert 1 == world.most_of_one()
            lab.hang_up_all()
        lab.console("queue unpause member PJSIP/one")
    assert (before.arrival, 1) == (entry.arrival, entry.attempts - entry.uncounted)
