"""How well an estimate was kept, of waits of which not all were seen to their end.

Who gives up, or leaves for another line, has waited at least so long: what they would have waited nobody knows. Leaving
them out makes estimates look better than they are (long waits are given up more often), counting them as kept or as
broken is invented. So the share kept is that of Kaplan and Meier, "Nonparametric estimation from incomplete
observations", Journal of the American Statistical Association 53 (1958), 457-481: of the ratios waited / told, 1 less
the chance not to be answered by ratio 1. As there, an answer and a leave at the same ratio count in this order, and
whoever leaves is taken to be as patient with what is to come as those who stay.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import fsum, inf

from facts.call import LeftBy
from facts.wait import WaitProved


@dataclass(frozen=True, slots=True)
class Kept:
    """How sentences told together were kept. Seconds; None where there is nothing to say it of.

    `bias_seconds`: mean of said (the mean of the estimate) minus waited, and `mean_wait_seconds`, of those who were
    answered; `bias_share` is the one over the other. `coverages` of p50, p80 and p90, 0 to 1.
    """

    answered: int
    gave_up: int
    other: int
    bias_seconds: float | None
    bias_share: float | None
    coverages: tuple[float | None, float | None, float | None]
    mean_wait_seconds: float | None


def kept(proofs: Sequence[WaitProved]) -> Kept:
    """What these say together, in whatever order."""
    answered = [each for each in proofs if each.outcome is LeftBy.ANSWERED]
    gave_up = sum(each.outcome is LeftBy.ABANDONED for each in proofs)
    waited = _mean(each.waited_seconds for each in answered)
    bias = _mean(each.mean_seconds - each.waited_seconds for each in answered)
    return Kept(
        answered=len(answered),
        gave_up=gave_up,
        other=len(proofs) - len(answered) - gave_up,
        bias_seconds=bias,
        bias_share=bias / waited if bias is not None and waited else None,
        coverages=(
            coverage(_ratio(each, each.p50_seconds) for each in proofs),
            coverage(_ratio(each, each.p80_seconds) for each in proofs),
            coverage(_ratio(each, each.p90_seconds) for each in proofs),
        ),
        mean_wait_seconds=waited,
    )


def coverage(ends: Iterable[tuple[float, bool]]) -> float | None:
    """The share answered by ratio 1, of (ratio, whether answered then; else gone unanswered).

    None where nobody was seen until then: where the last of them left before it unanswered, what would have come of the
    rest nobody knows.
    """
    ordered = sorted(ends, key=lambda end: (end[0], not end[1]))
    staying = 1.0
    for place, (ratio, is_answered) in enumerate(ordered):
        if ratio > 1 or (ratio == 1 and not is_answered):
            return 1 - staying
        if is_answered:
            staying *= 1 - 1 / (len(ordered) - place)
    return 1.0 if ordered and ordered[-1][1] else None


def _ratio(proved: WaitProved, quantile: float) -> tuple[float, bool]:
    """How far into what was told the wait ended; one lost by a fault ended nobody knows when."""
    if proved.outcome is LeftBy.LOST:
        return 0.0, False
    if quantile > 0:
        return proved.waited_seconds / quantile, proved.outcome is LeftBy.ANSWERED
    return inf if proved.waited_seconds > 0 else 0.0, proved.outcome is LeftBy.ANSWERED


def _mean(values: Iterable[float]) -> float | None:
    told = list(values)
    return fsum(told) / len(told) if told else None
