from kiosk.backoff import Backoff


def test_each_failure_waits_twice_as_long_up_to_the_most() -> None:
    backoff = Backoff(1, 5, chance=lambda: 1.0)
    assert [1, 2, 4, 5, 5] == [backoff.failed() for _ in range(5)]


def test_no_two_wait_equally_long() -> None:
    assert 0.5 == Backoff(1, 5, chance=lambda: 0.0).failed()


def test_after_it_worked_the_next_failure_is_a_first_one() -> None:
    backoff = Backoff(1, 5, chance=lambda: 1.0)
    backoff.failed()
    backoff.failed()
    backoff.worked()
    assert 1 == backoff.failed()


def test_a_thousand_failures_wait_no_longer_than_the_most() -> None:
    backoff = Backoff(1, 5, chance=lambda: 1.0)
    assert 5 == [backoff.failed() for _ in range(1000)][-1]
