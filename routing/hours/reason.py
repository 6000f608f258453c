"""Why a line is closed, in words for administrators."""

from datetime import datetime

from routing.hours.day import Why
from routing.hours.opening_hours import OpeningHours


def closed_because(hours: OpeningHours, now: datetime) -> str:
    """What closes the line at this moment (aware); "" while it is open."""
    if hours.is_open(now):
        return ""
    if closure := hours.closed_by(now):
        until = closure.until.astimezone(hours.zone)
        return f"by order until {until:%d.%m.%Y %H:%M:%S} ({closure.reason})"
    day = hours.day(now.astimezone(hours.zone).date())
    what = f"{day.why} {day.name}" if day.why is not Why.WEEKLY else f"its week on a {day.date:%A}"
    return f"{what}, {', '.join(map(str, day.spans)) or 'no opening'}"
