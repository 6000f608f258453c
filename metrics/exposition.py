"""OpenMetrics text of our own series, written line by line.

prometheus-client writes the few lasting series; it spends 15 to 25 us on a sample, and with the thousands of samples of
28 teams a thread that renders them holds the loop over 10 ms again and again (docs/metrics.md has the figures). The
same text written straight from copied integers costs 0.5 us a sample. Grammar: OpenMetrics 1.0, "Text format".
"""

from collections.abc import Sequence
from itertools import accumulate
from math import inf, isnan

from metrics.spans import Bounds, Spans


def escaped(value: str) -> str:
    """A label value (OpenMetrics 1.0, "Label"): backslash, quote and line feed."""
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def labels(**named: str) -> str:
    """Labels as they stand in a sample, without the braces."""
    return ",".join(f'{name}="{escaped(value)}"' for name, value in named.items())


def number(value: float) -> str:
    """A value as Prometheus reads it: with a point, endless, or not known."""
    if isnan(value):
        return "NaN"
    return "+Inf" if value == inf else repr(float(value))


class Page:
    """Families of series, in the order in which they are written."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def family(self, name: str, kind: str, says: str) -> None:
        """Begin a family. Its name (a counter's without `_total`) ends with its unit, if it has one."""
        unit = f"# UNIT {name} seconds\n" if name.endswith("_seconds") else ""
        self._parts.append(f"# HELP {name} {says}\n# TYPE {name} {kind}\n{unit}")

    def sample(self, name: str, labelled: str, value: float) -> None:
        """One series of the family begun last."""
        braced = f"{{{labelled}}}" if labelled else ""
        self._parts.append(f"{name}{braced} {number(value)}\n")

    def histogram(self, name: str, labelled: str, bounds: Sequence[str], spans: Spans) -> None:
        """All series of one histogram; `bounds` as `bound_labels` made them."""
        head = f'{name}_bucket{{{labelled},le="' if labelled else f'{name}_bucket{{le="'
        braced = f"{{{labelled}}}" if labelled else ""
        cumulative = spans.cumulative
        self._parts.extend([f'{head}{bound}"}} {count}.0\n' for bound, count in zip(bounds, cumulative, strict=True)])
        self._parts.append(f"{name}_sum{braced} {number(spans.total_seconds)}\n")
        self._parts.append(f"{name}_count{braced} {cumulative[-1]}.0\n")

    def signed_histogram(self, name: str, labelled: str, bounds: Sequence[str], counts: Sequence[int]) -> None:
        """A histogram whose bounds begin below 0: it has no sum, and therefore no count (OpenMetrics 1.0, "Histogram").

        `counts` by bucket, the last one without a bound.
        """
        pairs = zip(bounds, accumulate(counts), strict=True)
        self._parts.extend([f'{name}_bucket{{{labelled},le="{bound}"}} {count}.0\n' for bound, count in pairs])

    @property
    def text(self) -> str:
        """Everything written so far."""
        return "".join(self._parts)


def bound_labels(bounds: Bounds) -> tuple[str, ...]:
    """`le` of every bucket, the last without a bound."""
    return tuple(number(bound) for bound in (*bounds, inf))
