from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from routing.hours import Closure
from routing.hours.reason import closed_because
from tests.fakes.hours_file import OFFICE, hours_centre

BERLIN = ZoneInfo("Europe/Berlin")
HOURS = hours_centre(
    OFFICE
    + '  closing_days: {"12-31": {name: Silvester, open: ["08:00-10:00"]}}\n  exceptions: {2026-12-02: Versammlung}\n'
).hours


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        ("2026-12-01T09:00", ""),
        ("2026-12-01T13:00", "its week on a Tuesday, 08:00-12:00, 14:00-16:00"),
        ("2026-12-05T13:00", "its week on a Saturday, no opening"),
        ("2026-12-02T09:00", "exception Versammlung, no opening"),
        ("2026-12-25T09:00", "holiday Erster Weihnachtstag, no opening"),
        ("2026-12-31T11:00", "closing day Silvester, 08:00-10:00"),
    ],
)
def test_a_closed_line_has_a_reason(now: str, reason: str) -> None:
    assert reason == closed_because(HOURS, at(now))


def test_a_closing_at_once_comes_first() -> None:
    shut = HOURS.with_closures((Closure("centre", at("2026-12-25T08:00"), at("2026-12-25T10:00:01"), "Probe"),))
    assert closed_because(shut, at("2026-12-25T09:00")) == "by order until 25.12.2026 10:00:01 (Probe)"
