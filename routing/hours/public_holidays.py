"""Public holidays of a Land, by the library `holidays`, in German."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from holidays.countries.germany import Germany  # itself: found by its name it would be loaded in the first decision

PUBLIC, REGIONAL = "public", "catholic"
"""Categories of the library: in the whole Land; in its mainly catholic municipalities."""
LANDS = ("BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH")
_BETWEEN = "; "  # the library's, where two holidays meet on one date
_NAMED_YEARS = range(2018, 2037)  # after 2017, when Reformationstag was one everywhere
_ALSO_CALLED = {
    "neujahrstag": "neujahr",
    "internationalerfrauentag": "frauentag",
    "1.mai": "erstermai",
    "maifeiertag": "erstermai",
    "tagderarbeit": "erstermai",
    "himmelfahrt": "christihimmelfahrt",
    "dreikönigstag": "heiligedreikönige",
    "1.weihnachtstag": "ersterweihnachtstag",
    "2.weihnachtstag": "zweiterweihnachtstag",
    "3.oktober": "tagderdeutscheneinheit",
}


@lru_cache(maxsize=256)
def holidays_of(land: str, year: int, category: str = PUBLIC) -> Mapping[date, tuple[str, ...]]:
    """The holidays of one year in order: date -> its German names (two where holidays meet)."""
    found = Germany(subdiv=land, years=year, language="de", categories=(category,))
    return MappingProxyType({day: tuple(found[day].split(_BETWEEN)) for day in sorted(found) if day.year == year})


@lru_cache(maxsize=64)
def names_of(land: str, category: str = PUBLIC) -> tuple[str, ...]:
    """The German names of a Land's holidays, in the order of the year."""
    by_date = sorted(
        ((day.month, day.day), name)
        for year in _NAMED_YEARS
        for day, names in holidays_of(land, year, category).items()
        for name in names
    )
    return tuple(dict.fromkeys(name for _, name in by_date))


def plain(name: str) -> str:
    """A holiday's name for comparison: neither capital letters nor spaces count; common other names are known."""
    written = "".join(name.split()).casefold()
    return _ALSO_CALLED.get(written, written)


def lands_with(name: str, category: str = PUBLIC) -> tuple[str, ...]:
    """The Laender that have a holiday of this name."""
    return tuple(land for land in LANDS if plain(name) in map(plain, names_of(land, category)))


@dataclass(frozen=True, slots=True)
class HolidaysKept:
    """The holidays on which we are closed: the Land's, less `open_on`, and of its regional ones `closed_on`.

    Names as written in teams.yaml (see `plain`).
    """

    land: str
    open_on: tuple[str, ...] = ()
    closed_on: tuple[str, ...] = ()

    def on(self, day: date) -> str:
        """The name of the holiday that closes this date; "" if none does."""
        by_category = (PUBLIC, False, self.open_on), (REGIONAL, True, self.closed_on)
        for category, counts, names in by_category:
            listed = set(map(plain, names))
            for name in holidays_of(self.land, day.year, category).get(day, ()):
                if (plain(name) in listed) == counts:
                    return name
        return ""
