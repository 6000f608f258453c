"""Whatever breaks between router and Asterisk: a moment later the figures are true, and every call counts once."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from ami_proxy import AmiProxy
from both_truths import drift, live, metrics, until_right
from known_callers import KnownCallers, known_callers
from load import TEAMS as LOADED
from load import load
from router_beside import router_beside
from running_lab import RunningLab, rewrite, until
from staffed_lab import (
    GAVE_UP,
    GENERAL,
    L01,
    L02,
    L03,
    LONG_TALK,
    QUICK,
    RIGHT_SECONDS,
    TALKED,
    TALKS,
    everybody_works,
    sign_in,
    sign_out,
    staffed_lab,
    until_phones,
)
from what_was_told import CONNECTED, Begun, newest_gap, until_caught_up, until_said, until_told

from facts.watch import GapSeen
from telephony.lab.citizens import CallsEnded

CUT_SECONDS = 20
SIGN_OF_LIFE_SECONDS = 5
"""A router hears from Asterisk at least so often."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    with staffed_lab(tmp_path_factory.mktemp("truth")) as running:
        yield running


@pytest.fixture(autouse=True)
def everybody_signed_in(lab: RunningLab) -> None:
    everybody_works(lab)


@pytest.fixture
def callers(lab: RunningLab) -> Iterator[KnownCallers]:
    with known_callers(lab) as known:
        yield known


def _sum(changed: Mapping[str, Mapping[str, int]], teams: Sequence[str], name: str) -> int:
    return sum(changed.get(team, {}).get(name, 0) for team in teams)


@dataclass(frozen=True, slots=True)
class AfterCut:
    """What was seen of a link that was silent for 20 s under load, and torn twice, one right after the other.

    Seconds from a login until all was right; `drifted_later`: in one more comparison, when all calls were over.
    """

    cut_at: float
    seconds: float
    seconds_after_two: float
    gap: GapSeen
    drifted: Counter[str]
    drifted_later: Counter[str]
    placed: CallsEnded
    changed: Mapping[str, Mapping[str, int]]
    metrics: Mapping[tuple[str, ...], float]


@pytest.fixture(scope="class")
def link(lab: RunningLab) -> Iterator[AmiProxy]:
    """A proxy between Asterisk and the router that runs meanwhile."""
    with AmiProxy(lab.told["ami"]["port"]) as link, router_beside(lab, TEAMLINE_AMI_PORT=str(link.port)):
        until_right(lab)
        yield link


class _Cut:
    """The calls of one cut: before, during and after it. Each step asserts that their stories are told so far."""

    def __init__(self, lab: RunningLab, link: AmiProxy, callers: KnownCallers) -> None:
        self._lab, self._link, self._callers = lab, link, callers
        self._stories: dict[str, list[str]] = {}

    def before(self) -> None:
        self.patient, self.quitter, self.mover = self._callers.in_line("L01", "L01", "L01")
        self.short, self.talker = self._callers.in_line("L02", "L03")
        until_right(self._lab)

    def during(self, phones: ExitStack) -> None:
        """Callers hang up, are moved, withdrawn, answered, come and go; members pause, sign in and out."""
        lab = self._lab
        self.quitter.hang_up()
        lab.console(f"channel redirect {self.mover.channel} teamline-queue,general-line,1")
        self.newcomer, self.flyer, self.again, self.late = self._callers.in_line("L01", "L01", "L01", "L02")
        self.flyer.hang_up()
        self.again.take_out("L01")
        until_phones(phones.enter_context(lab.phones("two", habits=QUICK)), "hung-up", 2)
        until_phones(phones.enter_context(lab.phones("three", habits=LONG_TALK)), "answered")
        lab.console("queue pause member PJSIP/one")
        sign_out(lab, "both")
        sign_in(lab, "four")

    def told(self) -> None:
        self._stories = {
            self.patient.call: [L01],
            self.newcomer.call: [L01],
            self.again.call: [L01, "withdrawn and returns", L01],
            self.quitter.call: [L01, *GAVE_UP],
            self.flyer.call: [L01, *GAVE_UP],
            self.short.call: [L02, *TALKED],
            self.late.call: [L02, *TALKED],
            self.talker.call: [L03, *TALKS],
            self.mover.call: [L01, "moved and returns", GENERAL, *TALKED],
        }
        until_told(self._lab, self._stories)

    def after(self) -> None:
        for one in (self.patient, self.newcomer, self.again, self.talker):
            one.hang_up()
            self._stories[one.call] += GAVE_UP if one is not self.talker else TALKED[len(TALKS) :]
        until_told(self._lab, self._stories)


