"""The shipped example centre: beside the sources in a checkout, inside the package when installed."""

from pathlib import Path

HERE = Path(__file__).resolve().parent


def _shipped(in_checkout: Path, installed: str) -> Path:
    return in_checkout if in_checkout.exists() else HERE / "examples" / installed


def example_teams() -> Path:
    """The example teams.yaml."""
    return _shipped(HERE.parent / "teams.yaml", "teams.yaml")


def example_customers() -> Path:
    """The example customers, invented."""
    return _shipped(HERE.parent / "examples" / "customers.csv", "customers.csv")
