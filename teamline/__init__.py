"""Composition root and command line: builds, wires, starts, stops. Imports all, imported by none."""

__version__ = "0.1.0"
