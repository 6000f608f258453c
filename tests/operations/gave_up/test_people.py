from operations.gave_up.people import People
from operations.gave_up.row import GaveUp
from tests.fakes.gave_up import AT, row


def whose(number: str) -> object | None:
    """Customers have a letter."""
    return number if any(each.isalpha() for each in number) else None


def people(*rows: GaveUp, most: int = 10) -> People:
    found = People(whose, lambda _id, _row: None, most)
    for each in rows:
        found.add(each)
    return found


def told(found: People, team: str = "L01") -> list[tuple[str, int]]:
    return [(each.id, each.calls) for each in found.of_team(team)]


def test_whoever_calls_again_from_the_same_phone_is_one_row_with_two_calls() -> None:
    assert [("g-1", 2)] == told(people(row("g-1", phone="+49211555"), row("g-2", phone="+49211555")))


def test_whoever_calls_again_with_the_same_customer_number_is_one_row() -> None:
    again = row("g-2", number="1A", phone="+492", at=AT + 60)
    [found] = people(row("g-1", number="1A", phone="+491"), again).of_team("L01")
    assert ("g-1", 2, "+492", AT + 60) == (found.id, found.calls, found.phone, found.at)


def test_a_number_that_several_customers_may_have_makes_no_two_the_same() -> None:
    assert [("g-1", 1), ("g-2", 1)] == told(people(row("g-1", number="12"), row("g-2", number="12")))


def test_two_who_are_found_to_be_one_become_one() -> None:
    both = people(row("g-1", phone="+491"), row("g-2", number="1A"), row("g-3", phone="+491", number="1A"))
    assert [("g-1", 3)] == told(both)


def test_what_an_earlier_call_told_is_kept() -> None:
    [found] = people(row("g-1", phone="+491", number="1A"), row("g-2", number="1A")).of_team("L01")
    assert found.phone == "+491"


def test_the_row_is_in_the_team_that_was_called_last() -> None:
    found = people(row("g-1", phone="+491"), row("g-2", phone="+491", team="L02"))
    assert ([], [("g-1", 2)]) == (told(found), told(found, "L02"))


def test_withheld_callers_are_each_a_row() -> None:
    assert [("g-1", 1), ("g-2", 1)] == told(people(row("g-1"), row("g-2")))


def test_a_call_that_is_told_twice_counts_once() -> None:
    assert [("g-1", 1)] == told(people(row("g-1", phone="+491"), row("g-1", phone="+491")))
    assert [("g-1", 1)] == told(people(row("g-1"), row("g-1")))


def test_whoever_is_served_by_phone_or_by_number_is_gone() -> None:
    found = people(row("g-1", phone="+491"), row("g-2", number="1A"), row("g-3"))
    found.served("+491", "")
    found.served("", "1A")
    found.served("", "")
    assert [("g-3", 1)] == told(found)


def test_the_oldest_are_forgotten_at_the_bound() -> None:
    assert [("g-2", 1), ("g-3", 1)] == told(people(row("g-1"), row("g-2"), row("g-3"), most=2))


def test_every_change_is_heard() -> None:
    heard: list[tuple[str, bool]] = []
    found = People(whose, lambda row_id, now: heard.append((row_id, now is not None)))
    found.add(row("g-1", phone="+491"))
    found.served("+491", "")
    found.forget("g-1")
    assert [("g-1", True), ("g-1", False)] == heard


def test_yesterday_s_are_not_today_s() -> None:
    found = people(row("g-1"), row("g-2", at=AT + 86_400))
    found.keep_since(AT + 3600)
    assert [("g-2", 1)] == told(found)


def test_whose_a_row_is_is_asked_once_however_many_are_served() -> None:
    asked: list[str] = []

    def counted(number: str) -> object | None:
        asked.append(number)
        return whose(number)

    found = People(counted, lambda _id, _row: None)
    for each in range(3):
        found.add(row(f"g-{each}", number=f"{each}A"))
    found.take(found.of_team("L01"))
    asked.clear()
    for _ in range(5):
        found.served("", "9A")
    assert 5 == asked.count("9A")
    assert 3 >= len(asked) - 5


def test_a_row_that_another_router_tells_otherwise_is_whose_it_is_now() -> None:
    found = people(row("g-1", number="1A"))
    found.served("", "9A")
    found.take([row("g-1", number="2A")])
    found.served("", "1A")
    assert [("g-1", 1)] == told(found)
    found.served("", "2A")
    assert [] == told(found)


def test_a_caller_who_tells_another_number_is_whose_it_is_now() -> None:
    found = people(row("g-1", number="1A", phone="+491"))
    found.served("", "9A")
    found.add(row("g-2", number="2A", phone="+491"))
    found.served("", "1A")
    assert [("g-1", 2)] == told(found)
    found.served("", "2A")
    assert [] == told(found)
