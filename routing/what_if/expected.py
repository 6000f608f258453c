"""How many calls are to be expected, learned from days as they were: by weekday and half-hour, team by team.

Theory of operation. A team's half-hour on one weekday has few calls, and taking their mean for the truth would make
days more restless than they are. So it leans on the team's usual number on such a day, spread over the half-hours as
the centre's calls are, with the weight of `_LEAN` calls (the mean of a gamma prior for a Poisson count). Where
nobody called although some were to be expected, or nobody was there, the team is closed: none are expected. A day as a
whole may be busier than its weekday's mean: as far as days differ by more than chance, it stays so.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from routing.what_if.erlang_a import Floats

_LEAN = 10.0
_SURE = 3.0
"""Who expects three calls and sees none is right to think that nobody may call: one time in twenty it is chance."""
_LEAST = 1e-9


def expected(calls: Mapping[str, Floats], present: Mapping[str, Floats], weekdays: Sequence[int]) -> dict[str, Floats]:
    """Team -> calls to be expected in each half-hour of these days. Rows as `weekdays`, 0 Monday.

    `calls` as counted, `present` members at work on average.
    """
    days = np.array(weekdays)
    whole: Floats = np.sum(list(calls.values()), axis=0)
    busy = _busy(whole.sum(axis=1), days)
    found = {team: np.zeros_like(rows) for team, rows in calls.items()}
    for weekday in np.unique(days):
        same = days == weekday
        spread = whole[same].sum(axis=0) / max(float(whole[same].sum()), _LEAST)
        share = float(whole[same].sum(axis=1).mean()) / max(float(whole.sum(axis=1).mean()), _LEAST)
        for team, rows in calls.items():
            usual = _leaning(rows[same].sum(), float(same.sum()), float(rows.sum(axis=1).mean()) * share)
            mean = _mean(rows[same], usual * spread, present[team][same].sum(axis=0))
            found[team][same] = mean * busy[same][:, None]
    return found


def _mean(rows: Floats, prior: Floats, present: Floats) -> Floats:
    """Calls of one team in each half-hour of one weekday."""
    seen = rows.sum(axis=0)
    is_closed = (seen == 0) & ((present <= 0) | (prior * len(rows) > _SURE))
    return np.where(is_closed, 0.0, _leaning(seen, float(len(rows)), prior))


def _leaning(seen: Floats, days: float, prior: Floats | float) -> Floats:
    lean: Floats = (seen + _LEAN) / (days + _LEAN / np.maximum(prior, _LEAST))
    return np.where(np.asarray(prior) > 0, lean, 0.0)


def _busy(whole: Floats, days: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Floats:
    """Each day's number of calls over its weekday's mean, as far as it is not chance."""
    means = np.zeros_like(whole)
    for weekday in np.unique(days):
        means[days == weekday] = whole[days == weekday].mean()
    spare = len(days) - len(np.unique(days))
    if spare == 0:
        return np.ones_like(whole)
    spread = float(((whole - means) ** 2).sum()) / spare
    real = max(0.0, 1.0 - float(means.mean()) / max(spread, _LEAST))
    return 1 + real * (whole / np.maximum(means, _LEAST) - 1)
