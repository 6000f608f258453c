from collections.abc import Sequence

from facts.call import CallEnded, CallerJoined, EndedBy, MemberAnswered, Source, TalkEnded
from facts.kinds import Fact
from facts.member import MemberPaused
from facts.place import Place
from metrics.live import LiveModel
from operations.fact_stream import FactStream

PLACE = Place("pbx1", "1.1", "L01", 1, "L01")
JOINED = CallerJoined(at=10.0, place=PLACE)
NAMELESS = MemberAnswered(at=20.0, place=PLACE, ring="1.2")
NAMED = MemberAnswered(at=21.0, place=PLACE, ring="1.2", member="m1", source=Source.SNAPSHOT)
TALK_ENDED = TalkEnded(at=30.0, place=PLACE, ring="1.2", talk_seconds=10.0, ended_by=EndedBy.MEMBER)
ENDED = CallEnded(at=31.0, place=PLACE)


class Kept:
    def __init__(self) -> None:
        self.facts: list[Fact] = []

    def fold(self, fact: Fact) -> None:
        self.facts.append(fact)


def stream(restored: Sequence[Fact] = (), remembered: int = 100) -> tuple[FactStream, Kept, Kept]:
    fold, journal = Kept(), Kept()
    made = FactStream([fold], journal.fold, remembered)
    made.restore(restored, [])  # type: ignore[arg-type]  # the journalled kinds alone are given
    return made, fold, journal


def test_each_fact_goes_to_the_folds_and_then_to_the_journal() -> None:
    told: list[str] = []
    fold = Kept()
    made = FactStream([fold], lambda _: told.append(f"journal after {len(fold.facts)}"))
    assert [JOINED] == made.take([JOINED])
    assert ["journal after 1"] == told


def test_what_was_told_before_is_dropped_whoever_tells_it() -> None:
    made, fold, journal = stream()
    again = CallerJoined(at=11.0, place=PLACE, source=Source.QUEUE_LOG)
    assert [JOINED] == made.take([JOINED, again])
    assert [JOINED] == fold.facts == journal.facts


def test_a_restored_fact_is_known_and_not_journalled_again() -> None:
    made, fold, journal = stream([JOINED])
    assert [] == made.take([JOINED])
    assert [] == fold.facts + journal.facts
    assert made.knows(JOINED.id)


def test_restored_facts_go_to_the_folds_that_are_given() -> None:
    made, _, _ = stream()
    model = LiveModel()
    made.restore([JOINED, JOINED], [model])
    assert ["1.1"] == list(model.visits)


def test_what_a_member_does_may_come_again() -> None:
    made, fold, _ = stream()
    paused = MemberPaused(at=1.0, node="pbx1", member="m1")
    made.take([paused, paused])
    assert [paused, paused] == fold.facts


def test_a_restored_talk_learns_its_member_once() -> None:
    made, fold, journal = stream([JOINED, NAMELESS])
    assert [] == made.take([NAMED, NAMED])
    assert [NAMED] == fold.facts
    assert [] == journal.facts


def test_a_restored_talk_that_is_over_is_not_begun_again() -> None:
    for end in (TALK_ENDED, ENDED):
        made, fold, _ = stream([JOINED, NAMELESS, end])
        made.take([NAMED])
        assert [] == fold.facts


def test_a_restored_talk_that_ended_since_is_not_begun_again() -> None:
    made, fold, _ = stream([JOINED, NAMELESS])
    made.take([TALK_ENDED, NAMED])
    assert [TALK_ENDED] == fold.facts


def test_the_memory_of_ids_is_bounded() -> None:
    made, _, _ = stream(remembered=1)
    made.take([JOINED, ENDED])
    assert not made.knows(JOINED.id)
    assert made.knows(ENDED.id)


class Echo:
    """Tells of each join that the call ended."""

    def follows(self, fact: Fact) -> Sequence[Fact]:
        return [ENDED] if isinstance(fact, CallerJoined) else []


def test_what_follows_from_a_fact_comes_after_it() -> None:
    fold, journal = Kept(), Kept()
    made = FactStream([fold], journal.fold, sequels=[Echo()])
    assert [JOINED, ENDED] == made.take([JOINED])
    assert [JOINED, ENDED] == fold.facts == journal.facts


def test_nothing_follows_from_a_fact_that_was_told_before() -> None:
    fold, journal = Kept(), Kept()
    made = FactStream([fold], journal.fold, sequels=[Echo()])
    made.restore([JOINED], [])
    assert [] == made.take([JOINED])


def test_what_follows_is_told_once() -> None:
    fold, journal = Kept(), Kept()
    made = FactStream([fold], journal.fold, sequels=[Echo()])
    assert [ENDED, JOINED] == made.take([ENDED, JOINED])
