import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.pause_reasons import MOST_KINDS, counted, told, wrap_up, wrap_up_until


def test_reasons_are_counted_in_the_order_of_the_alphabet() -> None:
    assert "break:2,lunch:1" == told(["lunch", "break", "break"])


def test_what_is_told_is_read_back() -> None:
    assert {"break": 2, "lunch": 1} == counted("break:2,lunch:1")


def test_nobody_who_pauses_is_an_empty_text() -> None:
    assert ("", {}) == (told([]), counted(""))


def test_a_reason_that_is_no_token_is_not_told() -> None:
    assert "ok:1" == told(["ok", "", "at the dentist", "a:1", "x,y", "long" * 5, "\u00e4rger", "line\n"])


def test_the_frequent_ones_find_room_first() -> None:
    rare = [f"a-{number:02}-long-name" for number in range(MOST_KINDS)]
    assert "zz:2" in told([*rare, "zz", "zz"]).split(",")


def test_there_are_at_most_so_many_kinds() -> None:
    assert MOST_KINDS == len(counted(told([f"r{number}" for number in range(20)])))


def test_what_was_not_told_so_is_passed_over() -> None:
    assert {"a": 1} == counted("a:1,b,c:0,d:-1,e:1.5,:3,f g:2,h:9999999")


@given(st.lists(st.text(max_size=20) | st.from_regex(r"[A-Za-z0-9_-]{1,16}", fullmatch=True), max_size=60))
def test_whatever_the_reasons_they_fit_into_a_record_and_come_back(reasons: list[str]) -> None:
    text = told(reasons)
    assert len(text) <= 128
    assert text == told(reason for reason, count in counted(text).items() for _ in range(count))
    assert all(count == reasons.count(reason) for reason, count in counted(text).items())


@given(st.text())
def test_any_text_is_read_as_some_counts(text: str) -> None:
    assert all(count > 0 for count in counted(text).values())


def test_the_end_of_after_call_work_is_in_its_reason() -> None:
    assert (1_795_345_000, "wrapup-1795345000") == (wrap_up_until(wrap_up(1_795_345_000)), wrap_up(1_795_345_000))


@pytest.mark.parametrize(
    "reason", [None, "", "break", "wrapup", "wrapup-", "wrapup-soon", "wrapup--1", "wrapup-" + "9" * 12]
)
def test_whatever_else_is_no_after_call_work(reason: str | None) -> None:
    assert wrap_up_until(reason) is None
