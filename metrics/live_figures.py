"""All figures of one moment that the exporter renders: copied on the loop, rendered elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from metrics.board import Board
from metrics.call_counts import Counted
from metrics.callback_counts import CallbacksCounted
from metrics.estimate_counts import EstimatesCounted
from metrics.kiosk_counts import Series
from metrics.left_open import LeftOpen
from routing.centre import Centre


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveFigures:
    """A whole moment. Mappings are copies: nothing here changes any more.

    `drift` counts found differences by kind: every kind that exists, from 0. `age_seconds` is how long ago live
    data was last known to be Asterisk's own; None before the first time.
    """

    centre: Centre
    """The configuration in force: its promises."""
    board: Board
    counted: Counted
    estimates: tuple[EstimatesCounted, ...] = ()
    ami_reconnects: int = 0
    drift: Mapping[str, int] = field(default_factory=dict)
    age_seconds: float | None = None
    books_broken: int = 0
    journal_spooled: int = 0
    left: Mapping[str, LeftOpen] = field(default_factory=dict)
    """Team -> what is open in its mailbox."""
    callbacks: CallbacksCounted = field(default_factory=CallbacksCounted)
    kiosk_calls: Mapping[Series, int] = field(default_factory=dict)
