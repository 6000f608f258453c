from web.stream.pace import BEAT_SECONDS, IDLE_SECONDS, LOOK_SECONDS, Pace


def _begun() -> Pace:
    pace = Pace()
    pace.begin(100.0)
    return pace


def test_while_nothing_happens_it_looks_now_and_then() -> None:
    pace = _begun()
    assert IDLE_SECONDS == pace.wait_seconds(100.0)
    assert [False, True] == [pace.is_to_look(at) for at in (100.4, 100.5)]


def test_what_happens_after_a_pause_is_looked_at_at_once() -> None:
    pace = _begun()
    pace.stir(100.3)
    assert 0.0 == pace.wait_seconds(100.3)
    assert pace.is_to_look(100.3)


def test_a_flood_is_looked_at_no_more_often_than_the_bound() -> None:
    pace, looks = _begun(), 0
    for step in range(1000):
        now = 100.0 + step / 1000
        pace.stir(now)
        looks += pace.is_to_look(now)
    assert int(1 / LOOK_SECONDS) == looks


def test_after_news_it_looks_once_more_since_a_shared_board_may_be_older_than_they() -> None:
    pace = _begun()
    pace.stir(100.3)
    pace.is_to_look(100.3)
    assert pace.is_to_look(100.3 + LOOK_SECONDS)
    assert not pace.is_to_look(100.3 + LOOK_SECONDS + LOOK_SECONDS * 1.5)


def test_a_heartbeat_is_due_every_two_seconds_whatever_else_happens() -> None:
    pace = _begun()
    assert [False, True, False, True] == [pace.is_to_beat(100.0 + at) for at in (1.9, BEAT_SECONDS, 3.9, 4.0)]
