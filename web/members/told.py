"""A member as the API tells them, and what it takes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from facts.member import PhoneState
from metrics.live import LiveModel
from operations.member_times import MemberTimes
from routing.centre import Centre, Member
from routing.wrap_up import after_call_seconds

SIGNED_OUT = "signed-out"
SHOWN_SECONDS = 0.5
"""So long an answer waits for the change to be seen in what Asterisk tells."""


class Pause(BaseModel):
    """Why somebody pauses."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(default="break", max_length=64, description="One of `pause-reasons`, or a word like them")


class MemberTold(BaseModel):
    """Somebody of a team, now."""

    id: str
    name: str
    state: str = Field(
        description="available, ringing, talking, busy, wrapup, paused, unavailable (no phone), or signed-out"
    )
    since: AwareDatetime | None = Field(description="In this state; null where the router came up later than that")
    paused_for: str | None = Field(description="The reason, perhaps empty; null while not paused")
    signed_in: bool
    phone_reachable: bool | None = Field(description="Whether the phone is registered; null while signed out")
    teams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MemberLook:
    """Puts a member's answer together. `now`: Unix seconds."""

    centre: Callable[[], Centre]
    model: LiveModel
    times: MemberTimes
    now: Callable[[], float]

    def team(self, team: str) -> list[MemberTold]:
        """Everybody of this team, in the order of teams.yaml."""
        return [self._told(each) for each in self.centre().members_of(team)]

    def one(self, member: str) -> MemberTold:
        """As known now. Raises KeyError."""
        return self._told(self.centre().members[member])

    async def changed(self, member: str, *, signed_in: bool, paused_for: str | None = None) -> MemberTold:
        """As soon as that is seen, for a moment; else as known."""

        def is_seen() -> bool:
            known = self.model.members.get(member)
            return known is not None and known.paused == paused_for if signed_in else known is None

        await self.times.until(is_seen, SHOWN_SECONDS)
        return self.one(member)

    def _told(self, member: Member) -> MemberTold:
        known = self.model.members.get(member.id)
        state = self.model.state_of(member.id, self.now(), partial(after_call_seconds, self.centre()))
        since = self.times.since(member.id, state)
        return MemberTold(
            id=member.id,
            name=member.name,
            state=state or SIGNED_OUT,
            since=None if since is None else datetime.fromtimestamp(since, UTC),
            paused_for=known.paused if known else None,
            signed_in=known is not None,
            phone_reachable=known.phone is not PhoneState.UNAVAILABLE if known else None,
            teams=member.teams,
        )
