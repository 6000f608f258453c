"""HTTP: health, readiness, API and pages."""
