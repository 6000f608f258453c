"""Debian's Prometheus beside a lab: found or fetched, configured as in deploy/, run without being installed."""
