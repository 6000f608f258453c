"""Calls from kiosks counted for Prometheus, each once, when it has ended: by the kiosk's site and what became of it.

As calls (metrics/call_counts.py): from 0 with the process, and only for sites of the configuration.
"""

from collections.abc import Iterable, Mapping

from metrics.contacts import Contact
from metrics.stays import Outcome

Series = tuple[str, Outcome]
"""Site and outcome."""


class KioskCounts:
    """Contacts in, counts out."""

    def __init__(self, sites: Iterable[str]) -> None:
        self._counts: dict[Series, int] = {}
        self.configure(sites)

    def configure(self, sites: Iterable[str]) -> None:
        """Other sites: new ones begin at 0, those that are gone stay while they have counted something."""
        wanted = dict.fromkeys((site, outcome) for site in sites for outcome in Outcome)
        kept = {series: count for series, count in self._counts.items() if count or series in wanted}
        self._counts = {**dict.fromkeys(wanted, 0), **kept}

    def ended(self, contact: Contact) -> None:
        """A contact is over."""
        series = (contact.site, contact.outcome)
        if contact.kiosk and contact.outcome and series in self._counts:
            self._counts[contact.site, contact.outcome] += 1

    def copy(self) -> Mapping[Series, int]:
        """What is counted now."""
        return dict(self._counts)
