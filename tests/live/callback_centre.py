"""A small centre whose teams call back: short rings, two attempts a minute apart, few citizens dialled at once."""

from collections.abc import Mapping

from running_lab import KEYS_OF_LETTERS

ENTRY = "0211910000"
SHOWN = "0211910101"
"""The outbound caller ID of L01."""
AT_ONCE = 3
PER_SECOND = 2
RULES: Mapping[str, object] = {
    "attempts": 2,
    "spacing_minutes": 1,
    "ring_seconds": 10,
    "at_once": AT_ONCE,
    "per_second": PER_SECOND,
    "a_day": 2,
}
MEMBERS = ("one", "two", "three", "four")
"""Of L01."""


def teams(**rules: object) -> str:
    """Its teams.yaml, with other rules for callbacks where given."""
    told = {**RULES, **rules}
    callbacks = ", ".join(f"{name}: {str(value).lower()}" for name, value in told.items())
    return f"""\
centre: {{name: Testamt, land: NW, timezone: Europe/Berlin}}
entry: ["{ENTRY}"]
hours: {{default: always}}
languages: {{"1": de, "3": en}}
numbers: {{customer: "999A99999", household: "999BG99"}}
credits: {{emergency: 4, kiosk: 3}}
waits: {{repeat_seconds: 0}}
callbacks: {{{callbacks}}}
general_line: general
sites:
  - {{id: nord, name: Nord}}
areas:
  - {{id: A1, name: Nord 1, site: nord, benefit: [L01, L02], placement: V01, benefit_rule: household-last-digit}}
teams:
  general: {{name: Zentrale, kind: general, extension: "2000"}}
  L01: {{name: Leistung 01, kind: benefit, extension: "2101", outbound_caller_id: "{SHOWN}"}}
  L02: {{name: Leistung 02, kind: benefit, extension: "2102"}}
  V01: {{name: Vermittlung 01, kind: placement, extension: "2201"}}
members:
  duty: {{name: Zentrale 01, teams: [general], phone: "3001"}}
  one: {{name: Platz 1, teams: [L01], phone: "3101"}}
  two: {{name: Platz 2, teams: [L01], phone: "3102"}}
  three: {{name: Platz 3, teams: [L01], phone: "3103"}}
  four: {{name: Platz 4, teams: [L01], phone: "3104"}}
  other: {{name: Platz 5, teams: [L02], phone: "3105"}}
  work: {{name: Arbeit 1, teams: [V01], phone: "3201"}}
"""


NUMBERS = {
    f"{417 + place}A{50000 + 137 * place}": f"{100 + place}BG{'02' if place % 2 else '04'}" for place in range(60)
}
"""Sixty customers of A1, with numbers long enough to be found again, and households of their own."""


def customers() -> str:
    """Its customers.csv: all of L01, so that every line in a test is one line."""
    rows = (f"{number},{household},A1,L01" for number, household in NUMBERS.items())
    return "customer_number,household,area,benefit_team\n" + "\n".join(rows) + "\n"


def money(place: int) -> str:
    """What customer number `place` keys ahead of the questions to stand in L01's line; `#` cuts the answer short."""
    return f"{list(NUMBERS)[place].translate(KEYS_OF_LETTERS)}#11#"
