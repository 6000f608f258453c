import pytest

from facts.member import MemberPaused, MemberResumed, MemberSignedIn, PhoneChanged, PhoneState
from facts.watch import StaffCounted
from metrics.live import LiveModel
from operations.staff_counts import StaffCounts, could_answer
from tests.fakes.small_centre import small_centre

AT = 1_795_345_000.0


class Counting:
    def __init__(self) -> None:
        self.model, centre = LiveModel(), small_centre()
        self.counts = StaffCounts("n", self.model, lambda: centre)
        for member in ("one", "two", "three"):
            self.model.fold(MemberSignedIn(at=AT, node="n", member=member, queue="L01"))
        self.due()

    def due(self) -> list[StaffCounted]:
        return self.counts.due(AT)

    def could_answer(self) -> dict[str, int]:
        return could_answer(self.model, small_centre())

    def pauses(self, member: str, reason: str) -> None:
        self.model.fold(MemberPaused(at=AT, node="n", member=member, reason=reason))

    def count(self, paused: int, reasons: str) -> StaffCounted:
        return StaffCounted(at=AT, node="n", team="L01", signed_in=3, paused=paused, reasons=reasons)


@pytest.fixture
def counting() -> Counting:
    return Counting()


def test_reasons_are_counted_and_nobody_is_named(counting: Counting) -> None:
    for member, reason in (("one", "break"), ("two", "lunch"), ("three", "break")):
        counting.pauses(member, reason)
    assert [counting.count(3, "break:2,lunch:1")] == counting.due()


def test_a_change_of_reason_alone_is_told(counting: Counting) -> None:
    counting.pauses("one", "break")
    counting.due()
    counting.pauses("one", "lunch")
    assert [counting.count(1, "lunch:1")] == counting.due()


def test_a_pause_without_a_reason_that_can_be_told_is_counted_all_the_same(counting: Counting) -> None:
    counting.pauses("one", "")
    counting.pauses("two", "at the dentist")
    assert [counting.count(2, "")] == counting.due()


def test_what_has_not_changed_is_not_told_again(counting: Counting) -> None:
    counting.pauses("one", "break")
    counting.due()
    counting.model.fold(MemberResumed(at=AT, node="n", member="one"))
    counting.pauses("one", "break")
    assert [] == counting.due()


def test_after_call_work_is_no_pause(counting: Counting) -> None:
    counting.pauses("one", "wrapup-1795345060")
    assert counting.due() == []


def test_whoever_pauses_could_answer_soon(counting: Counting) -> None:
    counting.pauses("one", "lunch")
    assert {"general": 0, "L01": 3, "L02": 0, "V01": 0} == counting.could_answer()


def test_a_phone_that_is_gone_could_not_answer(counting: Counting) -> None:
    counting.model.fold(PhoneChanged(at=AT, node="n", member="one", phone=PhoneState.UNAVAILABLE))
    assert counting.could_answer()["L01"] == 2


def test_nor_could_one_that_nobody_picked_up(counting: Counting) -> None:
    counting.pauses("one", "missed-rings")
    assert counting.could_answer()["L01"] == 2


def test_a_member_of_a_queue_that_is_no_teams_counts_nowhere(counting: Counting) -> None:
    counting.model.fold(MemberSignedIn(at=AT, node="n", member="four", queue="A1-urgent"))
    assert counting.could_answer()["L01"] == 3
