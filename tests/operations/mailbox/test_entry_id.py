import pytest

from operations.mailbox.entry_id import came_at, is_entry_id, new_id
from tests.fakes.entries import MONDAY


def test_ids_sort_by_time() -> None:
    ids = [new_id(MONDAY + each / 100) for each in range(50)]
    assert sorted(ids) == ids


def test_no_two_ids_are_alike() -> None:
    assert 1000 == len({new_id(MONDAY) for _ in range(1000)})


def test_an_id_tells_when_it_was_made() -> None:
    assert MONDAY + 0.25 == came_at(new_id(MONDAY + 0.25))


def test_an_id_has_the_agreed_shape() -> None:
    assert is_entry_id(new_id(MONDAY))
    assert 28 == len(new_id(MONDAY))


@pytest.mark.parametrize(
    "text", ["", "m-", "m-" + "z" * 26, "m-" + "i" * 26, "../" + "0" * 25, "m-" + "0" * 27, None, 5]
)
def test_anything_else_is_none(text: object) -> None:
    assert not is_entry_id(text)


def test_what_is_no_id_has_no_time() -> None:
    assert 0.0 == came_at("m-nonsense")
