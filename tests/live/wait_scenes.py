"""What callers are told of their waits and what becomes of it: as the journal, the board and a scrape have it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from running_lab import RunningLab, citizen, until
from small_centre import NUMBERS, TEAMS, keyed
from told_figures import journal, live, metrics

from facts.call import CallerJoined, CallerLeft, CallFact, LeftBy
from facts.wait import WaitProved, WaitTold
from telephony.lab.calls import CitizenCall
from telephony.lab.phones import Habits

SLICE_SECONDS = 5
"""The shortest that teams.yaml allows."""
CREDIT_SECONDS = 600
"""An emergency's: longer than any test."""
SPOKEN = TEAMS.replace("general_line:", f"waits: {{repeat_seconds: {SLICE_SECONDS}}}\ngeneral_line:").replace(
    "emergency: 4", f"emergency: {CREDIT_SECONDS}"
)
RING_SECONDS = 0.2
TALK_SECONDS = 6.5
STEADY = Habits(ring_seconds=(0.1, 0.2), talk_seconds=(TALK_SECONDS - 0.5, TALK_SECONDS + 0.5))
"""As everybody talks here, yesterday as well: who knows some talks knows how long a line takes."""
STAY = 600.0
_PLACEMENT = {"V01": "L01", "V02": "L03"}

Known = Mapping[str, float | None]
"""Team -> estimated wait of a newcomer in seconds, None where nobody knows."""


def listening(team: str, concern: str = "1") -> str:
    """What a caller of this team keys who hears to its end what is said before the line."""
    of_area = _PLACEMENT.get(team)
    return keyed(NUMBERS[of_area or team], "2" if of_area else concern).removesuffix("#")


def listeners(team: str, count: int) -> list[CitizenCall]:
    return [citizen(listening(team), caller=f"02115{team[1:]}00{place:02}", stay=STAY) for place in range(count)]


def hasty(team: str, count: int) -> list[CitizenCall]:
    """The same with a key ahead that cuts all of it short: they are told of their wait in line only."""
    calls = (f"02117{team[1:]}00{place:02}" for place in range(count))
    return [citizen(f"{listening(team)}#", caller=caller, stay=STAY) for caller in calls]


def on_board(lab: RunningLab) -> Known:
    """As GET /api/v1/live has it."""
    return {each["id"]: each["estimated_wait_seconds"] for each in live(lab)["teams"]}


def in_metrics(lab: RunningLab) -> Mapping[str, float]:
    """As a scrape has it."""
    told, name = metrics(lab).samples, "teamline_estimated_wait_seconds"
    return {dict(labels)["team"]: value for (each, labels), value in told.items() if each == name}


def refreshed(lab: RunningLab, team: str) -> Known:
    """The board with its next estimates: as time goes on, that of a team with a line is never quite the same."""
    before = in_metrics(lab)[team]
    until(lambda: in_metrics(lab)[team] != before, 30, f"a new estimate of {team}")
    return until(lambda: (now := on_board(lab))[team] is not None and now, 30, f"an estimate of {team}")  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Told:
    """Facts about calls, in the journal's order."""

    facts: Sequence[CallFact] = field(repr=False)

    @classmethod
    def now(cls, lab: RunningLab) -> "Told":
        return cls([fact for fact in journal(lab).facts if isinstance(fact, CallFact)])

    def of_team(self, team: str) -> "Told":
        return Told([fact for fact in self.facts if fact.place.team == team])

    @property
    def told(self) -> Sequence[WaitTold]:
        return [fact for fact in self.facts if isinstance(fact, WaitTold)]

    @property
    def proved(self) -> Sequence[WaitProved]:
        return [fact for fact in self.facts if isinstance(fact, WaitProved)]

    @property
    def answered(self) -> Sequence[WaitProved]:
        return [fact for fact in self.proved if fact.outcome is LeftBy.ANSWERED]

    @property
    def joined(self) -> Sequence[CallerJoined]:
        return [fact for fact in self.facts if isinstance(fact, CallerJoined)]

    @property
    def left(self) -> Sequence[CallerLeft]:
        return [fact for fact in self.facts if isinstance(fact, CallerLeft)]

    @property
    def heard(self) -> Mapping[str, Sequence[WaitTold]]:
        """Call -> what was told there, in order."""
        ordered = sorted(self.told, key=lambda told: (told.place.call, told.at))
        return {call: list(told) for call, told in groupby(ordered, key=lambda told: told.place.call)}

    @property
    def grown(self) -> Sequence[tuple[WaitTold, WaitTold]]:
        """Sentences with a larger number of minutes than the one before in the same call."""
        following = (two for heard in self.heard.values() for two in pairwise(heard))
        return [(one, then) for one, then in following if _is_worse(then, one)]


def _is_worse(then: WaitTold, one: WaitTold) -> bool:
    return then.low_seconds > one.low_seconds or then.high_seconds > one.high_seconds
