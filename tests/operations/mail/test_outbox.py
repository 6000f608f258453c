import asyncio
from dataclasses import dataclass, field, replace

import pytest

from facts.contact import LeftState
from operations.mail.outbox import (
    CLAIM_SECONDS,
    FIRST_SECONDS,
    GIVE_UP_SECONDS,
    LONGEST_SECONDS,
    SECOND_TRY_SECONDS,
    Outbox,
    Standing,
    probe_seconds,
    wait_seconds,
)
from operations.mail.ports import OutboxAway, Outgoing, Postponed, Refused, Unreachable, Way
from operations.mailbox.ports import Entry
from tests.fakes.entries import MONDAY, MemoryMail, document, voice
from tests.fakes.memory_outbox import MemoryOutbox, NotedCarrier


@dataclass
class Post:
    """An outbox over memory whose clock is set by hand."""

    now: float = MONDAY
    kept: MemoryOutbox = field(default_factory=MemoryOutbox)
    mail: MemoryMail = field(default_factory=MemoryMail)
    carrier: NotedCarrier = field(default_factory=NotedCarrier)
    copies: NotedCarrier = field(default_factory=NotedCarrier)

    def __post_init__(self) -> None:
        self.outbox = self.started()

    def started(self) -> Outbox:
        carriers = {Way.MAIL: self.carrier, Way.DROP: self.copies}
        return Outbox(self.kept, self.mail.get, carriers, lambda: self.now, lambda: 0.5)

    def came(self, *ways: Way) -> Entry:
        entry = document(self.now)
        self.mail.entries[entry.id] = entry
        for way in ways or (Way.MAIL,):
            self.outbox.add(way, entry.id)
        return entry

    async def after(self, seconds: float) -> None:
        self.now += seconds
        await self.outbox.work()


async def test_what_came_goes_out_once() -> None:
    post = Post()
    entry = post.came()
    await post.after(0)
    await post.after(9999)
    assert [entry.id] == post.carrier.carried


async def test_each_way_goes_by_itself() -> None:
    post = Post()
    entry = post.came(Way.MAIL, Way.DROP)
    post.carrier.fails = Unreachable("away")
    await post.after(0)
    assert ([], [entry.id]) == (post.carrier.carried, post.copies.carried)


async def test_a_way_that_nobody_carries_is_not_queued() -> None:
    post = Post()
    post.came(Way.REMINDER)
    await post.after(0)
    assert {} == post.kept.records


@pytest.mark.parametrize(
    ("tries", "random", "expected"),
    [
        (1, 0.5, SECOND_TRY_SECONDS),
        (2, 0.5, FIRST_SECONDS),
        (3, 0.5, 2 * FIRST_SECONDS),
        (2, 0.0, 0.75 * FIRST_SECONDS),
        (2, 1.0, 1.25 * FIRST_SECONDS),
        (8, 0.5, LONGEST_SECONDS),
        (5000, 0.5, LONGEST_SECONDS),
    ],
)
def test_each_failure_doubles_the_wait_up_to_an_hour(tries: int, random: float, expected: float) -> None:
    assert expected == wait_seconds(tries, random)


@pytest.mark.parametrize(
    ("failures", "random", "expected"),
    [(1, 0.5, 10.0), (2, 0.5, 20.0), (3, 0.5, 40.0), (4, 0.5, 60.0), (5000, 0.5, 60.0), (1, 0.0, 7.5), (4, 1.0, 75.0)],
)
def test_a_silent_way_is_probed_every_minute_at_last(failures: int, random: float, expected: float) -> None:
    assert expected == probe_seconds(failures, random)


async def test_what_is_postponed_is_tried_again_later() -> None:
    post = Post()
    entry = post.came()
    post.carrier.fails = Postponed("busy")
    await post.after(0)
    await post.after(SECOND_TRY_SECONDS - 1)
    tried = len(post.carrier.tried)
    post.carrier.fails = None
    await post.after(1)
    assert (1, [entry.id]) == (tried, post.carrier.carried)


