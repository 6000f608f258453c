"""What an answer means, in words for somebody who never heard of Erlang."""

from collections.abc import Iterator

from operations.what_if.answer import Answer
from operations.what_if.row import Row
from operations.what_if.words import WEEKDAYS
from routing.centre import CENTRE
from routing.what_if.intervals import Interval
from routing.what_if.staffing import Staffing

MOST_TOLD = 3
_POOR = 0.05
"""When simulation and journal differ by more, the reader is warned."""
_TOGETHER = 0.01


def sentences(answer: Answer) -> Iterator[str]:
    """The frame, then the teams that were asked for or change most, then the centre."""
    yield from _legend(answer)
    teams = [row for row in answer.rows if row.team != CENTRE]
    for row in sorted(teams, key=_change, reverse=True)[:MOST_TOLD]:
        if len(teams) <= MOST_TOLD or _change(row) > 0:
            yield from _row(row, answer)
    for row in answer.rows:
        if row.team == CENTRE:
            yield from _row(row, answer)


def _legend(answer: Answer) -> Iterator[str]:
    yield (
        f"{answer.first} to {answer.last}: {answer.days} of {answer.days_asked} days had calls and members. "
        f"Service level by the formula {answer.formula}."
    )
    what = "with the change" if answer.is_changed else "as it was"
    yield (
        f"now: the journal. quick: by formula (Erlang-A), {what}. simulated: {answer.runs} runs of these days, {what}, "
        f"seed {answer.seed}; +- is half the 95 % interval of its level"
        + (", change is against the same runs without it (points)." if answer.is_changed else ".")
    )
    yield (
        "gave up: share of calls; busy: talk and wrap-up of the time at work; members: at work on average when calls "
        f"come; needed: for {answer.share:.0%} in time in every half-hour, on average to most at once."
    )


def _change(row: Row) -> float:
    change = row.difference["service_level"]
    return abs(change.mean) if change else 0.0


def _row(row: Row, answer: Answer) -> Iterator[str]:
    was, then = row.simulated_now["service_level"], row.simulated["service_level"]
    if was is None or then is None:
        yield f"{row.team}: too few calls in these days to say anything."
        return
    within = f"within {row.target_seconds:.0f} s"
    if row.team == CENTRE:
        within = "in time"
    if answer.is_changed:
        yield (
            f"{row.team}: {was.mean:.0%} are answered {within} as it was, {_between(then)} with the change; "
            f"mean wait {_wait(row.simulated_now['asa_seconds'])}, then {_wait(row.simulated['asa_seconds'])}; "
            f"{_percent(row.simulated_now['abandoned_share'])} give up, then "
            f"{_percent(row.simulated['abandoned_share'])}."
        )
    else:
        yield f"{row.team}: {_between(then)} are answered {within} in the simulation."
    yield from _trust(row, was)
    if row.team != CENTRE:
        yield _needs(row, answer)


def _trust(row: Row, was: Interval) -> Iterator[str]:
    told = row.now.service_level
    if told is None:
        return
    if abs(told - was.mean) > _POOR:
        yield (
            f"  Careful: the journal says {told:.0%} for these days, the simulation of them {was.mean:.0%}: "
            "trust the change more than the level."
        )
    elif abs(told - was.mean) > _TOGETHER:
        yield f"  The journal says {told:.1%} for these days, the simulation of them {was.mean:.1%}."


def _needs(row: Row, answer: Answer) -> str:
    if row.needed is None:
        return f"  No number of members reaches {answer.share:.0%} in time, or no calls come."
    best = row.staffed["service_level"]
    proved = f" With these the simulation reaches {_between(best)}." if best else ""
    there = f"{row.at_work.mean:.1f}" if row.at_work else "none"
    return (
        f"  {answer.share:.0%} within {row.target_seconds:.0f} s needs "
        f"{row.needed.mean:.1f} members at work on average, and "
        f"{row.needed.most:.0f} in the busiest half-hour ({_when(row.needed)}); there are {there} on average."
        f"{proved}"
    )


def _when(of: Staffing) -> str:
    return f"{WEEKDAYS[of.weekday]} {of.second // 3600:02}:{of.second // 60 % 60:02}"


def _between(of: Interval) -> str:
    return f"{of.mean:.1%} ({max(of.low, 0.0):.1%} to {min(of.high, 1.0):.1%})"


def _wait(of: Interval | None) -> str:
    return "none, as nobody is answered" if of is None else f"{of.mean:.0f} s"


def _percent(of: Interval | None) -> str:
    return "-" if of is None else f"{of.mean:.1%}"
