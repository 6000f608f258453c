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
    attempts = _tried(1)
    assert CALLER not in repr(vars(attempts._limiter.storage))
