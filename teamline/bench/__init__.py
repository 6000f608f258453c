"""The project's own benchmarks: each module's `run()` gives rows (name, measured, bound)."""
