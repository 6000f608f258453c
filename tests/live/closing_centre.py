"""A small centre whose three benefit teams close at noon, each with another rule for people in line."""

from datetime import datetime, timedelta

from running_lab import KEYS_OF_LETTERS

CLOSES = datetime.fromisoformat("2026-11-18T12:00:00+01:00")
BEFORE_SECONDS = 38
"""So long the lab and the callers have."""
BEGINS = (CLOSES - timedelta(seconds=BEFORE_SECONDS)).isoformat()
SERVED, CALLED_BACK, ASKED = "L01", "L02", "L03"

TEAMS = """\
centre: {name: Testamt, land: NW, timezone: Europe/Berlin}
entry: ["0211910000"]
hours: {default: always}
languages: {"1": de}
numbers: {customer: "99A9", household: "999BG99"}
general_line: general
sites:
  - {id: nord, name: Nord}
areas:
  - {id: A1, name: Nord 1, site: nord, benefit: [L01], placement: V01, benefit_rule: household-last-digit}
  - {id: A2, name: Nord 2, site: nord, benefit: [L02], placement: V02, benefit_rule: household-last-digit}
  - {id: A3, name: Nord 3, site: nord, benefit: [L03], placement: V03, benefit_rule: household-last-digit}
teams:
  general: {name: Zentrale, kind: general, extension: "2000"}
  L01:
    name: Leistung 01
    kind: benefit
    extension: "2101"
    hours: {wed: ["08:00-12:00"]}
    closing: {rule: serve, announce_minutes: 1}
  L02:
    name: Leistung 02
    kind: benefit
    extension: "2102"
    hours: {wed: ["08:00-12:00"]}
    closing: {rule: callback, within_minutes: 0, announce_minutes: 1}
  L03:
    name: Leistung 03
    kind: benefit
    extension: "2103"
    hours: {wed: ["08:00-12:00"]}
    closing: {rule: message, within_minutes: 0, announce_minutes: 1}
  V01: {name: Vermittlung 01, kind: placement, extension: "2201"}
  V02: {name: Vermittlung 02, kind: placement, extension: "2202"}
  V03: {name: Vermittlung 03, kind: placement, extension: "2203"}
members:
  g01: {name: Zentrale 01, teams: [general], phone: "3001"}
  one: {name: Platz 1, teams: [L01], phone: "3101"}
  two: {name: Platz 2, teams: [L02], phone: "3102"}
  three: {name: Platz 3, teams: [L03], phone: "3103"}
  four: {name: Arbeit 1, teams: [V01], phone: "3201"}
  five: {name: Arbeit 2, teams: [V02], phone: "3202"}
  six: {name: Arbeit 3, teams: [V03], phone: "3203"}
"""

CUSTOMERS = """\
customer_number,household,area
10A1,100BG02,A1
20B1,200BG03,A2
30C1,300BG04,A3
"""

_NUMBERS = {SERVED: "10A1", CALLED_BACK: "20B1", ASKED: "30C1"}


def keys(team: str) -> str:
    """What a customer of this team keys ahead of the questions, and nothing after it."""
    return f"{_NUMBERS[team].translate(KEYS_OF_LETTERS)}#11"
