"""Waits as callers are told them, in few words."""

from facts.call import LeftBy
from facts.wait import WaitProved, WaitTold
from tests.fakes.told_calls import place


def wait_told(at: float, call: str = "1.1", team: str = "L01", visit: int = 1, mean: float = 100.0) -> WaitTold:
    """A sentence; p50, p80 and p90 are 0.9, 1.5 and 2 times the mean."""
    return WaitTold(
        at=at,
        place=place(call, team, visit),
        position=3,
        mean_seconds=mean,
        p50_seconds=mean * 0.9,
        p80_seconds=mean * 1.5,
        p90_seconds=mean * 2,
        low_seconds=60.0,
        high_seconds=180.0,
    )


def wait_proved(
    told: WaitTold, waited: float, outcome: LeftBy = LeftBy.ANSWERED, at: float | None = None
) -> WaitProved:
    """What became of it."""
    return WaitProved(
        at=told.at + waited if at is None else at,
        place=told.place,
        position=told.position,
        mean_seconds=told.mean_seconds,
        p50_seconds=told.p50_seconds,
        p80_seconds=told.p80_seconds,
        p90_seconds=told.p90_seconds,
        told_at=told.at,
        low_seconds=told.low_seconds,
        high_seconds=told.high_seconds,
        waited_seconds=waited,
        outcome=outcome,
    )
