"""Days as the journal tells them."""

from datetime import date

import numpy as np

from operations.what_if.observed import Seen
from routing.centre import Centre
from routing.what_if.plan import STEP_SECONDS
from routing.what_if.simulation import Lived
from routing.what_if.tally import Tally


class Was:
    """What the journal says of these days."""

    def __init__(self, seen: Seen, centre: Centre, days: frozenset[date]) -> None:
        self._seen, self._centre, self._days = seen, centre, days
        present = seen.present()
        places = [place for place, day in enumerate(seen.days) if day in days]
        self._present = {team: float(rows[places].sum()) * STEP_SECONDS for team, rows in present.items()}

    def lived(self, team: str) -> Lived:
        """A team's calls; whose hold nobody knows is in no mean."""
        cells = [cell for (of, day), cell in self._seen.tallies.items() if of == team and day in self._days]
        talks = sum(sum(each) for (of, day), each in self._seen.talks.items() if of == team and day in self._days)
        holds = [
            each for (of, day), some in self._seen.holds.items() if of == team and day in self._days for each in some
        ]
        answered = sum(cell.answered for cell in cells)
        tally = Tally(
            answered=answered,
            answered_in_target=sum(cell.answered_in_target for cell in cells),
            abandoned=sum(cell.abandoned for cell in cells),
            abandoned_short=sum(cell.abandoned_short for cell in cells),
            abandoned_in_target=sum(cell.abandoned_in_target for cell in cells),
            held=sum(holds) * (answered / len(holds) if holds else 0.0),
            worked=talks + answered * self._centre.teams[team].wrap_up_seconds,
            present=self._present.get(team, 0.0),
            lost=sum(cell.lost for cell in cells),
            flowed_out=sum(cell.flowed_out + cell.waiting for cell in cells),
        )
        return Lived(tally, np.sort(np.array(holds, float)))