async def test_what_is_refused_is_given_up_at_once_and_shown() -> None:
    post = Post()
    post.came()
    post.carrier.fails = Refused("no such address")
    await post.after(0)
    await post.after(GIVE_UP_SECONDS)
    assert (1, Standing(0, 1, "no such address")) == (len(post.carrier.tried), post.outbox.standing)


async def test_after_three_days_it_is_given_up_and_shown() -> None:
    post = Post()
    post.came()
    post.carrier.fails = Postponed("busy")
    while not post.outbox.standing.given_up and post.now < MONDAY + 2 * GIVE_UP_SECONDS:
        await post.after(LONGEST_SECONDS)
    assert (True, Standing(0, 1, "busy")) == (
        GIVE_UP_SECONDS <= post.now - MONDAY <= GIVE_UP_SECONDS + 2 * LONGEST_SECONDS,
        post.outbox.standing,
    )


async def test_while_nothing_goes_only_one_is_tried() -> None:
    post = Post()
    for _ in range(5):
        post.came()
    post.carrier.fails = Unreachable("no answer")
    await post.after(0)
    assert (1, Standing(5, 0, "no answer")) == (len(post.carrier.tried), post.outbox.standing)


async def test_a_silent_server_is_tried_every_minute() -> None:
    post = Post()
    for _ in range(50):
        post.came()
    post.carrier.fails = Unreachable("no answer")
    for _ in range(600):
        await post.after(1)
    assert 11 <= len(post.carrier.tried) <= 14


async def test_once_one_goes_all_others_follow_at_once() -> None:
    post = Post()
    entries = [post.came() for _ in range(5)]
    post.carrier.fails = Unreachable("no answer")
    for _ in range(4000):
        await post.after(1)
    post.carrier.fails = None
    await post.after(75)
    await post.after(0)
    assert {entry.id for entry in entries} == set(post.carrier.carried)


async def test_nothing_goes_out_for_what_was_erased() -> None:
    post = Post()
    entry = post.came()
    await post.mail.erase(entry.id)
    await post.after(0)
    assert ([], {}) == (post.carrier.carried, post.kept.records)


async def test_erasing_takes_it_out_of_the_queue() -> None:
    post = Post()
    entry = post.came()
    post.carrier.fails = Postponed("busy")
    await post.after(0)
    post.outbox.forget(entry.id)
    await post.after(0)
    assert set() == await post.kept.known()


async def test_what_was_erased_before_it_was_queued_never_is() -> None:
    post = Post()
    entry = post.came()
    post.outbox.forget(entry.id)
    await post.after(0)
    assert set() == await post.kept.known()


async def test_what_came_while_the_store_was_away_goes_out_when_it_is_back() -> None:
    post = Post()
    post.kept.is_away = True
    entry = post.came()
    with pytest.raises(OutboxAway):
        await post.after(0)
    post.kept.is_away = False
    await post.after(0)
    assert [entry.id] == post.carrier.carried


async def test_a_mailbox_that_is_away_costs_no_try() -> None:
    post = Post()
    entry = post.came()
    post.mail.is_away = True
    await post.after(0)
    post.mail.is_away = False
    await post.after(SECOND_TRY_SECONDS)
    assert [entry.id] == post.carrier.carried


async def test_a_fault_of_ours_is_a_reason_to_try_again() -> None:
    post = Post()
    entry = post.came()
    post.carrier.fails = ZeroDivisionError()
    await post.after(0)
    post.carrier.fails = None
    await post.after(SECOND_TRY_SECONDS)
    assert [entry.id] == post.carrier.carried


async def test_what_a_router_was_sending_when_it_died_is_sent_after_its_claim() -> None:
    post = Post()
    entry = post.came()
    await post.outbox.work()  # written down, and sent: as if it had been killed before it noted that
    post.carrier.carried.clear()
    post.kept.settled.clear()
    sending = Outgoing(entry=entry.id, way=Way.MAIL, since=post.now, due_at=post.now)
    await post.kept.add(sending)
    await post.kept.claim(sending, post.now, post.now + CLAIM_SECONDS)
    post.outbox = post.started()
    await post.after(CLAIM_SECONDS - 1)
    early = list(post.carrier.carried)
    await post.after(1)
    assert ([], [entry.id]) == (early, post.carrier.carried)


