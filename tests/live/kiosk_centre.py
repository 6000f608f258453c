"""A small centre with a kiosk at each of three sites, for tests of the kiosk's page."""

SPARE = tuple(f"k-{number:02}" for number in range(40))
"""Kiosks beside those of the sites: a kiosk takes ten scans a minute, and no test follows another at one."""

TEAMS = """\
centre: {name: Testamt, land: NW, timezone: Europe/Berlin}
entry: ["0211910000"]
hours: {default: always}
languages: {"1": de, "2": en}
numbers: {customer: "999A999999", household: "99999BG9999999"}
credits: {kiosk: 3}
general_line: general
sites:
  - {id: nord, name: Nord}
  - {id: mitte, name: Mitte}
  - {id: sued, name: Süd}
areas:
  - {id: A1, name: Nord 1, site: nord, benefit: [L01], placement: V01, benefit_rule: household-last-digit}
  - {id: A2, name: Mitte 1, site: mitte, benefit: [L02], placement: V02, benefit_rule: household-last-digit}
  - {id: A3, name: Süd 1, site: sued, benefit: [L03], placement: V03, benefit_rule: household-last-digit}
teams:
  general: {name: Zentrale, kind: general, extension: "2000"}
  L01: {name: Leistung 01, kind: benefit, extension: "2101"}
  L02: {name: Leistung 02, kind: benefit, extension: "2102"}
  L03: {name: Leistung 03, kind: benefit, extension: "2103"}
  V01: {name: Vermittlung 01, kind: placement, extension: "2201"}
  V02: {name: Vermittlung 02, kind: placement, extension: "2202"}
  V03: {name: Vermittlung 03, kind: placement, extension: "2203"}
members:
  g01: {name: Zentrale 01, teams: [general], phone: "3001"}
  m01: {name: Platz 1, teams: [L01, V01], phone: "3101"}
  m02: {name: Platz 2, teams: [L02, V02], phone: "3102"}
  m03: {name: Platz 3, teams: [L03, V03], phone: "3103"}
kiosks:
  k-nord: {site: nord, phone: "3901", plain_numbers: true}
  k-mitte: {site: mitte, phone: "3902"}
  k-sued: {site: sued, phone: "3903", plain_numbers: true}
""" + "".join(
    f'  {kiosk}: {{site: nord, phone: "39{10 + place}", plain_numbers: true}}\n' for place, kiosk in enumerate(SPARE)
)

CUSTOMERS = """\
customer_number,household,area
100A000001,10000BG0000002,A1
200B000001,20000BG0000002,A2
300C000001,30000BG0000002,A3
"""

NUMBERS = {"L01": "100A000001", "L02": "200B000001", "L03": "300C000001"}
