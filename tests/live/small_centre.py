"""A small centre with a member of two teams, which the shipped example has not, two phones a team, short numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from running_lab import KEYS_OF_LETTERS

TEAMS = """\
centre: {name: Testamt, land: NW, timezone: Europe/Berlin}
entry: ["0211910000"]
hours: {default: always}
languages: {"1": de}
numbers: {customer: "99A9", household: "999BG99"}
credits: {emergency: 4, kiosk: 3}
general_line: general
sites:
  - {id: nord, name: Nord}
areas:
  - {id: A1, name: Nord 1, site: nord, benefit: [L01, L02], placement: V01, benefit_rule: household-last-digit}
  - {id: A2, name: Nord 2, site: nord, benefit: [L03], placement: V02, benefit_rule: household-last-digit}
teams:
  general: {name: Zentrale, kind: general, extension: "2000"}
  L01: {name: Leistung 01, kind: benefit, extension: "2101"}
  L02: {name: Leistung 02, kind: benefit, extension: "2102"}
  L03: {name: Leistung 03, kind: benefit, extension: "2103"}
  V01: {name: Vermittlung 01, kind: placement, extension: "2201"}
  V02: {name: Vermittlung 02, kind: placement, extension: "2202"}
members:
  g01: {name: Zentrale 01, teams: [general], phone: "3001"}
  g02: {name: Zentrale 02, teams: [general], phone: "3002"}
  both: {name: Platz 1 und 2, teams: [L01, L02], phone: "3101"}
  one: {name: Platz 1, teams: [L01], phone: "3102"}
  two: {name: Platz 2, teams: [L02], phone: "3103"}
  three: {name: Platz 3, teams: [L03], phone: "3104"}
  four: {name: Platz 4, teams: [L03], phone: "3105"}
  work: {name: Arbeit 1, teams: [V01], phone: "3201"}
  more: {name: Arbeit 2, teams: [V01], phone: "3202"}
  next: {name: Arbeit 3, teams: [V02], phone: "3203"}
  last: {name: Arbeit 4, teams: [V02], phone: "3204"}
"""

CUSTOMERS = """\
customer_number,household,area
10A1,100BG02,A1
20B1,200BG03,A1
30C1,300BG04,A2
"""

EMERGENCY_CREDIT = 4


@dataclass(frozen=True, slots=True)
class SmallCentre:
    """Its files, written into one folder."""

    folder: Path

    @property
    def teams(self) -> Path:
        return self.folder / "teams.yaml"

    @property
    def customers(self) -> Path:
        return self.folder / "customers.csv"

    @property
    def options(self) -> Sequence[str]:
        """How a lab is started from it: a phone for every member."""
        return ["--config", str(self.teams), "--customers", str(self.customers), "--members", "2"]

    def write(self, teams: str = TEAMS, customers: str = CUSTOMERS) -> "SmallCentre":
        self.folder.mkdir(parents=True, exist_ok=True)
        self.teams.write_text(teams, encoding="utf-8")
        self.customers.write_text(customers, encoding="utf-8")
        return self


NUMBERS = {"L01": "10A1", "L02": "20B1", "L03": "30C1"}


def keys(team: str, concern: str = "1") -> str:
    """What a customer of this team keys ahead of the questions: number, right, concern; `#` cuts the answer short."""
    return keyed(NUMBERS[team], concern)


def keyed(number: str, concern: str = "1") -> str:
    """The same for any customer number."""
    return f"{number.translate(KEYS_OF_LETTERS)}#1{concern}#"


EMERGENCY = keys("L01", "91")
WORK = keys("L01", "2")
