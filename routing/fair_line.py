"""The fair line: order of service is virtual arrival, first contact minus a bounded credit."""

HORIZON = 2**31 - 1  # app_queue reads QUEUE_PRIO as an int (apps/app_queue.c, queue_exec)
CREDIT_LIMIT = 3600
CLOCK_SKEW_SECONDS = 60


def virtual_arrival(arrival: int, credit: int = 0) -> int:
    """When this contact counts as having come (Unix seconds): first contact minus credit (0 to 3600 s).

    Raises ValueError for a credit out of bounds.
    """
    if not 0 <= credit <= CREDIT_LIMIT:
        raise ValueError(f"credit {credit} is not within 0 to {CREDIT_LIMIT} seconds")
    return arrival - credit


def priority(arrival: int, credit: int = 0) -> int:
    """QUEUE_PRIO that makes app_queue serve by virtual arrival, oldest first (Unix seconds).

    Raises ValueError for a credit out of bounds, or an arrival outside of what QUEUE_PRIO can hold.
    """
    result = HORIZON - virtual_arrival(arrival, credit)
    if not 0 < result <= HORIZON:
        raise ValueError(f"arrival {arrival} is outside of what QUEUE_PRIO can hold")
    return result


def believed_arrival(arrival: int, now: int) -> int:
    """The first contact as given, or `now` where nobody can have come then (Unix seconds).

    An arrival comes in a channel variable and may be garbled: nobody came in the first hour of 1970, nor more
    than a minute from now. The result always fits `priority`, whatever the credit and even after 2038.
    """
    last = HORIZON - 1
    if CREDIT_LIMIT <= arrival <= min(now + CLOCK_SKEW_SECONDS, last):
        return arrival
    return max(CREDIT_LIMIT, min(now, last))
