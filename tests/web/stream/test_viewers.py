from typing import Any

import pytest

from web.looking import Audience
from web.stream.viewers import MOST_BYTES, MOST_EVENTS, PIECE_BYTES, Viewer
from web.stream.wire import Lens, over

NOBODY: Any = None


def _viewer(told: list[str], own: Lens = None, wanted: Lens = None) -> Viewer:
    return Viewer(NOBODY, Audience(own), wanted, told.append)


@pytest.mark.parametrize(
    ("expected", "own", "wanted"),
    [
        (None, None, None),
        (frozenset("a"), frozenset("a"), None),
        (frozenset("b"), None, frozenset("b")),
        (frozenset("b"), frozenset("ab"), frozenset("bc")),
        (frozenset(), frozenset(), None),
    ],
)
def test_what_somebody_sees_is_what_they_want_of_what_is_theirs(expected: Lens, own: Lens, wanted: Lens) -> None:
    assert expected == _viewer([], own, wanted).lens


@pytest.mark.parametrize(("frame", "most"), [(b"x", MOST_EVENTS), (b"x" * (MOST_BYTES // 4), 4)])
async def test_who_takes_nothing_is_let_go_at_the_bound_and_told_why(frame: bytes, most: int) -> None:
    told: list[str] = []
    viewer = _viewer(told)
    for _ in range(most):
        viewer.give(frame)
    assert [] == told
    viewer.give(frame)
    viewer.give(frame)
    assert (["too-slow"], over("too-slow"), b"") == (told, await viewer.next(), await viewer.next())


async def test_a_frame_alone_may_be_larger_than_the_bound() -> None:
    told: list[str] = []
    viewer = _viewer(told)
    viewer.give(b"x" * (MOST_BYTES + 1))
    assert ([], MOST_BYTES + 1) == (told, len(await viewer.next()))


async def test_frames_are_handed_on_together_and_in_order_a_piece_at_a_time() -> None:
    viewer = _viewer([])
    for each in (b"a", b"b", b"c" * PIECE_BYTES):
        viewer.give(each)
    assert [b"ab", b"c" * PIECE_BYTES] == [await viewer.next(), await viewer.next()]


async def test_what_was_waiting_at_an_orderly_end_is_sent_before_the_last_word() -> None:
    viewer = _viewer([])
    viewer.give(b"a")
    viewer.end("shutdown")
    assert b"a" + over("shutdown") == await viewer.next()
