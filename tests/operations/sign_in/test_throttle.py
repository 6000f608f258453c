import pytest

from operations.sign_in.throttle import MOST_KEYS, Throttle, place_of


def test_so_many_within_a_span_and_no_more() -> None:
    throttle = Throttle(2, 10)
    for at in (0.0, 4.0):
        assert 0.0 == throttle.wait_seconds("a", at)
        throttle.count("a", at)
    assert 5.0 == throttle.wait_seconds("a", 5.0)
    assert 0.0 == throttle.wait_seconds("b", 5.0)
    assert 0.0 == throttle.wait_seconds("a", 10.0)


def test_a_stranger_cannot_fill_the_memory() -> None:
    throttle = Throttle(1, 10)
    for key in range(MOST_KEYS + 10):
        throttle.count(str(key), 0.0)
    assert MOST_KEYS == len(throttle._seen)
    assert (0.0, 10.0) == (throttle.wait_seconds("0", 0.0), throttle.wait_seconds(str(MOST_KEYS + 9), 0.0))


def test_what_is_taken_back_does_not_count() -> None:
    throttle = Throttle(1, 10)
    throttle.count("a", 0.0)
    throttle.take_back("a")
    throttle.take_back("b")
    assert 0.0 == throttle.wait_seconds("a", 0.0)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("testclient", "testclient"),
    ],
)
def test_all_addresses_that_somebody_has_at_once_are_one_place(address: str, expected: str) -> None:
    assert expected == place_of(address)
