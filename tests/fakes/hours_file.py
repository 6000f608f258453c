"""A small teams.yaml, written for its hours: two sites, two areas, and the general line."""

from routing.centre import Centre
from routing.teams.file import parse

OFFICE = '  default: {mon-thu: ["08:00-12:00", "14:00-16:00"], fri: ["08:00-12:00"]}\n'


def hours_text(hours: str = OFFICE, land: str = "NW", site: str = "", team: str = "") -> str:
    """The file; `site` and `team` are keys of site `nord` and of team L01, in its area."""
    return f"""
centre: {{name: Jobcenter, land: {land}}}
entry: ["0211910000"]
hours:
{hours}
general_line: general
sites: [{{id: nord, name: Nord{site}}}, {{id: sued, name: Süd}}]
areas:
  - {{id: A1, name: Nord 1, site: nord, benefit: [L01, L02], placement: V01}}
  - {{id: A2, name: Süd 1, site: sued, benefit: [L03], placement: V02}}
teams:
  general: {{name: Zentrale, kind: general, extension: "2000"}}
  L01: {{name: Leistung 01, kind: benefit, extension: "2101"{team}}}
  L02: {{name: Leistung 02, kind: benefit, extension: "2102"}}
  L03: {{name: Leistung 03, kind: benefit, extension: "2103"}}
  V01: {{name: Vermittlung 01, kind: placement, extension: "2201"}}
  V02: {{name: Vermittlung 02, kind: placement, extension: "2202"}}
members:
  m1: {{name: Platz 1, teams: [general, L01, L02, L03, V01, V02], phone: "3001"}}
"""


def hours_centre(hours: str = OFFICE, land: str = "NW", site: str = "", team: str = "") -> Centre:
    """The centre of that file."""
    return parse(hours_text(hours, land, site, team))
