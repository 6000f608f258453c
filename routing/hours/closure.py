"""Close now: somebody has closed the centre, a site or a team at once, until a moment."""

from dataclasses import dataclass
from datetime import UTC, datetime

CENTRE_SCOPE = "centre"
SITE_SCOPE = "site:"
TEAM_SCOPE = "team:"

LAST = datetime(9999, 12, 30, tzinfo=UTC)
"""No moment after it is an answer: every zone's calendar still has it."""


def in_utc(moment: datetime) -> datetime:
    """The same moment (aware), or the nearest one that the calendar has."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return LAST if moment.year > 1 else datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Closure:
    """`scope`: `centre`, `site:ID` or `team:ID`. From `begins` (inclusive) to `until` (exclusive), both aware.

    It ends by itself: after `until` it has no effect, whether or not anybody takes it away.
    """

    scope: str
    begins: datetime
    until: datetime
    reason: str

    def holds(self, now: datetime) -> bool:
        """Whether it is in force at this moment (aware)."""
        return self.stretch[0] <= in_utc(now) < self.stretch[1]

    @property
    def stretch(self) -> tuple[datetime, datetime]:
        """Both ends in UTC: times of one zone are compared by what its clock shows, and it may show a time twice."""
        return in_utc(self.begins), in_utc(self.until)
