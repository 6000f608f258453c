"""Placeholders of callbacks: nobody's calls in the books, and each placement of one Uniqueid followed as new."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from facts.call import CallEnded, CallerJoined, CallerLeft, CallFact, LeftBy, MemberAnswered, MemberRang
from facts.kinds import Fact
from facts.place import CALLBACK, Place
from operations.difference import Drift
from operations.differences import differences
from operations.missed_past import missed
from operations.ports import KnownCalls
from telephony.queue_log.lines import parse
from telephony.queue_log.telling import tell
from tests.fakes import ami_sequences as seen
from tests.fakes.believed import NODE, NOW, believing, caller, line, phone, snapshot
from tests.fakes.small_centre import small_centre
from tests.fakes.watched_line import WatchedLine

CALLBACK_ID = "m-" + "0" * 26
ONCE = Place(NODE, CALLBACK_ID, "L01", 1, "L01", 1_795_345_400, rule=CALLBACK)
AGAIN = replace(ONCE, visit=101)
JOINED, JOINED_AGAIN = (CallerJoined(at=NOW - 60, place=place) for place in (ONCE, AGAIN))
RANG = MemberRang(at=NOW - 5, place=ONCE, ring="100.2", member="one")


@pytest.fixture
def watched() -> WatchedLine:
    return WatchedLine()


def placement(watched: WatchedLine, number: int, ring: str) -> Sequence[Fact]:
    text = seen.ANSWERED_MEMBER_HANGS_UP.replace("household-team", "callback")
    return watched.see(seen.SIGNED_IN + text, c=CALLBACK_ID, m=ring, v=100 * number - 99)


def kinds(facts: Sequence[Fact]) -> list[str]:
    return [type(fact).__name__ for fact in facts if isinstance(fact, CallFact)]


WAY = ["CallerJoined", "MemberRang", "CallerLeft", "MemberAnswered", "TalkEnded", "CallEnded"]


def test_the_second_placeholder_of_a_callback_is_followed_like_the_first(watched: WatchedLine) -> None:
    assert [WAY] * 3 == [kinds(placement(watched, number, f"17953{number}.2")) for number in (1, 2, 3)]


def test_no_placeholder_is_offered_to_anybody(watched: WatchedLine) -> None:
    placement(watched, 1, "1795300002.2")
    assert ([], []) == (watched.offered, watched.closed)


def test_nothing_is_left_of_placeholders_that_are_gone(watched: WatchedLine) -> None:
    for number in (1, 2):
        placement(watched, number, f"17953{number}.2")
    model = watched.model
    assert ({}, {}, {}, {}) == (dict(model.visits), dict(model.places), dict(model.rings), dict(model.talks))


def test_a_placeholder_that_nobody_announced_is_one_by_its_id(watched: WatchedLine) -> None:
    (joined,) = watched.see(seen.JOINS_FOREIGN, c=CALLBACK_ID)
    assert joined.place.is_placeholder  # type: ignore[union-attr]


def test_the_end_of_an_earlier_placeholder_told_late_takes_nothing_from_the_one_in_line() -> None:
    model = believing(JOINED_AGAIN, replace(RANG, place=AGAIN), CallEnded(at=NOW, place=ONCE))
    assert ([AGAIN], ["100.2"]) == ([visit.place for visit in model.visits.values()], list(model.rings))


def test_the_ends_of_two_placeholders_are_two_facts() -> None:
    assert CallEnded(at=NOW, place=ONCE).id != CallEnded(at=NOW, place=AGAIN).id


def test_the_end_of_a_placeholder_is_one_fact_whatever_its_visit() -> None:
    assert CallEnded(at=NOW, place=ONCE).id == CallEnded(at=NOW, place=replace(ONCE, visit=3)).id


def test_a_caller_s_end_has_the_id_that_it_always_had() -> None:
    called = replace(ONCE, rule="", visit=101)
    assert f"{NODE}/{CALLBACK_ID}/CallEnded" == CallEnded(at=NOW, place=called).id


def test_an_earlier_router_s_placeholder_is_missed_though_a_later_one_has_ended_since() -> None:
    assert [JOINED] == missed([JOINED], {CallEnded(at=NOW, place=AGAIN).id}.__contains__, ())


def test_a_snapshot_that_shows_the_next_placeholder_moves_the_model_on() -> None:
    (found,) = differences(believing(JOINED), snapshot([line(CALLBACK_ID)], [caller(AGAIN)]), NODE)
    assert AGAIN == found.healing[-1].place  # type: ignore[union-attr]


def test_a_snapshot_that_shows_the_placeholder_before_is_no_difference() -> None:
    assert () == differences(believing(JOINED_AGAIN), snapshot([line(CALLBACK_ID)], [caller(ONCE)]), NODE)


def test_a_member_who_hears_what_a_callback_is_about_still_rings() -> None:
    told = snapshot([line(CALLBACK_ID), phone("100.2")])
    assert () == differences(believing(JOINED, RANG), told, NODE)


def test_a_placeholder_out_of_line_of_which_nobody_is_told_is_stranded() -> None:
    for seen_now in (snapshot([line(CALLBACK_ID)]), snapshot([line(CALLBACK_ID), phone("100.2", state="Ringing")])):
        found = differences(believing(JOINED, RANG), seen_now, NODE)
        assert Drift.CALLER_STRANDED in {each.kind for each in found}


def test_a_member_who_talks_to_a_placeholder_talks() -> None:
    talks = snapshot([line(CALLBACK_ID, bridge="b"), phone("100.2", bridge="b")])
    model = believing(JOINED, RANG)
    for each in differences(model, talks, NODE):
        for fact in each.healing:
            model.fold(fact)
    assert ["one"] == [talk.member for talk in model.talks.values()]


def _told(*lines: str, known: KnownCalls | None = None, living: Sequence[str] = ()) -> Sequence[CallFact]:
    read = [parsed for text in lines if (parsed := parse(text.encode()))]
    return tell(read, NODE, small_centre(), known or KnownCalls(), living)


def _entered(at: int, visit: int) -> tuple[str, str]:
    head = f"{at}|{CALLBACK_ID}|L01|NONE"
    return f"{head}|TEAMLINE|{visit}:L01:1795345000:0:callback:money:de:", f"{head}|ENTERQUEUE|||1"


def _talked(at: int, ring: str) -> tuple[str, str]:
    head = f"{at}|{CALLBACK_ID}|L01|one"
    return f"{head}|CONNECT|2|{ring}|1", f"{head}|COMPLETEAGENT|2|3|1"


def _ids(facts: Sequence[CallFact]) -> list[tuple[str, int]]:
    return [(type(fact).__name__, fact.place.visit) for fact in facts]


LOGGED = ("CallerJoined", "CallerLeft", "MemberAnswered", "TalkEnded", "CallEnded")


def test_queue_log_tells_both_placeholders_from_beginning_to_end() -> None:
    text = (
        *_entered(1795345001, 1),
        *_talked(1795345004, "1.1"),
        *_entered(1795345901, 101),
        *_talked(1795345904, "1.2"),
    )
    assert [(kind, visit) for visit in (1, 101) for kind in LOGGED] == _ids(_told(*text))


def test_queue_log_tells_the_end_of_the_first_placeholder_while_the_second_lives() -> None:
    text = (*_entered(1795345001, 1), *_talked(1795345004, "1.1"), *_entered(1795345901, 101))
    assert [*((kind, 1) for kind in LOGGED), ("CallerJoined", 101)] == _ids(_told(*text, living=[CALLBACK_ID]))


def test_a_first_placeholder_that_was_hung_up_was_not_moved() -> None:
    gone = f"1795345009|{CALLBACK_ID}|L01|NONE|ABANDON|1|1|8"
    facts = _told(*_entered(1795345001, 1), gone, *_entered(1795345901, 101), living=[CALLBACK_ID])
    assert [LeftBy.ABANDONED] == [fact.cause for fact in facts if isinstance(fact, CallerLeft)]


def test_a_placeholder_known_to_talk_ends_before_the_next_one_joins() -> None:
    model = believing(JOINED, CallerLeft(at=NOW, place=ONCE, cause=LeftBy.ANSWERED, hold_seconds=1.0))
    model.fold(MemberAnswered(at=NOW, place=ONCE, ring="100.2", member="one"))
    known = KnownCalls(dict(model.places), {}, dict(model.talks), {})
    facts = _told(*_entered(1795345901, 101), known=known, living=[CALLBACK_ID])
    assert [("TalkEnded", 1), ("CallEnded", 1), ("CallerJoined", 101)] == _ids(facts)


def test_lines_that_go_on_a_known_placeholder_end_it() -> None:
    model = believing(JOINED)
    known = KnownCalls(dict(model.places), dict(model.visits), {}, {})
    facts = _told(*_talked(1795345504, "1.1"), *_entered(1795345901, 101), known=known, living=[CALLBACK_ID])
    assert [*((kind, 1) for kind in LOGGED[1:]), ("CallerJoined", 101)] == _ids(facts)


def test_lines_that_begin_between_two_visits_of_one_placeholder_are_all_its_own() -> None:
    back = f"1795345009|{CALLBACK_ID}|L01|NONE|EXITEMPTY|1|1|8"
    model = believing(JOINED)
    known = KnownCalls(dict(model.places), dict(model.visits), {}, {})
    facts = _told(back, *_entered(1795345010, 2), *_talked(1795345504, "1.1"), known=known)
    assert [("CallerLeft", 1), *((kind, 2) for kind in LOGGED)] == _ids(facts)
