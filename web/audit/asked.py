"""What somebody wants of the record, from an address: within bounds, by days of the centre."""

import re
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Annotated
from urllib.parse import urlencode

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from operations.audit import Asked

MOST = 200
DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
CURSOR = r"^([0-9]{1,15}-[0-9]{1,10})?$"


def _written_as_a_day(told: object) -> object:
    """ValueError for a number, which a date could be read from, too (seconds since 1970)."""
    if isinstance(told, str) and not re.fullmatch(DAY, told):
        raise ValueError("a day is written YYYY-MM-DD")
    return told


Day = Annotated[date, BeforeValidator(_written_as_a_day)]


class AuditWanted(BaseModel):
    """One page of the record."""

    model_config = ConfigDict(extra="ignore")

    limit: int = Field(default=50, ge=1, le=MOST)
    before: str = Field(default="", pattern=CURSOR, description="`next` of the page before; empty: from now on")
    team: str = Field(default="", max_length=64, description="Only what was done to this team")
    who: str = Field(default="", max_length=64, description="Only what this account did")
    day: Day | None = Field(default=None, description="Only this day of the centre's")

    def asked(self, zone: tzinfo) -> Asked:
        """As the record is asked."""
        since = _midnight(self.day, zone) if self.day else None
        until = _midnight(self.day + timedelta(days=1), zone) if self.day and self.day < date.max else None
        return Asked(team=self.team.strip(), who=self.who.strip(), since=since, until=until)

    def query(self, before: str = "") -> str:
        """The same question, from that entry on, for an address."""
        told = {"team": self.team, "who": self.who, "day": self.day.isoformat() if self.day else "", "before": before}
        return urlencode({name: value for name, value in told.items() if value})


def _midnight(day: date, zone: tzinfo) -> float:
    """Unix seconds; days of the year 1 begin before it in some zones, and nothing was done then."""
    try:
        return datetime.combine(day, time(), zone).timestamp()
    except (OverflowError, ValueError):
        return 0.0
