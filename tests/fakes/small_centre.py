"""A centre of one area and a general line, for whoever needs queues, teams and members without a file."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from routing.centre import Centre
from routing.teams.file import read

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
  - {id: A1, name: Nord 1, site: nord, benefit: [L01, L02], placement: V01, benefit_rule: household-last-digit}
teams:
  general: {name: Zentrale, kind: general, extension: "2000"}
  L01: {name: Leistung 01, kind: benefit, extension: "2101"}
  L02: {name: Leistung 02, kind: benefit, extension: "2102"}
  V01: {name: Vermittlung 01, kind: placement, extension: "2201"}
members:
  g01: {name: Zentrale 01, teams: [general], phone: "3001"}
  both: {name: Platz 1 und 2, teams: [L01, L02], phone: "3101"}
  one: {name: Platz 1, teams: [L01], phone: "3102"}
  two: {name: Platz 2, teams: [L02], phone: "3103"}
  work: {name: Arbeit 1, teams: [V01], phone: "3201"}
"""


@cache
def small_centre() -> Centre:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "teams.yaml"
        file.write_text(TEAMS, encoding="utf-8")
        return read(file)