@pytest.mark.parametrize("is_away", [True, False])
async def test_what_a_router_was_sending_when_it_was_stopped_is_sent_by_the_next(is_away: bool) -> None:
    post = Post()
    entry = post.came()

    async def stopped(_: Entry) -> None:
        post.kept.is_away = is_away
        raise asyncio.CancelledError

    post.carrier.carry = stopped  # type: ignore[method-assign]  # the router is stopped in the middle
    with pytest.raises(asyncio.CancelledError):
        await post.after(0)
    del post.carrier.carry  # type: ignore[method-assign]  # the next router's
    post.kept.is_away = False
    post.outbox = post.started()
    await post.after(CLAIM_SECONDS if is_away else 0)
    assert [entry.id] == post.carrier.carried


async def test_a_start_finds_what_came_while_nobody_saw() -> None:
    post = Post()
    seen, unseen = post.came(), voice(MONDAY)
    await post.after(0)
    await post.outbox.find_missed([seen, unseen], _by_mail, MONDAY - 1)
    post.mail.entries[unseen.id] = unseen
    await post.after(0)
    assert [seen.id, unseen.id] == post.carrier.carried


async def test_a_start_sends_nothing_for_what_is_old_or_done() -> None:
    post = Post()
    entries = [voice(MONDAY - 100), replace(voice(MONDAY), state=LeftState.DONE)]
    await post.outbox.find_missed(entries, _by_mail, MONDAY - 1)
    await post.after(0)
    assert [] == post.carrier.tried


async def test_a_start_forgets_what_belongs_to_no_entry() -> None:
    post = Post()
    post.came()
    await post.after(0)
    await post.outbox.find_missed([], _by_mail, MONDAY)
    assert set() == await post.kept.known()


async def test_a_correction_tries_everything_again_at_once() -> None:
    post = Post()
    given_up = post.came()
    post.carrier.fails = Refused("no such address")
    await post.after(0)
    waiting = post.came()
    post.carrier.fails = Postponed("busy")
    await post.after(0)
    post.carrier.fails = None
    await post.outbox.try_all()
    await post.after(0)
    assert ({given_up.id, waiting.id}, Standing()) == (set(post.carrier.carried), post.outbox.standing)


async def running(post: Post, until: asyncio.Event) -> None:
    task = asyncio.get_running_loop().create_task(post.outbox.run())
    try:
        async with asyncio.timeout(60):
            await until.wait()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_it_goes_on_through_every_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    post = Post()
    faults: list[Exception] = [OutboxAway(), ZeroDivisionError()]
    counts, done = post.kept.counts, asyncio.Event()

    async def failing() -> tuple[int, int]:
        if faults:
            post.outbox.add(Way.MAIL, "m-nothing")  # news: it looks again at once
            raise faults.pop()
        if post.carrier.carried:
            done.set()
        return await counts()

    monkeypatch.setattr(post.kept, "counts", failing)
    entry = post.came()
    await running(post, done)
    assert [entry.id] == post.carrier.carried


async def test_a_way_that_takes_its_time_keeps_no_other_waiting() -> None:
    post = Post()
    copied = asyncio.Event()

    async def for_ever(_: Entry) -> None:
        await asyncio.Event().wait()

    async def copy(_: Entry) -> None:
        copied.set()

    post.carrier.carry = for_ever  # type: ignore[method-assign]  # a server that says nothing
    post.copies.carry = copy  # type: ignore[method-assign]  # and a disk that is there
    post.came(Way.MAIL, Way.DROP)
    await running(post, copied)


def _by_mail(_: Entry) -> tuple[Way, ...]:
    return (Way.MAIL,)
