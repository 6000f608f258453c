"""How well Asterisk has been watched: what live truth remembers from one comparison to the next."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Watch:
    """How well we have watched. `away_since`: Unix seconds since when nobody watched, None while we do."""

    is_connected: bool = False
    away_since: float | None = None
    cuts: int = 0
    has_compared: bool = False
    is_failing: bool = False
    is_caught_up: bool = False
    proved_at: float | None = None
    """Unix seconds of the last proof."""
    proved_monotonic: float | None = None
    compared_at: float | None = None
    """Unix seconds of the last comparison that came to its end."""
    due: float = 0.0
    """When to compare next, by the monotonic clock."""
    pulsed_at: float | None = None
    """Unix seconds of the last pulse."""
    slept_since: float | None = None
    """Unix seconds since when this process did nothing for a while; None once a comparison has followed."""
    began_at: float | None = None
    """Unix seconds of the first login."""
    back_at: float | None = None
    """Unix seconds at which the gap that is open has ended, where that was long ago."""
    suspects: dict[str, float] = field(default_factory=dict)
    """Members without a channel, and since when, by the monotonic clock."""
