"""A small centre in which every kind of overflow rule sends somebody somewhere, with limits short enough for a test."""

from running_lab import KEYS_OF_LETTERS

HOLD_SECONDS = 5
"""The shortest limit that teams.yaml allows."""
WAIT_SECONDS = 30

TEAMS = f"""\
centre: {{name: Testamt, land: NW, timezone: Europe/Berlin}}
entry: ["0211910000"]
hours: {{default: always}}
languages: {{"1": de, "3": en}}
numbers: {{customer: "99A9", household: "999BG99"}}
credits: {{emergency: 4, kiosk: 3}}
general_line: general
sites:
  - {{id: nord, name: Nord}}
areas:
  - {{id: A1, name: Nord 1, site: nord, benefit: [L01, L02], placement: V01, benefit_rule: household-last-digit}}
  - {{id: A2, name: Nord 2, site: nord, benefit: [L03, L04], placement: V02, benefit_rule: household-last-digit}}
  - {{id: A3, name: Nord 3, site: nord, benefit: [L05, L06], placement: V03, benefit_rule: household-last-digit}}
teams:
  general: {{name: Zentrale, kind: general, extension: "2000"}}
  L01:
    name: Leistung 01
    kind: benefit
    extension: "2101"
    overflow: [{{when: hold-over, seconds: {HOLD_SECONDS}, to: sister}}]
  L02:
    name: Leistung 02
    kind: benefit
    extension: "2102"
    overflow: [{{when: hold-over, seconds: {HOLD_SECONDS}, to: general}}]
  L03:
    name: Leistung 03
    kind: benefit
    extension: "2103"
    overflow: [{{when: hold-over, seconds: {HOLD_SECONDS}, to: wide}}]
  L04: {{name: Leistung 04, kind: benefit, extension: "2104"}}
  L05:
    name: Leistung 05
    kind: benefit
    extension: "2105"
    overflow: [{{when: line-over, callers: 1, to: general}}]
  L06:
    name: Leistung 06
    kind: benefit
    extension: "2106"
    overflow: [{{when: wait-over, seconds: {WAIT_SECONDS}, to: general}}]
  V01:
    name: Vermittlung 01
    kind: placement
    extension: "2201"
    overflow: [{{when: no-members, to: V02}}]
  V02: {{name: Vermittlung 02, kind: placement, extension: "2202"}}
  V03:
    name: Vermittlung 03
    kind: placement
    extension: "2203"
    hours: {{sun: ["03:00-03:01"]}}
    overflow: [{{when: closed, to: callback}}, {{when: closed, to: message}}]
members:
  g01: {{name: Zentrale 01, teams: [general], phone: "3001"}}
  one: {{name: Platz 1, teams: [L01], phone: "3101"}}
  two: {{name: Platz 2, teams: [L02], phone: "3102"}}
  three: {{name: Platz 3, teams: [L03], phone: "3103"}}
  four: {{name: Platz 4, teams: [L04], phone: "3104"}}
  five: {{name: Platz 5, teams: [L05], phone: "3105"}}
  six: {{name: Platz 6, teams: [L06], phone: "3106"}}
  away: {{name: Arbeit 1, teams: [V01], phone: "3201"}}
  next: {{name: Arbeit 2, teams: [V02], phone: "3202"}}
  last: {{name: Arbeit 3, teams: [V03], phone: "3203"}}
"""

CUSTOMERS = """\
customer_number,household,area
10A1,100BG02,A1
20B1,200BG03,A1
30C1,300BG04,A2
40D1,400BG05,A2
50E1,500BG06,A3
60F1,600BG07,A3
"""

NUMBERS = {"L01": "10A1", "L02": "20B1", "L03": "30C1", "L04": "40D1", "L05": "50E1", "L06": "60F1"}
_PLACEMENT = {"V01": "10A1", "V02": "30C1", "V03": "50E1"}


def keys(team: str) -> str:
    """What a customer of this team keys ahead of the questions, and nothing after it."""
    number, concern = (_PLACEMENT[team], "2") if team in _PLACEMENT else (NUMBERS[team], "1")
    return f"{number.translate(KEYS_OF_LETTERS)}#1{concern}"


GENERAL = "0#1"
"""What somebody keys who has no number."""
