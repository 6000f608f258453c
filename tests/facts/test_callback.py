from dataclasses import replace

from facts.callback import CallbackMoved

MOVED = CallbackMoved(at=1.0, callback="m-1", team="L01", before="confirmed", state="in-line")


def test_the_same_step_told_twice_is_one_fact() -> None:
    assert MOVED.id == replace(MOVED, waited_seconds=9.0, by="anna").id


def test_each_step_of_each_callback_is_a_fact_of_its_own() -> None:
    others = (replace(MOVED, at=2.0), replace(MOVED, callback="m-2"), replace(MOVED, state="answered"))
    assert 4 == len({MOVED.id, *(each.id for each in others)})
