import json
from dataclasses import replace
from typing import Any

from metrics.board import Trouble
from tests.fakes.streaming import AT, now, team
from web.live import LiveNow
from web.stream.feed import MOST_KEPT, REMEMBERED, Feed

L01, L02, L03 = team("L01"), team("L02"), team("L03")
ALL = now(L01, L02, L03)


def _feed(moment: LiveNow = ALL) -> Feed:
    feed = Feed(lambda: AT, "0123abcd")
    feed.take(moment)
    return feed


def _read(frame: bytes) -> tuple[str, str, dict[str, Any]]:
    lines = dict(line.split(": ", 1) for line in frame.decode().strip().split("\n"))
    return lines["event"], lines.get("id", ""), json.loads(lines["data"])


def _teams(frame: bytes) -> list[str]:
    return [each["id"] for each in _read(frame)[2]["teams"]]


def test_a_snapshot_is_what_live_tells_and_the_moment() -> None:
    name, event_id, told = _read(_feed().snapshot(None))
    assert ("snapshot", "0123abcd-1") == (name, event_id)
    assert ["as_of", "now", "stale", "formula", "teams", "troubles"] == list(told)
    assert "2026-01-05T09:00:00.000Z" == told["as_of"]


def test_a_change_has_the_teams_that_changed_in_the_order_of_the_configuration() -> None:
    feed = _feed()
    changed = feed.take(now(team("L01", 1), L02, team("L03", 2)))
    assert frozenset({"L01", "L03"}) == changed
    frame = feed.change(changed or frozenset(), None)
    assert ("change", "0123abcd-2") == _read(frame)[:2]
    assert ["L01", "L03"] == _teams(frame)


def test_a_wait_that_only_ticks_is_no_change() -> None:
    feed = _feed(now(team("L01", 1)))
    assert frozenset() == feed.take(now(team("L01", 1, wait=31.0)))


def test_a_snapshot_has_the_wait_of_now_though_nothing_changed() -> None:
    feed = _feed(now(team("L01", 1)))
    feed.take(now(team("L01", 1, wait=77.0)))
    assert 77.0 == _read(feed.snapshot(None))[2]["teams"][0]["longest_wait_seconds"]


def test_other_teams_another_formula_and_other_troubles_are_news_for_everybody() -> None:
    for other in (now(L01, L02), now(L02, L01, L03), now(L01, L02, L03, formula="g"), _troubled()):
        assert _feed().take(other) is None


def _troubled() -> LiveNow:
    return replace(ALL, board=replace(ALL.board, troubles=(Trouble("a", "b"),)))


def test_who_sees_own_teams_is_told_of_nothing_else() -> None:
    feed, own = _feed(_troubled()), frozenset({"L02"})
    assert (["L02"], []) == (_teams(feed.snapshot(own)), _read(feed.snapshot(own))[2]["troubles"])
    changed = feed.take(replace(_troubled(), board=replace(_troubled().board, teams=(team("L01", 1), L02, L03))))
    assert b"" == feed.change(changed or frozenset(), own)


def test_one_encoding_is_shared_by_all_who_see_the_same() -> None:
    feed = _feed()
    changed = feed.take(now(team("L01", 1), L02, L03)) or frozenset()
    assert feed.change(changed, None) is feed.change(changed, None)
    assert feed.snapshot(frozenset({"L01"})) is feed.snapshot(frozenset({"L01"}))


def test_frames_that_are_kept_are_bounded() -> None:
    feed = _feed()
    for each in range(2 * MOST_KEPT):
        feed.snapshot(frozenset({str(each)}))
    assert MOST_KEPT == len(feed._frames)


def test_who_comes_back_is_sent_what_they_missed_as_it_is_now() -> None:
    feed = _feed()
    feed.take(now(team("L01", 1), L02, L03))
    feed.take(now(team("L01", 1), team("L02", 1), L03))
    feed.take(now(team("L01", 2), team("L02", 1), L03))
    name, event_id, told = _read(feed.since("0123abcd-2", None))
    assert ("change", "0123abcd-4") == (name, event_id)
    assert [("L01", 2), ("L02", 1)] == [(each["id"], each["waiting"]) for each in told["teams"]]


def test_who_missed_nothing_hears_how_old_the_figures_are() -> None:
    assert "heartbeat" == _read(_feed().since("0123abcd-1", None))[0]


def test_whoever_cannot_be_followed_up_gets_everything() -> None:
    feed = _feed()
    feed.take(now(L01, L02))
    for told in (
        "",
        "x",
        "0123abcd-1",
        "0123abcd-3",
        "ffffffff-2",
        "0123abcd--1",
        "0123abcd-2-00000000",
        "٣-٣",
        "9" * 99,
    ):
        assert "snapshot" == _read(feed.since(told, None))[0], told


def test_an_id_of_other_teams_is_not_resumed() -> None:
    feed, own = _feed(), frozenset({"L01"})
    _, event_id, _ = _read(feed.snapshot(own))
    assert "heartbeat" == _read(feed.since(event_id, own))[0]
    assert "snapshot" == _read(feed.since(event_id, frozenset({"L01", "L02"})))[0]
    assert "snapshot" == _read(feed.since(event_id, None))[0]


def test_what_is_remembered_is_bounded_and_who_was_away_longer_gets_everything() -> None:
    feed = _feed()
    for waiting in range(REMEMBERED + 5):
        feed.take(now(team("L01", waiting + 1), L02, L03))
    assert ["change", "snapshot"] == [_read(feed.since(f"0123abcd-{at}", None))[0] for at in (6, 5)]