@pytest.fixture(scope="class")
def cut(lab: RunningLab, link: AmiProxy) -> AfterCut:
    sign_out(lab, "four")
    begun, drifted = Begun.now(lab), drift(lab)
    with known_callers(lab) as callers, load(lab, 40) as calls, ExitStack() as phones:
        scene = _Cut(lab, link, callers)
        scene.before()
        link.silence()
        cut_at, is_over_at = time.time(), time.monotonic() + CUT_SECONDS
        scene.during(phones)
        until(lambda: time.monotonic() > is_over_at, CUT_SECONDS + 5, "cut for so long")
        seconds = until_caught_up(lab, link.mend)
        until_right(lab)
        gap, drifted = newest_gap(lab), drift(lab) - drifted
        scene.told()
        until_said(lab, CONNECTED, link.tear)
        seconds_after_two = until_caught_up(lab, link.tear)
        until_right(lab)
        scene.after()
        placed = calls.ended()
        until_right(lab)
        healed = drift(lab)
        until_caught_up(lab, link.tear)
        later = drift(lab) - healed
        changed, samples = begun.changed(lab), metrics(lab)
    return AfterCut(cut_at, seconds, seconds_after_two, gap, drifted, later, placed, changed, samples)


class TestLink:
    """The link between router and Asterisk is cut while calls come, wait, talk and go."""

    def test_all_is_right_within_two_seconds_of_the_login(self, cut: AfterCut) -> None:
        assert cut.seconds < RIGHT_SECONDS

    def test_all_is_right_within_two_seconds_of_the_second_of_two_cuts(self, cut: AfterCut) -> None:
        assert cut.seconds_after_two < RIGHT_SECONDS

    def test_the_gap_is_told_from_the_last_sign_of_life_and_as_filled(self, cut: AfterCut) -> None:
        assert (True, 0) == (cut.gap.filled, cut.gap.unknown)
        assert cut.cut_at - SIGN_OF_LIFE_SECONDS < cut.gap.since < cut.cut_at + 1

    def test_what_queue_log_does_not_tell_is_counted_as_drift(self, cut: AfterCut) -> None:
        assert {"pause": 1, "member_missing": 3, "member_gone": 4} == {
            kind: count for kind, count in cut.drifted.items() if kind in ("pause", "member_missing", "member_gone")
        }

    def test_drift_is_back_to_zero(self, cut: AfterCut) -> None:
        assert Counter() == cut.drifted_later

    def test_the_report_has_every_call_once(self, cut: AfterCut) -> None:
        assert {
            "L01": {"offered": 6, "abandoned": 5, "flowed_out": 1},
            "L02": {"offered": 2, "answered": 2},
            "L03": {"offered": 1, "answered": 1},
        } == {team: row for team, row in cut.changed.items() if team not in LOADED}
        # who presses a key that nobody hears, on a busy machine, is the general line's: as the one who was moved there
        assert [cut.placed.placed + 1] * 2 == [_sum(cut.changed, LOADED, name) for name in ("offered", "answered")]
        assert cut.placed.placed == cut.placed.ended_by_other_side

    def test_the_books_never_broke(self, cut: AfterCut) -> None:
        assert 0 == cut.metrics["teamline_books_broken_total",]

    def test_every_login_but_the_first_is_a_reconnect(self, cut: AfterCut) -> None:
        assert 4 == cut.metrics["teamline_ami_reconnects_total",]

    def test_a_queue_that_a_reload_takes_away_and_brings_back_is_told_and_healed(
        self, lab: RunningLab, link: AmiProxy, callers: KnownCallers
    ) -> None:
        rendered = lab.folder / "asterisk" / "etc" / "teamline.d" / "queues.conf"
        whole, before = rendered.read_text(encoding="utf-8"), drift(lab)
        [patient] = callers.in_line("L03")
        head, _, rest = whole.partition("[L03](")
        rewrite(rendered, head + rest[rest.index("\n[") + 1 :])
        until(lambda: "No such queue" in lab.console("queue show L03"), 10, "the queue gone")
        assert until_caught_up(lab, link.tear) < RIGHT_SECONDS
        assert ("queue_missing", 1) in (drift(lab) - before).items()
        [trouble] = live(lab)["troubles"]
        assert "no longer has" in trouble["what"]
        rewrite(rendered, whole)
        until(lambda: "strategy" in lab.console("queue show L03"), 10, "the queue back")
        assert until_caught_up(lab, link.tear) < RIGHT_SECONDS
        assert ("caller_stranded", 1) in (drift(lab) - before).items()
        patient.until_in_line("L03")
        until_right(lab)
        healed = drift(lab)
        until_caught_up(lab, link.tear)
        assert Counter() == drift(lab) - healed
        assert [] == live(lab)["troubles"]
        patient.hang_up()
        until_told(lab, {patient.call: [L03, "moved and returns", L03, *GAVE_UP]})
