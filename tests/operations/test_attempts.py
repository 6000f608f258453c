from operations.attempts import HourlyAttempts

CALLER = "02115550100"


def _tried(times: int, limit: int = 3) -> HourlyAttempts:
    attempts = HourlyAttempts(b"s" * 32, lambda: limit)
    for _ in range(times):
        attempts.count(CALLER)
    return attempts


def test_below_the_limit_a_caller_may_go_on() -> None:
    assert not _tried(2).is_over(CALLER)


def test_at_the_limit_it_is_over() -> None:
    assert _tried(3).is_over(CALLER)


def test_another_caller_is_not_touched() -> None:
    assert not _tried(3).is_over("02115550101")


def test_a_withheld_caller_is_never_counted() -> None:
    attempts = HourlyAttempts(b"s" * 32, lambda: 1)
    attempts.count("")
    attempts.count("")
    assert not attempts.is_over("")


def test_a_limit_changed_by_activation_counts_at_once() -> None:
    limits = [3]
    attempts = HourlyAttempts(b"s" * 32, lambda: limits[0])
    for _ in range(2):
        attempts.count(CALLER)
    limits[0] = 2
    attempts.count(CALLER)
    attempts.count(CALLER)
    assert attempts.is_over(CALLER)


def test_no_caller_id_is_kept_in_the_clear() -> None:
    assert CALLER not in repr(vars(_tried(1)))


def _at(*moments: float, limit: int = 2) -> HourlyAttempts:
    """One try at each moment but the last, which is now."""
    clock = iter(moments)
    now = next(clock)
    attempts = HourlyAttempts(b"s" * 32, lambda: limit, lambda: now)
    for moment in clock:
        attempts.count(CALLER)
        now = moment
    return attempts


def test_an_hour_after_the_first_try_a_caller_may_go_on() -> None:
    assert [True, False] == [_at(0.0, 60.0, now).is_over(CALLER) for now in (3599.0, 3600.0)]


def test_tries_of_who_is_over_do_not_lengthen_the_hour() -> None:
    assert not _at(0.0, 60.0, 1800.0, 3500.0, 3600.0).is_over(CALLER)


def test_who_has_not_tried_for_an_hour_is_forgotten() -> None:
    attempts = _at(0.0, 3601.0)
    attempts.count("02115550101")
    assert len(attempts._tries) == 1


def test_who_tries_again_is_kept_longer_than_who_does_not() -> None:
    moments = [0.0]
    attempts = HourlyAttempts(b"s" * 32, lambda: 5, lambda: moments[0])
    for moments[0], caller in ((0.0, CALLER), (1.0, "02115550101"), (1800.0, CALLER), (3602.0, "02115550102")):
        attempts.count(caller)
    assert len(attempts._tries) == 2
