from operations.missed_rings import MissedRings


def missed(times: int, most: int) -> list[bool]:
    rings = MissedRings()
    return [rings.missed("one", most) for _ in range(times)]


def test_so_many_in_a_row_are_enough_and_the_count_begins_anew() -> None:
    assert [False, False, True, False, False, True] == missed(6, most=3)


def test_never_means_never() -> None:
    assert [False] * 30 == missed(30, most=0)


def test_a_sign_of_life_begins_the_count_anew() -> None:
    rings = MissedRings()
    rings.missed("one", 2)
    rings.forgive("one")
    assert not rings.missed("one", 2)


def test_each_member_has_an_own_count() -> None:
    rings = MissedRings()
    assert [False, False, True] == [rings.missed(member, 2) for member in ("one", "two", "one")]


def test_a_limit_that_was_lowered_counts_at_once() -> None:
    rings = MissedRings()
    for _ in range(3):
        rings.missed("one", 5)
    assert rings.missed("one", 2)
